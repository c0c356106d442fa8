"""Random scenarios for hypothesis: the whole language, on round minutes so that much coincides."""

from functools import cache
from typing import Any

from hypothesis import assume, strategies as st

from callcenter.clock import HOUR, MINUTE
from callcenter.domain.agents import AgentState
from simulation.plan import Plan
from simulation.scenario.model import Scenario
from simulation.scenario.rules import problems
from simulation.state import AgentOverride, CallInProgress, InitialState, Progress

Tree = dict[str, Any]
QUEUES = ("tax", "water", "roads")
GROUPS = ("desk", "floor", "leads")
SHARE = st.sampled_from((0.0, 0.25, 0.5, 1.0))
SOME_SHARE = st.sampled_from((0.25, 0.5, 0.75))
BUNDLES = ("trunk", "city")
TIMES = ("08:00", "08:30", "09:00", "09:30", "10:00")
NONE = st.nothing()


def minutes(least: int = 0, most: int = 6) -> st.SearchStrategy[str]:
    """Draw a constant duration."""
    return st.integers(least, most).map(lambda number: f"{number}m")


def _distribution(name: str, **parameters: Any) -> st.SearchStrategy[Tree]:
    fixed = {"distribution": st.just(name)} | parameters
    bounds = {"shift": minutes(0, 2), "at_most": st.just("1h")}
    return st.fixed_dictionaries(fixed, optional=bounds)


def variates() -> st.SearchStrategy[Any]:
    """Draw how a person writes a random duration; most are such that values coincide."""
    mean, cv = minutes(1), st.sampled_from((0.5, 1.0, 2.0))
    plain = st.one_of(
        minutes(),
        minutes(),
        _distribution("empirical", values=st.lists(minutes(), min_size=1, max_size=3)),
        _distribution("exponential", mean=mean),
        _distribution("gamma", mean=mean, cv=cv),
        _distribution("erlang", mean=mean, phases=st.integers(1, 3)),
        _distribution("lognormal", mean=mean, cv=cv),
        _distribution("weibull", mean=mean, shape=st.sampled_from((0.7, 1.5))),
        _distribution("hyperexponential", mean=mean, cv=st.sampled_from((1.0, 2.0))),
        _distribution("uniform", low=minutes(0, 2), high=minutes(3, 6)),
        _distribution("triangular", low=minutes(0, 1), mode=minutes(2, 3), high=minutes(4, 6)),
    )
    mixed = st.tuples(SOME_SHARE, plain, plain).map(
        lambda parts: {
            "distribution": "mixture",
            "parts": [
                {"share": parts[0], "of": parts[1]},
                {"share": 1 - parts[0], "of": parts[2]},
            ],
        }
    )
    by_time = st.tuples(plain, plain).map(
        lambda both: {"distribution": "by-time", "times": {"08:00": both[0], "09:00": both[1]}}
    )
    return st.one_of(plain, plain, plain, mixed, by_time)


VARIATE = variates()


# --- The calendar ------------------------------------------------------------------------------------


def hours() -> st.SearchStrategy[str]:
    """Draw the hours of a day, some with a break at noon and some all day long."""
    return st.sampled_from(
        ("08:00-10:00", "08:00-09:00, 09:30-10:30", "09:00-10:00", "24h", "08:00-10:00", "closed")
    )


def calendars() -> st.SearchStrategy[Tree]:
    """Draw up to four days around a weekend and a holiday."""
    first = st.sampled_from(("2009-01-22", "2009-01-23"))
    last = st.sampled_from(("2009-01-23", "2009-01-26", "2009-01-28"))
    span = st.tuples(first, last)
    return st.builds(
        lambda span, rest: {"first": span[0], "last": span[1], **rest},
        span,
        st.fixed_dictionaries(
            {"open": st.sampled_from(("every-day", "mon-fri")).flatmap(_week)},
            optional={
                "holidays": st.sampled_from(("south-korea", "none")),
                "closed": st.just({"2009-01-28": "snow"}),
                "special": st.just({"2009-01-26": "09:00-09:30"}),
                "at_closing": st.sampled_from(("serve", "release")),
            },
        ),
    )


def _week(days: str) -> st.SearchStrategy[Tree]:
    return hours().map(lambda of_day: {days: of_day})


# --- Queues ------------------------------------------------------------------------------------------


