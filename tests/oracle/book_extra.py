"""Cases of the book nobody asked for: rules of the house with exact answers of their own."""

from typing import Final

from callcenter.measures.tally import Detail
from tests.oracle import extra
from tests.oracle.ledger import Case, Cell, Exact, Line, queue_lines
from tests.oracle.single import single_queue

_CHAIN: Final = "Markov chain, solved"
_WITHIN: Final = 20.0


def _one(what: str, measure: str, theirs: float, *cells: Cell, seconds: bool = False) -> Line:
    return Line(what=what, measure=measure, theirs=theirs, cells=cells or ({},), seconds=seconds)


def _balking() -> list[Line]:
    exact = extra.balking_by_length(
        0.11,
        service_rate=1 / 60,
        agents=6,
        patience_rate=1 / 180,
        steps={0: 0.1, 2: 0.3, 4: 0.6, 6: 0.9},
    )
    return queue_lines(exact, levels=True)


def _tandem() -> list[Line]:
    stations = extra.network(
        [0.06, 0.01],
        service_rates=[1 / 60, 1 / 90],
        agents=[6, 4],
        transfer=[[0.0, 0.4], [0.2, 0.0]],
    )
    lines = []
    for queue, group, exact in zip(
        ("desk", "expert"), ("agents", "experts"), stations, strict=True
    ):
        asked: Exact = {key: value for key, value in exact.items() if key != "occupancy"}
        lines += queue_lines(asked, cell={"queue": queue})
        lines.append(_one(f"occupancy, {group}", "occupancy", exact["occupancy"], {"group": group}))
    return [*lines, _one("legs per call", "attempts_per_call", _legs(stations))]


def _relay() -> list[Line]:
    stations = extra.network(
        [1 / 6, 0.0],
        service_rates=[1 / 30, 1 / 60],
        agents=[7, 12],
        transfer=[[0.0, 1.0], [0.0, 0.0]],
    )
    return [
        line
        for queue, exact in zip(("desk", "expert"), stations, strict=True)
        for line in queue_lines(
            {key: value for key, value in exact.items() if key != "occupancy"},
            cell={"queue": queue},
        )
    ]


def _legs(stations: list[extra.Measures]) -> float:
    return sum(station["flow"] for station in stations) / 0.07


def _levels() -> list[Line]:
    names, rates = ("high", "middle", "low"), (60 / 3600, 90 / 3600, 120 / 3600)
    waits = extra.levels(rates, service_rate=1 / 60, agents=5)
    whole = single_queue(sum(rates), service_rate=1 / 60, agents=5)
    return [
        *(
            _one(f"average speed of answer (s), {name}", "asa", wait, {"queue": name})
            for name, wait in zip(names, waits, strict=True)
        ),
        *_unmoved(whole),
    ]


def _unmoved(whole: Exact) -> list[Line]:
    """Return what no order of service changes, as long as nobody hangs up."""
    return [
        _one("must wait, all", "delay_rate", whole["p_wait"]),
        _one("average speed of answer (s), all", "asa", whole["mean_wait_answered"]),
        _one("mean queue, all", "mean_queue", whole["mean_queue"]),
        _one("occupancy", "occupancy", whole["occupancy"]),
    ]


def _mixed_levels() -> list[Line]:
    return _unmoved(single_queue(270 / 3600, service_rate=1 / 60, agents=5))


def _weighted() -> list[Line]:
    rates = (150 / 3600, 120 / 3600)
    waits = extra.weighted(rates, weights=(1, 3), service_rate=1 / 60, agents=5)
    return [
        *(
            _one(f"average speed of answer (s), {name}", "asa", wait, {"queue": name})
            for name, wait in zip(("plain", "dear"), waits, strict=True)
        ),
        *_unmoved(single_queue(sum(rates), service_rate=1 / 60, agents=5)),
    ]


def _reserve() -> list[Line]:
    design = extra.Reserve(
        dear_rate=0.05,
        plain_rate=0.04,
        service_rate=1 / 60,
        patience_rate=1 / 120,
        agents=8,
        kept=2,
    )
    dear, plain, occupancy = extra.reserve(design)
    return [
        *queue_lines(dear, cell={"queue": "dear"}),
        *queue_lines(plain, cell={"queue": "plain"}),
        _one("occupancy", "occupancy", occupancy),
    ]


def _helpers() -> list[Line]:
    design = extra.Helpers(
        arrival_rate=0.09,
        service_rate=1 / 60,
        help_rate=1 / 90,
        patience_rate=1 / 150,
        agents=5,
        helpers=2,
        threshold=3,
    )
    exact = extra.helpers(design)
    return [
        *queue_lines(exact),
        _one("occupancy, agents", "occupancy", exact["occupancy/agents"], {"group": "agents"}),
        _one("occupancy, leaders", "occupancy", exact["occupancy/helpers"], {"group": "leaders"}),
    ]


def _failing() -> list[Line]:
    design = extra.Failing(
        arrival_rate=0.03,
        service_rate=1 / 60,
        patience_rate=1 / 120,
        failure_rate=1 / 1800,
        repair_rate=1 / 600,
        machines=3,
    )
    exact = extra.failing(design)
    return [
        *queue_lines(exact),
        _one("machines present", "agents_present", exact["agents_present"]),
    ]


