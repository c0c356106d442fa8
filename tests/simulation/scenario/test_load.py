"""Files, what they extend, overrides, data files and the name a content has."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from callcenter.clock import DAY, HOUR, MINUTE, NEVER, SECOND
from simulation.scenario import (
    Scenario,
    digest,
    files_read,
    load,
    loads,
    tree as tree_module,
    warnings,
)
from simulation.scenario.arrivals import RateArrivals, TraceArrivals
from simulation.scenario.callers import CallBack
from simulation.scenario.tree import parse, plain
from simulation.scenario.variate_specs import Constant, Empirical, Exponential, Lognormal
from tests.simulation.scenario.base import GOOD, spoiled


def written(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.{'csv' if name == 'calls' else 'yaml'}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
    return folder / "main.yaml"


# --- YAML as a planner means it --------------------------------------------------------------------------


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_plain_words_mean_what_they_look_like(
    monkeypatch: pytest.MonkeyPatch, loader: type[yaml.SafeLoader]
) -> None:
    monkeypatch.setattr(tree_module, "_LOADER", loader)
    text = "a: 08:00\nb: 2009-01-31\nc: on\nd: no\ne: null\nf: 007\ng: 1.5e3\nh: true\ni: '1'\n12:30: k\nj:\n"

    assert plain(parse(text, file=None)) == {
        "a": "08:00",
        "b": "2009-01-31",
        "c": "on",
        "d": "no",
        "e": None,
        "f": 7,
        "g": 1500.0,
        "h": True,
        "i": "1",
        "12:30": "k",
        "j": None,
    }


def test_an_anchor_saves_writing_a_thing_twice() -> None:
    text = GOOD.replace("talk: {distribution: exponential, mean: 3m}", "talk: *talk").replace(
        "talk: {distribution: lognormal", "talk: &talk {distribution: lognormal"
    )

    queue = loads(text).queue

    assert queue["tax"].talk == queue["phone"].talk


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "main.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert load(path).scenario == "good"


def test_what_was_dumped_is_read_again() -> None:
    scenario = loads(GOOD)

    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


# --- Extending -------------------------------------------------------------------------------------------


def test_keys_merge_and_other_values_replace(tmp_path: Path) -> None:
    main = "extends: base.yaml\nscenario: other\nqueue:\n  phone:\n    talk: {mean: 200s}\n"

    scenario = load(written(tmp_path, base=GOOD, main=main))

    talk = scenario.queue["phone"].talk
    assert isinstance(talk, Lognormal)
    assert (scenario.scenario, talk.mean, talk.cv) == ("other", 200 * SECOND, 0.8)


def test_null_takes_a_key_out(tmp_path: Path) -> None:
    main = "extends: base.yaml\nqueue: {phone: {transfer: null, arrivals: {events: null}}}\nevent: null\n"

    scenario = load(written(tmp_path, base=GOOD, main=main))

    assert scenario.queue["phone"].transfer == {}
    assert scenario.event == {}


def test_another_distribution_replaces_the_whole(tmp_path: Path) -> None:
    main = "extends: base.yaml\nqueue: {phone: {talk: {distribution: exponential, mean: 2m}}}\n"

    talk = load(written(tmp_path, base=GOOD, main=main)).queue["phone"].talk

    assert talk == Exponential.model_validate({"distribution": "exponential", "mean": "2m"})


def test_times_that_are_added_stand_in_order(tmp_path: Path) -> None:
    main = "extends: base.yaml\nqueue: {phone: {arrivals: {per_hour: {10:00: 90}}}}\n"

    arrivals = load(written(tmp_path, base=GOOD, main=main)).queue["phone"].arrivals

    assert isinstance(arrivals, RateArrivals)
    assert arrivals.per_hour == {9 * HOUR: 60, 10 * HOUR: 90, 12 * HOUR: 40}


def test_a_chain_is_followed_from_folder_to_folder(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        base=GOOD,
        sub__middle="extends: ../base.yaml\nrun: {seed: 7}\n",
        main="extends: sub/middle.yaml\nscenario: top\n",
    )

    scenario = load(path)

    assert (scenario.scenario, scenario.run.seed, scenario.run.replications) == ("top", 7, 5)


def test_an_event_outside_is_no_mistake_where_another_file_moved_the_calendar(
    tmp_path: Path,
) -> None:
    main = "extends: base.yaml\ncalendar: {first: 2009-03-09, last: 2009-03-13}\n"

    scenario = load(written(tmp_path, base=GOOD, main=main))

    assert any("event.fair" in warning for warning in warnings(scenario))


# --- Overrides -------------------------------------------------------------------------------------------


def test_an_override_changes_one_key() -> None:
    talk = loads(GOOD, ["queue.phone.talk.mean=200s"]).queue["phone"].talk

    assert isinstance(talk, Lognormal)
    assert (talk.mean, talk.cv) == (200 * SECOND, 0.8)


def test_overrides_may_be_python_values() -> None:
    scenario = loads(GOOD, {"run.seed": 9, "group.agents.absence": "5%", "lines.main": 30})

    assert (scenario.run.seed, scenario.group["agents"].absence, scenario.lines["main"]) == (
        9,
        0.05,
        30,
    )


def test_an_override_may_be_a_whole_table() -> None:
    scenario = loads(GOOD, "queue.phone.after_call={distribution: exponential, mean: 30s}")

    assert isinstance(scenario.queue["phone"].after_call, Exponential)


def test_an_override_may_open_a_section_that_is_not_written() -> None:
    scenario = loads(
        GOOD, ["queue.phone.call_back={offer_after: 2m, accepted: 30%}", "money.currency=EUR"]
    )

    assert isinstance(scenario.queue["phone"].call_back, CallBack)
    assert scenario.money is not None


def test_an_override_of_null_takes_a_key_out() -> None:
    assert loads(GOOD, ["queue.phone.lines=null"]).queue["phone"].lines is None


def test_an_override_finds_a_time_however_it_is_written() -> None:
    arrivals = loads(GOOD, ["queue.phone.arrivals.per_hour.9:00=99"]).queue["phone"].arrivals

    assert isinstance(arrivals, RateArrivals)
    assert arrivals.per_hour == {9 * HOUR: 99, 12 * HOUR: 40}


def test_an_override_reaches_into_a_shorthand() -> None:
    scenario = loads(
        GOOD, ["group.agents.serves.phone.speed=1.2", "group.agents.shrinkage.spell=5m"]
    )

    skill = scenario.group["agents"].serves["phone"]
    assert (skill.rank, skill.speed) == (1, 1.2)
    assert scenario.group["agents"].shrinkage is not None
    assert scenario.group["agents"].shrinkage.share == 0.05


def test_an_override_reaches_into_a_list() -> None:
    pauses = loads(GOOD, ["shift.day.pauses.1.at=16:00"]).shift["day"].pauses

    assert [pause.at // HOUR for pause in pauses] == [12, 16]


# --- Data files ------------------------------------------------------------------------------------------

TRACED = spoiled("    arrivals: {per_day: 50}", "    arrivals: {file: calls.csv}")
CALLS = """\
Arrived,agent,patience_seconds,talk_seconds
2009-03-03T10:00:00.5,kim,,61.5

