"""Campaigns: made as drafts, amended, started, paused and finished; each is one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from callcenter.desk.campaign_acts import record_command
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import (
    CAMPAIGN_COMMANDS,
    Campaign,
    CampaignState,
    campaign_refusal,
)
from callcenter.domain.leads import fresh
from callcenter.domain.worktime import WorkCalendar, local_day
from callcenter.errors import (
    ForbiddenError,
    InputError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from callcenter.store.campaigns import Told
from callcenter.store.unit_of_work import Store, UnitOfWork


class CurrentCalendar(Protocol):
    """Knows which days are holidays."""

    @property
    def current(self) -> WorkCalendar:
        """Give the calendar in force."""
        ...


class CampaignDesk:
    """Makes campaigns and tells them what to do."""

    def __init__(
        self, *, store: Store, calendars: CurrentCalendar, now: Callable[[], datetime]
    ) -> None:
        """Take the holidays and the time from outside."""
        self._store = store
        self._calendars = calendars
        self._now = now

    async def create(
        self, campaign: Campaign, *, actor: Actor, request_id: str | None = None
    ) -> Campaign:
        """Make a draft.

        Raises:
            ForbiddenError: the actor makes no campaigns.
            ConflictError: there is one of this code.
            InputError: the calendar does not cover its days.
        """
        draft = replace(campaign, state=CampaignState.DRAFT, version=1)
        self._check(draft, command="amend", actor=actor)
        at = self._now()
        async with self._store.writing() as uow:
            await uow.campaigns.add(draft, at=at, by=actor.login)
            await record_command(uow, "create", draft, at=at, actor=actor, request_id=request_id)
        return draft

    async def amend(
        self, campaign: Campaign, *, actor: Actor, expected: int, request_id: str | None = None
    ) -> Campaign:
        """Put another draft in the place of one.

        Raises:
            NotFoundError: there is none of this code.
            ForbiddenError: the actor makes no campaigns.
            RefusedError: it is no draft any more, or has leads of a cell that it would not have.
            StaleError: it is no longer at the version expected.
        """
        at = self._now()
        async with self._store.writing() as uow:
            before = await self._told(uow, campaign.code, "amend", actor=actor, expected=expected)
            draft = replace(campaign, state=before.state, version=before.version + 1)
            self._check(draft, command="amend", actor=actor)
            await _keeps_its_leads(uow, draft)
            await uow.campaigns.put(draft, "amend", at=at, by=actor.login)
            await record_command(uow, "amend", draft, at=at, actor=actor, request_id=request_id)
        return draft

    async def command(
        self,
        code: str,
        command: str,
        *,
        actor: Actor,
        expected: int,
        request_id: str | None = None,
    ) -> Campaign:
        """Start, pause or finish a campaign, or give a draft up.

        Raises:
            NotFoundError: there is none of this code.
            ForbiddenError: the actor commands no campaigns.
            RefusedError: it cannot be done now.
            StaleError: it is no longer at the version expected.
        """
        rule, at = CAMPAIGN_COMMANDS[command], self._now()
        async with self._store.writing() as uow:
            before = await self._told(uow, code, command, actor=actor, expected=expected)
            after = replace(before, state=rule.leads_to, version=before.version + 1)
            if command == "start":
                await self._starts(uow, before, at=at)
            await uow.campaigns.put(after, command, at=at, by=actor.login)
            await record_command(uow, command, after, at=at, actor=actor, request_id=request_id)
            if after.state is CampaignState.FINISHED:
                await uow.leads.close_campaign(code)
        return after

    async def campaign(self, code: str) -> Campaign:
        """Return a campaign.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            return await found(uow, code)

    async def every(self) -> list[Campaign]:
        """Return all campaigns, the most pressing first."""
        async with self._store.reading() as uow:
            return await uow.campaigns.every()

    async def history(self, code: str) -> list[Told]:
        """Return everything a campaign was told, and by whom.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            await found(uow, code)
            return await uow.campaigns.told(code)

    # --- Within -------------------------------------------------------------------------------------

    def _check(self, campaign: Campaign, *, command: str, actor: Actor) -> None:
        refuse(campaign, command, actor=actor)
        calendar = self._calendars.current
        for key in ("first_day", "last_day"):
            if not calendar.covers(getattr(campaign, key)):
                raise InputError(
                    f"expected a day in {calendar.first_year} to {calendar.last_year}, "
                    "for which holidays are known",
                    key=key,
                )

    async def _told(
        self, uow: UnitOfWork, code: str, command: str, *, actor: Actor, expected: int
    ) -> Campaign:
        campaign = await found(uow, code, lock=True)
        if campaign.version != expected:
            raise StaleError(
                f"expected version {campaign.version} of campaign {code}, got {expected}"
            )
        refuse(campaign, command, actor=actor)
        return campaign

    async def _starts(self, uow: UnitOfWork, campaign: Campaign, *, at: datetime) -> None:
        """Refuse to start what cannot end well; a draft's leads are due from now on."""
        if campaign.last_day < local_day(at):
            raise RefusedError(
                "campaign-over",
                ko=f"캠페인 기간이 {campaign.last_day}에 끝났습니다.",
                en=f"the campaign's last day was {campaign.last_day}",
            )
        if campaign.state is CampaignState.DRAFT:
            await _enough_leads(uow, campaign)
            standing = fresh(campaign, at=at, calendar=self._calendars.current)
            await uow.leads.begin_anew(campaign.code, standing)


