import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import delete, insert, select, text, update

from callcenter.desk.audit import Audit, Fault, What, faults_of_export, root_of
from callcenter.desk.calendars import CalendarShelf, known_holidays
from callcenter.desk.ticket_orders import Order, Take
from callcenter.domain.access import SYSTEM, Actor, Role
from callcenter.domain.ticket_events import (
    Happened,
    Noted,
    Recounted,
    SupplementReceived,
    SupplementRequested,
    Taken,
)
from callcenter.domain.worktime import KST
from callcenter.errors import ConflictError, NotFoundError
from callcenter.store.events import FIRST, link
from callcenter.store.tables.reference import CALENDAR_DAY
from callcenter.store.tables.reports import TICKET_STALE
from callcenter.store.tables.search import TICKET_SEARCH
from callcenter.store.tables.tickets import DAILY_ROOT, TICKET, TICKET_CLOCK, TICKET_EVENT
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_petition, a_ticket, an_actor
from tests.desks import Watch, a_ticket_desk

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 9, 30, tzinfo=KST)
DAY = timedelta(days=1)


async def opened(store: Store, number: str, *, at: datetime = MORNING) -> None:
    """Open a ticket and have it taken; five events, the last one a day later."""
    history = a_history(Taken(officer="lee"), at=at)
    async with store.writing() as uow:
        await uow.tickets.add(
            [NewTicket(ticket=a_ticket(number, history), history=history)], recorded_at=at
        )
    note = Happened(seq=5, at=at + DAY, actor=an_actor(), event=Noted(text="부품 도착"))
    async with store.writing() as uow:
        ticket = a_ticket(number, [*history, note])
        await uow.tickets.append(ticket, [note], clocks={}, recorded_at=at + DAY)


def an_audit(store: Store, *, at: datetime = MORNING + 3 * DAY) -> Audit:
    return Audit(store=store, now=Watch(at))


async def unlocked(store: Store) -> None:
    """Do what an intruder with the database's password does first."""
    async with store.writing() as uow:
        for table in ("ticket_event", "daily_root"):
            if store.database.dialect == "sqlite":
                for act in ("update", "delete"):
                    await uow.connection.execute(text(f"DROP TRIGGER {table}_no_{act}"))
            else:
                await uow.connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


async def tampered(store: Store, statement: Any) -> None:
    await unlocked(store)
    async with store.writing() as uow:
        await uow.connection.execute(statement)


def event(number: str, seq: int) -> Any:
    return (TICKET_EVENT.c.ticket == number) & (TICKET_EVENT.c.seq == seq)


async def all_faults(store: Store) -> list[Fault]:
    return [fault async for fault in an_audit(store).verify_all()]


async def exported(store: Store) -> list[str]:
    return [line async for line in an_audit(store).export(MONDAY, MONDAY + DAY)]


async def test_an_honest_history_has_no_faults(store: Store) -> None:
    for n in range(1, 4):
        await opened(store, f"2026-00000{n}")
    await an_audit(store).seal_what_is_over()

    assert await all_faults(store) == []
    assert await an_audit(store).verify("2026-000002") == []
    with pytest.raises(NotFoundError):
        await an_audit(store).verify("2026-000009")


