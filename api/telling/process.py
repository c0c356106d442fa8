"""One source in this process: its outbox, its line to the broker, and a clean end within three seconds."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from api.settings import PREFIX, Settings
from callcenter.bus.broker_address import BrokerAddress, Protocol, Session
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.spool import Spool
from callcenter.bus.telling import Pace, Telling, heard_by, last_will
from callcenter.bus.topics import checked
from callcenter.clock import Tick, WallClock, utc_now
from callcenter.errors import InputError, SpoolError
from callcenter.telephony.speaking import Speaker

Say = Callable[[str], None]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who speaks, and where what he says is kept and goes."""

    name: str
    site: str
    broker: BrokerAddress
    spool: Path
    pace: Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A speaker, and how far he has read what he tells."""

    speaker: Speaker
    marks: Callable[[], Mapping[str, str]] = dict
    close: Callable[[], None] = lambda: None


def wall_tick() -> Tick:
    """Return what time it is, in microseconds since 1970-01-01T00:00:00Z."""
    return (utc_now() - _EPOCH) // timedelta(microseconds=1)


def source_of(
    settings: Settings, *, name: str, spool: Path | None, pace: Pace, embedded: bool
) -> Source:
    """Read from the settings where a source speaks; its outbox is in `var` if nothing else is said.

    Raises:
        InputError: No broker is named, its URL is none or holds a password, or no topic can hold the name.
    """
    if not settings.broker:
        raise InputError(
            "expected the URL of a broker, such as mqtt://sim1@127.0.0.1", key="--broker"
        )
    password = settings.broker_password
    address = BrokerAddress.from_url(
        settings.broker,
        password=None if password is None else password.get_secret_value(),
        ca_file=settings.broker_ca,
    )
    if password is None and address.password is not None:
        raise InputError(
            f"expected no password in the URL, which others can read: set {PREFIX}BROKER_PASSWORD",
            key="--broker",
        )
    if embedded:
        address = replace(address, protocol=Protocol.V311)
    return Source(
        name=checked(name),
        site=settings.site,
        broker=address,
        spool=spool or settings.var / f"{name}.spool",
        pace=pace,
    )


def speak(source: Source, voice_of: Callable[[Spool], Voice], *, say: Say) -> None:
    """Let a source speak until it has nothing more to say, or somebody ends this process.

    Raises:
        SpoolError: What is to be told cannot be kept.
        BrokerRefusedError: The broker does not let the source say what it must.
    """
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("mqtt").setLevel(logging.CRITICAL)  # What it says, our own words say better.
    asyncio.run(_speak(source, voice_of, say=say))


async def _speak(source: Source, voice_of: Callable[[Spool], Voice], *, say: Say) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    _make_folder(source.spool)
    with Spool(source.spool, source=source.name, site=source.site, now=wall_tick) as spool:
        voice = voice_of(spool)
        with contextlib.closing(voice):
            owed = await _tell(source, voice, spool, stop=stop, say=say)
        say(f"stopped after number {spool.sequence}; {owed} not yet acknowledged")


def _share(draw: Callable[[int], bytes]) -> float:
    return int.from_bytes(draw(4)) / 2**32


async def _tell(
    source: Source, voice: Voice, spool: Spool, *, stop: asyncio.Event, say: Say
) -> int:
    """Speak to the end, and return how much the broker has not acknowledged."""
    async with MqttBus(
        source.broker,
        session=Session(identifier=f"{source.name}-{source.site}"),
        jitter=partial(_share, os.urandom),
        filters=heard_by(source.name, site=source.site),
        will=last_will(source.name, site=source.site, at=wall_tick()),
    ) as bus:
        telling = Telling(
            voice.speaker,
            bus=bus,
            spool=spool,
            site=source.site,
            clock=WallClock(),
            pace=source.pace,
            version=version("callcenter"),
            marks=voice.marks,
        )
        say(f"{source.name} speaks to {source.broker}, {spool.owed} events from before first")
        await telling.run(stop)
        return telling.owed


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SpoolError(f"{file}: no folder for it can be made: {error.strerror}") from error
