"""The compiled engine: one loop over events, on arrays, without a Python object inside.

Follows the rules in `simulation.engines.port`; deciding who serves whom is in `kernel_dispatch`.
"""

import numpy as np
from numba import njit

from callcenter.clock import NEVER
from callcenter.domain.calls import LegKind, Outcome
from callcenter.telephony.call_log import NONE
from simulation.engines.heap import drop_first, push
from simulation.engines.kernel_dispatch import (
    AVAILABLE,
    CALLBACK,
    HANDED_BACK_KIND,
    MILLION,
    OFFLINE,
    anyone,
    become_free,
    change_spell,
    choose_taker,
    coin,
    duration,
    end_leg,
    forget,
    go,
    join_free,
    join_queue,
    leave_free,
    leave_queue,
    release_waiting,
    scaled,
    serve_group,
    serve_queue,
    sweep,
    take,
)
from simulation.engines import kernel_state as m
from simulation.engines.kernel_state import (
    EVENTS,
    FULL_ROWS,
    FULL_SLOTS,
    IVR,
    ROWS,
    RUNNING,
    SPELLS,
    STATUS,
    TALKING,
    UNUSED,
    WAITING,
    WRAPPING,
)
from simulation.engines.port import Rank

ID_BITS = 48
ID_MASK = (1 << ID_BITS) - 1
(
    R_TALK_END,
    R_WRAP_END,
    R_MOVE,
    R_GATE,
    R_ALARM,
    R_OFFER,
    R_PATIENCE,
    R_IVR_END,
    R_RETURN,
    R_ARRIVAL,
) = (int(rank) for rank in Rank)
FRESH, REDIAL, TRANSFER = int(LegKind.FRESH), int(LegKind.REDIAL), int(LegKind.TRANSFER)
REPEAT = int(LegKind.REPEAT)
OPEN, ANSWERED, ABANDONED = int(Outcome.OPEN), int(Outcome.ANSWERED), int(Outcome.ABANDONED)
BALKED, BUSY, QUEUE_FULL = int(Outcome.BALKED), int(Outcome.BUSY), int(Outcome.QUEUE_FULL)
CLOSED, RELEASED = int(Outcome.CLOSED), int(Outcome.RELEASED)
SELF_SERVED, NOT_REACHED = int(Outcome.SELF_SERVED), int(Outcome.NOT_REACHED)
CALLBACK_ACCEPTED = int(Outcome.CALLBACK_ACCEPTED)
HANDED_BACK = int(Outcome.HANDED_BACK)


@njit
def mix(call, attempt):
    """Scatter (call, attempt) over 64 bits; the arithmetic of `simulation.engines.port.mix`."""
    word = np.uint64(call) * np.uint64(0x9E3779B97F4A7C15)
    word += np.uint64(attempt) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@njit
def later(w, rank, row, tick):
    """Schedule an event of a leg."""
    push(w, tick, (np.int64(rank) << ID_BITS) | row)


@njit
def open_row(w, kind, call, attempt, fate, q, now):
    """Write the row of a new leg and give it a slot; -1 when a table is full."""
    row = m.n(w)[ROWS]
    slot = m.n(w)[UNUSED]
    if row >= m.log_call(w).size:
        m.n(w)[STATUS] = FULL_ROWS
        return -1
    if slot < 0:
        m.n(w)[STATUS] = FULL_SLOTS
        return -1
    m.n(w)[ROWS] = row + 1
    m.n(w)[UNUSED] = m.legs(w)[slot].left
    priority = m.fate_priority(w)[fate] if m.fate_priority(w).size else np.int8(0)
    m.log_call(w)[row] = call
    m.log_fate(w)[row] = fate
    m.log_attempt(w)[row] = attempt
    m.log_kind(w)[row] = kind
    m.log_queue(w)[row] = q
    m.log_outcome(w)[row] = OPEN
    m.log_resolved(w)[row] = NONE
    m.log_priority(w)[row] = priority
    m.log_group(w)[row] = NONE
    m.log_agent(w)[row] = NONE
    m.log_arrived(w)[row] = now
    m.log_queued(w)[row] = NONE
    m.log_assigned(w)[row] = NONE
    m.log_answered(w)[row] = NONE
    m.log_ended(w)[row] = NONE
    m.log_wrapped(w)[row] = NONE
    m.log_hold(w)[row] = 0
    m.slot_of(w)[row] = slot
    m.legs(w)[slot].row = row
    m.legs(w)[slot].priority = priority
    m.legs(w)[slot].line = -1
    m.legs(w)[slot].talk_left = -1
    m.legs(w)[slot].since = now
    m.legs(w)[slot].progress = IVR
    if m.redials(w).size:
        m.redials(w)[row] = 0
        m.repeats(w)[row] = 0
    return slot


