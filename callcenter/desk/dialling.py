"""Dialling: the next lead for an agent, and what came of it.

Nobody is given to two agents at once, not even through two campaigns; nobody is called outside the
windows, more often than allowed, though on the do-not-call list, or for a cell that has enough. An agent
opens the number with the lead, and that he did is recorded like every look at personal data.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from callcenter.desk.campaigns import CurrentCalendar, found
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import (
    DIALLERS,
    Campaign,
    CampaignState,
    band_of,
    is_open,
    next_calling,
)
from callcenter.domain.leads import DUE, Attempt, LeadState, Standing, apply
from callcenter.domain.outbound import Disposition
from callcenter.domain.privacy import Contact, mask_name, mask_phone
from callcenter.domain.worktime import midnight
from callcenter.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    KeyReusedError,
    NotFoundError,
)
from callcenter.store.idempotency import RequestKey
from callcenter.store.leads import Lead
from callcenter.store.people import Access
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Cell, Vault

LEASE: Final = timedelta(minutes=15)
"""So long an agent may read, dial, speak and write down."""
GRACE: Final = timedelta(seconds=2)
"""So long after a lease nobody else is given the lead: what was told in time may still be on its way."""
_MOST_LOOKED_AT: Final = 50
"""Leads that one asker looks at before it is said that there is none."""
_OK: Final = 200


class WhyNone(StrEnum):
    """Why there is no lead for an agent now."""

    NOT_RUNNING = "not_running"
    CLOSED = "closed"
    """Outside the calling windows."""
    NONE_DUE = "none_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A lead in an agent's hand: personal data, for him alone."""

    attempt: str
    """What to tell the outcome of: `L12-1`."""
    lead: int
    cell: str
    phone: str
    name: str | None
    attempts: int
    """That were made before."""
    last: Disposition | None
    until: datetime
    """Then it is given to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedLead:
    """A lead as anybody may see it who need not call it."""

    lead: int
    cell: str
    phone: str | None
    """`None` once it is forgotten."""
    name: str | None
    standing: Standing
    agent: str | None
    """Who has it in hand, or had it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A lead, or why there is none."""

    handed: Handed | None = None
    why: WhyNone | None = None
    next_at: datetime | None = None
    """When to ask again, if that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt, as an agent tells it."""

    disposition: Disposition
    begun_at: datetime | None = None
    """When he dialled; when he was given the lead unless said."""
    call_back_at: datetime | None = None
    source: str | None = None
    call: str | None = None


class DiallingDesk:
    """Hands out leads and takes what came of them."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        calendars: CurrentCalendar,
        now: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        """Take the vault that leads were sealed with."""
        self._store = store
        self._vault = vault
        self._calendars = calendars
        self._now = now
        self._lease = lease

    # --- Handing out --------------------------------------------------------------------------------

    async def next_lead(self, code: str, *, actor: Actor, key: RequestKey | None = None) -> Offer:
        """Give an agent the best lead that is due; the one he has in hand as long as he has it.

        Raises:
            NotFoundError: there is no such campaign.
            ForbiddenError: the actor calls nobody.
            KeyReusedError: the key was used for something else.
            ConflictError: the lead that the key got is in his hand no more.
        """
        if not actor.has(DIALLERS):
            raise ForbiddenError(f"leads are called by {', '.join(sorted(DIALLERS))}")
        async with self._store.writing() as uow:
            if key is not None:
                before = await uow.idempotency.claim([key], now=self._now())
                if key in before:
                    if before[key].fingerprint != key.fingerprint:
                        raise KeyReusedError("the key was used for another request")
                    return await self._again(uow, before[key].response, actor=actor)
            offer = await self._offer(uow, code, actor=actor)
            if key is not None:
                await uow.idempotency.answer({key: _response(offer)}, status=_OK)
            return offer

    async def _again(self, uow: UnitOfWork, response: str, *, actor: Actor) -> Offer:
        said = json.loads(response)
        if "attempt" not in said:
            at = said["next_at"]
            return Offer(why=WhyNone(said["why"]), next_at=at and datetime.fromisoformat(at))
        lead = await _of_attempt(uow, said["attempt"])
        _still_in_hand(lead, actor=actor)
        await _looked(uow, lead, actor=actor, at=self._now())
        return Offer(handed=self._opened(lead))

    async def _offer(self, uow: UnitOfWork, code: str, *, actor: Actor) -> Offer:
        now, calendar = self._now(), self._calendars.current
        campaign = await found(uow, code)
        if campaign.state is not CampaignState.RUNNING:
            return Offer(why=WhyNone.NOT_RUNNING)
        if not is_open(campaign, now, calendar=calendar):
            at = next_calling(campaign, now, calendar=calendar)
            return Offer(why=WhyNone.CLOSED, next_at=at)
        held = await uow.leads.held_by(code, actor.login, now=now)
        if held is None:
            await uow.leads.let_go(code, now=now - GRACE)
            held = await self._taken(uow, campaign, agent=actor.login, now=now)
        if held is None:
            return await self._none_due(uow, campaign, now=now)
        await _looked(uow, held, actor=actor, at=now)
        return Offer(handed=self._opened(held))

    async def _none_due(self, uow: UnitOfWork, campaign: Campaign, *, now: datetime) -> Offer:
        due = await uow.leads.next_due(campaign.code)
        later = None if due is None or due <= now else due
        return Offer(why=WhyNone.NONE_DUE, next_at=later)

    async def _taken(
        self, uow: UnitOfWork, campaign: Campaign, *, agent: str, now: datetime
    ) -> Lead | None:
        passed: list[int] = []
        while len(passed) < _MOST_LOOKED_AT:
            lead = await uow.leads.due(
                campaign.code,
                now=now,
                band=band_of(now),
                most_attempts=campaign.attempts,
                but=passed,
            )
            if lead is None:
                return None
            if await self._may_be_called(uow, lead, now=now):
                return await uow.leads.take(lead, agent=agent, now=now, lease=self._lease)
            passed.append(lead.id)
        return None

    async def _may_be_called(self, uow: UnitOfWork, lead: Lead, *, now: datetime) -> bool:
        lookups = self._vault.lookups(self._phone(lead), kind=Contact.PHONE)
        if await uow.do_not_call.find(lookups) is not None:
            await uow.leads.stand(lead.id, replace(lead.standing, state=LeadState.DO_NOT_CALL))
            return False
        return await uow.leads.alone_with(lead, lookups, now=now - GRACE)

    async def held_on(self, code: str, attempt: str, *, actor: Actor) -> datetime:
        """Let a lease begin anew, for who is speaking still; return until when it is then.

        Raises:
            NotFoundError: there is no such attempt.
            ForbiddenError: somebody else was given the lead.
            ConflictError: it was told of, or the lead was let go.
        """
        async with self._store.writing() as uow:
            lead = await self._his(uow, code, attempt, actor=actor)
            _still_in_hand(lead, actor=actor)
            until = self._now() + self._lease
            await uow.leads.hold(lead.id, until=until)
        return until

    # --- Taking back --------------------------------------------------------------------------------

    async def told(self, code: str, attempt: str, outcome: Outcome, *, actor: Actor) -> Standing:
        """Record what came of an attempt; the same told again changes nothing.

        The lease may have run out, as long as nobody else was given the lead.

        Raises:
            NotFoundError: there is no such attempt.
            ForbiddenError: somebody else was given the lead.
            ConflictError: it was told otherwise, or the lead was given to somebody else since.
            InputError: what was told contradicts itself.
        """
        async with self._store.writing() as uow:
            campaign = await found(uow, code)
            lead = await self._his(uow, code, attempt, actor=actor)
            before = await uow.leads.attempt(lead.id, lead.claim)
            if before is not None:
                _same_again(before, outcome)
                return lead.standing
            made = self._attempt(lead, outcome, campaign, actor=actor)
            standing = await self._stands(uow, lead, made, campaign)
            await uow.leads.record(lead, made, standing)
            if made.disposition is Disposition.SUCCESS:
                for count in await uow.campaigns.succeeds(code, lead.cell):
                    if count.full:
                        await uow.leads.close_cell(code, count.cell)
            return standing

    async def _his(self, uow: UnitOfWork, code: str, attempt: str, *, actor: Actor) -> Lead:
        lead = await _of_attempt(uow, attempt, lock=True)
        if lead.campaign != code:
            raise NotFoundError(f"there is no attempt {attempt} of {code}")
        if lead.claimed_by != actor.login:
            raise ForbiddenError("the lead was given to somebody else")
        return lead

    def _attempt(
        self, lead: Lead, outcome: Outcome, campaign: Campaign, *, actor: Actor
    ) -> Attempt:
        now = self._now()
        begun = outcome.begun_at or lead.claimed_at or now
        if not (lead.claimed_at or begun) <= begun <= now:
            raise InputError("expected a moment since the lead was given", key="begun_at")
        _check_call_back(outcome, campaign, now=now)
        if (outcome.source is None) != (outcome.call is None):
            raise InputError("source and call are given together", key="call")
        return Attempt(
            agent=actor.login,
            begun_at=begun,
            ended_at=now,
            disposition=outcome.disposition,
            call_back_at=outcome.call_back_at,
            source=outcome.source,
            call=outcome.call,
        )

    async def _stands(
        self, uow: UnitOfWork, lead: Lead, attempt: Attempt, campaign: Campaign
    ) -> Standing:
        """Say how a lead stands after an attempt, by itself and by what else may end it."""
        standing = apply(
            lead.standing, attempt, campaign=campaign, calendar=self._calendars.current
        )
        if standing.state not in DUE:
            return standing
        lookups = self._vault.lookups(self._phone(lead), kind=Contact.PHONE)
        if await uow.do_not_call.find(lookups) is not None:
            return replace(standing, state=LeadState.DO_NOT_CALL)
        if campaign.state is CampaignState.FINISHED:
            return replace(standing, state=LeadState.EXPIRED)
        if await uow.campaigns.full(campaign.code, lead.cell):
            return replace(standing, state=LeadState.QUOTA_FULL)
        return standing

    # --- Showing ------------------------------------------------------------------------------------

    async def listed(
        self, code: str, *, state: LeadState | None, after: int, most: int
    ) -> list[MaskedLead]:
        """Return leads behind masks, in the order they came, beginning after one.

        Raises:
            NotFoundError: there is no such campaign.
        """
        async with self._store.reading() as uow:
            await found(uow, code)
            leads = await uow.leads.page(code, state=state, after=after, most=most)
        return [self._masked(lead) for lead in leads]

    def _masked(self, lead: Lead) -> MaskedLead:
        name = self._name(lead)
        return MaskedLead(
            lead=lead.id,
            cell=lead.cell,
            phone=None if lead.forgotten else mask_phone(self._phone(lead)),
            name=name and mask_name(name),
            standing=lead.standing,
            agent=lead.claimed_by,
        )

    # --- Opening ------------------------------------------------------------------------------------

    def _phone(self, lead: Lead) -> str:
        return self._vault.open_(lead.phone_sealed, context=phone_cell(lead.id))

    def _name(self, lead: Lead) -> str | None:
        if lead.name_sealed is None:
            return None
        return self._vault.open_(lead.name_sealed, context=name_cell(lead.id))

    def _opened(self, lead: Lead) -> Handed:
        assert lead.claimed_until is not None, "a lead in hand has a lease"
        return Handed(
            attempt=attempt_id(lead),
            lead=lead.id,
            cell=lead.cell,
            phone=self._phone(lead),
            name=self._name(lead),
            attempts=lead.standing.attempts,
            last=lead.standing.last,
            until=lead.claimed_until,
        )


