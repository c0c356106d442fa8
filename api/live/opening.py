"""What is alive beside the requests: the line to the broker, what listens to it, and the board.

Without a broker of one's own an embedded one is started, which is for a first look and never durable.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from api.live.expecting import announced_of
from api.settings import PREFIX, Settings
from callcenter.bus import preflight
from callcenter.bus.broker import EmbeddedBroker
from callcenter.bus.broker_address import BrokerAddress, Session
from callcenter.bus.memory import MemoryBroker, MemoryBus
from callcenter.bus.mqtt import MqttBus
from callcenter.bus.topics import ingested
from callcenter.clock import Clock
from callcenter.desk.alerts import AlertDesk
from callcenter.desk.bygones import Bygones
from callcenter.desk.campaign_watch import CampaignWatch, UnderWay
from callcenter.desk.centre_clock import CentreClock, Lines
from callcenter.desk.painting import LivePainter, TicketWatch
from callcenter.desk.pasts import Expected, Pasts
from callcenter.desk.standards import Standards
from callcenter.desk.stored_lines import StoredLines
from callcenter.desk.switch_commands import SwitchCommandDesk
from callcenter.desk.switchboard import Heard, Listener, Switchboard
from callcenter.desk.wallboard import Wallboard
from callcenter.errors import UnsafeSettingsError
from callcenter.store.unit_of_work import Store

_LOG: Final = logging.getLogger(__name__)
NO_BROKER: Final = "none"
"""Instead of a broker: this house listens to no switch."""
LISTENER: Final = "switchboard"
SPEAKER: Final = "switch"
"""Names of the two who may connect to an embedded broker."""
_STOP_SECONDS: Final = 1.0

Say = Callable[[str], None]
Now = Callable[[], datetime]
Draw = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveParts:
    """Everything that shows a living centre."""

    lines: Lines
    wallboard: Wallboard
    painter: LivePainter
    alerts: AlertDesk
    commands: SwitchCommandDesk
    centre: CentreClock
    switchboard: Switchboard | None = None
    """What listens, if this process does."""
    speaker: BrokerAddress | None = None
    """How a switch of this house would connect to its embedded broker."""


@asynccontextmanager
async def live_parts(
    settings: Settings,
    *,
    store: Store,
    now: Now,
    clock: Clock,
    draw: Draw,
    under_way: UnderWay,
    expected: Expected | None = None,
) -> AsyncIterator[LiveParts]:
    """Build what shows the centre, and let it live until the block ends if it is this process's to do.

    Raises:
        UnsafeSettingsError: production was asked for with a broker that loses events or lets strangers in.
        InputError: the broker's URL is none.
    """
    if not settings.background or settings.broker == NO_BROKER:
        deaf = MemoryBus(MemoryBroker(), identifier=LISTENER)
        commands = SwitchCommandDesk(store, bus=deaf, site=settings.site, now=now)
        yield await _parts(
            settings, StoredLines(store), commands, store, now, clock, under_way, expected
        )
        return
    async with AsyncExitStack() as stack:
        bus, speaker = await _connected(settings, stack, draw=draw)
        commands = SwitchCommandDesk(store, bus=bus, site=settings.site, now=now)
        switchboard = Switchboard(
            store,
            deliveries=bus.receive(),
            publisher=bus,
            site=settings.site,
            now=now,
            clock=clock,
            jitter=_jitter(draw),
            answered=commands.answered,
        )
        parts = await _parts(
            settings, switchboard, commands, store, now, clock, under_way, expected
        )
        switchboard.listen(_stirring(parts))
        await stack.enter_async_context(_running(switchboard.run(), name="switchboard"))
        shown = _shown(parts.wallboard, after=switchboard)
        await stack.enter_async_context(_running(shown, name="wallboard"))
        await stack.enter_async_context(_running(commands.say_again(), name="commands"))
        yield replace(parts, switchboard=switchboard, speaker=speaker)


async def _connected(
    settings: Settings, stack: AsyncExitStack, *, draw: Draw
) -> tuple[MqttBus, BrokerAddress | None]:
    """Listen to the switches of the site; start a broker for it if none is named."""
    address, speaker = await _addresses(settings, stack, draw=draw)
    session, jitter = Session(identifier=f"{LISTENER}-{settings.site}"), _jitter(draw)
    if settings.production:
        found = preflight.of_reader(address, session=session)
        found += await preflight.of_broker(address, jitter=jitter)
        preflight.refuse(found)
    bus = MqttBus(address, session=session, jitter=jitter, filters=ingested(settings.site))
    return await stack.enter_async_context(bus), speaker


def _stirring(parts: LiveParts) -> Listener:
    """Wake the board for what changes it, and while an alert is raised for whatever may clear it."""

    def heard(heard: Heard) -> None:
        parts.centre.notice(heard.events)
        if heard.events or heard.legs or heard.spells or parts.alerts.raised:
            parts.wallboard.stir()

    return heard


async def _parts(
    settings: Settings,
    lines: Lines,
    commands: SwitchCommandDesk,
    store: Store,
    now: Now,
    clock: Clock,
    under_way: UnderWay,
    expected: Expected | None,
) -> LiveParts:
    centre = CentreClock(lines, now=now)
    alerts = AlertDesk(store, now=now)
    await alerts.restore()
    painter = LivePainter(
        lines=lines,
        centre=centre,
        tickets=TicketWatch(store, clock=clock, now=now),
        alerts=alerts,
        pasts=Pasts(lines, expected=expected),
        bygones=Bygones(store, site=settings.site),
        standards=Standards(store, clock=clock),
        campaigns=CampaignWatch(
            store,
            clock=clock,
            site=settings.site,
            under_way=under_way,
            announced=announced_of(settings),
        ),
        site=settings.site,
    )
    return LiveParts(
        lines=lines,
        wallboard=Wallboard(
            painter,
            clock=clock,
            epoch_seconds=round(now().timestamp()),
            most=settings.live_viewers,
        ),
        painter=painter,
        alerts=alerts,
        commands=commands,
        centre=centre,
    )


async def _addresses(
    settings: Settings, stack: AsyncExitStack, *, draw: Draw
) -> tuple[BrokerAddress, BrokerAddress | None]:
    """Return where to listen, and, of an embedded broker, where a switch would speak."""
    if settings.broker:
        password = settings.broker_password
        address = BrokerAddress.from_url(
            settings.broker,
            password=None if password is None else password.get_secret_value(),
            ca_file=settings.broker_ca,
        )
        return address, None
    if settings.production:
        raise UnsafeSettingsError(
            "expected mqtts://name@host in production, or `none` if this house listens to no switch: "
            "an embedded broker forgets",
            key=f"{PREFIX}BROKER",
        )
    passwords = {name: draw(24).hex() for name in (LISTENER, SPEAKER)}
    broker = await asyncio.to_thread(EmbeddedBroker(passwords=passwords).__enter__)
    stack.push_async_callback(asyncio.to_thread, broker.__exit__, None, None, None)
    return broker.address(LISTENER), broker.address(SPEAKER)


async def _shown(wallboard: Wallboard, *, after: Switchboard) -> None:
    """Make no frame before it is known how things stood: an empty board would be a wrong one."""
    await after.taken_up()
    await wallboard.run()


def _jitter(draw: Draw) -> Callable[[], float]:
    return lambda: int.from_bytes(draw(4)) / 2**32


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None], *, name: str) -> AsyncIterator[None]:
    """Let it work until the block ends; what it had not committed comes again."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_looked_at)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=_STOP_SECONDS)


def _looked_at(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _LOG.error("%s ended, and nobody does its work", task.get_name(), exc_info=error)