@njit
def follow(w, kind, parent, attempt, fate, q, now):
    """Open the row of a leg that continues the call of row `parent`."""
    slot = open_row(w, kind, m.log_call(w)[parent], attempt, fate, q, now)
    if slot >= 0 and m.redials(w).size:
        row = m.legs(w)[slot].row
        m.redials(w)[row] = m.redials(w)[parent] + (1 if kind == REDIAL else 0)
        m.repeats(w)[row] = m.repeats(w)[parent] + (1 if kind == REPEAT else 0)
    return slot


@njit
def spare(w, q, call, attempt):
    """Return the fate by which a later leg of a call lives in queue `q`."""
    return m.spare_first(w)[q] + np.int64(mix(call, attempt) % np.uint64(m.spare_count(w)[q]))


@njit
def next_open(w, q, tick, call, attempt):
    """Return `tick` if the queue is open then, else a moment in its next opening, else NEVER."""
    low = m.queue(w)[q].door_first
    high = m.queue(w)[q].door_last
    while low < high:
        middle = (low + high) // 2
        if m.door_close(w)[middle] <= tick:
            low = middle + 1
        else:
            high = middle
    if low == m.queue(w)[q].door_last:
        return NEVER
    opens = m.door_open(w)[low]
    if opens <= tick:
        return tick
    part = np.int64(mix(call, attempt) >> np.uint64(48))
    return opens + (((m.door_close(w)[low] - opens) * part) >> 16)


@njit
def maybe_redial(w, row, threshold, now):
    """Let a caller who failed try again later, if he is of that kind."""
    if threshold == 0:
        return
    queue = m.queue(w)[m.log_queue(w)[row]]
    fate = m.log_fate(w)[row]
    if coin(m.fate_redial(w), fate) < threshold and m.redials(w)[row] < queue.redial_max:
        later(w, R_RETURN, row, now + duration(m.fate_redial_delay(w), queue.redial_delay, fate))


@njit
def balks(w, q, fate):
    """Say whether a caller who would have to wait hangs up at once."""
    queue = m.queue(w)[q]
    if queue.balk_first == queue.balk_last:
        return False
    if queue.balk_by_wait:
        present = np.int64(0)
        for at in range(queue.taker_first, queue.taker_last):
            crew = m.crews(w)[m.skill(w)[m.taker(w)[at]].group]
            present += crew.free + crew.busy
        value = m.queues(w)[q].waiting * queue.handling // max(present, 1)
    else:
        value = m.queues(w)[q].waiting - 1
    threshold = np.int64(0)
    for at in range(queue.balk_first, queue.balk_last):
        if m.balk_from(w)[at] > value:
            break
        threshold = m.balk_p(w)[at]
    return coin(m.fate_balk(w), fate) < threshold


@njit
def settle_in(w, q, slot, kind, fate, now):
    """Start the timers of a caller who stays in the queue."""
    queue = m.queue(w)[q]
    row = m.legs(w)[slot].row
    if kind != CALLBACK:
        patience = duration(m.fate_patience(w), queue.patience, fate)
        if patience < NEVER:
            later(w, R_PATIENCE, row, now + patience)
    for at in range(queue.alarm_first, queue.alarm_last):
        later(w, R_ALARM, row, now + m.alarm(w)[at])
    if (
        queue.offer_after < NEVER
        and kind not in (CALLBACK, HANDED_BACK_KIND)
        and coin(m.fate_accept(w), fate) < queue.accept
    ):
        later(w, R_OFFER, row, now + queue.offer_after)


