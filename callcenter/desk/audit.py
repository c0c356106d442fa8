"""Proof that the history is what it was: chains within each ticket, and one root a day over all of them.

A changed or missing event breaks its ticket's chain. Whoever also mends the chain changes the day's
root; whoever mends that too changes every root since, which auditors keep outside this house. An export
is checked by `faults_of_export` alone, without the database it came from.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from callcenter.desk.openings import Calendars
from callcenter.domain.clocks import Clock, clocks
from callcenter.domain.ticket_events import Happened, Recounted
from callcenter.domain.tickets import Ticket, replay
from callcenter.domain.worktime import KST
from callcenter.errors import CalendarError, ConflictError, NotFoundError, PeriodError
from callcenter.store.clocks import columns_of, row_of
from callcenter.store.events import FIRST, broken_links, happened_of, link
from callcenter.store.roots import Root
from callcenter.store.tickets import ticket_of
from callcenter.store.unit_of_work import Store, UnitOfWork

GRACE: Final = timedelta(minutes=15)
"""So long after midnight a day may be sealed: no transaction that began before it is still open then."""
_EVENT: Final = (
    "ticket", "seq", "kind", "at", "recorded_at", "actor", "actor_roles", "actor_unit", "payload",
    "prev_hash", "hash",
)  # fmt: skip
_ROOT: Final = ("day", "events", "root", "prev_root")
_DAY: Final = timedelta(days=1)


class What(StrEnum):
    """What is wrong with a history."""

    BROKEN_LINK = "broken-link"
    """An event is not what it was, or not the next of its ticket."""
    MISSING_EVENT = "missing-event"
    """The chain has a gap, or ends before the ticket does."""
    OTHER_PROJECTION = "other-projection"
    """The ticket's row does not say what its events say."""
    OTHER_CLOCKS = "other-clocks"
    """A deadline, or whether it was kept, is not what the events and their calendar give."""
    MISSING_TICKET = "missing-ticket"
    """A number was given that no ticket has."""
    UNREADABLE = "unreadable"
    """An event cannot be read any more."""
    OTHER_ROOT = "other-root"
    """The day's events are not those that were sealed."""
    BROKEN_CHAIN = "broken-chain"
    """A day is not chained to the day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: of a ticket, or of a day."""

    what: What
    ticket: str | None = None
    seq: int | None = None
    day: str | None = None


