"""What the roster wants of each agent and when: shifts, rests, absence, minutes away, breakdowns.

All agents' calendars are laid end to end on one line, agent after agent, so that intervals of many
agents and days are cut, merged and painted over one another in a few array operations.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, NEVER, SECOND, Tick
from callcenter.domain.agents import AgentState
from callcenter.errors import CapacityError
from simulation.laws import Ticks
from simulation.programme import GroupProgramme, Programme
from simulation.streams import Streams
from simulation.tables import MOVE
from simulation.variates import draw, mean

Spans = tuple[Ticks, Ticks]
"""Starts and ends on the line."""

# What is true at a moment is one number: a field of bits for each layer, added up along the line.
_ABSENT: Final = 8
_REST: Final = 16
_AWAY: Final = 24
_BROKEN: Final = 32
_MASK: Final = 0xFF
_CYCLES: Final = 64


def has_random_roster(programme: Programme) -> bool:
    """Say whether the moves differ between replications; else one drawing serves all."""
    return any(
        group.absence > 0 or group.shrinkage is not None or group.breakdown is not None
        for group in programme.groups
    )


def roster_moves(
    programme: Programme, *, seed: int, replication: int, since: Tick = 0
) -> npt.NDArray[Any]:
    """Draw the `MOVE` rows of one replication.

    Args:
        since: Days that are wholly over by then may be left out.
    """
    streams = Streams(seed=seed, replication=replication)
    span = programme.end + 1
    agents = max((group.agents.stop for group in programme.groups), default=0)
    if agents * span >= NEVER:
        raise CapacityError(
            f"expected at most {NEVER // span} agents on so many days, got {agents}"
        )
    ahead = programme.stints["start"][programme.stints["end"] > since]
    if not len(ahead):
        return np.empty(0, MOVE)
    # Whole days, because the agents of a day share its streams.
    midnight = ahead.min() // DAY * DAY
    stints = programme.stints[programme.stints["start"] >= midnight]
    rests = programme.rests[programme.rests["start"] >= midnight]
    layers = [_layer(_on_line(stints, span), 1)]
    layers += [_layer(_on_line(rests, span), rests["state"].astype(np.int64) << _REST)]
    for group in programme.groups:
        layers += _group_layers(group, _of(group, stints), _of(group, rests), span, streams)
        if group.breakdown is not None:
            broken = _broken(group, _of(group, programme.stints), span, streams)
            layers.append(_layer(broken, 1 << _BROKEN))
    return _painted(layers, span)


def _of(group: GroupProgramme, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    first = np.searchsorted(rows["agent"], group.agents.start)
    last = np.searchsorted(rows["agent"], group.agents.stop)
    return rows[first:last]


def _on_line(rows: npt.NDArray[Any], span: Tick) -> Spans:
    offset = rows["agent"].astype(np.int64) * span
    return offset + rows["start"], offset + rows["end"]


def _layer(spans: Spans, weight: int | Ticks) -> tuple[Ticks, Ticks]:
    """Return the edges of spans, and what each edge adds to the sum along the line."""
    up = np.broadcast_to(np.asarray(weight, np.int64), spans[0].shape)
    return np.concatenate(spans), np.concatenate([up, -up])


def _painted(layers: list[tuple[Ticks, Ticks]], span: Tick) -> npt.NDArray[Any]:
    edge = np.concatenate([edges for edges, _ in layers])
    order = np.argsort(edge)
    edge = edge[order]
    total = np.cumsum(np.concatenate([weights for _, weights in layers])[order])
    final = np.flatnonzero(np.diff(edge, append=-1))
    edge, total = edge[final], total[final]
    state = np.full(len(edge), AgentState.AVAILABLE, np.int8)
    state[(total >> _AWAY) & _MASK > 0] = AgentState.AWAY
    rest = (total >> _REST) & _MASK
    np.copyto(state, rest, where=rest > 0, casting="unsafe")
    state[(total >> _BROKEN) & _MASK > 0] = AgentState.BROKEN
    state[(total >> _ABSENT) & _MASK > 0] = AgentState.ABSENT
    state[total & _MASK == 0] = AgentState.OFFLINE
    agent, tick = np.divmod(edge, span)
    return without_repeats(tick, agent, state)


def without_repeats(
    tick: Ticks, agent: npt.NDArray[Any], state: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Drop moves to where an agent is anyway; sort by tick. Takes rows by (agent, tick)."""
    before = np.concatenate([[np.int8(AgentState.OFFLINE)], state[:-1]])
    before[np.flatnonzero(np.diff(agent, prepend=-1))] = AgentState.OFFLINE
    changes = state != before
    tick, agent, state = tick[changes], agent[changes], state[changes]
    order = np.argsort(tick, kind="stable")
    moves = np.empty(len(order), MOVE)
    moves["tick"], moves["agent"], moves["state"] = tick[order], agent[order], state[order]
    return moves


