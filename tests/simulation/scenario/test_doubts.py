"""What is allowed and probably not meant."""

from pathlib import Path

import pytest

from simulation.results import run
from simulation.scenario import Scenario, load, loads, warnings, worries

SMALL = """\
scenario: small
calendar: {first: 2009-03-02, last: 2009-03-03, open: {every-day: "09:00-12:00"}}
queue:
  a: {arrivals: {per_hour: 60}, talk: 60s, patience: 5m}
group:
  g: {headcount: 4, staffing: {"09:00": 4}, serves: {a: {}}}
"""


def small(**changes: object) -> Scenario:
    return loads(SMALL, {key.replace("__", "."): value for key, value in changes.items()})


SILENT = [
    ({"group__g__staffing": {"07:00": 4, "08:00": 0}}, "g is never on duty while it is open"),
    ({"group__g__absence": "100%"}, "all of g are absent"),
    ({"group__g__serves__a__leave_free": 4}, "g keeps 4 free and never has more than 4"),
    ({"group__g__serves__a__after": "never"}, "g never helps (after: never)"),
    ({"group__g__serves__a__after": "6m"}, "g helps after 6m, when everybody has hung up"),
    ({"group__g__serves__a__when_waiting": 9000}, "g helps while 9,000 wait"),
    (
        {"group__g__serves__a__when_busy": {"group": "g", "share": "100%"}},
        "g waits for g to be 100% busy, which cannot come about",
    ),
    (
        {"group__g__serves__a__when_busy": {"group": "g", "share": "10%"}},
        "g waits for g to be 10% busy, which cannot come about",
    ),
]


@pytest.mark.parametrize(("changes", "why"), SILENT, ids=[why for _, why in SILENT])
def test_a_queue_nobody_can_answer_is_a_worry_and_true(
    changes: dict[str, object], why: str
) -> None:
    scenario = small(**changes)

    assert [one for one in worries(scenario) if why in one and "queue.a: nobody" in one]
    assert set(worries(scenario)) <= set(warnings(scenario))
    assert run(scenario, replications=1).scorecard.value("answered") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"queue__a__patience": "0s"},
        {"group__g__serves__a__leave_free": 3},
        {"group__g__serves__a__after": "5m"},
        {"group__g__serves__a__when_waiting": 3},
    ],
)
def test_a_queue_somebody_answers_is_none(changes: dict[str, object]) -> None:
    scenario = small(**changes)

    assert worries(scenario) == []
    assert run(scenario, replications=1).scorecard.value("answered")


def test_groups_that_begin_when_another_is_busy_are_reached_through_it() -> None:
    helper = "  h: {headcount: 1, always: true, serves: {a: {when_busy: {group: g, share: 1}}}}\n"

    assert worries(loads(SMALL + helper)) == []
    assert "h waits for g" in worries(loads(SMALL + helper, {"group.g.absence": 1}))[0]


def test_recorded_callers_before_closed_doors_are_counted(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("arrived\n2009-03-02\n2009-03-02T10:00:00\n2009-04-01\n")
    file = tmp_path / "traced.yaml"
    arrivals = "{by: trace, file: calls.csv}"
    file.write_text(SMALL.replace("{per_hour: 60}", arrivals), "utf-8")

    told = worries(load(file))

    assert told == [
        "queue.a.arrivals.file: 1 of 2 recorded callers come while the doors are closed"
    ]


@pytest.mark.parametrize(
    ("arrivals", "told"),
    [
        ({"at": ["08:00", "10:00"]}, "at: the doors are never open for the appointments of 08:00"),
        ({"counts": {"07:00": 3, "08:00": 0, "09:00": 5}}, "counts: the doors are never open for"),
        (
            {"counts": {"08:00": 3, "12:00": 1}},
            "counts: the doors are never open for the callers of 12:00",
        ),
    ],
)
def test_given_times_outside_hours_are_named(arrivals: dict[str, object], told: str) -> None:
    found = worries(small(queue__a__arrivals=arrivals))

    assert [one for one in found if told in one]


def test_a_warm_up_that_outlasts_the_doors_leaves_nothing() -> None:
    assert worries(small(run__warm_up="36h")) == [
        "run.warm_up: nothing is measured: the last doors close within 1d12h"
    ]
    assert worries(small(run__warm_up="35h")) == []


def test_a_group_that_never_goes_home_is_noticed() -> None:
    told = warnings(small(group__g__staffing=None, group__g__always=True))

    assert len(told) == 1
    assert "group.g.always: on duty 24 hours a day, while its queues are open 3 on" in told[0]
