"""Compiled presence: agents come, go, change seats and become free; what that means for callers."""

import numpy as np
from numba import njit

from callcenter.telephony.call_log import NONE
from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.dispatch import (
    anyone,
    assign,
    choose_skill,
    end_leg,
    join_free,
    leave_queue,
    serve_group,
)


@njit
def release_waiting(w, q, now):
    """Let everybody go who waits in the queue, first to last."""
    while m.queues(w)[q].waiting > 0:
        slot = m.queues(w)[q].root
        leave_queue(w, q, slot)
        end_leg(w, slot, code.RELEASED, now)


@njit
def change_spell(w, a, state, now):
    """End the agent's spell and begin another."""
    agent = m.agents(w)[a]
    if agent.spell != code.OFFLINE and agent.spell_start < now:
        at = m.n(w)[book.SPELLS]
        m.spell_agent(w)[at] = a
        m.spell_state(w)[at] = agent.spell
        m.spell_start(w)[at] = agent.spell_start
        m.spell_end(w)[at] = now
        m.n(w)[book.SPELLS] = at + 1
    if agent.spell == code.OFFLINE:
        m.agents(w)[a].ticks_busy = 0
    m.agents(w)[a].spell = state
    m.agents(w)[a].spell_start = now


@njit
def go(w, a, state, now):
    """Send an agent off; callers whom nobody is left to serve after closing are released."""
    change_spell(w, a, state, now)
    group = m.group(w)[m.agents(w)[a].group]
    for s in range(group.skill_first, group.skill_last):
        q = m.skill(w)[s].queue
        if m.queues(w)[q].waiting > 0 and m.queues(w)[q].open == 0 and not anyone(w, q):
            release_waiting(w, q, now)


@njit
def _stays(w, g):
    """Say whether the group's people stay after their shift while callers are left from the day."""
    group = m.group(w)[g]
    for s in range(group.skill_first, group.skill_last):
        q = m.skill(w)[s].queue
        if m.queues(w)[q].open != 0 or not m.queue(w)[q].serve_at_closing:
            return False
    return True


@njit
def want(w, a, state):
    """Note what the roster wants of an agent."""
    g = m.agents(w)[a].group
    if m.agents(w)[a].wanted == code.AVAILABLE:
        m.crews(w)[g].wanted -= 1
    if state == code.AVAILABLE:
        m.crews(w)[g].wanted += 1
    m.agents(w)[a].wanted = state


@njit
def change_seats(w, a, b):
    """Let two agents take each other's seat."""
    seat = m.agents(w)[a].seat
    other = m.agents(w)[b].seat
    m.agents(w)[a].seat = other
    m.agents(w)[b].seat = seat
    m.agents(w)[other].holder = a
    m.agents(w)[seat].holder = b


@njit
def find_leaver(w, g, wanted):
    """Return the busy agent of smallest number whom the roster does not want, or -1.

    `wanted` agents are wanted AVAILABLE and are free or busy; if they account for all the busy, nobody
    has to be looked for.
    """
    group = m.group(w)[g]
    crew = m.crews(w)[g]
    if crew.busy <= wanted - crew.free:
        return -1
    for a in range(group.first_agent, group.first_agent + group.headcount):
        if m.agents(w)[a].row >= 0 and m.agents(w)[a].wanted != code.AVAILABLE:
            return a
    return -1


@njit
def give_way(w, a, g):
    """Let an agent who was just busy go in the place of a leaver; return what is wanted of him now."""
    leaver = find_leaver(w, g, m.crews(w)[g].wanted - 1)
    if leaver < 0:
        return np.int8(code.AVAILABLE)
    wanted = m.agents(w)[leaver].wanted
    change_seats(w, a, leaver)
    want(w, leaver, code.AVAILABLE)
    want(w, a, wanted)
    return wanted


@njit
def become_free(w, a, now):
    """End an agent's work on a leg: he takes the next one, waits for one, or goes."""
    g = m.agents(w)[a].group
    m.agents(w)[a].ticks_busy += now - m.log_assigned(w)[m.agents(w)[a].row]
    m.agents(w)[a].row = NONE
    m.crews(w)[g].busy -= 1
    wanted = m.agents(w)[a].wanted
    if wanted == code.AVAILABLE and m.group(w)[g].seats:
        wanted = give_way(w, a, g)
    if wanted == code.AVAILABLE:
        join_free(w, a)
        serve_group(w, g, now)
        return
    if wanted == code.OFFLINE and _stays(w, g):
        m.crews(w)[g].free += 1
        s = choose_skill(w, g, now)
        m.crews(w)[g].free -= 1
        if s >= 0:
            q = m.skill(w)[s].queue
            slot = m.queues(w)[q].root
            leave_queue(w, q, slot)
            assign(w, slot, a, s, now)
            return
    go(w, a, wanted, now)