def attempt_id(lead: Lead) -> str:
    """Name the attempt that a lead was given for last."""
    return f"L{lead.id}-{lead.claim}"


def phone_cell(lead: int) -> Cell:
    """Say where a lead's number is kept; elsewhere its seal does not open."""
    return Cell(table="lead", row=str(lead), column="phone_sealed")


def name_cell(lead: int) -> Cell:
    """Say where a lead's name is kept."""
    return Cell(table="lead", row=str(lead), column="name_sealed")


async def _of_attempt(uow: UnitOfWork, attempt: str, *, lock: bool = False) -> Lead:
    row, dash, claim = attempt.removeprefix("L").partition("-")
    lead = None
    if dash and row.isdecimal() and claim.isdecimal():
        lead = await uow.leads.get(int(row), lock=lock)
    if lead is None or not 1 <= int(claim) <= lead.claim:
        raise NotFoundError(f"there is no attempt {attempt}")
    if int(claim) < lead.claim:
        raise ConflictError(f"the lead of attempt {attempt} was given out again since")
    return lead


def _still_in_hand(lead: Lead, *, actor: Actor) -> None:
    if lead.standing.state is not LeadState.IN_HAND or lead.claimed_by != actor.login:
        raise ConflictError(f"attempt {attempt_id(lead)} is over: ask for the next lead anew")


