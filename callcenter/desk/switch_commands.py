"""What supervisors tell a switch: written down, said on the bus, and answered by the switch."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from callcenter.bus.codec import write
from callcenter.bus.notes import CommandAnswered, CommandGiven, Note
from callcenter.bus.port import Message, Publisher
from callcenter.desk.frames import tick_of
from callcenter.domain.access import Actor
from callcenter.errors import BrokerRefusedError, BrokerUnavailableError, StoreUnavailableError
from callcenter.store.switch_commands import NewSwitchCommand, SwitchCommand
from callcenter.store.unit_of_work import Store
from callcenter.telephony.commands import Command

_LOG: Final = logging.getLogger(__name__)

SPEAKER: Final = "desk"
"""Under this name commands are said; it tells no events."""
_PATIENCE_SECONDS: Final = 3.0
_STILL_MEANT: Final = timedelta(seconds=30)
"""A command that is older is not wanted any more: the broker forgets it too (`callcenter.bus.topics`)."""
_COMMAND: Final[TypeAdapter[Command]] = TypeAdapter(Command)


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
        self._in_hand: set[int] = set()
        """Commands whose first saying is not over."""

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
            message = self._message(given)
            self._in_hand.add(given.id)
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
        finally:
            self._in_hand.discard(given.id)
        return given

    async def say_again(self) -> None:
        """Say on each new line what nobody has answered, as long as this runs.

        A broker that was killed may have forgotten what it took over last, and this process may have
        been killed before it said what it wrote down. A switch obeys one id once.
        """
        line = 0
        while True:
            line = await self._bus.line(after=line)
            for given in await self._unanswered():
                try:
                    await self._bus.publish(self._message(given))
                except BrokerRefusedError as error:
                    _LOG.warning("command %d cannot be said again: %s", given.id, error)

    async def _unanswered(self) -> Sequence[SwitchCommand]:
        """Return what was said and not answered, in order, once the database is there."""
        while True:
            try:
                async with self._store.reading() as uow:
                    found = await uow.switch_commands.unanswered(since=self._now() - _STILL_MEANT)
            except StoreUnavailableError:
                await asyncio.sleep(_PATIENCE_SECONDS)
            else:
                return [given for given in found if given.id not in self._in_hand]

    def _message(self, given: SwitchCommand) -> Message:
        command = _COMMAND.validate_json(given.command)
        note = Note(
            body=CommandGiven(of=given.source, command_id=str(given.id), command=command),
            source=SPEAKER,
            sequence=0,
            at=tick_of(given.at),
        )
        return write(note, site=self._site)

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
