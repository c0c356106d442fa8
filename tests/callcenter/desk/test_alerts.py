from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from callcenter.clock import MINUTE, SECOND, Tick
from callcenter.desk.alerts import (
    RULES,
    AlertDesk,
    Reading,
    Rule,
    Severity,
    Standing,
    step,
)
from callcenter.domain.access import Actor, Role
from callcenter.errors import InputError, NotFoundError, RefusedError
from callcenter.store.unit_of_work import Store
from tests.desks import Watch

LEAD = Actor(login="lead1", roles=frozenset({Role.LEAD}))
WAITING = Rule(
    name="waiting",
    reading=Reading.WAITING,
    severity=Severity.WARN,
    raise_at=10.0,
    clear_at=4.0,
    raise_after=30 * SECOND,
    clear_after=MINUTE,
    ko="{subject}: 대기 {value:.0f}건",
    en="{subject}: {value:.0f} calls wait",
)
LEVEL = replace(WAITING, name="level", reading=Reading.MARGIN, raise_at=0.8, clear_at=0.82)


def walked(rule: Rule, *readings: tuple[float, float | None]) -> list[bool]:
    """Say after each reading, at its second, whether it is raised."""
    standing, found = Standing(), []
    for second, value in readings:
        standing = step(rule, standing, value=value, at=round(second * SECOND))
        found.append(standing.raised)
    return found


def test_it_is_raised_when_it_has_been_bad_long_enough() -> None:
    assert walked(WAITING, (0, 10), (29.9, 12), (30, 11)) == [False, False, True]


def test_a_moment_of_relief_begins_the_wait_anew() -> None:
    assert walked(WAITING, (0, 10), (20, 9), (30, 10), (59, 10), (60, 10))[2:] == [
        False,
        False,
        True,
    ]


def test_between_the_thresholds_nothing_is_raised_and_nothing_cleared() -> None:
    assert walked(WAITING, (0, 9), (1000, 5)) == [False, False]
    assert walked(WAITING, (0, 10), (30, 10), (31, 5), (1000, 9)) == [False, True, True, True]


def test_it_is_cleared_when_it_has_been_good_long_enough() -> None:
    readings = (0, 10), (30, 10), (40, 4), (99, 0), (100, 4)

    assert walked(WAITING, *readings)[2:] == [True, True, False]


def test_what_nobody_knows_neither_raises_nor_clears() -> None:
    assert walked(WAITING, (0, 10), (20, None), (30, 10), (1000, None)) == [False] * 4
    assert walked(WAITING, (0, 10), (30, 10), (40, 0), (90, None), (100, 0), (159, 0))[-1]


def test_a_share_is_bad_when_it_is_low() -> None:
    assert walked(LEVEL, (0, 0.8), (30, 0.5), (31, 0.81), (99, 0.82), (159, 0.9)) == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_clock_that_goes_back_does_not_stop_a_rule_for_ever() -> None:
    assert walked(WAITING, (1000, 10), (0, 10), (30, 10)) == [False, False, True]


@given(st.lists(st.tuples(st.integers(0, 3 * MINUTE), st.none() | st.floats(0, 20)), max_size=30))
def test_two_changes_are_never_closer_than_the_rule_allows(
    steps: list[tuple[Tick, float | None]],
) -> None:
    standing, at, turned = Standing(), 0, list[tuple[Tick, bool]]()
    for passed, value in steps:
        at += passed
        before, standing = standing, step(WAITING, standing, value=value, at=at)
        if standing.raised != before.raised:
            turned.append((at, standing.raised))

    for (then, _), (now, raised) in pairwise(turned):
        assert now - then >= (WAITING.raise_after if raised else WAITING.clear_after)


