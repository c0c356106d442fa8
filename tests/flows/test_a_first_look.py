"""A first look that is killed in the midst of its day, and started again, has the day that was computed."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from callcenter.clock import DAY, SECOND, WallClock
from callcenter.measures.live import DayLog, board
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, tally
from callcenter.store.live_lines import midnight_of
from simulation.engines import engine
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.switch.laying import Laying
from tests.chaos.trials import store_of
from tests.parity.test_live_and_batch import assert_equal_to_the_batch
from tests.processes import ROOT, Process

pytestmark = pytest.mark.slow

SCENARIO = ROOT / "configs" / "scenarios" / "multi-skill.yaml"
SPEED = 2_000
PATIENCE = 120

Frame = dict[str, Any]


@contextmanager
def up(folder: Path) -> Iterator[httpx.Client]:
    """Start everything, and kill all of it when the block ends."""
    with Process(
        folder,
        "up",
        str(SCENARIO),
        "--port",
        "0",
        "--speed",
        f"{SPEED}",
        CALLCENTER_LOG_LEVEL="error",
    ) as process:
        key = process.until(r"wallboard#key=(\S+)")
        address = process.until(r"serving on (http://\S+)")
        with httpx.Client(base_url=address, headers={"X-Api-Key": key}, timeout=PATIENCE) as client:
            yield client


def until(client: httpx.Client, met: Callable[[Frame], bool]) -> Frame:
    """Look until the board shows something."""
    end = WallClock().now() + PATIENCE * SECOND
    frame: Frame = {}
    while WallClock().now() < end:
        answer = client.get("/v1/live")
        frame = answer.json()
        if answer.status_code == 200 and frame["sources"] and met(frame):
            return frame
        Event().wait(0.2)
    raise AssertionError(frame)


async def stored(folder: Path, on: date) -> DayLog:
    url = f"sqlite:///{folder / 'var' / 'callcenter.db'}"
    async with store_of(url) as store, store.reading() as uow:
        day: DayLog = await uow.legs.day(on)
        return day


def test_a_day_that_was_killed_in_its_midst_ends_as_it_was_computed(tmp_path: Path) -> None:
    with up(tmp_path) as client:
        killed = until(client, lambda frame: frame["today"]["answered"] > 500)
    with up(tmp_path) as client:
        again = until(client, lambda frame: frame["today"]["answered"] > 500)
        until(client, lambda frame: frame["day"] > killed["day"] and frame["today"]["offered"] > 0)
    on = date.fromisoformat(killed["day"])
    day = asyncio.run(stored(tmp_path, on))

    plan = Laying(compile_plan(load(SCENARIO))).plan_of(on)
    logs = engine("fast")(plan.tables, draw(Order.of(plan, seed=0, engine="fast"), 0))
    card = Scorecard([tally(*logs, plan.frame, detail=Detail.INTERVALS)], frame=plan.frame)
    assert again["day"] == killed["day"]
    assert assert_equal_to_the_batch(board(day, now=midnight_of(on) + DAY), card) > 200
