"""Commands to a switch: said again on each new line until they are answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from callcenter.bus.codec import read
from callcenter.bus.memory import MemoryBroker, MemoryBus
from callcenter.bus.notes import CommandAnswered, CommandGiven, Note
from callcenter.bus.topics import Channel, subscription
from callcenter.desk.switch_commands import SwitchCommandDesk
from callcenter.domain.access import Actor, Role
from callcenter.store.unit_of_work import Store
from callcenter.telephony.commands import Answer, Command, MoveAgents, Surge
from tests.desks import Watch
from tests.switchboards import SITE

LEAD = Actor(login="lead", roles=frozenset({Role.LEAD}))
MOVE = MoveAgents(count=2, group="general", to="specialists")
SURGE = Surge(queue="general", factor=2.0, minutes=5)
DONE = Answer(asked=2, done=2, ko="옮겼습니다", en="moved")


class Room:
    """A desk, and a switch that writes down what it is told."""

    def __init__(self, store: Store, watch: Watch, broker: MemoryBroker) -> None:
        self.broker = broker
        self.watch = watch
        self.ours = MemoryBus(broker, identifier="desk")
        topic = subscription(Channel.COMMANDS, site=SITE, name="sim1")
        self.theirs = MemoryBus(broker, identifier="sim1", filters=(topic,))
        self.desk = SwitchCommandDesk(store, bus=self.ours, site=SITE, now=watch)

    async def heard(self) -> CommandGiven:
        """Wait for the next command, and forget it."""
        async with asyncio.timeout(10):
            delivery = await anext(aiter(self.theirs.receive()))
        await delivery.ack()
        note = read(delivery.message, site=SITE)
        assert isinstance(note, Note)
        assert isinstance(note.body, CommandGiven)
        return note.body

    async def given(self, command: Command) -> str:
        """Give a command that the switch hears; return its id."""
        shown = await self.desk.give(command, source="sim1", actor=LEAD)
        assert (await self.heard()).command_id == str(shown.id)
        return str(shown.id)

    @asynccontextmanager
    async def saying(self) -> AsyncIterator[None]:
        """Let what is not answered be said again while the block lasts."""
        task = asyncio.create_task(self.desk.say_again())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled(), task.exception()


@asynccontextmanager
async def a_room(store: Store) -> AsyncIterator[Room]:
    room = Room(store, Watch(), MemoryBroker())
    async with room.ours, room.theirs:
        yield room


async def test_what_is_not_answered_is_said_again_on_each_line(store: Store) -> None:
    async with a_room(store) as room:
        first, second = await room.given(MOVE), await room.given(SURGE)
        async with room.saying():
            again = [await room.heard(), await room.heard()]
            room.broker.cut("desk")
            once_more = [await room.heard(), await room.heard()]

    assert [one.command_id for one in again] == [first, second]
    assert [one.command for one in again] == [MOVE, SURGE]
    assert once_more == again


async def test_what_is_answered_or_old_is_not_said_again(store: Store) -> None:
    async with a_room(store) as room:
        await room.given(MOVE)
        room.watch.advance(seconds=31)
        answered, open_one = await room.given(MOVE), await room.given(SURGE)
        await room.desk.answered(CommandAnswered(command_id=answered, answer=DONE))
        async with room.saying():
            heard = await room.heard()

    assert (heard.command_id, heard.command) == (open_one, SURGE)