@pytest.mark.parametrize(
    "change",
    [
        {"payload": '{"officer":"park"}'},
        {"actor": "park"},
        {"at": MORNING.astimezone(UTC) + timedelta(hours=1)},
        {"recorded_at": MORNING.astimezone(UTC) + timedelta(microseconds=1)},
        {"kind": "assigned"},
        {"actor_roles": "manager"},
        {"actor_unit": "roads"},
        {"prev_hash": FIRST},
        {"hash": FIRST},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_changed_event_is_found(store: Store, change: dict[str, Any]) -> None:
    await opened(store, "2026-000001")
    await opened(store, "2026-000002")

    await tampered(store, update(TICKET_EVENT).where(event("2026-000001", 4)).values(change))

    faults = await all_faults(store)
    assert Fault(what=What.BROKEN_LINK, ticket="2026-000001", seq=4) in faults
    assert {fault.ticket for fault in faults} == {"2026-000001"}


@pytest.mark.parametrize("seq", [1, 3, 5])
async def test_a_missing_event_is_found_be_it_the_last(store: Store, seq: int) -> None:
    await opened(store, "2026-000001")

    await tampered(store, delete(TICKET_EVENT).where(event("2026-000001", seq)))

    faults = await all_faults(store)
    assert Fault(what=What.MISSING_EVENT, ticket="2026-000001", seq=seq) in faults


async def test_a_changed_ticket_is_found_though_its_events_are_whole(store: Store) -> None:
    await opened(store, "2026-000001")
    async with store.writing() as uow:
        await uow.connection.execute(update(TICKET).values(officer="park"))

    assert await all_faults(store) == [Fault(what=What.OTHER_PROJECTION, ticket="2026-000001")]


@dataclass(frozen=True)
class Lived:
    """A ticket that waited for its petitioner and was counted anew, and who audits it."""

    store: Store
    number: str
    audit: Audit

    async def faults(self) -> list[Fault]:
        return [fault async for fault in self.audit.verify_all()]


@pytest.fixture
async def lived(store: Store) -> Lived:
    watch, actor = Watch(MORNING), an_actor("park", Role.LEAD)
    desk = await a_ticket_desk(store, watch=watch)
    number = (await desk.open(a_petition(), actor=actor)).ticket.number

    async def given(command: str, order: Order, by: Actor = actor) -> None:
        await desk.command(number, command, order, actor=by, expected_seq=None)

    await given("take", Take())
    await given("request_supplement", SupplementRequested(asked="사진"))
    watch.advance(days=2)
    await given("receive_supplement", SupplementReceived(received="사진"))
    calendars = CalendarShelf(store=store, now=watch)
    newer = await calendars.publish(
        known_holidays() | {MONDAY + 3 * DAY: "임시공휴일"}, actor=actor
    )
    desk = await a_ticket_desk(store, watch=watch)
    await given("recount", Recounted(calendar=newer.version), SYSTEM)
    return Lived(store, number, Audit(store=store, now=watch, calendars=calendars))


async def test_clocks_of_an_honest_history_are_told_again(lived: Lived) -> None:
    async with lived.store.reading() as uow:
        row = await uow.tickets.row(lived.number)

    assert row is not None
    assert row.statutory_due_at > row.promised_due_at
    assert await lived.faults() == []


LATER = MORNING + 9 * DAY
FALSIFIED = (
    update(TICKET).values(statutory_due_at=LATER),
    update(TICKET).values(promised_due_at=LATER),
    update(TICKET).values(on_time=True),
    update(TICKET).values(working_minutes=1),
    update(TICKET_CLOCK).values(due_at=LATER),
    update(TICKET_CLOCK).values(state="met"),
    delete(TICKET_CLOCK),
)


async def test_a_changed_deadline_is_found(lived: Lived) -> None:
    async with lived.store.reading() as uow:
        ticket = await uow.connection.execute(select(TICKET))
        clocks = await uow.connection.execute(select(TICKET_CLOCK))
    was, were = dict(ticket.mappings().one()), [dict(row) for row in clocks.mappings()]

    for change in FALSIFIED:
        async with lived.store.writing() as uow:
            await uow.connection.execute(change)
        assert await lived.faults() == [Fault(what=What.OTHER_CLOCKS, ticket=lived.number)]
        async with lived.store.writing() as uow:
            await uow.connection.execute(update(TICKET).values(was))
            await uow.connection.execute(delete(TICKET_CLOCK))
            await uow.connection.execute(insert(TICKET_CLOCK), were)
    assert await lived.faults() == []


async def test_a_changed_calendar_is_found(lived: Lived) -> None:
    async with lived.store.writing() as uow:
        await uow.connection.execute(delete(CALENDAR_DAY))
    calendars = CalendarShelf(store=lived.store, now=Watch(MORNING))
    await calendars.load()

    faults = await Lived(
        lived.store,
        lived.number,
        Audit(store=lived.store, now=Watch(MORNING), calendars=calendars),
    ).faults()

    assert faults == [Fault(what=What.OTHER_CLOCKS, ticket=lived.number)]


async def test_a_ticket_that_was_taken_away_is_missed(lived: Lived) -> None:
    await unlocked(lived.store)
    async with lived.store.writing() as uow:
        for table in (TICKET_CLOCK, TICKET_STALE, TICKET_SEARCH, TICKET_EVENT, TICKET):
            await uow.connection.execute(delete(table))

    assert await lived.faults() == [Fault(what=What.MISSING_TICKET, ticket=lived.number)]


async def test_a_row_that_nobody_can_read_is_a_fault_and_not_the_end(lived: Lived) -> None:
    async with lived.store.writing() as uow:
        await uow.connection.execute(update(TICKET).values(outcome="whatever"))

    assert await lived.faults() == [Fault(what=What.OTHER_PROJECTION, ticket=lived.number)]


async def mended(store: Store) -> None:
    """Change an event, hash it and all that follow anew, and cover it up in the ticket's row."""
    await unlocked(store)
    async with store.writing() as uow:
        prev_hash = FIRST
        for row in await uow.tickets.event_rows("2026-000001"):
            said = dict(row._mapping) | {"prev_hash": prev_hash}
            if row.seq == 4:
                said["payload"] = '{"officer":"park"}'
            prev_hash = said["hash"] = link(said)
            where = event("2026-000001", row.seq)
            await uow.connection.execute(update(TICKET_EVENT).where(where).values(said))
        await uow.connection.execute(
            update(TICKET).where(TICKET.c.number == "2026-000001").values(officer="park")
        )


async def test_who_mends_the_chain_is_betrayed_by_the_day_s_root(store: Store) -> None:
    await opened(store, "2026-000001")
    await an_audit(store).seal_what_is_over()

    await mended(store)

    assert await an_audit(store).verify("2026-000001") == []
    assert await all_faults(store) == [
        Fault(what=What.OTHER_ROOT, day=day) for day in ("2026-11-23", "2026-11-24")
    ]


async def test_who_mends_the_roots_too_is_betrayed_by_those_kept_elsewhere(store: Store) -> None:
    await opened(store, "2026-000001")
    honest = await an_audit(store).seal_what_is_over()
    await mended(store)
    async with store.writing() as uow:
        await uow.connection.execute(delete(DAILY_ROOT))

    forged = await an_audit(store).seal_what_is_over()

    assert await all_faults(store) == []
    assert [root.day for root in forged] == [root.day for root in honest]
    assert not {root.root for root in forged} & {root.root for root in honest}


async def test_an_event_smuggled_into_a_sealed_day_is_found(store: Store) -> None:
    await opened(store, "2026-000001")
    await an_audit(store).seal_what_is_over()

    await opened(store, "2026-000002")

    assert [fault.what for fault in await all_faults(store)] == [What.OTHER_ROOT] * 2


async def test_neither_events_nor_roots_are_changed_or_deleted_by_mistake(store: Store) -> None:
    await opened(store, "2026-000001")
    await an_audit(store).seal_what_is_over()

    async def run(statement: Any) -> None:
        async with store.writing() as uow:
            await uow.connection.execute(statement)

    for statement in (
        delete(TICKET_EVENT),
        update(TICKET_EVENT).values(actor="park"),
        delete(DAILY_ROOT),
        update(DAILY_ROOT).values(events=0),
    ):
        with pytest.raises(Exception, match="only grows"):
            await run(statement)


async def test_a_day_is_sealed_once_in_order_and_only_when_it_is_over(store: Store) -> None:
    await opened(store, "2026-000001")
    midnight = datetime(2026, 11, 24, tzinfo=KST)
    for early in (midnight - timedelta(seconds=1), midnight + timedelta(minutes=14)):
        with pytest.raises(ConflictError, match="over"):
            await an_audit(store, at=early).seal_day(MONDAY)
    audit = an_audit(store)

    root = await audit.seal_day(MONDAY)

    assert (root.day, root.events, root.prev_root) == ("2026-11-23", 4, FIRST)
    for wrong in (MONDAY, MONDAY + 2 * DAY, MONDAY - DAY):
        with pytest.raises(ConflictError, match="last day sealed"):
            await audit.seal_day(wrong)
    following = await audit.seal_day(MONDAY + DAY)
    assert (following.events, following.prev_root) == (1, root.root)


async def test_days_without_events_are_sealed_too(store: Store) -> None:
    await opened(store, "2026-000001")

    sealed = await an_audit(store, at=MORNING + 5 * DAY).seal_what_is_over()

    assert [root.events for root in sealed] == [4, 1, 0, 0, 0]
    assert await an_audit(store, at=MORNING + 5 * DAY).seal_what_is_over() == []


async def test_without_any_event_there_is_nothing_to_seal(store: Store) -> None:
    assert await an_audit(store).seal_what_is_over() == []


async def test_an_export_is_verified_without_the_database(store: Store) -> None:
    await opened(store, "2026-000001")
    await opened(store, "2026-000002", at=MORNING + timedelta(minutes=1))
    await an_audit(store).seal_what_is_over()

    lines = await exported(store)

    assert len(lines) == 2 * 5 + 2
    assert faults_of_export(lines) == []
    assert json.loads(lines[-1])["day"] == "2026-11-24"


async def test_an_export_of_days_that_are_not_sealed_is_refused(store: Store) -> None:
    await opened(store, "2026-000001")

    with pytest.raises(NotFoundError, match="expected sealed days"):
        await exported(store)


async def test_any_change_of_an_export_is_found(store: Store) -> None:
    await opened(store, "2026-000001")
    await opened(store, "2026-000002", at=MORNING + timedelta(minutes=1))
    await an_audit(store).seal_what_is_over()
    lines = await exported(store)

    for n, line in enumerate(lines):
        assert found(lines[:n] + lines[n + 1 :]), "a line less"
        said = json.loads(line)
        for name, value in said.items():
            changed = value + 1 if isinstance(value, int) else f"{value}0"
            if name in {"at", "recorded_at", "day"}:
                changed = value.replace("2026", "2025")
            forged = json.dumps(said | {name: changed}) + "\n"
            assert found([*lines[:n], forged, *lines[n + 1 :]]), f"{name} of line {n}"


def found(lines: list[str]) -> bool:
    try:
        return faults_of_export(lines) != []
    except ValueError:
        return True


async def test_both_databases_export_the_same_bytes(store: Store) -> None:
    await opened(store, "2026-000001")
    await an_audit(store).seal_what_is_over()

    last = json.loads((await exported(store))[-1])

    assert last["root"] == "f011162651f3ec4a12ace00b6ceefe9a08d923d8fb2af804e1eff3d69ef7ec44"


@given(st.lists(st.sampled_from("abc"), max_size=4), st.lists(st.sampled_from("abc"), max_size=4))
def test_other_hashes_make_another_root(one: list[str], other: list[str]) -> None:
    first = root_of("2026-11-23", one, prev_root=FIRST)
    second = root_of("2026-11-23", other, prev_root=FIRST)

    assert (first.root == second.root) == (one == other)
