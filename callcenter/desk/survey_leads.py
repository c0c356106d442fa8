"""Those drawn for a satisfaction round, handed over to the campaign that calls them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from callcenter.desk.campaigns import CurrentCalendar, found as campaign_found
from callcenter.desk.dialling import phone_cell
from callcenter.desk.people import Field, field_cell
from callcenter.desk.survey_rounds import found, refuse_others, refuse_unless_open
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import Campaign, CampaignState
from callcenter.domain.leads import Standing, fresh
from callcenter.domain.privacy import Contact
from callcenter.domain.survey_rounds import Round
from callcenter.errors import RefusedError
from callcenter.store.leads import NewLead
from callcenter.store.survey_rounds import ToCall
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

_AT_ONCE: Final = 500
"""Numbers of one statement."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """The telephone number of one of the drawn."""

    of: ToCall
    phone: str
    lookups: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """The numbers that may be called, and how many may not."""

    fit: list[_Number]
    forbidden: int
    known: int


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
            RefusedError: it is not open, has no campaign, or the campaign is over or lacks its cells.
        """
        refuse_others(actor)
        async with self._store.writing() as uow:
            round_ = await found(uow, code, lock=True)
            campaign = await _campaign_of(uow, round_)
            drawn = await uow.survey_rounds.to_call(code)
            _refuse_strange_cells(campaign, drawn)
            numbers = await asyncio.to_thread(self._numbers, drawn)
            fit = await self._fit(uow, campaign, numbers)
            leads = await self._added(uow, campaign, fit.fit)
            await uow.survey_rounds.give_leads(leads)
            if leads:
                after = replace(round_, version=round_.version + 1)
                await uow.survey_rounds.put(after, "call", at=self._now(), by=actor.login)
        return Handed(
            leads=len(leads),
            unreachable=len(drawn) - len(numbers),
            forbidden=fit.forbidden,
            known=fit.known,
        )

    def _numbers(self, drawn: Sequence[ToCall]) -> list[_Number]:
        """Open the numbers that are known, each with its hashes."""
        numbers = []
        for one in drawn:
            if one.phone_sealed is not None:
                cell = field_cell(str(one.petitioner), Field.PHONE)
                phone = self._vault.open_(one.phone_sealed, context=cell)
                lookups = self._vault.lookups(phone, kind=Contact.PHONE)
                numbers.append(_Number(of=one, phone=phone, lookups=lookups))
        return numbers

    async def _fit(self, uow: UnitOfWork, campaign: Campaign, numbers: Sequence[_Number]) -> _Fit:
        """Leave out the numbers that are not to be called, and those in the campaign already."""
        forbidden: set[bytes] = set()
        known: set[bytes] = set()
        for first in range(0, len(numbers), _AT_ONCE):
            some = [one for each in numbers[first : first + _AT_ONCE] for one in each.lookups]
            forbidden |= await uow.do_not_call.among(some)
            known |= await uow.leads.known(campaign.code, some)
        free = [one for one in numbers if not forbidden.intersection(one.lookups)]
        fit = []
        for one in free:
            if not known.intersection(one.lookups):
                fit.append(one)
                known.update(one.lookups)
        return _Fit(fit=fit, forbidden=len(numbers) - len(free), known=len(free) - len(fit))

    async def _added(
        self, uow: UnitOfWork, campaign: Campaign, numbers: Sequence[_Number]
    ) -> dict[int, int]:
        """Write leads; return the id of each invitation's."""
        at = self._now()
        standing = fresh(campaign, at=at, calendar=self._calendars.current)
        places = await uow.leads.places(len(numbers))
        leads = await asyncio.to_thread(self._leads, campaign, places, numbers, standing)
        for first in range(0, len(leads), _AT_ONCE):
            await uow.leads.add(campaign.code, leads[first : first + _AT_ONCE], at=at)
        return {one.of.invitation: lead.id for one, lead in zip(numbers, leads, strict=True)}

    def _leads(
        self,
        campaign: Campaign,
        places: Sequence[int],
        numbers: Sequence[_Number],
        standing: Standing,
    ) -> list[NewLead]:
        return [
            NewLead(
                id=place,
                cell=one.of.cell if campaign.cells else "",
                phone_sealed=self._vault.seal(one.phone, context=phone_cell(place)),
                phone_lookup=one.lookups[0],
                name_sealed=None,
                standing=standing,
            )
            for place, one in zip(places, numbers, strict=True)
        ]


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


def _refuse_strange_cells(campaign: Campaign, drawn: Sequence[ToCall]) -> None:
    unknown = {one.cell for one in drawn if campaign.cells and not campaign.knows_cell(one.cell)}
    if unknown:
        names = ", ".join(map(repr, sorted(unknown)))
        raise RefusedError(
            "unknown-cell",
            ko=f"캠페인에 없는 할당 셀입니다: {names}.",
            en=f"the campaign has no cell {names}; import the leads as a file that names theirs",
        )
