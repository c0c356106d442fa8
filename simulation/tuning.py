"""How many agents to keep idle: most successes while callers are served as they are to be.

One number is searched first, on the same callers for all. Where another number in each interval of the day
promises more, such rules are proposed as if intervals were independent (maximal successes plus a price for
callers served in time, Everett 1963) and then lived like anything else. What was chosen is lived once more
with callers it was not chosen on: the certainty told is that one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import SECOND, Tick
from callcenter.measures.compare import Word, compare
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By
from callcenter.measures.tally import Detail
from simulation.campaign_figures import assumed_of_campaigns, figure, kept, titles_of
from simulation.plan import Plan
from simulation.results import versions
from simulation.scenario.units import format_clock_time
from simulation.sweep import (
    Swept,
    keeping,
    measuring,
    refuse_no_campaigns,
    sweep,
    with_campaigns,
)

SCHEMA: Final = "callcenter.tuning/1"
THRESHOLDS: Final = tuple(range(11))
SURE: Final = 0.95
"""How certain it is to be that the target holds, unless told otherwise."""
FIGURES: Final = ("service_level", "asa", "abandonment_rate", "successes", "outbound_hours")
_PRICES: Final = 64
"""Prices tried on paper ..."""
_LIVED: Final = 6
"""... and rules of theirs lived at most."""
_FEWEST: Final = 2
_ALIKE: Final = 0.001
"""Successes that differ by no more than this share are as many."""
Floats = npt.NDArray[np.float64]
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """So many agents are kept idle, or so many from each of these times of day on."""

    idle: int
    idle_from: Mapping[Tick, int] = field(default_factory=dict)

    def at(self, tick: Tick) -> int:
        """Return the number at a time of day."""
        begun = [step for step in self.idle_from if step <= tick]
        return self.idle_from[max(begun)] if begun else self.idle

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        steps = {format_clock_time(tick): number for tick, number in self.idle_from.items()}
        return {"keep_idle": self.idle, "keep_idle_from": steps}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A rule, lived."""

    rule: Rule
    swept: Swept
    card: Scorecard

    @property
    def successes(self) -> float:
        """Their mean over the replications."""
        return self.card["successes"].value or 0.0

    def holds(self, sure: float) -> bool:
        """Say whether the target is kept with this certainty; where nothing varies, by its value."""
        verdict = kept(self.card)
        if verdict is None:
            return True
        value, certain = verdict
        return value if certain is None else value and certain >= sure

    def record(self) -> dict[str, Any]:
        """Return the rule, its figures, and whether it keeps the target."""
        verdict = kept(self.card)
        return self.rule.record() | {
            "values": {name: figure(self.card[name]) for name in FIGURES},
            "kept": None if verdict is None else {"value": verdict[0], "sure": verdict[1]},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What was tried, and what came of it."""

    plan: Plan
    seed: int
    engine: str
    sure: float
    searched: tuple[Tried, ...]
    """One number each, ascending."""
    flat: Tried | None
    """The best of them that keeps the target, as it was in the search."""
    stepped: Tried | None
    """The best rule by interval, if it surely brings more than `flat`."""
    confirmed: Tried | None
    """What is proposed, before other callers; `None` if nothing keeps the target."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, in the schema of docs/result-schema.md."""
        plan, targets = self.plan, self.plan.frame.targets
        replications = self.searched[0].card.replications
        return {
            "schema": SCHEMA,
            "scenario": plan.scenario.scenario,
            "title": titles_of(plan),
            "digest": plan.digest,
            "seed": self.seed,
            "engine": self.engine,
            "replications": replications,
            "versions": versions(),
            "sure": self.sure,
            "targets": {
                queue: {"share": target.share, "within_seconds": target.within / SECOND}
                for queue, target in zip(plan.frame.queues, targets, strict=True)
            },
            "searched": [one.record() for one in self.searched],
            "flat": None if self.flat is None else self.flat.record(),
            "stepped": None if self.stepped is None else self.stepped.record(),
            "chosen": None if self.confirmed is None else self.confirmed.record(),
            "assumed": assumed_of_campaigns(plan),
        }


def held_to(plan: Plan, *, share: float, within: Tick) -> Plan:
    """Return the plan with another service level wanted of every queue; nothing else changes."""
    targets = tuple(replace(one, share=share, within=within) for one in plan.frame.targets)
    return replace(plan, frame=replace(plan.frame, targets=targets))


def tune(
    plan: Plan,
    *,
    thresholds: Sequence[int] = THRESHOLDS,
    sure: float = SURE,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    workers: int | None = None,
    progress: Watch | None = None,
) -> Tuning:
    """Find how many agents to keep idle.

    Args:
        plan: Of a scenario with campaigns; its queues' service levels are what is to be kept.
        thresholds: Numbers to try.
        sure: How certain the target must be to hold, from 0 to 1.
        replications: Of the search, and as many again to confirm; the scenario says if not given, two
            at least.
        seed: The scenario says if not given.
        engine: `fast` or `reference`.
        workers: Threads.
        progress: Told the replications done and those to be done.

    Raises:
        InputError: there are no campaigns.
    """
    refuse_no_campaigns(plan)
    n = max(_FEWEST, replications or plan.scenario.run.replications)
    order = measuring(plan, seed=seed, engine=engine, detail=Detail.INTERVALS)

    def lived(rules: Sequence[Rule], first: int, stage: int) -> list[Tried]:
        def tell(done: int) -> None:
            if progress is not None:
                progress(stage * n + done, 3 * n)

        variants = [
            with_campaigns(plan, keeping(plan, idle=rule.idle, idle_from=rule.idle_from))
            for rule in rules
        ]
        swept = sweep(order, variants, range(first, first + n), workers=workers, progress=tell)
        return [
            Tried(rule=rule, swept=one, card=one.card)
            for rule, one in zip(rules, swept, strict=True)
        ]

    searched = lived([Rule(idle=number) for number in sorted(set(thresholds))], 0, 0)
    flat = _best(searched, sure)
    stepped = None
    if flat is not None and (proposed := _proposed(searched, plan)):
        better = _best(lived(proposed, 0, 1), sure)
        stepped = better if better is not None and _surely_more(flat, better) else None
    ladder = [one.rule for one in (stepped, flat, *_above(flat, searched)) if one is not None]
    confirmed = [one for one in lived(ladder, n, 2) if one.holds(sure)] if ladder else []
    return Tuning(
        plan=plan,
        seed=order.seed,
        engine=engine,
        sure=sure,
        searched=tuple(searched),
        flat=flat,
        stepped=stepped,
        confirmed=confirmed[0] if confirmed else None,
    )


def _best(tried: Sequence[Tried], sure: float) -> Tried | None:
    """Return who has most successes among those that keep the target.

    Of those that come within a thousandth of the most, who serves callers best: lists that are called to
    their end whatever the rule would else decide by chance.
    """
    holding = [one for one in tried if one.holds(sure)]
    most = max((one.successes for one in holding), default=0.0)
    near = [one for one in holding if one.successes >= (1 - _ALIKE) * most]
    return max(near, key=lambda one: one.card["service_level"].value or 0.0, default=None)


def _above(flat: Tried | None, searched: Sequence[Tried]) -> list[Tried]:
    """Return the next number up, should the callers of the search have been lucky ones."""
    if flat is None:
        return []
    return [one for one in searched if one.rule.idle > flat.rule.idle][:1]


def _surely_more(base: Tried, other: Tried) -> bool:
    found = {one.measure.name: one for one in compare(base.card, other.card)}["successes"]
    return found.word is Word.BETTER


# --- Rules by interval -----------------------------------------------------------------------------------


def _proposed(searched: Sequence[Tried], plan: Plan) -> list[Rule]:
    """Propose rules by interval that on paper just keep the target, by their price of a caller in time."""
    successes = np.stack([one.swept.by_slot.mean(axis=0) for one in searched])
    slots = np.flatnonzero(successes.any(axis=0))
    if len(searched) < _FEWEST or len(slots) < _FEWEST:
        return []
    surplus = np.stack([_surplus(one.card, plan) for one in searched])
    numbers = [one.rule.idle for one in searched]
    found: dict[tuple[int, ...], Rule] = {}
    steepest = float(successes.sum() / max(1.0, np.abs(surplus[-1] - surplus[0]).sum()))
    for price in steepest * np.geomspace(0.01, 100, _PRICES):
        places = np.argmax(successes + price * surplus, axis=0)
        if surplus[places, np.arange(surplus.shape[1])].sum() >= 0:
            chosen = tuple(numbers[places[slot]] for slot in slots)
            found.setdefault(chosen, _rule(chosen, slots, plan.frame.interval))
            if len(found) == _LIVED:
                break
    return [rule for rule in found.values() if rule.idle_from]


def _surplus(card: Scorecard, plan: Plan) -> Floats:
    """Return by interval how many callers more than wanted were served in time, on average."""
    goal = max((one.share or 0.0 for one in plan.frame.targets), default=0.0)
    above, below = card.stack.parts(card.resolve("service_level"), by=By.INTERVAL)
    assert below is not None, "a service level is a ratio"
    found: Floats = (above - goal * below).mean(axis=0)
    return found


def _rule(chosen: Sequence[int], slots: npt.NDArray[np.intp], interval: Tick) -> Rule:
    """Write numbers by interval as steps; one number before the first, and no step that changes nothing."""
    steps: dict[Tick, int] = {}
    now = chosen[0]
    for slot, number in zip(slots.tolist(), chosen, strict=True):
        if number != now:
            steps[slot * interval] = now = number
    return Rule(idle=chosen[0], idle_from=steps)


# --- What to write into a scenario -------------------------------------------------------------------------


def override(plan: Plan, rule: Rule) -> str:
    """Return the rule as YAML to lay over the scenario: the table `campaigns` and nothing else."""
    lines = ["campaigns:"]
    for name, campaign in plan.scenario.campaigns.items():
        lines += [f"  {name}:", "    dialled_by:"]
        for group, rules in campaign.dialled_by.items():
            # A step of the scenario as it was cannot be taken out where an override put it there.
            steps = {tick: rule.at(tick) for tick in (*rules.keep_idle_from, *rule.idle_from)}
            lines += [f"      {group}:", f"        keep_idle: {rule.idle}"]
            if steps:
                told = ", ".join(f"{format_clock_time(t)}: {n}" for t, n in sorted(steps.items()))
                lines.append(f"        keep_idle_from: {{{told}}}")
    return "\n".join(lines) + "\n"
