from dataclasses import replace
from datetime import date, timedelta

import pytest

from callcenter.clock import SECOND, Tick
from callcenter.desk.centre_clock import CentreClock, Voice
from callcenter.desk.frames import Quality, tick_of
from callcenter.measures.live import DayLog
from callcenter.telephony.events import SourceStarted, Told
from tests.desks import Watch

MORNING = tick_of(Watch().at)
LIVED = MORNING - 3 * 86_400 * SECOND
BEHIND = 15 * SECOND
"""A quarter of a second at sixty times its pace."""
VOICE = Voice(source="sim1", online=True, heard=MORNING, said=LIVED, said_at=MORNING, speed=60.0)


class Lines:
    """Those who are heard."""

    def __init__(self, *voices: Voice) -> None:
        self.voices = voices
        self.quality = Quality()

    async def day(self, day: date) -> DayLog:
        raise AssertionError(day)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_where_nobody_is_heard_the_wall_says_what_time_it_is(watch: Watch) -> None:
    assert CentreClock(Lines(), now=watch)() == watch.at


def test_a_switch_that_never_said_the_time_is_not_asked_for_it(watch: Watch) -> None:
    assert CentreClock(Lines(replace(VOICE, said=0)), now=watch)() == watch.at


def test_between_two_words_of_a_switch_its_clock_goes_on_at_its_speed(watch: Watch) -> None:
    centre = CentreClock(Lines(VOICE), now=watch)
    watch.advance(seconds=2)

    assert centre.tick() == LIVED + 120 * SECOND - BEHIND
    assert centre() == Watch().at - timedelta(days=3) + timedelta(minutes=2, seconds=-15)


def test_a_fast_clock_that_is_heard_no_more_stands_still_after_a_minute(watch: Watch) -> None:
    centre = CentreClock(Lines(VOICE), now=watch)
    watch.advance(hours=5)

    assert centre.tick() == LIVED + 3_600 * SECOND - BEHIND


def test_what_a_fast_switch_told_a_moment_ago_is_all_that_a_board_may_expect(watch: Watch) -> None:
    centre = CentreClock(Lines(replace(VOICE, speed=600.0)), now=watch)
    watch.advance(seconds=1)

    centre.notice([told(at=LIVED + 500 * SECOND)])

    assert centre.tick() == LIVED + 500 * SECOND + 1


def test_a_real_clock_that_is_heard_no_more_goes_on(watch: Watch) -> None:
    centre = CentreClock(Lines(replace(VOICE, speed=1.0)), now=watch)
    watch.advance(hours=5)

    assert centre.tick() == LIVED + 5 * 3_600 * SECOND


def test_the_leading_switch_leads_as_long_as_it_is_heard(watch: Watch) -> None:
    other = replace(VOICE, source="pbx1", heard=MORNING + SECOND, said=MORNING, speed=1.0)
    lines = Lines(VOICE)
    centre = CentreClock(lines, now=watch)
    assert centre.leader == VOICE

    lines.voices = (VOICE, other)
    watch.advance(seconds=10)
    assert centre.leader == VOICE
    watch.advance(seconds=10)
    assert centre.leader == other


def test_it_is_not_earlier_than_what_has_happened_already(watch: Watch) -> None:
    centre = CentreClock(Lines(VOICE), now=watch)

    centre.notice([told(at=LIVED + 100 * SECOND)])
    assert centre.tick() == LIVED + 100 * SECOND + 1
    watch.advance(seconds=2)
    assert centre.tick() == LIVED + 120 * SECOND - BEHIND


def test_what_another_clock_says_moves_nothing(watch: Watch) -> None:
    centre = CentreClock(Lines(VOICE), now=watch)

    centre.notice([told(at=LIVED + 86_400 * SECOND), told(at=LIVED + SECOND, source="pbx1")])

    assert centre.tick() == LIVED - BEHIND


def told(*, at: Tick, source: str = "sim1") -> Told:
    return Told(event=SourceStarted(), source=source, sequence=1, at=at, recorded_at=at)
