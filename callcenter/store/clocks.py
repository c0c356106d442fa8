"""The clocks of tickets as rows: a projection of their events, replaced whole whenever one is added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import Clock, ClockState
from callcenter.store.tables.tickets import TICKET_CLOCK

_ON_TIME: Final = {ClockState.MET: True, ClockState.MISSED: False}
"""Neither is a period that runs, nor one that a withdrawal or a transfer cut short in time."""
_ADDED: Final = insert(TICKET_CLOCK)
_DROPPED: Final = delete(TICKET_CLOCK).where(TICKET_CLOCK.c.ticket == bindparam("its_ticket"))


class Clocks:
    """Clocks within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def replace(self, number: str, clocks: Sequence[Clock]) -> None:
        """Write a ticket's clocks instead of those it had."""
        await self._connection.execute(_DROPPED, {"its_ticket": number})
        await self.add({number: clocks})

    async def add(self, clocks: Mapping[str, Sequence[Clock]]) -> None:
        """Write the clocks of tickets that have none."""
        rows = [row_of(number, clock) for number, those in clocks.items() for clock in those]
        if rows:
            await self._connection.execute(_ADDED, rows)

    async def of(self, number: str) -> Sequence[Row[Any]]:
        """Return a ticket's clocks, the statutory ones first."""
        query = (
            select(TICKET_CLOCK)
            .where(TICKET_CLOCK.c.ticket == number)
            .order_by(TICKET_CLOCK.c.started_at, TICKET_CLOCK.c.kind, TICKET_CLOCK.c.n)
        )
        return (await self._connection.execute(query)).all()


def columns_of(clocks: Sequence[Clock], *, promised: datetime | None) -> dict[str, Any]:
    """Return what a ticket's row says of its clocks.

    `promised` is the date the petitioner has been told; without one, it is the statutory date of now.
    """
    statutory = [clock for clock in clocks if clock.kind is ClockKind.STATUTORY]
    if not statutory:
        return {
            "statutory_due_at": None,
            "promised_due_at": promised,
            "on_time": None,
            "working_minutes": None,
        }
    last = statutory[-1]
    return {
        "statutory_due_at": last.due.due_at,
        "promised_due_at": promised or last.due.due_at,
        "on_time": _ON_TIME.get(last.state),
        "working_minutes": last.used_minutes,
    }


def row_of(number: str, clock: Clock) -> dict[str, Any]:
    """Write a clock of a ticket as its columns."""
    return {
        "ticket": number,
        "kind": clock.kind,
        "n": clock.n,
        "started_at": clock.started_at,
        "due_at": clock.due.due_at,
        "state": clock.state,
        "stopped_at": clock.stopped_at,
        "used_minutes": clock.used_minutes,
        "margin_minutes": clock.margin_minutes,
        "period_qty": clock.period.qty,
        "period_unit": clock.period.unit,
        "rule": clock.due.rule,
        "calendar_version": clock.due.calendar_version,
    }