2009-03-02T09:00:00,lee,never,
"""


def test_a_trace_is_read_and_put_in_order(tmp_path: Path) -> None:
    arrivals = load(written(tmp_path, main=TRACED, calls=CALLS)).queue["tax"].arrivals

    assert isinstance(arrivals, TraceArrivals)
    trace = arrivals.trace
    assert trace is not None
    midnight = trace.midnight(date(2009, 3, 2))
    assert [moment - midnight for moment in trace.arrived] == [
        9 * HOUR,
        DAY + 10 * HOUR + SECOND // 2,
    ]
    assert trace.patience == (NEVER, -1)
    assert trace.talk == (-1, 61_500_000)


def test_a_column_that_is_not_there_is_not_made_up(tmp_path: Path) -> None:
    path = written(tmp_path, main=TRACED, calls="arrived\n2009-03-02 09:00\n")

    arrivals = load(path).queue["tax"].arrivals

    assert isinstance(arrivals, TraceArrivals)
    assert arrivals.trace is not None
    assert arrivals.trace.patience is None
    assert arrivals.trace.talk is None


MEASURED = spoiled(
    "{distribution: lognormal, mean: 150s, cv: 0.8}",
    "{distribution: empirical, file: calls.csv, at_most: 10m}",
)


def test_measured_durations_take_the_place_of_their_file(tmp_path: Path) -> None:
    talk = load(written(tmp_path, main=MEASURED, calls="seconds\n60\n90.5\n")).queue["phone"].talk

    assert isinstance(talk, Empirical)
    assert (talk.values, talk.file) == ((MINUTE, 90_500_000), None)


def test_a_histogram_takes_the_place_of_its_file(tmp_path: Path) -> None:
    bars = "low,high,weight\n0,60,3\n60,120,1\n"

    talk = load(written(tmp_path, main=MEASURED, calls=bars)).queue["phone"].talk

    assert isinstance(talk, Empirical)
    assert talk.histogram is not None
    assert [(bar.high // SECOND, bar.weight) for bar in talk.histogram] == [(60, 3), (120, 1)]


def test_a_data_file_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "calls.csv").write_text(CALLS)
    path = written(tmp_path, sub__base=TRACED, main="extends: sub/base.yaml\n")

    assert isinstance(load(path).queue["tax"].arrivals, TraceArrivals)


def test_every_file_a_scenario_is_read_from_is_known(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "calls.csv").write_text(CALLS)
    path = written(tmp_path, sub__base=TRACED, main="extends: sub/base.yaml\n")

    names = ["main.yaml", "sub/base.yaml", "sub/calls.csv"]
    assert [str(file.relative_to(tmp_path)) for file in files_read(path)] == names


# --- The name of a content ---------------------------------------------------------------------------------


def test_the_order_of_keys_and_remarks_do_not_count() -> None:
    tree = yaml.load(GOOD, Loader=yaml.BaseLoader)  # noqa: S506
    tree["queue"]["phone"] = dict(reversed(tree["queue"]["phone"].items()))
    turned = yaml.safe_dump(dict(reversed(tree.items())), sort_keys=False)

    assert digest(loads(f"# a remark\n{turned}")) == digest(loads(GOOD))


def test_another_way_to_write_the_same_does_not_count() -> None:
    same = GOOD.replace("mean: 150s", "mean: 2m30s").replace("tax: 5%", "tax: 0.05")

    assert digest(loads(same)) == digest(loads(GOOD))


@pytest.mark.parametrize(
    ("old", "new"),
    [("mean: 150s", "mean: 151s"), ("replications: 5", "replications: 6"), ("tax: 5%", "tax: 6%")],
)
def test_another_value_counts(old: str, new: str) -> None:
    assert digest(loads(spoiled(old, new))) != digest(loads(GOOD))


def test_the_order_of_groups_counts_because_it_numbers_them() -> None:
    tree = yaml.load(GOOD, Loader=yaml.BaseLoader)  # noqa: S506
    tree["group"] = dict(reversed(tree["group"].items()))

    assert digest(loads(yaml.safe_dump(tree, sort_keys=False))) != digest(loads(GOOD))


def test_the_content_of_a_trace_counts_and_its_name_does_not(tmp_path: Path) -> None:
    first = load(written(tmp_path, main=TRACED, calls=CALLS))
    second = load(written(tmp_path, main=TRACED, calls=CALLS.replace("10:00", "11:00")))
    (tmp_path / "renamed.csv").write_text(CALLS)
    third = load(written(tmp_path, main=TRACED.replace("calls.csv", "renamed.csv")))

    assert digest(first) == digest(third)
    assert digest(first) != digest(second)


def test_a_plain_duration_is_constant() -> None:
    after_call = loads(GOOD).queue["phone"].after_call

    assert after_call == Constant(distribution="constant", value="20s")  # type: ignore[arg-type]
