"""Search in tickets: `grams` says what must be found, both databases find just that.

SQLite holds the grams of a text in order in an FTS5 table without content, so that a word is a phrase.
PostgreSQL holds them as a set under a GIN index; whether they stand in order is checked on the text.
Hits come newest ticket first, as many as asked for and never counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
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
NEAR: Final = 4_096
"""How many of the newest texts PostgreSQL reads one by one before it asks its index."""
FREQUENT: Final = 64
"""Hits among them that make a word too frequent for the index: it would sort thousands."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some hits, and where to go on."""

    rows: tuple[int, ...]
    after: int | None
    """Hand it in as `before` for more; `None` at the end."""


_NEW: Final = insert(TICKET_SEARCH)
_NEW_SET: Final = insert(TICKET_GRAMS)


class Search:
    """Search within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._fts = connection.dialect.name == "sqlite"

    async def index(self, tickets: Mapping[int, Ticket], *, fresh: bool = False) -> None:
        """Make tickets, by their rows, findable by what they say now, in the transaction that says it.

        `fresh` if they were not findable before.
        """
        lines = [
            (
                row,
                searchable(
                    title=ticket.title,
                    body=ticket.body,
                    address=ticket.place.address,
                    number=ticket.number,
                ),
            )
            for row, ticket in tickets.items()
        ]
        await self.index_lines(lines, fresh=fresh)

    async def index_lines(self, lines: Sequence[tuple[int, str]], *, fresh: bool = False) -> None:
        """Make many tickets findable by their searchable lines, instead of those they had."""
        for start in range(0, len(lines), _CHUNK):
            chunk = dict(lines[start : start + _CHUNK])
            kept = [{"ticket": row, "text": line} for row, line in chunk.items()]
            if not fresh:
                await self._forget_grams(chunk)
            await self._connection.execute(_NEW if fresh else self._keeping(), kept)
            await self._add_grams(chunk)

    async def find(self, wanted: Query, *, most: int, before: int | None = None) -> Found:
        """Find tickets that hold every term, the newest first.

        Args:
            wanted: what to find; without terms nothing is.
            most: how many at most; fewer are no sign of the end, `Found.after` is.
            before: only tickets whose row id is smaller.
        """
        if not wanted.terms:
            return Found(rows=(), after=None)
        known = [term for term in wanted.terms if term.kind is not TermKind.SYLLABLE]
        checks = [_held(term) for term in wanted.terms if not self._exact(term)]
        if known and not self._fts:
            return await self._by_sets(wanted, known, checks, most=most, before=before)
        if known:
            hits = _checked(_by_phrases(known), checks)
        else:
            hits = select(TICKET_SEARCH.c.ticket).where(*checks)
        rows = await self._newest(hits, most=most, before=before)
        return Found(rows=tuple(rows), after=rows[-1] if len(rows) == most else None)

    async def _by_sets(
        self,
        wanted: Query,
        known: Sequence[Term],
        checks: Sequence[ColumnElement[bool]],
        *,
        most: int,
        before: int | None,
    ) -> Found:
        """Read the newest texts one by one, and ask the index for the rest of a rare word.

        A frequent word is among the newest; of a rare one the index has few hits to be sorted. Left to
        itself, the planner would choose one way for both, without having seen the word.
        """
        newest = _newest_texts(before)
        rarest_first = sorted(wanted.terms, key=lambda term: len(term.text), reverse=True)
        held = [_held(term, newest.c.text) for term in rarest_first]
        rows = await self._newest(select(newest.c.ticket).where(*held), most=most)
        if len(rows) >= min(most, FREQUENT):
            return Found(rows=tuple(rows), after=rows[-1])
        floor = select(func.min(newest.c.ticket)).scalar_subquery()
        older = _checked(_by_sets(known), checks)
        rows += await self._newest(older, most=most - len(rows), before=floor)
        return Found(rows=tuple(rows), after=rows[-1] if len(rows) == most else None)

    async def _newest(
        self,
        hits: Select[Any],
        *,
        most: int,
        before: int | ScalarSelect[int | None] | None = None,
    ) -> list[int]:
        ticket = hits.selected_columns[0]
        if before is not None:
            hits = hits.where(ticket < before)
        found = await self._connection.execute(hits.order_by(ticket.desc()).limit(most))
        return [int(row) for row in found.scalars()]

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
            await self._connection.execute(_NEW_SET, sets)


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
    """Ask the index on its own, and sort what it has: texts are then read until enough are found."""
    grams_of_all = sorted({gram for term in terms for gram in _looked_up(term)})
    hits = select(TICKET_GRAMS.c.ticket).where(TICKET_GRAMS.c.grams.contains(grams_of_all))
    hits = hits.order_by(TICKET_GRAMS.c.ticket.desc())
    return select(hits.cte("hits").prefix_with("MATERIALIZED").c.ticket)


def _newest_texts(before: int | None) -> Subquery:
    query = select(TICKET_SEARCH).order_by(TICKET_SEARCH.c.ticket.desc()).limit(NEAR)
    if before is not None:
        query = query.where(TICKET_SEARCH.c.ticket < before)
    return query.subquery("newest")


def _checked(hits: Select[Any], checks: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Hold hits against their texts, where the index alone does not tell the truth."""
    if not checks:
        return hits
    return hits.where(TICKET_SEARCH.c.ticket == hits.selected_columns[0], *checks)


def _held(term: Term, line: ColumnElement[str] = TICKET_SEARCH.c.text) -> ColumnElement[bool]:
    """Say of a text what `grams.matches_folded` says of it; no term holds a wildcard."""
    if term.kind is TermKind.PREFIX:
        return or_(line.startswith(term.text), line.contains(f" {term.text}"))
    return line.contains(term.text)
