"""What a first look needs: a simulated switch beside the service, and a key for the board on the wall."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from api.live.opening import SPEAKER, LiveParts
from api.settings import PREFIX, Settings
from callcenter.bus.broker_address import BrokerAddress
from callcenter.desk.accounts import AccountDesk, By, NewKey
from callcenter.domain.access import SYSTEM, Role
from callcenter.errors import UnauthenticatedError

SOURCE: Final = "sim1"
KEY_FILE: Final = "wallboard-key"
_COMMAND: Final = "from api.cli import main; main()"
_PATIENCE_SECONDS: Final = 2.0

Say = Callable[[str], None]


@asynccontextmanager
async def first_look(
    settings: Settings, live: LiveParts, accounts: AccountDesk, *, address: str, say: Say
) -> AsyncIterator[None]:
    """Let a simulated centre live beside the service, and say where it can be watched."""
    assert live.speaker is not None, "a first look has an embedded broker"
    assert settings.scenario is not None, "a first look has a scenario"
    key = await wallboard_key(settings, accounts)
    say(f"simulated day x{settings.speed:g} / 모의 운영: every call and every citizen is invented")
    say(f"wallboard / 현황판: {address}/wallboard#key={key}")
    say(f"supervisor / 운영: {address}/supervisor   desk / 민원: {address}/desk")
    async with switch_beside(settings, live.speaker, scenario=settings.scenario, say=say):
        yield


@asynccontextmanager
async def switch_beside(
    settings: Settings, speaker: BrokerAddress, *, scenario: Path, say: Say
) -> AsyncIterator[None]:
    """Let a simulated switch speak to the embedded broker until the block ends, and no longer.

    It is a child of this process, in its group, and goes when the pipe to it is closed: even if this
    process is killed, none is left behind.
    """
    options = {
        "--scenario": scenario,
        "--broker": f"mqtt://{SPEAKER}@{speaker.host}:{speaker.port}",
        "--source": SOURCE,
        "--site": settings.site,
        "--speed": f"{settings.speed:g}",
        "--spool": settings.var / f"{SOURCE}.spool",
    }
    words = [str(word) for option in options.items() for word in option]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _COMMAND, "switch", "--embedded", *words),
        stdin=asyncio.subprocess.PIPE,
        env=os.environ | {f"{PREFIX}BROKER_PASSWORD": speaker.password or ""},
    )
    watching = asyncio.create_task(_watched(process, say=say))
    try:
        yield
    finally:
        watching.cancel()
        await _ended(process)


async def _watched(process: asyncio.subprocess.Process, *, say: Say) -> None:
    code = await process.wait()
    say(f"the simulated switch ended by itself ({code}): the board shows its silence")


async def _ended(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def wallboard_key(settings: Settings, accounts: AccountDesk) -> str:
    """Return a key that sees the board without names; the same at each start, unless it was revoked."""
    file = settings.var / "keys" / KEY_FILE
    with contextlib.suppress(FileNotFoundError, UnauthenticatedError):
        text = file.read_text("ascii").strip()
        await accounts.key(text)
        return text
    new = NewKey(name="wallboard", roles=frozenset({Role.WALLBOARD}))
    _, text = await accounts.issue_key(new, by=By(actor=SYSTEM))
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(f"{text}\n")
    return text