def arrivals() -> st.SearchStrategy[Any]:
    """Draw how callers come, but not from files."""
    rate = st.fixed_dictionaries(
        {"per_hour": st.one_of(st.integers(0, 12), st.just({"08:00": 4, "09:00": 12}))},
        optional={
            "shape": st.sampled_from(("steps", "lines")),
            "weekday": st.just({"fri": 2}),
            "month": st.just({"jan": 0.5}),
            "events": st.just({"snow": 3}),
            "busyness": st.just("of-the-day"),
            "until": st.just("09:30"),
        },
    )
    profile = st.fixed_dictionaries(
        {"profile": st.just({"08:00": 1, "08:30": 2}), "per_day": st.integers(0, 20)}
    )
    counts = st.dictionaries(st.sampled_from(TIMES), st.integers(0, 8), min_size=1).map(
        lambda counts: {"counts": dict(sorted(counts.items()))}
    )
    appointments = st.fixed_dictionaries(
        {"at": st.lists(st.sampled_from(TIMES), min_size=1, max_size=4)},
        optional={
            "each": st.integers(1, 3),
            "shows_up": SHARE,
            "late_by": VARIATE,
            "days": st.just("every-day"),
        },
    )
    return st.one_of(counts, appointments, appointments, rate, profile, st.just("none"))


ARRIVALS = arrivals()


def _balking() -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.fixed_dictionaries({"probability": SHARE}),
        st.fixed_dictionaries(
            {"by_queue_length": st.dictionaries(st.integers(0, 4), SHARE, min_size=1)}
        ),
        st.fixed_dictionaries(
            {"by_announced_wait": st.dictionaries(minutes(0, 9), SHARE, min_size=1)}
        ),
    )


BALKING = _balking()
CALL_BACK: dict[str, st.SearchStrategy[Any]] = {
    "offer_after": minutes(0, 4),
    "accepted": SHARE,
    "dial": VARIATE,
    "reached": SHARE,
}
KEEPS_PLACE = st.fixed_dictionaries(CALL_BACK)
IN_A_SLOT = st.fixed_dictionaries(CALL_BACK | {"mode": st.just("slot"), "delay": VARIATE})


@cache
def _queue(number: int, queues: int, bundles: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    later = [name for name in QUEUES[:queues] if name != QUEUES[number]]
    redial = {"after_abandoning": SHARE, "after_busy": SHARE, "delay": VARIATE}
    unresolved = {"share": SHARE, "calls_again": SHARE, "delay": VARIATE}
    return st.fixed_dictionaries(
        {"talk": VARIATE, "arrivals": ARRIVALS},
        optional={
            "open": _week("every-day"),
            "lines": st.sampled_from(bundles) if bundles else NONE,
            "ivr": st.fixed_dictionaries({"duration": VARIATE, "self_service": SHARE}),
            "patience": VARIATE,
            "balking": BALKING,
            "queue_limit": st.integers(0, 3),
            "redial": st.fixed_dictionaries(redial, optional={"at_most": st.integers(1, 3)}),
            "ring": VARIATE,
            "hold": VARIATE,
            "after_call": VARIATE,
            "unresolved": st.fixed_dictionaries(
                unresolved, optional={"at_most": st.integers(1, 2)}
            ),
            "call_back": st.one_of(KEEPS_PLACE, IN_A_SLOT),
            "transfer": st.dictionaries(st.sampled_from(later), SOME_SHARE, max_size=1)
            if later
            else NONE,
            "priority": st.one_of(st.integers(0, 3), st.just({0: 0.5, 2: 0.5})),
            "order": minutes(1, 4).map(lambda worth: {"ageing": worth}),
            "weight": st.integers(1, 3),
        },
    )


# --- Groups ------------------------------------------------------------------------------------------


@cache
def _skill(groups: int) -> st.SearchStrategy[Any]:
    busy = st.fixed_dictionaries({"group": st.sampled_from(GROUPS[:groups]), "share": SHARE})
    table = st.fixed_dictionaries(
        {},
        optional={
            "rank": st.integers(1, 2),
            "call_rank": st.integers(1, 2),
            "speed": st.sampled_from((0.5, 1.25, 2.0)),
            "after": minutes(0, 3),
            "when_waiting": st.integers(0, 3),
            "when_busy": busy,
            "leave_free": st.integers(0, 1),
        },
    )
    return st.one_of(st.integers(1, 2), table)


def _presence(headcount: int, shifts: list[str]) -> st.SearchStrategy[Tree]:
    staffing = st.dictionaries(st.sampled_from(TIMES), st.integers(0, headcount), min_size=1)
    ways = [
        st.just({"always": True}),
        staffing.map(lambda numbers: {"staffing": dict(sorted(numbers.items()))}),
    ]
    if shifts:
        ways.append(
            st.sampled_from(shifts).flatmap(
                lambda shift: st.integers(0, headcount).map(lambda n: {"shifts": {shift: n}})
            )
        )
    return st.one_of(ways)


@st.composite
def _group(draw: st.DrawFn, number: int, queues: int, groups: int, shifts: list[str]) -> Tree:
    """Draw a group; the first serves every queue, since somebody must."""
    names = QUEUES[:queues]
    served = names if number == 0 else draw(st.lists(st.sampled_from(names), unique=True))
    headcount = draw(st.integers(0 if number else 1, 4))
    return {
        "headcount": headcount,
        "serves": {name: draw(_skill(groups)) for name in served},
        **draw(_presence(headcount, shifts)),
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "chooses": st.sampled_from(
                        ("longest-idle", "least-occupied", "ordered", "random")
                    ),
                    "takes": st.sampled_from(("longest-wait", "longest-weighted-wait")),
                    "leaving": st.sampled_from(("finish", "hand-back")),
                    "absence": SOME_SHARE,
                    "shrinkage": st.fixed_dictionaries(
                        {"share": SOME_SHARE, "spell": minutes(5, 9)}
                    ),
                    "breakdown": st.fixed_dictionaries(
                        {"every": minutes(20, 40), "repair": minutes(1, 9)}
                    ),
                },
            )
        ),
    }


