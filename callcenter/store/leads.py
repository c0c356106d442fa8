"""Leads: the next one for an agent, whatever how many ask at once, and every attempt.

A lead is taken by a lease, not marked as being called: an agent who vanishes lets go of it by himself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.leads import DUE, LEFT, Attempt, LeadState, Standing
from callcenter.domain.outbound import Disposition
from callcenter.store.campaigns import is_full
from callcenter.store.many import row_ids
from callcenter.store.tables.campaigns import LEAD, LEAD_ATTEMPT

_LET_GO: Final = 100
"""Lapsed leases that one asker ends."""
_KNOWN: Final = LEAD.c.phone_sealed != b""
_TRY_LOCK: Final = text("SELECT pg_try_advisory_xact_lock(:number)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """One citizen in one campaign, sealed."""

    id: int
    campaign: str
    cell: str
    phone_sealed: bytes
    phone_lookup: bytes
    name_sealed: bytes | None
    standing: Standing
    claim: int
    claimed_by: str | None
    claimed_at: datetime | None
    claimed_until: datetime | None

    @property
    def forgotten(self) -> bool:
        """Whether nobody knows any more who it was."""
        return not self.phone_sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """One citizen to be called, sealed for the row that it will be."""

    id: int
    cell: str
    phone_sealed: bytes
    phone_lookup: bytes
    name_sealed: bytes | None
    standing: Standing


class Leads:
    """Leads within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    # --- Coming in ----------------------------------------------------------------------------------

    async def places(self, many: int) -> Sequence[int]:
        """Take ids for new leads: what is known of one is sealed to its row."""
        return await row_ids(self._connection, LEAD, many)

    async def add(self, campaign: str, leads: Sequence[NewLead], *, at: datetime) -> None:
        """Write new leads of a campaign; none of their numbers is in it yet."""
        if leads:
            rows = [_row(campaign, lead, at=at) for lead in leads]
            await self._connection.execute(insert(LEAD), rows)

    async def known(self, campaign: str, lookups: Sequence[bytes]) -> set[bytes]:
        """Return those of many hashes whose numbers are in a campaign."""
        query = select(LEAD.c.phone_lookup).where(
            LEAD.c.campaign == campaign, LEAD.c.phone_lookup.in_(lookups)
        )
        return set((await self._connection.execute(query)).scalars())

    # --- The next one -------------------------------------------------------------------------------

    async def held_by(self, campaign: str, agent: str, *, now: datetime) -> Lead | None:
        """Return the lead that an agent has in hand, if it is not to be given back yet."""
        query = select(LEAD).where(
            LEAD.c.campaign == campaign,
            LEAD.c.state == LeadState.IN_HAND,
            LEAD.c.claimed_until > now,
            LEAD.c.claimed_by == agent,
        )
        row = (await self._connection.execute(query.limit(1))).one_or_none()
        return None if row is None else _lead(row)

    async def let_go(self, campaign: str, *, now: datetime) -> int:
        """End the leases that have run out; return how many."""
        lapsed = select(LEAD.c.id).where(
            LEAD.c.campaign == campaign,
            LEAD.c.state == LeadState.IN_HAND,
            LEAD.c.claimed_until <= now,
        )
        lapsed = self._skipping(lapsed.order_by(LEAD.c.claimed_until).limit(_LET_GO))
        rows = (await self._connection.execute(lapsed)).scalars().all()
        if not rows:
            return 0
        back = case(
            (is_full(LEAD.c.campaign, LEAD.c.cell), literal(LeadState.QUOTA_FULL)),
            (LEAD.c.last == _word(Disposition.CALL_LATER), literal(LeadState.CALL_BACK)),
            else_=literal(LeadState.WAITING),
        )
        await self._connection.execute(
            update(LEAD).where(LEAD.c.id.in_(rows)).values(state=back, claimed_until=None)
        )
        return len(rows)

    async def due(
        self, campaign: str, *, now: datetime, band: int, most_attempts: int, but: Iterable[int]
    ) -> Lead | None:
        """Return the best lead that may be dialled now, held for this transaction alone.

        Call-backs come first, then whoever has waited longest. Leads that another transaction holds
        are passed over.
        """
        query = (
            select(LEAD)
            .where(
                LEAD.c.campaign == campaign,
                LEAD.c.state.in_(list(DUE)),
                LEAD.c.due_at <= now,
                LEAD.c.attempts < most_attempts,
                or_(LEAD.c.avoid_band.is_(None), LEAD.c.avoid_band != band),
                LEAD.c.id.not_in(list(but)),
                ~is_full(LEAD.c.campaign, LEAD.c.cell),
            )
            .order_by(LEAD.c.state, LEAD.c.due_at, LEAD.c.id)
            .limit(1)
        )
        row = (await self._connection.execute(self._skipping(query))).one_or_none()
        return None if row is None else _lead(row)

    async def alone_with(self, lead: Lead, lookups: Sequence[bytes], *, now: datetime) -> bool:
        """Take a number for this transaction; `False` if anybody calls it for any campaign."""
        if self._postgres and not await self._locks(lead.phone_lookup):
            return False
        query = select(LEAD.c.id).where(
            LEAD.c.phone_lookup.in_(lookups),
            LEAD.c.id != lead.id,
            LEAD.c.state == LeadState.IN_HAND,
            LEAD.c.claimed_until > now,
        )
        return (await self._connection.execute(query.limit(1))).first() is None

    async def _locks(self, lookup: bytes) -> bool:
        number = int.from_bytes(lookup[:8], signed=True)
        return bool((await self._connection.execute(_TRY_LOCK, {"number": number})).scalar_one())

    async def take(self, lead: Lead, *, agent: str, now: datetime, lease: timedelta) -> Lead:
        """Lease a lead to an agent; return it as it is then."""
        taken = await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.id == lead.id)
            .values(
                state=LeadState.IN_HAND,
                claim=lead.claim + 1,
                claimed_by=agent,
                claimed_at=now,
                claimed_until=now + lease,
            )
            .returning(*LEAD.c)
        )
        return _lead(taken.one())

    async def hold(self, lead: int, *, until: datetime) -> None:
        """Lease a lead in hand until another moment."""
        await self._connection.execute(
            update(LEAD).where(LEAD.c.id == lead).values(claimed_until=until)
        )

    # --- Attempts -----------------------------------------------------------------------------------

    async def get(self, lead: int, *, lock: bool = False) -> Lead | None:
        """Return a lead, held against changes if asked."""
        query = select(LEAD).where(LEAD.c.id == lead)
        if lock and self._postgres:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _lead(row)

    async def attempt(self, lead: int, claim: int) -> Attempt | None:
        """Return what was told of one claim."""
        query = select(LEAD_ATTEMPT).where(
            LEAD_ATTEMPT.c.lead == lead, LEAD_ATTEMPT.c.claim == claim
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _attempt(row)

    async def attempts(self, lead: int) -> list[Attempt]:
        """Return all attempts on a lead, in order."""
        query = select(LEAD_ATTEMPT).where(LEAD_ATTEMPT.c.lead == lead)
        rows = await self._connection.execute(query.order_by(LEAD_ATTEMPT.c.claim))
        return [_attempt(row) for row in rows]

    async def record(self, lead: Lead, attempt: Attempt, standing: Standing) -> None:
        """Write the attempt of a lead's claim, and how the lead stands by it."""
        await self._connection.execute(
            insert(LEAD_ATTEMPT).values(
                lead=lead.id,
                claim=lead.claim,
                campaign=lead.campaign,
                agent=attempt.agent,
                begun_at=attempt.begun_at,
                ended_at=attempt.ended_at,
                disposition=_word(attempt.disposition),
                call_back_at=attempt.call_back_at,
                source=attempt.source,
                call=attempt.call,
            )
        )
        await self.stand(lead.id, standing)

    async def stand(self, lead: int, standing: Standing) -> None:
        """Write how a lead stands; nobody has it in hand then."""
        await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.id == lead)
            .values(**_standing_columns(standing), claimed_until=None)
        )

    # --- Many at once -------------------------------------------------------------------------------

    async def close(
        self, state: LeadState, *wanted: ColumnElement[bool], of: Iterable[LeadState] = DUE
    ) -> int:
        """Give all leads that could be taken, and fit, another state; return how many."""
        closed = await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.state.in_(list(of)), *wanted)
            .values(state=state, claimed_until=None)
        )
        return closed.rowcount

    async def close_cell(self, campaign: str, cell: str) -> int:
        """Call nobody of a cell any more, or of the campaign if the cell has no name."""
        wanted = [LEAD.c.campaign == campaign, *([LEAD.c.cell == cell] if cell else [])]
        return await self.close(LeadState.QUOTA_FULL, *wanted)

    async def close_number(self, lookups: Sequence[bytes]) -> int:
        """Call a number in no campaign any more."""
        return await self.close(LeadState.DO_NOT_CALL, LEAD.c.phone_lookup.in_(lookups))

    async def close_campaign(self, campaign: str) -> int:
        """Call nobody of a campaign any more; what is in hand may still be told of."""
        return await self.close(LeadState.EXPIRED, LEAD.c.campaign == campaign, of=LEFT)

    async def begin_anew(self, campaign: str, standing: Standing) -> None:
        """Let all leads that were never tried stand as one that came just now."""
        untried = LEAD.c.state.in_([LeadState.WAITING, LeadState.EXPIRED])
        await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.campaign == campaign, LEAD.c.attempts == 0, untried, _KNOWN)
            .values(**_standing_columns(standing))
        )

    # --- New keys, and forgetting -------------------------------------------------------------------

    async def known_after(self, lead: int, *, most: int) -> list[Lead]:
        """Return leads of all campaigns that are not forgotten, beginning after one."""
        query = select(LEAD).where(LEAD.c.id > lead, _KNOWN).order_by(LEAD.c.id).limit(most)
        return [_lead(row) for row in await self._connection.execute(query)]

    async def reseal(self, lead: Lead, *, phone: bytes, lookup: bytes, name: bytes | None) -> None:
        """Put what newer keys made in the place of what older ones did, unless it is forgotten."""
        await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.id == lead.id, LEAD.c.phone_sealed == lead.phone_sealed)
            .values(phone_sealed=phone, phone_lookup=lookup, name_sealed=name)
        )

    async def forget(self, campaign: str, *, now: datetime, most: int) -> int:
        """Forget whom a campaign called, but for who is in hand; what came of it stays.

        Who was to be called still is not any more.
        """
        in_hand = and_(LEAD.c.state == LeadState.IN_HAND, LEAD.c.claimed_until > now)
        known = select(LEAD.c.id).where(LEAD.c.campaign == campaign, _KNOWN, ~in_hand)
        ids = (await self._connection.execute(self._skipping(known.limit(most)))).scalars().all()
        await self.close(LeadState.EXPIRED, LEAD.c.id.in_(ids), of=LEFT)
        if ids:
            await self._connection.execute(
                update(LEAD)
                .where(LEAD.c.id == bindparam("forgotten"))
                .values(phone_sealed=b"", phone_lookup=bindparam("nobody"), name_sealed=None),
                [{"forgotten": id_, "nobody": id_.to_bytes(8)} for id_ in ids],
            )
        return len(ids)

    # --- Reading ---------------------------------------------------------------------------------------

    async def page(
        self, campaign: str, *, state: LeadState | None, after: int, most: int
    ) -> list[Lead]:
        """Return leads in the order they came, beginning after one."""
        query = select(LEAD).where(LEAD.c.campaign == campaign, LEAD.c.id > after)
        if state is not None:
            query = query.where(LEAD.c.state == state)
        query = query.order_by(LEAD.c.id).limit(most)
        return [_lead(row) for row in await self._connection.execute(query)]

    async def next_due(self, campaign: str) -> datetime | None:
        """Return when the next lead may be dialled, full cells and parts of the day apart."""
        query = select(func.min(LEAD.c.due_at)).where(
            LEAD.c.campaign == campaign, LEAD.c.state.in_(list(DUE))
        )
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    def _skipping(self, query: Select[Any]) -> Select[Any]:
        if self._postgres:
            return query.with_for_update(skip_locked=True, of=LEAD)
        return query


