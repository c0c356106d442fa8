"""Search in tickets: `grams` says what must be found, both databases find just that.

SQLite holds the grams of a text in order in an FTS5 table without content, so that a word is a phrase.
PostgreSQL holds them as a set under a GIN index; whether they stand in order is checked on the text.
Hits come newest ticket first, as many as asked for and never counted.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    column,
    delete,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.grams import Query, Term, TermKind, folded, grams
from callcenter.domain.tickets import Ticket
from callcenter.errors import InputError
from callcenter.store.tables.search import TICKET_GRAMS, TICKET_SEARCH

LONGEST_QUERY: Final = 200
"""Characters; an address in full is shorter."""
PREFIX_LETTERS: Final = 24
"""How much of a Latin word or number is indexed; a longer beginning is checked on the text."""
_AFTER_LATIN: Final = "{"  # the sign after `z`: grams of letters and digits sort below it
_PAIR: Final = 2
_CHUNK: Final = 500
_FTS: Final = table("ticket_grams", column("rowid", Integer))
_ADD: Final = text("INSERT INTO ticket_grams(rowid, grams) VALUES (:ticket, :grams)")
_FORGET: Final = text(
    "INSERT INTO ticket_grams(ticket_grams, rowid, grams) VALUES ('delete', :ticket, :grams)"
)


def searchable(*, title: str, body: str, address: str | None, number: str) -> str:
    """Write what a ticket is searched by; nothing in it may be personal."""
    return folded("\n".join((title, body, address or "", number)))


def indexed(line: str) -> list[str]:
    """Cut a text into what is indexed: its grams, and every beginning of a Latin word or number."""
    found: list[str] = []
    for gram in grams(line):
        if gram < _AFTER_LATIN:
            found += [gram[:n] for n in range(1, min(len(gram), PREFIX_LETTERS) + 1)]
        else:
            found.append(gram)
    return found


def checked(typed: str) -> str:
    """Refuse what nobody types into a search field.

    Raises:
        InputError: the query is too long.
    """
    if len(typed) > LONGEST_QUERY:
        raise InputError(
            f"expected at most {LONGEST_QUERY} characters to search for, got {len(typed)}", key="q"
        )
    return typed


class Search:
    """Search within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._fts = connection.dialect.name == "sqlite"

    async def index(self, row_id: int, ticket: Ticket) -> None:
        """Make a ticket findable by what it says now, in the transaction that says it."""
        line = searchable(
            title=ticket.title,
            body=ticket.body,
            address=ticket.place.address,
            number=ticket.number,
        )
        await self.index_lines([(row_id, line)])

    async def index_lines(self, lines: Sequence[tuple[int, str]]) -> None:
        """Make many tickets findable by their searchable lines, instead of those they had."""
        for start in range(0, len(lines), _CHUNK):
            chunk = dict(lines[start : start + _CHUNK])
            await self._forget_grams(chunk)
            kept = [{"ticket": row, "text": line} for row, line in chunk.items()]
            await self._connection.execute(self._keeping(), kept)
            await self._add_grams(chunk)

    async def find(self, wanted: Query, *, most: int, before: int | None = None) -> list[int]:
        """Return row ids of tickets that hold every term, the newest first.

        Args:
            wanted: what to find; without terms nothing is.
            most: how many at most.
            before: only tickets whose row id is smaller.
        """
        if not wanted.terms:
            return []
        query = self._query(wanted)
        ticket = query.selected_columns[0]
        if before is not None:
            query = query.where(ticket < before)
        found = await self._connection.execute(query.order_by(ticket.desc()).limit(most))
        return [int(row) for row in found.scalars()]

    def _query(self, wanted: Query) -> Select[Any]:
        checks = [_held(term) for term in wanted.terms if not self._exact(term)]
        if wanted.slow:
            return select(TICKET_SEARCH.c.ticket).where(*checks)
        known = [term for term in wanted.terms if term.kind is not TermKind.SYLLABLE]
        by_index = _by_phrases(known) if self._fts else _by_sets(known)
        if checks:
            ticket = by_index.selected_columns[0]
            return by_index.where(TICKET_SEARCH.c.ticket == ticket, *checks)
        return by_index

    def _exact(self, term: Term) -> bool:
        """Say whether the index alone tells the truth about a term."""
        match term.kind:
            case TermKind.PHRASE:
                return self._fts or len(term.text) == _PAIR
            case TermKind.PREFIX:
                return len(term.text) <= PREFIX_LETTERS
            case TermKind.SYLLABLE:
                return False

    def _keeping(self) -> Insert:
        adding = (sqlite if self._fts else postgresql).insert(TICKET_SEARCH)
        kept: Insert = adding.on_conflict_do_update(
            index_elements=["ticket"], set_={"text": adding.excluded.text}
        )
        return kept

    async def _forget_grams(self, rows: Iterable[int]) -> None:
        if not self._fts:
            await self._connection.execute(
                delete(TICKET_GRAMS).where(TICKET_GRAMS.c.ticket.in_(list(rows)))
            )
            return
        known = await self._connection.execute(
            select(TICKET_SEARCH).where(TICKET_SEARCH.c.ticket.in_(list(rows)))
        )
        old = [{"ticket": row.ticket, "grams": _phrase(indexed(row.text))} for row in known]
        if old:
            await self._connection.execute(_FORGET, old)

    async def _add_grams(self, lines: dict[int, str]) -> None:
        cut = {row: indexed(line) for row, line in lines.items()}
        if self._fts:
            new = [{"ticket": row, "grams": _phrase(pieces)} for row, pieces in cut.items()]
            await self._connection.execute(_ADD, new)
        else:
            sets = [{"ticket": row, "grams": sorted(set(pieces))} for row, pieces in cut.items()]
            await self._connection.execute(postgresql.insert(TICKET_GRAMS), sets)


def _phrase(pieces: Iterable[str]) -> str:
    return " ".join(pieces)


def _looked_up(term: Term) -> tuple[str, ...]:
    if term.kind is TermKind.PREFIX:
        return (term.text[:PREFIX_LETTERS],)
    return term.grams


def _by_phrases(terms: Iterable[Term]) -> Select[Any]:
    """Ask FTS5; grams are letters, digits and syllables only, so quotes are all its syntax needs."""
    wanted = " AND ".join(f'"{_phrase(_looked_up(term))}"' for term in terms)
    return select(_FTS.c.rowid).where(literal_column("ticket_grams").op("MATCH")(literal(wanted)))


def _by_sets(terms: Iterable[Term]) -> Select[Any]:
    wanted = sorted({gram for term in terms for gram in _looked_up(term)})
    return select(TICKET_GRAMS.c.ticket).where(TICKET_GRAMS.c.grams.contains(wanted))


def _held(term: Term) -> ColumnElement[bool]:
    """Say of the text what `grams.matches_folded` says of it; no term holds a wildcard."""
    if term.kind is TermKind.PREFIX:
        return (literal(" ") + TICKET_SEARCH.c.text).contains(f" {term.text}")
    return TICKET_SEARCH.c.text.contains(term.text)
