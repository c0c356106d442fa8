"""Exact answers to rules of the house that textbooks pass over: reserves, helpers, failing machines.

Rates are per second, times in seconds. The keys are those of `tests.oracle.single`.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import integrate

from tests.oracle import markov
from tests.oracle.single import after_ahead, single_queue

Measures = dict[str, float]
Triple = tuple[int, int, int]
Machines = tuple[int, int, int, int]


def balking_by_length(
    arrival_rate: float,
    *,
    service_rate: float,
    agents: int,
    patience_rate: float,
    steps: Mapping[int, float],
    within: float = 20.0,
    places: int = 80,
) -> Measures:
    """Solve M/M/c+M where who finds `j` others waiting hangs up with the chance of the last step up to j.

    A birth-death chain whose births slow down as the queue grows.
    """
    balk = np.array([max((p for n, p in sorted(steps.items()) if n <= j), default=0.0)
                     for j in range(places)])  # fmt: skip
    counts = np.arange(1, agents + places + 1)
    births = arrival_rate * np.concatenate([np.ones(agents), 1 - balk])
    deaths = (
        np.minimum(counts, agents) * service_rate + np.maximum(counts - agents, 0) * patience_rate
    )
    weight = np.concatenate([[1.0], np.cumprod(births / deaths)])
    law = weight / weight.sum()
    must_wait = law[agents:-1]
    waits = after_ahead(
        must_wait * (1 - balk),
        service_rate=service_rate,
        agents=agents,
        patience_rate=patience_rate,
        within=within,
    )
    at_once, balked = float(law[:agents].sum()), float(must_wait @ balk)
    queue = float(law[agents:] @ np.arange(places + 1))
    answered = at_once + waits["answered"]
    present = np.arange(law.size)
    return {
        "p_wait": 1 - at_once,
        "p_balk": balked,
        "p_abandon": balked + patience_rate * queue / arrival_rate,
        "p_answered": answered,
        "mean_wait_all": queue / arrival_rate,
        "mean_wait_answered": waits["wait_answered"] / answered,
        "service_level_answered_within_over_offered": at_once + waits["answered_within"],
        "abandoned_within_over_offered": balked + waits["abandoned_within"],
        "occupancy": float(law @ np.minimum(present, agents)) / agents,
        "mean_queue": queue,
    }


def network(
    arrival_rates: Sequence[float],
    *,
    service_rates: Sequence[float],
    agents: Sequence[int],
    transfer: Sequence[Sequence[float]],
) -> list[Measures]:
    """Solve an open Jackson network, station by station: each is M/M/c with its own total flow.

    A call that arrives, from outside or from another station, sees the stationary law (arrival
    theorem), and its wait depends on those ahead of it alone.
    """
    shares = np.array(transfer)
    flows = np.linalg.solve(np.eye(len(shares)) - shares.T, np.array(arrival_rates))
    return [
        single_queue(float(flow), service_rate=rate, agents=count) | {"flow": float(flow)}
        for flow, rate, count in zip(flows, service_rates, agents, strict=True)
    ]


def levels(arrival_rates: Sequence[float], *, service_rate: float, agents: int) -> list[float]:
    """Return Cobham's (1954) mean waits of M/M/c with priorities, first level first, no preemption."""
    drain = agents * service_rate
    whole = single_queue(sum(arrival_rates), service_rate=service_rate, agents=agents)
    first = whole["p_wait"] / drain
    loads = np.concatenate([[0.0], np.cumsum(arrival_rates) / drain])
    return [first / ((1 - loads[k]) * (1 - loads[k + 1])) for k in range(len(arrival_rates))]


def weighted(
    arrival_rates: Sequence[float], *, weights: Sequence[float], service_rate: float, agents: int
) -> list[float]:
    """Return Kleinrock's (1964) mean waits where the largest weight x wait goes first.

    His M/M/1 of delay-dependent priorities holds for c equal servers with the residual work of M/M/c
    in place of that of M/M/1. `weights` ascend.
    """
    drain = agents * service_rate
    whole = single_queue(sum(arrival_rates), service_rate=service_rate, agents=agents)
    loads = np.array(arrival_rates) / drain
    every = whole["p_wait"] / drain / (1 - loads.sum())
    waits: list[float] = []
    for p, weight in enumerate(weights):
        less = sum(loads[i] * waits[i] * (1 - weights[i] / weight) for i in range(p))
        more = sum(loads[i] * (1 - weight / weights[i]) for i in range(p + 1, len(weights)))
        waits.append((every - less) / (1 - more))
    return waits


