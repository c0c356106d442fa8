"""A switchboard that is killed while it stores loses nothing and stores nothing twice."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from callcenter.bus.broker_address import Session
from callcenter.bus.codec import write
from callcenter.bus.mqtt import MqttBus
from callcenter.store.engine import Database
from callcenter.store.tables.live import TELEPHONY_EVENT
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import Told
from tests import databases
from tests.callcenter.bus.rigs import PASSWORDS, READER, WRITER, Mosquitto
from tests.conftest import ROOT, missing
from tests.switchboards import SITE, Desk, messages, rows
from tests.telephony_days import a_day

pytestmark = pytest.mark.broker

EVENTS = 1_500
KILLS = 2
PATIENCE = 60.0


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        missing("no mosquitto on this machine: install your system's mosquitto package")
    assert program is not None
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder=folder, program=program)
    broker.prepare().start()
    yield broker
    broker.stop()


@contextmanager
def listening(settings: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a switchboard in a process of its own, and kill it in the end."""
    command = [sys.executable, "-m", "tests.callcenter.desk.listening", str(settings)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


async def count(store: Store) -> int:
    async with store.reading() as uow:
        counted = select(func.count()).select_from(TELEPHONY_EVENT)
        return int((await uow.connection.execute(counted)).scalar_one())


async def until(store: Store, events: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await count(store) < events:  # noqa: ASYNC110 - another process stores them
            await asyncio.sleep(0.02)


async def publish(broker: Mosquitto, story: list[Told]) -> None:
    session = Session(identifier="teller", lasting=False)
    async with MqttBus(broker.address(WRITER), session=session, jitter=lambda: 0.5) as bus:
        for start in range(0, len(story), 100):
            await bus.publish_all([write(told, site=SITE) for told in story[start : start + 100]])


async def test_killed_again_and_again_it_ends_with_the_rows_of_a_quiet_day(
    database: Database,
    database_server: databases.Server,
    mosquitto: Mosquitto,
    tmp_path: Path,
) -> None:
    story = list(a_day(WRITER)[:EVENTS])
    store = Store(database)
    settings, ready = tmp_path / "settings.json", tmp_path / "ready"
    told = {
        "port": mosquitto.tls_port,
        "username": READER,
        "password": PASSWORDS[READER],
        "ca_file": str(mosquitto.folder / "broker.pem"),
        "database": database.url.set(drivername=database.dialect).render_as_string(
            hide_password=False
        ),
        "ready": str(ready),
    }
    settings.write_text(json.dumps(told), "utf-8")
    with listening(settings):
        async with asyncio.timeout(PATIENCE):
            while not ready.exists():  # noqa: ASYNC110 - another process makes the file
                await asyncio.sleep(0.05)
    publishing = asyncio.create_task(publish(mosquitto, story))
    for kill in range(1, KILLS + 1):
        with listening(settings):
            await until(store, EVENTS * kill // (KILLS + 1))
    with listening(settings):
        await publishing
        await until(store, EVENTS)

    assert await count(store) == EVENTS
    async with databases.opened(database_server) as other:
        quiet = Desk(Store(other))
        await quiet.fresh([messages(story)]).run()
        assert await rows(store) == await rows(quiet.store)


def test_the_day_that_is_told_is_long_enough() -> None:
    assert len(a_day(WRITER)) > EVENTS
