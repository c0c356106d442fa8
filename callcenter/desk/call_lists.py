"""Calls one by one: lists of legs, the legs behind a figure, and everything that was told of a call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np

from callcenter.clock import SECOND
from callcenter.desk.live_reports import checked
from callcenter.errors import InputError, NotFoundError
from callcenter.measures.cuts import by_leg
from callcenter.measures.definitions import Definition, Shelf
from callcenter.measures.formulas import needs
from callcenter.measures.live import DayLog
from callcenter.measures.tally import SERVICE
from callcenter.store.live_lines import LegLine, day_log
from callcenter.store.live_reports import LegFilter, LegKey, StoredEvent
from callcenter.store.unit_of_work import Store, UnitOfWork


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
            lines = await uow.live_reports.lines(_one_day(wanted, day))
            log = day_log(day, legs=lines, spells=())
            counts = self._counts(log, side=behind.side, definition=shelf.on(known.id, day))
            there = {LegKey.of(line): line for line in lines}
            chosen = (key for key in sorted(counts, reverse=True) if after is None or key < after)
            found += [Listed(leg=there[key], counts=counts[key]) for key in chosen]
            day -= timedelta(days=1)
        return found[:most]

    def _counts(self, log: DayLog, *, side: Side, definition: Definition) -> dict[LegKey, float]:
        """Return the legs that a side counts, and what each adds to it."""
        calls, origin = log.calls, log.names.origin
        measure = definition.measure
        form = measure.numerator if side is Side.NUMERATOR else measure.denominator
        assert form is not None, "a figure without a denominator was refused"
        now = int(self._now().timestamp() * SECOND) - origin
        until = max(now, int(np.maximum(calls.queued, calls.arrived).max(initial=0)) + 1)
        added = form.of(by_leg(calls, target=definition.target, until=until))
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
