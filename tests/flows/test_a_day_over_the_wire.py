"""A simulated day told over a real broker, a thousand times too fast, ends as the day that was computed.

Every part is the real one: the switch with its outbox, Mosquitto as it is shipped, the house, its database.
The batch run of the same day, seed and replication never left this process. On one of two such days the
broker is killed twice, and twice the switch.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from callcenter.clock import DAY
from callcenter.measures.live import Board, DayLog, board
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, tally
from callcenter.store.live_lines import midnight_of
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.names import Names
from simulation.engines import engine
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.switch.laying import Laying
from tests import databases
from tests.callcenter.bus.rigs import PASSWORDS, WRITER, Mosquitto
from tests.chaos.houses import PATIENCE, House, Ledger
from tests.chaos.trials import store_of
from tests.parity.test_live_and_batch import assert_equal_to_the_batch
from tests.processes import Process
from tests.telephony_days import BUCHEON

pytestmark = pytest.mark.broker

ON = date(2026, 7, 1)
SEED = 7
SPEED = 1_000
NAMED = {"queue": "queues", "group": "groups", "agent": "agents"}

Logs = tuple[CallLog, AgentLog]


@dataclass(frozen=True, kw_only=True)
class Lived:
    """The day as the house has it in the end."""

    day: DayLog
    told: int
    """Events in the ledger."""
    numbers: tuple[int, int]
    """The first and the last the switch used."""
    said: str


def switch(folder: Path, broker: Mosquitto) -> Process:
    return Process(
        folder, "switch", "--scenario", str(BUCHEON), "--source", WRITER, "--seed", str(SEED),
        "--speed", str(SPEED), "--date", ON.isoformat(), "--days", "1",
        "--broker", f"mqtts://{WRITER}@127.0.0.1:{broker.tls_port}",
        CALLCENTER_BROKER_PASSWORD=PASSWORDS[WRITER],
        CALLCENTER_BROKER_CA=str(broker.folder / "broker.pem"),
    )  # fmt: skip


async def kill(folder: Path, broker: Mosquitto, ledger: Ledger) -> None:
    """Live the first half of the day, and kill the broker, the switch and the broker again."""
    with switch(folder, broker):
        await ledger.until(3_000)
        broker.kill()
        broker.start()
        await ledger.until(6_000)
    with switch(folder, broker):
        await ledger.until(9_000)
        broker.kill()
        broker.start()
        await ledger.until(10_000)


async def lived(folder: Path, broker: Mosquitto, url: str, *, killed: bool) -> Lived:
    ledger = Ledger(url)
    with House(folder=folder, broker=broker, url=url) as house:
        await house.open()
        if killed:
            await kill(folder, broker, ledger)
        with switch(folder, broker) as telling:
            async with asyncio.timeout(3 * PATIENCE):
                while telling.process.poll() is None:  # noqa: ASYNC110 - it lives its day
                    await asyncio.sleep(0.2)
            code, _, said = telling.ended()
            assert code == 0, said
        await ledger.quiet()
        await house.close()
    ids = await ledger.ids()
    async with store_of(url) as store, store.reading() as uow:
        day = await uow.legs.day(ON)
    first, last = (int(one.split(":")[1]) for one in (ids[0], ids[-1]))
    return Lived(day=day, told=len(ids), numbers=(first, last), said=said)


@pytest.fixture(scope="module", params=["quiet", "killed"])
def over_the_wire(
    request: pytest.FixtureRequest,
    broker: Mosquitto,
    sqlite_files: databases.SqliteFiles,
    tmp_path_factory: pytest.TempPathFactory,
) -> Lived:
    url = asyncio.run(sqlite_files.migrated())
    folder = tmp_path_factory.mktemp("house")
    return asyncio.run(lived(folder, broker, url, killed=request.param == "killed"))


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give the plan of the one date, as a batch would run it."""
    return Laying(compile_plan(load(BUCHEON))).plan_of(ON)


@pytest.fixture(scope="module")
def batch(plan: Plan) -> Logs:
    order = Order.of(plan, seed=SEED, engine="fast")
    return engine("fast")(plan.tables, draw(order, 0))


@pytest.fixture(scope="module")
def shown(over_the_wire: Lived) -> Board:
    return board(over_the_wire.day, now=midnight_of(ON) + DAY)


def named(log: CallLog | AgentLog, names: Names, **more: list[int]) -> Counter[tuple[object, ...]]:
    """Return the rows of a log with names for numbers, whatever their order."""
    columns = {name: column.tolist() for name, column in log.columns().items()} | more
    for column, names_of in NAMED.items():
        if column in columns:
            known = getattr(names, names_of)
            columns[column] = [None if n == NONE else known[n] for n in columns[column]]
    return Counter(zip(*columns.values(), strict=True))


def test_the_day_is_a_whole_one(over_the_wire: Lived, shown: Board) -> None:
    assert shown.total["offered"].numerator > 2_500
    assert over_the_wire.said.count("0 not yet acknowledged") == 1


def test_nothing_is_lost(over_the_wire: Lived) -> None:
    first, last = over_the_wire.numbers
    assert over_the_wire.told == last - first + 1


def test_every_measure_both_have_is_equal(shown: Board, batch: Logs, plan: Plan) -> None:
    card = Scorecard([tally(*batch, plan.frame, detail=Detail.INTERVALS)], frame=plan.frame)

    assert assert_equal_to_the_batch(shown, card) > 200


def test_every_leg_is_that_of_the_engine(over_the_wire: Lived, batch: Logs, plan: Plan) -> None:
    day, frame = over_the_wire.day, plan.frame
    names = Names.of_centre(queues=frame.called, groups=frame.groups, agent_group=frame.agent_group)
    numbers = [int(place.call.rpartition("-")[2]) for place in day.places]

    assert named(day.calls, day.names, call=numbers) == named(batch[0], names)
    assert named(day.agents, day.names) == named(batch[1], names)


def test_callers_answered_and_are_in_no_log_of_the_engine(over_the_wire: Lived) -> None:
    assert over_the_wire.day.scores