class Machine(RuleBasedStateMachine):
    """Held against a model that remembers every reading."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing()
        self.at = 0
        self.raised = False
        self.past: list[tuple[Tick, float]] = []

    @rule(passed=st.sampled_from([SECOND, 10 * SECOND, 31 * SECOND]), value=st.integers(0, 14))
    def reads(self, passed: Tick, value: int) -> None:
        self.at += passed
        self.past.append((self.at, float(value)))
        self.standing = step(WAITING, self.standing, value=float(value), at=self.at)
        turns = WAITING.is_good if self.raised else WAITING.is_bad
        since = self.at
        for at, read in reversed(self.past):
            if not turns(read):
                break
            since = at
        wait = WAITING.clear_after if self.raised else WAITING.raise_after
        if turns(float(value)) and self.at - since >= wait:
            self.raised = not self.raised
            self.past = []

    @invariant()
    def agrees(self) -> None:
        assert self.standing.raised == self.raised


TestMachine: Any = Machine.TestCase


def test_every_rule_says_something_in_both_languages_and_has_a_name_of_its_own() -> None:
    assert len({one.name for one in RULES}) == len(RULES)
    for one in RULES:
        said = [text.format(subject="general", value=0.5) for text in (one.ko, one.en)]
        assert said[0] != said[1]
        assert one.is_bad(one.raise_at)
        assert one.is_good(one.clear_at)
        assert not one.is_good(one.raise_at)
        assert not one.is_bad(one.clear_at)


# --- Kept ------------------------------------------------------------------------------------------------

BAD = {(Reading.SILENT, "sim1"): 20.0}
GOOD = {(Reading.SILENT, "sim1"): 0.5}


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(store: Store, watch: Watch) -> AlertDesk:
    return AlertDesk(store, now=watch)


async def test_an_alert_is_kept_from_its_raising_to_its_clearing(
    desk: AlertDesk, store: Store
) -> None:
    assert await desk.look(BAD, at=100)
    assert not await desk.look(BAD, at=200)
    (alert,) = desk.raised
    assert (alert.rule, alert.subject, alert.value, alert.raised_at) == (
        "source-silent",
        "sim1",
        20.0,
        100,
    )
    assert "sim1" in alert.ko
    assert "sim1" in alert.en

    assert await desk.look(GOOD, at=300)

    assert desk.raised == ()
    async with store.reading() as uow:
        (kept,) = await uow.alerts.page()
        assert kept.cleared_at == 300
        assert [one.id for one in await uow.alerts.raised_by(250)] == [kept.id]
        assert await uow.alerts.raised_by(300) == []


async def test_who_takes_an_alert_on_owns_it(desk: AlertDesk, watch: Watch) -> None:
    await desk.look(BAD, at=100)
    (alert,) = desk.raised

    mine = await desk.acknowledge(alert.id, owner=None, actor=LEAD)
    his = await desk.acknowledge(alert.id, owner="김 파트장", actor=LEAD)

    assert (mine.owner, mine.acknowledged_by, mine.acknowledged_at) == ("lead1", "lead1", watch.at)
    assert his.owner == "김 파트장"
    assert desk.raised == (his,)


async def test_a_restart_forgets_no_alert_and_raises_none_twice(
    desk: AlertDesk, store: Store, watch: Watch
) -> None:
    await desk.look(BAD, at=100)
    later = AlertDesk(store, now=watch)
    await later.restore()

    assert later.raised == desk.raised
    assert not await later.look(BAD, at=200)
    assert await later.look(GOOD, at=300)
    assert later.raised == ()


async def test_what_is_not_there_over_or_unfit_is_not_acknowledged(desk: AlertDesk) -> None:
    await desk.look(BAD, at=100)
    (alert,) = desk.raised
    with pytest.raises(InputError):
        await desk.acknowledge(alert.id, owner="x" * 81, actor=LEAD)
    await desk.look(GOOD, at=300)

    with pytest.raises(RefusedError):
        await desk.acknowledge(alert.id, owner=None, actor=LEAD)
    with pytest.raises(NotFoundError):
        await desk.acknowledge(alert.id + 1, owner=None, actor=LEAD)


async def test_each_queue_and_each_switch_has_an_alert_of_its_own(desk: AlertDesk) -> None:
    await desk.look({(Reading.SILENT, "sim1"): 20.0, (Reading.SILENT, "pbx1"): 70.0}, at=100)
    await desk.look(GOOD, at=200)

    assert [alert.subject for alert in desk.raised] == ["pbx1"]
