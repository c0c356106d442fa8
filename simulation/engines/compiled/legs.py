"""Compiled beginnings: how a leg comes to be, reaches the line and enters its queue."""

import numpy as np
from numba import njit

from callcenter.clock import NEVER
from callcenter.telephony.call_log import NONE
from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.dispatch import (
    anyone,
    choose_taker,
    coin,
    duration,
    end_leg,
    join_queue,
    leave_queue,
    serve_queue,
    sweep,
    take,
)
from simulation.engines.compiled.heap import push


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
    push(w, tick, (np.int64(rank) << code.ID_BITS) | row)


@njit
def open_row(w, kind, call, attempt, fate, q, now):
    """Write the row of a new leg of a caller and give it a slot; -1 when a table is full."""
    priority = m.fate_priority(w)[fate] if m.fate_priority(w).size else np.int8(0)
    return new_row(w, kind, call, attempt, fate, q, priority, now)


@njit
def new_row(w, kind, call, attempt, fate, q, priority, now):
    """Write the row of a new leg and give it a slot; -1 when a table is full."""
    row = m.n(w)[book.ROWS]
    slot = m.n(w)[book.UNUSED]
    if row >= m.log_call(w).size:
        m.n(w)[book.STATUS] = book.FULL_ROWS
        return -1
    if slot < 0:
        m.n(w)[book.STATUS] = book.FULL_SLOTS
        return -1
    m.n(w)[book.ROWS] = row + 1
    m.n(w)[book.UNUSED] = m.legs(w)[slot].left
    m.log_call(w)[row] = call
    m.log_fate(w)[row] = fate
    m.log_attempt(w)[row] = attempt
    m.log_kind(w)[row] = kind
    m.log_queue(w)[row] = q
    m.log_outcome(w)[row] = code.OPEN
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
    m.legs(w)[slot].progress = book.IVR
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
        m.redials(w)[row] = m.redials(w)[parent] + (1 if kind == code.REDIAL else 0)
        m.repeats(w)[row] = m.repeats(w)[parent] + (1 if kind == code.REPEAT else 0)
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
        later(w, code.RETURN, row, now + duration(m.fate_redial_delay(w), queue.redial_delay, fate))


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
    if kind != code.CALLBACK:
        patience = duration(m.fate_patience(w), queue.patience, fate)
        if patience < NEVER:
            later(w, code.PATIENCE, row, now + patience)
    for at in range(queue.alarm_first, queue.alarm_last):
        later(w, code.ALARM, row, now + m.alarm(w)[at])
    if (
        queue.offer_after < NEVER
        and kind not in (code.CALLBACK, code.CONTINUED)
        and coin(m.fate_accept(w), fate) < queue.accept
    ):
        later(w, code.OFFER, row, now + queue.offer_after)


@njit
def enter(w, slot, now):
    """Bring a leg into its queue: served at once, turned away, or waiting."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    queue = m.queue(w)[q]
    m.log_queued(w)[row] = now
    if m.queues(w)[q].open == 0 and (not queue.serve_at_closing or not anyone(w, q)):
        end_leg(w, slot, code.RELEASED, now)
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
    if m.legs(w)[slot].progress != book.WAITING:
        return
    sweep(w, now)
    if m.legs(w)[slot].progress != book.WAITING:
        return
    kind = m.log_kind(w)[row]
    fate = m.log_fate(w)[row]
    if kind not in (code.CALLBACK, code.CONTINUED):
        if 0 <= queue.limit < m.queues(w)[q].waiting:
            leave_queue(w, q, slot)
            end_leg(w, slot, code.QUEUE_FULL, now)
            maybe_redial(w, row, queue.redial_busy, now)
            return
        if balks(w, q, fate):
            leave_queue(w, q, slot)
            end_leg(w, slot, code.BALKED, now)
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
        end_leg(w, slot, code.CLOSED, now)
        return -1
    if queue.lines >= 0:
        if m.lines_taken(w)[queue.lines] >= m.lines(w)[queue.lines]:
            end_leg(w, slot, code.BUSY, now)
            maybe_redial(w, row, queue.redial_busy, now)
            return -1
        m.lines_taken(w)[queue.lines] += 1
        m.legs(w)[slot].line = queue.lines
    menu = duration(m.fate_ivr(w), queue.ivr, m.log_fate(w)[row])
    if menu > 0:
        later(w, code.IVR_END, row, now + menu)
        return -1
    if coin(m.fate_self_service(w), m.log_fate(w)[row]) < queue.self_service:
        end_leg(w, slot, code.SELF_SERVED, now)
        return -1
    return slot


@njit
def come_back(w, parent, now):
    """Let a later leg begin that was waited for; return its slot if it enters at once, else -1."""
    call = m.log_call(w)[parent]
    attempt = m.log_attempt(w)[parent] + 1
    outcome = m.log_outcome(w)[parent]
    if outcome == code.CALLBACK_ACCEPTED:
        fate, q = m.log_fate(w)[parent], m.log_queue(w)[parent]
        return follow(w, code.CALLBACK, parent, attempt, np.int64(fate), np.int64(q), now)
    kind = code.REPEAT if outcome == code.ANSWERED else code.REDIAL
    q = np.int64(m.home(w)[call])
    slot = follow(w, kind, parent, attempt, spare(w, q, call, attempt), q, now)
    return at_the_line(w, slot, now) if slot >= 0 else -1