def patient_wait_law(
    arrival_rate: float, *, service_rate: float, agents: int
) -> Callable[[float], float]:
    """Return P(wait > t) of M/M/c."""
    p_wait = single_queue(arrival_rate, service_rate=service_rate, agents=agents)["p_wait"]
    slack = agents * service_rate - arrival_rate
    return lambda t: p_wait * float(np.exp(-slack * t))


def many_agents(
    rate: Callable[[float], float],
    *,
    lasts: Callable[[float], float],
    hours: int,
    breaks: Sequence[float],
) -> list[tuple[float, float]]:
    """Return for each hour of M(t)/G/oo: calls that arrive, and mean busy agents.

    Args:
        rate: Calls per second at a time since opening; nobody before 0.
        lasts: Share of calls that last longer than a time.
        hours: How many hours to report.
        breaks: Where the rate bends, in seconds.
    """

    def area(of: Callable[[float], float], low: float, high: float) -> float:
        marks = sorted({low, high, *(b for b in breaks if low < b < high)})
        return sum(
            integrate.quad(of, a, b, epsabs=0.0, epsrel=1e-10)[0]
            for a, b in itertools.pairwise(marks)
        )

    def busy(time: float) -> float:
        return area(lambda u: rate(u) * lasts(time - u), 0.0, time)

    nodes, weights = np.polynomial.legendre.leggauss(10)
    out = []
    for hour in range(hours):
        times = 3600 * (hour + (1 + nodes) / 2)
        mean_busy = float(sum(w * busy(t) for t, w in zip(times, weights, strict=True))) / 2
        out.append((area(rate, 3600 * hour, 3600 * (hour + 1)), mean_busy))
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Two types share the agents; plain calls are taken only while more than `kept` are free."""

    dear_rate: float
    plain_rate: float
    service_rate: float
    patience_rate: float
    agents: int
    kept: int
    places: int = 36

    def live(self, state: Triple) -> Iterator[tuple[Triple, float]]:
        """Moves of (busy, dear waiting, plain waiting)."""
        busy, dear, plain = state
        yield from self._dear_comes(busy, dear, plain)
        if self.agents - busy > self.kept:
            yield (busy + 1, dear, plain), self.plain_rate
        elif plain < self.places:
            yield (busy, dear, plain + 1), self.plain_rate
        yield (busy, dear - 1, plain), dear * self.patience_rate
        yield (busy, dear, plain - 1), plain * self.patience_rate
        target = self._freed(busy, dear)
        if target is None:
            yield (busy, dear, plain - 1) if plain else (busy - 1, dear, plain), self._flow(busy)
        else:
            yield (*target, plain), self._flow(busy)

    def watched(self, state: Triple) -> Iterator[tuple[Triple | str, float]]:
        """Moves of a plain call, with (busy, dear waiting, plain ahead)."""
        busy, dear, ahead = state
        yield from self._dear_comes(busy, dear, ahead)
        yield (busy, dear - 1, ahead), dear * self.patience_rate
        yield (busy, dear, ahead - 1), ahead * self.patience_rate
        yield "abandoned", self.patience_rate
        target = self._freed(busy, dear)
        if target is not None:
            yield (*target, ahead), self._flow(busy)
        elif ahead:
            yield (busy, dear, ahead - 1), self._flow(busy)
        else:
            yield "answered", self._flow(busy)

    def _dear_comes(self, busy: int, dear: int, plain: int) -> Iterator[tuple[Triple, float]]:
        if busy < self.agents:
            yield (busy + 1, dear, plain), self.dear_rate
        elif dear < self.places:
            yield (busy, dear + 1, plain), self.dear_rate

    def _flow(self, busy: int) -> float:
        return busy * self.service_rate

    def _freed(self, busy: int, dear: int) -> tuple[int, int] | None:
        """Return busy and dear waiting after an agent's end; `None`: he may take a plain call."""
        if dear:
            return busy, dear - 1
        return None if self.agents - busy + 1 > self.kept else (busy - 1, dear)


