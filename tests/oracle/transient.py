"""A day with changing rates and staff: M(t)/M/s(t)+M with balking, exact by uniformisation.

Rates and staff are constant within a period. A call belongs to the period in which it arrives.
When staff goes down, agents on a call finish it and then leave; when it goes up, the new agents
take the head of the queue at once. After the last period nobody arrives and its staff stays until
the last caller is gone.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from tests.oracle import markov

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_GONE: Final = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Rates per second, one arrival rate and one number of agents a period."""

    arrival_rates: Sequence[float]
    agents: Sequence[int]
    period: float
    service_rate: float
    patience_rate: float
    balking: float = 0.0
    """Share of calls not answered at once that hang up at once."""
    places: int = 60
    """Where the queue is cut."""

    @property
    def most(self) -> int:
        """Return the most agents of any period."""
        return max(self.agents)

    @property
    def grid(self) -> tuple[Floats, Floats]:
        """Return busy agents and waiting callers of each state."""
        busy, queue = np.divmod(np.arange((self.most + 1) * (self.places + 1)), self.places + 1)
        return busy.astype(np.float64), queue.astype(np.float64)

    def generator(self, arrival_rate: float, agents: int) -> sparse.csr_matrix:
        """Return the generator of (busy, waiting) for one period."""
        busy, queue = self.grid
        free = (busy < agents) & (queue == 0)
        joins = (busy >= agents) & (queue < self.places)
        hands_on = (busy <= agents) & (queue > 0)
        row = self.places + 1
        flows = [
            (free, np.full(busy.shape, row), np.full(busy.shape, arrival_rate)),
            (joins, np.full(busy.shape, 1), np.full(busy.shape, arrival_rate * (1 - self.balking))),
            (busy > 0, np.where(hands_on, -1, -row), busy * self.service_rate),
            (queue > 0, np.full(busy.shape, -1), queue * self.patience_rate),
        ]
        return _generator(flows, busy.size)

    def watched(self, agents: int) -> tuple[sparse.csr_matrix, Floats]:
        """Return the generator of (busy, ahead) of a waiting call, and its rate of being answered."""
        busy, ahead = self.grid
        row = self.places + 1
        hands_on = (busy <= agents) & (ahead > 0)
        answered = (busy <= agents) & (ahead == 0)
        flows = [
            ((busy > 0) & ~answered, np.where(hands_on, -1, -row), busy * self.service_rate),
            (ahead > 0, np.full(busy.shape, -1), ahead * self.patience_rate),
        ]
        rate = np.where(answered, busy * self.service_rate, 0.0)
        leaving = sparse.diags_array(rate + self.patience_rate)
        return (_generator(flows, busy.size) - leaving).tocsr(), rate

    def rearranged(self, law: Floats, agents: int, *, watched: bool) -> tuple[Floats, float]:
        """Let free agents take from the queue; returns the law and what of it was answered."""
        busy, queue = self.grid
        taken = np.clip(agents - busy, 0, queue + watched)
        done = watched & (taken > queue)
        target = ((busy + taken) * (self.places + 1) + queue - taken).astype(np.int64)
        moved = np.zeros(law.shape)
        np.add.at(moved, target[~done], law[~done])
        return moved, float(law[done].sum())


def day(plan: Day, *, within: float = 20.0) -> list[dict[str, float]]:
    """Return the measures of each period's calls.

    Returns:
        A list, one dict a period: `offered`, `p_wait` (balking had to wait), `p_abandon` (balking
        included), `mean_wait_all`, `mean_wait_answered`,
        `service_level_answered_within_over_offered`, `abandoned_within_over_offered`; and over the
        period's time `mean_queue` and `mean_busy`.
    """
    out = []
    law = _empty(plan)
    for i in range(len(plan.agents)):
        law, _ = plan.rearranged(law, plan.agents[i], watched=False)
        cohort = _Cohort.of(plan, i, law)
        out.append(cohort.followed() | _in_time(plan, i, law, within))
        law = cohort.law
    return out


def day_totals(plan: Day, *, within: float = 20.0) -> dict[str, float]:
    """Return expected counts over the whole day, cheaply: no cohort is followed to its end.

    Returns:
        `offered`, `lost` (balking included), `waited_seconds`, `answered_within`,
        `abandoned_within`.
    """
    totals = dict.fromkeys(
        ("offered", "lost", "waited_seconds", "answered_within", "abandoned_within"), 0.0
    )
    law = _empty(plan)
    periods = len(plan.agents)
    for i in range(periods + 24):
        last = min(i, periods - 1)
        rate = plan.arrival_rates[i] if i < periods else 0.0
        law, _ = plan.rearranged(law, plan.agents[last], watched=False)
        if i < periods:
            parts = _in_time(plan, i, law, within)
            for name in ("answered_within", "abandoned_within"):
                totals[name] += parts[f"{name}_over_offered"] * rate * plan.period
        law, spent = _advance(plan, rate, plan.agents[last], law)
        totals["offered"] += rate * plan.period
        totals["waited_seconds"] += spent["queue"]
        totals["lost"] += (
            plan.patience_rate * spent["queue"] + plan.balking * rate * spent["all_busy"]
        )
        if i >= periods and spent["queue"] < _GONE:
            break
    totals["answered_within"] = totals.pop("answered_within")
    return totals


