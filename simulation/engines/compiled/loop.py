"""The compiled engine: one loop over events, on arrays, without a Python object inside.

Follows the rules in `simulation.engines.port`.
"""

import numpy as np
from numba import njit

from callcenter.clock import NEVER
from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.dispatch import coin, duration, join_queue, scaled, sweep
from simulation.engines.compiled.events import gate, is_void, move, of_a_leg
from simulation.engines.compiled.heap import drop_first
from simulation.engines.compiled.legs import at_the_line, come_back, enter, later, open_row
from simulation.engines.compiled.outbound import become_due, dial, dial_end, switch
from simulation.engines.compiled.presence import change_spell


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
        later(w, code.PATIENCE, row, max(now, since + patience))
    for at in range(queue.alarm_first, queue.alarm_last):
        if since + m.alarm(w)[at] >= now:
            later(w, code.ALARM, row, since + m.alarm(w)[at])
    if (
        queue.offer_after < NEVER
        and since + queue.offer_after >= now
        and coin(m.fate_accept(w), row) < queue.accept
    ):
        later(w, code.OFFER, row, since + queue.offer_after)


@njit
def serve_on(w, q, slot, begun, now):
    """Put a caller before the agent who has been serving him."""
    row = m.legs(w)[slot].row
    a = begun.agent
    g = m.agents(w)[a].group
    speed = np.int64(code.MILLION)
    for s in range(m.group(w)[g].skill_first, m.group(w)[g].skill_last):
        if m.skill(w)[s].queue == q:
            speed = m.skill(w)[s].speed
    queue = m.queue(w)[q]
    m.log_group(w)[row] = g
    m.log_agent(w)[row] = a
    m.log_queued(w)[row] = m.log_arrived(w)[row]
    m.agents(w)[a].row = row
    m.crews(w)[g].busy += 1
    if m.agents(w)[a].spell != code.AVAILABLE:
        change_spell(w, a, code.AVAILABLE, now)
    hold = scaled(duration(m.fate_hold(w), queue.hold, row), speed)
    talk = scaled(duration(m.fate_talk(w), queue.talk, row), speed)
    wrap = scaled(duration(m.fate_wrap(w), queue.wrap, row), speed)
    m.legs(w)[slot].speed = speed
    m.legs(w)[slot].wrap = wrap
    m.log_assigned(w)[row] = begun.since
    m.log_answered(w)[row] = begun.since
    if begun.progress == book.TALKING:
        m.log_hold(w)[row] = hold
        m.legs(w)[slot].progress = book.TALKING
        until = max(now, begun.since + hold + talk)
        m.legs(w)[slot].until = until
        later(w, code.TALK_END, row, until)
        return
    m.legs(w)[slot].progress = book.WRAPPING
    m.log_outcome(w)[row] = code.ANSWERED
    m.log_ended(w)[row] = begun.since
    settled = coin(m.fate_resolved(w), row) < queue.resolved
    m.log_resolved(w)[row] = 1 if settled else 0
    later(w, code.WRAP_END, row, max(now, begun.since + wrap))


@njit
def begin(w, now):
    """Put those in their places who are already there when the clock starts."""
    for row in range(m.start(w).size):
        begun = m.start(w)[row]
        slot = open_row(w, code.FRESH, row, 0, row, np.int64(m.home(w)[row]), m.arrived(w)[row])
        if slot < 0:
            return
        q = m.log_queue(w)[row]
        queue = m.queue(w)[q]
        if begun.progress != book.WRAPPING and queue.lines >= 0:
            m.lines_taken(w)[queue.lines] += 1
            m.legs(w)[slot].line = queue.lines
        if begun.progress == book.WAITING:
            wait_on(w, q, slot, begun.since, now)
        else:
            serve_on(w, q, slot, begun, now)


@njit
def run(w, first_arrival, last_tick):
    """Live all events; return the tick at which open spells end. The status says if room ran out."""
    arriving, moving, gating = first_arrival, 0, 0
    arrivals, moves, gates = m.arrived(w).size, m.moves(w).size, m.gate(w).size
    switching, switches = 0, m.switch(w).size
    campaigns = m.campaign(w).size
    while m.n(w)[book.STATUS] == book.RUNNING:
        now = NEVER
        rank = code.ARRIVAL
        if campaigns > 0 and m.n(w)[book.DUES] > 0:
            now = m.due_tick(w)[0]
            rank = code.DUE
        if arriving < arrivals and m.arrived(w)[arriving] <= now:
            now = m.arrived(w)[arriving]
            rank = code.ARRIVAL
        if gating < gates and m.gate(w)[gating].tick <= now:
            now = m.gate(w)[gating].tick
            rank = code.GATE
        if moving < moves and m.moves(w)[moving].tick <= now:
            now = m.moves(w)[moving].tick
            rank = code.MOVE
        if switching < switches and m.switch(w)[switching].tick <= now:
            now = m.switch(w)[switching].tick
            rank = code.SWITCH
        row = -1
        if m.n(w)[book.EVENTS] > 0:
            tick = m.tick(w)[0]
            key = m.key(w)[0]
            if tick < now or (tick == now and (key >> code.ID_BITS) < rank):
                now = tick
                rank = key >> code.ID_BITS
                row = key & code.ID_MASK
                drop_first(w)
                if rank < code.RETURN and is_void(w, rank, row):
                    continue
        if now == NEVER:
            break
        entering = -1
        if rank == code.ARRIVAL:
            slot = open_row(
                w, code.FRESH, arriving, 0, arriving, np.int64(m.home(w)[arriving]), now
            )
            if slot >= 0:
                entering = at_the_line(w, slot, now)
            arriving += 1
        elif rank == code.MOVE:
            entering = move(w, m.moves(w)[moving].agent, m.moves(w)[moving].state, now)
            moving += 1
        elif rank == code.GATE:
            gate(w, gating, now)
            gating += 1
        elif rank == code.RETURN:
            entering = come_back(w, row, now)
        elif rank == code.SWITCH:
            switch(w, switching)
            switching += 1
        elif rank == code.DUE:
            become_due(w)
        elif rank == code.DIAL_END:
            dial_end(w, row, now)
        else:
            entering = of_a_leg(w, rank, row, now)
        if entering >= 0:
            enter(w, entering, now)
        sweep(w, now)
        if campaigns > 0:
            dial(w, now)
        last_tick = max(last_tick, now)
    return last_tick


@njit
def close_spells(w, last_tick):
    """End the spells still running."""
    for a in range(m.agents(w).size):
        if m.agents(w)[a].spell != code.OFFLINE:
            change_spell(w, a, code.OFFLINE, last_tick)


@njit
def live(w, start_tick):
    """Live the whole run; the counters say how many rows and spells were written."""
    for q in range(m.queues(w).size):
        for at in range(m.queue(w)[q].door_first, m.queue(w)[q].door_last):
            if m.door_open(w)[at] < start_tick < m.door_close(w)[at]:
                m.queues(w)[q].open = 1
    begin(w, start_tick)
    close_spells(w, run(w, m.start(w).size, start_tick))
    return m.n(w)[book.SPELLS]
