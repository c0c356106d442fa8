"""Patience that is not exponential: quadrature of the offered wait, and a chain that keeps order."""

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy import integrate

from tests.oracle import markov
from tests.oracle.phases import Phases

State = tuple[int, tuple[int, ...]]


def general_patience(
    arrival_rate: float,
    *,
    service_rate: float,
    agents: int,
    survival: Callable[[float], float],
    spent: Callable[[float], float],
    breaks: Sequence[float] = (),
    within: float = 20.0,
) -> dict[str, float]:
    """Solve M/M/c+G by `scipy.integrate.quad` over the offered wait, with plain sums below `c`.

    Patience cases of the book, all of mean 60 s, at `arrival 0.11 per second, service 1/60,
    agents 7`: deterministic 60; uniform 0 to 120; Erlang-2; hyperexponential 0.6 of mean 20 and
    0.4 of mean 120.

    Args:
        arrival_rate: Calls per second.
        service_rate: Calls an agent finishes per second.
        agents: Agents.
        survival: Share still patient after a wait.
        spent: Its integral from zero.
        breaks: Where it bends.
        within: Threshold in seconds.
    """
    load, drain = arrival_rate / service_rate, agents * service_rate
    below = 1.0
    for k in range(1, agents):
        below = 1 + below * k / load

    def area(weight: Callable[[float], float], upper: float) -> float:
        marks = [0.0, *(b for b in (*breaks, within) if b < upper), upper]
        edges = sorted({*marks, *np.linspace(0, upper, 33)})
        return sum(
            integrate.quad(
                lambda x: weight(x) * np.exp(arrival_rate * spent(x) - drain * x), a, b,
                epsabs=0.0, epsrel=1e-12,
            )[0]
            for a, b in itertools.pairwise(edges)
        )  # fmt: skip

    last = 1 / drain
    while arrival_rate * spent(last) - drain * last > -60:
        last *= 1.3
    total = below + arrival_rate * area(lambda _: 1.0, last)
    answered = (below + arrival_rate * area(survival, last)) / total
    wait = arrival_rate * area(spent, last) / total
    waited = arrival_rate * area(lambda x: x * survival(x), last) / total
    in_time = below + arrival_rate * area(survival, within)
    gone = arrival_rate * area(lambda x: 1 - survival(min(x, within)), last) / total
    return {
        "p_wait": 1 - below / total,
        "p_abandon": 1 - answered,
        "p_block": 0.0,
        "p_answered": answered,
        "mean_wait_all": wait,
        "mean_wait_answered": waited / answered,
        "service_level_answered_within_over_offered": in_time / total,
        "abandoned_within_over_offered": gone,
        "occupancy": arrival_rate * answered / drain,
        "mean_queue": arrival_rate * wait,
    }


def ordered_patience_chain(
    arrival_rate: float, *, service_rate: float, agents: int, patience: Phases, places: int = 11
) -> dict[str, float]:
    """Solve M/M/c/K+PH with the queue kept in order, each waiting caller in a patience phase.

    The state grows with the number of phases to the power `places`: for small queues only, as a
    check on the quadrature. A caller served has waited to the head of the line.
    """

    def moves(state: State) -> Iterator[tuple[State, float]]:
        busy, queue = state
        if busy < agents:
            yield (busy + 1, queue), arrival_rate
        elif len(queue) < places:
            for phase, chance in enumerate(patience.start):
                yield (busy, (*queue, phase)), arrival_rate * chance
        yield (busy, queue[1:]) if queue else (busy - 1, queue), busy * service_rate
        for i, phase in enumerate(queue):
            rate = patience.rates[phase]
            yield (busy, (*queue[:i], *queue[i + 1 :])), rate * patience.ends(phase)
            for target, chance in enumerate(patience.onward[phase]):
                yield (busy, (*queue[:i], target, *queue[i + 1 :])), rate * chance

    full = markov.chain([(0, ())], moves)
    law = markov.stationary(full.generator)
    queue = float(law @ full.column(lambda s: len(s[1])))
    busy = float(law @ full.column(lambda s: s[0]))
    p_block = float(law @ full.column(lambda s: len(s[1]) == places))
    return {
        "p_wait": float(law @ full.column(lambda s: s[0] == agents)) - p_block,
        "p_block": p_block,
        "p_abandon": 1 - p_block - busy * service_rate / arrival_rate,
        "mean_wait_all": queue / arrival_rate / (1 - p_block),
        "occupancy": busy / agents,
        "mean_queue": queue,
    }
