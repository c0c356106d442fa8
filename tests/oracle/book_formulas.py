"""The formula cases: what others print against `callcenter.planning`, and the simulation against both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from callcenter.planning.erlang import erlang_a, erlang_b, erlang_c
from callcenter.planning.finite import finite_queue
from callcenter.planning.inverse import (
    Goal,
    agents_needed,
    agents_needed_without_waiting,
    with_shrinkage,
)
from callcenter.planning.waiting import QueueMeasures
from tests.oracle import cases
from tests.oracle.ledger import SL, Case, Cell, Exact, Line, queue_lines

_HOUR: Final = 1 / 3600
_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A number somebody printed, and what our formula says."""

    case: str
    what: str
    printed: str
    ours: float
    source: str

    @property
    def agrees(self) -> bool:
        """Say whether ours rounds to what is printed; of long numbers, to nine digits."""
        mantissa, _, power = self.printed.partition("e")
        digits = len(mantissa.partition(".")[2])
        unit = 10.0 ** (int(power or 0) - digits)
        theirs = float(self.printed)
        return abs(self.ours - theirs) <= max(0.501 * unit, 1e-9 * abs(theirs))


_PYWF: Final = "pyworkforce"
_HERZOG: Final = "A-Herzog, `ErlangCTest`"
_SOLVED: Final = "solved by hand elsewhere"


def formulas() -> list[Print]:
    """Return the formula cases F1 to F7 and F12."""
    return [*_first(), *_loss(), *_herzog(), *_small(), *_crowd()]


_BY_AGENTS: Final = {14: ("0.888", "0.714", "0.174"), 15: ("0.941", "0.667", "0.102")}


def _calls(agents: int) -> QueueMeasures:
    return erlang_c(200 * _HOUR, mean_handling=180, agents=agents)


def _first() -> Iterator[Print]:
    goal = Goal(service_level=0.8, within=0.33 * _MINUTE)
    capped = Goal(service_level=0.8, within=0.33 * _MINUTE, occupancy=0.7)
    for name, wanted, raw, shrunk in (("F1", goal, "14", "20"), ("F1 capped", capped, "15", "22")):
        agents = int(agents_needed(200 * _HOUR, mean_handling=180, goal=wanted))
        yield _print(name, "agents", raw, agents)
        yield _print(name, "agents, 30 % away", shrunk, int(with_shrinkage(agents, shrinkage=0.3)))
    for agents, (level, busy, waits) in _BY_AGENTS.items():
        found = _calls(agents)
        yield _print("F1", f"SL, {agents} agents", level, found.answered_within(19.8))
        yield _print("F1", f"occupancy, {agents} agents", busy, found.occupancy)
        yield _print("F1", f"P(wait), {agents} agents", waits, found.p_wait)
    yield _print("F2", "SL within 20 s", "0.8883500191794669", _calls(14).answered_within(20))
    yield _print("F2", "P(wait)", "0.1741319335950498", _calls(14).p_wait)
    impatient = erlang_a(200 * _HOUR, mean_handling=180, mean_patience=300, agents=14)
    yield _print("F3", "P(wait)", "0.1452601", impatient.p_wait)
    yield _print("F3", "P(abandon)", "0.0139837", impatient.p_abandon)
    yield _print("F3", "occupancy", "0.7042973", impatient.occupancy)
    yield _print("F3", "mean wait of all (s)", "4.195123", impatient.mean_wait)
    yield _print("F3", "SL within 20 s", "0.9167921", impatient.answered_within(20))


def _print(case: str, what: str, printed: str, ours: object, source: str = _PYWF) -> Print:
    return Print(case=case, what=what, printed=printed, ours=float(ours), source=source)  # type: ignore[arg-type]


def _loss() -> Iterator[Print]:
    for agents, blocked in ((1, "0.5"), (2, "0.2")):
        found = erlang_b(1.0, mean_handling=1, agents=agents)
        yield _print("F4", f"blocking, load 1, {agents} trunks", blocked, found.p_block)
    needed = int(agents_needed_without_waiting(10.0, mean_handling=1, goal=Goal(p_block=0.02)))
    yield _print("F4", "trunks, load 10, blocking 2 %", "17", needed)
    yield _print("F4", "trunks, 30 % away", "25", int(with_shrinkage(needed, shrinkage=0.3)))


