"""Everything a person may get wrong ends in a message that says where and what was expected."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from callcenter.errors import DataError, InputError, ScenarioError
from simulation.scenario import load, loads
from simulation.scenario.overrides import Overrides
from tests.simulation.scenario.base import GOOD, spoiled

WRONG = yaml.safe_load(Path(__file__).with_name("wrong.yaml").read_text("utf-8"))


def message(text: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        loads(text, name="bad.yaml", folder="nowhere", **options)
    return str(caught.value)


def refused(folder: Path, **files: str | bytes) -> str:
    """Write files and load the one called `bad`; say the message without the folder's name."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.{'csv' if name == 'calls' else 'yaml'}").write_bytes(raw)
    with pytest.raises(InputError) as caught:
        load(folder / "bad.yaml")
    return str(caught.value).replace(f"{folder}/", "")


def test_the_scenario_to_spoil_is_sound() -> None:
    assert loads(GOOD).scenario == "good"


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["wrong"])
def test_a_mistake_is_named(case: dict[str, str]) -> None:
    text = spoiled(case["instead_of"], case["written"])

    assert message(text) == case["error"].rstrip("\n")


def test_there_are_enough_of_them() -> None:
    assert len(WRONG) >= 65


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace("cv: 0.8", "cv: much").replace("headcount: 6", "headcount: six")

    assert message(text).splitlines() == [
        "bad.yaml:23: queue.phone.talk.cv: expected a number, got 'much'",
        "bad.yaml:39: group.agents.headcount: expected a whole number, got 'six'",
    ]


def test_an_error_keeps_its_parts_apart() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(spoiled("cv: 0.8", "cv: much"), name="bad.yaml")

    error = caught.value
    assert (error.file, error.line, error.key) == ("bad.yaml", 23, "queue.phone.talk.cv")


# --- Files that are none -------------------------------------------------------------------------------

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "bad.yaml: expected a scenario, the file is empty"),
        ("# only a remark\n", "bad.yaml: expected a scenario, the file is empty"),
        ("null", "expected keys such as scenario, calendar, queue, group, got nothing"),
        ("just words", "expected keys such as scenario, calendar, queue, group, got 'just words'"),
        ("- a\n- b\n", "expected keys such as scenario, calendar, queue, group, got ['a', 'b']"),
        (
            b"scenario: \xff\xfe",
            "bad.yaml:1: expected text in UTF-8; save the file with that encoding",
        ),
        (
            GOOD.encode("utf-16"),
            "bad.yaml:1: expected text in UTF-8; save the file with that encoding",
        ),
        ("scenario: a\0b", "expected plain text, got characters YAML does not allow"),
        (LAUGHS, "expected at most 100,000 values, aliases included"),
        ("a: &a [*a]", "expected a name given before with &a, and closed before"),
        ("[" * 5_000, "expected at most 40 levels of keys"),
        ("a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 90)), "expected at most 40 levels"),
        ("a: " + "x" * 10_000_000, "bad.yaml: expected a scenario of at most 2 MB"),
        ("".join(f"k{n}: 1\n" for n in range(110_000)), "expected at most 100,000 values"),
        ("a: 1\na: 2\n", "bad.yaml:2: expected 'a' once, it stands in line 1 already"),
        ("<html><body>", "expected keys such as scenario, calendar"),
        ('{"scenario": "x"', "bad.yaml:2: expected YAML"),
    ],
    ids=lambda value: str(value[:24]),
)
def test_a_file_that_is_no_scenario_is_refused(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    assert expected in refused(tmp_path, bad=content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path) == "bad.yaml: expected a scenario file, there is none of this name"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").mkdir()

    assert refused(tmp_path) == "bad.yaml: expected a scenario file, got a folder"


def test_a_name_no_system_takes_is_refused() -> None:
    with pytest.raises(ScenarioError, match="got a name that cannot be opened"):
        load("a\0b")


def test_a_text_with_half_a_character_is_refused() -> None:
    assert message("scenario: \ud800") == "bad.yaml: expected text, got half a character"


# --- Scenarios that extend others ----------------------------------------------------------------------


def test_a_mistake_in_the_extended_file_is_named_there(tmp_path: Path) -> None:
    told = refused(
        tmp_path, base=spoiled("cv: 0.8", "cv: much"), bad="extends: base.yaml\nscenario: other\n"
    )

    assert told == "base.yaml:23: queue.phone.talk.cv: expected a number, got 'much'"


def test_a_loop_of_scenarios_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, other="extends: bad.yaml\n", bad="a: 1\nextends: other.yaml\n")

    expected = (
        "expected scenarios that end somewhere, got a loop: bad.yaml -> other.yaml -> bad.yaml"
    )
    assert told == f"other.yaml:1: extends: {expected}"


