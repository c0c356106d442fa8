"""What a first look needs beside the service: a switch that speaks, and a key for the board on the wall."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from api.live.opening import SPEAKER, LiveParts
from api.live.switch_process import SwitchProcess
from api.settings import Settings
from callcenter.desk.accounts import AccountDesk, By, NewKey
from callcenter.domain.access import SYSTEM, Role
from callcenter.errors import UnauthenticatedError

KEY_FILE: Final = "wallboard-key"
_LOOK_SECONDS: Final = 1.0

Say = Callable[[str], None]


class FirstLook:
    """Lets a switch speak to the embedded broker while the service runs, and says where to watch."""

    def __init__(self, switch: SwitchProcess) -> None:
        """Take a switch that waits to be told where to speak."""
        self._switch = switch

    @asynccontextmanager
    async def __call__(
        self,
        settings: Settings,
        live: LiveParts,
        accounts: AccountDesk,
        *,
        address: str,
        say: Say,
    ) -> AsyncIterator[None]:
        """Live beside the service until the block ends."""
        speaker = live.speaker
        assert speaker is not None, "a first look has an embedded broker"
        url = f"mqtt://{SPEAKER}@{speaker.host}:{speaker.port}"
        self._switch.speak_to(url, password=speaker.password or "")
        key = await wallboard_key(settings, accounts)
        say(
            f"simulated day x{settings.speed:g} / 모의 운영: every call and every citizen is invented"
        )
        say(f"wallboard / 현황판: {address}/wallboard#key={key}")
        say(f"supervisor / 운영 화면: {address}/supervisor")
        say(f"ticket desk / 민원: {address}/desk")
        watching = asyncio.create_task(self._watched(say))
        try:
            yield
        finally:
            watching.cancel()
            self._switch.leave()

    async def _watched(self, say: Say) -> None:
        while self._switch.ended is None:  # noqa: ASYNC110 - a child tells nobody that it has ended
            await asyncio.sleep(_LOOK_SECONDS)
        say(f"the simulated switch ended ({self._switch.ended}): the board shows its silence")


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
