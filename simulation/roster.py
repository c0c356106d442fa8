"""What the roster wants of each agent and when: shifts, rests, absence, minutes away, breakdowns.

All agents' calendars are laid end to end on one line, agent after agent and replication after
replication, so that intervals of many agents and days are cut, merged and painted over one another in
a few array operations.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
    """Draw the `MOVE` rows of one replication; see `rosters`."""
    return rosters(programme, seed=seed, replications=[replication], since=since)[0]


def rosters(
    programme: Programme, *, seed: int, replications: Sequence[int], since: Tick = 0
) -> list[npt.NDArray[Any]]:
    """Draw the `MOVE` rows of several replications, each from streams of its own.

    Args:
        since: Days that are wholly over by then may be left out.
    """
    line = _Line(
        span=programme.end + 1,
        agents=max((group.agents.stop for group in programme.groups), default=0),
        streams=[Streams(seed=seed, replication=number) for number in replications],
    )
    most = NEVER // line.span
    if line.agents >= most:
        raise CapacityError(f"expected at most {most} agents on so many days, got {line.agents}")
    if line.agents * len(replications) >= most:
        return [
            roster_moves(programme, seed=seed, replication=number, since=since)
            for number in replications
        ]
    ahead = programme.stints["start"][programme.stints["end"] > since]
    if not len(ahead):
        return [np.empty(0, MOVE) for _ in replications]
    # Whole days, because the agents of a day share its streams.
    midnight = ahead.min() // DAY * DAY
    stints = line.copies(programme.stints[programme.stints["start"] >= midnight])
    rests = line.copies(programme.rests[programme.rests["start"] >= midnight])
    layers = [_layer(line.spans(stints), 1)]
    layers += [_layer(line.spans(rests), rests["state"].astype(np.int64) << _REST)]
    for group in programme.groups:
        layers += _group_layers(group, line.of(group, stints), line.of(group, rests), line)
        if group.breakdown is not None:
            broken = _broken(group, line.of(group, line.copies(programme.stints)), line)
            layers.append(_layer(broken, 1 << _BROKEN))
    return line.moves(*_painted(layers))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """The line of all calendars. On it the agents of each replication are numbered on from the last."""

    span: Tick
    """Of one calendar."""
    agents: int
    """Of one replication."""
    streams: Sequence[Streams]
    """Of each replication."""

    def copies(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return rows by agent once for each replication."""
        copies = np.tile(rows, len(self.streams))
        copies["agent"] += np.repeat(np.arange(len(self.streams)) * self.agents, len(rows))
        return copies

    def of(self, group: GroupProgramme, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the rows of a group."""
        number = rows["agent"] % self.agents
        return rows[(number >= group.agents.start) & (number < group.agents.stop)]

    def spans(self, rows: npt.NDArray[Any]) -> Spans:
        """Return where rows start and end on the line."""
        offset = rows["agent"].astype(np.int64) * self.span
        return offset + rows["start"], offset + rows["end"]

    def days(self, stints: npt.NDArray[Any]) -> Iterator[tuple[Streams, int, npt.NDArray[np.intp]]]:
        """Give the rows of each day of each replication, by agent, and the streams to draw from."""
        day = stints["start"] // DAY
        replication = stints["agent"] // self.agents
        place = replication * (self.span // DAY) + day
        order = np.argsort(place, kind="stable")
        bounds = [0, *(np.flatnonzero(np.diff(place[order])) + 1).tolist(), len(place)]
        for first, last in pairwise(bounds):
            if first < last:
                row = order[first]
                yield self.streams[replication[row]], int(day[row]), order[first:last]

    def moves(self, edge: Ticks, state: npt.NDArray[np.int8]) -> list[npt.NDArray[Any]]:
        """Return the moves of each replication, of edges along the line and the states they lead to."""
        agent, tick = np.divmod(edge, self.span)
        tick += agent // self.agents * self.span
        moves = without_repeats(tick, agent, state)
        bounds = np.searchsorted(moves["tick"], np.arange(len(self.streams) + 1) * self.span)
        parts = [moves[first:last] for first, last in pairwise(bounds)]
        for number, part in enumerate(parts):
            part["tick"] -= number * self.span
            part["agent"] -= number * self.agents
        return parts


def _layer(spans: Spans, weight: int | Ticks) -> tuple[Ticks, Ticks]:
    """Return the edges of spans, and what each edge adds to the sum along the line."""
    up = np.broadcast_to(np.asarray(weight, np.int64), spans[0].shape)
    return np.concatenate(spans), np.concatenate([up, -up])


def _painted(layers: list[tuple[Ticks, Ticks]]) -> tuple[Ticks, npt.NDArray[np.int8]]:
    """Return edges along the line and the state from each on."""
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
    return edge, state


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
    group: GroupProgramme, stints: npt.NDArray[Any], rests: npt.NDArray[Any], line: _Line
) -> Iterator[tuple[Ticks, Ticks]]:
    if group.absence > 0:
        absent = _absent(group, stints, line)
        yield _layer(line.spans(stints[absent]), 1 << _ABSENT)
        owner = _owner(rests, stints, line)
        rests, stints = rests[~absent[owner]], stints[~absent]
    if group.shrinkage is not None and group.shrinkage.share > 0:
        yield _layer(_away(group, stints, rests, line), 1 << _AWAY)


def _owner(rests: npt.NDArray[Any], stints: npt.NDArray[Any], line: _Line) -> npt.NDArray[np.intp]:
    """Return for each rest the stint it lies in."""
    return np.searchsorted(line.spans(stints)[0], line.spans(rests)[0], side="right") - 1


def _absent(group: GroupProgramme, stints: npt.NDArray[Any], line: _Line) -> npt.NDArray[np.bool_]:
    """Decide for each stint; a coin for each agent, so that one more agent moves no other."""
    agent = stints["agent"] % line.agents - group.agents.start
    absent = np.zeros(len(stints), np.bool_)
    for streams, day, rows in line.days(stints):
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
    line: _Line,
) -> Spans:
    """Scatter spells over the available time, as seen by a clock that stops during rests.

    Spells may overlap and then merge, so -ln(1 - share) of the time is scattered to cover `share` of
    it. What would run into a rest or the end of the shift is put at the beginning of the same piece
    of work instead: every minute is as likely as any other.
    """
    starts, ends = line.spans(stints)
    rest_starts, rest_ends = line.spans(rests)
    opens = np.sort(np.concatenate([starts, rest_ends]))
    closes = np.sort(np.concatenate([rest_starts, ends]))
    upto = np.concatenate([[0], np.cumsum(closes - opens)])
    resting = np.zeros(len(stints), np.int64)
    np.add.at(resting, _owner(rests, stints, line), rest_ends - rest_starts)
    available = ends - starts - resting
    owner, share, length = _spells(group, stints, available, line)
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
    group: GroupProgramme, stints: npt.NDArray[Any], available: Ticks, line: _Line
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64], Ticks]:
    """Draw for each spell: its stint, where in the available time it starts, and how long it is.

    Spells shorter than a second on average would be too many to count: they make up less.
    """
    assert group.shrinkage is not None
    spell = group.shrinkage.spell
    density = -math.log1p(-group.shrinkage.share) / max(mean(spell), SECOND)
    owners, shares, lengths = [], [], []
    for streams, day, rows in line.days(stints):
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


def _broken(group: GroupProgramme, stints: npt.NDArray[Any], line: _Line) -> Spans:
    """Let each machine fail and be repaired, from its first stint on, whether or not it is on.

    Durations that depend on the time of day are judged by the start of that first stint.
    """
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    agents, firsts = np.unique(stints["agent"], return_index=True)
    for agent, tick in zip(agents.tolist(), stints["start"][firsts].tolist(), strict=True):
        replication, number = divmod(agent, line.agents)
        streams = line.streams[replication]
        failed, repaired = _life(group, number - group.agents.start, tick, line.span - 1, streams)
        starts.append(agent * line.span + failed)
        ends.append(agent * line.span + repaired)
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
