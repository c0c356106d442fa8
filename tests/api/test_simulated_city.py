"""The city around a simulated centre: alive, repeatable, and out of other people's tickets."""

import asyncio
from datetime import UTC, datetime, timedelta

from api.simulated_city import Pace, SimulatedCity
from callcenter.desk.petitions import Petition
from callcenter.desk.ticket_orders import Take
from callcenter.domain.access import Actor, Role
from callcenter.domain.ticket_events import Channel, Withdrawn
from callcenter.store.ticket_lists import Filters
from callcenter.store.unit_of_work import Store
from simulation.citizens import PER_DAY, concern_of_call, concerns_of_day
from tests.builders import CITY_HALL
from tests.desks import Watch, a_ticket_desk, the_catalogue

MORNING = datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
"""Eight o'clock in Bucheon on a Friday."""
AGENT = Actor(login="agent-07", roles=frozenset({Role.AGENT}))


async def a_city(store: Store, watch: Watch, *, speed: float = 1.0) -> SimulatedCity:
    return SimulatedCity(
        store=store,
        tickets=await a_ticket_desk(store, watch=watch),
        catalogue=the_catalogue,
        pace=Pace(now=watch, centre_now=watch, speed=speed),
        seed=1,
    )


async def numbers(store: Store, wanted: Filters, *, now: datetime) -> list[str]:
    async with store.reading() as uow:
        page = await uow.lists.page(wanted, now=now, limit=200)
    return [listed.ticket.number for listed in page.tickets]


def a_telling_call() -> str:
    """Return a call that becomes a ticket."""
    return next(
        f"{n}"
        for n in range(10_000)
        if concern_of_call(f"sim1 {n}", seed=1, catalogue=the_catalogue()) is not None
    )


async def test_a_call_becomes_one_ticket_however_often_it_is_told(store: Store) -> None:
    watch = Watch(MORNING)
    city, call = await a_city(store, watch), a_telling_call()

    first = await city.call_answered("sim1", call)
    again = await (await a_city(store, watch)).call_answered("sim1", call)

    assert first is not None
    assert again == first
    assert await numbers(store, Filters(), now=watch.at) == [first.number]


async def test_a_day_brings_what_the_source_says_and_the_departments_work_it_off(
    store: Store,
) -> None:
    watch = Watch(MORNING)
    city = await a_city(store, watch, speed=1_000_000)
    expected = sum(
        len(concerns_of_day(channel, day="2026-11-20", seed=1, catalogue=the_catalogue()))
        for channel in PER_DAY
    )

    watch.advance(hours=11)
    await city.live()
    assert len(await numbers(store, Filters(), now=watch.at)) == expected > 0
    for _ in range(12):
        watch.advance(minutes=1)
        await city.live()

    assert await numbers(store, Filters(open=True), now=watch.at) == []


async def test_the_day_is_alive_from_its_morning_though_the_wall_shows_noon(store: Store) -> None:
    """Until the switch is heard the centre has the wall's clock, and then an earlier one."""
    watch = Watch(MORNING + timedelta(hours=4))
    city = await a_city(store, watch)
    await city.live()
    watch.at = MORNING

    await city.live()
    assert await numbers(store, Filters(), now=watch.at) == []
    watch.advance(hours=2)
    await city.live()

    assert len(await numbers(store, Filters(), now=watch.at)) > 0


async def test_what_was_open_is_taken_up_after_a_restart(store: Store) -> None:
    watch = Watch(MORNING)
    ticket = await (await a_city(store, watch)).call_answered("sim1", a_telling_call())
    assert ticket is not None

    again = await a_city(store, watch, speed=1_000)
    await again.take_up()
    for _ in range(40):
        watch.advance(minutes=10)
        await again.live()

    assert ticket.number not in await numbers(store, Filters(open=True), now=watch.at)


async def test_other_peoples_tickets_are_let_alone(store: Store) -> None:
    watch = Watch(MORNING)
    city = await a_city(store, watch, speed=1_000)
    desk = await a_ticket_desk(store, watch=watch)
    petition = Petition(
        channel=Channel.PHONE120, service="sidewalk", title="보도블록", body="깨짐", place=CITY_HALL
    )
    theirs = (await desk.open(petition, actor=AGENT)).ticket
    own = await city.call_answered("sim1", a_telling_call())
    assert own is not None
    await desk.command(theirs.number, "take", Take(), actor=AGENT, expected_seq=theirs.seq)

    await city.take_up()
    for _ in range(40):
        watch.advance(minutes=10)
        await city.live()

    assert await numbers(store, Filters(open=True, opened_by="agent-07"), now=watch.at) == [
        theirs.number
    ]


async def test_a_ticket_somebody_else_took_up_is_left_to_them(store: Store) -> None:
    watch = Watch(MORNING)
    city = await a_city(store, watch, speed=1_000)
    desk = await a_ticket_desk(store, watch=watch)
    own = await city.call_answered("sim1", a_telling_call())
    assert own is not None
    await desk.command(
        own.number, "withdraw", Withdrawn(reason="취하"), actor=AGENT, expected_seq=own.seq
    )

    for _ in range(20):
        watch.advance(minutes=10)
        await city.live()

    async with store.reading() as uow:
        ticket = await uow.tickets.get(own.number)
    assert ticket is not None
    assert ticket.updated_at == MORNING


async def test_it_runs_until_it_is_told_to_stop(store: Store) -> None:
    city = await a_city(store, Watch(MORNING))
    stop = asyncio.Event()
    running = asyncio.create_task(city.run(stop))
    await asyncio.sleep(0)
    stop.set()

    await asyncio.wait_for(running, 5)
