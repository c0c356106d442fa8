"""The population that lists, searches and reports are measured on is a lawful one."""

from callcenter.domain.clocks import clocks
from callcenter.domain.ticket_events import TicketState
from callcenter.domain.tickets import replay
from callcenter.store.events import broken_links
from callcenter.store.unit_of_work import Store
from tests import populations


def test_the_same_seed_tells_the_same_lives() -> None:
    assert list(populations.lives(40, seed=5)) == list(populations.lives(40, seed=5))
    assert list(populations.lives(40, seed=5)) != list(populations.lives(40, seed=6))


def test_neighbours_complain_alike_under_numbers_of_their_own() -> None:
    some = list(populations.lives(10, alike=4))

    assert [life.row for life in some] == list(range(1, 11))
    assert len({life.ticket.number for life in some}) == 10
    assert len({life.ticket.body for life in some[:4]}) == 1


def test_a_year_holds_what_a_year_holds() -> None:
    some = [life.ticket for life in populations.lives(400)]

    assert {ticket.state for ticket in some} > {TicketState.CLOSED}
    assert max(ticket.hops for ticket in some) > 2
    assert any(ticket.reopenings for ticket in some)
    assert any(ticket.team for ticket in some) or any("현장" in (t.answer or "") for t in some)


async def test_what_is_settled_is_what_its_events_say(store: Store) -> None:
    some = list(populations.lives(60, seed=3, alike=2))

    assert await populations.settle(store, some) == 60

    async with store.reading() as uow:
        for life in some:
            number = life.ticket.number
            history = await uow.tickets.history(number)
            assert replay(number, history) == await uow.tickets.get(number) == life.ticket
            assert clocks(history, calendar=populations.the_calendar()) == life.clocks
            assert broken_links(await uow.tickets.event_rows(number)) == []
    async with store.writing() as uow:
        assert await uow.tickets.next_number(2009) == "2009-000061"
