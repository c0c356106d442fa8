"""Compiled heaps: of coming events, of the callers of a queue, of the free agents of a group."""

from numba import njit

from simulation.engines.compiled import book, state as m

# ---- coming events, by (tick, key); key = rank << 48 | id


@njit
def push(w, tick, key):
    """Add an event; a full heap sets the status and keeps what it has."""
    ticks = m.tick(w)
    keys = m.key(w)
    n = m.n(w)
    at = n[book.EVENTS]
    if at >= ticks.size:
        n[book.STATUS] = book.FULL_EVENTS
        return
    n[book.EVENTS] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if ticks[above] < tick or (ticks[above] == tick and keys[above] < key):
            break
        ticks[at] = ticks[above]
        keys[at] = keys[above]
        at = above
    ticks[at] = tick
    keys[at] = key


@njit
def drop_first(w):
    """Remove the first event."""
    ticks = m.tick(w)
    keys = m.key(w)
    n = m.n(w)
    size = n[book.EVENTS] - 1
    n[book.EVENTS] = size
    tick = ticks[size]
    key = keys[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            ticks[other] < ticks[below]
            or (ticks[other] == ticks[below] and keys[other] < keys[below])
        ):
            below = other
        if tick < ticks[below] or (tick == ticks[below] and key < keys[below]):
            break
        ticks[at] = ticks[below]
        keys[at] = keys[below]
        at = below
    ticks[at] = tick
    keys[at] = key


# ---- callers of a queue: a skew heap through the legs' slots


@njit
def goes_before(w, one, other):
    """Say whether slot `one` is served before slot `other` of the same queue."""
    a = m.legs(w)[one]
    b = m.legs(w)[other]
    if a.level != b.level:
        return a.level < b.level
    if a.order != b.order:
        return a.order < b.order
    return a.number < b.number


@njit
def merge(w, one, other):
    """Join two heaps of callers and return the root of both; either may be -1."""
    legs = m.legs(w)
    root = -1
    above = -1
    while one != -1 and other != -1:
        if goes_before(w, other, one):
            one, other = other, one
        legs[one].above = above
        if above == -1:
            root = one
        else:
            legs[above].left = one
        above = one
        rest = legs[one].right
        legs[one].right = legs[one].left
        one = rest
    rest = one if other == -1 else other
    if above == -1:
        root = rest
    else:
        legs[above].left = rest
    if rest != -1:
        legs[rest].above = above
    return root


@njit
def take_out(w, root, slot):
    """Remove any caller from its queue's heap and return the new root."""
    legs = m.legs(w)
    above = legs[slot].above
    below = merge(w, legs[slot].left, legs[slot].right)
    if below != -1:
        legs[below].above = above
    if above == -1:
        return below
    if legs[above].left == slot:
        legs[above].left = below
    else:
        legs[above].right = below
    return root


# ---- free agents of a group, by (ticks busy or 0, number): a heap with places


@njit
def _serves_before(w, one, other, by_ticks):
    agents = m.agents(w)
    if by_ticks and agents[one].ticks_busy != agents[other].ticks_busy:
        return agents[one].ticks_busy < agents[other].ticks_busy
    return one < other


@njit
def sift(w, first, size, at, by_ticks):
    """Move the agent at place `at` up or down to where he belongs."""
    agents = m.agents(w)
    pick = m.pick(w)
    agent = pick[first + at]
    while at > 0:
        above = (at - 1) >> 1
        if not _serves_before(w, agent, pick[first + above], by_ticks):
            break
        pick[first + at] = pick[first + above]
        agents[pick[first + at]].place = at
        at = above
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and _serves_before(
            w, pick[first + below + 1], pick[first + below], by_ticks
        ):
            below += 1
        if not _serves_before(w, pick[first + below], agent, by_ticks):
            break
        pick[first + at] = pick[first + below]
        agents[pick[first + at]].place = at
        at = below
    pick[first + at] = agent
    agents[agent].place = at


# ---- free agents of a group, counted by number: a Fenwick tree


@njit
def count_in(w, first, headcount, place, step):
    """Add `step` (1 or -1) to the agent at `place` of the group."""
    pick = m.pick(w)
    at = place + 1
    while at <= headcount:
        pick[first + at - 1] += step
        at += at & -at


@njit
def find_nth(w, first, headcount, nth):
    """Return the place of the nth (from 0) counted agent, by number."""
    pick = m.pick(w)
    step = 1
    while step * 2 <= headcount:
        step *= 2
    at = 0
    rest = nth + 1
    while step > 0:
        if at + step <= headcount and pick[first + at + step - 1] < rest:
            at += step
            rest -= pick[first + at - 1]
        step >>= 1
    return at
