"""Which assumption about campaigns matters most: each varied by itself, down and up, before the same callers.

Campaigns that say the same of a thing are varied together: they were assumed together. What else is drawn
stays as it is, so that small swings show in few replications.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from callcenter.measures.compare import Difference, compare
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail
from simulation.campaign_figures import assumed_of_campaigns, figure, titles_of
from simulation.plan import Plan
from simulation.replications import Progress
from simulation.results import versions
from simulation.scenario.campaigns import OUTCOMES, Campaign, Chances
from simulation.sweep import longer, measuring, refuse_no_campaigns, sweep, with_campaigns

SCHEMA: Final = "callcenter.swing/1"
SPREAD: Final = 0.2
"""By how much an input is lowered and raised, as a share of itself."""
REPLICATIONS: Final = 4
"""Unless told otherwise: differences are paired, so that few will do."""
FIGURES: Final = ("successes", "service_level")
_DURATIONS: Final = {"ring": "ring", "talk": "talk", "after_call": "wrap", "wait": "wait"}
"""Keys of the scenario, and what the tables call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One assumption, and the centre at both ends of it."""

    path: str
    """Of the first campaign that says so."""
    campaigns: tuple[str, ...]
    why: str
    inputs: tuple[float, float, float]
    """As written, low and high: shares, or factors of what is written; numbers of attempts."""
    plans: tuple[Plan, Plan]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """All assumptions, lived at both ends."""

    plan: Plan
    seed: int
    engine: str
    spread: float
    base: Scorecard
    factors: tuple[tuple[Factor, Scorecard, Scorecard], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, widest swing first, in the schema of docs/result-schema.md."""
        told = [self._factor(factor, low, high) for factor, low, high in self.factors]
        return {
            "schema": SCHEMA,
            "scenario": self.plan.scenario.scenario,
            "title": titles_of(self.plan),
            "digest": self.plan.digest,
            "seed": self.seed,
            "engine": self.engine,
            "replications": self.base.replications,
            "versions": versions(),
            "spread": self.spread,
            "base": {name: figure(self.base[name]) for name in FIGURES},
            "factors": sorted(told, key=lambda one: (-one["swing"], one["path"])),
        }

    def _factor(self, factor: Factor, low: Scorecard, high: Scorecard) -> dict[str, Any]:
        written, down, up = factor.inputs
        ends = {"low": (down, low), "high": (up, high)}
        told: dict[str, Any] = {
            name: {"input": value} | self._against(card) for name, (value, card) in ends.items()
        }
        changes = [told[end]["successes"]["value"] for end in ends]
        return {
            "path": factor.path,
            "campaigns": list(factor.campaigns),
            "assumed": factor.why,
            "input": written,
            **told,
            "swing": max(changes) - min(changes),
        }

    def _against(self, card: Scorecard) -> dict[str, Any]:
        pairs = {pair.measure.name: pair for pair in compare(self.base, card)}
        found = {name: pairs.get(self.base.resolve(name).name) for name in FIGURES}
        return {name: _change(pair) for name, pair in found.items()}


def _change(pair: Difference | None) -> dict[str, float | None]:
    if pair is None:
        return {"value": 0.0, "low": None, "high": None}
    value, half = pair.difference, pair.half_width
    if half is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": value - half, "high": value + half}


