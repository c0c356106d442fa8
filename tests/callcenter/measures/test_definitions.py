"""Definitions as data: what their options do to a formula, and which version holds on a day."""

from dataclasses import replace
from datetime import date

import pytest

from callcenter.clock import SECOND
from callcenter.measures.catalogue import MEASURES
from callcenter.measures.definitions import DEFAULT, DEFINITIONS, LEVELS, Shelf
from callcenter.measures.formulas import Kind, evaluate, needs

ONE_DAY = {
    "offered": 100, "answered": 90, "answered_within": 80, "abandoned": 6, "abandoned_within": 3,
    "abandoned_short": 2, "balked": 1, "flowed_out": 2, "waiting": 1, "overdue": 1,
}  # fmt: skip
"""Of 100 offered 90 are answered, 80 of them in time; six gave up, three in time and two of them shortly;
one balked, two were sent out of the queue, and one still waits and has done so for too long."""


@pytest.mark.parametrize(
    ("level", "value"),
    [
        ("sl-a", 80 / 90),
        ("sl-b", 80 / (90 + 6 + 1 + 1)),
        ("sl-c", 80 / (100 - 2 - 1)),
        ("sl-d", (80 + 3 + 1) / 100),
        ("sl-e", 80 / (90 + 6 - 3 + 1)),
    ],
)
def test_five_service_levels_tell_five_numbers_of_one_day(level: str, value: float) -> None:
    assert float(evaluate(DEFINITIONS[level].measure, ONE_DAY)) == pytest.approx(value)


def test_flow_outs_are_an_option_of_the_denominator() -> None:
    with_them = replace(DEFINITIONS["sl-b"], flow_outs=True)

    assert with_them.effective == (
        "answered_within / (answered + abandoned + balked + flowed_out + overdue)"
    )
    assert float(evaluate(with_them.measure, ONE_DAY)) == pytest.approx(0.8)


def test_what_the_offered_hold_already_is_not_added_again() -> None:
    offered = replace(DEFINITIONS["sl-d"], flow_outs=True, late_waiting=True)

    assert offered.effective == DEFINITIONS["sl-d"].formula


def test_without_its_options_a_service_level_is_the_one_of_the_scorecard() -> None:
    for letter in "abcde":
        live = replace(DEFINITIONS[f"sl-{letter}"], late_waiting=False)

        assert live.effective == MEASURES[f"service_level_{letter}"].formula


def test_every_definition_makes_a_measure_of_known_bases() -> None:
    known = frozenset().union(*map(needs, (m for m in MEASURES.values() if m.additive)))

    for each in DEFINITIONS.values():
        assert needs(each.measure) <= known, each.id
        assert each.measure.kind in {Kind.COUNT, Kind.SUM, Kind.RATIO}
        assert each.ko
        assert each.en


def test_the_service_level_shown_first_is_one_of_the_five() -> None:
    assert DEFAULT in LEVELS
    assert set(LEVELS) <= set(DEFINITIONS)


def test_a_new_version_holds_from_its_day_on_and_leaves_the_days_before_theirs() -> None:
    first = DEFINITIONS["sl-b"]
    second = replace(first, version=2, valid_from=date(2026, 7, 1), threshold=30 * SECOND)
    shelf = Shelf([second])

    assert shelf.on("sl-b", date(2026, 6, 30)) == first
    assert shelf.on("sl-b", date(2026, 7, 1)) == second
    assert shelf.versions("sl-b") == (first, second)
    assert shelf.all_on(date(2026, 7, 1))["sl-a"] == DEFINITIONS["sl-a"]


def test_days_before_all_versions_are_measured_by_the_first() -> None:
    first = DEFINITIONS["sl-b"]
    second = replace(first, version=2, valid_from=date(1500, 1, 1))

    assert Shelf([second]).on("sl-b", date(1191, 10, 27)) is first


def test_of_two_versions_of_one_day_the_later_made_holds() -> None:
    day, first = date(2026, 7, 1), DEFINITIONS["asa"]
    second = replace(first, version=2, valid_from=day)
    third = replace(first, version=3, valid_from=day)

    assert Shelf([third, second]).on("asa", day) == third


def test_what_nobody_defined_has_no_versions() -> None:
    assert Shelf().versions("happiness") == ()
