"""One call type, one group, exponential handling: exact measures summed over a birth-death chain.

Plain sums over states, on purpose unlike the integrals of `callcenter.planning.erlang`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]


def single_queue(
    arrival_rate: float,
    *,
    service_rate: float,
    agents: int,
    patience_rate: float = 0.0,
    lines: int | None = None,
    within: float = 20.0,
) -> dict[str, float]:
    """Solve M/M/c/K+M; without `lines` the queue is cut where nothing is left.

    Case defaults used by the book, rates per second, service level at 20 s:
    M/M/c `arrival 0.07, service 1/120, agents 12`; M/M/c+M `492/3600, 1/150, 26, patience 1/300`;
    M/M/c/K `lines=30` and M/M/c/K+M of the latter.

    Returns:
        `p_wait`, `p_abandon`, `p_block`, `mean_wait_all` (of calls that got in),
        `mean_wait_answered`, `service_level_answered_within_over_offered`,
        `abandoned_within_over_offered`, `occupancy`, `mean_queue`, `p_answered`.
    """
    room = (
        lines
        if lines is not None
        else _enough_lines(arrival_rate, service_rate, agents, patience_rate)
    )
    law = state_law(
        arrival_rate,
        service_rate=service_rate,
        agents=agents,
        patience_rate=patience_rate,
        lines=room,
    )
    waiting = law[agents:room]
    waits = after_ahead(
        waiting,
        service_rate=service_rate,
        agents=agents,
        patience_rate=patience_rate,
        within=within,
    )
    counts = np.arange(room + 1)
    queue = float(law @ np.maximum(counts - agents, 0))
    p_block = float(law[-1]) if lines is not None else 0.0
    at_once = float(law[:agents].sum())
    answered = at_once + waits["answered"]
    return {
        "p_wait": float(waiting.sum()),
        "p_abandon": patience_rate * queue / arrival_rate,
        "p_block": p_block,
        "mean_wait_all": queue / arrival_rate / (1 - p_block),
        "mean_wait_answered": waits["wait_answered"] / answered,
        "service_level_answered_within_over_offered": at_once + waits["answered_within"],
        "abandoned_within_over_offered": waits["abandoned_within"],
        "occupancy": float(law @ np.minimum(counts, agents)) / agents,
        "mean_queue": queue,
        "p_answered": answered,
    }


def state_law(
    arrival_rate: float, *, service_rate: float, agents: int, patience_rate: float, lines: int
) -> Floats:
    """Return the stationary probabilities of 0 to `lines` calls."""
    counts = np.arange(1, lines + 1)
    deaths = (
        np.minimum(counts, agents) * service_rate + np.maximum(counts - agents, 0) * patience_rate
    )
    logs = np.concatenate([[0.0], np.cumsum(np.log(arrival_rate) - np.log(deaths))])
    weight = np.exp(logs - logs.max())
    return weight / weight.sum()


def after_ahead(
    waiting: Floats, *, service_rate: float, agents: int, patience_rate: float, within: float
) -> dict[str, float]:
    """Follow calls that find 0, 1, ... waiting ahead, `waiting[j]` of them each.

    The service level is the tagged call's pure-death chain: with `j` ahead the wait that would be
    needed is `-log` of a beta variate for impatient callers, an Erlang variate for patient ones.
    """
    drain, ahead = agents * service_rate, np.arange(waiting.size) + 1
    steps = 1 / (drain + ahead * patience_rate)
    patient = drain * steps
    if patience_rate:
        gone, power = -np.expm1(-patience_rate * within), drain / patience_rate
        in_time = patient * special.betainc(ahead, power + 1, gone)
        longer = special.betaincc(ahead, power, gone) * (1 - gone)
    else:
        in_time = stats.gamma.cdf(within, ahead, scale=1 / drain)
        longer = 1 - in_time
    return {
        "answered": float(waiting @ patient),
        "wait_answered": float(waiting @ (patient * np.cumsum(steps))),
        "answered_within": float(waiting @ in_time),
        "abandoned_within": float(waiting @ (1 - longer - in_time)),
    }


def _enough_lines(
    arrival_rate: float, service_rate: float, agents: int, patience_rate: float
) -> int:
    room = agents + 200
    while True:
        law = state_law(
            arrival_rate,
            service_rate=service_rate,
            agents=agents,
            patience_rate=patience_rate,
            lines=room,
        )
        if law[-1] <= 1e-18 * law[agents:].sum():
            return room
        if room > 10**6:
            message = "the queue never empties"
            raise ArithmeticError(message)
        room *= 2