def swing(
    plan: Plan,
    *,
    spread: float = SPREAD,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Swing:
    """Vary every assumed input of the campaigns by itself.

    Args:
        plan: Of a scenario with campaigns.
        spread: By how much, as a share of the input; attempts vary by one.
        replications: `REPLICATIONS` if not given.
        seed: The scenario says if not given.
        engine: `fast` or `reference`.
        workers: Threads.
        progress: Told the replications done, each with all variants.

    Raises:
        InputError: there are no campaigns.
    """
    refuse_no_campaigns(plan)
    factors = list(factors_of(plan, spread=spread))
    order = measuring(plan, seed=seed, engine=engine, detail=Detail.TOTAL)
    found = sweep(
        order,
        [plan, *(end for factor in factors for end in factor.plans)],
        range(replications or REPLICATIONS),
        workers=workers,
        progress=progress,
    )
    base, *cards = (one.card for one in found)
    return Swing(
        plan=plan,
        seed=order.seed,
        engine=engine,
        spread=spread,
        base=base,
        factors=tuple(zip(factors, cards[::2], cards[1::2], strict=True)),
    )


# --- Assumptions ---------------------------------------------------------------------------------------


def factors_of(plan: Plan, *, spread: float) -> Iterator[Factor]:
    """Give what is assumed of the campaigns, with the plans of both ends."""
    yield from _of_chances(plan, spread)
    yield from _of_durations(plan, spread)
    for key in ("leads", "attempts"):
        yield from _of_counts(plan, key, spread)


def _why(plan: Plan, names: Sequence[str], key: str) -> tuple[str, str] | None:
    """Return the path of the first of these campaigns of which the input is assumed, and why it is."""
    assumed = assumed_of_campaigns(plan)
    for name in names:
        own = f"campaigns.{name}.{key}"
        deeper = next((path for path in assumed if path.startswith(f"{own}.")), own)
        for path in (own, deeper, f"campaigns.{name}", "campaigns"):
            if path in assumed:
                return own, assumed[path]
    return None


def _of_chances(plan: Plan, spread: float) -> Iterator[Factor]:
    alike: dict[tuple[Chances, ...], list[str]] = {}
    for name, campaign in plan.scenario.campaigns.items():
        alike.setdefault(campaign.chances, []).append(name)
    for chances, names in alike.items():
        found = _why(plan, names, "chances")
        if found is None:
            continue
        for place, word in enumerate(OUTCOMES[:-1]):
            written = chances[0].shares()[place]
            if not 0 < written < 1:
                continue
            ends = (1 - spread, 1 + spread)
            yield Factor(
                path=f"{found[0]}.{word}",
                campaigns=tuple(names),
                why=found[1],
                inputs=(written, _capped(written * ends[0]), _capped(written * ends[1])),
                plans=(
                    with_campaigns(plan, _with_chances(plan, names, place, ends[0])),
                    with_campaigns(plan, _with_chances(plan, names, place, ends[1])),
                ),
            )


def _capped(share: float) -> float:
    return min(share, 1.0)


def _with_chances(
    plan: Plan, names: Sequence[str], place: int, factor: float
) -> Mapping[str, Campaign]:
    campaigns = plan.scenario.campaigns
    return {
        name: campaigns[name].model_copy(
            update={
                "chances": tuple(_shifted(part, place, factor) for part in campaigns[name].chances)
            }
        )
        for name in names
    }


def _shifted(part: Chances, place: int, factor: float) -> Chances:
    """Multiply one share; the others make room in proportion."""
    shares = part.shares()
    new = _capped(shares[place] * factor)
    rest = 1 - shares[place]
    if rest <= 0:
        return part
    moved: dict[str, float] = {
        word: new if number == place else share * (1 - new) / rest
        for number, (word, share) in enumerate(zip(OUTCOMES[:-1], shares, strict=True))
    }
    return part.model_copy(update=moved)


def _of_durations(plan: Plan, spread: float) -> Iterator[Factor]:
    names = tuple(plan.scenario.campaigns)
    for key, time in _DURATIONS.items():
        found = _why(plan, names, key)
        if found is not None:
            yield Factor(
                path=found[0],
                campaigns=names,
                why=found[1],
                inputs=(1.0, 1 - spread, 1 + spread),
                plans=(_lasting(plan, time, 1 - spread), _lasting(plan, time, 1 + spread)),
            )


def _lasting(plan: Plan, time: str, factor: float) -> Plan:
    """Let one part of all attempts last so many times as long."""
    outbound = plan.tables.outbound
    course, values = outbound.course.copy(), [outbound.quantile]
    first, count = course[f"{time}_first"], course[f"{time}_count"]
    length, placed = len(outbound.quantile), dict[tuple[int, int], int]()
    for row in range(len(course)):
        key = int(first[row]), int(count[row])
        if key not in placed:
            old = outbound.quantile[key[0] : key[0] + key[1]]
            values.append(np.rint(old * factor).astype(np.int64))
            placed[key] = length
            length += key[1]
        first[row] = placed[key]
    longer_ones = replace(outbound, course=course, quantile=np.concatenate(values))
    return replace(plan, tables=replace(plan.tables, outbound=longer_ones))


def _of_counts(plan: Plan, key: str, spread: float) -> Iterator[Factor]:
    campaigns = plan.scenario.campaigns
    names = tuple(
        name
        for name, one in campaigns.items()
        if _why(plan, [name], key) is not None and one.sample is None
    )
    found = _why(plan, names, key)
    if found is None:
        return
    if key == "leads":
        inputs = (1.0, 1 - spread, 1 + spread)
        ends = [{n: longer(campaigns[n], by) for n in names} for by in inputs[1:]]
    else:
        usual = campaigns[names[0]].attempts
        inputs = (float(usual), float(max(1, usual - 1)), float(usual + 1))
        ends = [
            {n: {"attempts": max(1, campaigns[n].attempts + by)} for n in names} for by in (-1, 1)
        ]
    low, high = (
        with_campaigns(plan, {n: campaigns[n].model_copy(update=own[n]) for n in names})
        for own in ends
    )
    yield Factor(path=found[0], campaigns=names, why=found[1], inputs=inputs, plans=(low, high))
