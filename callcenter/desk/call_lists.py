"""Calls one by one: lists of legs, the legs behind a figure, and everything that was told of a call."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from callcenter.clock import SECOND, Tick
from callcenter.desk.live_reports import checked
from callcenter.errors import InputError, NotFoundError
from callcenter.measures.contacts import FACTS
from callcenter.measures.cuts import by_leg
from callcenter.measures.definitions import Definition, Shelf
from callcenter.measures.formulas import needs
from callcenter.measures.tally import SERVICE
from callcenter.store.live_lines import LegLine, day_log
from callcenter.store.live_reports import LegFilter, LegKey, StoredEvent
from callcenter.store.unit_of_work import Store, UnitOfWork

_STRETCH: Final = 200
"""So many legs are looked at first; seldom has a page to look further."""


class Side(StrEnum):
    """Above or below the line of a figure."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One side of a figure."""

    definition: str
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One leg of a list."""

    leg: LegLine
    counts: float | None = None
    """What it adds to the side asked for, in the definition's unit; `None` where none was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """Some legs, the newest first."""

    legs: tuple[Listed, ...]
    after: LegKey | None
    """Where the next page goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """One call: its legs, and what was told of it."""

    legs: tuple[LegLine, ...]
    events: tuple[StoredEvent, ...]


class CallDesk:
    """Finds calls."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Stand on a store; `now` is the centre's clock."""
        self._store = store
        self._now = now

    async def page(
        self, wanted: LegFilter, *, behind: Behind | None, after: LegKey | None, limit: int
    ) -> CallPage:
        """Return a page of legs, or of those that one side of a figure counts.

        Raises:
            InputError: the days are wrong, the figure is unknown or not made of legs, or a filter is
                given that figures do not know.
        """
        checked(wanted)
        async with self._store.reading() as uow:
            if behind is None:
                found = await uow.live_reports.page(wanted, after=after, most=limit + 1)
                listed = [Listed(leg=leg) for leg in found]
            else:
                _check(wanted)
                listed = await self._behind(uow, wanted, behind=behind, after=after, most=limit + 1)
        more = len(listed) > limit
        return CallPage(
            legs=tuple(listed[:limit]),
            after=LegKey.of(listed[limit - 1].leg) if more else None,
        )

    async def story(self, source: str, call: str) -> CallStory:
        """Return a call with all that was told of it.

        Raises:
            NotFoundError: no switch told of such a call.
        """
        async with self._store.reading() as uow:
            legs = await uow.live_reports.legs_of(source, call)
            events = await uow.live_reports.events_of(source, call)
        if not legs:
            raise NotFoundError(f"{source} told of no call {call!r}")
        return CallStory(legs=tuple(legs), events=tuple(events))

    async def _behind(
        self,
        uow: UnitOfWork,
        wanted: LegFilter,
        *,
        behind: Behind,
        after: LegKey | None,
        most: int,
    ) -> list[Listed]:
        """Look day by day, from the last one back, until there is enough."""
        shelf = await uow.definitions.shelf()
        known = _known(behind, shelf=shelf, day=wanted.last)
        found: list[Listed] = []
        day = wanted.last if after is None else min(wanted.last, date.fromisoformat(after.day))
        while day >= wanted.first and len(found) < most:
            found += await self._behind_on(
                uow,
                _one_day(wanted, day),
                side=behind.side,
                definition=shelf.on(known.id, day),
                after=after,
                most=most - len(found),
            )
            day -= timedelta(days=1)
        return found[:most]

    async def _behind_on(
        self,
        uow: UnitOfWork,
        wanted: LegFilter,
        *,
        side: Side,
        definition: Definition,
        after: LegKey | None,
        most: int,
    ) -> list[Listed]:
        """Look from the day's last leg back, a stretch at a time, until there is enough."""
        now = int(self._now().timestamp() * SECOND)
        until = max(now, await uow.live_reports.latest(wanted) + 1)
        whole = not needs(definition.measure).isdisjoint(FACTS)
        found: list[Listed] = []
        async for stretch in _stretches(uow, wanted, after=after, whole=whole):
            counts = _counts(wanted, stretch, until=until, side=side, definition=definition)
            keyed = ((LegKey.of(leg), leg) for leg in stretch)
            found += [
                Listed(leg=leg, counts=counts[key])
                for key, leg in keyed
                if key in counts and (after is None or key < after)
            ]
            if len(found) >= most:
                break
        return found


async def _stretches(
    uow: UnitOfWork, wanted: LegFilter, *, after: LegKey | None, whole: bool
) -> AsyncIterator[list[LegLine]]:
    """Give legs, the newest first, more at a time each time; all at once if they are about each other."""
    if whole:
        yield sorted(await uow.live_reports.lines(wanted), key=LegKey.of, reverse=True)
        return
    size, full = _STRETCH, True
    while full:
        legs = await uow.live_reports.page(wanted, after=after, most=size)
        if legs:
            yield legs
            after = LegKey.of(legs[-1])
        full, size = len(legs) == size, 2 * size


def _counts(
    wanted: LegFilter, legs: Sequence[LegLine], *, until: Tick, side: Side, definition: Definition
) -> dict[LegKey, float]:
    """Return the legs of a day that a side counts, and what each adds to it."""
    log = day_log(wanted.first, legs=legs, spells=())
    calls, origin = log.calls, log.names.origin
    measure = definition.measure
    form = measure.numerator if side is Side.NUMERATOR else measure.denominator
    assert form is not None, "a figure without a denominator was refused"
    bases = by_leg(
        calls,
        target=definition.target,
        until=until - origin,
        attempts=wanted.inbound is False,
    )
    added = form.of(bases)
    scale = measure.scale if side is Side.NUMERATOR else 1.0
    return {
        LegKey(
            day=log.day.isoformat(),
            arrived=origin + int(calls.arrived[row]),
            source=log.places[row].source,
            call=log.places[row].call,
            leg=int(calls.attempt[row]),
        ): float(added[row]) * scale
        for row in np.flatnonzero(added).tolist()
    }


def _check(wanted: LegFilter) -> None:
    """Refuse filters that no figure has, so that a list always adds up to its figure."""
    for name in ("outcome", "waited_least", "waited_most", "source"):
        if getattr(wanted, name) is not None:
            raise InputError("expected it without `behind`: figures are not cut by it", key=name)


def _known(behind: Behind, *, shelf: Shelf, day: date) -> Definition:
    if not shelf.versions(behind.definition):
        raise InputError(f"expected a known definition, got {behind.definition!r}", key="behind")
    definition = shelf.on(behind.definition, day)
    if not needs(definition.measure) <= set(SERVICE):
        raise InputError(
            f"{definition.id} is made of agents' time: no call is behind it", key="behind"
        )
    if behind.side is Side.DENOMINATOR and definition.measure.denominator is None:
        raise InputError(f"{definition.id} is a count: it has no denominator", key="behind")
    return definition


def _one_day(wanted: LegFilter, day: date) -> LegFilter:
    return LegFilter(
        first=day,
        last=day,
        queue=wanted.queue,
        group=wanted.group,
        agent=wanted.agent,
        inbound=wanted.inbound,
        interval=wanted.interval,
    )
