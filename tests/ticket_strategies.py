"""Random legal histories of a ticket for hypothesis: whatever the table of commands allows, at any pace."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from callcenter.domain import ticket_events as happen
from callcenter.domain.access import SYSTEM
from callcenter.domain.ticket_events import Happened, TicketEvent
from callcenter.domain.ticket_rules import Rule, permitted, refusal
from callcenter.domain.tickets import Ticket, apply, opened
from tests import builders
from tests.period_strategies import MOMENTS, periods

WAITS = st.one_of(st.just(0), st.integers(1, 12 * 60), st.integers(24 * 60, 40 * 24 * 60)).map(
    lambda minutes: timedelta(minutes=minutes)
)
TEXT = st.just("가로등")
UNITS = st.sampled_from(("streetlight", "road", "water"))
GOALS = st.one_of(st.none(), st.integers(1, 900))
SAID: dict[type[TicketEvent], st.SearchStrategy[TicketEvent]] = {
    happen.Accepted: st.builds(
        happen.Accepted, period=periods(), legal_basis=TEXT, goal_minutes=GOALS, calendar=TEXT
    ),
    happen.Reclassified: st.builds(
        happen.Reclassified,
        service=TEXT,
        period=periods(),
        legal_basis=TEXT,
        reason=TEXT,
        goal_minutes=GOALS,
    ),
    happen.Routed: st.builds(happen.Routed, unit=UNITS, rule=TEXT, reason=TEXT),
    happen.CooperationAsked: st.builds(
        happen.CooperationAsked, unit=UNITS, question=TEXT, reply_period=periods()
    ),
    happen.CouncilReferred: st.builds(happen.CouncilReferred, sitting=MOMENTS),
}
SILENT = (
    *(happen.Noted, happen.Attached, happen.CaseLinked, happen.Recounted),
    *(happen.Amended, happen.Assigned),
)
"""Events that are no business of any clock."""
ENDINGS = (happen.Withdrawn, happen.Rejected, happen.TransferredOut)
"""Events that would end most histories early, were they as likely as others."""


def event_of(rule: Rule, ticket: Ticket) -> st.SearchStrategy[TicketEvent]:
    """Draw what a command would record of a ticket."""
    if rule.event is happen.Extended:
        return _extended(ticket)
    if rule.event in SAID:
        return SAID[rule.event]
    return st.builds(rule.event)


@st.composite
def histories(draw: st.DrawFn, *, longest: int = 14) -> list[Happened]:
    """Draw a history of which every event was allowed when it happened."""
    at = draw(MOMENTS)
    channel = draw(st.sampled_from(happen.Channel))
    submitted = builders.a_submission(channel=channel, petitioner="P1")
    history = [Happened(seq=1, at=at, actor=SYSTEM, event=submitted)]
    ticket = opened("2026-1", history[0])
    for _ in range(draw(st.integers(0, longest))):
        rules = [rule for rule in permitted(ticket, actor=SYSTEM) if rule.event not in SILENT]
        if not rules:
            break
        likely = [rule for rule in rules for _ in range(1 if rule.event in ENDINGS else 6)]
        rule = draw(st.sampled_from(likely))
        event = draw(event_of(rule, ticket))
        if refusal(rule, ticket, actor=SYSTEM, event=event) is None:
            at += draw(WAITS)
            history.append(Happened(seq=ticket.seq + 1, at=at, actor=SYSTEM, event=event))
            ticket = apply(ticket, history[-1])
    return history


def _extended(ticket: Ticket) -> st.SearchStrategy[Any]:
    assert ticket.period is not None, "only an accepted ticket is extended"
    unit = ticket.period.unit
    shorter = st.integers(1, ticket.period.qty).map(
        lambda qty: type(ticket.period)(qty=qty, unit=unit)
    )
    n = ticket.extensions + 1
    return st.builds(
        happen.Extended, n=st.just(n), period=shorter, reason=TEXT, consent=st.just(n > 1)
    )
