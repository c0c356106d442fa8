"""Call types and agent groups with ordered routing, priorities and balking: a truncated chain.

One builder covers M/M/c+M, the V design (types share a group, with non-preemptive priority), the
N and W designs, and ordered agents of different speeds (groups of one agent).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tests.oracle import markov

State = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A centre; rates per second, index of a call type or of a group by position."""

    arrival_rates: Sequence[float]
    agents: Sequence[int]
    service_rates: Sequence[float]
    """One a group."""
    routes: Sequence[Sequence[int]]
    """For each type, the groups a new call tries, in order."""
    serves: Sequence[Sequence[int]]
    """For each group, the types whose queues a freed agent looks at, in order."""
    patience_rates: Sequence[float]
    balking: Sequence[float]
    """For each type, the share that hangs up at once when not answered at once."""
    places: Sequence[int]
    """For each type, where its queue is cut."""

    def moves(self, state: State, tagged: int | None = None) -> Iterator[tuple[State | str, float]]:
        """List the moves; with `tagged`, its type gets no new calls and its last call is watched."""
        busy, queue = state
        for k, rate in enumerate(self.arrival_rates):
            if k != tagged:
                yield from self._arrival(busy, queue, k, rate)
        for g, count in enumerate(busy):
            if count:
                yield self._service(busy, queue, g, tagged), count * self.service_rates[g]
        for k, count in enumerate(queue):
            if not count:
                continue
            ahead = count - (k == tagged)
            if ahead:
                yield (busy, _changed(queue, k, -1)), ahead * self.patience_rates[k]
            if k == tagged:
                yield "abandoned", self.patience_rates[k]

    def free_group(self, busy: tuple[int, ...], k: int) -> int | None:
        """Return the group that answers a new call of type `k` at once, if any."""
        return next((g for g in self.routes[k] if busy[g] < self.agents[g]), None)

    def _arrival(
        self, busy: tuple[int, ...], queue: tuple[int, ...], k: int, rate: float
    ) -> Iterator[tuple[State, float]]:
        group = self.free_group(busy, k)
        if group is not None:
            yield (_changed(busy, group, 1), queue), rate
        elif queue[k] < self.places[k]:
            yield (busy, _changed(queue, k, 1)), rate * (1 - self.balking[k])

    def _service(
        self, busy: tuple[int, ...], queue: tuple[int, ...], g: int, tagged: int | None
    ) -> State | str:
        for k in self.serves[g]:
            if queue[k]:
                if k == tagged and queue[k] == 1:
                    return "answered"
                return busy, _changed(queue, k, -1)
        return _changed(busy, g, -1), queue


def multi_skill(
    design: Design, *, within: Sequence[float], large: bool = False, fates: bool = True
) -> dict[str, float]:
    """Solve the design; measures of type `k` end in `/k`, of all types in nothing.

    Args:
        design: The centre.
        within: Service level threshold of each type, in seconds.
        large: Use the iterative solver.
        fates: Follow a tagged call of each type too, for the answered waits and service levels.

    Returns:
        `p_wait` (balking calls had to wait), `p_abandon` (balking included), `p_block` (queue cut
        off), `mean_wait_all` (over all offered, balking waits 0), `mean_queue`, `occupancy`, and
        with `fates` also `mean_wait_answered`, `service_level_answered_within_over_offered`,
        `abandoned_within_over_offered`.
    """
    empty: State = ((0,) * len(design.agents), (0,) * len(design.arrival_rates))
    full = markov.chain([empty], design.moves)
    solve = markov.stationary_by_sweeps if large else markov.stationary
    law = solve(full.generator)
    out: dict[str, float] = {}
    for k, rate in enumerate(design.arrival_rates):
        out |= _of_type(design, full, law, k)
        if fates:
            out |= _fates_of_type(design, full, law, k, within=within[k])
        out[f"arrival_rate/{k}"] = rate
    for g, count in enumerate(design.agents):
        out[f"occupancy/{g}"] = float(law @ full.column(lambda s, g=g: s[0][g])) / count
    return out | _over_types(out, design)


def _of_type(
    design: Design, full: markov.Chain[State], law: markov.Floats, k: int
) -> dict[str, float]:
    rate, theta, balk = design.arrival_rates[k], design.patience_rates[k], design.balking[k]
    must_wait = full.column(lambda s: float(design.free_group(s[0], k) is None))
    cut = full.column(
        lambda s: float(design.free_group(s[0], k) is None and s[1][k] >= design.places[k])
    )
    queue = float(law @ full.column(lambda s: s[1][k]))
    p_wait, p_block = float(law @ must_wait), float(law @ cut) * (1 - balk)
    return {
        f"p_wait/{k}": p_wait - p_block,
        f"p_block/{k}": p_block,
        f"p_abandon/{k}": p_wait * balk + theta * queue / rate,
        f"mean_queue/{k}": queue,
        f"mean_wait_all/{k}": queue / rate,
    }


def _fates_of_type(
    design: Design, full: markov.Chain[State], law: markov.Floats, k: int, *, within: float
) -> dict[str, float]:
    start: dict[State, float] = {}
    at_once = balked = 0.0
    for (busy, queue), chance in zip(full.states, law.tolist(), strict=True):
        if design.free_group(busy, k) is not None:
            at_once += chance
        else:
            balked += chance * design.balking[k]
            if queue[k] < design.places[k]:
                start[busy, _changed(queue, k, 1)] = chance * (1 - design.balking[k])
    tagged = markov.chain(
        list(start), lambda state: design.moves(state, k), exits=("answered", "abandoned")
    )
    ends = markov.fates(tagged, start, within=within)
    answered = at_once + ends["answered"].share
    return {
        f"mean_wait_answered/{k}": ends["answered"].wait / answered,
        f"service_level_answered_within_over_offered/{k}": at_once + ends["answered"].within,
        f"abandoned_within_over_offered/{k}": balked + ends["abandoned"].within,
        f"p_answered/{k}": answered,
    }


def _over_types(out: dict[str, float], design: Design) -> dict[str, float]:
    rates = np.array(design.arrival_rates)
    kinds = range(rates.size)
    total: dict[str, float] = {}
    for name in ("p_wait", "p_block", "p_abandon", "mean_wait_all", "p_answered"):
        if f"{name}/0" in out:
            total[name] = float(rates @ [out[f"{name}/{k}"] for k in kinds] / rates.sum())
    for name in ("service_level_answered_within_over_offered", "abandoned_within_over_offered"):
        if f"{name}/0" in out:
            total[name] = float(rates @ [out[f"{name}/{k}"] for k in kinds] / rates.sum())
    if "p_answered" in total:
        answered = rates * [out[f"p_answered/{k}"] for k in kinds]
        waits = np.array([out[f"mean_wait_answered/{k}"] for k in kinds])
        total["mean_wait_answered"] = float(answered @ waits / answered.sum())
    total["mean_queue"] = sum(out[f"mean_queue/{k}"] for k in kinds)
    agents = np.array(design.agents)
    total["occupancy"] = float(
        agents @ [out[f"occupancy/{g}"] for g in range(agents.size)] / agents.sum()
    )
    return total


def _changed(counts: tuple[int, ...], place: int, by: int) -> tuple[int, ...]:
    return (*counts[:place], counts[place] + by, *counts[place + 1 :])
