"""Cases of the book without end: one queue, several types, those who come back, menus and lines."""

from collections.abc import Callable
from typing import Final

import numpy as np

from tests.oracle import cases, extra
from tests.oracle.ledger import SL, Case, Exact, Line, queue_lines
from tests.oracle.phases import Phases, phase_queue
from tests.oracle.single import single_queue

_CHAIN: Final = "Markov chain, solved"
_FORMULA: Final = "closed form"


def _plain(
    name: str, title: str, about: str, exact: Callable[[], Exact], *, world: str = "",
    source: str = _CHAIN, settings: tuple[str, ...] = (), levels: bool = False,
) -> Case:  # fmt: skip
    return Case(
        name=name,
        title=title,
        about=about,
        source=source,
        world=world or name,
        lines=lambda: queue_lines(exact(), levels=levels),
        settings=settings,
    )


def _delay() -> list[Line]:
    law = extra.patient_wait_law(0.07, service_rate=1 / 120, agents=12)
    p_wait, slack = law(0.0), 12 / 120 - 0.07
    percentiles = [
        Line(
            what=f"{percent} % wait at most (s)",
            measure=f"wait_p{percent}",
            theirs=float(np.log(p_wait / (1 - percent / 100)) / slack),
        )
        for percent in (90, 95, 99)
    ]
    return queue_lines(cases.delay()) + percentiles


def _quiet() -> Exact:
    found = single_queue(246 / 3600, service_rate=1 / 150, agents=26, patience_rate=1 / 300)
    return {"occupancy": found["occupancy"]}