def _call_backs() -> list[Line]:
    rate = 252 / 3600
    whole = single_queue(rate, service_rate=1 / 60, agents=5)
    longer = extra.patient_wait_law(rate, service_rate=1 / 60, agents=5)
    half, offer = 0.5, 40.0
    soon = 1 - longer(_WITHIN) + half * (longer(offer) - longer(offer + _WITHIN))
    return [
        _one("accept a call-back", "callbacks_accepted / calls", half * longer(offer)),
        _one("answered within 20 s of (re)joining", "answered_within / calls", soon),
        _one("mean queue, call-backs in it", "mean_queue", whole["mean_queue"]),
        _one("occupancy", "occupancy", whole["occupancy"]),
    ]


def _choice(how: str) -> Case:
    return Case(
        name=f"choice-{how}",
        title=f"Who of the free takes the call: {how}",
        about="240 an hour, handling 60 s, 6 agents, no queue. "
        + (
            "In order, agent j carries `A (B(j-1) - B(j))` of the load A."
            if how == "ordered"
            else "By symmetry all agents are busy alike."
        ),
        source="Erlang's loss formula",
        world=f"choice-{how}",
        lines=lambda: _choice_lines(ordered=how == "ordered"),
        detail=Detail.FULL,
    )


def _choice_lines(*, ordered: bool) -> list[Line]:
    load, agents = 4.0, 6
    blocked = [1.0]
    for count in range(1, agents + 1):
        blocked.append(load * blocked[-1] / (count + load * blocked[-1]))
    each = [
        load * (blocked[j] - blocked[j + 1]) if ordered else load * (1 - blocked[-1]) / agents
        for j in range(agents)
    ]
    return [
        _one("find all busy", "blocking_rate", blocked[-1]),
        *(
            _one(f"occupancy of agent {j + 1}", "occupancy", each[j], {"agent": str(j)})
            for j in range(agents)
        ),
    ]


EXTRA: Final = (
    Case(
        name="balking-by-length",
        title="Balking by the length of the queue",
        about="396 an hour, handling 60 s, 6 agents, patience 180 s. Of those who must wait 10 % hang up at "
        "once, 30 % with two ahead, 60 % with four, 90 % with six.",
        source="birth-death chain",
        world="balking-by-length",
        lines=_balking,
    ),
    Case(
        name="tandem",
        title="Transfers there and back",
        about="216 an hour at the desk (6 agents, 60 s), 36 at the expert's (4, 90 s); the desk hands over "
        "40 %, the expert sends 20 % back.",
        source="Jackson network",
        world="tandem",
        lines=_tandem,
    ),
    Case(
        name="relay",
        title="Every call handed on",
        about="600 an hour at the desk (7 agents, 30 s), each handed to the experts (12, 60 s), whom "
        "nobody dials.",
        source="Jackson network",
        world="relay",
        lines=_relay,
    ),
    Case(
        name="levels",
        title="Three levels of priority",
        about="60, 90 and 120 an hour share 5 agents, handling 60 s, nobody hangs up.",
        source="Cobham 1954",
        world="levels",
        lines=_levels,
    ),
    Case(
        name="mixed-levels",
        title="Priorities that age, in one queue",
        about="270 an hour, 5 agents, 60 s; three levels, each worth 30 s of waiting. The order of service "
        "changes neither the mean wait nor the queue.",
        source="conservation law",
        world="mixed-levels",
        lines=_mixed_levels,
    ),
    Case(
        name="weighted",
        title="Longest weighted wait",
        about="150 plain and 120 dear an hour, 5 agents, 60 s; a minute of the dear counts for three.",
        source="Kleinrock 1964, delay-dependent priorities",
        world="weighted",
        lines=_weighted,
    ),
    Case(
        name="reserve",
        title="Reserve of free agents",
        about="180 dear and 144 plain an hour, 8 agents, 60 s, patience 120 s; plain calls are taken only "
        "while more than two agents are free.",
        source=_CHAIN,
        world="reserve",
        lines=_reserve,
    ),
    Case(
        name="helpers",
        title="Part leaders who help when three wait",
        about="324 an hour, 5 agents (60 s), 2 leaders (90 s) who take the first caller while at least three "
        "wait; patience 150 s.",
        source=_CHAIN,
        world="helpers",
        lines=_helpers,
    ),
    Case(
        name="breakdowns",
        title="Machines that fail",
        about="108 an hour at 3 machines, 60 s, patience 120 s; a machine fails after 30 minutes on average, "
        "finishes who it serves, and is repaired 10 minutes after it failed.",
        source=_CHAIN,
        world="breakdowns",
        lines=_failing,
    ),
    Case(
        name="call-backs",
        title="Call-backs that keep their place",
        about="252 an hour, 5 agents, 60 s; after 40 s in the queue half accept and hang up. For the agents "
        "nothing changes, so that the queue is M/M/c's.",
        source="closed form",
        world="call-backs",
        lines=_call_backs,
    ),
    *(_choice(how) for how in ("longest-idle", "least-occupied", "random", "ordered")),
)