async def _looked(uow: UnitOfWork, lead: Lead, *, actor: Actor, at: datetime) -> None:
    await uow.people.looked(
        Access(
            at=at,
            actor=actor.login,
            fields=("lead.phone", "lead.name"),
            purpose=f"campaign {lead.campaign}, attempt {attempt_id(lead)}",
        )
    )


def _response(offer: Offer) -> str:
    if offer.handed is not None:
        return json.dumps({"attempt": offer.handed.attempt})
    at = None if offer.next_at is None else offer.next_at.isoformat()
    return json.dumps({"why": offer.why, "next_at": at})


def _same_again(before: Attempt, outcome: Outcome) -> None:
    if (before.disposition, before.call_back_at) != (outcome.disposition, outcome.call_back_at):
        raise ConflictError(f"the attempt was told already: {before.disposition.name.lower()}")


def _check_call_back(outcome: Outcome, campaign: Campaign, *, now: datetime) -> None:
    at = outcome.call_back_at
    if at is None:
        return
    if outcome.disposition is not Disposition.CALL_LATER:
        raise InputError("expected the outcome call_later with it", key="call_back_at")
    if not now < at < midnight(campaign.last_day + timedelta(days=1)):
        raise InputError(
            f"expected a moment to come, and until {campaign.last_day}", key="call_back_at"
        )
