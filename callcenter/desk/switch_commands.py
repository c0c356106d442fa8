"""What supervisors tell a switch: written down, said on the bus, and answered by the switch."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from callcenter.bus.codec import write
from callcenter.bus.notes import CommandAnswered, CommandGiven, Note
from callcenter.bus.port import Publisher
from callcenter.desk.frames import tick_of
from callcenter.domain.access import Actor
from callcenter.errors import BrokerUnavailableError
from callcenter.store.switch_commands import NewSwitchCommand, SwitchCommand
from callcenter.store.unit_of_work import Store
from callcenter.telephony.commands import Command

SPEAKER: Final = "desk"
"""Under this name commands are said; it tells no events."""
_PATIENCE_SECONDS: Final = 3.0


class SwitchCommandDesk:
    """Gives commands and keeps their answers."""

    def __init__(
        self, store: Store, *, bus: Publisher, site: str, now: Callable[[], datetime]
    ) -> None:
        """Stand on a store and one end of the bus."""
        self._store = store
        self._bus = bus
        self._site = site
        self._now = now

    async def give(self, command: Command, *, source: str, actor: Actor) -> SwitchCommand:
        """Write a command down and say it; the answer comes when the switch has obeyed.

        Raises:
            InputError: the source has a name no topic can hold.
            BrokerUnavailableError: nobody carries it now; the command is withdrawn.
        """
        at = self._now()
        text = json.dumps(asdict(command), ensure_ascii=False)
        new = NewSwitchCommand(at=at, actor=actor.login, source=source, command=text)
        async with self._store.writing() as uow:
            given = await uow.switch_commands.add(new)
            note = Note(
                body=CommandGiven(of=source, command_id=str(given.id), command=command),
                source=SPEAKER,
                sequence=0,
                at=tick_of(at),
            )
            message = write(note, site=self._site)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._bus.publish(message)
        except TimeoutError:
            why = "the broker took no command in time"
            async with self._store.writing() as uow:
                await uow.switch_commands.answer(
                    given.id, at=self._now(), accepted=False, text=json.dumps({"ko": "", "en": why})
                )
            raise BrokerUnavailableError(why) from None
        return given

    async def answered(self, note: CommandAnswered) -> None:
        """Keep an answer; one to a command that is not ours is nobody's."""
        if not note.command_id.isdecimal():
            return
        async with self._store.writing() as uow:
            await uow.switch_commands.answer(
                int(note.command_id),
                at=self._now(),
                accepted=note.answer.done > 0,
                text=json.dumps(asdict(note.answer), ensure_ascii=False),
            )

    async def page(self, *, before: int | None, most: int) -> Sequence[SwitchCommand]:
        """Return commands, the newest first, beginning before one."""
        async with self._store.reading() as uow:
            return await uow.switch_commands.page(before=before, most=most)
