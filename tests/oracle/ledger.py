"""A case of the validation book: a world, what it must show, and how the two are held together."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from callcenter.measures.catalogue import MEASURES
from callcenter.measures.formulas import Better, Kind, Measure, Unit
from callcenter.measures.intervals import of_means, of_ratios, t_factor
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By
from callcenter.measures.tally import Detail
from simulation.results import run
from simulation.scenario.load import load

WORLDS: Final = Path(__file__).parent / "worlds"
Cell = Mapping[str, str]
Exact = Mapping[str, float]
SL: Final = "service_level_answered_within_over_offered"
NORMAL: Final = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One number that somebody else knows, and where the scorecard shows it."""

    what: str
    measure: str
    """Name of a measure, or a formula over its bases such as `(delayed + balked) / offered`."""
    theirs: float
    error: float = 0.0
    """Standard error of theirs; 0 if it is exact."""
    cells: tuple[Cell, ...] = ({},)
    """Added up, above and below the line, before dividing."""
    seconds: bool = False
    """Formulas only: time above the line."""
    scale: float = 1.0
    """Ours times this is to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One world with some lines."""

    name: str
    title: str
    about: str
    source: str
    world: str
    """File in `worlds/`, without its ending."""
    lines: Callable[[], list[Line]]
    settings: tuple[str, ...] = ()
    """Overrides `path=value`, as `callcenter run --set` takes them."""
    detail: Detail = Detail.TOTAL

    @property
    def seed(self) -> int:
        """A seed of the case's own, so that chance strikes no two cases alike."""
        return zlib.crc32(self.name.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line, read."""

    line: Line
    ours: float
    error: float
    """Standard error of ours."""
    replications: int
    factor: float
    """Half-width of a 95 % interval over the standard error."""

    @property
    def z(self) -> float:
        """Standard errors between the two."""
        assert self.error > 0, f"{self.line.what}: every replication gave the same"
        return (self.ours - self.line.theirs) / float(np.hypot(self.error, self.line.error))

    @property
    def covered(self) -> bool:
        """Say whether the 95 % interval of the difference holds zero."""
        return abs(self.z) <= self.factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One case, run."""

    case: Case
    replications: int
    days: int
    calls: float
    readings: list[Reading] = field(default_factory=list)


def settle(case: Case, *, part: int = 1) -> Settled:
    """Run a case, or one of so many parts of its replications, and read all its lines."""
    scenario = load(WORLDS / f"{case.world}.yaml", case.settings)
    replications = scenario.run.replications // part
    result = run(scenario, replications=replications, seed=case.seed, detail=case.detail)
    card = result.scorecard
    return Settled(
        case=case,
        replications=result.replications,
        days=len(card.frame.days),
        calls=float(card.stack.bases(By.TOTAL)["arrived"].sum()),
        readings=[read(line, card) for line in case.lines()],
    )


def read(line: Line, card: Scorecard) -> Reading:
    """Find a line's value on a scorecard."""
    measure = MEASURES.get(line.measure) or _formula(line)
    if measure.additive:
        value, half_width, n = _added_up(measure, line.cells, card)
    else:
        (cell,) = line.cells
        found = card.estimate(line.measure, **cell)
        assert found.value is not None, f"{line.what}: nobody in the population"
        assert found.half_width is not None, f"{line.what}: one replication has no error"
        value, half_width, n = found.value, found.half_width, found.n
    factor = float(t_factor(float(n), confidence=0.95))
    return Reading(
        line=line,
        ours=value * line.scale,
        error=half_width / factor * abs(line.scale),
        replications=n,
        factor=NORMAL if line.error else factor,
    )


def _added_up(
    measure: Measure, cells: tuple[Cell, ...], card: Scorecard
) -> tuple[float, float, int]:
    """Return value, half-width and replications of a measure over some cells together."""
    places = [card._place(dict(cell)) for cell in cells]
    by = places[0][0]
    rows = [number for _, number in places]
    above, below = card.stack.parts(measure, by=by)
    top = above[:, rows].sum(axis=1, keepdims=True)
    bottom = None if below is None else below[:, rows].sum(axis=1, keepdims=True)
    found = of_means(top) if bottom is None else of_ratios(top, bottom)
    return float(found.value[0]), float(found.half_width[0]), int(found.n[0])


def _formula(line: Line) -> Measure:
    return Measure(
        name="formula",
        kind=Kind.RATIO if "/" in line.measure else Kind.COUNT,
        unit=Unit.SECONDS if line.seconds else Unit.SHARE,
        formula=line.measure,
        english=line.what,
        korean="",
        population="",
        source="",
        better=Better.NEITHER,
    )


def queue_lines(
    exact: Exact, *, suffix: str = "", cell: Cell | None = None, levels: bool = False
) -> list[Line]:
    """Return the lines of one queue whose callers all enter it: blocked there, if at all.

    Args:
        exact: Keys as in `tests.oracle.single`; what is not there, or says nothing, is left out.
        suffix: Of the keys, such as `/0`.
        cell: Of the scorecard.
        levels: Whether to look at the service level in all its definitions.
    """
    cells = (dict(cell or {}),)
    found = {key: exact.get(key + suffix) for key in _KEYS}
    told = {key: value for key, value in found.items() if value is not None and value > _NOBODY}
    if told.get("p_answered", 0.0) > 1 - _NOBODY:
        del told["p_answered"]
    where = f", {next(iter(cells[0].values()))}" if cells[0] else ""
    lines = [
        Line(what=what + where, measure=measure, theirs=told[key], cells=cells, seconds=seconds)
        for key, (what, measure, seconds) in _KEYS.items()
        if key in told
    ]
    return lines + _levels(told, cells=cells, where=where) if levels else lines


def _levels(told: Exact, *, cells: tuple[Cell, ...], where: str) -> list[Line]:
    """Return the service levels that follow from the shares of all offered."""
    if not {SL, "p_abandon", "p_answered"} <= told.keys():
        return []
    good, hung_up = told[SL], told.get("abandoned_within_over_offered", 0.0)
    levels = {
        "a": good / told["p_answered"],
        "b": good / (told["p_answered"] + told["p_abandon"]),
        "d": good + hung_up,
        "e": good / (told["p_answered"] + told["p_abandon"] - hung_up),
        "g": good / (1 - hung_up),
    }
    if hung_up >= told["p_abandon"]:
        del levels["e"]
    return [
        Line(
            what=f"service level SL-{letter.upper()}{where}",
            measure=f"service_level_{letter}",
            theirs=value,
            cells=cells,
        )
        for letter, value in levels.items()
    ]


_NOBODY: Final = 1e-5
_KEYS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "p_wait": ("must wait", "(delayed + balked) / offered", False),
    "p_balk": ("balk", "balking_rate", False),
    "p_abandon": ("hang up", "hang_up_rate", False),
    "p_block": ("find it full", "blocking_rate", False),
    "p_answered": ("answered", "answer_rate", False),
    "mean_wait_all": ("mean wait of all let in (s)", "wait_offered / (offered - queue_full)", True),
    "mean_wait_answered": ("average speed of answer (s)", "asa", False),
    SL: ("answered within the threshold (SL-F)", "service_level_f", False),
    "abandoned_within_over_offered": (
        "hang up within the threshold",
        "(abandoned_within + balked) / offered",
        False,
    ),
    "occupancy": ("occupancy", "occupancy", False),
    "mean_queue": ("mean queue", "mean_queue", False),
}
