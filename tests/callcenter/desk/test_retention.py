import sqlite3
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callcenter.desk.dialling import Outcome
from callcenter.desk.people import KEPT_FOR, Look, PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.retention import Retention
from callcenter.domain.access import Role
from callcenter.domain.outbound import Disposition
from callcenter.domain.privacy import Contact
from callcenter.domain.ticket_events import (
    Closed,
    Resolved,
    ResultNotified,
    Taken,
    TicketEvent,
    TicketOutcome,
)
from callcenter.errors import ForbiddenError, NotFoundError, RefusedError
from callcenter.store.tables.people import PERSONAL_ACCESS, PETITIONER, TICKET_TEXT
from callcenter.store.tables.tickets import TICKET, TICKET_EVENT
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_ticket, an_actor
from tests.calendars import kst
from tests.campaigns import PLANNER, a_campaign, a_phone, an_agent, desks
from tests.desks import Watch
from tests.vaults import a_vault

CLOSING: tuple[TicketEvent, ...] = (
    Taken(officer="lee"),
    Resolved(outcome=TicketOutcome.DONE, answer="전구를 갈았습니다."),
    ResultNotified(),
    Closed(),
)
LOOK = Look(actor=an_actor("boss", Role.MANAGER), purpose="정보주체의 삭제 요청")


class Scene:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.watch = Watch()
        self.people = PeopleDesk(store=store, vault=a_vault(), now=self.watch)
        self.retention = Retention(store=store, now=self.watch, batch=2)
        self._numbers = 0

    async def petition(self, phone: str, *events: TicketEvent) -> str:
        """Have somebody ask for something; their ticket stands after the events."""
        self._numbers += 1
        number = f"2026-{self._numbers:06d}"
        async with self.store.writing() as uow:
            who = Petitioner(name="홍길동", phone=phone)
            [reference] = await self.people.recorded(uow, [who], at=self.watch())
            await self.people.originals_kept(uow, {number: f"{phone}로 연락"}, at=self.watch())
            history = a_history(*events, at=self.watch(), petitioner=reference)
            await uow.tickets.add(
                [NewTicket(ticket=a_ticket(number, history), history=history)],
                recorded_at=self.watch(),
            )
        return reference

    async def rows(self, table: Any) -> list[Any]:
        async with self.store.reading() as uow:
            return list((await uow.connection.execute(select(table))).all())

    async def remembered(self) -> set[str]:
        return {f"P{row.id}" for row in await self.rows(PETITIONER) if row.erased_at is None}


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


async def test_who_is_past_the_term_is_forgotten_and_nothing_else_changes(scene: Scene) -> None:
    for n in range(5):
        await scene.petition(f"010-2000-000{n}", *CLOSING)
    tickets, events = await scene.rows(TICKET), await scene.rows(TICKET_EVENT)
    scene.watch.advance(days=KEPT_FOR.days)

    erased = await scene.retention.erase()

    assert (erased.petitioners, erased.texts) == (5, 0)
    for row in await scene.rows(PETITIONER):
        assert row.erased_at == scene.watch()
        assert not any(isinstance(value, bytes) for value in row)
        assert row.consent == "[]"
    assert await scene.rows(TICKET_TEXT) == []
    assert await scene.rows(TICKET) == tickets
    assert await scene.rows(TICKET_EVENT) == events
    assert await scene.people.found("010-2000-0001", kind=Contact.PHONE) == []


async def test_before_the_term_is_over_nobody_is_forgotten(scene: Scene) -> None:
    reference = await scene.petition("010-2000-0001", *CLOSING)
    scene.watch.at += KEPT_FOR - timedelta(microseconds=1)

    assert (await scene.retention.erase()).petitioners == 0
    assert await scene.remembered() == {reference}


async def test_who_has_an_open_ticket_is_remembered_until_it_is_closed(scene: Scene) -> None:
    waiting = await scene.petition("010-2000-0001", Taken(officer="lee"))
    await scene.petition("010-2000-0001", *CLOSING)
    await scene.petition("010-2000-0002", *CLOSING)
    scene.watch.at += KEPT_FOR

    await scene.retention.erase()

    assert await scene.remembered() == {waiting}
    assert {row.ticket for row in await scene.rows(TICKET_TEXT)} == {"2026-000001"}


async def test_who_asks_again_is_remembered_longer(scene: Scene) -> None:
    first = await scene.petition("010-2000-0001", *CLOSING)
    scene.watch.advance(days=100)
    assert await scene.petition("010-2000-0001", *CLOSING) == first
    scene.watch.at += KEPT_FOR - timedelta(days=1)

    assert (await scene.retention.erase()).petitioners == 0


async def test_the_text_of_an_older_ticket_goes_though_its_writer_asked_again(scene: Scene) -> None:
    await scene.petition("010-2000-0001", *CLOSING)
    scene.watch.advance(days=100)
    await scene.petition("010-2000-0001", *CLOSING)
    scene.watch.at += KEPT_FOR - timedelta(days=1)

    assert (await scene.retention.erase()).texts == 1

    assert [row.ticket for row in await scene.rows(TICKET_TEXT)] == ["2026-000002"]