def reserve(design: Reserve, *, within: float = 20.0) -> tuple[Measures, Measures, float]:
    """Solve it: measures of the dear, of the plain, and the occupancy."""
    full = markov.chain([(0, 0, 0)], design.live)
    law = markov.stationary(full.generator)
    waiting = np.zeros(design.places)
    start: dict[Triple, float] = {}
    for (busy, dear, plain), chance in zip(full.states, law.tolist(), strict=True):
        if busy == design.agents and dear < design.places:
            waiting[dear] += chance
        if design.agents - busy <= design.kept and plain < design.places:
            start[busy, dear, plain] = chance
    ends = after_ahead(
        waiting,
        service_rate=design.service_rate,
        agents=design.agents,
        patience_rate=design.patience_rate,
        within=within,
    )
    first = {
        "p_wait": float(waiting.sum()),
        "p_answered": 1 - waiting.sum() + ends["answered"],
        "mean_queue": float(law @ full.column(lambda s: s[1])),
        "service_level_answered_within_over_offered": 1 - waiting.sum() + ends["answered_within"],
        "abandoned_within_over_offered": ends["abandoned_within"],
        "waited": ends["wait_answered"],
    }
    second = _tagged(markov.chain(list(start), design.watched, exits=_EXITS), start, within=within)
    second["mean_queue"] = float(law @ full.column(lambda s: s[2]))
    occupancy = float(law @ full.column(lambda s: s[0])) / design.agents
    return (
        _finished(first, design.dear_rate),
        _finished(second, design.plain_rate),
        occupancy,
    )


_EXITS = ("answered", "abandoned")


def _tagged(
    tagged: markov.Chain[Triple], start: Mapping[Triple, float], *, within: float
) -> Measures:
    ends = markov.fates(tagged, start, within=within)
    p_wait = sum(start.values())
    return {
        "p_wait": p_wait,
        "p_answered": 1 - p_wait + ends["answered"].share,
        "service_level_answered_within_over_offered": 1 - p_wait + ends["answered"].within,
        "abandoned_within_over_offered": ends["abandoned"].within,
        "waited": ends["answered"].wait,
    }