@njit
def enter(w, slot, now):
    """Bring a leg into its queue: served at once, turned away, or waiting."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    queue = m.queue(w)[q]
    m.log_queued(w)[row] = now
    if m.queues(w)[q].open == 0 and (not queue.serve_at_closing or not anyone(w, q)):
        end_leg(w, slot, RELEASED, now)
        return
    if m.queues(w)[q].waiting == 0:
        skill = choose_taker(w, q, 1, m.legs(w)[slot].since, now)
        if skill >= 0:
            take(w, slot, skill, now)
            return
        join_queue(w, q, slot)
    else:
        join_queue(w, q, slot)
        serve_queue(w, q, now)
    if m.legs(w)[slot].progress != WAITING:
        return
    sweep(w, now)
    if m.legs(w)[slot].progress != WAITING:
        return
    kind = m.log_kind(w)[row]
    fate = m.log_fate(w)[row]
    if kind not in (CALLBACK, HANDED_BACK_KIND):
        if 0 <= queue.limit < m.queues(w)[q].waiting:
            leave_queue(w, q, slot)
            end_leg(w, slot, QUEUE_FULL, now)
            maybe_redial(w, row, queue.redial_busy, now)
            return
        if balks(w, q, fate):
            leave_queue(w, q, slot)
            end_leg(w, slot, BALKED, now)
            maybe_redial(w, row, queue.redial_abandon, now)
            return
    settle_in(w, q, slot, kind, fate, now)


@njit
def at_the_line(w, slot, now):
    """Let a call reach the line; return its slot if it goes on into the queue at once, else -1."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    queue = m.queue(w)[q]
    if m.queues(w)[q].open == 0:
        end_leg(w, slot, CLOSED, now)
        return -1
    if queue.lines >= 0:
        if m.lines_taken(w)[queue.lines] >= m.lines(w)[queue.lines]:
            end_leg(w, slot, BUSY, now)
            maybe_redial(w, row, queue.redial_busy, now)
            return -1
        m.lines_taken(w)[queue.lines] += 1
        m.legs(w)[slot].line = queue.lines
    menu = duration(m.fate_ivr(w), queue.ivr, m.log_fate(w)[row])
    if menu > 0:
        later(w, R_IVR_END, row, now + menu)
        return -1
    return slot


@njit
def come_back(w, parent, now):
    """Let a later leg begin that was waited for; return its slot if it enters at once, else -1."""
    call = m.log_call(w)[parent]
    attempt = m.log_attempt(w)[parent] + 1
    outcome = m.log_outcome(w)[parent]
    if outcome == CALLBACK_ACCEPTED:
        fate, q = m.log_fate(w)[parent], m.log_queue(w)[parent]
        return follow(w, CALLBACK, parent, attempt, np.int64(fate), np.int64(q), now)
    kind = REPEAT if outcome == ANSWERED else REDIAL
    q = np.int64(m.home(w)[call])
    slot = follow(w, kind, parent, attempt, spare(w, q, call, attempt), q, now)
    return at_the_line(w, slot, now) if slot >= 0 else -1


@njit
def where_next(w, row):
    """Return the queue an answered call is transferred to, or -1."""
    queue = m.queue(w)[m.log_queue(w)[row]]
    if queue.transfer_first < queue.transfer_last:
        luck = coin(m.fate_transfer(w), m.log_fate(w)[row])
        for at in range(queue.transfer_first, queue.transfer_last):
            if luck < m.transfer_p(w)[at]:
                return np.int64(m.transfer_to(w)[at])
    return np.int64(-1)


@njit
def conclude(w, row, now):
    """Decide whether an answered concern is settled, and schedule the next call about it if not."""
    queue = m.queue(w)[m.log_queue(w)[row]]
    fate = m.log_fate(w)[row]
    settled = coin(m.fate_resolved(w), fate) < queue.resolved
    m.log_resolved(w)[row] = 1 if settled else 0
    if settled or queue.repeat == 0:
        return
    if coin(m.fate_repeat(w), fate) < queue.repeat and m.repeats(w)[row] < queue.repeat_max:
        delay = duration(m.fate_repeat_delay(w), queue.repeat_delay, fate)
        call = m.log_call(w)[row]
        wish = max(now, m.log_arrived(w)[row] + delay)
        tick = next_open(w, np.int64(m.home(w)[call]), wish, call, m.log_attempt(w)[row] + 1)
        if tick < NEVER:
            later(w, R_RETURN, row, tick)


