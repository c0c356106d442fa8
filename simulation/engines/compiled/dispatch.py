"""Compiled dispatch: who serves whom, and what follows for caller and agent.

The rules stand in `simulation.engines.port`; this room is one of their two tellings.
"""

import numpy as np
from numba import njit

from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.heap import count_in, find_nth, merge, push, sift, take_out
from simulation.tables import CHOICES

LONGEST_IDLE = CHOICES.index("longest-idle")
LEAST_OCCUPIED = CHOICES.index("least-occupied")
RANDOM = CHOICES.index("random")
TALK_END_KEY = code.TALK_END << code.ID_BITS


@njit
def duration(column, constant, fate):
    """Return a leg's duration: from the column, or the queue's constant where there is none."""
    return column[fate] if column.size else constant


@njit
def coin(column, fate):
    """Return a leg's coin; 0 where nobody needs it."""
    return np.int64(column[fate]) if column.size else np.int64(0)


@njit
def scaled(ticks, speed):
    """Return handling ticks at an agent's speed, rounded to the tick."""
    return ticks if speed == code.MILLION else (ticks * speed + 500_000) // code.MILLION


@njit
def anyone(w, q):
    """Say whether an agent is present in any group with a skill for the queue."""
    for at in range(m.queue(w)[q].taker_first, m.queue(w)[q].taker_last):
        crew = m.crews(w)[m.skill(w)[m.taker(w)[at]].group]
        if crew.free + crew.busy > 0:
            return True
    return False


@njit
def is_open(w, s, waiting, since, now):
    """Say whether skill `s` may take its queue's first of `waiting` callers, who came at `since`."""
    skill = m.skill(w)[s]
    if m.crews(w)[skill.group].free <= skill.leave_free:
        return False
    if skill.when_waiting > 0 and waiting < skill.when_waiting:
        return False
    if skill.after > 0 and now - since < skill.after:
        return False
    if skill.busy_group >= 0:
        crew = m.crews(w)[skill.busy_group]
        return crew.busy * 1000 >= skill.busy_share * (crew.free + crew.busy)
    return True


@njit
def choose_taker(w, q, waiting, since, now):
    """Return the skill by which the first of `waiting` callers, there from `since`, is served, or -1."""
    best = -1
    best_rank = 0
    best_number = np.int64(0)
    for at in range(m.queue(w)[q].taker_first, m.queue(w)[q].taker_last):
        s = m.taker(w)[at]
        skill = m.skill(w)[s]
        if best >= 0 and skill.call_rank > best_rank:
            break
        if m.crews(w)[skill.group].free == 0 or not is_open(w, s, waiting, since, now):
            continue
        number = m.agents(w)[m.crews(w)[skill.group].head].number
        if best < 0 or number < best_number:
            best = s
            best_rank = skill.call_rank
            best_number = number
    return best


@njit
def _first_of(w, weighted, one, other, now):
    """Say whether the caller in slot `one` goes before that in `other`, across queues."""
    a = m.legs(w)[one]
    b = m.legs(w)[other]
    if weighted:
        mine = m.queue(w)[m.log_queue(w)[a.row]].weight * (now - a.since)
        theirs = m.queue(w)[m.log_queue(w)[b.row]].weight * (now - b.since)
        if mine != theirs:
            return mine > theirs
    elif a.priority != b.priority:
        return a.priority > b.priority
    if a.since != b.since:
        return a.since < b.since
    return a.number < b.number


@njit
def choose_skill(w, g, now):
    """Return the skill by which a free agent of the group works next, or -1."""
    group = m.group(w)[g]
    best = -1
    best_rank = 0
    for s in range(group.skill_first, group.skill_last):
        skill = m.skill(w)[s]
        if best >= 0 and skill.rank > best_rank:
            break
        line = m.queues(w)[skill.queue]
        root = line.root
        if root < 0 or not is_open(w, s, line.waiting, m.legs(w)[root].since, now):
            continue
        if best < 0 or _first_of(
            w, group.weighted, root, m.queues(w)[m.skill(w)[best].queue].root, now
        ):
            best = s
            best_rank = skill.rank
    return best


