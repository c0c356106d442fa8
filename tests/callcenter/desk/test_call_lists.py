"""Lists of calls, page by page, and the calls behind a figure: they add up to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callcenter.clock import DAY, HOUR, MINUTE, SECOND
from callcenter.desk.call_lists import Behind, CallDesk, Listed, Side
from callcenter.desk.definitions import DefinitionDesk, NewVersion
from callcenter.desk.live_reports import HANDLING, LiveReportDesk
from callcenter.domain.calls import LegKind, Outcome
from callcenter.errors import InputError, NotFoundError
from callcenter.measures.cuts import by_leg
from callcenter.measures.definitions import DEFINITIONS, LEVELS
from callcenter.measures.reporting import Along
from callcenter.store.live_lines import LegLine
from callcenter.store.live_reports import LegFilter, LegKey
from callcenter.store.unit_of_work import Store
from tests import builders, legs
from tests.desks import Watch
from tests.legs import FRIDAY

SATURDAY = FRIDAY + timedelta(days=1)
LATER = Watch(datetime(2026, 12, 1, tzinfo=UTC))
BOTH = LegFilter(first=FRIDAY, last=SATURDAY)


async def every(
    store: Store, wanted: LegFilter, *, behind: Behind | None = None, limit: int = 50
) -> list[Listed]:
    """Turn the pages until there are no more."""
    desk, found, after = CallDesk(store=store, now=LATER), list[Listed](), None
    while True:
        page = await desk.page(wanted, behind=behind, after=after, limit=limit)
        found += page.legs
        after = page.after
        if after is None:
            return found


@pytest.mark.parametrize("limit", [7, 50, 200])
async def test_pages_give_every_leg_once_the_newest_first(store: Store, limit: int) -> None:
    settled = await legs.settle(store, days=2)

    found = [LegKey.of(one.leg) for one in await every(store, BOTH, limit=limit)]

    assert found == sorted(map(LegKey.of, settled), reverse=True)


@pytest.mark.parametrize(
    ("narrower", "keeps"),
    [
        ({"queue": "tax"}, lambda one: one.queue == "tax"),
        ({"group": "tax"}, lambda one: one.group_name == "tax"),
        ({"agent": "tax-01"}, lambda one: one.agent == "tax-01"),
        ({"source": "pbx2"}, lambda _: False),
        ({"outcome": Outcome.ABANDONED}, lambda one: one.outcome == Outcome.ABANDONED),
        ({"inbound": False}, lambda one: one.kind == 6),
        ({"inbound": True}, lambda one: one.kind != 6),
        (
            {"interval": (10 * HOUR, 10 * HOUR + 30 * MINUTE)},
            lambda one: 10 * HOUR <= (one.arrived + 9 * HOUR) % (24 * HOUR) < 10.5 * HOUR,
        ),
        (
            {"waited_least": 30 * SECOND},
            lambda one: (
                one.queued is not None and (one.answered or one.ended) - one.queued >= 30 * SECOND
            ),
        ),
        (
            {"waited_most": 2 * SECOND},
            lambda one: (
                one.queued is not None and (one.answered or one.ended) - one.queued <= 2 * SECOND
            ),
        ),
    ],
)
async def test_a_filter_gives_exactly_its_own(
    store: Store, narrower: dict[str, Any], keeps: Callable[[LegLine], bool]
) -> None:
    settled = await legs.settle(store)

    found = await every(store, LegFilter(first=FRIDAY, last=FRIDAY, **narrower))

    assert {one.leg for one in found} == {one for one in settled if keeps(one)}


@pytest.mark.parametrize("along", [Along.DAY, Along.INTERVAL, Along.QUEUE, Along.AGENT])
@pytest.mark.parametrize("ids", [LEVELS, HANDLING], ids=["levels", "handling"])
async def test_the_calls_behind_every_number_of_a_report_add_up_to_it(
    store: Store, along: Along, ids: tuple[str, ...]
) -> None:
    await legs.settle(store, days=2)
    desk = LiveReportDesk(store=store, now=LATER)
    report = await (desk.service_level if ids is LEVELS else desk.handling_time)(BOTH, along=along)
    (section,) = report.sections

    for line in section.lines[:2]:
        for figure in line.figures:
            for side in Side:
                wanted = getattr(figure, side.value)
                if wanted is not None:
                    behind = Behind(definition=figure.definition.id, side=side)
                    found = await every(store, of_line(along, line.key), behind=behind, limit=200)
                    assert sum(one.counts or 0 for one in found) == pytest.approx(wanted)


def of_line(along: Along, key: str) -> LegFilter:
    first, last = FRIDAY, SATURDAY
    more: dict[str, Any] = {}
    if along is Along.DAY:
        first = last = FRIDAY if key == FRIDAY.isoformat() else SATURDAY
    elif along is Along.INTERVAL:
        hours, minutes = map(int, key.split(":"))
        start = hours * HOUR + minutes * MINUTE
        more["interval"] = (start, start + 30 * MINUTE)
    else:
        more[along.value] = key
    return LegFilter(first=first, last=last, **more)


async def test_pages_of_the_calls_behind_a_figure_give_each_once(store: Store) -> None:
    await legs.settle(store, days=2)
    behind = Behind(definition="sl-b", side=Side.DENOMINATOR)

    by_seven = await every(store, BOTH, behind=behind, limit=7)
    at_once = await every(store, BOTH, behind=behind, limit=500)

    assert by_seven == at_once
    assert {one.counts for one in at_once} == {1.0}


async def test_a_figure_few_calls_are_behind_is_looked_for_through_the_whole_day(
    store: Store,
) -> None:
    many = list(legs.a_day(calls=900, apart=30 * SECOND))
    async with store.writing() as uow:
        await uow.legs.put_legs(many)
    behind = Behind(definition="hung_up", side=Side.NUMERATOR)
    one_day = LegFilter(first=FRIDAY, last=FRIDAY)

    found = await every(store, one_day, behind=behind, limit=200)

    gone = {Outcome.ABANDONED, Outcome.BALKED}
    gave_up = [one for one in many if one.outcome in gone and one.queued is not None]
    inbound = sorted(map(LegKey.of, gave_up), reverse=True)
    assert [LegKey.of(one.leg) for one in found] == inbound


async def test_a_figure_of_whole_calls_is_looked_for_in_whole_calls(store: Store) -> None:
    fresh = [one for one in legs.a_day(calls=600, apart=40 * SECOND) if one.answered]
    again = [
        leg._replace(
            leg=1,
            kind=LegKind.TRANSFER,
            arrived=leg.arrived + 3 * HOUR,
            queued=leg.arrived + 3 * HOUR,
        )
        for leg in fresh[::2]
    ]
    async with store.writing() as uow:
        await uow.legs.put_legs([*fresh, *again])
    await DefinitionDesk(store=store, now=Watch(datetime(2026, 11, 20, 1, tzinfo=UTC))).redefine(
        "answer_rate",
        NewVersion(valid_from=FRIDAY, formula="calls_settled_first / calls"),
        replaces=1,
        actor=builders.an_actor(),
    )
    behind = Behind(definition="answer_rate", side=Side.NUMERATOR)

    found = await every(store, LegFilter(first=FRIDAY, last=FRIDAY), behind=behind, limit=50)

    async with store.reading() as uow:
        calls, _ = await uow.live_reports.log(LegFilter(first=FRIDAY, last=FRIDAY))
    target = DEFINITIONS["answer_rate"].target
    told = by_leg(calls, target=target, until=DAY)["calls_settled_first"]
    assert sum(one.counts or 0 for one in found) == told.sum() > 100


@pytest.mark.parametrize(
    ("definition", "side"),
    [
        ("happiness", Side.NUMERATOR),
        ("occupancy", Side.NUMERATOR),
        ("offered", Side.DENOMINATOR),
    ],
)
async def test_a_figure_no_call_is_behind_is_refused(
    store: Store, definition: str, side: Side
) -> None:
    with pytest.raises(InputError):
        await every(store, BOTH, behind=Behind(definition=definition, side=side))


async def test_the_calls_behind_a_figure_are_not_cut_by_what_no_figure_knows(store: Store) -> None:
    wanted = LegFilter(first=FRIDAY, last=FRIDAY, outcome=Outcome.ABANDONED)

    with pytest.raises(InputError):
        await every(store, wanted, behind=Behind(definition="asa", side=Side.NUMERATOR))


async def test_a_call_nobody_told_of_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await CallDesk(store=store, now=LATER).story("pbx1", "none")


async def test_the_story_of_a_call_has_its_legs(store: Store) -> None:
    settled = await legs.settle(store)

    story = await CallDesk(store=store, now=LATER).story("pbx1", settled[0].call)

    assert story.legs == (settled[0],)