@njit
def talk_end(w, slot, now):
    """End a conversation; return the slot of the leg it is transferred to, or -1."""
    row = m.legs(w)[slot].row
    a = m.log_agent(w)[row]
    m.log_ended(w)[row] = now
    if m.log_answered(w)[row] == NONE:
        m.log_outcome(w)[row] = NOT_REACHED
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, a, now)
        return -1
    m.log_outcome(w)[row] = ANSWERED
    line = m.legs(w)[slot].line
    wrap = m.legs(w)[slot].wrap
    m.legs(w)[slot].line = -1
    next_queue = where_next(w, row)
    if next_queue < 0:
        if line >= 0:
            m.lines_taken(w)[line] -= 1
        conclude(w, row, now)
    if wrap > 0:
        m.legs(w)[slot].progress = WRAPPING
        later(w, R_WRAP_END, row, now + wrap)
    else:
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, a, now)
    if next_queue < 0:
        return -1
    attempt = m.log_attempt(w)[row] + 1
    fate = spare(w, next_queue, m.log_call(w)[row], attempt)
    child = follow(w, TRANSFER, row, attempt, fate, next_queue, now)
    if child >= 0:
        m.legs(w)[child].line = line
    return child


@njit
def hand_back(w, slot, now):
    """Take a conversation from a leaving agent; return the slot of its next leg."""
    row = m.legs(w)[slot].row
    leg = m.legs(w)[slot]
    line = leg.line
    since = leg.since
    left = (leg.until - max(now, m.log_answered(w)[row])) * MILLION // leg.speed
    m.log_outcome(w)[row] = HANDED_BACK
    m.log_ended(w)[row] = now
    m.log_wrapped(w)[row] = now
    m.log_hold(w)[row] = 0
    if m.log_answered(w)[row] > now:
        m.log_answered(w)[row] = NONE
    forget(w, slot)
    fate, q = np.int64(m.log_fate(w)[row]), np.int64(m.log_queue(w)[row])
    child = follow(w, HANDED_BACK_KIND, row, m.log_attempt(w)[row] + 1, fate, q, now)
    if child >= 0:
        m.legs(w)[child].line = line
        m.legs(w)[child].since = since
        m.legs(w)[child].talk_left = left
    return child


@njit
def move(w, a, state, now):
    """Let the roster want something of an agent; return the slot of a call handed back, or -1."""
    agent = m.agents(w)[a]
    g = agent.group
    row = agent.row
    was = agent.spell
    m.agents(w)[a].wanted = state
    if row < 0:
        if state == was:
            return -1
        if state == AVAILABLE:
            change_spell(w, a, state, now)
            join_free(w, a)
            serve_group(w, g, now)
        elif was == AVAILABLE:
            leave_free(w, a)
            go(w, a, state, now)
        else:
            change_spell(w, a, state, now)
        return -1
    if state == AVAILABLE or not m.group(w)[g].hand_back or m.log_kind(w)[row] == CALLBACK:
        return -1
    slot = m.slot_of(w)[row]
    m.agents(w)[a].row = NONE
    m.agents(w)[a].ticks_busy += now - m.log_assigned(w)[row]
    m.crews(w)[g].busy -= 1
    child = -1
    if m.legs(w)[slot].progress == TALKING:
        child = hand_back(w, slot, now)
    else:
        m.log_wrapped(w)[row] = now
        forget(w, slot)
    go(w, a, state, now)
    return child