class Audit:
    """Verifies, seals and exports the history."""

    def __init__(
        self, *, store: Store, now: Callable[[], datetime], calendars: Calendars | None = None
    ) -> None:
        """Take the time from outside: it says which days are over; without calendars no clock is told."""
        self._store = store
        self._now = now
        self._calendars = calendars

    # --- Verifying ----------------------------------------------------------------------------------

    async def verify(self, number: str) -> list[Fault]:
        """Return what is wrong with one ticket's history.

        Raises:
            NotFoundError: there is no such ticket.
        """
        async with self._store.reading() as uow:
            return await _faults_of_ticket(uow, number, calendars=self._calendars)

    async def verify_all(self) -> AsyncIterator[Fault]:
        """Find what is wrong with any ticket and any sealed day, a page of tickets at a time."""
        after = ""
        while True:
            async with self._store.reading() as uow:
                numbers = await uow.roots.numbers(after=after)
                found = [
                    fault
                    for number in numbers
                    for fault in await _faults_of_ticket(uow, number, calendars=self._calendars)
                ]
            for fault in found:
                yield fault
            if not numbers:
                break
            after = numbers[-1]
        async with self._store.reading() as uow:
            lost = await uow.roots.lost_numbers()
        for number in lost:
            yield Fault(what=What.MISSING_TICKET, ticket=number)
        for fault in await self.verify_roots():
            yield fault

    async def verify_roots(self) -> list[Fault]:
        """Return the sealed days whose events, or whose place in the chain, are no longer the same."""
        faults: list[Fault] = []
        before: Root | None = None
        async with self._store.reading() as uow:
            for sealed in await uow.roots.between("", "9999-12-31"):
                if not _follows(sealed, before):
                    faults.append(Fault(what=What.BROKEN_CHAIN, day=sealed.day))
                made = await _root_of_day(uow, sealed.day, prev_root=sealed.prev_root)
                if made != sealed:
                    faults.append(Fault(what=What.OTHER_ROOT, day=sealed.day))
                before = sealed
        return faults

    # --- Sealing ------------------------------------------------------------------------------------

    async def seal_day(self, day: date) -> Root:
        """Make and keep the root of a day that is over, the next one to be sealed.

        Raises:
            ConflictError: the day is not over, was sealed, or the day before was not.
        """
        if self._now() < _midnight(day + _DAY) + GRACE:
            raise ConflictError(f"expected a day that is over, got {day}")
        async with self._store.writing() as uow:
            last = await uow.roots.last()
            if last is not None and date.fromisoformat(last.day) + _DAY != day:
                raise ConflictError(
                    f"{last.day} was the last day sealed, expected the next one, got {day}"
                )
            prev_root = FIRST if last is None else last.root
            root = await _root_of_day(uow, day.isoformat(), prev_root=prev_root)
            await uow.roots.add(root, sealed_at=self._now())
        return root

    async def seal_what_is_over(self) -> list[Root]:
        """Seal every day that is over and not sealed yet; from the day of the first event on."""
        async with self._store.reading() as uow:
            last = await uow.roots.last()
            first = await uow.roots.first_recorded()
        if last is not None:
            day = date.fromisoformat(last.day) + _DAY
        elif first is not None:
            day = first.astimezone(KST).date()
        else:
            return []
        sealed = []
        while self._now() >= _midnight(day + _DAY) + GRACE:
            sealed.append(await self.seal_day(day))
            day += _DAY
        return sealed

    # --- Exporting ----------------------------------------------------------------------------------

    async def export(self, first: date, last: date) -> AsyncIterator[str]:
        """Write sealed days as lines of JSON: a day's events in order, then its root.

        Raises:
            NotFoundError: one of the days has not been sealed.
        """
        async with self._store.reading() as uow:
            roots = await uow.roots.between(first.isoformat(), last.isoformat())
            if len(roots) != (last - first).days + 1:
                raise NotFoundError(
                    f"expected sealed days from {first} to {last}, found {len(roots)}"
                )
            for root in roots:
                async for row in _events_of_day(uow, root.day):
                    yield _line({name: _plain(getattr(row, name)) for name in _EVENT})
                yield _line({name: getattr(root, name) for name in _ROOT})


def faults_of_export(lines: Iterable[str]) -> list[Fault]:
    """Return what is wrong with exported days; compare the roots with those kept elsewhere, too.

    Raises:
        ValueError: a line is not one of an export.
    """
    faults: list[Fault] = []
    hashes: list[str] = []
    ends: dict[str, tuple[int, str]] = {}
    before: Root | None = None
    for line in lines:
        said = json.loads(line)
        if "day" not in said:
            hashes.append(said["hash"])
            faults += _faults_of_line(said, ends)
            continue
        root = Root(**said)
        if before is not None and not _follows(root, before):
            faults.append(Fault(what=What.BROKEN_CHAIN, day=root.day))
        if root_of(root.day, hashes, prev_root=root.prev_root) != root:
            faults.append(Fault(what=What.OTHER_ROOT, day=root.day))
        before, hashes = root, []
    if hashes:
        raise ValueError("expected a root after the last event, got the end")
    return faults


def root_of(day: str, hashes: Iterable[str], *, prev_root: str) -> Root:
    """Make a day's root: SHA-256 over the root before, the day, and its events' hashes, a line each."""
    digest = sha256(f"{prev_root}\n{day}\n".encode())
    events = 0
    for events, event in enumerate(hashes, start=1):  # noqa: B007 - the last number is their count
        digest.update(f"{event}\n".encode())
    return Root(day=day, events=events, root=digest.hexdigest(), prev_root=prev_root)