def _word(disposition: Disposition) -> str:
    return disposition.name.lower()


def _disposition(word: str) -> Disposition:
    return Disposition[word.upper()]


def _standing_columns(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "due_at": standing.due_at,
        "attempts": standing.attempts,
        "last": None if standing.last is None else _word(standing.last),
        "avoid_band": standing.avoid_band,
    }


def _row(campaign: str, lead: NewLead, *, at: datetime) -> dict[str, Any]:
    return {
        "id": lead.id,
        "campaign": campaign,
        "cell": lead.cell,
        "phone_sealed": lead.phone_sealed,
        "phone_lookup": lead.phone_lookup,
        "name_sealed": lead.name_sealed,
        "imported_at": at,
        "claim": 0,
        **_standing_columns(lead.standing),
    }


def _lead(row: Row[Any]) -> Lead:
    standing = Standing(
        state=LeadState(row.state),
        due_at=row.due_at,
        attempts=row.attempts,
        last=None if row.last is None else _disposition(row.last),
        avoid_band=row.avoid_band,
    )
    return Lead(
        id=row.id,
        campaign=row.campaign,
        cell=row.cell,
        phone_sealed=row.phone_sealed,
        phone_lookup=row.phone_lookup,
        name_sealed=row.name_sealed,
        standing=standing,
        claim=row.claim,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        claimed_until=row.claimed_until,
    )


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        agent=row.agent,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        disposition=_disposition(row.disposition),
        call_back_at=row.call_back_at,
        source=row.source,
        call=row.call,
    )
