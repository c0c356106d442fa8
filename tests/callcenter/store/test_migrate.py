"""Migrations bring both databases to the declared schema, and lose no row on the way."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from callcenter.store import migrate
from callcenter.store.engine import Database
from callcenter.store.events import broken_links
from callcenter.store.tables.people import PERSONAL_ACCESS
from callcenter.store.tables.tickets import TICKET, TICKET_EVENT
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests import builders, databases

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


async def test_an_empty_database_is_brought_to_the_declared_schema(
    database_server: databases.Server,
) -> None:
    url = database_server.empty()
    assert await migrate.revision_of(url) is None
    await migrate.upgrade(url)
    assert await migrate.revision_of(url) == migrate.head()
    assert await migrate.differences(url) == []
    await database_server.drop(url)


async def test_the_last_migration_can_be_taken_back_and_run_again(
    database_server: databases.Server,
) -> None:
    url = await database_server.migrated()
    await migrate.downgrade(url, "-1")
    assert await migrate.revision_of(url) != migrate.head()
    await migrate.upgrade(url)
    assert await migrate.differences(url) == []
    await database_server.drop(url)


async def test_a_populated_database_loses_no_row_and_no_link_by_migrating(
    database_server: databases.Server,
) -> None:
    url = database_server.empty()
    await migrate.upgrade(url, "0001")
    await _populate(url, tickets=200)
    await migrate.upgrade(url)
    await migrate.downgrade(url, "0001")
    await migrate.upgrade(url)
    database = Database(url)
    async with Store(database).reading() as uow:
        for table, rows in ((TICKET, 200), (TICKET_EVENT, 600)):
            counted = await uow.connection.execute(select(func.count()).select_from(table))
            assert counted.scalar_one() == rows
        for number in ("2026-000001", "2026-000200"):
            assert broken_links(await uow.tickets.event_rows(number)) == []
    await database.close()
    await database_server.drop(url)


async def _populate(url: str, *, tickets: int) -> None:
    database = Database(url)
    async with Store(database).writing() as uow:
        for _ in range(tickets):
            number = await uow.tickets.next_number(2026)
            history = builders.a_history(at=NOON)
            ticket = builders.a_ticket(number, history)
            await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOON)
    await database.close()


@pytest.mark.parametrize("statement", ["DELETE FROM ticket_event", "UPDATE ticket_event SET seq=9"])
async def test_what_happened_can_be_neither_changed_nor_deleted(
    database: Database, statement: str
) -> None:
    store = Store(database)
    history = builders.a_history(at=NOON)
    async with store.writing() as uow:
        ticket = builders.a_ticket(await uow.tickets.next_number(2026), history)
        await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOON)
    with pytest.raises(DBAPIError, match="only grows"):
        async with store.writing() as uow:
            await uow.connection.execute(text(statement))


async def test_looking_at_personal_data_leaves_a_trace_for_ever(database: Database) -> None:
    async with database.writing() as connection:
        looked = {"at": NOON, "actor": "kim", "fields": "phone", "purpose": "회신"}
        await connection.execute(insert(PERSONAL_ACCESS).values(**looked))
    with pytest.raises(DBAPIError, match="only grows"):
        async with database.writing() as connection:
            await connection.execute(text("DELETE FROM personal_access"))
