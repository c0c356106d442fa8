"""Rows that take the place of those with the same key, on both databases."""

from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS: Final = {"sqlite": sqlite, "postgresql": postgresql}


def upserts(table: Table) -> dict[str, Any]:
    """Make the statement for each database, by the name of its dialect."""
    keys = [column.name for column in table.primary_key]
    found = {}
    for name, dialect in _DIALECTS.items():
        put = dialect.insert(table)
        rest = {
            column.name: put.excluded[column.name] for column in table.c if not column.primary_key
        }
        found[name] = put.on_conflict_do_update(index_elements=keys, set_=rest)
    return found
