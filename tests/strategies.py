"""Random worlds for hypothesis: the whole space of an engine on so few ticks that everything collides."""

from itertools import pairwise

from hypothesis import strategies as st

from callcenter.clock import NEVER
from callcenter.domain.agents import AgentState
from callcenter.domain.outbound import Disposition
from simulation.state import Progress
from simulation.tables import CERTAIN, CHOICES, COINS, DURATIONS, FORTUNE, MODES
from tests.scene_campaigns import ACampaign, ACourse, ADialler, ALead, Fate
from tests.scenes import (
    OPEN,
    ACall,
    AGroup,
    AlreadyThere,
    AQueue,
    ASkill,
    Scene,
)

HALF = CERTAIN // 2
LARGEST_COIN = CERTAIN - 1
SHORT = st.integers(0, 6)
COIN = st.sampled_from((0, HALF - 1, HALF, LARGEST_COIN))
THRESHOLD = st.sampled_from((CERTAIN, HALF, CERTAIN, 0))
UNSETTLED = st.sampled_from((0, HALF))
MOSTLY = st.sampled_from((True, True, False))
SPEED = st.sampled_from((1_000_000, 333_333, 500_000, 1_250_000, 2_000_000))
LAST = 20
"""Whatever is planned, is planned until then; consequences may come later."""

COLUMNS = (*DURATIONS, *COINS, "priority")
FEATURES = (
    "ageing",
    "balking",
    "campaigns",
    "call-back",
    "closing",
    "conditions",
    "choices",
    "hand-back",
    "ivr",
    "lines",
    "limit",
    "priorities",
    "redial",
    "repeat",
    "seats",
    "start",
    "transfer",
    "weights",
    "wrap",
)


def _value(column: str) -> st.SearchStrategy[int]:
    if column in COINS:
        return COIN
    if column == "priority":
        return st.integers(0, 3)
    if column == "patience":
        return st.one_of(SHORT, st.just(NEVER))
    return SHORT


_VALUES = {column: _value(column) for column in COLUMNS}
_NEEDS = {
    "ivr": {"ivr", "self_service"},
    "redial": {"redial", "redial_delay"},
    "repeat": {"repeat", "repeat_delay", "resolved"},
    "call-back": {"callback_delay", "dial", "accept", "reached"},
    "transfer": {"transfer"},
    "balking": {"balk"},
    "choices": {"choice"},
    "priorities": {"priority"},
    "wrap": {"wrap", "hold"},
}
"""Columns that are drawn only where a feature looks at them."""


def _columns(features: frozenset[str]) -> list[str]:
    unseen = {
        column for feature, needs in _NEEDS.items() if feature not in features for column in needs
    }
    return [column for column in COLUMNS if column not in unseen]


