"""How a database says it would answer the queries of a piece of code."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection


async def of(connection: AsyncConnection, work: Callable[[], Awaitable[object]]) -> str:
    """Run something, and return the plans of every SELECT it gave, one line a step."""
    asked: list[tuple[str, Any]] = []

    def hear(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(connection.sync_connection, "before_cursor_execute", hear)
    await work()
    event.remove(connection.sync_connection, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    lines = []
    for statement, parameters in asked:
        plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
        lines += [str(row[-1]) for row in plan]
    return "\n".join(lines)