def _stages() -> list[Line]:
    handling = Phases(
        start=[1, 0, 0], rates=[1 / 30, 1 / 10, 1 / 30], onward=[[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    )
    exact = phase_queue(0.06, handling=handling, agents=5, patience_rate=1 / 180, places=60)
    times = {"talk": 30, "hold": 10, "wrap": 30, "handling": 70}
    return queue_lines(exact) + [
        Line(what=f"mean {name} (s)", measure=f"mean_{name}", theirs=mean)
        for name, mean in times.items()
    ]


def _by_type(exact: Exact, *, queues: tuple[str, ...], groups: tuple[str, ...]) -> list[Line]:
    asked = {key: value for key, value in exact.items() if not key.startswith("occupancy/")}
    lines = [
        line
        for k, queue in enumerate(queues)
        for line in queue_lines(asked, suffix=f"/{k}", cell={"queue": queue})
        if len(queues) > 1
    ]
    total = {key: value for key, value in exact.items() if "/" not in key}
    lines += queue_lines(total)
    return lines + [
        Line(
            what=f"occupancy, {group}",
            measure="occupancy",
            theirs=exact[f"occupancy/{g}"],
            cells=({"group": group},),
        )
        for g, group in enumerate(groups)
        if len(groups) > 1
    ]


def _attempts(exact: Exact, *, tries: str) -> list[Line]:
    """Return the lines of a world where who is blocked never enters the queue."""
    found = [
        ("must wait", f"delayed / {tries}", "p_wait", False),
        ("hear the busy signal", "busy_signals / arrived", "p_block", False),
        ("hang up", f"abandoned / {tries}", "p_abandon", False),
        ("answered", f"answered / {tries}", "p_answered", False),
        ("answered within 20 s", f"answered_within / {tries}", SL, False),
        ("mean wait of all let in (s)", "wait_offered / offered", "mean_wait_all", True),
        ("average speed of answer (s)", "asa", "mean_wait_answered", False),
        ("attempts per call", "attempts_per_call", "attempts_per_call", False),
        ("self-served", "self_served / arrived", "p_self_service", False),
        ("occupancy", "occupancy", "occupancy", False),
        ("mean queue", "mean_queue", "mean_queue", False),
    ]
    return [
        Line(what=what, measure=measure, theirs=exact[key], seconds=seconds)
        for what, measure, key, seconds in found
        if exact.get(key, 0.0) > _RARE
    ] + _first_attempts(exact)


def _first_attempts(exact: Exact) -> list[Line]:
    if "p_lost" not in exact:
        return []
    return [
        Line(
            what="calls answered in the end",
            measure="calls_answered / calls",
            theirs=1 - exact["p_lost"],
        )
    ]


_RARE: Final = 1e-4
"""Shares below this are too rare to be counted."""
_RETRIED: Final = "(offered + busy_signals)"

STEADY: Final = (
    Case(
        name="delay",
        title="M/M/c",
        about="252 an hour, handling 120 s, 12 agents, nobody hangs up (H1, load 70 %).",
        source=_FORMULA,
        world="delay",
        lines=_delay,
    ),
    _plain(
        "abandonment",
        "M/M/26+M, 492 an hour (F12)",
        "Handling 150 s, patience 300 s.",
        cases.abandonment,
        world="crowd",
        levels=True,
    ),
    _plain(
        "quiet",
        "M/M/26+M, 246 an hour (F12)",
        "Almost nobody waits: one in a million hangs up, too few to count.",
        _quiet,
        world="crowd",
        settings=("queue.phone.arrivals.per_hour=246",),
    ),
    _plain(
        "overload",
        "M/M/26+M, 700 an hour (F12)",
        "Load 112 %: what hanging up alone keeps stable.",
        cases.overload,
        world="crowd",
        settings=("queue.phone.arrivals.per_hour=700",),
    ),
    _plain("loss", "M/M/c/c", "360 an hour, handling 60 s, 7 agents, no queue.", cases.loss),
    _plain("bounded", "M/M/c/K", "As above, five may wait (12 lines).", cases.bounded),
    _plain(
        "bounded-abandonment",
        "M/M/c/K+M",
        "As above, patience 90 s.",
        cases.bounded_abandonment,
        levels=True,
    ),
    _plain(
        "patience-fixed",
        "M/M/c+D",
        "396 an hour, handling 60 s, 7 agents; everybody hangs up after exactly 60 s.",
        cases.fixed_patience,
        source="quadrature of the offered wait",
    ),
    _plain(
        "patience-uniform",
        "M/M/c+U",
        "As above, patience uniform from 0 to 120 s.",
        cases.uniform_patience,
        source="quadrature of the offered wait",
    ),
    _plain(
        "patience-erlang",
        "M/M/c+E2",
        "As above, patience Erlang of two stages, mean 60 s.",
        cases.erlang_patience,
        source="quadrature of the offered wait",
    ),
    _plain(
        "patience-mixed",
        "M/M/c+H2",
        "As above, 60 % of callers with mean patience 20 s, 40 % with 120 s.",
        cases.mixed_patience,
        source="quadrature of the offered wait",
    ),
    _plain(
        "handling-fixed",
        "M/D/c",
        "216 an hour, handling exactly 70 s, 5 agents (load 84 %).",
        cases.fixed_handling,
        source="Crommelin; Franx 2001",
    ),
    _plain(
        "handling-erlang",
        "M/E2/c",
        "As above, handling Erlang of two stages.",
        cases.erlang_handling,
    ),
    _plain(
        "handling-mixed",
        "M/H2/c+M",
        "As above, 80 % handled in 40 s, 20 % in 190 s, patience 180 s.",
        cases.mixed_handling,
    ),
    Case(
        name="talk-and-wrap-up",
        title="Talk, hold and after-call work",
        about="216 an hour, talk 30 s, hold 10 s, after-call work 30 s, 5 agents, patience 180 s.",
        source=_CHAIN,
        world="talk-and-wrap-up",
        lines=_stages,
    ),
    Case(
        name="priority",
        title="V design with priority",
        about="108 and 216 an hour share 6 agents, handling 60 s, patience 120 s; the first type first.",
        source=_CHAIN,
        world="priority",
        lines=lambda: _by_type(cases.priority(), queues=("first", "second"), groups=("agents",)),
    ),
    Case(
        name="n-design",
        title="N design",
        about="Type 0 (216 an hour) to group 0 (4), else group 1 (3); type 1 (144) to group 1, first there. "
        "Handling 60 s in group 0 and 75 s in group 1, patience 120 s and 90 s.",
        source=_CHAIN,
        world="n-design",
        lines=lambda: _by_type(
            cases.n_design(), queues=("type0", "type1"), groups=("group0", "group1")
        ),
    ),
    Case(
        name="unequal",
        title="Ordered agents of unequal speed",
        about="90 an hour; the quick agent (40 s) before the slow one (100 s); patience 120 s.",
        source=_CHAIN,
        world="unequal",
        lines=lambda: _by_type(cases.unequal_agents(), queues=("phone",), groups=("quick", "slow")),
    ),
    Case(
        name="retrials",
        title="M/M/c/c with retrials",
        about="288 an hour on 6 lines and agents, handling 60 s; each busy signal is redialled with 70 %, "
        "after an exponential 120 s, as often as it takes. Shares are of attempts.",
        source=_CHAIN,
        world="retrials",
        lines=lambda: _attempts(cases.retrials(), tries=_RETRIED),
    ),
    Case(
        name="redials",
        title="Redials after hanging up",
        about="324 an hour, 20 lines, 6 agents, patience 60 s; 70 % redial a busy signal, 40 % after "
        "hanging up.",
        source=_CHAIN,
        world="redials",
        lines=lambda: _attempts(cases.redials(), tries=_RETRIED),
    ),
    Case(
        name="ivr",
        title="Menu and trunks",
        about="540 an hour on 16 trunks; menu 30 s, 30 % served there; talk 60 s, 7 agents, patience 90 s.",
        source=_CHAIN,
        world="ivr",
        lines=lambda: _attempts(cases.ivr(), tries="offered"),
    ),
    Case(
        name="ivr-wrap-up",
        title="Menu, trunks and after-call work",
        about="As above, talk 45 s on the trunk and 20 s of after-call work without it.",
        source=_CHAIN,
        world="ivr-wrap-up",
        lines=lambda: _attempts(cases.ivr_with_wrap_up(), tries="offered"),
    ),
)
