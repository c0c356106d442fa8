"""Handling times that are not exponential: phase-type chains, and fixed handling by Crommelin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tests.oracle import markov

Floats = NDArray[np.float64]
State = tuple[tuple[int, ...], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """A phase-type time: where it starts, how fast each phase ends, and where it goes then."""

    start: Sequence[float]
    rates: Sequence[float]
    onward: Sequence[Sequence[float]]
    """Chance of each next phase; what is missing to 1 ends the time."""

    def ends(self, phase: int) -> float:
        """Return the chance that the time ends with this phase."""
        return 1 - sum(self.onward[phase])


def erlang_phases(count: int, *, mean: float) -> Phases:
    """Return an Erlang time of `count` equal stages."""
    onward = [[float(j == i + 1) for j in range(count)] for i in range(count)]
    return Phases(start=[1.0] + [0.0] * (count - 1), rates=[count / mean] * count, onward=onward)


def hyperexponential_phases(shares: Sequence[float], *, means: Sequence[float]) -> Phases:
    """Return a mixture of exponential times."""
    return Phases(
        start=shares, rates=[1 / m for m in means], onward=[[0.0] * len(means) for _ in means]
    )


def phase_queue(
    arrival_rate: float,
    *,
    handling: Phases,
    agents: int,
    patience_rate: float = 0.0,
    places: int = 200,
    within: float = 20.0,
) -> dict[str, float]:
    """Solve M/PH/c/K+M: any phase-type handling, exponential patience, FIFO, `places` to wait.

    Defaults of the book (per second): `arrival 0.055, agents 5`, Erlang-2 of mean 70 s, or a
    mixture 0.8 of mean 40 s and 0.2 of mean 190 s, patience 1/180, level at 20 s.

    Returns:
        The keys of `single_queue`; `p_block` is what the cut `places` turns away.
    """
    moves = _PhaseMoves(arrival_rate, handling, agents, patience_rate, places)
    full = markov.chain([((0,) * len(handling.rates), 0)], moves.live)
    law = markov.stationary(full.generator)
    start: dict[State, float] = {}
    at_once = p_block = 0.0
    for (busy, queue), chance in zip(full.states, law.tolist(), strict=True):
        if sum(busy) < agents:
            at_once += chance
        elif queue < places:
            start[busy, queue] = chance
        else:
            p_block += chance
    tagged = markov.chain(list(start), moves.watched, exits=("answered", "abandoned"))
    ends = markov.fates(tagged, start, within=within)
    queue = float(law @ full.column(lambda s: s[1]))
    answered = at_once + ends["answered"].share
    return {
        "p_wait": sum(start.values()),
        "p_abandon": ends["abandoned"].share,
        "p_block": p_block,
        "mean_wait_all": queue / arrival_rate / (1 - p_block),
        "mean_wait_answered": ends["answered"].wait / answered,
        "service_level_answered_within_over_offered": at_once + ends["answered"].within,
        "abandoned_within_over_offered": ends["abandoned"].within,
        "occupancy": float(law @ full.column(lambda s: sum(s[0]))) / agents,
        "mean_queue": queue,
        "p_answered": answered,
    }


@dataclass(frozen=True, slots=True)
class _PhaseMoves:
    arrival_rate: float
    handling: Phases
    agents: int
    patience_rate: float
    places: int

    def live(self, state: State) -> Iterator[tuple[State, float]]:
        busy, queue = state
        if sum(busy) < self.agents:
            for i, chance in enumerate(self.handling.start):
                yield (_add(busy, i), queue), self.arrival_rate * chance
        elif queue < self.places:
            yield (busy, queue + 1), self.arrival_rate
        yield (busy, queue - 1), queue * self.patience_rate
        for target, freed, rate in self._services(busy):
            if freed and queue:
                yield from (
                    ((_add(target, i), queue - 1), rate * p)
                    for i, p in enumerate(self.handling.start)
                )
            else:
                yield (target, queue), rate

    def watched(self, state: State) -> Iterator[tuple[State | str, float]]:
        """Moves of a call with `state[1]` others ahead of it."""
        busy, ahead = state
        yield (busy, ahead - 1), ahead * self.patience_rate
        yield "abandoned", self.patience_rate
        for target, freed, rate in self._services(busy):
            if not freed:
                yield (target, ahead), rate
            elif ahead:
                yield from (
                    ((_add(target, i), ahead - 1), rate * p)
                    for i, p in enumerate(self.handling.start)
                )
            else:
                yield "answered", rate

    def _services(self, busy: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], bool, float]]:
        for i, count in enumerate(busy):
            rate, left = count * self.handling.rates[i], _add(busy, i, -1)
            if not count:
                continue
            for j, chance in enumerate(self.handling.onward[i]):
                if chance:
                    yield _add(left, j), False, rate * chance
            if self.handling.ends(i) > 0:
                yield left, True, rate * self.handling.ends(i)


def fixed_handling_queue(
    arrival_rate: float, *, handling: float, agents: int, within: float = 20.0, states: int = 400
) -> dict[str, float]:
    """Solve M/D/c: the number present satisfies `N(t + D) = max(N(t) - c, 0) + Poisson(rate * D)`.

    The law of the wait is Franx's (2001) finite sum. Default of the book: `arrival 0.06 per
    second, handling 70 s, agents 5`, level at 20 s.
    """
    mean = arrival_rate * handling
    counts = np.arange(states)
    arrivals = np.exp(counts * np.log(mean) - mean - special.gammaln(counts + 1))
    step = np.zeros((states, states))
    for present in range(states):
        left = max(present - agents, 0)
        step[present, left:] = arrivals[: states - left]
    step[:, -1] += 1 - step.sum(axis=1)
    system = np.vstack([(step.T - np.eye(states))[:-1], np.ones(states)])
    law = np.linalg.solve(system, np.concatenate([np.zeros(states - 1), [1.0]]))
    queue = float(law @ np.maximum(counts - agents, 0))
    return {
        "p_wait": 1 - float(law[:agents].sum()),
        "p_abandon": 0.0,
        "p_block": 0.0,
        "mean_wait_all": queue / arrival_rate,
        "mean_wait_answered": queue / arrival_rate,
        "service_level_answered_within_over_offered": _fixed_wait_within(
            law, arrival_rate, handling, agents, within
        ),
        "occupancy": mean / agents,
        "mean_queue": queue,
        "p_answered": 1.0,
    }


def _fixed_wait_within(
    law: Floats, arrival_rate: float, handling: float, agents: int, within: float
) -> float:
    windows = int(np.floor(within / handling)) + 1
    mean = arrival_rate * (windows * handling - within)
    queue_up_to = np.cumsum(np.concatenate([[law[: agents + 1].sum()], law[agents + 1 :]]))
    counts = np.arange(windows * agents)
    poisson = (
        np.exp(counts * np.log(mean) - mean - special.gammaln(counts + 1)) if mean else counts == 0
    )
    return float(poisson @ queue_up_to[windows * agents - 1 - counts])


def _add(counts: tuple[int, ...], place: int, by: int = 1) -> tuple[int, ...]:
    return (*counts[:place], counts[place] + by, *counts[place + 1 :])