@njit
def give_up(w, slot, now):
    """End a caller's patience."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    leave_queue(w, q, slot)
    end_leg(w, slot, ABANDONED, now)
    maybe_redial(w, row, m.queue(w)[q].redial_abandon, now)


@njit
def accept_callback(w, slot, now):
    """Let a caller hang up and be called back; return the slot of the call-back if it enters now."""
    row = m.legs(w)[slot].row
    q = np.int64(m.log_queue(w)[row])
    queue = m.queue(w)[q]
    since = m.legs(w)[slot].since
    fate = np.int64(m.log_fate(w)[row])
    attempt = m.log_attempt(w)[row] + 1
    leave_queue(w, q, slot)
    end_leg(w, slot, CALLBACK_ACCEPTED, now)
    if queue.slot:
        wish = now + duration(m.fate_callback_delay(w), queue.callback_delay, fate)
        tick = next_open(w, q, wish, m.log_call(w)[row], attempt)
        if tick < NEVER:
            later(w, R_RETURN, row, tick)
        return -1
    child = follow(w, CALLBACK, row, attempt, fate, q, now)
    if child >= 0:
        m.legs(w)[child].since = since
    return child


@njit
def leave_ivr(w, slot, now):
    """End the menu; return the slot if the caller goes on into the queue, else -1."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    if coin(m.fate_self_service(w), m.log_fate(w)[row]) < m.queue(w)[q].self_service:
        end_leg(w, slot, SELF_SERVED, now)
        return -1
    m.legs(w)[slot].since = now
    return slot


@njit
def of_a_leg(w, rank, row, now):
    """Live an event of a leg that is still alive; return the slot of a leg that enters, or -1."""
    slot = m.slot_of(w)[row]
    if rank == R_TALK_END:
        return talk_end(w, slot, now)
    if rank == R_WRAP_END:
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, m.log_agent(w)[row], now)
    elif rank == R_ALARM:
        serve_queue(w, np.int64(m.log_queue(w)[row]), now)
    elif rank == R_OFFER:
        return accept_callback(w, slot, now)
    elif rank == R_PATIENCE:
        give_up(w, slot, now)
    else:
        return leave_ivr(w, slot, now)
    return -1


@njit
def is_void(w, rank, row, now):
    """Say whether the leg of an event has meanwhile moved on."""
    slot = m.slot_of(w)[row]
    if slot < 0 or m.legs(w)[slot].row != row:
        return True
    progress = m.legs(w)[slot].progress
    if rank == R_TALK_END:
        return progress != TALKING
    if rank == R_WRAP_END:
        return progress != WRAPPING
    return progress != (IVR if rank == R_IVR_END else WAITING)


@njit
def gate(w, index, now):
    """Open or close a queue."""
    q = m.gate(w)[index].queue
    if m.gate(w)[index].opens:
        m.queues(w)[q].open = 1
        return
    m.queues(w)[q].open = 0
    if not (m.queue(w)[q].serve_at_closing and anyone(w, q)):
        release_waiting(w, q, now)


@njit
def run(w, first_arrival, last_tick):
    """Live all events; return the tick at which open spells end. The status says if room ran out."""
    arriving, moving, gating = first_arrival, 0, 0
    arrivals, moves, gates = m.arrived(w).size, m.moves(w).size, m.gate(w).size
    while m.n(w)[STATUS] == RUNNING:
        now = NEVER
        rank = R_ARRIVAL
        if arriving < arrivals:
            now = m.arrived(w)[arriving]
        if gating < gates and m.gate(w)[gating].tick <= now:
            now = m.gate(w)[gating].tick
            rank = R_GATE
        if moving < moves and m.moves(w)[moving].tick <= now:
            now = m.moves(w)[moving].tick
            rank = R_MOVE
        row = -1
        if m.n(w)[EVENTS] > 0:
            tick = m.tick(w)[0]
            key = m.key(w)[0]
            if tick < now or (tick == now and (key >> ID_BITS) < rank):
                now = tick
                rank = key >> ID_BITS
                row = key & ID_MASK
                drop_first(w)
                if rank != R_RETURN and is_void(w, rank, row, now):
                    continue
        if now == NEVER:
            break
        entering = -1
        if rank == R_ARRIVAL:
            slot = open_row(w, FRESH, arriving, 0, arriving, np.int64(m.home(w)[arriving]), now)
            if slot >= 0:
                entering = at_the_line(w, slot, now)
            arriving += 1
        elif rank == R_MOVE:
            entering = move(w, m.moves(w)[moving].agent, m.moves(w)[moving].state, now)
            moving += 1
        elif rank == R_GATE:
            gate(w, gating, now)
            gating += 1
        elif rank == R_RETURN:
            entering = come_back(w, row, now)
        else:
            entering = of_a_leg(w, rank, row, now)
        if entering >= 0:
            enter(w, entering, now)
        sweep(w, now)
        last_tick = max(last_tick, now)
    return last_tick