SHIFTS: dict[str, Tree] = {
    "early": {
        "days": "every-day",
        "start": "08:00",
        "end": "09:30",
        "pauses": [{"kind": "break", "at": "08:30", "length": "5m", "waves": 2}],
    },
    "late": {
        "days": "every-day",
        "start": "08:30",
        "end": "10:00",
        "pauses": [
            {"kind": "lunch", "at": "09:00", "length": "10m"},
            {"kind": "meeting", "at": "09:30", "length": "3m"},
        ],
    },
    "night": {"days": "every-day", "start": "00:00", "end": "08:30"},
}


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a scenario that may be run."""
    queues, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    bundles = BUNDLES[: draw(st.integers(0, 2))]
    shifts = draw(st.lists(st.sampled_from(list(SHIFTS)), unique=True))
    tree = {
        "scenario": "drawn",
        "calendar": draw(calendars()),
        "event": {"snow": {"dates": ["2009-01-26"]}},
        "busyness": {"of-the-day": {"cv": 0.5}},
        "lines": {name: draw(st.integers(0, 4)) for name in bundles},
        "queue": {QUEUES[q]: draw(_queue(q, queues, bundles)) for q in range(queues)},
        "shift": {name: SHIFTS[name] for name in shifts},
        "group": {GROUPS[g]: draw(_group(g, queues, groups, shifts)) for g in range(groups)},
    }
    scenario = Scenario.model_validate(tree)
    assume(not problems(scenario))
    return scenario


# --- A day that has begun ----------------------------------------------------------------------------


@st.composite
def initial_states(draw: st.DrawFn, plan: Plan) -> InitialState:
    """Draw what is true at some time of the first day."""
    at = draw(st.sampled_from((8 * HOUR, 9 * HOUR, 9 * HOUR + 30 * MINUTE)))
    agents = [
        (group.name, number)
        for group in plan.programme.groups
        for number in range(len(group.agents))
    ]
    names = [queue.name for queue in plan.programme.queues]
    calls = []
    for _ in range(draw(st.integers(0, 4))):
        progress = draw(st.sampled_from(Progress if agents else [Progress.WAITING]))
        busy: dict[str, Any] = {}
        if progress is not Progress.WAITING:
            group, number = agents.pop(draw(st.integers(0, len(agents) - 1)))
            busy = {"group": group, "agent": number}
        calls.append(
            CallInProgress(
                queue=draw(st.sampled_from(names)),
                progress=progress,
                elapsed=draw(st.integers(0, 6)) * MINUTE,
                priority=draw(st.integers(0, 3)),
                **busy,
            )
        )
    away = st.sampled_from((AgentState.ABSENT, AgentState.AWAY, AgentState.OFFLINE))
    overrides = (
        tuple(
            AgentOverride(group=group, agent=number, state=draw(away), until=at + 20 * MINUTE)
            for group, number in draw(st.lists(st.sampled_from(agents), max_size=2, unique=True))
        )
        if agents
        else ()
    )
    return InitialState(at=at, calls=tuple(calls), agents=overrides)