def test_a_chain_that_is_too_long_is_no_loop(tmp_path: Path) -> None:
    chain = {f"s{number}": f"extends: s{number + 1}.yaml\n" for number in range(20)}
    told = refused(tmp_path, **chain, s20=GOOD, bad="extends: s0.yaml\n")

    why = "expected at most 20 files that build on one another, got more"
    assert told == f"s18.yaml:1: extends: {why}"


def test_a_scenario_that_extends_itself_is_refused(tmp_path: Path) -> None:
    assert "got a loop: bad.yaml -> bad.yaml" in refused(tmp_path, bad="extends: ./bad.yaml\n")


def test_an_extended_file_that_is_missing_is_named_with_its_line(tmp_path: Path) -> None:
    told = refused(tmp_path, bad="scenario: a\nextends: gone.yaml\n")

    assert (
        told
        == "bad.yaml:2: extends: expected a scenario file, there is none of this name: gone.yaml"
    )


# --- Overrides -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("queue.phone.takl.mean=2m", "queue.phone has no 'takl', expected one of channel"),
        (
            "queue.fone.talk=2m",
            "queue has no 'fone', expected one of phone, tax (did you mean phone?)",
        ),
        ("quue.phone=2m", "the scenario has no 'quue'"),
        ("queue.phone.talk.meen=2m", "queue.phone.talk has no 'meen'"),
        (
            "queue.phone.after_call.mean=2m",
            (
                "queue.phone.after_call is the single value '20s' and has no key 'mean'; "
                "set it whole: queue.phone.after_call={distribution: exponential, mean: 150s}"
            ),
        ),
        (
            "queue.phone.talk.cv.x=2",
            "queue.phone.talk.cv is the single value 0.8 and has no key 'x'",
        ),
        (
            "queue.phone.talk.mean=fast",
            "--set queue.phone.talk.mean: queue.phone.talk.mean: expected a ",
        ),
        ("queue.phone.talk.mean", "--set: expected path=value, got 'queue.phone.talk.mean'"),
        ("=3", "--set: expected path=value, got '=3'"),
        ("queue.phone.talk.mean=", "expected a value after =; null takes a key out"),
        ("queue.phone.talk.mean=[1", "--set queue.phone.talk.mean: expected YAML"),
        ("queue.phone.talk.mean=!!python/object:x 1", "expected a plain value, got the YAML tag"),
        ("shift.day.pauses.7.at=10:00", "shift.day.pauses has no '7', expected one of 0, 1"),
        ("shift.day.pauses.x=10:00", "shift.day.pauses has no 'x', expected one of 0, 1"),
        ("lines.other=20", "lines has no 'other', expected one of main"),
        ("group.agents.shifts.nihgt=2", "group.agents.shifts has no 'nihgt', expected one of day"),
        ("calendar.last=null", "calendar.last: expected this key, it is missing"),
        ("run.seed=-1", "run.seed: expected at least 0, got -1"),
        ("group.agents.serves.phone.rnak=2", "has no 'rnak', expected one of rank"),
    ],
)
def test_a_wrong_override_is_named(override: str, expected: str) -> None:
    assert expected in message(GOOD, overrides=[override])


# --- Data files ----------------------------------------------------------------------------------------

TRACED = spoiled("    arrivals: {per_day: 50}", "    arrivals: {file: calls.csv}")
MEASURED = spoiled(
    "{distribution: lognormal, mean: 150s, cv: 0.8}", "{distribution: empirical, file: calls.csv}"
)


