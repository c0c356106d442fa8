"""Lists of tickets: filters, four orders, and pages that neither skip nor repeat while tickets come in.

A page begins after the last ticket of the page before, not at a count, and nothing is counted: a page
only knows whether there is more. Every order, and every filter people ask by, has an index of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    UnaryExpression,
    any_,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.operators import custom_op

from callcenter.domain.grams import Query, query
from callcenter.domain.ticket_events import Channel, TicketState
from callcenter.domain.tickets import Ticket
from callcenter.errors import InputError
from callcenter.store.base import Utc
from callcenter.store.search import Search, checked
from callcenter.store.tables.tickets import TICKET
from callcenter.store.tickets import ticket_of

LONGEST_PAGE: Final = 200
LOOKS: Final = (256, 1_024, 1_024)
"""How many hits of a search are held against the other filters for one page, look by look."""


class Order(StrEnum):
    """How a list is sorted; tickets of the same moment by the order they were written down in."""

    UPDATED = "updated"
    """Last changed first."""
    CHANGES = "changes"
    """First changed first, for whoever keeps a copy. A command in flight may still come to stand
    before the last one seen: ask again from a minute before it."""
    DUE = "due"
    """Due soonest first; only open tickets that have a statutory date."""
    NEWEST = "newest"
    """Last submitted first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the tickets of a list have in common; what is left empty is not asked."""

    words: str | None = None
    """What `grams` finds in title, text, address and number; such a list has no order but that in
    which tickets were written down, the last one first."""
    states: frozenset[TicketState] = frozenset()
    open: bool | None = None
    unit: str | None = None
    officer: str | None = None
    services: frozenset[str] = frozenset()
    channel: Channel | None = None
    area: str | None = None
    petitioner: str | None = None
    opened_by: str | None = None
    case: str | None = None
    public: bool | None = None
    due_after: datetime | None = None
    """Open ones that are due at this moment or later."""
    due_before: datetime | None = None
    """Of open tickets only: nothing is due any more once it is closed."""
    overdue: bool = False
    """Open, past the statutory date, and that clock still running."""
    submitted_from: datetime | None = None
    submitted_before: datetime | None = None
    updated_after: datetime | None = None

    @property
    def only_open(self) -> bool:
        """Say whether no closed ticket can be meant."""
        unfinished = bool(self.states) and TicketState.CLOSED not in self.states
        due = self.due_after or self.due_before
        return bool(self.open or unfinished or self.overdue or due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a page ended: at the ticket of this row, which stood in its order by this moment."""

    row: int
    at: datetime | None = None
    """`None` in a search, which goes by rows alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A ticket of a list, and what its clocks say."""

    row: int
    ticket: Ticket
    statutory_due_at: datetime | None
    promised_due_at: datetime | None
    on_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some tickets, and where to go on."""

    tickets: tuple[Listed, ...]
    after: Position | None
    """Where the next page begins; `None` at the end. In a search a page may be short, even empty,
    before the end: what is rare beside a frequent word is looked for piece by piece."""
    slow: bool = False
    """Every text had to be read (느린 검색): the words were single syllables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A piece of a whole list, and where the next one begins; `None` at the end."""

    rows: tuple[dict[str, Any], ...]
    after: int | None


class TicketLists:
    """Lists within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._search = Search(connection)
        self._sqlite = connection.dialect.name == "sqlite"

    async def page(
        self,
        wanted: Filters,
        *,
        now: datetime,
        order: Order | None = None,
        limit: int = 50,
        after: Position | None = None,
        skip: int = 0,
    ) -> Page:
        """Return one page of a list.

        Args:
            wanted: what to list.
            now: decides what is overdue.
            order: how to sort. If it is not said, what was submitted between two moments comes last
                submitted first, and everything else last changed first; a search cannot be sorted.
            limit: tickets on a page, 1 to `LONGEST_PAGE`.
            after: where the page before ended.
            skip: tickets to leave out before, where a client counts pages; none beside words.

        Raises:
            InputError: the limit, the words or the order make no sense.
        """
        if not 1 <= limit <= LONGEST_PAGE:
            raise InputError(f"expected 1 to {LONGEST_PAGE} tickets, got {limit}", key="limit")
        met = list(_conditions(wanted, now=now, sqlite=self._sqlite))
        if wanted.words is None:
            usual = order or _usual(wanted)
            return await self._walked(met, usual, limit=limit, after=after, skip=skip)
        if order is not None:
            raise InputError(f"expected no order beside words, got {str(order)!r}", key="order")
        words = query(checked(wanted.words))
        return await self._searched(words, met, limit=limit, after=after)

    async def rows(self, wanted: Filters, *, now: datetime, after: int | None, most: int) -> Rows:
        """Return whole rows piece by piece: in the order they were written down in, hits newest first.

        `after` is where the piece before ended, `None` at the beginning.

        Raises:
            InputError: the words make no sense.
        """
        met = list(_conditions(wanted, now=now, sqlite=self._sqlite))
        if wanted.words is None:
            return await self._rows_walked(met, after=after, most=most)
        words = query(checked(wanted.words))
        found = await self._search.find(words, most=most, before=after)
        kept = await self._meeting(met, found.rows, most=most)
        return Rows(rows=tuple(row._asdict() for row in kept), after=found.after)

    async def _rows_walked(
        self, met: Sequence[ColumnElement[bool]], *, after: int | None, most: int
    ) -> Rows:
        asked = select(TICKET).where(TICKET.c.id > (after or 0), *met)
        found = await self._connection.execute(asked.order_by(TICKET.c.id).limit(most))
        rows = tuple(dict(row) for row in found.mappings())
        return Rows(rows=rows, after=rows[-1]["id"] if len(rows) == most else None)

    async def _walked(
        self,
        met: Sequence[ColumnElement[bool]],
        order: Order,
        *,
        limit: int,
        after: Position | None,
        skip: int,
    ) -> Page:
        asked = _sorted(select(TICKET).where(*met), order, after=after).offset(skip or None)
        rows = (await self._connection.execute(asked.limit(limit + 1))).all()
        end = _position(rows[limit - 1], order) if len(rows) > limit else None
        return Page(tickets=_listed(rows[:limit]), after=end)

    async def _searched(
        self,
        words: Query,
        met: Sequence[ColumnElement[bool]],
        *,
        limit: int,
        after: Position | None,
    ) -> Page:
        """Take hits piece by piece, and keep those that meet the other filters."""
        kept: list[Row[Any]] = []
        end = after
        for look in LOOKS if met else (limit + 1,) * len(LOOKS):
            found = await self._search.find(words, most=look, before=end.row if end else None)
            kept += await self._meeting(met, found.rows, most=limit + 1 - len(kept))
            if len(kept) > limit:
                end = Position(row=kept[limit - 1].id)
                break
            end = None if found.after is None else Position(row=found.after)
            if end is None:
                break
        return Page(tickets=_listed(kept[:limit]), after=end, slow=words.slow)

    async def _meeting(
        self, met: Sequence[ColumnElement[bool]], hits: Sequence[int], *, most: int
    ) -> Sequence[Row[Any]]:
        if not hits:
            return []
        asked = select(TICKET).where(self._among(hits), *met).order_by(TICKET.c.id.desc())
        return (await self._connection.execute(asked.limit(most))).all()

    def _among(self, rows: Sequence[int]) -> ColumnElement[bool]:
        """Say that a ticket is one of many; PostgreSQL would plan anew for every length of a list."""
        if self._sqlite:
            return TICKET.c.id.in_(rows)
        return TICKET.c.id == any_(literal(list(rows), ARRAY(BigInteger)))