def _finished(found: Measures, rate: float) -> Measures:
    waited = found.pop("waited")
    return found | {
        "p_abandon": 1 - found["p_answered"],
        "mean_wait_all": found["mean_queue"] / rate,
        "mean_wait_answered": waited / found["p_answered"],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpers:
    """Agents, and helpers who take a call only while at least `threshold` wait."""

    arrival_rate: float
    service_rate: float
    help_rate: float
    patience_rate: float
    agents: int
    helpers: int
    threshold: int
    places: int = 50

    def live(self, state: Triple) -> Iterator[tuple[Triple, float]]:
        """Moves of (busy agents, busy helpers, waiting)."""
        busy, helping, queue = state
        if busy < self.agents:
            yield (busy + 1, helping, queue), self.arrival_rate
        elif self._called(helping, queue + 1):
            yield (busy, helping + 1, queue), self.arrival_rate
        elif queue < self.places:
            yield (busy, helping, queue + 1), self.arrival_rate
        yield (busy, helping, queue - 1), queue * self.patience_rate
        next_one = (busy, helping, queue - 1)
        yield next_one if queue else (busy - 1, helping, queue), busy * self.service_rate
        stays = queue >= self.threshold
        yield next_one if stays else (busy, helping - 1, queue), helping * self.help_rate

    def watched(self, state: Triple) -> Iterator[tuple[Triple | str, float]]:
        """Moves of a waiting call, with (busy helpers, ahead, behind); all agents are busy."""
        helping, ahead, behind = state
        queue = ahead + 1 + behind
        if self._called(helping, queue + 1):
            yield self._served(helping + 1, ahead, behind + 1), self.arrival_rate
        elif queue < self.places:
            yield (helping, ahead, behind + 1), self.arrival_rate
        yield (helping, ahead - 1, behind), ahead * self.patience_rate
        yield (helping, ahead, behind - 1), behind * self.patience_rate
        yield "abandoned", self.patience_rate
        yield self._served(helping, ahead, behind), self.agents * self.service_rate
        done = helping * self.help_rate
        stays = queue >= self.threshold
        yield self._served(helping, ahead, behind) if stays else (helping - 1, ahead, behind), done

    def _called(self, helping: int, queue: int) -> bool:
        return helping < self.helpers and queue >= self.threshold

    @staticmethod
    def _served(helping: int, ahead: int, behind: int) -> Triple | str:
        return (helping, ahead - 1, behind) if ahead else "answered"


def helpers(design: Helpers, *, within: float = 20.0) -> Measures:
    """Solve it; `occupancy/agents` and `occupancy/helpers` beside the usual keys."""
    assert design.threshold > 1, "who comes first must wait"
    full = markov.chain([(0, 0, 0)], design.live)
    law = markov.stationary(full.generator)
    start: dict[Triple, float] = {}
    for (busy, helping, queue), chance in zip(full.states, law.tolist(), strict=True):
        if busy == design.agents and queue < design.places:
            called = helping < design.helpers and queue + 1 >= design.threshold
            place = (helping + 1, queue - 1, 0) if called else (helping, queue, 0)
            start[place] = start.get(place, 0.0) + chance
    found = _tagged(markov.chain(list(start), design.watched, exits=_EXITS), start, within=within)
    found["mean_queue"] = float(law @ full.column(lambda s: s[2]))
    return _finished(found, design.arrival_rate) | {
        "occupancy/agents": float(law @ full.column(lambda s: s[0])) / design.agents,
        "occupancy/helpers": float(law @ full.column(lambda s: s[1])) / design.helpers,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Machines that fail and are repaired by a clock of their own; a customer is served to the end."""

    arrival_rate: float
    service_rate: float
    patience_rate: float
    failure_rate: float
    repair_rate: float
    machines: int
    places: int = 50

    def live(self, state: Machines) -> Iterator[tuple[Machines, float]]:
        """Moves of (sound and busy, sound and idle, failed yet busy, waiting)."""
        busy, idle, last, queue = state
        away = self.machines - busy - idle - last
        if idle:
            yield (busy + 1, idle - 1, last, queue), self.arrival_rate
        elif queue < self.places:
            yield (busy, idle, last, queue + 1), self.arrival_rate
        yield (busy, idle, last, queue - 1), queue * self.patience_rate
        next_one = (busy, idle, last, queue - 1)
        yield next_one if queue else (busy - 1, idle + 1, last, queue), busy * self.service_rate
        yield (busy, idle, last - 1, queue), last * self.service_rate
        yield (busy - 1, idle, last + 1, queue), busy * self.failure_rate
        yield (busy, idle - 1, last, queue), idle * self.failure_rate
        yield (busy + 1, idle, last - 1, queue), last * self.repair_rate
        back = (busy + 1, idle, last, queue - 1) if queue else (busy, idle + 1, last, queue)
        yield back, away * self.repair_rate

    def watched(self, state: Triple) -> Iterator[tuple[Triple | str, float]]:
        """Moves of a waiting call, with (sound and busy, failed yet busy, ahead); none is idle."""
        busy, last, ahead = state
        yield (busy, last, ahead - 1), ahead * self.patience_rate
        yield "abandoned", self.patience_rate
        yield (busy, last, ahead - 1) if ahead else "answered", busy * self.service_rate
        yield (busy, last - 1, ahead), last * self.service_rate
        yield (busy - 1, last + 1, ahead), busy * self.failure_rate
        yield (busy + 1, last - 1, ahead), last * self.repair_rate
        away = self.machines - busy - last
        yield (busy + 1, last, ahead - 1) if ahead else "answered", away * self.repair_rate


def failing(design: Failing, *, within: float = 20.0) -> Measures:
    """Solve it; occupancy is over the time a machine is sound or still serves."""
    full = markov.chain([(0, design.machines, 0, 0)], design.live)
    law = markov.stationary(full.generator)
    start: dict[Triple, float] = {}
    for (busy, idle, last, queue), chance in zip(full.states, law.tolist(), strict=True):
        if not idle and queue < design.places:
            start[busy, last, queue] = chance
    found = _tagged(markov.chain(list(start), design.watched, exits=_EXITS), start, within=within)
    found["mean_queue"] = float(law @ full.column(lambda s: s[3]))
    at_work = float(law @ full.column(lambda s: s[0] + s[2]))
    there = float(law @ full.column(lambda s: s[0] + s[1] + s[2]))
    return _finished(found, design.arrival_rate) | {
        "occupancy": at_work / there,
        "agents_present": there,
    }