async def _faults_of_ticket(
    uow: UnitOfWork, number: str, *, calendars: Calendars | None
) -> list[Fault]:
    row = await uow.tickets.row(number)
    if row is None:
        raise NotFoundError(f"there is no ticket {number}")
    events = await uow.tickets.event_rows(number)
    faults = [Fault(what=What.BROKEN_LINK, ticket=number, seq=seq) for seq in broken_links(events)]
    seqs = [event.seq for event in events]
    missing = sorted(set(range(1, row.seq + 1)) - set(seqs))
    faults += [Fault(what=What.MISSING_EVENT, ticket=number, seq=seq) for seq in missing]
    if faults:
        return faults
    try:
        history = [happened_of(event) for event in events]
        told = replay(number, history)
    except (KeyError, TypeError, ValueError):
        return [Fault(what=What.UNREADABLE, ticket=number)]
    if told != _as_it_stands(row):
        return [Fault(what=What.OTHER_PROJECTION, ticket=number)]
    if calendars is not None and not await _clocks_are_told(uow, row, history, calendars=calendars):
        return [Fault(what=What.OTHER_CLOCKS, ticket=number)]
    return []


def _as_it_stands(row: Any) -> Ticket | None:
    """Read a ticket's row; `None` if nobody can."""
    try:
        return ticket_of(row)
    except (KeyError, TypeError, ValueError, PeriodError):
        return None


async def _clocks_are_told(
    uow: UnitOfWork, row: Any, history: list[Happened], *, calendars: Calendars
) -> bool:
    """Say whether the clocks kept of a ticket, and its row's dates, are those its history tells."""
    promise = history
    while isinstance(promise[-1].event, Recounted):
        promise = promise[:-1]  # a newer calendar moves the law's date, not the promise
    try:
        running = _told(row.number, history, calendars=calendars)
        before = columns_of(_told(row.number, promise, calendars=calendars), promised=None)
    except (CalendarError, PeriodError):
        return False
    promised = None if promise is history else before["promised_due_at"]
    expected = [row_of(row.number, clock) for clock in running]
    kept = [dict(one._mapping) for one in await uow.clocks.of(row.number)]  # noqa: SLF001 - public
    columns = columns_of(running, promised=promised)
    dates = {name: getattr(row, name) for name in columns}
    return dates == columns and sorted(kept, key=_nth) == sorted(expected, key=_nth)


def _told(number: str, history: list[Happened], *, calendars: Calendars) -> tuple[Clock, ...]:
    calendar = calendars.version(replay(number, history).calendar)
    return clocks(history, calendar=calendar)


def _nth(clock: dict[str, Any]) -> tuple[str, int]:
    return clock["kind"], clock["n"]


async def _root_of_day(uow: UnitOfWork, day: str, *, prev_root: str) -> Root:
    hashes = [row.hash async for row in _events_of_day(uow, day)]
    return root_of(day, hashes, prev_root=prev_root)


def _events_of_day(uow: UnitOfWork, day: str) -> AsyncIterator[Any]:
    start = _midnight(date.fromisoformat(day))
    return uow.roots.events(start, start + _DAY)


def _follows(root: Root, before: Root | None) -> bool:
    if before is None:
        return root.prev_root == FIRST
    next_day = date.fromisoformat(before.day) + _DAY
    return root.prev_root == before.root and root.day == next_day.isoformat()


def _faults_of_line(said: dict[str, Any], ends: dict[str, tuple[int, str]]) -> list[Fault]:
    """Judge one exported event by itself and by the one before it of the same ticket."""
    ticket, seq = said["ticket"], said["seq"]
    moments = {name: datetime.fromisoformat(said[name]) for name in ("at", "recorded_at")}
    whole = link(said | moments) == said["hash"]
    known = ends.get(ticket)
    follows = known is None or known == (seq - 1, said["prev_hash"])
    ends[ticket] = (seq, said["hash"])
    return [] if whole and follows else [Fault(what=What.BROKEN_LINK, ticket=ticket, seq=seq)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _line(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"
