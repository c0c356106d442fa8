"""What an engine is, and the rules of the day it must live, written down once.

An engine is a function (tables, workload) -> (CallLog, AgentLog). It draws nothing and looks at no
clock. `reference` and `fast` follow the rules below independently and must agree to the last bit.

**Simultaneous events.** Events run in the order of (tick, `Rank`, id). The id is: the leg's row in
the call log for TALK_END, WRAP_END, ALARM, OFFER, PATIENCE, IVR_END; the *parent* leg's row for
RETURN; the index in `moves`, `gate` and `arrived` for MOVE, GATE and ARRIVAL. A row is given when a
leg comes to be, so rows are numbered in event order. What an event causes at once (a free agent
takes the next call, a transferred caller enters the next queue) happens within it, in the order
written below. An event whose leg has meanwhile moved on is void: as if it were not there, without
even the sweep.

**Start.** Calls of `workload.start` get rows 0.. in order, before any event: kind FRESH, attempt 0,
fate = call = row, `arrived` as given. WAITING: `queued` = since; in the queue without any try to
serve (no limit, no balking); its PATIENCE, ALARM and OFFER stand at since + x if that lies at or
after the start tick (void otherwise, but patience never lies before it). TALKING: `queued` =
`arrived`, the `since` of a caller handed back too, `assigned` = `answered` = since; the agent is
present and busy, a spell AVAILABLE begins at the start tick; TALK_END at since + scaled hold +
scaled talk (never before the start tick). WRAPPING: as TALKING, `ended` = since, outcome ANSWERED,
WRAP_END at since + scaled wrap, not before the start tick; `hold` is 0; transfer and repeat do not
happen, `resolved` is decided as always. Scaled by the skill of the agent's group for the queue
(speed 1 without one). Its queue's lines are taken by waiting and talking callers, even beyond
capacity. All other agents start OFFLINE; all agents start wanted OFFLINE; queues open at the start
tick (door_open < start tick < door_close, or opened exactly at it by a GATE event) count as open.
Gates, moves and arrivals before the start tick are ignored (the workload holds none of the latter
two).

**Each outcome** but OPEN sets `ended` = now. BUSY, QUEUE_FULL and BALKED, like all outcomes where
it is not said that the line is kept, leave no line taken. Until something is written `hold` is 0
and all else NONE. A later leg has the attempt of the leg before + 1.

**Arrival at the line** (ARRIVAL, and RETURN with kind REDIAL or REPEAT): a new row. If the queue is
not open: CLOSED. Else if it has lines and all are taken: BUSY, then *redial* with `redial_busy`.
Else a line is taken. With an IVR (duration > 0) an IVR_END follows after it.
Then, or at once where the IVR takes no time: if the coin `self_service` is below the queue's
threshold: SELF_SERVED, line released; else it enters.

**Entering queue q** at `now`: `queued` = now. Its `since` is now (or, for CALLBACK keeping its
place and HANDED_BACK, the `since` of the leg before). If q is not open and (its callers are not
served at closing, or no agent is present in any group with a skill for q): RELEASED, line released.
Else it joins the queue, and `serve_queue(q)`; then, if it still waits, *sweep*. If it still waits
and its kind is FRESH, REDIAL, REPEAT or TRANSFER: with a limit >= 0 and the number of others
waiting in q >= limit: QUEUE_FULL, then redial with `redial_busy`; else it may balk: the value is
the number of others waiting, or the announced wait = (waiting in q, itself included) * handling //
max(1, agents present in groups with a skill for q); the last step whose `balk_from` <= value gives
the threshold; coin `balk` below it: BALKED, then redial with `redial_abandon`. If it stays:
PATIENCE at now + patience, for all kinds but CALLBACK and unless endless; an ALARM at now + each
alarm of q (all kinds); an OFFER at now + offer_after if that is not NEVER, the coin `accept` is
below the threshold and the kind is not CALLBACK or HANDED_BACK. (For CALLBACK and HANDED_BACK too,
these count from now.)

**Order in a queue.** With ageing 0: higher priority first, then smaller `since`, then smaller entry
number. Else smaller (since - priority * ageing), then entry number. The entry number counts
joinings of any queue, from 0. Priority of a later leg is that of its own fate; CALLBACK and
HANDED_BACK keep the fate, hence the priority, of the leg before.

**A skill is open** for its queue's first caller h at now iff: waiting in q >= when_waiting; now -
since(h) >= after; with busy_group X: busy(X) * 1000 >= busy_share * present(X), present = free +
busy agents of X (so nobody present counts as busy); free(g) > leave_free. Busy covers ringing to
the end of after-call work.

**serve_queue(q)**: while q is not empty: among open skills of q's takers, those of smallest
call_rank; among these the group whose longest-idle agent has been free longest (smallest freeing
number: a counter that grows each time an agent becomes free). None: stop. The group's chosen agent
takes the first caller.

**serve_group(g)**: while g has a free agent: among open skills of g whose queue is not empty, those
of smallest rank; among these, by first callers: not weighted: higher priority first, then smaller
`since`, then smaller entry number; weighted: largest weight * (now - since), then smaller since,
then smaller entry number. None: stop. The group's chosen agent takes the first caller of that
queue.

**Chosen agent** of g: longest-idle: smallest freeing number. least-occupied: fewest ticks busy
since last coming from OFFLINE (assigned to wrapped, whole), then smallest number. ordered: smallest
number. random: of its n free agents by number, the (coin `choice` of the caller's fate * n >>
32)-th, from 0.

**sweep**: a pass is serve_group for each group with conditional skills, by number; passes follow
one another until one assigns nobody. It runs at the end of every event too (if any skill in the
tables is conditional).

**Assignment** of leg r to agent a by skill s at now: `group`, `agent`, `assigned` = now. Kind
CALLBACK: dial first: if the coin `reached` is not below the threshold, TALK_END comes at now + dial
with outcome NOT_REACHED and no talk, wrap or transfer; else `answered` = now + dial. Other kinds:
`answered` = now + ring. Scaled x = (x * speed + 500_000) // 1_000_000, for talk, hold and wrap
each. `hold` = scaled hold; TALK_END at answered + scaled hold + scaled talk. (A HANDED_BACK leg has
no hold and, as unscaled talk, what was left.)

**TALK_END**: NOT_REACHED: `ended` = `wrapped` = now, `answered` stays NONE, the agent *becomes
free*; nothing follows. Else ANSWERED, `ended` = now. The next queue is the first transfer whose
cumulative threshold lies above the coin `transfer`. If none: `resolved` = coin `resolved` <
threshold; if transferred: `resolved` is NONE. Then after-call work: if scaled wrap is 0: `wrapped`
= now and the agent becomes free; else WRAP_END at now + scaled wrap. Then, transferred: a row of
kind TRANSFER with a spare fate of the next queue (attempt + 1), `arrived` = now, keeps the line
(that of the bundle first taken), no IVR, and enters. Not transferred: the line is released; not
resolved, coin `repeat` below the threshold and fewer than repeat_max REPEAT legs in this call so
far: a RETURN at next_open(home queue, arrived of this leg + repeat_delay, but not before now).
Nothing happens if that is NEVER.

**WRAP_END**: `wrapped` = now, the agent becomes free.

**Redial** with threshold p: if the coin `redial` is below p and the call has fewer than redial_max
REDIAL legs: a RETURN at now + redial_delay. The thresholds, maxima and delay are of the queue and
fate of the leg that failed; the new leg dials the home queue, i.e. the call's first. The same holds
for REPEAT.

**Later legs** REDIAL, REPEAT, TRANSFER live by the spare fate `spare_first[q] + mix(call, attempt)
% spare_count[q]` of their queue q; `mix` is in `simulation.engines.port`. next_open(q, t): t if
some door of q has open <= t < close; else with the first door opening after t: open + ((close -
open) * (mix(call, attempt of the new leg) >> 48) >> 16); NEVER if there is none.

**PATIENCE**: ABANDONED, line released, redial with `redial_abandon`. **OFFER**: CALLBACK_ACCEPTED,
line released. Keeps place: a row of kind CALLBACK, attempt + 1, same fate, `arrived` = now, same
queue, enters. Slot: a RETURN of kind CALLBACK at next_open(q, now + callback_delay), then a row
with `arrived` = that tick, same fate and queue, enters; never if that is NEVER. No lines.
**ALARM**: serve_queue(q) and (as after every event) sweep.

**An agent becomes free**: his ticks busy grow by now - assigned. If wanted AVAILABLE: free, freeing
number, serve_group. Else he goes: if he is wanted OFFLINE, all queues of his group's skills are
closed now and serve at closing, and with him counted as the one more free agent (with the freeing
number he would get) some open skill of his group has a caller (the choice of serve_group), he takes
that call, staying for it, and no other agent does. Else his spell ends and the wanted state begins.

**MOVE** of agent a to state s: wanted = s. Not busy: if s is AVAILABLE and he is not: his spell
ends, a spell AVAILABLE begins, he is free, serve_group. If s is not AVAILABLE: (leaving the free
agents) his spell ends, that of s begins. From OFFLINE to anything: ticks busy restart at 0. Busy:
if s is AVAILABLE, nothing. If his group hands back and s is not AVAILABLE: talking (ring included,
but not a CALLBACK): the leg ends HANDED_BACK, `ended` = `wrapped` = now, `answered` NONE if it lies
after now, `hold` = 0; he goes to s (no staying); then a row of kind HANDED_BACK, attempt + 1, same
fate, `arrived` = now, keeping the line, enters with `since` of the leg before; its unscaled talk =
(scaled talk + hold still to come, at most the whole) * 1_000_000 // speed. In after-call work (of
any kind): `wrapped` = now, he goes. Either way his ticks busy grow by now - assigned. A CALLBACK is
dialled and talked to its end. Else: finishes, nothing now. Not busy and already in s: nothing.
Spells of OFFLINE are not logged; nor are spells of no length.

**Seats.** In a group with `seats` the roster wants a number, whoever they are: a MOVE names a seat,
and concerns the agent who holds it. At first each agent holds the seat of his own number. A
*leaver* is a busy agent who is not wanted AVAILABLE. Two agents *change seats* when each takes the
other's seat. Three rules come before those above: (1) MOVE of a seat to AVAILABLE, its holder h
neither busy nor AVAILABLE, and the group has leavers: the leaver p of smallest number and h change
seats, h is wanted what p was wanted (if that is not his state, his spell ends and that one begins),
p is wanted AVAILABLE; nothing else happens. (2) MOVE of a seat to anything else, its holder h busy
and wanted AVAILABLE, and the group has free agents: h and the one of them who became free last
(largest freeing number) change seats; the MOVE concerns him. (3) An agent b wanted AVAILABLE
becomes free and the group has leavers (he is not one): b and the leaver p of smallest number change
seats and wanted states; b then goes (or stays) as one who is not wanted AVAILABLE.

**GATE** closing q: q is not open; if it serves at closing and an agent is present in a group with a
skill for q: nothing more. Else all who wait in it are RELEASED, first to last, lines released.
Opening: q is open. When an agent's going from AVAILABLE (by MOVE or when becoming free) leaves a
queue of his group's skills that is not open without any agent present in a group with a skill for
it, its waiting callers are RELEASED, queues in the order of the group's skills, before anything
else happens.

**Outbound** (only where `tables.outbound` has campaigns). Campaign c is queue Q + c of the call log,
lead l (over all campaigns) is call n + l, n being the calls in `arrived`. Everything about an attempt is
looked up in its `FORTUNE` row, fortune_first + (attempts before it) * (leads of c) + (l - lead_first).
A duration x of (first, count) is quantile[first] if count is 1; else, with the coin's highest `KNOTS`
bits as i and its next 16 bits as f, low + ((high - low) * f >> 16), low and high being quantile[first +
i] and the one after. The disposition is the first whose threshold lies above the coin `outcome`, in the
row chance_first + band * stages + min(attempts before, stages - 1) of `chance`, the band being the
campaign's when the attempt begins. It is *live* from WRONG_NUMBER on. Outbound legs have no `queued`,
no speed, hold, line, patience or transfer, and are never handed back, though their after-call work may
be cut as that of others.

**SWITCH** (id: its row; the first of its tick, so that hours end before they are over): a campaign's
band, or the number a dialler keeps idle, becomes `value`; rows before the start tick are in force at
the start. **DUE** of lead l (id: l): it stands last among its campaign's *asked* leads if its last
disposition was CALL_LATER, else among its *retries*.

**Dialling** runs at the end of each event that is not void, after the sweep, for each group g with
diallers, by number, again and again: a dialler d may begin if free(g) > keep(d), fewer than stop(d)
callers wait in all queues, its campaign c is *ready* (band >= 0; successes < quota; an asked lead, a
retry or a lead never dialled is left), and c is agent-first or (ringing(g) + 1) * 1000 <= pace(c) *
(free(g) - keep(d)). Of those: highest priority, then the campaign that began a call longest ago (one
that never did before all), then smallest number. None: the next group. Its *next lead*: the first asked
one, else the first retry, else the next never dialled; those not callable or whose cell has its quota
of successes are passed over for good. None left: try again.

**Attempt.** A row of kind OUTBOUND, attempt = attempts before, fate = its fortune row, priority of the
campaign, `arrived` = now. *Agent-first*, and predictive while its pace is 1000: the chosen agent of g
(random: mix(call, attempt) >> 32 is the coin) takes it, `assigned` = now; then + preview + ring: not
live: TALK_END then, NOT_REACHED; live: `answered` then, TALK_END talk later. *Else* ringing(g) grows by
one and DIAL_END comes after ring. **DIAL_END** (id: row): ringing(g) falls by one. Live and an agent of
g free: the chosen one takes it, `assigned` = `answered` = now, TALK_END talk later. Else it ends:
NOT_REACHED, or DROPPED if live, which then is its disposition. *Pace* is `ratio` for power. For
predictive it is 1000 at first; after each DIAL_END, and TALK_END of an attempt dialled agent-first, with
the day's (tick // DAY) lines ended e, live ones v and dropped ones x, this one included: 1000 if
e < FEW_LINES or (x + 1) * 1_000_000 > cap * v, else min(ratio, 1000 * e // v).

**TALK_END** of an attempt: `ended` = now; live: ANSWERED, `resolved` = it is a SUCCESS; else NOT_REACHED.
It is *concluded*, then after-call work follows or the agent becomes free, as ever. **Concluding**: a
SUCCESS counts for the campaign and the lead's cell. If the course says again and fewer attempts than
`attempts` were made: the lead is due at the first tick from now + wait on at which the campaign calls;
with other_hour, and unless CALL_LATER, only pieces of `calling` count from there on whose band is not
that of the attempt, up to the first that is. None: never.

**End**: when no event is left (void events do not count, and do not move the last tick). Waiting
legs keep outcome OPEN and NONE in what did not happen. Spells end at the tick of the last event or
the last MOVE, whichever is later; agents OFFLINE have none.
"""