def busy_days(
    plan: Day, *, shape: float, within: float = 20.0, nodes: int = 24
) -> dict[str, float]:
    """Average `day_totals` over a gamma busyness of mean 1 that multiplies all arrival rates.

    Gauss-Laguerre nodes in the busyness; nodes whose weight is below 1e-9 are left out. The place
    where the queue is cut grows with the node.
    """
    points, weights = special.roots_genlaguerre(nodes, shape - 1)
    weights = weights / weights.sum()
    out: dict[str, float] = {}
    for point, weight in zip(points / shape, weights, strict=True):
        if weight < 1e-9:
            continue
        busier = Day(
            arrival_rates=[rate * point for rate in plan.arrival_rates],
            agents=plan.agents,
            period=plan.period,
            service_rate=plan.service_rate,
            patience_rate=plan.patience_rate,
            balking=plan.balking,
            places=_places(plan, point),
        )
        for name, value in day_totals(busier, within=within).items():
            out[name] = out.get(name, 0.0) + weight * value
    return out


def _places(plan: Day, factor: float) -> int:
    excess = max(
        factor * rate * (1 - plan.balking) - staff * plan.service_rate
        for rate, staff in zip(plan.arrival_rates, plan.agents, strict=True)
    )
    settled = max(excess, 0.0) / plan.patience_rate
    spread = factor * max(plan.arrival_rates) / plan.patience_rate
    return int(settled + 8 * np.sqrt(spread) + 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cohort:
    """The calls of one period: who waits at its end, for how long so far, and what became of others."""

    plan: Day
    period: int
    law: Floats
    waiting: Floats
    age: Floats
    sums: dict[str, float]

    @classmethod
    def of(cls, plan: Day, period: int, law: Floats) -> "_Cohort":
        rate, agents = plan.arrival_rates[period], plan.agents[period]
        busy, queue = plan.grid
        live, (watched, answered) = plan.generator(rate, agents), plan.watched(agents)
        must_wait = busy >= agents
        joins = np.where(must_wait & (queue < plan.places), rate * (1 - plan.balking), 0.0)
        size = busy.size
        gains = {
            "at_once": (0, np.where(must_wait, 0.0, rate)),
            "balked": (0, np.where(must_wait, rate * plan.balking, 0.0)),
            "queue": (0, queue),
            "busy": (0, busy),
            "answered": (1, answered),
            "abandoned": (1, np.full(size, plan.patience_rate)),
            "wait_answered": (2, answered),
            "wait_abandoned": (2, np.full(size, plan.patience_rate)),
        }
        blocks = sparse.block_array(
            [
                [live, sparse.diags_array(joins), None],
                [None, watched, sparse.eye_array(size)],
                [None, None, watched],
            ]
        )
        first = np.concatenate([law, np.zeros(2 * size)])
        end, sums = _with_gains(blocks, gains, first, plan.period, size)
        return cls(
            plan=plan,
            period=period,
            law=end[:size],
            waiting=end[size : 2 * size],
            age=end[2 * size :],
            sums=sums,
        )

    def followed(self) -> dict[str, float]:
        """Follow the cohort until nobody of it waits."""
        plan, sums = self.plan, dict(self.sums)
        waiting, age, period, size = self.waiting, self.age, self.period + 1, self.waiting.size
        while waiting.sum() > _GONE:
            agents = plan.agents[min(period, len(plan.agents) - 1)]
            waiting, done = plan.rearranged(waiting, agents, watched=True)
            age, waited = plan.rearranged(age, agents, watched=True)
            sums["answered"] += done
            sums["wait_answered"] += waited
            watched, answered = plan.watched(agents)
            hang_up = np.full(size, plan.patience_rate)
            gains = {
                "answered": (0, answered),
                "abandoned": (0, hang_up),
                "wait_answered": (1, answered),
                "wait_abandoned": (1, hang_up),
            }
            blocks = sparse.block_array([[watched, sparse.eye_array(size)], [None, watched]])
            end, more = _with_gains(
                blocks, gains, np.concatenate([waiting, age]), plan.period, size
            )
            waiting, age = end[:size], end[size:]
            sums = {name: value + more.get(name, 0.0) for name, value in sums.items()}
            period += 1
        return self._measures(sums)

    def _measures(self, sums: dict[str, float]) -> dict[str, float]:
        offered = self.plan.arrival_rates[self.period] * self.plan.period
        answered = sums["at_once"] + sums["answered"]
        return {
            "offered": offered,
            "p_wait": 1 - sums["at_once"] / offered,
            "p_abandon": (sums["balked"] + sums["abandoned"]) / offered,
            "p_answered": answered / offered,
            "mean_wait_all": (sums["wait_answered"] + sums["wait_abandoned"]) / offered,
            "mean_wait_answered": sums["wait_answered"] / answered,
            "mean_queue": sums["queue"] / self.plan.period,
            "mean_busy": sums["busy"] / self.plan.period,
        }


def _in_time(plan: Day, period: int, law: Floats, within: float) -> dict[str, float]:
    """Sample arrival times of a period; follow each through the threshold, over its end if need be."""
    length, agents = plan.period, plan.agents[period]
    later = plan.agents[min(period + 1, len(plan.agents) - 1)]
    live = plan.generator(plan.arrival_rates[period], agents)
    busy, queue = plan.grid
    must_wait = busy >= agents
    edges = np.unique(
        np.clip([0, length / 64, length / 16, length / 4, length - within, length], 0, length)
    )
    good = hung_up = now = 0.0
    for left, right in itertools.pairwise(edges):
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            time = left + (right - left) * (1 + node) / 2
            law, now = markov.propagate(live, law, time - now), time
            share = weight * (right - left) / 2 / length
            joined = np.where(must_wait & (queue < plan.places), law, 0.0) * (1 - plan.balking)
            inside = min(within, length - time)
            left_over, answered = _watch(plan, agents, joined, inside)
            if inside < within:
                left_over, at_boundary = plan.rearranged(left_over, later, watched=True)
                left_over, more = _watch(plan, later, left_over, within - inside)
                answered += at_boundary + more
            good += share * (law[~must_wait].sum() + answered)
            gone = joined.sum() - answered - left_over.sum()
            hung_up += share * (gone + plan.balking * law[must_wait].sum())
    return {
        "service_level_answered_within_over_offered": float(good),
        "answered_within_over_offered": float(good),
        "abandoned_within_over_offered": float(hung_up),
    }


def _watch(plan: Day, agents: int, waiting: Floats, time: float) -> tuple[Floats, float]:
    watched, answered = plan.watched(agents)
    end, sums = _with_gains(watched, {"answered": (0, answered)}, waiting, time, waiting.size)
    return end, sums["answered"]


def _advance(plan: Day, rate: float, agents: int, law: Floats) -> tuple[Floats, dict[str, float]]:
    busy, queue = plan.grid
    gains = {"queue": (0, queue), "all_busy": (0, (busy >= agents).astype(np.float64))}
    return _with_gains(plan.generator(rate, agents), gains, law, plan.period, law.size)


def _with_gains(
    generator: sparse.csr_matrix,
    gains: dict[str, tuple[int, Floats]],
    first: Floats,
    time: float,
    size: int,
) -> tuple[Floats, dict[str, float]]:
    """Propagate, and integrate each gain rate over the block of states that earns it."""
    count = first.size
    columns = np.zeros((count, len(gains)))
    for j, (block, rate) in enumerate(gains.values()):
        columns[block * size : (block + 1) * size, j] = rate
    corner = sparse.csr_array((len(gains), len(gains)))
    whole = sparse.block_array([[generator, sparse.csr_array(columns)], [None, corner]]).tocsr()
    end = markov.propagate(whole, np.concatenate([first, np.zeros(len(gains))]), time)
    return end[:count], dict(zip(gains, end[count:].tolist(), strict=True))


def _generator(
    flows: list[tuple[NDArray[np.bool_], Floats, Floats]], size: int
) -> sparse.csr_matrix:
    rows, columns, rates = [], [], []
    for where, shift, rate in flows:
        origin = np.flatnonzero(where)
        target = origin + np.broadcast_to(shift, size)[origin]
        inside = (target >= 0) & (target < size)
        rows += [origin[inside], origin[inside]]
        columns += [target[inside].astype(np.int64), origin[inside]]
        rates += [rate[origin[inside]], -rate[origin[inside]]]
    entries = (np.concatenate(rates), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.csr_matrix(entries, shape=(size, size))


def _empty(plan: Day) -> Floats:
    law = np.zeros((plan.most + 1) * (plan.places + 1))
    law[0] = 1.0
    return law
