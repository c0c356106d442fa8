"""Campaigns for tests: one that calls on weekdays, and whatever of it is to be otherwise."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import zip_longest
from typing import Any, Final

from callcenter.desk.campaigns import CampaignDesk
from callcenter.desk.dialling import DiallingDesk
from callcenter.desk.do_not_call import DoNotCallDesk
from callcenter.desk.lead_imports import LeadImport, LeadImportDesk
from callcenter.domain.access import Actor, Role
from callcenter.domain.campaigns import Campaign, CampaignState
from callcenter.domain.worktime import WorkCalendar
from callcenter.store.leads import Lead
from callcenter.store.unit_of_work import Store
from callcenter.vault import Vault
from tests.calendars import a_calendar
from tests.desks import Watch
from tests.vaults import a_vault

MORNING: Final = (time(9, 30), time(11, 30))
AFTERNOON: Final = (time(14), time(18))
WEEKDAYS: Final = ((MORNING, AFTERNOON),) * 5 + ((), ())


def a_campaign(**said: Any) -> Campaign:
    """Make a campaign of November 2026, which runs."""
    usual: dict[str, Any] = {
        "code": "water",
        "name_ko": "수도요금 안내",
        "name_en": "Water bills",
        "field": "수도요금",
        "first_day": date(2026, 11, 2),
        "last_day": date(2026, 12, 31),
        "windows": WEEKDAYS,
        "state": CampaignState.RUNNING,
    }
    return Campaign(**(usual | said))


PLANNER: Final = Actor(login="plan", roles=frozenset({Role.PLANNER}))


def an_agent(number: int = 1) -> Actor:
    """Return one of those who dial."""
    return Actor(login=f"agent-{number}", roles=frozenset({Role.AGENT}))


class Shelf:
    """Holds one calendar."""

    def __init__(self, calendar: WorkCalendar | None = None) -> None:
        self.current = calendar or a_calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """Everything that campaigns need, on one store and one clock."""

    store: Store
    watch: Watch
    vault: Vault
    campaigns: CampaignDesk
    imports: LeadImportDesk
    dialling: DiallingDesk
    do_not_call: DoNotCallDesk

    async def running(self, *phones: str, of: Sequence[str] = (), **said: Any) -> Campaign:
        """Make a campaign, give it leads, start it."""
        draft = await self.campaigns.create(a_campaign(**said), actor=PLANNER)
        await self.imported(draft.code, *phones, of=of)
        return await self.campaigns.command(
            draft.code, "start", actor=PLANNER, expected=draft.version
        )

    async def imported(self, code: str, *phones: str, of: Sequence[str] = ()) -> LeadImport:
        """Give a campaign leads."""
        lines = ["전화번호,할당셀", *(f"{p},{c}" for p, c in zip_longest(phones, of, fillvalue=""))]
        file = io.BytesIO("\n".join(lines).encode())
        return await self.imports.run(code, file, actor=PLANNER)

    async def leads(self, code: str = "water") -> list[Lead]:
        """Return all leads of a campaign."""
        async with self.store.reading() as uow:
            return await uow.leads.page(code, state=None, after=0, most=10_000)


def desks(
    store: Store,
    *,
    watch: Watch | None = None,
    calendar: WorkCalendar | None = None,
    vault: Vault | None = None,
) -> Desks:
    """Open all desks of campaigns; it is a Friday morning at ten."""
    watch, vault, shelf = watch or Watch(), vault or a_vault(), Shelf(calendar)
    return Desks(
        store=store,
        watch=watch,
        vault=vault,
        campaigns=CampaignDesk(store=store, calendars=shelf, now=watch),
        imports=LeadImportDesk(store=store, vault=vault, calendars=shelf, now=watch),
        dialling=DiallingDesk(store=store, vault=vault, calendars=shelf, now=watch),
        do_not_call=DoNotCallDesk(store=store, vault=vault, now=watch),
    )


def a_phone(number: int) -> str:
    """Return one of ten thousand telephone numbers."""
    return f"010-2000-{number:04}"