from enum import IntEnum
from typing import Final, Protocol

from callcenter.telephony.call_log import AgentLog, CallLog
from simulation.tables import Tables, Workload

_MASK: Final = (1 << 64) - 1


class Rank(IntEnum):
    """Who goes first among events of one tick."""

    SWITCH = 0
    TALK_END = 1
    WRAP_END = 2
    MOVE = 3
    GATE = 4
    ALARM = 5
    OFFER = 6
    PATIENCE = 7
    IVR_END = 8
    RETURN = 9
    ARRIVAL = 10
    DUE = 11
    DIAL_END = 12


ONE_LINE: Final = 1_000
"""The pace at which one line is dialled for each agent to spare."""
FEW_LINES: Final = 20
"""So many lines of a day tell too little of how often citizens answer."""


class Engine(Protocol):
    """Live one day, or many."""

    def __call__(self, tables: Tables, workload: Workload, /) -> tuple[CallLog, AgentLog]:
        """Return what happened."""
        ...


def mix(call: int, attempt: int) -> int:
    """Scatter (call, attempt) over 64 bits: SplitMix64's finalizer over their packing.

    The same integer arithmetic stands in the compiled engine; nothing random is drawn.
    """
    word = (call * 0x9E3779B97F4A7C15 + attempt * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)
