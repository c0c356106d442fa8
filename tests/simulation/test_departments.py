"""What departments do: never what the table of commands forbids, until every ticket is closed."""

from collections import Counter

import pytest

from callcenter.desk.petitions import Petition
from callcenter.desk.ticket_orders import Accept
from callcenter.domain.access import Actor, Role
from callcenter.domain.ticket_events import Channel
from callcenter.store.unit_of_work import Store
from simulation.departments import next_step
from tests.builders import CITY_HALL
from tests.desks import A_PETITIONER, Watch, a_ticket_desk, the_catalogue

AGENT = Actor(login="agent-07", roles=frozenset({Role.AGENT}))
TICKETS = 25


@pytest.mark.parametrize(("channel", "service"), [("phone120", "sidewalk"), ("voc", "local-tax")])
async def test_every_ticket_comes_to_its_end(store: Store, channel: str, service: str) -> None:
    watch = Watch()
    desk = await a_ticket_desk(store, watch=watch)
    given: Counter[str] = Counter()
    for n in range(TICKETS):
        petition = Petition(
            channel=Channel(channel),
            service=service,
            title=f"{n}",
            body="확인",
            place=CITY_HALL,
            petitioner=A_PETITIONER,
        )
        ticket = (await desk.open(petition, actor=AGENT)).ticket
        while step := next_step(ticket, catalogue=the_catalogue(), seed=1):
            assert step == next_step(ticket, catalogue=the_catalogue(), seed=1)
            assert step.after.total_seconds() > 0
            watch.at = max(watch.at, ticket.updated_at + step.after)
            outcome = await desk.command(
                ticket.number,
                step.command,
                step.event or Accept(),
                actor=step.actor,
                expected_seq=ticket.seq,
            )
            ticket = outcome.ticket
            given[step.command] += 1
        assert not ticket.open

    assert given["close"] == TICKETS
    assert given["accept"] == (TICKETS if channel == "voc" else 0)
    assert (given["report_visit"] > 0) == (service == "sidewalk")
