"""Bulk import: a file of petitions becomes tickets, row by row; wrong rows do not stop the right ones.

A row becomes a ticket once, whoever sends its file how often: the same row of the same source is known by
its hash. A dry run does everything and takes it back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, NoReturn

from callcenter.desk.import_rows import (
    FileFormat,
    Record,
    Seen,
    looked_through,
    petition_of,
    records,
)
from callcenter.desk.ticket_orders import freed_text
from callcenter.desk.tickets import TicketDesk
from callcenter.domain.access import Actor
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import Channel
from callcenter.errors import CallCenterError, ConflictError, InputError, NotFoundError
from callcenter.store.imports import Batch, RowResult, RowStatus, Totals
from callcenter.store.unit_of_work import Store, UnitOfWork

LONGEST_SOURCE: Final = 200
_LONGEST_ERROR: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file to import, and what is to be known of it."""

    file: BinaryIO
    """Read from its beginning, twice."""
    form: FileFormat
    source: str
    """Where it is from: `saeol-2009`. The same row of the same source is the same petition."""
    channel: Channel | None = None
    """How petitions arrived whose rows do not say it."""


class _TakenBackError(Exception):
    """Ends the transaction of a dry run."""

    def __init__(self, result: RowResult) -> None:
        """Carry out what would have been."""
        self.result = result
        super().__init__()


class ImportDesk:
    """Makes tickets of the rows of files."""

    def __init__(
        self,
        *,
        store: Store,
        tickets: TicketDesk,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
    ) -> None:
        """Take the desk that opens tickets."""
        self._store = store
        self._tickets = tickets
        self._catalogue = catalogue
        self._now = now

    async def checked(self, sheet: Sheet) -> Seen:
        """Look a file through, before anything is said about its rows.

        Raises:
            InputError: it is no CSV or NDJSON in a known encoding, or its source has no name.
        """
        if not 1 <= len(sheet.source.strip()) <= LONGEST_SOURCE:
            raise InputError(f"expected a name of 1 to {LONGEST_SOURCE} characters", key="source")
        seen = await asyncio.to_thread(looked_through, sheet.file)
        with closing(_records(sheet, seen)) as rows:
            next(rows, None)
        return seen

    async def tried(self, sheet: Sheet, *, actor: Actor) -> AsyncIterator[RowResult]:
        """Say what would become of each row, and keep nothing.

        Raises:
            InputError: as `checked`.
        """
        seen = await self.checked(sheet)
        before: set[bytes] = set()
        for record in _records(sheet, seen):
            mark = bytes.fromhex(record.digest(sheet.source))[:8]
            if mark in before and record.trouble is None:
                yield RowResult(row=record.row, status=RowStatus.REPEATED)
            else:
                before.add(mark)
                yield await self._tried(record, sheet, actor=actor)

    async def run(
        self, sheet: Sheet, *, actor: Actor, request_id: str | None = None
    ) -> AsyncIterator[RowResult]:
        """Make tickets of the rows, and say what became of each; who stops listening stops it.

        Raises:
            InputError: as `checked`.
        """
        seen = await self.checked(sheet)
        async with self._store.writing() as uow:
            batch = await uow.imports.begin(
                source=sheet.source, sha256=seen.sha256, at=self._now(), by=actor.login
            )
        totals = Totals()
        for record in _records(sheet, seen):
            result = await self._kept(record, sheet, batch, actor=actor, request_id=request_id)
            totals = totals.and_(result.status)
            yield result
        async with self._store.writing() as uow:
            await uow.imports.finish(batch, totals, at=self._now())

    async def batch(self, batch: int) -> Batch:
        """Return what is known of an import.

        Raises:
            NotFoundError: there was none.
        """
        async with self._store.reading() as uow:
            found = await uow.imports.batch(batch)
        if found is None:
            raise NotFoundError(f"there was no import {batch}")
        return found

    async def _tried(self, record: Record, sheet: Sheet, *, actor: Actor) -> RowResult:
        try:
            await self._taken_back(record, sheet, actor=actor)
        except _TakenBackError as taken_back:
            return _without_number(taken_back.result)
        except CallCenterError as error:
            return _refused(record, error)

    async def _taken_back(self, record: Record, sheet: Sheet, *, actor: Actor) -> NoReturn:
        async with self._store.writing() as uow:
            raise _TakenBackError(
                await self._opened(uow, record, sheet, actor=actor, request_id=None)
            )

    async def _kept(
        self, record: Record, sheet: Sheet, batch: int, *, actor: Actor, request_id: str | None
    ) -> RowResult:
        """Open a ticket and write down that it came of this row, both or neither."""
        row_hash = record.digest(sheet.source)
        try:
            async with self._store.writing() as uow:
                result = await self._opened(uow, record, sheet, actor=actor, request_id=request_id)
                await uow.imports.add(batch, result, row_hash=row_hash)
                return result
        except ConflictError:
            return await self._kept(record, sheet, batch, actor=actor, request_id=request_id)
        except CallCenterError as error:
            result = _refused(record, error)
        async with self._store.writing() as uow:
            await uow.imports.add(batch, result, row_hash=row_hash)
        return result

    async def _opened(
        self,
        uow: UnitOfWork,
        record: Record,
        sheet: Sheet,
        *,
        actor: Actor,
        request_id: str | None,
    ) -> RowResult:
        if record.trouble is not None:
            raise record.trouble
        known = await uow.imports.ticket_of(record.digest(sheet.source))
        if known is not None:
            return RowResult(row=record.row, status=RowStatus.REPEATED, ticket=known)
        petition = petition_of(
            record.fields, catalogue=self._catalogue(), channel=sheet.channel, now=self._now()
        )
        outcome = await self._tickets.open_within(uow, petition, actor=actor, request_id=request_id)
        status = RowStatus.REPEATED if outcome.repeated else RowStatus.CREATED
        return RowResult(row=record.row, status=status, ticket=outcome.ticket.number)


def _records(sheet: Sheet, seen: Seen) -> Generator[Record]:
    return records(sheet.file, form=sheet.form, encoding=seen.encoding)


def _refused(record: Record, error: CallCenterError) -> RowResult:
    """Say why, without repeating a number or a name that may stand in the row."""
    why = freed_text(str(error))[:_LONGEST_ERROR]
    return RowResult(row=record.row, status=RowStatus.REFUSED, error=why)


def _without_number(result: RowResult) -> RowResult:
    """Leave out the number that was given back; a ticket that is there already keeps its own."""
    if result.status is RowStatus.CREATED:
        return RowResult(row=result.row, status=result.status)
    return result