@pytest.mark.parametrize(
    ("scenario", "csv", "expected"),
    [
        (TRACED, "", "calls.csv:1: expected a column arrived in the first line, got nothing"),
        (TRACED, "when\n2009-03-02T09:00:00\n", "calls.csv:1: expected a column arrived"),
        (TRACED, "arrived\n", "calls.csv: expected at least one caller below the first line"),
        (TRACED, "arrived\nyesterday\n", "calls.csv:2: arrived: expected a local date and time"),
        (TRACED, "arrived\n2009-03-02T09:00:00+09:00\n", "calls.csv:2: arrived: expected a local"),
        (
            TRACED,
            "arrived,talk_secs\n",
            "calls.csv:1: expected a column talk_seconds, got 'talk_secs'",
        ),
        (TRACED, "arrived,arrived\n", "calls.csv:1: expected one column arrived, got several"),
        (
            TRACED,
            "arrived,talk_seconds\n2009-03-02T09:00:00,-5\n",
            "calls.csv:2: talk_seconds: exp",
        ),
        (TRACED, "arrived,talk_seconds\n2009-03-02T09:00:00,nan\n", "expected seconds, or nothing"),
        (
            TRACED,
            "arrived,talk_seconds\n2009-03-02T09:00:00\n",
            "calls.csv:2: expected 2 cells, got 1",
        ),
        (
            TRACED,
            "arrived\n2008-03-02T09:00:00\n",
            "bad.yaml:27: queue.tax.arrivals.file: expected rec",
        ),
        (TRACED, b"arrived\n\xff\n", "calls.csv:2: expected text in UTF-8"),
        (TRACED, "arrived,note\n2009-03-02T09:00:00," + "x" * 200_000, "expected a CSV file"),
        (
            MEASURED,
            "minutes\n3\n",
            "calls.csv:1: expected columns seconds, or low,high,weight, got min",
        ),
        (MEASURED, "seconds\n", "calls.csv: expected at least one value below the first line"),
        (MEASURED, "seconds\nten\n", "calls.csv:2: seconds: expected seconds, got 'ten'"),
        (MEASURED, "seconds\n1e99\n", "calls.csv:2: seconds: expected seconds, got '1e99'"),
        (MEASURED, "low,high,weight\n20,10,1\n", "calls.csv:2: expected low below high"),
        (
            MEASURED,
            "low,high,weight\n10,20,-1\n",
            "calls.csv:2: weight: expected a weight of 0 or more",
        ),
        (MEASURED, "low,high,weight\n10,20,0\n", "expected at least one bar with a weight above 0"),
    ],
)
def test_a_wrong_data_file_is_named(
    tmp_path: Path, scenario: str, csv: str | bytes, expected: str
) -> None:
    assert expected in refused(tmp_path, bad=scenario, calls=csv)


def test_a_data_file_has_its_own_kind_of_error(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("arrived\nyesterday\n")
    (tmp_path / "bad.yaml").write_text(TRACED)

    with pytest.raises(DataError):
        load(tmp_path / "bad.yaml")


# --- Whatever else -------------------------------------------------------------------------------------

TREE = yaml.load(GOOD, Loader=yaml.BaseLoader)  # noqa: S506  # texts only, and it is our own
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["never", "0s", "1d", "24:00", "100%", "closed", "24h", "mon", "phone", "by-time"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["mean", "distribution", "by", "share", "x"]), st.just("1s")),
)


def spots(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    return [path, *(spot for key, child in children for spot in spots(child, (*path, key)))]


def changed(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = changed(copy[path[0]], path[1:], value)
    return copy


def outcome(text: str, overrides: Overrides = ()) -> str:
    """Load a text; say the message if it is refused by one of our errors, and fail by any other."""
    try:
        loads(text, overrides)
    except InputError as error:
        return str(error)
    return ""


@given(st.sampled_from(spots(TREE)), VALUES, st.sampled_from(["replace", "add", "drop"]))
def test_no_change_ends_in_anything_but_our_errors(
    path: tuple[Any, ...], value: Any, how: str
) -> None:
    tree = TREE
    if how == "replace" or not path:
        tree = changed(tree, path, value)
    elif how == "add":
        tree = changed(tree, path[:-1], {"x": value, path[-1]: value})
    else:
        tree = changed(tree, path, None)
    told = outcome(yaml.safe_dump(tree, allow_unicode=True))

    assert "pydantic" not in told
    assert "expected another value" not in told


@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_our_errors(text: str) -> None:
    with pytest.raises(InputError):
        loads(text)


@given(st.integers(0, len(GOOD) - 1), st.text(max_size=3))
def test_no_slip_of_the_keyboard_ends_in_anything_but_our_errors(at: int, typed: str) -> None:
    outcome(GOOD[:at] + typed + GOOD[at + 1 :])


@given(st.text(max_size=40), VALUES)
def test_no_override_ends_in_anything_but_our_errors(path: str, value: Any) -> None:
    for overrides in ([f"{path}={value}"], [f"queue.phone.{path}={value}"], {path: value}):
        outcome(GOOD, overrides)


def test_a_queue_that_never_opens_has_no_line_to_grow() -> None:
    transfer = (
        "talk: 2m\n    transfer: {closed: 10%}\n  closed: {open: {mon-fri: closed}, talk: 2m}"
    )
    text = """
scenario: closed
calendar: {first: 2009-03-02, last: 2009-03-02, open: {mon-fri: 09:00-12:00}}
queue:
  phone:
    arrivals: {per_hour: 10}
    TALK
group:
  agents: {headcount: 3, always: true, serves: {phone: 1}}
  nobody: {headcount: 1, staffing: {09:00: 0}, serves: {closed: 1}}
"""

    assert set(loads(text.replace("TALK", transfer)).queue) == {"phone", "closed"}
