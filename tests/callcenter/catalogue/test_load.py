"""A catalogue file: what it becomes, and that every mistake in it is named with its line."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from callcenter.catalogue import load_catalogue, read_catalogue, text_of
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.services import (
    Catalogue,
    Datatype,
    Hours,
    Open311Type,
    PetitionClass,
    UnitKind,
    route,
)
from callcenter.domain.ticket_events import Channel
from callcenter.errors import CatalogueError

HERE = Path(__file__).parent
GOOD = (HERE / "good.yaml").read_text("utf-8")
WRONG = yaml.safe_load((HERE / "wrong.yaml").read_text("utf-8"))


def message(text: str) -> str:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(text, name="bad.yaml")
    return str(caught.value)


def refused(file: Path, content: str | bytes) -> str:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(file)
    return str(caught.value).replace(f"{file.parent}/", "")


# --- What is wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["wrong"])
def test_a_mistake_is_named(case: dict[str, str]) -> None:
    assert GOOD.count(case["instead_of"]) == 1

    assert message(GOOD.replace(case["instead_of"], case["written"])) == case["error"]


def test_there_are_enough_of_them() -> None:
    assert len(WRONG) >= 60


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace("unit: night", "unit: none").replace("parent: road", "parent: none")

    assert message(text).splitlines() == [
        "bad.yaml:10: units.team.parent: expected a unit that stands in this file, got 'none'",
        "bad.yaml:50: routing[1].unit: expected a unit that stands in this file, got 'none'",
    ]


def test_a_person_is_not_buried_in_mistakes() -> None:
    rules = "".join(f"  - {{id: r{n}}}\n" for n in range(40))

    lines = message(GOOD + rules).splitlines()

    assert len(lines) == 51
    assert lines[-1] == "and 70 more"


def test_a_rule_is_not_hidden_by_one_whose_unit_comes_to_an_end() -> None:
    # The unit `night` exists until 2026; what it took goes on to the next rule from then on.
    text = GOOD.replace("{channels: [phone120], days: [sat, sun], hours: 19:00-08:00}", "{}")
    assert read_catalogue(text, name="good.yaml").rules[2].id == "district"

    lasting = text.replace(", valid_from: 2020-01-01, valid_to: 2026-12-31", "")
    assert "but dark takes them all before" in message(lasting)


@pytest.mark.parametrize(
    ("first", "last"), [("2019-06-01", "2025-06-01"), ("2021-06-01", "2030-06-01")]
)
def test_a_rule_takes_nothing_before_or_after_its_unit(first: str, last: str) -> None:
    dark = "{channels: [phone120], days: [sat, sun], hours: 19:00-08:00}"
    lasting = "{areas: ['41192']}\n    valid_from: 2019-01-01\n    valid_to: 2030-12-31"
    text = GOOD.replace(dark, lasting) + f"    valid_from: {first}\n    valid_to: {last}\n"

    assert read_catalogue(text, name="good.yaml").rules[2].id == "district"

    without = text.replace(", valid_from: 2020-01-01, valid_to: 2026-12-31", "")
    assert "but dark takes them all before" in message(without)


@pytest.mark.parametrize(
    ("instead_of", "written"),
    [
        ("goal_minutes: 480", "goal_minutes: 1440"),
        (
            "valid_from: 2020-01-01, valid_to: 2026-12-31",
            "valid_from: 2026-01-01, valid_to: 2026-01-01",
        ),
        ("hours: 19:00-08:00", "hours: 00:00-23:59"),
        ("edition: test", f"edition: {'x' * 80}"),
    ],
)
def test_what_is_just_possible_is_taken(instead_of: str, written: str) -> None:
    assert read_catalogue(GOOD.replace(instead_of, written), name="good.yaml")


def test_more_rules_than_a_person_oversees_are_refused() -> None:
    rule = "{when: {areas: ['%d']}, unit: team, id: r%d, reason: {ko: 가, en: a}}"
    rules = "".join(f"  - {rule % (1_000 + n, n)}\n" for n in range(500))

    assert message(GOOD + rules).startswith("bad.yaml:43: routing: expected at most 500 entries")


def test_an_error_keeps_its_parts_apart() -> None:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(GOOD.replace("qty: 7", "qty: many"), name="bad.yaml")

    error = caught.value
    assert (error.file, error.line, error.key) == ("bad.yaml", 6, "periods.road[0].qty")
    assert error.why == "expected a whole number, got 'many'"


# --- Files that are none ------------------------------------------------------------------------------

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "bad.yaml: expected a catalogue, the file is empty"),
        ("# only a remark\n", "bad.yaml: expected a catalogue, the file is empty"),
        ("null", "bad.yaml:1: expected keys such as edition, units, services, got nothing"),
        (
            "- a\n- b\n",
            "bad.yaml:1: expected keys such as edition, units, services, got ['a', 'b']",
        ),
        (b"edition: \xff\xfe", "bad.yaml:1: expected text in UTF-8; save the file with that"),
        (GOOD.encode("utf-16"), "bad.yaml:1: expected text in UTF-8"),
        (GOOD.encode("cp949"), "bad.yaml:4: expected text in UTF-8"),
        ("edition: a\0b", "bad.yaml: expected plain text, got characters that YAML does not allow"),
        (LAUGHS, "bad.yaml:1: expected every value written out, got an anchor & or alias *"),
        ("a: *a", "bad.yaml:1: expected every value written out"),
        ("[" * 5_000, "bad.yaml:1: expected at most 12 levels of keys"),
        ("a: " + "x" * 2_000_000, "bad.yaml: expected a catalogue of at most 1 MB"),
        ("a: " + "가" * 400_000, "bad.yaml: expected a catalogue of at most 1 MB"),
        ("".join(f"k{n}: 1\n" for n in range(30_000)), "expected at most 50,000 values"),
        ("<html><body>", "bad.yaml:1: expected keys such as edition"),
        ('{"edition": "x"', "bad.yaml:2: expected the line to start under its neighbours"),
        ("a: 'open", "bad.yaml:1: expected the line to start under its neighbours"),
        ("<<: {a: 1}", "unknown key, expected one of edition"),
    ],
    ids=lambda value: str(value[:24]),
)
def test_a_file_that_is_no_catalogue_is_refused(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    assert expected in refused(tmp_path / "bad.yaml", content)


def test_half_a_character_is_refused() -> None:
    assert message("edition: \ud800") == "bad.yaml: expected text, got half a character"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for name, expected in [
        ("none.yaml", "there is no file of this name"),
        (".", "got a folder"),
        ("a\0b", "got a name that cannot be opened"),
    ]:
        with pytest.raises(CatalogueError, match=f"expected a catalogue, {expected}"):
            text_of(tmp_path / name)


@given(st.text(alphabet="abk:-{}[]&*!|>'\"#, \n가", max_size=60))
def test_no_text_ends_in_anything_but_a_message(text: str) -> None:
    assert message(text).startswith("bad.yaml")


# --- What it becomes ----------------------------------------------------------------------------------


def test_every_key_reaches_the_domain() -> None:
    catalogue = read_catalogue(GOOD, name="good.yaml")
    pothole, team = catalogue.service("pothole"), catalogue.unit("team")
    damage, width = pothole.attributes
    dark = catalogue.rules[1]

    assert (team.kind, team.parent) == (UnitKind.IMMEDIATE_TEAM, "road")
    assert catalogue.unit("night").valid_to == date(2026, 12, 31)
    assert (pothole.group.name_ko, pothole.field_team) == ("도로", "team")
    assert (pothole.petition_class, pothole.open311_type) == (
        PetitionClass.OTHER,
        Open311Type.REALTIME,
    )
    assert [terms.period.qty for terms in pothole.terms] == [7, 3]
    assert pothole.terms_at(datetime(2026, 1, 1, tzinfo=UTC)).goal_minutes == 480
    assert (damage.order, damage.datatype, damage.required) == (1, Datatype.SINGLE, True)
    assert [value.key for value in damage.values] == ["hole", "crack"]
    assert (width.order, width.values) == (2, ())
    assert (dark.channels, dark.weekdays) == ((Channel.PHONE120,), (5, 6))
    assert dark.hours == Hours(start=time(19), end=time(8))


def test_a_service_without_periods_takes_those_of_its_class() -> None:
    general = read_catalogue(GOOD, name="good.yaml").service("general")

    assert general.terms[0].period == Period(qty=1, unit=PeriodUnit.IMMEDIATE)
    assert general.terms[0].legal_basis == "제16조제1항"


# --- Versions -----------------------------------------------------------------------------------------


def version(text: str) -> str:
    return read_catalogue(text, name="good.yaml").version


def test_remarks_layout_and_defaults_do_not_make_a_version() -> None:
    same = GOOD.replace("edition: test", "# remark\n\nedition:   'test'   # more")
    same = same.replace(
        "    unit: road\n    public", "    unit: road\n    keywords: []\n    public"
    )

    assert version(same) == version(GOOD)


@pytest.mark.parametrize(
    ("instead_of", "written"),
    [
        ("edition: test", "edition: next"),
        ("qty: 3", "qty: 4"),
        ("keywords: [포트홀, 도로 파손]", "keywords: [도로 파손, 포트홀]"),
        ("public: false", "public: true"),
        ("en: Danger", "en: Dangerous"),
    ],
)
def test_a_changed_word_makes_a_version(instead_of: str, written: str) -> None:
    assert version(GOOD.replace(instead_of, written)) != version(GOOD)


def test_the_order_of_questions_makes_a_version() -> None:
    lines = GOOD.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if "width:" in line)
    first = next(n for n, line in enumerate(lines) if "damage:" in line)
    swapped = [*lines[:first], *lines[start : start + 4], *lines[first:start], *lines[start + 4 :]]

    assert version("".join(swapped)) != version(GOOD)


# --- The city's own -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(repository: Path) -> Catalogue:
    return load_catalogue(repository / "configs" / "services.yaml")


def test_the_shipped_catalogue_has_what_the_issue_names(shipped: Catalogue) -> None:
    kinds = {unit.kind for unit in shipped.units}
    asking = [service for service in shipped.services if service.attributes]

    assert kinds == set(UnitKind)
    assert {service.petition_class for service in shipped.services} == set(PetitionClass)
    assert len(shipped.services) >= 25
    assert len(asking) >= 3
    assert {spec.datatype for service in asking for spec in service.attributes} == set(Datatype)


def test_what_the_law_says_is_not_called_assumed(shipped: Catalogue) -> None:
    law = {
        "legal-inquiry": ("14 day", "시행령 제14조제1호"),
        "procedure-inquiry": ("7 day", "시행령 제14조제2호"),
        "suggestion": ("14 day", "시행령 제15조"),
        "general": ("1 immediate", "시행령 제16조제1항"),
        "grievance": ("7 day", "시행령 제17조제1항"),
        "building-notification": ("5 day", "건축법 제14조제3항"),
    }
    for code, (period, article) in law.items():
        (terms,) = shipped.service(code).terms
        assert f"{terms.period.qty} {terms.period.unit}" == period
        assert terms.legal_basis.endswith(article)
        assert terms.assumed is None


@pytest.mark.parametrize(
    ("service", "text", "channel", "at", "unit"),
    [
        ("streetlight", "가로등이 꺼졌어요", "phone120", "2026-11-20T10:00", "immediate-team"),
        ("streetlight", "가로등이 꺼졌어요", "phone120", "2026-11-20T22:00", "situation-room"),
        ("streetlight", "가로등이 꺼졌어요", "phone120", "2026-11-22T10:00", "situation-room"),
        ("streetlight", "가로등이 꺼졌어요", "observation", "2026-11-22T22:00", "streetlight"),
        ("streetlight", "가로등에서 누전되는 듯", "phone120", "2026-11-20T22:00", "immediate-team"),
        ("streetlight", "전신주가 기울었어요", "phone120", "2026-11-20T10:00", "power-company"),
        ("road-damage", "국도에 구멍", "phone120", "2026-11-20T10:00", "national-roads"),
        ("general", "여권은 언제 나오나요", "phone120", "2026-11-20T10:00", "passport-window"),
        ("general", "문의드립니다", "voc", "2026-11-20T10:00", "civil-affairs"),
        ("general", "문의드립니다", "phone120", "2026-11-20T10:00", "call-centre"),
        ("waste-collection", "안 가져가요", "open311", "2026-11-20T10:00", "ojeong-office"),
    ],
)
def test_the_shipped_rules_send_a_petition_where_a_person_would(
    shipped: Catalogue, service: str, text: str, channel: str, at: str, unit: str
) -> None:
    way = route(
        shipped,
        service=service,
        text=text,
        area="4119651000",
        channel=Channel(channel),
        at=datetime.fromisoformat(f"{at}+09:00"),
    )

    assert way.unit == unit
