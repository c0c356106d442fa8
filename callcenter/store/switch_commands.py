"""What supervisors told the switch, and what it answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.tables.alerts import SWITCH_COMMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwitchCommand:
    """A command that is about to be told."""

    at: datetime
    actor: str
    source: str
    """The switch it is for."""
    command: str
    """As JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchCommand(NewSwitchCommand):
    """A command, and its answer once there is one."""

    id: int
    answered_at: datetime | None = None
    accepted: bool | None = None
    answer: str | None = None
    """What was done, or why not, in the switch's own words."""


class SwitchCommands:
    """Commands within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, new: NewSwitchCommand) -> SwitchCommand:
        """Write down a command before it is told."""
        values = {name: getattr(new, name) for name in NewSwitchCommand.__dataclass_fields__}
        added = await self._connection.execute(
            insert(SWITCH_COMMAND).values(values).returning(*SWITCH_COMMAND.columns)
        )
        return _command(added.one())

    async def answer(self, command: int, *, at: datetime, accepted: bool, text: str) -> None:
        """Write down its answer; the first one stands, and one to an unknown command is nothing."""
        await self._connection.execute(
            update(SWITCH_COMMAND)
            .where(SWITCH_COMMAND.c.id == command, SWITCH_COMMAND.c.answered_at.is_(None))
            .values(answered_at=at, accepted=accepted, answer=text)
        )

    async def unanswered(self, *, since: datetime) -> Sequence[SwitchCommand]:
        """Return what was given since then and has no answer, in the order in which it was given."""
        query = (
            select(SWITCH_COMMAND)
            .where(SWITCH_COMMAND.c.answered_at.is_(None), SWITCH_COMMAND.c.at >= since)
            .order_by(SWITCH_COMMAND.c.id)
        )
        return [_command(row) for row in (await self._connection.execute(query)).all()]

    async def page(self, *, before: int | None = None, most: int = 100) -> Sequence[SwitchCommand]:
        """Return commands, the newest first, beginning before one."""
        query = select(SWITCH_COMMAND).order_by(SWITCH_COMMAND.c.id.desc()).limit(most)
        if before is not None:
            query = query.where(SWITCH_COMMAND.c.id < before)
        return [_command(row) for row in (await self._connection.execute(query)).all()]


def _command(row: Row[Any]) -> SwitchCommand:
    return SwitchCommand(**row._mapping)  # noqa: SLF001 - the public name
