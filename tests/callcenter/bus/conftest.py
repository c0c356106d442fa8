"""The brokers the bus is tested against."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.bus.broker import EmbeddedBroker
from callcenter.bus.broker_address import Protocol
from tests.callcenter.bus.rigs import PASSWORDS, MemoryRig, Mosquitto, Rig, embedded_rig
from tests.conftest import missing


@pytest.fixture(scope="session")
def mosquitto_program() -> str:
    """Give the production broker; Debian puts it where only root looks."""
    path = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None or shutil.which("mosquitto_passwd") is None:
        missing("no mosquitto on this machine: install your system's mosquitto package")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def mosquitto(
    mosquitto_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mosquitto]:
    """Start one Mosquitto for all tests of a worker that do not kill it."""
    broker = Mosquitto(folder=tmp_path_factory.mktemp("mosquitto"), program=mosquitto_program)
    broker.prepare().start()
    yield broker
    broker.stop()


@pytest.fixture
def mortal(mosquitto_program: str, tmp_path: Path) -> Iterator[Mosquitto]:
    """Give a Mosquitto of the test's own, running, to be killed and started again."""
    broker = Mosquitto(folder=tmp_path, program=mosquitto_program).prepare()
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def embedded() -> Iterator[EmbeddedBroker]:
    """Start an embedded broker; sessions that other tests left would trip it."""
    with EmbeddedBroker(passwords=PASSWORDS) as broker:
        yield broker


MOSQUITTO = tuple(
    pytest.param(f"mosquitto-{version.value}", marks=pytest.mark.broker) for version in Protocol
)


def _rig(request: pytest.FixtureRequest) -> Rig:
    match request.param:
        case "memory":
            return MemoryRig()
        case "embedded":
            return embedded_rig(request.getfixturevalue("embedded"))
        case name:
            version = Protocol(name.removeprefix("mosquitto-"))
            broker: Mosquitto = request.getfixturevalue("mosquitto")
            return broker.rig(version=version)


@pytest.fixture(params=["memory", "embedded", *MOSQUITTO])
def rig(request: pytest.FixtureRequest) -> Rig:
    """Give each kind of broker in turn."""
    return _rig(request)


@pytest.fixture(params=["memory", *MOSQUITTO])
def keeper(request: pytest.FixtureRequest) -> Rig:
    """Give each kind of broker that keeps what was not acknowledged."""
    return _rig(request)
