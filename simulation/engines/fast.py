"""The compiled engine's outside: packs arrays, calls the kernel, wraps the logs.

Memory is sized by a guess; if a table fills up, the run is done again from the start with more room:
the outcome is a function of the input, so nothing is lost but a moment.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.errors import CapacityError
from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS, AgentLog, CallLog
from simulation.engines import kernel
from simulation.engines.compiled import book
from simulation.engines.port import ONE_LINE
from simulation.tables import MODES, TO_BAND, Outbound, Tables, Workload

_ROOM_FOR_ALL = 1 << 31
_ATTEMPTS_A_LEAD = 3


def run(tables: Tables, workload: Workload) -> tuple[CallLog, AgentLog]:
    """Live the days of a workload in the compiled kernel.

    Raises:
        CapacityError: More than 2**31 legs or events would have to be kept at once.
    """
    rooms = _first_guess(tables, workload)
    while True:
        world = _world(tables, workload, rooms)
        kernel.live(world, workload.start_tick)
        status = int(world["n"][book.STATUS])
        if status == book.RUNNING:
            return _logs(world)
        name = {book.FULL_ROWS: "rows", book.FULL_EVENTS: "events", book.FULL_SLOTS: "slots"}[
            status
        ]
        rooms[name] *= 2
        if rooms[name] > _ROOM_FOR_ALL:
            message = f"the run needs more than {_ROOM_FOR_ALL} {name}; make the scenario shorter"
            raise CapacityError(message)


def _first_guess(tables: Tables, workload: Workload) -> dict[str, int]:
    calls = len(workload.arrived)
    queue = tables.queue
    later = bool(
        np.any(queue["redial_abandon"] + queue["redial_busy"] + queue["repeat"])
        or len(tables.transfer_to)
        or np.any(queue["accept"])
        or np.any(tables.group["hand_back"])
    )
    agents = len(tables.agent_group)
    attempts = len(workload.leads.cell) * _ATTEMPTS_A_LEAD
    return {
        "rows": calls + (calls // 4 + 1024 if later else 0) + attempts + 1,
        "events": 1024 + 4 * agents + min(calls, 4096),
        "slots": 256 + 4 * agents + min(calls // 8, 4096),
    }


def _world(tables: Tables, workload: Workload, rooms: dict[str, int]) -> book.World:
    agents = len(tables.agent_group)
    queues = len(tables.queue)
    rows = rooms["rows"]
    queue = tables.queue
    counts_later = bool(np.any(queue["redial_abandon"] + queue["redial_busy"] + queue["repeat"]))
    later_rows = rows if counts_later else 0
    spells = len(workload.moves) + agents + len(workload.start) + 1
    return dict(
        queue=queue,
        skill=tables.skill,
        group=tables.group,
        gate=_from(tables.gate, workload.start_tick),
        taker=tables.taker,
        alarm=tables.alarm,
        balk_from=tables.balk_from,
        balk_p=tables.balk_p,
        transfer_to=tables.transfer_to,
        transfer_p=tables.transfer_p,
        door_open=tables.door_open,
        door_close=tables.door_close,
        lines=tables.lines,
        arrived=workload.arrived,
        home=workload.queue,
        spare_first=workload.spare_first,
        spare_count=workload.spare_count,
        moves=workload.moves,
        start=workload.start,
        agents=_agents(tables.agent_group),
        crews=_crews(len(tables.group)),
        queues=_queues(queues),
        lines_taken=np.zeros(len(tables.lines), np.int64),
        tick=np.empty(rooms["events"], np.int64),
        key=np.empty(rooms["events"], np.int64),
        slot_of=np.empty(rows, np.int32),
        legs=_legs(rooms["slots"]),
        redials=np.zeros(later_rows, np.int16),
        repeats=np.zeros(later_rows, np.int16),
        pick=np.zeros(agents, np.int32),
        n=_counters(tables),
        **_campaigns(tables, workload),
        **{f"fate_{name}": column for name, column in workload.fates.columns().items()},
        **{f"log_{name}": np.empty(rows, kind) for name, kind in CALL_COLUMNS.items()},
        **{f"spell_{name}": np.empty(spells, kind) for name, kind in AGENT_COLUMNS.items()},
    )


def _from(rows: npt.NDArray[Any], tick: int) -> npt.NDArray[Any]:
    return rows[rows["tick"] >= tick]


def _campaigns(tables: Tables, workload: Workload) -> book.World:
    outbound, leads = tables.outbound, workload.leads
    table = outbound.campaign
    now = np.zeros(len(table), book.CAMPAIGN)
    by_ratio = table["mode"] == MODES.index("power")
    now["turn"], now["pace"] = -1, np.where(by_ratio, table["ratio"], ONE_LINE)
    now["fresh"] = table["lead_first"]
    keeps = outbound.dialler["keep"].copy()
    _catch_up(outbound, now, keeps, workload.start_tick)
    people = np.zeros(len(leads.cell), book.LEAD)
    people["campaign"] = np.repeat(np.arange(len(table)), table["lead_last"] - table["lead_first"])
    lines = np.full(2 * len(table), -1, book.LEADS_DUE)
    groups = np.arange(len(tables.group) + 1)
    return dict(
        **outbound.columns() | {"switch": _from(outbound.switch, workload.start_tick)},
        dialler_first=np.searchsorted(outbound.dialler["group"], groups).astype(np.int32),
        lead_cell=leads.cell,
        lead_callable=leads.callable,
        fortune=leads.fortune,
        campaigns=now,
        leads=people,
        lines_of_leads=lines,
        cells=np.zeros(len(outbound.cell_quota), np.int64),
        keeps=keeps,
        ringing=np.zeros(len(tables.group), np.int64),
        due_tick=np.empty(len(leads.cell), np.int64),
        due_lead=np.empty(len(leads.cell), np.int32),
    )


def _catch_up(
    outbound: Outbound, now: npt.NDArray[Any], keeps: npt.NDArray[np.int64], tick: int
) -> None:
    """Let what the clock changed before the start be changed."""
    now["band"] = -1
    for row in outbound.switch[outbound.switch["tick"] < tick]:
        if row["what"] == TO_BAND:
            now["band"][row["number"]] = row["value"]
        else:
            keeps[row["number"]] = row["value"]


def _agents(group: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    agents = np.zeros(len(group), book.AGENT)
    agents["group"] = group
    agents["seat"] = agents["holder"] = np.arange(len(group))
    for name in ("row", "before", "behind"):
        agents[name] = -1
    return agents


def _crews(count: int) -> npt.NDArray[Any]:
    crews = np.zeros(count, book.CREW)
    crews["head"] = crews["tail"] = -1
    return crews


def _queues(count: int) -> npt.NDArray[Any]:
    queues = np.zeros(count, book.LINE)
    queues["root"] = -1
    return queues


def _legs(room: int) -> npt.NDArray[Any]:
    legs = np.zeros(room, book.LEG)
    legs["left"] = np.arange(1, room + 1)
    legs["left"][-1] = -1
    legs["row"] = -1
    return legs


def _counters(tables: Tables) -> npt.NDArray[np.int64]:
    n = np.zeros(book.COUNTERS, np.int64)
    n[book.CONDITIONAL] = int(np.any(tables.group["conditional"]))
    return n


def _logs(world: book.World) -> tuple[CallLog, AgentLog]:
    rows, spells = int(world["n"][book.ROWS]), int(world["n"][book.SPELLS])
    calls = {name: world[f"log_{name}"][:rows] for name in CALL_COLUMNS}
    order = np.lexsort((world["spell_start"][:spells], world["spell_agent"][:spells]))
    agents = {name: world[f"spell_{name}"][:spells][order] for name in AGENT_COLUMNS}
    return CallLog.of(**calls), AgentLog.of(**agents)