async def found(uow: UnitOfWork, code: str, *, lock: bool = False) -> Campaign:
    """Return a campaign, held against changes if asked.

    Raises:
        NotFoundError: there is none of this code.
    """
    campaign = await uow.campaigns.get(code, lock=lock)
    if campaign is None:
        raise NotFoundError(f"there is no campaign {code!r}")
    return campaign


def refuse(campaign: Campaign, command: str, *, actor: Actor) -> None:
    """Refuse a command that this actor may not give to this campaign now.

    Raises:
        ForbiddenError: by who he is.
        RefusedError: by how the campaign stands.
    """
    said = campaign_refusal(CAMPAIGN_COMMANDS[command], campaign, actor=actor)
    if said is not None and said.code == "role":
        raise ForbiddenError(said.en)
    if said is not None:
        raise RefusedError(said.code, ko=said.ko, en=said.en)


async def _keeps_its_leads(uow: UnitOfWork, draft: Campaign) -> None:
    cells = {cell for cell, _ in await uow.lead_counts.by_cell(draft.code)}
    lost = sorted(cell for cell in cells if not draft.knows_cell(cell))
    if lost:
        raise RefusedError(
            "cell-in-use",
            ko=f"대상자가 등록된 할당 셀은 없앨 수 없습니다: {', '.join(lost)}.",
            en=f"leads are of cells that would be gone: {', '.join(map(repr, lost))}",
        )


async def _enough_leads(uow: UnitOfWork, campaign: Campaign) -> None:
    by_cell = await uow.lead_counts.by_cell(campaign.code)
    total = sum(by_cell.values())
    wanted = [("quota", campaign.wanted, total)]
    for cell in campaign.cells:
        leads = sum(many for (of, _), many in by_cell.items() if of == cell.code)
        wanted.append((cell.code, cell.quota, leads))
    if total == 0:
        raise RefusedError(
            "no-leads", ko="발신 대상자가 없습니다.", en="expected leads, there are none"
        )
    for key, quota, leads in wanted:
        if quota is not None and quota > leads:
            raise RefusedError(
                "quota-beyond-leads",
                ko=f"할당 {key}: 목표 {quota:,}건인데 대상자는 {leads:,}명입니다.",
                en=f"{key}: expected at least {quota:,} leads for the quota, there are {leads:,}",
            )
