"""`callcenter switch` and `callcenter tell` as processes, with a real broker: started, heard, ended."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.cli import main
from callcenter.bus.broker_address import Session
from callcenter.bus.codec import Said, read
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.notes import CommandAnswered, CommandGiven, Note, SourceNow
from callcenter.bus.topics import ingested
from callcenter.telephony.commands import Surge
from callcenter.telephony.events import CallQueued, Told
from tests.api.telling.test_queue_log import LINES
from tests.callcenter.bus.rigs import PASSWORDS, QUICK, READER, WRITER, Mosquitto
from tests.callcenter.bus.speakers import SITE
from tests.callcenter.bus.test_telling import request
from tests.conftest import ROOT

TUTORIAL = ROOT / "configs" / "scenarios" / "tutorial.yaml"
SMALL = ROOT / "configs" / "scenarios" / "counselling-room.yaml"
LONG = 90.0


def started(broker: Mosquitto, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", *map(str, arguments),
         "--broker", f"mqtt://{WRITER}@127.0.0.1:{broker.plain_port}", "--source", WRITER],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"CALLCENTER_BROKER_PASSWORD": PASSWORDS[WRITER]},
    )  # fmt: skip


class Listener:
    """Hears everything, and acknowledges it."""

    def __init__(self, bus: MqttBus) -> None:
        self.bus = bus
        self.heard: list[Said] = []

    async def until(self, kind: str, count: int = 1) -> Said:
        """Go on until so many of a kind have come; give the last."""
        while True:
            delivery = await anext(aiter(self.bus.receive()))
            await delivery.ack()
            said = read(delivery.message, site=SITE)
            self.heard.append(said)
            count -= said.kind == kind
            if not count:
                return said

    async def until_gone(self) -> None:
        while True:
            said = await self.until("source.now")
            if isinstance(said, Note) and isinstance(said.body, SourceNow) and not said.body.online:
                return

    def numbers(self) -> list[int]:
        """Give the numbers of events in the order in which they first came."""
        events = (
            said.sequence
            for said in self.heard
            if isinstance(said, Told) and said.kind not in {"source.heartbeat", "snapshot"}
        )
        return list(dict.fromkeys(events))


@asynccontextmanager
async def listening(broker: Mosquitto) -> AsyncIterator[Listener]:
    async with (
        asyncio.timeout(LONG),
        MqttBus(
            broker.address(READER),
            session=Session(identifier="listener"),
            jitter=lambda: 0.5,
            filters=ingested(SITE),
            backoff=QUICK,
        ) as bus,
    ):
        await bus.connected(within_seconds=30)
        yield Listener(bus)


async def ended(process: "subprocess.Popen[str]", number: signal.Signals) -> str:
    """End it and give what it said; it has three seconds."""
    process.send_signal(number)
    _, said = await asyncio.to_thread(process.communicate, timeout=3)
    return said


@pytest.mark.broker
async def test_a_simulated_switch_speaks_obeys_and_ends_when_told_to(
    mortal: Mosquitto, tmp_path: Path
) -> None:
    spool = tmp_path / "outbox" / "sim.spool"
    command = ("switch", "--scenario", TUTORIAL, "--speed", 60, "--spool", spool)
    async with listening(mortal) as listener:
        process = started(mortal, *command, "--date", "2026-11-23")
        try:
            await listener.until("call.queued", 3)
            given = CommandGiven(
                of=WRITER, command_id="c1", command=Surge(queue="nowhere", factor=2.0, minutes=5)
            )
            await listener.bus.publish(request(given))
            answered = await listener.until("command.answered")
            said = await ended(process, signal.SIGTERM)
            await listener.until_gone()
        finally:
            process.kill()
            process.communicate()
        first = listener.numbers()

        process = started(mortal, *command)
        try:
            while (again := await listener.until("call.queued")).sequence <= first[-1]:
                pass  # What the broker may have forgotten comes first.
            said += await ended(process, signal.SIGINT)
        finally:
            process.kill()
            process.communicate()

    assert process.returncode == 0
    assert "Traceback" not in said
    assert isinstance(answered, Note)
    assert isinstance(answered.body, CommandAnswered)
    assert answered.body.answer.done == 0
    numbers = listener.numbers()
    assert numbers == list(range(first[0], first[0] + len(numbers)))
    assert len(numbers) > len(first)
    assert isinstance(again, Told)
    assert isinstance(again.event, CallQueued)
    assert again.event.call.startswith("20261123-")
    begun = {said.sequence for said in listener.heard if said.kind == "source.started"}
    assert begun == {first[0]}


@pytest.mark.broker
async def test_a_day_that_is_over_ends_the_process(mortal: Mosquitto, tmp_path: Path) -> None:
    async with listening(mortal) as listener:
        process = started(
            mortal, "switch", "--scenario", SMALL, "--speed", 10_000, "--days", 1,
            "--spool", tmp_path / "sim.spool",
        )  # fmt: skip
        try:
            await listener.until_gone()
            _, said = await asyncio.to_thread(process.communicate, timeout=10)
        finally:
            process.kill()
            process.communicate()

    assert process.returncode == 0, said
    assert "0 not yet acknowledged" in said
    numbers = listener.numbers()
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.broker
async def test_a_log_is_told_as_it_is_written(mortal: Mosquitto, tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    command = ("tell", "queue_log", log, "--spool", tmp_path / "pbx.spool", "--follow")
    async with listening(mortal) as listener:
        log.write_text("".join(f"{line}\n" for line in LINES[:4]), "utf-8")
        process = started(mortal, *command)
        try:
            await listener.until("call.connected")
            with log.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in LINES[4:6])
            await listener.until("call.ended")
            process.kill()
            process.communicate()
            with log.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in LINES[6:])
            process = started(mortal, *command)
            await listener.until("call.abandoned")
            said = await ended(process, signal.SIGTERM)
            await listener.until_gone()
        finally:
            process.kill()
            process.communicate()

    assert process.returncode == 0
    assert "Traceback" not in said
    ids = [
        said.id
        for said in listener.heard
        if isinstance(said, Told) and said.kind not in {"source.heartbeat", "snapshot"}
    ]
    assert len(set(ids)) == len(set(listener.numbers()))


@pytest.mark.broker
async def test_a_broker_that_is_away_is_waited_for_and_does_not_hold_the_end_up(
    mortal: Mosquitto, tmp_path: Path
) -> None:
    mortal.stop()
    process = started(
        mortal, "switch", "--scenario", TUTORIAL, "--speed", 1_000, "--spool", tmp_path / "s"
    )
    assert process.stderr is not None
    try:
        for line in iter(process.stderr.readline, ""):
            if "no line to" in line:
                break
        await asyncio.sleep(1)
        said = await ended(process, signal.SIGTERM)
    finally:
        process.kill()
        process.communicate()
        mortal.start()

    assert process.returncode == 0
    owed = int(said.splitlines()[-1].split(";")[1].split()[0])
    assert owed > 0


# --- What is refused ---------------------------------------------------------------------------------


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    assert leaving.value.code in {1, 2}
    return capsys.readouterr().err


SWITCH = ("switch", "--scenario", TUTORIAL)


def test_without_a_broker_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--broker: expected the URL of a broker" in refused(capsys, *SWITCH)


def test_a_password_in_the_url_is_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refused(capsys, *SWITCH, "--broker", "mqtt://sim1:s3cret@127.0.0.1")
    assert "CALLCENTER_BROKER_PASSWORD" in said
    assert "s3cret" not in said


def test_a_name_no_topic_can_hold_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, *SWITCH, "--broker", "mqtt://127.0.0.1", "--source", "a/b")
    assert "expected a name without '/'" in said


def test_a_log_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = tmp_path / "queue_log"
    said = refused(capsys, "tell", "queue_log", missing, "--broker", "mqtt://127.0.0.1")
    assert str(missing) in said


def test_an_outbox_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    spool.write_text("no database at all\n" * 99, "utf-8")
    said = refused(capsys, *SWITCH, "--broker", "mqtt://127.0.0.1", "--spool", spool)
    assert f"{spool}: this is no spool" in said
