"""A whole day of the city's centre, as its switch would tell it."""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from callcenter.clock import DAY as ONE_DAY
from callcenter.domain.calls import LegKind
from callcenter.telephony.events import Told
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import narrate
from simulation.engines import engine
from simulation.lead_ends import lead_ends
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load

BUCHEON: Final = Path(__file__).resolve().parents[1] / "configs" / "scenarios" / "bucheon-2009.yaml"
DAY: Final = "2026-07-01"
MIDNIGHT: Final = 1_782_831_600_000_000
"""Of that day, in Seoul."""


@cache
def a_day(source: str) -> tuple[Told, ...]:
    """Tell the first day on which anybody calls."""
    order = Order.of(compile_plan(load(BUCHEON)), seed=7)
    workload = draw(order, 0)
    calls, agents = engine("fast")(order.plan.tables, workload)
    _, came_to = lead_ends(calls, order.plan.tables, workload)
    first = int(np.min(calls.arrived)) // ONE_DAY
    frame = order.plan.frame
    names = Names.of_centre(
        queues=frame.called,
        groups=frame.groups,
        agent_group=frame.agent_group,
        call_prefix="20260701-",
        origin=MIDNIGHT - first * ONE_DAY,
    )
    logs = []
    for log, key in ((calls, "arrived"), (agents, "start")):
        rows = log.columns()[key] // ONE_DAY == first
        logs.append(type(log).of(**{name: column[rows] for name, column in log.columns().items()}))
    dialled = calls.arrived[calls.kind == LegKind.OUTBOUND] // ONE_DAY == first
    told = narrate(
        logs[0], logs[1], names=names, source=source, dispositions=came_to[dialled].tolist()
    )
    return tuple(told)
