"""Compiled events: what happens to a leg, an agent or a door when its time has come."""

import numpy as np
from numba import njit

from callcenter.clock import NEVER
from callcenter.telephony.call_log import NONE
from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.dispatch import (
    anyone,
    coin,
    duration,
    end_leg,
    forget,
    join_free,
    leave_free,
    leave_queue,
    serve_group,
    serve_queue,
)
from simulation.engines.compiled.legs import follow, later, maybe_redial, next_open, spare
from simulation.engines.compiled.outbound import end_attempt
from simulation.engines.compiled.presence import (
    become_free,
    change_seats,
    change_spell,
    find_leaver,
    go,
    release_waiting,
    want,
)


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
            later(w, code.RETURN, row, tick)


@njit
def wrap_up(w, slot, wrap, now):
    """Let the agent do his after-call work, if there is any."""
    row = m.legs(w)[slot].row
    if wrap > 0:
        m.legs(w)[slot].progress = book.WRAPPING
        later(w, code.WRAP_END, row, now + wrap)
    else:
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, m.log_agent(w)[row], now)


@njit
def talk_end(w, slot, now):
    """End a conversation; return the slot of the leg it is transferred to, or -1."""
    row = m.legs(w)[slot].row
    if m.log_kind(w)[row] == code.OUTBOUND:
        wrap_up(w, slot, end_attempt(w, slot, now), now)
        return -1
    m.log_ended(w)[row] = now
    if m.log_answered(w)[row] == NONE:
        m.log_outcome(w)[row] = code.NOT_REACHED
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, m.log_agent(w)[row], now)
        return -1
    m.log_outcome(w)[row] = code.ANSWERED
    line = m.legs(w)[slot].line
    wrap = m.legs(w)[slot].wrap
    m.legs(w)[slot].line = -1
    next_queue = where_next(w, row)
    if next_queue < 0:
        if line >= 0:
            m.lines_taken(w)[line] -= 1
        conclude(w, row, now)
    wrap_up(w, slot, wrap, now)
    if next_queue < 0:
        return -1
    attempt = m.log_attempt(w)[row] + 1
    fate = spare(w, next_queue, m.log_call(w)[row], attempt)
    child = follow(w, code.TRANSFER, row, attempt, fate, next_queue, now)
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
    left = (leg.until - max(now, m.log_answered(w)[row])) * code.MILLION // leg.speed
    m.log_outcome(w)[row] = code.HANDED_BACK
    m.log_ended(w)[row] = now
    m.log_wrapped(w)[row] = now
    m.log_hold(w)[row] = 0
    if m.log_answered(w)[row] > now:
        m.log_answered(w)[row] = NONE
    forget(w, slot)
    fate, q = np.int64(m.log_fate(w)[row]), np.int64(m.log_queue(w)[row])
    child = follow(w, code.CONTINUED, row, m.log_attempt(w)[row] + 1, fate, q, now)
    if child >= 0:
        m.legs(w)[child].line = line
        m.legs(w)[child].since = since
        m.legs(w)[child].talk_left = left
    return child


@njit
def move(w, named, state, now):
    """Let the roster want something of an agent or a seat; return the slot of a call handed back."""
    a = named
    if m.group(w)[m.agents(w)[named].group].seats:
        a = whom_it_concerns(w, m.agents(w)[named].holder, state, now)
        if a < 0:
            return -1
    want(w, a, state)
    if m.agents(w)[a].row < 0:
        move_idle(w, a, state, now)
        return -1
    return move_busy(w, a, state, now)