@njit
def choose_agent(w, g, fate):
    """Return which of the group's free agents gets the call."""
    group = m.group(w)[g]
    if group.chooses == LONGEST_IDLE:
        return m.crews(w)[g].head
    if group.chooses == RANDOM:
        nth = (coin(m.fate_choice(w), fate) * m.crews(w)[g].free) >> 32
        return group.first_agent + find_nth(w, group.first_agent, group.headcount, nth)
    return m.pick(w)[group.first_agent]


@njit
def join_free(w, a):
    """Put an agent behind the free ones of his group."""
    g = m.agents(w)[a].group
    crew = m.crews(w)[g]
    group = m.group(w)[g]
    m.agents(w)[a].number = m.n(w)[book.FREED]
    m.n(w)[book.FREED] += 1
    m.agents(w)[a].before = crew.tail
    m.agents(w)[a].behind = -1
    if crew.tail >= 0:
        m.agents(w)[crew.tail].behind = a
    else:
        m.crews(w)[g].head = a
    m.crews(w)[g].tail = a
    if group.chooses == RANDOM:
        count_in(w, group.first_agent, group.headcount, a - group.first_agent, 1)
    elif group.chooses != LONGEST_IDLE:
        at = crew.free
        m.pick(w)[group.first_agent + at] = a
        by_ticks = group.chooses == LEAST_OCCUPIED
        sift(w, group.first_agent, at + 1, at, by_ticks)
    m.crews(w)[g].free += 1


@njit
def leave_free(w, a):
    """Take an agent from among the free ones of his group."""
    g = m.agents(w)[a].group
    group = m.group(w)[g]
    before = m.agents(w)[a].before
    behind = m.agents(w)[a].behind
    if before >= 0:
        m.agents(w)[before].behind = behind
    else:
        m.crews(w)[g].head = behind
    if behind >= 0:
        m.agents(w)[behind].before = before
    else:
        m.crews(w)[g].tail = before
    m.crews(w)[g].free -= 1
    if group.chooses == RANDOM:
        count_in(w, group.first_agent, group.headcount, a - group.first_agent, -1)
    elif group.chooses != LONGEST_IDLE:
        first = group.first_agent
        size = m.crews(w)[g].free
        place = m.agents(w)[a].place
        if place < size:
            m.pick(w)[first + place] = m.pick(w)[first + size]
            by_ticks = group.chooses == LEAST_OCCUPIED
            sift(w, first, size, place, by_ticks)


@njit
def join_queue(w, q, slot):
    """Put a caller into the queue's order."""
    leg = m.legs(w)[slot]
    ageing = m.queue(w)[q].ageing
    m.legs(w)[slot].progress = book.WAITING
    m.legs(w)[slot].number = m.n(w)[book.ENTRIES]
    m.n(w)[book.ENTRIES] += 1
    if ageing > 0:
        m.legs(w)[slot].level = 0
        m.legs(w)[slot].order = leg.since - leg.priority * ageing
    else:
        m.legs(w)[slot].level = -leg.priority
        m.legs(w)[slot].order = leg.since
    m.legs(w)[slot].left = -1
    m.legs(w)[slot].right = -1
    m.legs(w)[slot].above = -1
    m.queues(w)[q].root = merge(w, m.queues(w)[q].root, slot)
    m.queues(w)[q].waiting += 1
    m.n(w)[book.WAITERS] += 1


@njit
def leave_queue(w, q, slot):
    """Take a caller out of the queue's order, from wherever he stands."""
    m.queues(w)[q].root = take_out(w, m.queues(w)[q].root, slot)
    m.queues(w)[q].waiting -= 1
    m.n(w)[book.WAITERS] -= 1


@njit
def release_line(w, slot):
    """Give back the trunk line, if the leg holds one."""
    line = m.legs(w)[slot].line
    if line >= 0:
        m.lines_taken(w)[line] -= 1


