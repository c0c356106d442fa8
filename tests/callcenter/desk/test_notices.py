import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from callcenter.desk.changes import Change
from callcenter.desk.notices import write_invitation, write_notices
from callcenter.domain.ticket_events import Closed, Resolved, ResultNotified, Taken, TicketOutcome
from callcenter.store.tables.people import PETITIONER
from callcenter.store.tables.plumbing import OUTBOX
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store, UnitOfWork
from tests.builders import a_history, a_ticket

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
NUMBER = "2026-000001"
DONE = Resolved(outcome=TicketOutcome.DONE, answer="전구를 갈았습니다.")


async def somebody(uow: UnitOfWork, **columns: Any) -> str:
    known = {
        "phone_sealed": b"sealed",
        "language": "ko",
        "consent": json.dumps(["email", "sms"]),
        "created_at": NOW,
        "retain_until": NOW,
    }
    added = await uow.connection.execute(
        insert(PETITIONER).values(**(known | columns)).returning(PETITIONER.c.id)
    )
    return f"P{added.scalar_one()}"


async def opened(uow: UnitOfWork, *more: Any, petitioner: str | None) -> None:
    history = a_history(*more, at=NOW, petitioner=petitioner)
    ticket = a_ticket(NUMBER, history)
    await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOW)
    await write_notices(uow, [Change(ticket=ticket, history=history)], now=NOW)


async def errands(uow: UnitOfWork) -> Sequence[Any]:
    query = select(OUTBOX.c.topic, OUTBOX.c.aggregate, OUTBOX.c.aggregate_seq, OUTBOX.c.payload)
    return (await uow.connection.execute(query.order_by(OUTBOX.c.id))).all()


async def test_a_notice_and_its_errand_are_written_with_the_event(store: Store) -> None:
    async with store.writing() as uow:
        await opened(uow, petitioner=await somebody(uow))

    async with store.reading() as uow:
        (notice,) = await uow.notices.of(NUMBER)
        assert (notice.kind, notice.channel, notice.state) == ("accepted", "sms", "waiting")
        assert (notice.cause_seq, notice.unit, notice.template) == (2, "streetlight", "accepted-1")
        assert await errands(uow) == [("notice-sms", NUMBER, 2, json.dumps({"notice": notice.id}))]


async def test_a_result_goes_both_ways_and_each_is_an_errand_of_its_own(store: Store) -> None:
    async with store.writing() as uow:
        petitioner = await somebody(uow, email_sealed=b"sealed")
        await opened(uow, Taken(officer="lee"), DONE, ResultNotified(), petitioner=petitioner)

    async with store.reading() as uow:
        notices = await uow.notices.of(NUMBER)
        assert [(n.kind, n.channel, n.officer) for n in notices] == [
            ("result", "sms", "lee"),
            ("result", "email", "lee"),
        ]
        assert [errand.topic for errand in await errands(uow)] == ["notice-sms", "notice-email"]


async def test_what_a_person_must_tell_waits_in_a_list_and_not_in_the_outbox(store: Store) -> None:
    async with store.writing() as uow:
        refusing = await somebody(uow, consent="[]")
        await opened(uow, petitioner=refusing)

    async with store.reading() as uow:
        assert [notice.ticket for notice in await uow.notices.by_hand(unit="streetlight")] == [
            NUMBER
        ]
        assert await uow.notices.by_hand(unit="roads") == []
        assert await errands(uow) == []


async def test_a_closed_ticket_of_nobody_has_its_exemption_recorded(store: Store) -> None:
    events = (Taken(officer="lee"), DONE, ResultNotified(exemption="관찰"), Closed())
    async with store.writing() as uow:
        await opened(uow, *events, petitioner=None)

    async with store.reading() as uow:
        (notice,) = await uow.notices.of(NUMBER)
        assert (notice.kind, notice.state, notice.failure) == ("result", "exempt", "nobody")


async def test_a_transaction_that_fails_leaves_neither_notice_nor_errand(store: Store) -> None:
    async def fail() -> None:
        async with store.writing() as uow:
            await opened(uow, petitioner=await somebody(uow))
            raise RuntimeError("pulled the plug")

    with pytest.raises(RuntimeError, match="pulled the plug"):
        await fail()

    async with store.reading() as uow:
        assert await uow.notices.of(NUMBER) == []
        assert await errands(uow) == []


async def test_an_invitation_is_written_for_a_closing(store: Store) -> None:
    async with store.writing() as uow:
        willing = await somebody(uow)
        history = a_history(at=NOW, petitioner=willing)
        ticket = a_ticket(NUMBER, history)
        await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOW)

        assert await write_invitation(uow, ticket, cause_seq=3, now=NOW)

        (notice,) = await uow.notices.of(NUMBER)
        assert (notice.kind, notice.channel, notice.cause_seq) == ("survey", "sms", 3)