@njit
def whom_it_concerns(w, holder, state, now):
    """Return the agent a seat's MOVE concerns; -1 if a leaver stays and nothing else happens."""
    agent = m.agents(w)[holder]
    g = agent.group
    crew = m.crews(w)[g]
    if state == code.AVAILABLE:
        if agent.row >= 0 or agent.spell == code.AVAILABLE:
            return holder
        leaver = find_leaver(w, g, crew.wanted)
        if leaver < 0:
            return holder
        wanted = m.agents(w)[leaver].wanted
        change_seats(w, holder, leaver)
        want(w, holder, wanted)
        if wanted != m.agents(w)[holder].spell:
            change_spell(w, holder, wanted, now)
        want(w, leaver, code.AVAILABLE)
        return -1
    if agent.row >= 0 and agent.wanted == code.AVAILABLE and crew.free > 0:
        last = crew.tail
        change_seats(w, holder, last)
        return last
    return holder


@njit
def move_idle(w, a, state, now):
    """Let an agent without a call do what the roster wants."""
    was = m.agents(w)[a].spell
    if state == was:
        return
    if state == code.AVAILABLE:
        change_spell(w, a, state, now)
        join_free(w, a)
        serve_group(w, m.agents(w)[a].group, now)
    elif was == code.AVAILABLE:
        leave_free(w, a)
        go(w, a, state, now)
    else:
        change_spell(w, a, state, now)


@njit
def move_busy(w, a, state, now):
    """Let a busy agent's group decide: he finishes, or hands the caller back; return that slot."""
    g = m.agents(w)[a].group
    row = m.agents(w)[a].row
    if state == code.AVAILABLE or not m.group(w)[g].hand_back:
        return -1
    slot = m.slot_of(w)[row]
    kind = m.log_kind(w)[row]
    dialled = kind in (code.CALLBACK, code.OUTBOUND)
    if dialled and m.legs(w)[slot].progress == book.TALKING:
        return -1
    m.agents(w)[a].row = NONE
    m.agents(w)[a].ticks_busy += now - m.log_assigned(w)[row]
    m.crews(w)[g].busy -= 1
    child = -1
    if m.legs(w)[slot].progress == book.TALKING:
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
    end_leg(w, slot, code.ABANDONED, now)
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
    end_leg(w, slot, code.CALLBACK_ACCEPTED, now)
    if queue.slot:
        wish = now + duration(m.fate_callback_delay(w), queue.callback_delay, fate)
        tick = next_open(w, q, wish, m.log_call(w)[row], attempt)
        if tick < NEVER:
            later(w, code.RETURN, row, tick)
        return -1
    child = follow(w, code.CALLBACK, row, attempt, fate, q, now)
    if child >= 0:
        m.legs(w)[child].since = since
    return child


@njit
def leave_ivr(w, slot, now):
    """End the menu; return the slot if the caller goes on into the queue, else -1."""
    row = m.legs(w)[slot].row
    q = m.log_queue(w)[row]
    if coin(m.fate_self_service(w), m.log_fate(w)[row]) < m.queue(w)[q].self_service:
        end_leg(w, slot, code.SELF_SERVED, now)
        return -1
    m.legs(w)[slot].since = now
    return slot


@njit
def of_a_leg(w, rank, row, now):
    """Live an event of a leg that is still alive; return the slot of a leg that enters, or -1."""
    slot = m.slot_of(w)[row]
    if rank == code.TALK_END:
        return talk_end(w, slot, now)
    if rank == code.WRAP_END:
        m.log_wrapped(w)[row] = now
        forget(w, slot)
        become_free(w, m.log_agent(w)[row], now)
    elif rank == code.ALARM:
        serve_queue(w, np.int64(m.log_queue(w)[row]), now)
    elif rank == code.OFFER:
        return accept_callback(w, slot, now)
    elif rank == code.PATIENCE:
        give_up(w, slot, now)
    else:
        return leave_ivr(w, slot, now)
    return -1


@njit
def is_void(w, rank, row):
    """Say whether the leg of an event has meanwhile moved on."""
    slot = m.slot_of(w)[row]
    if slot < 0:
        return True
    progress = m.legs(w)[slot].progress
    if rank == code.TALK_END:
        return progress != book.TALKING
    if rank == code.WRAP_END:
        return progress != book.WRAPPING
    return progress != (book.IVR if rank == code.IVR_END else book.WAITING)


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
