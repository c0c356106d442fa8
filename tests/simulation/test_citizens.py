"""What simulated citizens ask for: as often as the source says, and what every service can take."""

from math import sqrt

from callcenter.desk.petitions import Petition, Petitioner, check
from callcenter.domain.ticket_events import Channel
from simulation.citizens import (
    PER_DAY,
    SHARE_OF_CALLS,
    Concern,
    concern_of_call,
    concerns_of_day,
)
from tests.desks import the_catalogue

CALLS = 20_000


def some(seed: int = 1) -> list[Concern]:
    """Return what so many answered calls become."""
    asked = (concern_of_call(f"c{n}", seed=seed, catalogue=the_catalogue()) for n in range(CALLS))
    return [concern for concern in asked if concern is not None]


def test_as_many_calls_become_tickets_as_the_source_says() -> None:
    expected = CALLS * SHARE_OF_CALLS

    assert abs(len(some()) - expected) < 4 * sqrt(expected)


def test_the_same_call_asks_for_the_same_and_another_seed_for_something_else() -> None:
    assert some() == some()
    assert some() != some(seed=2)


def test_every_concern_is_a_petition_its_service_takes() -> None:
    for concern in some():
        service = the_catalogue().service(concern.service)
        petition = Petition(
            channel=concern.channel,
            service=concern.service,
            title=concern.title,
            body=concern.body,
            place=concern.place,
            attributes=concern.attributes,
            petitioner=Petitioner(name=concern.name),
        )
        check(petition, service=service)
        assert concern.place.known or not service.location_required
        assert (concern.phone or "").startswith("010-1000-")
        assert concern.channel in {Channel.ADMIN119, Channel.VOC, Channel.ONLINE}


def test_days_bring_what_does_not_come_by_telephone() -> None:
    days = 60
    for channel, daily in PER_DAY.items():
        come = [
            concerns_of_day(channel, day=f"day {n}", seed=1, catalogue=the_catalogue())
            for n in range(days)
        ]
        services = {the_catalogue().service(one.service) for day in come for _, one in day}
        shares = [at for day in come for at, _ in day]

        assert abs(len(shares) - days * daily) < 4 * sqrt(days * daily)
        assert all(0 <= at < 1 for at in shares)
        assert all([at for at, _ in day] == sorted(at for at, _ in day) for day in come)
        assert not any(service.needs_identity for service in services)
        assert {concern.channel for day in come for _, concern in day} == {channel}
