"""Results as tables for other tools: Arrow, Parquet, pandas, polars.

The logs of a run are not kept: a replication is a function of plan, seed and number, so it is lived again
and is the same to the last bit.
"""

import json
from collections.abc import Sequence
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from callcenter.clock import DAY, Tick
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind, Outcome
from callcenter.errors import NotAvailableError
from callcenter.measures.stack import By
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from simulation.plan import Plan, compile_plan
from simulation.replications import Order, live
from simulation.results import RunResult

SCHEMA: Final = "callcenter.tables/1"
Library = Literal["arrow", "pandas", "polars"]
_MOMENTS: Final = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")


# --- Scorecard ---------------------------------------------------------------------------------------


def scorecard_table(result: RunResult, by: By | str = By.INTERVAL) -> pa.Table:
    """Return one row a cell: each measure's value and, behind it, its half-width.

    Raises:
        ValueError: The run was not measured that finely.
    """
    return _with_origin(pa.Table.from_pylist(result.scorecard.table(_cut(result, by))), result)


def scorecard_rows(result: RunResult) -> pa.Table:
    """Return one row a cell and measure, of every cut, with the spread between days."""
    rows = [
        {"table": by.value, "day": None, "interval": None, "queue": None, "group": None}
        | {"agent": None, "campaign": None}
        | row
        for by in result.scorecard.stack.available
        for row in result.scorecard.rows(by)
    ]
    texts = ("table", "day", "interval", "queue", "group", "agent", "campaign", "measure", "unit")
    numbers = ("value", "half_width", "day_sd", "day_p10", "day_p90")
    kinds = {name: pa.string() for name in texts} | {name: pa.float64() for name in numbers}
    kinds |= {"n": pa.int32(), "days": pa.int32()}
    return _with_origin(pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items()))), result)


def _cut(result: RunResult, by: By | str) -> By:
    known = result.scorecard.stack.available
    if by not in known:
        raise ValueError(f"expected one of {', '.join(known)}, got {str(by)!r}")
    return By(by)


# --- Logs --------------------------------------------------------------------------------------------


def logs(result: RunResult, replications: Sequence[int] = (0,)) -> tuple[pa.Table, pa.Table]:
    """Live replications of a run again and return their call log and agent log."""
    plan = compile_plan(result.scenario)
    order = Order.of(plan, seed=result.seed, engine=result.engine, state=result.state)
    calls, agents = [], []
    for number in replications:
        if not 0 <= number < result.replications:
            raise ValueError(
                f"expected a replication from 0 to {result.replications - 1}, got {number}"
            )
        call_log, agent_log = live(order, number)
        calls.append(_calls(call_log, plan, number))
        agents.append(_agents(agent_log, plan, number))
    return (
        _with_origin(pa.concat_tables(calls), result),
        _with_origin(pa.concat_tables(agents), result),
    )


def _calls(log: CallLog, plan: Plan, replication: int) -> pa.Table:
    frame, columns = plan.frame, log.columns()
    named = {
        "kind": _names(log.kind, _words(LegKind)),
        "queue": _names(log.queue, frame.called),
        "outcome": _names(log.outcome, _words(Outcome)),
        "group": _names(log.group, frame.groups),
        "resolved": pa.array(log.resolved == 1, mask=log.resolved == NONE),
        "agent": pa.array(log.agent, mask=log.agent == NONE),
        "hold": pa.array(log.hold).cast(pa.duration("us")),
    }
    named |= {name: _moments(columns[name], plan) for name in _MOMENTS}
    arrays = {name: named.get(name, pa.array(column)) for name, column in columns.items()}
    return pa.table({"replication": _repeated(replication, len(log))} | arrays)


def _agents(log: AgentLog, plan: Plan, replication: int) -> pa.Table:
    group = plan.frame.groups_of_agents[log.agent]
    return pa.table(
        {
            "replication": _repeated(replication, len(log)),
            "agent": pa.array(log.agent),
            "group": _names(group, plan.frame.groups),
            "state": _names(log.state, _words(AgentState)),
            "start": _moments(log.start, plan),
            "end": _moments(log.end, plan),
        }
    )


def _repeated(number: int, times: int) -> pa.Array:
    return pa.array(np.full(times, number, dtype=np.int32))


def _words(kinds: type[IntEnum]) -> tuple[str, ...]:
    return tuple(kind.name.lower().replace("_", "-") for kind in kinds)


def _names(numbers: npt.NDArray[Any], names: Sequence[str]) -> pa.Array:
    """Return numbers as the names they stand for; `NONE` becomes null."""
    absent = numbers == NONE
    indices = pa.array(np.where(absent, 0, numbers).astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, type=pa.string()))


def _moments(ticks: npt.NDArray[np.int64], plan: Plan) -> pa.Array:
    """Return local moments; `NONE` becomes null."""
    origin: Tick = (plan.dates[0] - type(plan.dates[0])(1970, 1, 1)).days * DAY
    return pa.array(ticks + origin, mask=ticks == NONE).cast(pa.timestamp("us"))


# --- Where it comes from -------------------------------------------------------------------------------


def origin(result: RunResult) -> dict[str, Any]:
    """Return what is needed to get the same figures again."""
    return {
        "schema": SCHEMA,
        "scenario": result.scenario.scenario,
        "digest": result.digest,
        "seed": result.seed,
        "engine": result.engine,
        "replications": result.replications,
        "versions": result.versions,
    }


def _with_origin(table: pa.Table, result: RunResult) -> pa.Table:
    return table.replace_schema_metadata({"callcenter": json.dumps(origin(result))})


def write_parquet(result: RunResult, folder: Path, *, replications: Sequence[int] = (0,)) -> None:
    """Write `scorecard`, `calls` and `agents` into a folder; each file says where it comes from."""
    calls, agents = logs(result, replications)
    tables = {"scorecard": scorecard_rows(result), "calls": calls, "agents": agents}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


# --- Frames --------------------------------------------------------------------------------------------


def framed(table: pa.Table, library: Library = "pandas") -> Any:
    """Return a table as a frame of the library.

    Raises:
        NotAvailableError: The library is not installed.
        ValueError: There is no such library.
    """
    match library:
        case "arrow":
            return table
        case "pandas":
            _installed("pandas")
            return table.to_pandas()
        case "polars":
            return _installed("polars").from_arrow(table)
        case _:
            raise ValueError(f"expected one of arrow, pandas, polars, got {library!r}")


def _installed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise NotAvailableError(
            f"{name} is not installed; get it with: pip install 'callcenter[frames]'"
        ) from error
