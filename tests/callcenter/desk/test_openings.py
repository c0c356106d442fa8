"""Many petitions at the same moment: one transaction, and nobody pays for another's mistake."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select

from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.changes import Change
from callcenter.desk.people import PeopleDesk
from callcenter.desk.reactions import reactions
from callcenter.desk.tickets import MOST_TOGETHER, Outcome, RequestKey, TicketDesk
from callcenter.domain.access import SYSTEM
from callcenter.domain.ticket_events import Channel
from callcenter.errors import KeyReusedError, UnknownServiceError
from callcenter.store.events import broken_links
from callcenter.store.tables.people import PETITIONER
from callcenter.store.tables.plumbing import IDEMPOTENCY_KEY, NOTICE, OUTBOX
from callcenter.store.tables.tickets import TICKET, TICKET_CLOCK
from callcenter.store.unit_of_work import Store, UnitOfWork
from tests import builders, desks
from tests.vaults import a_vault


class PowerCutError(Exception):
    """Nothing of this transaction was kept."""


class Listener:
    """Hears of changes, and fails at tickets of a title."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []

    async def __call__(self, _uow: UnitOfWork, changes: Sequence[Change]) -> None:
        titles = [change.ticket.title for change in changes]
        self.heard.append(titles)
        if "단선" in titles:
            raise PowerCutError


async def a_desk(store: Store, listener: Listener) -> TicketDesk:
    return await desks.a_ticket_desk(store, reactions=[listener])


async def asked(
    desk: TicketDesk, *said: dict[str, object], keys: Sequence[RequestKey | None] = ()
) -> list[Outcome | BaseException]:
    named = [*keys, *[None] * (len(said) - len(keys))]
    return await asyncio.gather(
        *(
            desk.open(builders.a_petition(**one), actor=builders.an_actor(), key=key)
            for one, key in zip(said, named, strict=True)
        ),
        return_exceptions=True,
    )


def a_key(name: str, fingerprint: str = "f") -> RequestKey:
    return RequestKey(scope="test", key=name, fingerprint=fingerprint)


def numbers(outcomes: Sequence[Outcome | BaseException]) -> list[str]:
    return [one.ticket.number for one in outcomes if isinstance(one, Outcome)]


async def test_who_asks_at_the_same_moment_gets_the_numbers_of_one_transaction(
    store: Store,
) -> None:
    listener = Listener()
    desk = await a_desk(store, listener)

    outcomes = await asked(desk, *({"title": f"{n}"} for n in range(MOST_TOGETHER)))

    assert numbers(outcomes) == [f"2026-{n:06d}" for n in range(1, MOST_TOGETHER + 1)]
    assert listener.heard == [[f"{n}" for n in range(MOST_TOGETHER)]]
    async with store.reading() as uow:
        for outcome in outcomes:
            assert isinstance(outcome, Outcome)
            assert await uow.tickets.get(outcome.ticket.number) == outcome.ticket
            assert broken_links(await uow.tickets.event_rows(outcome.ticket.number)) == []


async def test_a_petition_that_is_refused_leaves_no_gap_and_takes_nobody_along(
    store: Store,
) -> None:
    desk = await a_desk(store, Listener())
    keys = [a_key(f"{n}") for n in range(4)]

    outcomes = await asked(desk, {}, {"service": "no-such-thing"}, {}, {}, keys=keys)
    again = await desk.open(builders.a_petition(), actor=builders.an_actor(), key=keys[1])

    assert isinstance(outcomes[1], UnknownServiceError)
    assert numbers(outcomes) == ["2026-000001", "2026-000002", "2026-000003"]
    assert (again.ticket.number, again.repeated) == ("2026-000004", False)


async def test_what_fails_late_fails_alone_and_its_key_is_free_again(store: Store) -> None:
    desk = await a_desk(store, Listener())
    keys = [a_key(f"{n}") for n in range(5)]

    outcomes = await asked(desk, {}, {}, {"title": "단선"}, {}, {}, keys=keys)

    assert isinstance(outcomes[2], PowerCutError)
    assert numbers(outcomes) == [f"2026-{n:06d}" for n in range(1, 5)]
    async with store.reading() as uow:
        kept = await uow.connection.scalars(select(IDEMPOTENCY_KEY.c.key))
        assert sorted(kept) == ["0", "1", "3", "4"]


async def test_the_same_key_twice_at_once_is_one_ticket(store: Store) -> None:
    desk = await a_desk(store, Listener())
    keys = [a_key("a"), a_key("a"), a_key("a", "another request"), a_key("b")]

    first, second, other, fourth = await asked(desk, {}, {}, {}, {}, keys=keys)

    assert isinstance(first, Outcome)
    assert second == Outcome(ticket=first.ticket, repeated=True)
    assert isinstance(other, KeyReusedError)
    assert numbers([first, fourth]) == ["2026-000001", "2026-000002"]


async def test_the_same_reference_twice_at_once_is_one_ticket(store: Store) -> None:
    desk = await a_desk(store, Listener())
    voc = {"channel": Channel.VOC, "external_ref": "voc-7"}

    outcomes = await asked(desk, voc, {}, voc)

    assert sorted(set(numbers(outcomes))) == ["2026-000001", "2026-000002"]
    assert sorted(one.repeated for one in outcomes if isinstance(one, Outcome)) == [
        False,
        False,
        True,
    ]


async def test_numbers_are_of_the_years_in_which_petitions_began(store: Store) -> None:
    desk = await a_desk(store, Listener())
    # The new year begins in Korea nine hours before it does in UTC.
    eve = datetime(2025, 12, 31, 14, 59, tzinfo=UTC)
    new_year = datetime(2025, 12, 31, 15, 0, tzinfo=UTC)

    outcomes = await asked(desk, {"at": new_year}, {"at": eve}, {"at": eve}, {})

    assert numbers(outcomes) == ["2026-000001", "2025-000001", "2025-000002", "2026-000002"]


async def test_all_that_belongs_to_each_ticket_is_there(store: Store) -> None:
    watch = desks.Watch()
    calendars = CalendarShelf(store=store, now=watch)
    await calendars.publish(actor=SYSTEM)
    desk = TicketDesk(
        store=store,
        catalogue=desks.the_catalogue,
        calendars=calendars,
        people=PeopleDesk(store=store, vault=a_vault(), now=watch),
        now=watch,
        reactions=reactions(now=watch),
    )
    said = [{"petitioner": desks.A_PETITIONER}, {}, {"petitioner": desks.A_PETITIONER}]

    await asked(desk, *said)

    async with store.reading() as uow:
        counts = [
            await uow.connection.scalar(select(func.count()).select_from(table))
            for table in (TICKET, PETITIONER, NOTICE)
        ]
        assert counts == [3, 1, 2]
        clocks = await uow.connection.scalars(select(TICKET_CLOCK.c.ticket).distinct())
        assert len(clocks.all()) == 3
        told = await uow.connection.execute(select(OUTBOX.c.topic, OUTBOX.c.aggregate))
        assert sorted((row.topic, row.aggregate) for row in told) == sorted(
            [("ticket", f"2026-00000{n}") for n in (1, 2, 3) for _ in range(3)]
            + [("notice-sms", f"2026-00000{n}") for n in (1, 3)]
        )