def _herzog() -> Iterator[Print]:
    patient = erlang_c(210 * _HOUR, mean_handling=180, agents=13)
    yield _print("F5", "mean wait (s)", "26.5569", patient.mean_wait, _HERZOG)
    for case, agents, wait in (("F5", 13, "9.9128"), ("F6", 9, "56.6184")):
        found = erlang_a(210 * _HOUR, mean_handling=180, mean_patience=300, agents=agents)
        what = f"mean wait (s), patience 300 s, {agents} agents"
        yield _print(case, what, wait, found.mean_wait, _HERZOG)


def _small() -> Iterator[Print]:
    found = finite_queue(3.0, mean_handling=0.25, agents=2, lines=3)
    simmer = "simmer, queueing vignette"
    present = float(found.mean_queue + found.mean_busy)
    yield _print("F7", "mean number present", "0.762340", present, simmer)
    yield _print("F7", "P(reject)", "0.0493601", found.p_block, simmer)


def _crowd() -> Iterator[Print]:
    printed = {
        246: {"P(abandon)": "1e-6", "SL within 20 s": "0.999996"},
        492: {
            "P(wait)": "0.149746", "P(abandon)": "0.009157", "mean wait of all (s)": "2.7470",
            "SL within 20 s": "0.940886", "occupancy": "0.781242",
        },
        700: {
            "P(wait)": "0.843938", "P(abandon)": "0.127374", "mean wait of all (s)": "38.2123",
            "SL within 20 s": "0.315565",
        },
    }  # fmt: skip
    for calls, numbers in printed.items():
        found = erlang_a(calls * _HOUR, mean_handling=150, mean_patience=300, agents=26)
        ours = {
            "P(wait)": found.p_wait,
            "P(abandon)": found.p_abandon,
            "mean wait of all (s)": found.mean_wait,
            "SL within 20 s": found.answered_within(20),
            "occupancy": found.occupancy,
        }
        for what, value in numbers.items():
            yield _print("F12", f"{what}, {calls} an hour", value, ours[what], _SOLVED)


# --- The simulation of the same ---------------------------------------------------------------------


def _exact(found: QueueMeasures) -> Exact:
    return {
        "p_wait": float(found.p_wait),
        "p_abandon": float(found.p_abandon),
        "p_block": float(found.p_block),
        "p_answered": float(found.p_answered),
        "mean_wait_all": float(found.mean_wait),
        "mean_wait_answered": float(found.mean_wait_answered),
        SL: float(found.answered_within(20)),
        "occupancy": float(found.occupancy),
        "mean_queue": float(found.mean_queue),
    }


def _simulated(
    name: str, about: str, found: QueueMeasures, *, world: str, settings: tuple[str, ...]
) -> Case:
    return Case(
        name=name,
        title=f"{name.partition('-')[0].upper()}, simulated",
        about=about,
        source="`callcenter.planning`",
        world=world,
        lines=lambda: queue_lines(_exact(found)),
        settings=settings,
    )


def _settings(calls: int, talk: int, agents: int, *more: str) -> tuple[str, ...]:
    return (
        f"queue.phone.arrivals.per_hour={calls}",
        f"queue.phone.talk.mean={talk}s",
        f"group.agents.headcount={agents}",
        "calendar.last=2009-01-06",
        *more,
    )


_FIVE_MINUTES: Final = "queue.phone.patience.mean=300s"