@njit
def forget(w, slot):
    """Give the leg's working memory back: it is over."""
    m.slot_of(w)[m.legs(w)[slot].row] = -1
    m.legs(w)[slot].left = m.n(w)[book.UNUSED]
    m.n(w)[book.UNUSED] = slot


@njit
def end_leg(w, slot, outcome, now):
    """Close the row of a caller who is gone, and free line and slot."""
    row = m.legs(w)[slot].row
    m.log_outcome(w)[row] = outcome
    m.log_ended(w)[row] = now
    release_line(w, slot)
    forget(w, slot)


@njit
def assign(w, slot, a, s, now):
    """Give a caller (already out of his queue) to an agent (already not free) by a skill."""
    row = m.legs(w)[slot].row
    fate = m.log_fate(w)[row]
    kind = m.log_kind(w)[row]
    q = m.log_queue(w)[row]
    queue = m.queue(w)[q]
    speed = m.skill(w)[s].speed
    m.crews(w)[m.agents(w)[a].group].busy += 1
    m.agents(w)[a].row = row
    m.log_group(w)[row] = m.agents(w)[a].group
    m.log_agent(w)[row] = a
    m.log_assigned(w)[row] = now
    m.legs(w)[slot].progress = book.TALKING
    m.legs(w)[slot].speed = speed
    m.legs(w)[slot].wrap = scaled(duration(m.fate_wrap(w), queue.wrap, fate), speed)
    if kind == code.CALLBACK:
        answered = now + duration(m.fate_dial(w), queue.dial, fate)
        if coin(m.fate_reached(w), fate) >= queue.reached:
            m.legs(w)[slot].until = answered
            push(w, answered, TALK_END_KEY | row)
            return
    else:
        answered = now + duration(m.fate_ring(w), queue.ring, fate)
    if m.legs(w)[slot].talk_left >= 0:
        hold = np.int64(0)
        talk = scaled(m.legs(w)[slot].talk_left, speed)
    else:
        hold = scaled(duration(m.fate_hold(w), queue.hold, fate), speed)
        talk = scaled(duration(m.fate_talk(w), queue.talk, fate), speed)
    m.log_answered(w)[row] = answered
    m.log_hold(w)[row] = hold
    m.legs(w)[slot].until = answered + hold + talk
    push(w, answered + hold + talk, TALK_END_KEY | row)


@njit
def take(w, slot, s, now):
    """Let the chosen agent of the skill's group take a caller who is in no queue."""
    g = m.skill(w)[s].group
    a = choose_agent(w, g, m.log_fate(w)[m.legs(w)[slot].row])
    leave_free(w, a)
    assign(w, slot, a, s, now)


@njit
def _take_first(w, s, now):
    """Let the chosen agent of the skill's group take the first caller of its queue."""
    q = m.skill(w)[s].queue
    slot = m.queues(w)[q].root
    leave_queue(w, q, slot)
    take(w, slot, s, now)


@njit
def serve_queue(w, q, now):
    """Hand callers of the queue to free agents, first to last, while any may take them."""
    while m.queues(w)[q].waiting > 0:
        line = m.queues(w)[q]
        s = choose_taker(w, q, line.waiting, m.legs(w)[line.root].since, now)
        if s < 0:
            return
        _take_first(w, s, now)


@njit
def serve_group(w, g, now):
    """Let free agents of the group take callers; say whether any did."""
    any_took = False
    while m.crews(w)[g].free > 0:
        s = choose_skill(w, g, now)
        if s < 0:
            break
        _take_first(w, s, now)
        any_took = True
    return any_took


@njit
def sweep(w, now):
    """Let groups with conditional skills look again, until none finds anything."""
    if m.n(w)[book.CONDITIONAL] == 0 or m.n(w)[book.WAITERS] == 0:
        return
    again = True
    while again:
        again = False
        for g in range(m.group(w).size):
            if m.group(w)[g].conditional and m.crews(w)[g].free > 0 and serve_group(w, g, now):
                again = True
