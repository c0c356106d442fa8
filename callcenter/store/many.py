"""What statements about many rows at once need: one text for any number of them, and ids beforehand."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

_NEXT: Final = text(
    "SELECT nextval(pg_get_serial_sequence(:named, 'id')) FROM generate_series(1, :many)"
)


def among(column: Column[Any], name: str, *, dialect: str) -> ColumnElement[bool]:
    """Say that a column is one of many values, which are bound to `name` as a list.

    PostgreSQL gets an array, since it would plan anew for every length of a list.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))


async def row_ids(connection: AsyncConnection, table: Table, many: int) -> Sequence[int]:
    """Take ids for rows that are written in this transaction, in ascending order.

    SQLite has one writer at a time: nobody else takes the same ones.
    """
    if not many:
        return ()
    if connection.dialect.name == "postgresql":
        taken = await connection.execute(_NEXT, {"named": table.name, "many": many})
        return sorted(taken.scalars())
    last = await connection.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + many)
