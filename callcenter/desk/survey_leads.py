"""Those drawn for a satisfaction round, handed over to the campaign that calls them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from callcenter.desk.campaigns import CurrentCalendar, found as campaign_found
from callcenter.desk.dialling import phone_cell
from callcenter.desk.people import Field, field_cell
from callcenter.desk.survey_rounds import found, refuse_others, refuse_unless_open
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import Campaign, CampaignState
from callcenter.domain.leads import fresh
from callcenter.domain.privacy import Contact
from callcenter.domain.survey_rounds import Round
from callcenter.errors import RefusedError
from callcenter.store.leads import NewLead
from callcenter.store.survey_rounds import Invitation
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """How the drawn of a round became leads of its campaign."""

    leads: int
    unreachable: int
    """Nobody knows a telephone number of theirs."""
    forbidden: int
    """The number is not to be called."""
    known: int
    """The number was in the campaign already."""


class SurveyLeadDesk:
    """Makes leads of those drawn."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        calendars: CurrentCalendar,
        now: Callable[[], datetime],
    ) -> None:
        """Take the vault that numbers are sealed with."""
        self._store = store
        self._vault = vault
        self._calendars = calendars
        self._now = now

    async def hand_over(self, code: str, *, actor: Actor) -> Handed:
        """Make leads of a round's campaign of the drawn whose telephone numbers are known.

        Done again it adds those only who are no leads yet. Numbers go from seal to seal; nobody reads one.

        Raises:
            NotFoundError: there is no round of this code.
            ForbiddenError: the actor makes no rounds.
            RefusedError: it is not open, has no campaign, or the campaign is over.
        """
        refuse_others(actor)
        async with self._store.writing() as uow:
            round_ = await found(uow, code, lock=True)
            campaign = await _campaign_of(uow, round_)
            every = await uow.survey_rounds.invitations(code, after=0, most=round_.size)
            _refuse_strange_cells(campaign, every)
            waiting = [one for one in every if one.lead is None and one.answered_at is None]
            counts = {"unreachable": 0, "forbidden": 0, "known": 0}
            leads: dict[int, int] = {}
            for one in waiting:
                lead = await self._lead(uow, campaign, one)
                if isinstance(lead, str):
                    counts[lead] += 1
                else:
                    leads[one.id] = lead
            await uow.survey_rounds.give_leads(leads)
        return Handed(leads=len(leads), **counts)

    async def _lead(self, uow: UnitOfWork, campaign: Campaign, invitation: Invitation) -> int | str:
        """Write one lead and return its id, or the word for why there is none."""
        phone = await self._phone(uow, invitation)
        if phone is None:
            return "unreachable"
        lookups = self._vault.lookups(phone, kind=Contact.PHONE)
        if await uow.do_not_call.find(lookups) is not None:
            return "forbidden"
        if await uow.leads.known(campaign.code, lookups):
            return "known"
        [place] = await uow.leads.places(1)
        at = self._now()
        lead = NewLead(
            id=place,
            cell=invitation.cell if campaign.cells else "",
            phone_sealed=self._vault.seal(phone, context=phone_cell(place)),
            phone_lookup=lookups[0],
            name_sealed=None,
            standing=fresh(campaign, at=at, calendar=self._calendars.current),
        )
        await uow.leads.add(campaign.code, [lead], at=at)
        return place

    async def _phone(self, uow: UnitOfWork, invitation: Invitation) -> str | None:
        """Open the number of whoever a ticket is of; a call tells none."""
        ticket = await uow.tickets.get(invitation.ticket) if invitation.ticket else None
        if ticket is None or ticket.petitioner is None:
            return None
        row = await uow.people.get(ticket.petitioner)
        if row.phone_sealed is None:
            return None
        return self._vault.open_(row.phone_sealed, context=field_cell(str(row.id), Field.PHONE))


async def _campaign_of(uow: UnitOfWork, round_: Round) -> Campaign:
    refuse_unless_open(round_)
    if round_.campaign is None:
        raise RefusedError(
            "no-campaign",
            ko="이 조사에는 전화 캠페인이 없습니다.",
            en="the round has no campaign to call by",
        )
    campaign = await campaign_found(uow, round_.campaign, lock=True)
    if campaign.state is CampaignState.FINISHED:
        raise RefusedError(
            "wrong-state",
            ko="종료된 캠페인에는 대상자를 더할 수 없습니다.",
            en=f"campaign {campaign.code} is finished",
        )
    return campaign


def _refuse_strange_cells(campaign: Campaign, drawn: list[Invitation]) -> None:
    unknown = {one.cell for one in drawn if campaign.cells and not campaign.knows_cell(one.cell)}
    if unknown:
        names = ", ".join(map(repr, sorted(unknown)))
        raise RefusedError(
            "unknown-cell",
            ko=f"캠페인에 없는 할당 셀입니다: {names}.",
            en=f"the campaign has no cell {names}; import the leads as a file that names theirs",
        )
