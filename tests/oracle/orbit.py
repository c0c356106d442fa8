"""Callers who come back (retrials, redials) and an IVR with a bound on its trunks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.oracle import markov
from tests.oracle.single import after_ahead

Pair = tuple[int, int]
IvrState = tuple[int, int, int, int]


def retrial_queue(
    arrival_rate: float,
    *,
    service_rate: float,
    agents: int,
    retry_rate: float,
    retry_after_block: float,
    lines: int | None = None,
    patience_rate: float = 0.0,
    retry_after_abandon: float = 0.0,
    within: float = 20.0,
    orbit: int = 80,
) -> dict[str, float]:
    """Solve M/M/c/K+M whose lost callers try again after an exponential delay of rate `retry_rate`.

    Each attempt that is blocked comes back with chance `retry_after_block`, each that hangs up
    with `retry_after_abandon`, independently of the attempts before; `lines` defaults to `agents`,
    the classical M/M/c/c retrial queue. The orbit is cut at `orbit` callers. Default of the book:
    `arrival 0.08, service 1/60, agents 6, retry_rate 1/120, retry_after_block 0.7`; with redials
    `arrival 0.09, lines 20, patience 1/60, retry_after_abandon 0.4` besides.

    Returns:
        The usual keys, each per *attempt* (`p_wait`, `p_block`, `p_abandon`, `mean_wait_all` over
        attempts that got in, `service_level_answered_within_over_offered`), the same per first
        attempt with suffix `/first`, and `attempts_per_call`, `p_lost` (calls never answered),
        `mean_orbit`, `occupancy`, `mean_queue`.
    """
    room = agents if lines is None else lines
    moves = _Orbit(
        arrival_rate,
        service_rate,
        agents,
        room,
        patience_rate,
        retry_rate,
        retry_after_block,
        retry_after_abandon,
        orbit,
    )
    full = markov.chain([(0, 0)], moves)
    law = markov.stationary(full.generator)
    table = np.zeros((room + 1, orbit + 1))
    for (n, r), chance in zip(full.states, law.tolist(), strict=True):
        table[n, r] = chance
    present = table.sum(axis=1)
    retries = retry_rate * (table @ np.arange(orbit + 1))
    seen = (arrival_rate * present + retries) / (arrival_rate + retries.sum())
    attempts = arrival_rate + float(retries.sum())
    counts = np.arange(room + 1)
    queue = float(present @ np.maximum(counts - agents, 0))
    busy = float(present @ np.minimum(counts, agents))
    every = _attempt(seen, agents, service_rate, patience_rate, within)
    first = _attempt(present, agents, service_rate, patience_rate, within)
    return {
        **every,
        **{f"{name}/first": value for name, value in first.items()},
        "mean_wait_all": queue / attempts / (1 - every["p_block"]),
        "attempts_per_call": attempts / arrival_rate,
        "p_lost": 1 - busy * service_rate / arrival_rate,
        "mean_orbit": float(table.sum(axis=0) @ np.arange(orbit + 1)),
        "occupancy": busy / agents,
        "mean_queue": queue,
        "p_orbit_full": float(table[:, -1].sum()),
    }


def _attempt(
    seen: markov.Floats, agents: int, service_rate: float, patience_rate: float, within: float
) -> dict[str, float]:
    at_once = float(seen[:agents].sum())
    waits = after_ahead(
        seen[agents:-1],
        service_rate=service_rate,
        agents=agents,
        patience_rate=patience_rate,
        within=within,
    )
    answered = at_once + waits["answered"]
    return {
        "p_wait": float(seen[agents:-1].sum()),
        "p_block": float(seen[-1]),
        "p_abandon": float(seen[agents:-1].sum()) - waits["answered"],
        "p_answered": answered,
        "mean_wait_answered": waits["wait_answered"] / answered,
        "service_level_answered_within_over_offered": at_once + waits["answered_within"],
    }


@dataclass(frozen=True, slots=True)
class _Orbit:
    arrival_rate: float
    service_rate: float
    agents: int
    lines: int
    patience_rate: float
    retry_rate: float
    again_blocked: float
    again_abandoned: float
    orbit: int

    def __call__(self, state: Pair) -> Iterator[tuple[Pair, float]]:
        n, r = state
        more = min(r + 1, self.orbit)
        if n < self.lines:
            yield (n + 1, r), self.arrival_rate
            yield (n + 1, r - 1), r * self.retry_rate
        else:
            if more > r:
                yield (n, more), self.arrival_rate * self.again_blocked
            yield (n, r - 1), r * self.retry_rate * (1 - self.again_blocked)
        yield (n - 1, r), min(n, self.agents) * self.service_rate
        hang_ups = max(n - self.agents, 0) * self.patience_rate
        yield (n - 1, more), hang_ups * self.again_abandoned
        yield (n - 1, r), hang_ups * (1 - self.again_abandoned)


def ivr_queue(
    arrival_rate: float,
    *,
    trunks: int,
    ivr_rate: float,
    self_service: float,
    talk_rate: float,
    agents: int,
    patience_rate: float,
    wrap_rate: float | None = None,
    within: float = 20.0,
) -> dict[str, float]:
    """Solve a centre behind an IVR: trunk, IVR, then queue and agent; all on the same trunk.

    A call takes a trunk or is blocked; after an exponential time in the IVR a share `self_service`
    leaves content and the rest joins the agents' queue. Talking ends the trunk; with `wrap_rate`
    the agent then stays for an exponential wrap-up without a trunk. Default of the book:
    `arrival 0.15, trunks 16, ivr 1/30, self_service 0.3, talk 1/60, agents 7, patience 1/90,
    wrap None`, or wrap 1/20 with talk 1/45.

    Returns:
        `p_block` over all calls, `p_self_service` over all calls; every other usual key over the
        calls that ask for an agent (the queue's offered calls); `mean_ivr`, `mean_trunks`.
    """
    moves = _Ivr(
        arrival_rate, trunks, ivr_rate, self_service, talk_rate, agents, patience_rate, wrap_rate
    )
    full = markov.chain([(0, 0, 0, 0)], moves.live)
    law = markov.stationary(full.generator)
    asking, start, at_once = 0.0, {}, 0.0
    for (ivr, talk, wrap, queue), chance in zip(full.states, law.tolist(), strict=True):
        flow = chance * ivr * ivr_rate * (1 - self_service)
        asking += flow
        if talk + wrap < agents:
            at_once += flow
        elif flow:
            place = (talk, wrap, queue)
            start[place] = start.get(place, 0.0) + flow
    start = {place: flow / asking for place, flow in start.items()}
    tagged = markov.chain(list(start), moves.watched, exits=("answered", "abandoned"))
    ends = markov.fates(tagged, start, within=within)
    answered = at_once / asking + ends["answered"].share
    queue = float(law @ full.column(lambda s: s[3]))
    in_ivr = float(law @ full.column(lambda s: s[0]))
    return {
        "p_block": float(law @ full.column(lambda s: s[0] + s[1] + s[3] == trunks)),
        "p_self_service": in_ivr * ivr_rate * self_service / arrival_rate,
        "asking_rate": asking,
        "p_wait": sum(start.values()),
        "p_abandon": ends["abandoned"].share,
        "mean_wait_all": queue / asking,
        "mean_wait_answered": ends["answered"].wait / answered,
        "service_level_answered_within_over_offered": at_once / asking + ends["answered"].within,
        "abandoned_within_over_offered": ends["abandoned"].within,
        "occupancy": float(law @ full.column(lambda s: s[1] + s[2])) / agents,
        "mean_queue": queue,
        "mean_ivr": in_ivr,
        "mean_trunks": float(law @ full.column(lambda s: s[0] + s[1] + s[3])),
        "p_answered": answered,
    }


@dataclass(frozen=True, slots=True)
class _Ivr:
    arrival_rate: float
    trunks: int
    ivr_rate: float
    self_service: float
    talk_rate: float
    agents: int
    patience_rate: float
    wrap_rate: float | None

    def live(self, state: IvrState) -> Iterator[tuple[IvrState, float]]:
        ivr, talk, wrap, queue = state
        if ivr + talk + queue < self.trunks:
            yield (ivr + 1, talk, wrap, queue), self.arrival_rate
        yield (ivr - 1, talk, wrap, queue), ivr * self.ivr_rate * self.self_service
        asking = ivr * self.ivr_rate * (1 - self.self_service)
        if talk + wrap < self.agents:
            yield (ivr - 1, talk + 1, wrap, queue), asking
        else:
            yield (ivr - 1, talk, wrap, queue + 1), asking
        yield (ivr, talk, wrap, queue - 1), queue * self.patience_rate
        for (t, w), freed, rate in self._services(talk, wrap):
            next_one = freed and queue > 0
            yield (ivr, t + next_one, w, queue - next_one), rate

    def watched(
        self, state: tuple[int, int, int]
    ) -> Iterator[tuple[tuple[int, int, int] | str, float]]:
        talk, wrap, ahead = state
        yield (talk, wrap, ahead - 1), ahead * self.patience_rate
        yield "abandoned", self.patience_rate
        for (t, w), freed, rate in self._services(talk, wrap):
            if not freed:
                yield (t, w, ahead), rate
            elif ahead:
                yield (t + 1, w, ahead - 1), rate
            else:
                yield "answered", rate

    def _services(self, talk: int, wrap: int) -> Iterator[tuple[Pair, bool, float]]:
        if self.wrap_rate is None:
            yield (talk - 1, wrap), True, talk * self.talk_rate
            return
        yield (talk - 1, wrap + 1), False, talk * self.talk_rate
        yield (talk, wrap - 1), True, wrap * self.wrap_rate
