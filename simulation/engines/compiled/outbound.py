"""Compiled campaigns: who is dialled next and by whom, what comes of it, and when the lead is due again."""

import numpy as np
from numba import njit

from callcenter.clock import DAY, NEVER
from callcenter.domain.outbound import Disposition
from simulation.engines.compiled import book, codes as code, state as m
from simulation.engines.compiled.dispatch import RANDOM, choose_agent, forget, leave_free
from simulation.engines.compiled.heap import find_nth
from simulation.engines.compiled.legs import later, mix, new_row
from simulation.engines.port import FEW_LINES, ONE_LINE
from simulation.tables import KNOTS, MODES, OUTCOMES, TO_BAND

WRONG_NUMBER = int(Disposition.WRONG_NUMBER)
SUCCESS = int(Disposition.SUCCESS)
CALL_LATER = int(Disposition.CALL_LATER)
DROPPED = int(Disposition.DROPPED)
COURSES = len(Disposition)
AGENT_FIRST = MODES.index("agent-first")
PREDICTIVE = MODES.index("predictive")
COIN_BITS = 32
PIECE_BITS = COIN_BITS - KNOTS
PART_BITS = 16


@njit
def lasting(w, first, count, luck):
    """Return a duration: the constant, or as far between two quantiles as the coin says."""
    if count == 1:
        return m.quantile(w)[first]
    at = first + (luck >> PIECE_BITS)
    low = m.quantile(w)[at]
    part = (luck >> (PIECE_BITS - PART_BITS)) & ((1 << PART_BITS) - 1)
    return low + (((m.quantile(w)[at + 1] - low) * part) >> PART_BITS)


@njit
def disposition_of(w, c, band, attempt, fate):
    """Return what the coin makes of an attempt in this band of hours."""
    campaign = m.campaign(w)[c]
    stage = min(np.int64(attempt), campaign.stages - 1)
    first = (campaign.chance_first + band * campaign.stages + stage) * OUTCOMES
    luck = np.int64(m.fortune(w)[fate].outcome)
    for place in range(OUTCOMES):
        if luck < m.chance(w)[first + place]:
            return place
    return OUTCOMES - 1


# ---- leads that are due


@njit
def _sooner(w, one, other):
    mine = m.due_tick(w)[one]
    theirs = m.due_tick(w)[other]
    return mine < theirs or (mine == theirs and m.due_lead(w)[one] < m.due_lead(w)[other])


@njit
def _swap(w, one, other):
    tick = m.due_tick(w)[one]
    lead = m.due_lead(w)[one]
    m.due_tick(w)[one] = m.due_tick(w)[other]
    m.due_lead(w)[one] = m.due_lead(w)[other]
    m.due_tick(w)[other] = tick
    m.due_lead(w)[other] = lead


@njit
def plan_next(w, lead, tick):
    """Note when a lead is due again; each lead is due at most once at a time."""
    at = m.n(w)[book.DUES]
    m.n(w)[book.DUES] = at + 1
    m.due_tick(w)[at] = tick
    m.due_lead(w)[at] = lead
    while at > 0:
        above = (at - 1) >> 1
        if not _sooner(w, at, above):
            break
        _swap(w, at, above)
        at = above