def _conditions(wanted: Filters, *, now: datetime, sqlite: bool) -> Iterator[ColumnElement[bool]]:
    row = TICKET.c
    same = {
        row.unit: wanted.unit,
        row.officer: wanted.officer,
        row.channel: wanted.channel,
        row.area: wanted.area,
        row.petitioner: wanted.petitioner,
        row.opened_by: wanted.opened_by,
        row.work_case: wanted.case,
        row.public: wanted.public,
    }
    yield from (column == value for column, value in same.items() if value is not None)
    yield from _of_several(wanted, sqlite=sqlite)
    yield from _at_some_time(wanted, now=now)


_WALKED: Final = UnaryExpression(
    TICKET.c.service, operator=custom_op("+"), type_=TICKET.c.service.type
)
"""The service as SQLite does not look it up: it would sort all it finds of several, to show the newest."""


def _of_several(wanted: Filters, *, sqlite: bool) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield TICKET.c.state.in_(sorted(wanted.states))
    if len(wanted.services) == 1:
        yield TICKET.c.service == next(iter(wanted.services))
    elif wanted.services:
        yield (_WALKED if sqlite else TICKET.c.service).in_(sorted(wanted.services))


def _at_some_time(wanted: Filters, *, now: datetime) -> Iterator[ColumnElement[bool]]:
    row = TICKET.c
    if wanted.only_open:
        yield row.closed_at.is_(None)
    if wanted.open is False:
        yield row.closed_at.is_not(None)
    if wanted.overdue:
        yield row.statutory_due_at < now
        yield row.on_time.is_(None)
    if wanted.due_after is not None:
        yield row.statutory_due_at >= wanted.due_after
    if wanted.due_before is not None:
        yield row.statutory_due_at < wanted.due_before
    if wanted.submitted_from is not None:
        yield row.submitted_at >= wanted.submitted_from
    if wanted.submitted_before is not None:
        yield row.submitted_at < wanted.submitted_before
    if wanted.updated_after is not None:
        yield row.updated_at > wanted.updated_after


_COLUMNS: Final = {
    Order.UPDATED: TICKET.c.updated_at,
    Order.CHANGES: TICKET.c.updated_at,
    Order.DUE: TICKET.c.statutory_due_at,
    Order.NEWEST: TICKET.c.submitted_at,
}


def _usual(wanted: Filters) -> Order:
    spans = wanted.submitted_from is not None or wanted.submitted_before is not None
    return Order.NEWEST if spans else Order.UPDATED


def _sorted(asked: Select[Any], order: Order, *, after: Position | None) -> Select[Any]:
    moment, row = _COLUMNS[order], TICKET.c.id
    falling = order in {Order.UPDATED, Order.NEWEST}
    if order is Order.DUE:
        asked = asked.where(TICKET.c.closed_at.is_(None), moment.is_not(None))
    if after is not None:
        here, there = tuple_(moment, row), tuple_(literal(after.at, Utc), literal(after.row))
        asked = asked.where(here < there if falling else here > there)
    if falling:
        return asked.order_by(moment.desc(), row.desc())
    return asked.order_by(moment, row)


def _position(row: Row[Any], order: Order) -> Position:
    return Position(row=row.id, at=row._mapping[_COLUMNS[order]])  # noqa: SLF001 - the public name


def _listed(rows: Sequence[Row[Any]]) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            row=row.id,
            ticket=ticket_of(row),
            statutory_due_at=row.statutory_due_at,
            promised_due_at=row.promised_due_at,
            on_time=row.on_time,
        )
        for row in rows
    )