@njit
def begin(w, now):
    """Put those in their places who are already there when the clock starts."""
    for row in range(m.start(w).size):
        begun = m.start(w)[row]
        slot = open_row(w, FRESH, row, 0, row, np.int64(m.home(w)[row]), m.arrived(w)[row])
        if slot < 0:
            return
        q = m.log_queue(w)[row]
        queue = m.queue(w)[q]
        if begun.progress != WRAPPING and queue.lines >= 0:
            m.lines_taken(w)[queue.lines] += 1
            m.legs(w)[slot].line = queue.lines
        if begun.progress == WAITING:
            wait_on(w, q, slot, begun.since, now)
        else:
            serve_on(w, q, slot, begun, now)


@njit
def wait_on(w, q, slot, since, now):
    """Put a caller into the queue who has been waiting there."""
    row = m.legs(w)[slot].row
    queue = m.queue(w)[q]
    m.log_queued(w)[row] = since
    m.legs(w)[slot].since = since
    join_queue(w, q, slot)
    patience = duration(m.fate_patience(w), queue.patience, row)
    if patience < NEVER:
        later(w, R_PATIENCE, row, max(now, since + patience))
    for at in range(queue.alarm_first, queue.alarm_last):
        if since + m.alarm(w)[at] >= now:
            later(w, R_ALARM, row, since + m.alarm(w)[at])
    if (
        queue.offer_after < NEVER
        and since + queue.offer_after >= now
        and coin(m.fate_accept(w), row) < queue.accept
    ):
        later(w, R_OFFER, row, since + queue.offer_after)


@njit
def serve_on(w, q, slot, begun, now):
    """Put a caller before the agent who has been serving him."""
    row = m.legs(w)[slot].row
    a = begun.agent
    g = m.agents(w)[a].group
    speed = np.int64(MILLION)
    for s in range(m.group(w)[g].skill_first, m.group(w)[g].skill_last):
        if m.skill(w)[s].queue == q:
            speed = m.skill(w)[s].speed
    queue = m.queue(w)[q]
    m.log_group(w)[row] = g
    m.log_agent(w)[row] = a
    m.log_queued(w)[row] = m.log_arrived(w)[row]
    m.agents(w)[a].row = row
    m.crews(w)[g].busy += 1
    if m.agents(w)[a].spell != AVAILABLE:
        change_spell(w, a, AVAILABLE, now)
    hold = scaled(duration(m.fate_hold(w), queue.hold, row), speed)
    talk = scaled(duration(m.fate_talk(w), queue.talk, row), speed)
    wrap = scaled(duration(m.fate_wrap(w), queue.wrap, row), speed)
    m.legs(w)[slot].speed = speed
    m.legs(w)[slot].wrap = wrap
    m.log_assigned(w)[row] = begun.since
    m.log_answered(w)[row] = begun.since
    if begun.progress == TALKING:
        m.log_hold(w)[row] = hold
        m.legs(w)[slot].progress = TALKING
        until = max(now, begun.since + hold + talk)
        m.legs(w)[slot].until = until
        later(w, R_TALK_END, row, until)
        return
    m.legs(w)[slot].progress = WRAPPING
    m.log_outcome(w)[row] = ANSWERED
    m.log_ended(w)[row] = begun.since
    settled = coin(m.fate_resolved(w), row) < queue.resolved
    m.log_resolved(w)[row] = 1 if settled else 0
    later(w, R_WRAP_END, row, max(now, begun.since + wrap))


@njit
def close_spells(w, last_tick):
    """End the spells still running."""
    for a in range(m.agents(w).size):
        if m.agents(w)[a].spell != OFFLINE:
            change_spell(w, a, OFFLINE, last_tick)


@njit
def live(w, start_tick):
    """Live the whole run; the counters say how many rows and spells were written."""
    for q in range(m.queues(w).size):
        for at in range(m.queue(w)[q].door_first, m.queue(w)[q].door_last):
            if m.door_open(w)[at] < start_tick < m.door_close(w)[at]:
                m.queues(w)[q].open = 1
    begin(w, start_tick)
    close_spells(w, run(w, m.start(w).size, start_tick))
    return m.n(w)[SPELLS]