@st.composite
def doors(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw up to three opening periods, which may touch; some began before the clock does."""
    edges = sorted(draw(st.lists(st.integers(-2, LAST + 4), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple((opens, closes) for opens, closes in pairs if opens < closes)


@st.composite
def steps(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Draw a mapping from ascending values to thresholds."""
    starts = draw(st.lists(st.integers(0, 5), max_size=3, unique=True))
    return tuple((start, draw(THRESHOLD)) for start in sorted(starts))


@st.composite
def transfers(draw: st.DrawFn, *, queue: int, queues: int) -> tuple[tuple[int, int], ...]:
    """Draw cumulative thresholds; only towards later queues is a transfer certain, so all end."""
    targets = draw(st.lists(st.integers(0, queues - 1), max_size=2, unique=True))
    most = CERTAIN if min(targets, default=queues) > queue else LARGEST_COIN
    thresholds = sorted(draw(st.sampled_from((1, HALF, most))) for _ in targets)
    return tuple(zip(targets, thresholds, strict=True))


@st.composite
def queues_of(
    draw: st.DrawFn, features: frozenset[str], columns: list[str], *, bundles: int, queues: int
) -> tuple[AQueue, ...]:
    """Draw the queues of a scene."""
    return tuple(
        draw(_queue(features, columns, number=number, bundles=bundles, queues=queues))
        for number in range(queues)
    )


_RULES: dict[str, dict[str, st.SearchStrategy[object]]] = {
    "ageing": {"ageing": st.integers(0, 4)},
    "balking": {"balk": steps(), "balk_by_wait": st.booleans(), "handling": st.integers(1, 4)},
    "call-back": {
        "offer_after": st.sampled_from((0, 1, 2, 3, 4, NEVER)),
        "slot": st.booleans(),
        "accept": THRESHOLD,
        "reached": THRESHOLD,
    },
    "closing": {"serve_at_closing": st.booleans(), "doors": st.one_of(st.just(OPEN), doors())},
    "ivr": {"self_service": THRESHOLD},
    "limit": {"limit": st.integers(-1, 3)},
    "redial": {
        "redial_abandon": THRESHOLD,
        "redial_busy": THRESHOLD,
        "redial_max": st.integers(1, 3),
    },
    "repeat": {"repeat": THRESHOLD, "repeat_max": st.integers(1, 2), "resolved": UNSETTLED},
    "weights": {"weight": st.integers(1, 3)},
}


@st.composite
def _queue(
    draw: st.DrawFn,
    features: frozenset[str],
    columns: list[str],
    *,
    number: int,
    bundles: int,
    queues: int,
) -> AQueue:
    rules: dict[str, dict[str, st.SearchStrategy[object]]] = {
        **_RULES,
        "lines": {"lines": st.integers(-1, bundles - 1)},
        "transfer": {"transfers": transfers(queue=number, queues=queues)},
    }
    wanted = {
        name: rule for f in FEATURES if f in features for name, rule in rules.get(f, {}).items()
    }
    constants = draw(
        st.fixed_dictionaries({}, optional={n: _VALUES[n] for n in DURATIONS if n in columns})
    )
    return AQueue(
        constants=constants,
        spare=draw(_spares(columns)),
        **{name: draw(rule) for name, rule in wanted.items()},  # type: ignore[arg-type]
    )


@st.composite
def _spares(draw: st.DrawFn, columns: list[str]) -> tuple[Fate, ...]:
    """Draw spare fates; the last one is never transferred on, so that every call ends."""
    spare = draw(st.lists(fates(columns), max_size=2))
    last = draw(fates(columns))
    return (*spare, {**last, "transfer": LARGEST_COIN} if "transfer" in columns else last)


def fates(columns: list[str]) -> st.SearchStrategy[Fate]:
    """Draw one leg's life."""
    return st.fixed_dictionaries({column: _VALUES[column] for column in columns})


@st.composite
def groups_of(
    draw: st.DrawFn, features: frozenset[str], *, queues: int, groups: int
) -> tuple[AGroup, ...]:
    """Draw the groups of a scene."""
    return tuple(draw(_group(features, queues=queues, groups=groups)) for _ in range(groups))


@st.composite
def _group(draw: st.DrawFn, features: frozenset[str], *, queues: int, groups: int) -> AGroup:
    served = draw(
        st.lists(st.integers(0, queues - 1), min_size=queues > 1, max_size=queues, unique=True)
    )
    rules: dict[str, st.SearchStrategy[int]] = {
        "rank": st.integers(1, 2),
        "call_rank": st.integers(1, 2),
        "speed": SPEED,
    }
    if "conditions" in features:
        rules |= {
            "after": st.integers(0, 4),
            "when_waiting": st.integers(0, 3),
            "busy_group": st.integers(-1, groups - 1),
            "busy_share": st.sampled_from((0, 500, 1000)),
            "leave_free": st.integers(0, 1),
        }
    skills = tuple(
        ASkill(queue=queue, **{name: draw(rule) for name, rule in rules.items()})
        for queue in served
    )
    return AGroup(
        headcount=draw(st.sampled_from((1, 2, 3, 0))),
        skills=skills,
        chooses=draw(st.integers(0, len(CHOICES) - 1)) if "choices" in features else 0,
        weighted="weights" in features and draw(MOSTLY),
        hand_back="hand-back" in features and draw(MOSTLY),
        seats="seats" in features and draw(MOSTLY),
    )


@st.composite
def moves_of(draw: st.DrawFn, *, agents: int, start_tick: int) -> tuple[tuple[int, int, int], ...]:
    """Draw what the roster wants of each agent."""
    moves: list[tuple[int, int, int]] = []
    for agent in range(agents):
        first = draw(st.sampled_from((start_tick, start_tick, start_tick + 3)))
        moves.append((first, agent, AgentState.AVAILABLE))
        ticks = draw(st.lists(st.integers(first + 1, LAST), max_size=4, unique=True))
        states = st.sampled_from((AgentState.AVAILABLE, AgentState.OFFLINE, *AgentState))
        moves += [(tick, agent, draw(states)) for tick in sorted(ticks)]
    return tuple(sorted(moves))


@st.composite
def already_there(
    draw: st.DrawFn, columns: list[str], *, agents: int, queues: int, start_tick: int
) -> tuple[AlreadyThere, ...]:
    """Draw calls in progress when the clock starts, at most one with an agent."""
    idle = list(range(agents))
    calls = []
    for _ in range(draw(st.integers(0, 4))):
        choices = (Progress.WAITING, Progress.TALKING, Progress.WRAPPING)
        progress = draw(st.sampled_from(choices if idle else choices[:1]))
        agent = -1
        if progress is not Progress.WAITING:
            agent = idle.pop(draw(st.integers(0, len(idle) - 1)))
        since = max(0, start_tick - draw(SHORT))
        calls.append(
            AlreadyThere(
                at=since if progress is Progress.WAITING else max(0, since - draw(SHORT)),
                queue=draw(st.integers(0, queues - 1)),
                fate=draw(fates(columns)),
                progress=progress,
                since=since,
                agent=agent,
            )
        )
    return tuple(calls)


@st.composite
def calls_of(
    draw: st.DrawFn, columns: list[str], *, queues: int, start_tick: int
) -> tuple[ACall, ...]:
    """Draw arrivals, ascending."""
    call = st.tuples(st.integers(start_tick, LAST), st.integers(0, queues - 1), fates(columns))
    drawn = sorted(draw(st.lists(call, min_size=2, max_size=12)), key=lambda call: call[0])
    return tuple(ACall(at=at, queue=queue, fate=fate) for at, queue, fate in drawn)


@st.composite
def _coins(draw: st.DrawFn) -> Fate:
    return {name: draw(COIN) for name in FORTUNE.names or ()}


@st.composite
def _lead(draw: st.DrawFn, *, attempts: int, cells: int) -> ALead:
    return ALead(
        cell=draw(st.integers(-1, cells - 1)),
        callable=draw(MOSTLY) or draw(MOSTLY),
        coins=tuple(draw(_coins()) for _ in range(attempts)),
    )


@st.composite
def _chance(draw: st.DrawFn) -> tuple[int, ...]:
    steps = draw(st.lists(st.sampled_from((0, 1, HALF, CERTAIN)), min_size=7, max_size=7))
    return (*sorted(steps), CERTAIN)


_SPAN = st.one_of(SHORT, st.tuples(st.integers(0, 2), st.integers(2, 6)))


@st.composite
def _calling(draw: st.DrawFn, *, bands: int) -> tuple[tuple[int, int, int], ...]:
    """Draw up to three pieces of calling hours, some of which touch; some began before the clock."""
    edges = sorted(draw(st.lists(st.integers(0, LAST + 4), min_size=2, max_size=4, unique=True)))
    touching = draw(st.booleans())
    pairs = pairwise(edges) if touching else zip(edges[::2], edges[1::2], strict=False)
    return tuple((start, end, draw(st.integers(0, bands - 1))) for start, end in pairs)


@st.composite
def _campaign(draw: st.DrawFn, *, cells: int) -> ACampaign:
    bands, stages, attempts = (draw(st.integers(1, most)) for most in (2, 2, 3))
    course = st.builds(
        ACourse, again=MOSTLY, preview=SHORT, ring=SHORT, talk=_SPAN, wrap=_SPAN, wait=_SPAN
    )
    lead = _lead(attempts=attempts, cells=cells)
    return ACampaign(
        mode=draw(st.integers(0, len(MODES) - 1)),
        priority=draw(st.integers(0, 1)),
        other_hour=draw(st.booleans()),
        attempts=attempts,
        quota=draw(st.sampled_from((-1, -1, 1, 3))),
        ratio=draw(st.sampled_from((1_000, 1_500, 3_000))),
        cap=draw(st.sampled_from((0, 200_000, 900_000))),
        chances=tuple(tuple(draw(_chance()) for _ in range(stages)) for _ in range(bands)),
        courses={found: draw(course) for found in Disposition},
        calling=draw(_calling(bands=bands)),
        leads=tuple(draw(st.lists(lead, min_size=1, max_size=8))),
    )


@st.composite
def diallers_of(draw: st.DrawFn, *, groups: int, campaigns: int) -> tuple[ADialler, ...]:
    """Draw who dials for what; at least one group dials for each campaign."""
    pairs = {(draw(st.integers(0, groups - 1)), number) for number in range(campaigns)}
    pairs |= draw(
        st.sets(st.tuples(st.integers(0, groups - 1), st.integers(0, campaigns - 1)), max_size=3)
    )
    changes = st.lists(
        st.tuples(st.integers(0, LAST), st.integers(0, 2)),
        max_size=2,
        unique_by=lambda change: change[0],
    )
    return tuple(
        ADialler(
            group=group,
            campaign=campaign,
            keep=draw(st.sampled_from((0, 0, 1))),
            stop=draw(st.sampled_from((-1, -1, 1))),
            changes=tuple(sorted(draw(changes))),
        )
        for group, campaign in sorted(pairs)
    )


@st.composite
def scenes(
    draw: st.DrawFn,
    *,
    always: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
) -> Scene:
    """Draw a whole scene with any mixture of features, some of them always or never."""
    mixture = (f for f in FEATURES if f in always or draw(st.booleans()))
    features = frozenset(mixture) - without
    seen = _columns(features)
    certain = {"talk", *({"transfer"} & features)}
    columns = sorted(draw(st.frozensets(st.sampled_from(seen), min_size=2)) | certain)
    queues, groups = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    lines = draw(st.lists(st.integers(0, 3), max_size=2)) if "lines" in features else []
    start_tick = draw(st.sampled_from((0, 4)))
    people = draw(groups_of(features, queues=queues, groups=groups))
    agents = sum(group.headcount for group in people)
    start: tuple[AlreadyThere, ...] = ()
    if "start" in features:
        start = draw(already_there(columns, agents=agents, queues=queues, start_tick=start_tick))
    campaigns: tuple[ACampaign, ...] = ()
    diallers: tuple[ADialler, ...] = ()
    cells: tuple[int, ...] = ()
    if "campaigns" in features:
        cells = tuple(draw(st.lists(st.integers(0, 2), max_size=2)))
        campaign = _campaign(cells=len(cells))
        campaigns = tuple(draw(st.lists(campaign, min_size=1, max_size=3)))
        diallers = draw(diallers_of(groups=groups, campaigns=len(campaigns)))
    return Scene(
        campaigns=campaigns,
        diallers=diallers,
        cells=cells,
        queues=draw(queues_of(features, columns, bundles=len(lines), queues=queues)),
        groups=people,
        calls=draw(calls_of(columns, queues=queues, start_tick=start_tick)),
        moves=draw(moves_of(agents=agents, start_tick=start_tick)),
        lines=tuple(lines),
        start=start,
        start_tick=start_tick,
        columns=frozenset(columns),
    )
