"""How each switch stands, and which of its numbers never came."""

from collections.abc import Sequence
from itertools import starmap
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import Tick
from callcenter.store.tables.live import TELEPHONY_GAP, TELEPHONY_SOURCE
from callcenter.store.upserts import upserts


class SourceLine(NamedTuple):
    """One row of `telephony_source`, as declared."""

    source: str
    high: int
    highest: int
    online: bool
    version: str
    heard_at: Tick
    its_now: Tick
    now_heard_at: Tick
    speed: float
    simulated: bool
    skew_us: int | None
    live_calls: int
    agents: int


class GapLine(NamedTuple):
    """One row of `telephony_gap`, as declared."""

    source: str
    first: int
    last: int
    noticed_at: Tick
    asked_at: Tick | None
    asks: int
    filled_at: Tick | None
    given_up_at: Tick | None


_PUT_SOURCE: Final = upserts(TELEPHONY_SOURCE)
_PUT_GAP: Final = upserts(TELEPHONY_GAP)


class LiveSources:
    """Switches and their gaps within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def all(self) -> list[SourceLine]:
        """Return every switch that was ever heard."""
        query = select(*(TELEPHONY_SOURCE.c[name] for name in SourceLine._fields))
        return list(starmap(SourceLine, await self._connection.execute(query)))

    async def gaps(self, *, filled: bool = False) -> list[GapLine]:
        """Return the gaps in order, those that were filled in the end only if asked for."""
        gap = TELEPHONY_GAP.c
        query = select(*(gap[name] for name in GapLine._fields)).order_by(gap.source, gap.first)
        if not filled:
            query = query.where(gap.filled_at.is_(None))
        return list(starmap(GapLine, await self._connection.execute(query)))

    async def put(self, lines: Sequence[SourceLine]) -> None:
        """Write switches in place of how they stood."""
        await self._put(_PUT_SOURCE, lines)

    async def put_gaps(self, lines: Sequence[GapLine]) -> None:
        """Write gaps in place of how they stood."""
        await self._put(_PUT_GAP, lines)

    async def _put(self, put: dict[str, Any], lines: Sequence[SourceLine | GapLine]) -> None:
        if lines:
            statement = put[self._connection.dialect.name]
            await self._connection.execute(statement, [line._asdict() for line in lines])
