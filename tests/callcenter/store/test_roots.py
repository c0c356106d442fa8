from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from callcenter.domain.ticket_events import Noted
from callcenter.store.events import FIRST
from callcenter.store.tables.tickets import TICKET_EVENT
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_ticket, happenings

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
NUMBERS = ("2026-000009", "2026-000010", "2026-999999", "2026-1000000")


async def recorded(store: Store) -> list[tuple[datetime, str, int]]:
    """Record events so that moments, tickets and places within one coincide in every way."""
    async with store.writing() as uow:
        for number in NUMBERS:
            history = a_history(at=NOON)
            ticket = a_ticket(number, history)
            await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOON)
            for seq, happened in enumerate(happenings(*[Noted(text="")] * 4, at=NOON), start=4):
                at = NOON + timedelta(microseconds=seq % 2)
                row = {
                    "ticket": number,
                    "seq": seq,
                    "kind": "noted",
                    "at": happened.at,
                    "recorded_at": at,
                    "actor": "kim",
                    "actor_roles": "agent",
                    "payload": "{}",
                    "prev_hash": FIRST,
                    "hash": FIRST,
                }
                await uow.connection.execute(insert(TICKET_EVENT).values(row))
    moments = {
        seq: NOON if seq < 4 else NOON + timedelta(microseconds=seq % 2) for seq in range(1, 8)
    }
    return sorted((moments[seq], number, seq) for number in NUMBERS for seq in range(1, 8))


@pytest.mark.parametrize("page", [1, 2, 3, 7, 1_000])
async def test_events_come_once_and_in_order_whatever_the_page(store: Store, page: int) -> None:
    expected = await recorded(store)

    async with store.reading() as uow:
        end = NOON + timedelta(microseconds=2)
        events = [row async for row in uow.roots.events(NOON, end, page=page)]

    assert [(row.recorded_at, row.ticket, row.seq) for row in events] == expected


async def test_a_day_begins_with_its_first_moment_and_ends_before_the_next(store: Store) -> None:
    expected = await recorded(store)

    async with store.reading() as uow:
        end = NOON + timedelta(microseconds=1)
        first = [row async for row in uow.roots.events(NOON, end)]
        second = [row async for row in uow.roots.events(end, end + timedelta(days=1))]
        nothing = [row async for row in uow.roots.events(NOON - timedelta(days=1), NOON)]

    assert len(first) + len(second) == len(expected)
    assert {row.recorded_at for row in first} == {NOON}
    assert nothing == []