@njit
def drop_due(w):
    """Remove the lead that is due first."""
    size = m.n(w)[book.DUES] - 1
    m.n(w)[book.DUES] = size
    m.due_tick(w)[0] = m.due_tick(w)[size]
    m.due_lead(w)[0] = m.due_lead(w)[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and _sooner(w, below + 1, below):
            below += 1
        if not _sooner(w, below, at):
            break
        _swap(w, at, below)
        at = below


@njit
def become_due(w):
    """Put the lead that is due behind those of its campaign that are."""
    lead = m.due_lead(w)[0]
    drop_due(w)
    c = m.leads(w)[lead].campaign
    line = 2 * c + (0 if m.leads(w)[lead].asked else 1)
    m.leads(w)[lead].behind = -1
    tail = m.lines_of_leads(w)[line].tail
    if tail >= 0:
        m.leads(w)[tail].behind = lead
    else:
        m.lines_of_leads(w)[line].head = lead
    m.lines_of_leads(w)[line].tail = lead


# ---- whom to dial


@njit
def is_ready(w, c):
    """Say whether a campaign calls now and has somebody to call."""
    now = m.campaigns(w)[c]
    campaign = m.campaign(w)[c]
    if now.band < 0 or (campaign.quota >= 0 and now.successes >= campaign.quota):
        return False
    return (
        now.fresh < campaign.lead_last
        or m.lines_of_leads(w)[2 * c].head >= 0
        or m.lines_of_leads(w)[2 * c + 1].head >= 0
    )


@njit
def next_lead(w, c):
    """Take the lead to be dialled next from its line; -1 if none is left that may be."""
    while True:
        lead = np.int64(-1)
        for line in range(2 * c, 2 * c + 2):
            if lead < 0 and m.lines_of_leads(w)[line].head >= 0:
                lead = np.int64(m.lines_of_leads(w)[line].head)
                m.lines_of_leads(w)[line].head = m.leads(w)[lead].behind
                if m.leads(w)[lead].behind < 0:
                    m.lines_of_leads(w)[line].tail = -1
        if lead < 0:
            lead = np.int64(m.campaigns(w)[c].fresh)
            if lead >= m.campaign(w)[c].lead_last:
                return np.int64(-1)
            m.campaigns(w)[c].fresh += 1
        cell = m.lead_cell(w)[lead]
        full = cell >= 0 and m.cells(w)[cell] >= m.cell_quota(w)[cell]
        if m.lead_callable(w)[lead] and not full:
            return lead


@njit
def choose_dialler(w, g):
    """Return the dialler of the group that begins a call now, or -1."""
    best = -1
    free = m.crews(w)[g].free
    for d in range(m.dialler_first(w)[g], m.dialler_first(w)[g + 1]):
        spare = free - m.keeps(w)[d]
        if spare <= 0:
            continue
        dialler = m.dialler(w)[d]
        c = dialler.campaign
        if dialler.stop >= 0 and m.n(w)[book.WAITERS] >= dialler.stop:
            continue
        if m.campaign(w)[c].mode != AGENT_FIRST and (
            (m.ringing(w)[g] + 1) * ONE_LINE > m.campaigns(w)[c].pace * spare
        ):
            continue
        if not is_ready(w, c):
            continue
        if best >= 0:
            other = m.dialler(w)[best].campaign
            mine, theirs = m.campaign(w)[c].priority, m.campaign(w)[other].priority
            if mine < theirs or (
                mine == theirs and m.campaigns(w)[c].turn >= m.campaigns(w)[other].turn
            ):
                continue
        best = d
    return best


@njit
def dial(w, now):
    """Let every group that has agents to spare begin calls."""
    for g in range(m.group(w).size):
        if m.dialler_first(w)[g] == m.dialler_first(w)[g + 1]:
            continue
        while m.crews(w)[g].free > 0:
            d = choose_dialler(w, g)
            if d < 0:
                break
            c = np.int64(m.dialler(w)[d].campaign)
            lead = next_lead(w, c)
            if lead < 0:
                continue
            if not begin_attempt(w, g, c, lead, now):
                return


# ---- an attempt


@njit
def rings_alone(w, c):
    """Say whether the campaign dials without an agent now."""
    mode = m.campaign(w)[c].mode
    return mode != AGENT_FIRST and (mode != PREDICTIVE or m.campaigns(w)[c].pace > ONE_LINE)


@njit
def begin_attempt(w, g, c, lead, now):
    """Open the row of an attempt, with an agent or without; False when a table is full."""
    campaign = m.campaign(w)[c]
    attempt = np.int64(m.leads(w)[lead].attempts)
    call = m.arrived(w).size + lead
    fate = (
        campaign.fortune_first
        + attempt * (campaign.lead_last - campaign.lead_first)
        + (lead - campaign.lead_first)
    )
    q = m.queue(w).size + c
    slot = new_row(w, code.OUTBOUND, call, attempt, fate, q, campaign.priority, now)
    if slot < 0:
        return False
    m.leads(w)[lead].attempts += 1
    m.campaigns(w)[c].turn = m.n(w)[book.TURNS]
    m.n(w)[book.TURNS] += 1
    band = m.campaigns(w)[c].band
    found = disposition_of(w, c, band, attempt, fate)
    m.legs(w)[slot].level = found
    m.legs(w)[slot].right = band
    row = m.legs(w)[slot].row
    course = m.course(w)[c * COURSES + found]
    ring = lasting(w, course.ring_first, course.ring_count, np.int64(m.fortune(w)[fate].ring))
    if rings_alone(w, c):
        m.legs(w)[slot].progress = book.RINGING
        m.legs(w)[slot].order = g
        m.ringing(w)[g] += 1
        later(w, code.DIAL_END, row, now + ring)
        return True
    luck = np.int64(m.fortune(w)[fate].preview)
    preview = lasting(w, course.preview_first, course.preview_count, luck)
    take_attempt(w, slot, g, now)
    m.legs(w)[slot].order = book.WITH_AGENT
    if found >= WRONG_NUMBER:
        connect(w, slot, now + preview + ring)
    else:
        later(w, code.TALK_END, row, now + preview + ring)
    return True


@njit
def take_attempt(w, slot, g, now):
    """Put the chosen agent of the group to an attempt."""
    row = m.legs(w)[slot].row
    group = m.group(w)[g]
    a = np.int64(0)
    if group.chooses == RANDOM:
        scattered = np.int64(mix(m.log_call(w)[row], m.log_attempt(w)[row]) >> np.uint64(32))
        nth = (scattered * m.crews(w)[g].free) >> 32
        a = np.int64(group.first_agent + find_nth(w, group.first_agent, group.headcount, nth))
    else:
        a = np.int64(choose_agent(w, g, 0))
    leave_free(w, a)
    m.crews(w)[g].busy += 1
    m.agents(w)[a].row = row
    m.log_group(w)[row] = g
    m.log_agent(w)[row] = a
    m.log_assigned(w)[row] = now
    m.legs(w)[slot].progress = book.TALKING


@njit
def connect(w, slot, answered):
    """Let citizen and agent talk from the answer on."""
    row = m.legs(w)[slot].row
    c = m.log_queue(w)[row] - m.queue(w).size
    course = m.course(w)[c * COURSES + m.legs(w)[slot].level]
    luck = np.int64(m.fortune(w)[m.log_fate(w)[row]].talk)
    m.log_answered(w)[row] = answered
    talk = lasting(w, course.talk_first, course.talk_count, luck)
    later(w, code.TALK_END, row, answered + talk)


@njit
def conclude_attempt(w, c, lead, band, found, fate, now):
    """Count what an attempt came to, and plan the lead's next one if there is to be any."""
    if found == SUCCESS:
        m.campaigns(w)[c].successes += 1
        if m.lead_cell(w)[lead] >= 0:
            m.cells(w)[m.lead_cell(w)[lead]] += 1
    course = m.course(w)[c * COURSES + found]
    if not course.again or m.leads(w)[lead].attempts >= m.campaign(w)[c].attempts:
        return
    luck = np.int64(m.fortune(w)[fate].wait)
    planned = now + lasting(w, course.wait_first, course.wait_count, luck)
    asked = found == CALL_LATER
    due = next_calling(w, c, planned, band, m.campaign(w)[c].other_hour and not asked)
    if due < NEVER:
        m.leads(w)[lead].asked = asked
        plan_next(w, lead, due)


@njit
def next_calling(w, c, planned, band, other_hour):
    """Return the first tick from `planned` on at which the campaign calls (in another band), or NEVER."""
    low = m.campaign(w)[c].calling_first
    high = m.campaign(w)[c].calling_last
    last = high
    while low < high:
        middle = (low + high) // 2
        if m.calling(w)[middle].end <= planned:
            low = middle + 1
        else:
            high = middle
    while other_hour and low < last and m.calling(w)[low].band == band:
        low += 1
    if low == last:
        return NEVER
    return max(planned, m.calling(w)[low].start)


@njit
def end_attempt(w, slot, now):
    """End an attempt with an agent; return the ticks of after-call work that follow."""
    row = m.legs(w)[slot].row
    c = np.int64(m.log_queue(w)[row] - m.queue(w).size)
    found = np.int64(m.legs(w)[slot].level)
    fate = np.int64(m.log_fate(w)[row])
    lead = np.int64(m.log_call(w)[row] - m.arrived(w).size)
    m.log_ended(w)[row] = now
    if found >= WRONG_NUMBER:
        m.log_outcome(w)[row] = code.ANSWERED
        m.log_resolved(w)[row] = 1 if found == SUCCESS else 0
    else:
        m.log_outcome(w)[row] = code.NOT_REACHED
    if m.campaign(w)[c].mode == PREDICTIVE and m.legs(w)[slot].order == book.WITH_AGENT:
        adapt(w, c, found >= WRONG_NUMBER, found == DROPPED, now)
    conclude_attempt(w, c, lead, np.int64(m.legs(w)[slot].right), found, fate, now)
    course = m.course(w)[c * COURSES + found]
    luck = np.int64(m.fortune(w)[fate].wrap)
    return lasting(w, course.wrap_first, course.wrap_count, luck)


@njit
def dial_end(w, row, now):
    """End the ringing of a line dialled without an agent: somebody speaks to who answered, or nobody."""
    slot = np.int64(m.slot_of(w)[row])
    c = np.int64(m.log_queue(w)[row] - m.queue(w).size)
    g = m.legs(w)[slot].order
    found = np.int64(m.legs(w)[slot].level)
    m.ringing(w)[g] -= 1
    live = found >= WRONG_NUMBER
    dropped = live and m.crews(w)[g].free == 0
    if m.campaign(w)[c].mode == PREDICTIVE:
        adapt(w, c, live, dropped, now)
    if live and not dropped:
        take_attempt(w, slot, g, now)
        connect(w, slot, now)
        return
    m.log_ended(w)[row] = now
    m.log_outcome(w)[row] = code.DROPPED if dropped else code.NOT_REACHED
    band = np.int64(m.legs(w)[slot].right)
    lead = np.int64(m.log_call(w)[row] - m.arrived(w).size)
    fate = np.int64(m.log_fate(w)[row])
    forget(w, slot)
    conclude_attempt(w, c, lead, band, DROPPED if dropped else found, fate, now)


@njit
def adapt(w, c, live, dropped, now):
    """Set the pace by how often citizens answered today, and by how many were dropped."""
    day = now // DAY
    if m.campaigns(w)[c].day != day:
        m.campaigns(w)[c].day = day
        m.campaigns(w)[c].ended = 0
        m.campaigns(w)[c].live = 0
        m.campaigns(w)[c].dropped = 0
    m.campaigns(w)[c].ended += 1
    m.campaigns(w)[c].live += 1 if live else 0
    m.campaigns(w)[c].dropped += 1 if dropped else 0
    today = m.campaigns(w)[c]
    campaign = m.campaign(w)[c]
    one_more = (today.dropped + 1) * code.MILLION > campaign.cap * today.live
    if today.ended < FEW_LINES or one_more:
        m.campaigns(w)[c].pace = ONE_LINE
    else:
        m.campaigns(w)[c].pace = min(campaign.ratio, ONE_LINE * today.ended // today.live)


@njit
def switch(w, index):
    """Let the clock change a campaign's band, or how many agents a dialler keeps idle."""
    row = m.switch(w)[index]
    if row.what == TO_BAND:
        m.campaigns(w)[row.number].band = row.value
    else:
        m.keeps(w)[row.number] = row.value
