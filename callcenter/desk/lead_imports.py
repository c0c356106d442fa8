"""Import of leads: a file becomes leads of a campaign, all that can be or, if anything fails, none.

The same file again changes nothing about the rows that became leads; those that were refused are tried
anew, since a cell may be known by now. A dry run says the same and keeps nothing. Whatever takes long
for a long file is done in a thread: the live board is served by the same loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, TypeVar

from callcenter.desk.campaign_acts import record_act
from callcenter.desk.campaigns import CurrentCalendar, found
from callcenter.desk.dialling import name_cell, phone_cell
from callcenter.desk.lead_rows import LeadFile, LeadLine, read_leads
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import PLANNERS, Campaign, CampaignState
from callcenter.domain.leads import LeadState, Standing, fresh
from callcenter.domain.privacy import Contact, canonical_phone
from callcenter.errors import ContactError, ForbiddenError, RefusedError
from callcenter.store.lead_imports import LeadRow, LeadRowStatus, Reason
from callcenter.store.leads import NewLead
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

_AT_ONCE: Final = 500
"""Numbers in one question, leads in one statement."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadImport:
    """What became of a file, or would."""

    sha256: str
    rows: tuple[LeadRow, ...]

    @property
    def created(self) -> int:
        """How many leads came of it."""
        return sum(row.status is LeadRowStatus.CREATED for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hashed:
    """A row, and its number by every key; none if the number is unfit."""

    line: LeadLine
    lookups: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store knows of a file and its numbers."""

    before: Mapping[int, LeadRow]
    """Rows that became leads when the same file came before."""
    in_campaign: set[bytes]
    forbidden: set[bytes]


class LeadImportDesk:
    """Makes leads of the rows of files."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        calendars: CurrentCalendar,
        now: Callable[[], datetime],
    ) -> None:
        """Take the vault that leads are sealed with."""
        self._store = store
        self._vault = vault
        self._calendars = calendars
        self._now = now

    async def tried(self, code: str, file: BinaryIO, *, actor: Actor) -> LeadImport:
        """Say what would become of each row, and keep nothing.

        Raises:
            InputError: it is no file of leads.
            NotFoundError: there is no such campaign.
            RefusedError: the campaign is finished.
        """
        read, rows = await asyncio.to_thread(self._read, file)
        async with self._store.reading() as uow:
            campaign = await self._campaign(uow, code, actor=actor)
            known = await self._known(uow, campaign, read, rows)
        judged = await asyncio.to_thread(_judged, rows, campaign, known)
        return LeadImport(sha256=read.sha256, rows=judged)

    async def run(
        self, code: str, file: BinaryIO, *, actor: Actor, request_id: str | None = None
    ) -> LeadImport:
        """Make leads of the rows, all in one transaction.

        Raises:
            InputError: it is no file of leads.
            NotFoundError: there is no such campaign.
            RefusedError: the campaign is finished.
        """
        read, rows = await asyncio.to_thread(self._read, file)
        async with self._store.writing() as uow:
            campaign = await self._campaign(uow, code, actor=actor, lock=True)
            known = await self._known(uow, campaign, read, rows)
            judged = await asyncio.to_thread(_judged, rows, campaign, known)
            fit = await asyncio.to_thread(_fit, rows, judged, known)
            made = await self._added(uow, campaign, fit)
            results = await asyncio.to_thread(_with_leads, judged, known, made)
            at = self._now()
            await uow.lead_imports.put(code, read.sha256, results, at=at, by=actor.login)
            detail = {"sha256": read.sha256, "rows": len(results), "new": len(made)}
            await record_act(
                uow, "leads-import", code, detail, at=at, actor=actor, request_id=request_id
            )
        return LeadImport(sha256=read.sha256, rows=results)

    # --- Within -------------------------------------------------------------------------------------

    def _read(self, file: BinaryIO) -> tuple[LeadFile, list[_Hashed]]:
        read = read_leads(file)
        return read, [self._hashed(line) for line in read.lines]

    def _hashed(self, line: LeadLine) -> _Hashed:
        try:
            return _Hashed(line=line, lookups=self._vault.lookups(line.phone, kind=Contact.PHONE))
        except ContactError:
            return _Hashed(line=line)

    async def _campaign(
        self, uow: UnitOfWork, code: str, *, actor: Actor, lock: bool = False
    ) -> Campaign:
        if not actor.has(PLANNERS):
            raise ForbiddenError(f"leads are imported by {', '.join(sorted(PLANNERS))}")
        campaign = await found(uow, code, lock=lock)
        if campaign.state is CampaignState.FINISHED:
            raise RefusedError(
                "wrong-state",
                ko="종료된 캠페인에는 대상자를 더할 수 없습니다.",
                en=f"campaign {code} is finished",
            )
        return campaign

    async def _known(
        self, uow: UnitOfWork, campaign: Campaign, read: LeadFile, rows: Sequence[_Hashed]
    ) -> _Known:
        before = await uow.lead_imports.find(campaign.code, read.sha256)
        stored = await uow.lead_imports.rows(before.id) if before else []
        before_by_row = await asyncio.to_thread(_created, stored)
        lookups = await asyncio.to_thread(_lookups, rows)
        return _Known(
            before=before_by_row,
            in_campaign=await _among(lookups, lambda some: uow.leads.known(campaign.code, some)),
            forbidden=await _among(lookups, uow.do_not_call.among),
        )

    async def _added(
        self, uow: UnitOfWork, campaign: Campaign, rows: Sequence[_Hashed]
    ) -> dict[int, int]:
        """Write leads; return the id of each row's."""
        at = self._now()
        standing = fresh(campaign, at=at, calendar=self._calendars.current)
        full = {
            cell: count.full for cell, count in (await uow.campaigns.counts(campaign.code)).items()
        }
        places = await uow.leads.places(len(rows))
        for first in range(0, len(rows), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            leads = await asyncio.to_thread(self._leads, places[some], rows[some], standing, full)
            await uow.leads.add(campaign.code, leads, at=at)
        return await asyncio.to_thread(_places_by_row, places, rows)

    def _leads(
        self,
        places: Sequence[int],
        rows: Sequence[_Hashed],
        standing: Standing,
        full: Mapping[str, bool],
    ) -> list[NewLead]:
        return [
            self._lead(place, row, _unless_full(standing, row.line.cell, full))
            for place, row in zip(places, rows, strict=True)
        ]

    def _lead(self, place: int, row: _Hashed, standing: Standing) -> NewLead:
        line = row.line
        phone = self._vault.seal(canonical_phone(line.phone), context=phone_cell(place))
        name = line.name and self._vault.seal(line.name, context=name_cell(place))
        return NewLead(
            id=place,
            cell=line.cell,
            phone_sealed=phone,
            phone_lookup=row.lookups[0],
            name_sealed=name or None,
            standing=standing,
        )


def _judged(rows: Sequence[_Hashed], campaign: Campaign, known: _Known) -> tuple[LeadRow, ...]:
    return tuple(_judging(rows, campaign, known))


def _fit(rows: Sequence[_Hashed], judged: Sequence[LeadRow], known: _Known) -> list[_Hashed]:
    """Return the rows that become leads now."""
    return [
        hashed
        for hashed, row in zip(rows, judged, strict=True)
        if row.status is LeadRowStatus.CREATED and row.row not in known.before
    ]


def _with_leads(
    judged: Sequence[LeadRow], known: _Known, made: Mapping[int, int]
) -> tuple[LeadRow, ...]:
    return tuple(_with_lead(row, known.before.get(row.row), made) for row in judged)


def _created(rows: Sequence[LeadRow]) -> dict[int, LeadRow]:
    return {row.row: row for row in rows if row.status is LeadRowStatus.CREATED}


def _lookups(rows: Sequence[_Hashed]) -> list[bytes]:
    return [lookup for row in rows for lookup in row.lookups]


def _places_by_row(places: Sequence[int], rows: Sequence[_Hashed]) -> dict[int, int]:
    return {row.line.row: place for place, row in zip(places, rows, strict=True)}


def _judging(rows: Sequence[_Hashed], campaign: Campaign, known: _Known) -> Iterator[LeadRow]:
    taken: set[bytes] = set()
    for hashed in rows:
        row = hashed.line.row
        trouble = None
        if row not in known.before:
            trouble = _trouble(hashed, campaign, known, taken)
        if trouble is None:
            taken.update(hashed.lookups)
            yield LeadRow(row=row, status=LeadRowStatus.CREATED)
        else:
            reason, error = trouble
            yield LeadRow(row=row, status=LeadRowStatus.REFUSED, reason=reason, error=error)


def _trouble(
    hashed: _Hashed, campaign: Campaign, known: _Known, taken: set[bytes]
) -> tuple[Reason, str] | None:
    """Say why a row becomes no lead, without repeating what stands in it."""
    lookups = set(hashed.lookups)
    if hashed.line.trouble is not None:
        return Reason.UNREADABLE, hashed.line.trouble
    if not lookups:
        return Reason.BAD_NUMBER, "expected a telephone number such as 010-1234-5678"
    if not campaign.knows_cell(hashed.line.cell):
        cells = ", ".join(cell.code for cell in campaign.cells) or "no cell"
        return Reason.UNKNOWN_CELL, f"expected {cells}"
    for reason, numbers, error in (
        (Reason.TWICE_IN_FILE, taken, "expected each number once, an earlier row has it"),
        (Reason.IN_CAMPAIGN, known.in_campaign, "the number is in the campaign already"),
        (Reason.DO_NOT_CALL, known.forbidden, "the number is not to be called"),
    ):
        if lookups & numbers:
            return reason, error
    return None


def _with_lead(row: LeadRow, before: LeadRow | None, made: Mapping[int, int]) -> LeadRow:
    if before is not None:
        return before
    return LeadRow(
        row=row.row, status=row.status, reason=row.reason, error=row.error, lead=made.get(row.row)
    )


def _unless_full(standing: Standing, cell: str, full: Mapping[str, bool]) -> Standing:
    if standing.state is LeadState.WAITING and (full.get("", False) or full.get(cell, False)):
        return Standing(state=LeadState.QUOTA_FULL, due_at=standing.due_at)
    return standing


async def _among(
    lookups: Sequence[bytes], ask: Callable[[Sequence[bytes]], Awaitable[set[bytes]]]
) -> set[bytes]:
    known: set[bytes] = set()
    for some in _some(lookups):
        known |= await ask(some)
    return known


def _some(every: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
