"""A source whose line does everything to what it says, and whose clock is wrong; another falls silent.

Every event comes twice, within thirty seconds of its time in any order, one in twenty ten minutes late; one
number never comes at all. It is lived once for each database; every promise has a test of its own.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import write
from callcenter.bus.mqtt import MqttBus
from callcenter.clock import MINUTE, SECOND
from callcenter.telephony.events import CallEnded, SourceHeartbeat, Told
from tests.callcenter.bus.rigs import WRITER, Mosquitto
from tests.chaos.brokers import SECOND_SWITCH
from tests.chaos.grounds import Ground
from tests.chaos.houses import PATIENCE, House, Ledger, Watcher, watched
from tests.chaos.sources import WILD, Line, Storyteller, moved, speaking, wall
from tests.chaos.trials import Kept, adds_up, boards, kept
from tests.switchboards import SITE
from tests.telephony_days import a_day

pytestmark = pytest.mark.broker

EVENTS = 1_600
PACE = 250.0
AHEAD = 90 * SECOND


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The morning when it is over."""

    story: tuple[Told, ...]
    never: Told
    line: Line
    watcher: Watcher
    kept: Kept


def shown(watcher: Watcher, source: str) -> list[dict[str, Any]]:
    """Return how a source was shown, frame after frame."""
    told = (one for frame in watcher.shown for one in frame["sources"])
    return [one for one in told if one["source"] == source]


def states(watcher: Watcher, source: str) -> set[str]:
    return {one["state"] for one in shown(watcher, source)}


def alerts(watcher: Watcher, source: str) -> set[str]:
    """Return which rules were raised about a source."""
    told = (one for frame in watcher.shown for one in frame["alerts"])
    return {one["rule"] for one in told if source in one["en"]}


def a_morning() -> tuple[Told, ...]:
    """Tell the first hours of a day as if the last of it had just happened."""
    story = a_day(WRITER)[:EVENTS]
    return moved(story, wall() - MINUTE - story[-1].at)


async def falls_silent(broker: Mosquitto) -> None:
    """Let another switch be heard twice, and then no more, though its line stands."""
    session = Session(identifier=SECOND_SWITCH, lasting=False)
    address = replace(broker.address(WRITER), username=SECOND_SWITCH)
    async with MqttBus(address, session=session, jitter=lambda: 0.5) as bus:
        for _ in range(2):
            now = wall()
            beat = SourceHeartbeat(sequence_high=0, now=now, live_calls=0, agents=0)
            told = Told(event=beat, source=SECOND_SWITCH, sequence=0, at=now, recorded_at=now)
            await bus.publish(write(told, site=SITE))
            await asyncio.sleep(0.5)
        await asyncio.sleep(PATIENCE)


async def lived(folder: Path, broker: Mosquitto, ground: Ground) -> Trial:
    story = a_morning()
    never = next(one for one in story[EVENTS // 2 :] if isinstance(one.event, CallEnded))
    url = await ground.server.migrated()
    teller = Storyteller(story=story, pace=PACE, speed=1.0, clock=lambda _: wall() + AHEAD)
    mischief = replace(WILD, never=frozenset({never.sequence}))
    with House(folder=folder, broker=broker, url=url) as house:
        await house.open()
        async with (
            watched(house) as watcher,
            speaking(
                teller,
                broker=broker.address(WRITER),
                outbox=folder / "outbox",
                mischief=mischief,
            ) as line,
            asyncio.timeout(2 * PATIENCE),
        ):
            silent = asyncio.create_task(falls_silent(broker))
            while teller.told < EVENTS:  # noqa: ASYNC110 - a moment of the story
                await asyncio.sleep(0.1)
            await line.let_go()
            await Ledger(url).until(EVENTS - 1)
            while "late" not in states(watcher, SECOND_SWITCH):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            silent.cancel()
        await house.close()
        heard = [one for one in story if one != never]
        return Trial(
            story=story,
            never=never,
            line=line,
            watcher=watcher,
            kept=await kept(house, server=ground.server, story=heard),
        )


@pytest.fixture(scope="module")
def trial(broker: Mosquitto, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return asyncio.run(lived(tmp_path_factory.mktemp("house"), broker, ground))


def test_nothing_is_lost_and_nothing_is_there_twice(trial: Trial) -> None:
    heard = [one.id for one in trial.story if one != trial.never]
    assert trial.kept.ids == heard


def test_the_morning_did_have_its_troubles(trial: Trial) -> None:
    assert trial.line.repeats == EVENTS - 1
    assert trial.line.came_late > EVENTS // 20
    assert trial.line.asked_again
    assert trial.line.lost == {trial.never.sequence}


def test_every_frame_adds_up(trial: Trial) -> None:
    told = trial.watcher.shown
    assert len(told) > 20
    assert all(adds_up(board) for frame in told for board in boards(frame))
    assert all(frame["today"]["invariant"] for frame in told)
    assert {frame["quality"]["invariant_violations"] for frame in told} == {0}


def test_what_is_made_anew_equals_what_was_lived(trial: Trial) -> None:
    assert trial.kept.rebuilt == trial.kept.live


def test_the_rows_are_those_of_a_quiet_morning(trial: Trial) -> None:
    assert trial.kept.live == trial.kept.quiet


def test_a_number_that_nobody_finds_is_asked_for_and_shown(trial: Trial) -> None:
    (gap,) = [gap for gap in trial.kept.gaps if gap.filled_at is None]
    assert (gap.first <= trial.never.sequence <= gap.last, gap.asks > 0) == (True, True)
    assert shown(trial.watcher, WRITER)[-1]["gaps"] == 1


def test_a_clock_that_is_wrong_is_shown_and_said(trial: Trial) -> None:
    last = shown(trial.watcher, WRITER)[-1]
    assert last["skew_ms"] == pytest.approx(-AHEAD / 1000, abs=1_000)
    assert "clock-skew" in alerts(trial.watcher, WRITER)


def test_a_source_that_falls_silent_is_shown_as_late_within_a_second(trial: Trial) -> None:
    told = shown(trial.watcher, SECOND_SWITCH)
    late = next(one for one in told if one["state"] == "late")
    assert 15 <= late["silent_seconds"] < 16.5
    assert told[0]["state"] == "live"
    assert "source-silent" in alerts(trial.watcher, SECOND_SWITCH)
    assert states(trial.watcher, WRITER) == {"live"}