def _group_layers(
    group: GroupProgramme,
    stints: npt.NDArray[Any],
    rests: npt.NDArray[Any],
    span: Tick,
    streams: Streams,
) -> Iterator[tuple[Ticks, Ticks]]:
    if group.absence > 0:
        absent = _absent(group, stints, streams)
        yield _layer(_on_line(stints[absent], span), 1 << _ABSENT)
        owner = _owner(rests, stints, span)
        rests, stints = rests[~absent[owner]], stints[~absent]
    if group.shrinkage is not None and group.shrinkage.share > 0:
        yield _layer(_away(group, stints, rests, span, streams), 1 << _AWAY)


def _owner(rests: npt.NDArray[Any], stints: npt.NDArray[Any], span: Tick) -> npt.NDArray[np.intp]:
    """Return for each rest the stint it lies in."""
    return np.searchsorted(_on_line(stints, span)[0], _on_line(rests, span)[0], side="right") - 1


def _days(stints: npt.NDArray[Any]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Give the rows of each day, by agent."""
    day = stints["start"] // DAY
    order = np.argsort(day, kind="stable")
    bounds = [0, *(np.flatnonzero(np.diff(day[order])) + 1).tolist(), len(day)]
    for first, last in pairwise(bounds):
        if first < last:
            yield int(day[order[first]]), order[first:last]


def _absent(
    group: GroupProgramme, stints: npt.NDArray[Any], streams: Streams
) -> npt.NDArray[np.bool_]:
    """Decide for each stint; a coin for each agent, so that one more agent moves no other."""
    agent = stints["agent"] - group.agents.start
    absent = np.zeros(len(stints), np.bool_)
    for day, rows in _days(stints):
        left, number = rows, 0
        while len(left):
            suffix = f"/{number}" if number else ""
            coins = streams.of(f"absence/{group.name}{suffix}", day).random(len(group.agents))
            again = np.diff(agent[left], prepend=-1) == 0
            now = left[~again]
            absent[now] = coins[agent[now]] < group.absence
            left, number = left[again], number + 1
    return absent


def _away(
    group: GroupProgramme,
    stints: npt.NDArray[Any],
    rests: npt.NDArray[Any],
    span: Tick,
    streams: Streams,
) -> Spans:
    """Scatter spells over the available time, as seen by a clock that stops during rests.

    Spells may overlap and then merge, so -ln(1 - share) of the time is scattered to cover `share` of
    it. What would run into a rest or the end of the shift is put at the beginning of the same piece
    of work instead: every minute is as likely as any other.
    """
    starts, ends = _on_line(stints, span)
    rest_starts, rest_ends = _on_line(rests, span)
    opens = np.sort(np.concatenate([starts, rest_ends]))
    closes = np.sort(np.concatenate([rest_starts, ends]))
    upto = np.concatenate([[0], np.cumsum(closes - opens)])
    resting = np.zeros(len(stints), np.int64)
    np.add.at(resting, _owner(rests, stints, span), rest_ends - rest_starts)
    available = ends - starts - resting
    owner, share, length = _spells(group, stints, available, streams)
    at = (share * available[owner]).astype(np.int64) + (np.cumsum(available) - available)[owner]
    piece = np.searchsorted(upto, at, side="right") - 1
    first, last = upto[piece], upto[piece + 1]
    over = np.minimum(at + np.minimum(length, last - first), last)
    wrapped = np.minimum(length, last - first) - (over - at)
    begin, end = _merged(np.concatenate([at, first]), np.concatenate([over, first + wrapped]))
    piece = np.searchsorted(upto, begin, side="right") - 1
    shift = opens[piece] - upto[piece]
    return begin + shift, end + shift


def _spells(
    group: GroupProgramme, stints: npt.NDArray[Any], available: Ticks, streams: Streams
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64], Ticks]:
    """Draw for each spell: its stint, where in the available time it starts, and how long it is.

    Spells shorter than a second on average would be too many to count: they make up less.
    """
    assert group.shrinkage is not None
    spell = group.shrinkage.spell
    density = -math.log1p(-group.shrinkage.share) / max(mean(spell), SECOND)
    owners, shares, lengths = [], [], []
    for day, rows in _days(stints):
        numbers = streams.of(f"away/number/{group.name}", day).poisson(density * available[rows])
        owner = np.repeat(rows, numbers)
        share = streams.of(f"away/start/{group.name}", day).random(len(owner))
        whole = (stints["end"] - stints["start"])[owner]
        clock = stints["start"][owner] + (share * whole).astype(np.int64)
        rng = streams.of(f"away/length/{group.name}", day)
        owners.append(owner)
        shares.append(share)
        lengths.append(draw(spell, len(owner), rng, clock_times=clock))
    if not owners:
        return np.empty(0, np.intp), np.empty(0), np.empty(0, np.int64)
    return np.concatenate(owners), np.concatenate(shares), np.concatenate(lengths)


def _merged(start: Ticks, end: Ticks) -> Spans:
    """Unite spans that overlap; drop empty ones."""
    real = start < end
    order = np.argsort(start[real], kind="stable")
    start, end = start[real][order], np.maximum.accumulate(end[real][order])
    fresh = np.ones(len(start), np.bool_)
    fresh[1:] = start[1:] >= end[:-1]
    return start[fresh], end[np.flatnonzero(np.append(fresh[1:], True))] if len(start) else end


def _broken(group: GroupProgramme, stints: npt.NDArray[Any], span: Tick, streams: Streams) -> Spans:
    """Let each machine fail and be repaired, from its first stint on, whether or not it is on.

    Durations that depend on the time of day are judged by the start of that first stint.
    """
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    agents, firsts = np.unique(stints["agent"], return_index=True)
    for agent, tick in zip(agents.tolist(), stints["start"][firsts].tolist(), strict=True):
        failed, repaired = _life(group, agent - group.agents.start, tick, span - 1, streams)
        starts.append(agent * span + failed)
        ends.append(agent * span + repaired)
    return np.concatenate(starts), np.concatenate(ends)


def _life(group: GroupProgramme, number: int, start: Tick, end: Tick, streams: Streams) -> Spans:
    assert group.breakdown is not None
    every = streams.of(f"failure/{group.name}/{number}")
    repair = streams.of(f"repair/{group.name}/{number}")
    clock = np.full(_CYCLES, start)
    edges = np.empty(0, np.int64)
    while start < end:
        cycle = np.empty((_CYCLES, 2), np.int64)
        cycle[:, 0] = draw(group.breakdown.every, _CYCLES, every, clock_times=clock)
        cycle[:, 1] = draw(group.breakdown.repair, _CYCLES, repair, clock_times=clock)
        # A machine that fails at once, for ever, would never reach the end.
        np.clip(cycle, (SECOND, 0), end + 1, out=cycle)
        edges = np.concatenate([edges, start + np.cumsum(cycle)])
        start = int(edges[-1])
    edges = np.minimum(edges, end)
    return edges[::2], edges[1::2]
