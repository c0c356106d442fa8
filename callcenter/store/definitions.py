"""Definitions of live figures: the versions that somebody made, on top of what the house brings along."""

import json
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.measures.definitions import DEFINITIONS, Definition, Shelf
from callcenter.measures.formulas import Better, Unit
from callcenter.store.tables.definitions import MEASURE_DEFINITION

_PLAIN: Final = (
    "formula", "threshold", "short", "flow_outs", "late_waiting", "goal", "floor", "ko", "en",
    "population", "source", "population_ko", "source_ko",
)  # fmt: skip


class Definitions:
    """Definitions within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def shelf(self) -> Shelf:
        """Return all versions there are."""
        rows = await self._connection.execute(select(MEASURE_DEFINITION))
        return Shelf(_definition(row) for row in rows.mappings())

    async def add(self, definition: Definition, *, at: datetime) -> bool:
        """Write a version down; `False` if there is one of its number already."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        body = {name: getattr(definition, name) for name in (*_PLAIN, "unit", "better")}
        added = await self._connection.execute(
            dialect.insert(MEASURE_DEFINITION)
            .values(
                id=definition.id,
                version=definition.version,
                valid_from=definition.valid_from.isoformat(),
                body=json.dumps(body, ensure_ascii=False),
                made_by=definition.by,
                at=at,
            )
            .on_conflict_do_nothing()
        )
        return added.rowcount == 1


_GOALS: Final = ("goal", "floor")


def _definition(row: Any) -> Definition:
    """Read a version; one that was written before there were goals has that of the house."""
    first = DEFINITIONS[row["id"]]
    body = {name: getattr(first, name) for name in _GOALS} | json.loads(row["body"])
    return Definition(
        id=row["id"],
        version=row["version"],
        valid_from=date.fromisoformat(row["valid_from"]),
        by=row["made_by"],
        unit=Unit(body["unit"]),
        better=Better(body["better"]),
        **{name: body[name] for name in _PLAIN if name in body},
    )
