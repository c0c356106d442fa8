"""A log told as a story: what the switch would have said, in the order in which it would have said it.

A leg, or a spell of an agent, is a handful of `Moment`s. The moments of one tick are put in order by
`in_order`, and a `Teller` numbers and wraps them. A living switch that collects the moments of each tick
and hands them to the same `Teller` therefore tells the same sequence as `narrate` tells of the log.

**Simultaneous events.** The order is a function of the moments of the tick alone. Five things must be so:

1. the events of a leg follow one another as it lives: arrived, queued, offered, connected, transferred,
   ended (or exited, or abandoned), wrapped;
2. legs come to be in the order of their rows;
3. a leg comes to be after the leg before it in the call has ended;
4. an agent is offered a leg after he has put down the one before: first what he had in hand when the tick
   began, then, by row, what begins and ends within the tick, last what he keeps;
5. an agent becomes available after putting down what he had in hand and before he is offered anything;
   any other state comes after all he puts down in the tick.

Among what these leave open, what another event of the tick causes comes at once, and else the `Turn`
decides, which is the rank of `simulation.engines.port`; then the number.

**What was there before** the clock started is told at the start, each event with its own earlier moment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import chain, groupby, pairwise, repeat

from callcenter.clock import Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import CALL_COLUMNS, NONE, AgentLog, CallLog
from callcenter.telephony.events import (
    AgentStateChanged,
    CallArrived,
    CsatReceived,
    OfSource,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.moments import LegRow, Moment, Step, Turn, of_agents, of_leg
from callcenter.telephony.names import Names
from callcenter.telephony.words import LegWord, StateWord


def narrate(
    calls: CallLog,
    agents: AgentLog,
    *,
    names: Names,
    source: str,
    started: Tick = 0,
    dispositions: Iterable[int] = (),
) -> Iterator[Told]:
    """Tell two logs as the events a switch would have told, in their order.

    Args:
        calls: As an engine fills it: rows in the order in which legs came to be.
        agents: The spells that go with it.
        names: What its numbers are called, and when tick 0 is.
        source: Who tells.
        started: Tick at which the clock started.
        dispositions: What each leg of kind `OUTBOUND` came to, in the order of rows, as whoever knows the
            leads can say; a log does not.
    """
    teller = Teller(names=names, source=source)
    moments = list(moments_of(calls, agents, names=names, dispositions=dispositions))
    moments.sort(key=lambda moment: max(moment.tick, started))
    for tick, together in groupby(moments, key=lambda moment: max(moment.tick, started)):
        yield from teller.tell(list(together), now=tick)


def moments_of(
    calls: CallLog, agents: AgentLog, *, names: Names, dispositions: Iterable[int] = ()
) -> Iterator[Moment]:
    """Return all that two logs hold, leg by leg and then agent by agent."""
    legs = list(_legs(calls, dispositions))
    targets = {
        (leg.call, leg.attempt - 1): leg.queue for leg in legs if leg.kind == LegKind.TRANSFER
    }
    for leg in legs:
        answered = leg.outcome == Outcome.ANSWERED
        target = targets.get((leg.call, leg.attempt), NONE) if answered else NONE
        yield from of_leg(leg, names=names, target=target)
    yield from of_agents(agents, names=names)


def _legs(calls: CallLog, dispositions: Iterable[int]) -> Iterator[LegRow]:
    columns = (calls.columns()[name].tolist() for name in CALL_COLUMNS)
    came_to = chain(dispositions, repeat(NONE))
    for row, told in enumerate(zip(*columns, strict=True)):
        leg = LegRow(row, *told)
        outbound = leg.kind == LegKind.OUTBOUND
        yield leg._replace(disposition=int(next(came_to))) if outbound else leg


class Teller:
    """Numbers what happens and puts it into envelopes: one tick after another, each tick once."""

    def __init__(self, *, names: Names, source: str, sequence: int = 0) -> None:
        """Go on after `sequence`, the last number used."""
        self.sequence = sequence
        self._origin = names.origin
        self._source = source

    def tell(self, moments: Sequence[Moment], *, now: Tick) -> Iterator[Told]:
        """Tell all that happened at a tick, and what had not been told before it."""
        for moment in in_order(moments):
            yield self._told(moment.event, at=moment.tick, now=now)

    def say(self, event: OfSource | CsatReceived, *, now: Tick) -> Told:
        """Tell what a source says of itself, or a citizen of a call."""
        return self._told(event, at=now, now=now)

    def _told(self, event: TelephonyEvent, *, at: Tick, now: Tick) -> Told:
        self.sequence += 1
        return Told(
            event=event,
            source=self._source,
            sequence=self.sequence,
            at=self._origin + at,
            recorded_at=self._origin + now,
        )


# --- The order of simultaneous events ----------------------------------------------------------------


def in_order(moments: Sequence[Moment]) -> list[Moment]:
    """Put the moments of one tick in the order described above; the order they come in is nothing."""
    known = sorted(moments, key=lambda moment: (moment.row, moment.agent, moment.step))
    if known[0].row == known[-1].row != NONE:
        return known
    followers: dict[int, list[int]] = defaultdict(list)
    waits_for = [0] * len(known)
    turns = [moment.turn for moment in known]
    for before, after, causes in chain(_lives(known), _kin(known), _services(known)):
        followers[before].append(after)
        waits_for[after] += 1
        turns[after] = Turn.AT_ONCE if causes else turns[after]
    ready = [(turns[i], known[i].number, i) for i, count in enumerate(waits_for) if not count]
    heapify(ready)
    told = []
    while ready:
        *_, i = heappop(ready)
        told.append(known[i])
        for j in followers[i]:
            waits_for[j] -= 1
            if not waits_for[j]:
                heappush(ready, (turns[j], known[j].number, j))
    assert len(told) == len(known), f"a log in which causes are circular, at tick {known[0].tick}"
    return told


_Bond = tuple[int, int, bool]
"""One moment comes before another, and whether it brings it about."""


def _lives(known: Sequence[Moment]) -> Iterator[_Bond]:
    """Rule 1, of legs and of agents; these are sorted by it."""
    for (i, one), (j, other) in pairwise(enumerate(known)):
        if (one.row, one.agent) == (other.row, other.agent):
            yield i, j, one.row == NONE


def _kin(known: Sequence[Moment]) -> Iterator[_Bond]:
    """Rules 2 and 3."""
    comings = [i for i, moment in enumerate(known) if moment.step is Step.ARRIVED]
    for i, j in pairwise(comings):
        yield i, j, False
    ends = {(m.call, m.attempt): i for i, m in enumerate(known) if m.step is Step.ENDED}
    for j in comings:
        i = ends.get((known[j].call, known[j].attempt - 1), NONE)
        if i != NONE:
            event = known[j].event
            called = isinstance(event, CallArrived) and event.leg_kind is LegWord.CALLBACK
            yield i, j, called


def _services(known: Sequence[Moment]) -> Iterator[_Bond]:
    """Rules 4 and 5."""
    of_agent: dict[int, list[int]] = defaultdict(list)
    for i, moment in enumerate(known):
        if moment.agent != NONE:
            of_agent[moment.agent].append(i)
    for own in of_agent.values():
        if len(own) > 1:
            yield from _of_one_agent(known, own)


def _of_one_agent(known: Sequence[Moment], own: Sequence[int]) -> Iterator[_Bond]:
    offers = {known[i].row: i for i in own if known[i].step is Step.OFFERED}
    ends = {known[i].row: i for i in own if known[i].step is Step.WRAPPED}
    in_hand = sorted(offers.keys() | ends.keys(), key=lambda r: (r in offers, r not in ends, r))
    for one, other in pairwise(in_hand):
        if one in ends and other in offers:
            yield ends[one], offers[other], False
    changes = [i for i in own if known[i].row == NONE]
    if changes:
        available = _is_available(known[changes[-1]])
        for row, i in ends.items():
            if not (available and row in offers):
                yield i, changes[0], True
        for i in offers.values() if available else ():
            yield changes[-1], i, False


def _is_available(moment: Moment) -> bool:
    event = moment.event
    return isinstance(event, AgentStateChanged) and event.state is StateWord.AVAILABLE
