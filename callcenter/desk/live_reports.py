"""Reports over what switches told: handling times, volumes, service levels, satisfaction, agents."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from callcenter.clock import SECOND, Tick
from callcenter.errors import InputError
from callcenter.measures.answers import Answers, Score, answers_of
from callcenter.measures.definitions import LEVELS, Definition, Shelf
from callcenter.measures.figures import INTERVAL
from callcenter.measures.formulas import Unit
from callcenter.measures.reporting import Along, Line, Period, Sum, lines, slot_label
from callcenter.measures.staff import Staff, staff
from callcenter.store.live_lines import midnight_of
from callcenter.store.live_reports import LegFilter, Scored
from callcenter.store.unit_of_work import Store
from callcenter.telephony.call_log import NONE, CallLog
from callcenter.telephony.names import Names

MOST_DAYS: Final = 92
"""As many days may be reported on at once."""
HANDLING: Final = ("handled", "mean_handling", "mean_talk", "mean_hold", "mean_wrap")
INBOUND: Final = ("arrived", "offered", "answered", "hung_up", "left_otherwise", "waiting")
OUTBOUND: Final = ("arrived", "handled")
"""Of calls that nobody queued for, so that "answered" does not count them."""
TICKETS: Final = Definition(
    id="tickets_opened",
    formula="tickets",
    unit=Unit.CALLS,
    ko="접수된 민원",
    en="tickets opened",
    population="tickets submitted, whatever became of them",
    source="the ticket desk",
    population_ko="어떻게 처리되었든 접수된 모든 민원",
    source_ko="민원 데스크",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The same figures for every line of a report, counted over the same legs."""

    name: str
    """Empty where a report has one section only."""
    total: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReport:
    """A report: what was asked for, and what was found."""

    wanted: LegFilter
    along: Along
    at: datetime
    sections: tuple[Section, ...]

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """What its figures mean, each definition as it held on the last day."""
        figures = (one for section in self.sections for one in section.total.figures)
        return tuple({one.definition.id: one.definition for one in figures}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSatisfaction:
    """What callers answered about the calls of some days."""

    all: Answers
    queues: dict[str, Answers]


class LiveReportDesk:
    """Computes reports from stored legs; nothing is kept, so that late events cannot be forgotten."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Stand on a store; `now` is the centre's clock."""
        self._store = store
        self._now = now

    async def service_level(self, wanted: LegFilter, *, along: Along) -> LiveReport:
        """Report all five service levels side by side.

        Raises:
            InputError: the days are in the wrong order or too many.
        """
        return await self._report(wanted, along=along, ids=LEVELS)

    async def handling_time(self, wanted: LegFilter, *, along: Along) -> LiveReport:
        """Report the average handling time and its parts, which add up to it, of who called the centre.

        Raises:
            InputError: as `service_level`.
        """
        return await self._report(wanted, along=along, ids=HANDLING)

    async def volumes(self, wanted: LegFilter, *, along: Along) -> LiveReport:
        """Report how much came in, went out, and was opened as tickets.

        Tickets are told by day and by half hour of the whole centre; they belong to no queue or agent.

        Raises:
            InputError: as `service_level`.
        """
        checked(wanted)
        sections = []
        async with self._store.reading() as uow:
            shelf = await uow.definitions.shelf()
            for name, inbound, ids in (("inbound", True, INBOUND), ("outbound", False, OUTBOUND)):
                log = await uow.live_reports.log(replace(wanted, inbound=inbound))
                sections.append(
                    await self._section(
                        name, log, wanted, along=along, shelf=shelf, ids=ids, attempts=not inbound
                    )
                )
            if along in _OF_TICKETS and wanted.queue is wanted.group is wanted.agent is None:
                opened = await uow.live_reports.tickets(wanted.first, wanted.last)
                sections.append(_tickets(opened, along=along, unsure=self._period(wanted)))
        return LiveReport(wanted=wanted, along=along, at=self._now(), sections=tuple(sections))

    async def satisfaction(self, first: date, last: date) -> CallSatisfaction:
        """Report what callers answered about the calls of some days, however late they answered."""
        async with self._store.reading() as uow:
            found = await uow.live_reports.scores(first, last)
        queues = sorted({one.queue for one in found})
        return CallSatisfaction(
            all=_answers(found),
            queues={
                queue: _answers(one for one in found if one.queue == queue) for queue in queues
            },
        )

    async def staff(self, day: date) -> Staff:
        """Report a day of every agent, as far as it has come."""
        async with self._store.reading() as uow:
            shelf = await uow.definitions.shelf()
            log = await uow.legs.day(day)
        return staff(log, now=self._tick(), definitions=shelf.all_on(day))

    async def satisfaction_of(self, agent: str, day: date) -> Answers:
        """Report what callers answered about an agent's calls of a day."""
        async with self._store.reading() as uow:
            return _answers(await uow.live_reports.scores(day, day, agent=agent))

    async def _report(self, wanted: LegFilter, *, along: Along, ids: Sequence[str]) -> LiveReport:
        checked(wanted)
        async with self._store.reading() as uow:
            shelf = await uow.definitions.shelf()
            log = await uow.live_reports.log(wanted)
        section = await self._section("", log, wanted, along=along, shelf=shelf, ids=ids)
        return LiveReport(wanted=wanted, along=along, at=self._now(), sections=(section,))

    async def _section(
        self,
        name: str,
        log: tuple[CallLog, Names],
        wanted: LegFilter,
        *,
        along: Along,
        shelf: Shelf,
        ids: Sequence[str],
        attempts: bool = False,
    ) -> Section:
        calls, names = log
        total, found = await asyncio.to_thread(
            lines,
            calls,
            names=names,
            period=self._period(wanted),
            shelf=shelf,
            wanted=ids,
            along=along,
            attempts=attempts,
        )
        return Section(name=name, total=total, lines=tuple(found))

    def _period(self, wanted: LegFilter) -> Period:
        since = self._tick() - midnight_of(wanted.first)
        return Period(first=wanted.first, last=wanted.last, now=since)

    def _tick(self) -> Tick:
        return int(self._now().timestamp() * SECOND)


_OF_TICKETS: Final = (Along.TOTAL, Along.DAY, Along.INTERVAL)


def checked(wanted: LegFilter) -> None:
    """Refuse days in the wrong order, and more than one answer should hold.

    Raises:
        InputError: so it is.
    """
    if wanted.last < wanted.first:
        raise InputError("expected a last day on or after the first", key="last")
    if (wanted.last - wanted.first).days >= MOST_DAYS:
        raise InputError(f"expected at most {MOST_DAYS} days", key="first")


def _tickets(opened: Counter[tuple[date, Tick]], *, along: Along, unsure: Period) -> Section:
    by_key: Counter[str] = Counter()
    for (day, tick), n in opened.items():
        by_key[day.isoformat() if along is Along.DAY else slot_label(tick // INTERVAL)] += n
    keys = [day.isoformat() for day in unsure.days] if along is Along.DAY else sorted(by_key)
    open_still = midnight_of(unsure.first) + unsure.now < _end(unsure)
    return Section(
        name="tickets",
        total=_ticket_line("", by_key.total(), provisional=open_still),
        lines=()
        if along is Along.TOTAL
        else tuple(_ticket_line(key, by_key[key], provisional=open_still) for key in keys),
    )


def _end(period: Period) -> Tick:
    return midnight_of(date.fromordinal(period.last.toordinal() + 1))


def _ticket_line(key: str, n: int, *, provisional: bool) -> Line:
    counted = Sum(definition=TICKETS, versions=(1,), numerator=n, denominator=None)
    return Line(key=key, figures=(counted,), provisional=provisional)


def _answers(found: Iterable[Scored]) -> Answers:
    return answers_of(
        Score(at=0, score=one.score, scale=one.scale, queue=NONE, agent=NONE)
        for one in found
        for _ in range(one.n)
    )