async def test_who_asks_to_be_forgotten_is_and_it_is_recorded_who_did_it(scene: Scene) -> None:
    reference = await scene.petition("010-2000-0001", *CLOSING)

    await scene.retention.erase_on_request(reference, look=LOOK)
    await scene.retention.erase_on_request(reference, look=LOOK)

    assert await scene.remembered() == set()
    look, _ = await scene.rows(PERSONAL_ACCESS)
    assert (look.actor, look.petitioner, look.purpose) == ("boss", reference, LOOK.purpose)
    seen = await scene.people.masked(reference)
    assert (seen.name, seen.phone) == (None, None)


async def test_nobody_is_forgotten_while_a_result_is_owed(scene: Scene) -> None:
    reference = await scene.petition("010-2000-0001", Taken(officer="lee"))

    with pytest.raises(RefusedError) as refused:
        await scene.retention.erase_on_request(reference, look=LOOK)

    assert "2026-000001" in refused.value.ko
    assert await scene.remembered() == {reference}
    assert await scene.rows(PERSONAL_ACCESS) == []


async def test_an_agent_erases_nobody_and_nobody_is_not_erased(scene: Scene) -> None:
    reference = await scene.petition("010-2000-0001", *CLOSING)
    agent = Look(actor=an_actor("kim"), purpose="삭제")

    with pytest.raises(ForbiddenError):
        await scene.retention.erase_on_request(reference, look=agent)
    with pytest.raises(NotFoundError):
        await scene.retention.erase_on_request("P99", look=LOOK)


async def test_on_sqlite_what_was_sealed_is_overwritten_in_the_file(scene: Scene) -> None:
    if scene.store.database.dialect != "sqlite":
        return
    reference = await scene.petition("010-2000-0001", *CLOSING)
    (person,) = await scene.rows(PETITIONER)
    (text,) = await scene.rows(TICKET_TEXT)
    sealed = [person.phone_sealed, person.name_sealed, person.phone_lookup, text.body_sealed]
    file = str(scene.store.database.url.database)
    assert all(part in in_file(file) for part in sealed)

    await scene.retention.erase_on_request(reference, look=LOOK)

    assert not any(part in in_file(file) for part in sealed)


def in_file(file: str) -> bytes:
    """Read the whole database file, its journal written into it first."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with open(file, "rb") as opened:  # noqa: PTH123 - bytes of a database, not text of a project
        return opened.read()


async def test_whom_a_campaign_called_is_forgotten_when_its_days_are_over_and_what_came_of_it_is_not(
    store: Store,
) -> None:
    desk = desks(store)
    await desk.running(*(a_phone(n) for n in range(3)), keep_days=30)
    offer = await desk.dialling.next_lead("water", actor=an_agent())
    assert offer.handed is not None
    success = Outcome(disposition=Disposition.SUCCESS)
    await desk.dialling.told("water", offer.handed.attempt, success, actor=an_agent())
    retention = Retention(store=store, now=desk.watch, batch=2)
    desk.watch.at = kst("2027-01-30 23:59")
    assert (await retention.erase()).leads == 0

    desk.watch.at = kst("2027-01-31 00:00")
    assert (await retention.erase()).leads == 3

    assert (await retention.erase()).leads == 0
    listed = await desk.dialling.listed("water", state=None, after=0, most=9)
    assert [(lead.phone, lead.name) for lead in listed] == [(None, None)] * 3
    assert [str(lead.standing.state) for lead in listed] == ["succeeded", "expired", "expired"]
    for lead in await desk.leads():
        assert (lead.phone_sealed, lead.name_sealed, len(lead.phone_lookup)) == (b"", None, 8)


async def test_who_is_being_called_is_not_forgotten_before_it_is_told_what_came_of_it(
    store: Store,
) -> None:
    desk = desks(store)
    always = (((time(0), time(23, 59)),),) * 7
    desk.watch.at = kst("2026-12-31 23:50")
    await desk.running(a_phone(1), keep_days=0, windows=always)
    offer = await desk.dialling.next_lead("water", actor=an_agent())
    retention = Retention(store=store, now=desk.watch)
    desk.watch.at = kst("2027-01-01 00:01")
    assert (await retention.erase()).leads == 0
    assert offer.handed is not None
    busy = Outcome(disposition=Disposition.BUSY)
    told = await desk.dialling.told("water", offer.handed.attempt, busy, actor=an_agent())
    assert str(told.state) == "expired"
    assert (await retention.erase()).leads == 1


async def test_a_draft_that_is_put_off_calls_nobody_it_has_forgotten(store: Store) -> None:
    desk = desks(store)
    draft = await desk.campaigns.create(a_campaign(), actor=PLANNER)
    await desk.imported("water", a_phone(1))
    desk.watch.at = kst("2027-06-01 10:00")
    assert (await Retention(store=store, now=desk.watch).erase()).leads == 1
    later = a_campaign(last_day=kst("2027-06-30 00:00").date())
    await desk.campaigns.amend(later, actor=PLANNER, expected=draft.version)
    await desk.campaigns.command("water", "start", actor=PLANNER, expected=2)
    assert (await desk.dialling.next_lead("water", actor=an_agent())).handed is None