SIMULATED: Final = (
    _simulated(
        "f2",
        "200 an hour, handling 180 s, 14 agents.",
        _calls(14),
        world="delay",
        settings=_settings(200, 180, 14),
    ),
    _simulated(
        "f3",
        "As above, patience 300 s.",
        erlang_a(200 * _HOUR, mean_handling=180, mean_patience=300, agents=14),
        world="crowd",
        settings=_settings(200, 180, 14, _FIVE_MINUTES),
    ),
    _simulated(
        "f4",
        "Load 10 on 17 trunks, nobody may wait.",
        erlang_b(600 * _HOUR, mean_handling=60, agents=17),
        world="loss",
        settings=_settings(600, 60, 17),
    ),
    _simulated(
        "f5",
        "210 an hour, handling 180 s, 13 agents.",
        erlang_c(210 * _HOUR, mean_handling=180, agents=13),
        world="delay",
        settings=_settings(210, 180, 13),
    ),
    _simulated(
        "f5-impatient",
        "As above, patience 300 s.",
        erlang_a(210 * _HOUR, mean_handling=180, mean_patience=300, agents=13),
        world="crowd",
        settings=_settings(210, 180, 13, _FIVE_MINUTES),
    ),
    _simulated(
        "f6",
        "As above, 9 agents: load 117 %.",
        erlang_a(210 * _HOUR, mean_handling=180, mean_patience=300, agents=9),
        world="crowd",
        settings=_settings(210, 180, 9, _FIVE_MINUTES),
    ),
    _simulated(
        "f7",
        "180 an hour, handling 15 s, 2 agents, one may wait.",
        finite_queue(180 * _HOUR, mean_handling=15, agents=2, lines=3),
        world="bounded",
        settings=_settings(180, 15, 2, "queue.phone.queue_limit=1"),
    ),
)


# --- H20 --------------------------------------------------------------------------------------------


def _w_design() -> list[Line]:
    exact = cases.w_design()
    asked = {key: value for key, value in exact.items() if not key.startswith("occupancy/")}
    lines = [
        line
        for k in range(3)
        for line in queue_lines(asked, suffix=f"/{k}", cell={"queue": f"type{k}"}, levels=True)
    ]
    whole = {key: value for key, value in exact.items() if "/" not in key}
    groups = [
        _line(f"occupancy, group{g}", "occupancy", exact[f"occupancy/{g}"], 0.0, {"group": f"group{g}"})
        for g in range(2)
    ]  # fmt: skip
    return [*lines, *queue_lines(whole), *groups]


def _line(what: str, measure: str, value: float, error: float, *cells: Cell) -> Line:
    return Line(what=what, measure=measure, theirs=value, error=error, cells=cells or ({},))


_GENERATED: Final = (
    ("hang up", "hang_up_rate", ((0.589053, 0.00087), (0.106384, 0.00021), (0.398149, 0.00078))),
    ("SL-G", "service_level_g", ((0.067269, 0.00042), (0.565427, 0.00086), (0.209762, 0.00072))),
)


def _w_design_generated() -> list[Line]:
    return [
        *(
            _line(f"{what}, type {k}", measure, value, error, {"queue": f"type{k}"})
            for what, measure, values in _GENERATED
            for k, (value, error) in enumerate(values)
        ),
        _line("hang up, all", "hang_up_rate", 0.299968, 0.00041),
    ]


def _w_design_twenty() -> list[Line]:
    return [_line("SL-G, all, 20 s", "service_level_g", 0.306468, 0.0006)]


_W: Final = (
    "60, 120 and 60 an hour, handling 60 s, patience 300, 600 and 300 s; 8, 6 and 8 % hang up at once. "
    "Type 0 to group 0 (1 agent), type 1 to group 0, else group 1 (2), type 2 to group 1; both take type 1 "
    "first. Thresholds 20, 30 and 15 s."
)

H20: Final = (
    Case(
        name="w-design",
        title="H20, W design with priority and balking",
        about=_W,
        source="Markov chain of some 40,000 states, solved",
        world="w-design",
        lines=_w_design,
    ),
    Case(
        name="h20",
        title="H20, as generated",
        about="As above. By the chain, SL-G is 0.06773, 0.56681 and 0.21015: their run strays from it by "
        "0.5 to 1.6 standard errors, all to one side.",
        source="ContactCenters, `mskccParamsThreeTypes.xml`",
        world="w-design",
        lines=_w_design_generated,
    ),
    Case(
        name="h20-twenty",
        title="H20, all types within 20 s",
        about="As above.",
        source="ContactCenters, `mskccParamsThreeTypes.xml`",
        world="w-design",
        lines=_w_design_twenty,
        settings=(
            "queue.type1.target.service_level.within=20s",
            "queue.type2.target.service_level.within=20s",
        ),
    ),
)
