"""One evening on which everything is killed once: reader, broker (twice), database; over midnight.

It is lived once for each database; every promise has a test of its own that looks at what it left.
"""

import asyncio
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from callcenter.clock import DAY, MINUTE, WallClock
from callcenter.desk.frames import moment
from callcenter.telephony.events import Told
from tests.callcenter.bus.rigs import WRITER, Mosquitto
from tests.chaos.grounds import Ground
from tests.chaos.houses import PATIENCE, House, Ledger, Watcher, watched
from tests.chaos.sources import Line, Storyteller, moved, speaking
from tests.chaos.trials import Kept, adds_up, boards, kept
from tests.telephony_days import MIDNIGHT, a_day

pytestmark = pytest.mark.broker

SPEED = 240.0
EVENING = MIDNIGHT + DAY
"""The midnight that comes while the reader is down."""
OUTAGE_SECONDS = 10.0


def an_evening() -> tuple[Told, ...]:
    """Tell a day as if it began half an hour before midnight; the evening takes of it what it needs."""
    story = a_day(WRITER)
    return moved(story, EVENING - 30 * MINUTE - story[0].at)


@dataclass(kw_only=True)
class Evening:
    """The evening while it is lived."""

    house: House
    broker: Mosquitto
    ground: Ground
    teller: Storyteller
    ledger: Ledger
    watcher: Watcher
    line: Line
    down: tuple[int, int] = (0, 0)
    """When the reader went down and when it was up again, by the clock of the switch."""
    missed: tuple[int, int] = (0, 0)
    """Events told when the database went away, and when it came back."""

    @property
    def now(self) -> int:
        """What the clock of the switch shows."""
        return self.teller.moment(WallClock().now())

    async def until(self, moment: int) -> None:
        while self.now < moment:  # noqa: ASYNC110 - a moment of the story
            await asyncio.sleep(0.02)

    async def lose_the_broker(self) -> None:
        await self.ledger.until(150)
        self.broker.kill()
        await asyncio.sleep(0.3)
        self.broker.start()

    async def be_down_at_midnight(self) -> None:
        """Kill the reader, and the broker with its queue while nobody reads."""
        await self.until(EVENING - 5 * MINUTE)
        begun = self.now
        self.house.kill()
        await self.until(EVENING + MINUTE)
        self.broker.kill()
        self.broker.start()
        await self.house.open()
        self.down = begun, self.now

    async def lose_the_database(self) -> None:
        await self.ledger.until(self.teller.told)
        before = self.teller.told
        async with self.ground.away(self.house.url):
            await asyncio.sleep(OUTAGE_SECONDS)
            self.missed = before, self.teller.told

    async def lose_a_number(self) -> None:
        """Let one event get lost on its way, and the story go on until it has come after all."""
        self.line.swallows = 1
        while not self.line.lost <= self.line.asked_again or not self.line.lost:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def end(self) -> None:
        """Tell no more; wait until all is stored, and for a frame of a moment after it."""
        self.teller.stop()
        await self.ledger.until(self.teller.told)
        over, seen = moment(self.teller.story[-1].at), len(self.watcher.frames)
        while len(self.watcher.frames) < seen + 2 or self.watcher.shown[-1]["now"] <= over:  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The evening when it is over."""

    evening: Evening
    kept: Kept
    exit_code: int


async def lived(folder: Path, broker: Mosquitto, ground: Ground) -> Trial:
    url = await ground.server.migrated()
    teller = Storyteller(story=an_evening(), pace=SPEED, speed=SPEED)
    outbox = folder / "outbox"
    with House(folder=folder, broker=broker, url=url) as house:
        await house.open()
        async with (
            watched(house) as watcher,
            speaking(teller, broker=broker.address(WRITER), outbox=outbox) as line,
            asyncio.timeout(4 * PATIENCE),
        ):
            evening = Evening(
                house=house,
                broker=broker,
                ground=ground,
                teller=teller,
                ledger=Ledger(url),
                watcher=watcher,
                line=line,
            )
            await evening.lose_the_broker()
            await evening.be_down_at_midnight()
            await evening.lose_the_database()
            await evening.lose_a_number()
            await evening.end()
        exit_code = await house.close()
        return Trial(
            evening=evening,
            kept=await kept(house, server=ground.server, story=teller.story),
            exit_code=exit_code,
        )


@pytest.fixture(scope="module")
def trial(broker: Mosquitto, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return asyncio.run(lived(tmp_path_factory.mktemp("house"), broker, ground))


def test_nothing_is_lost(trial: Trial) -> None:
    assert trial.kept.ids == [one.id for one in trial.evening.teller.story]


def test_the_evening_did_have_its_troubles(trial: Trial) -> None:
    down, up = trial.evening.down
    assert down < EVENING < up
    before, after = trial.evening.missed
    assert after - before > 300
    assert len(trial.evening.line.lost) == 1


def test_every_frame_adds_up(trial: Trial) -> None:
    shown = trial.evening.watcher.shown
    assert len(shown) > 20
    assert all(adds_up(board) for frame in shown for board in boards(frame))
    assert all(frame["today"]["invariant"] for frame in shown)
    assert {frame["quality"]["invariant_violations"] for frame in shown} == {0}


def test_what_is_made_anew_equals_what_was_lived(trial: Trial) -> None:
    assert trial.kept.rebuilt == trial.kept.live


def test_the_rows_are_those_of_a_quiet_evening(trial: Trial) -> None:
    assert trial.kept.live == trial.kept.quiet


def test_both_days_of_a_midnight_spent_down_are_whole(trial: Trial) -> None:
    days = ["2026-07-01", "2026-07-02"]
    assert sorted({row[3] for row in trial.kept.live["leg"]}) == days
    last = trial.evening.watcher.shown[-1]["today"]
    assert last["offered"] == sum(row[3] == days[1] for row in trial.kept.live["leg"])


def test_a_restart_shows_no_other_day_than_that_of_the_switch(trial: Trial) -> None:
    shown = [day for day, _ in groupby(frame["day"] for frame in trial.evening.watcher.shown)]
    assert shown[-2:] == ["2026-07-01", "2026-07-02"]
    assert len(shown) == len(set(shown))


def test_a_missing_number_is_asked_for_and_found(trial: Trial) -> None:
    (lost,) = trial.evening.line.lost
    (gap,) = [gap for gap in trial.kept.gaps if gap.first <= lost <= gap.last]
    assert gap.asks > 0
    assert gap.filled_at is not None


def test_the_house_goes_in_good_order(trial: Trial) -> None:
    assert trial.exit_code == 0
