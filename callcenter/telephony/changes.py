"""What each event of a call does to its leg, and what is made up where the beginning was never heard."""

from collections.abc import Callable
from typing import Any, Final

from callcenter.clock import Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import (
    CallAbandoned,
    CallArrived,
    CallConnected,
    CallDialled,
    CallEnded,
    CallEvent,
    CallExited,
    CallHeld,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    CallRetrieved,
    CallTransferred,
    CallWrapped,
    Told,
)
from callcenter.telephony.standing import Leg
from callcenter.telephony.words import DISPOSITIONS, LEG_KINDS, EndedBy, ExitReason

OUTCOMES: Final = {
    ExitReason.BUSY: Outcome.BUSY,
    ExitReason.QUEUE_FULL: Outcome.QUEUE_FULL,
    ExitReason.CLOSED: Outcome.CLOSED,
    ExitReason.RELEASED: Outcome.RELEASED,
    ExitReason.SELF_SERVED: Outcome.SELF_SERVED,
    ExitReason.CALLBACK: Outcome.CALLBACK_ACCEPTED,
    ExitReason.NOT_REACHED: Outcome.NOT_REACHED,
    ExitReason.DROPPED: Outcome.DROPPED,
    ExitReason.TIMEOUT: Outcome.FLOWED_OUT,
    ExitReason.KEY: Outcome.FLOWED_OUT,
    ExitReason.EMPTY: Outcome.FLOWED_OUT,
    ExitReason.WITHDRAWN: Outcome.FLOWED_OUT,
    ExitReason.SYSTEM: Outcome.FLOWED_OUT,
    ExitReason.UNKNOWN: Outcome.FLOWED_OUT,
}


def first_heard(event: CallEvent, told: Told) -> Leg:
    """Return a leg that nothing is known of yet; what came before is made up from the event."""
    begins = isinstance(event, CallArrived | CallDialled)
    never_queued = isinstance(event, CallExited | CallAbandoned) and event.wait_us is None
    arrived = told.at - _past(event)
    return Leg(
        source=told.source,
        call=event.call,
        leg=event.leg,
        queue=event.queue,
        arrived=arrived,
        queued=NONE if begins or never_queued else arrived,
        guessed=not begins,
    )


def _past(event: CallEvent) -> Tick:
    """Return how long the leg has lived by what the event itself says."""
    match event:
        case CallConnected(wait_us=past) | CallExited(wait_us=past) | CallAbandoned(wait_us=past):
            return past or 0
        case CallEnded(talk_us=talk, hold_us=hold):
            return (talk or 0) + (hold or 0)
        case CallWrapped(wrap_us=past):
            return past or 0
        case _:
            return 0


def _arrives(leg: Leg, event: CallArrived, at: Tick) -> None:
    leg.kind = LEG_KINDS[event.leg_kind]
    _begins(leg, event, at)


def _is_dialled(leg: Leg, event: CallDialled, at: Tick) -> None:
    leg.kind = LegKind.OUTBOUND
    leg.campaign = event.campaign
    _begins(leg, event, at)


def _begins(leg: Leg, event: CallArrived | CallDialled, at: Tick) -> None:
    leg.queue = event.queue
    leg.priority = event.priority
    leg.fate = NONE if event.fate is None else event.fate
    leg.arrived = at
    leg.guessed = False


def _is_queued(leg: Leg, _event: CallQueued, at: Tick) -> None:
    resumes = leg.answered == NONE and NONE < leg.ended < at
    if resumes:
        leg.outcome, leg.ended = Outcome.OPEN, NONE
    else:
        leg.queued = at


def _rings(leg: Leg, event: CallOffered, at: Tick) -> None:
    if leg.answered == leg.ended == NONE:
        leg.ringing[event.agent] = at, event.group
        leg.agent, leg.group, leg.assigned = event.agent, event.group, at
    elif event.agent == leg.agent:
        leg.assigned = at


def _stops_ringing(leg: Leg, event: CallOfferEnded, _at: Tick) -> None:
    leg.ringing.pop(event.agent, None)
    if leg.answered == leg.ended == NONE and event.agent == leg.agent:
        leg.agent, leg.group, leg.assigned = None, None, NONE
        for agent, (since, group) in leg.ringing.items():
            leg.agent, leg.group, leg.assigned = agent, group, since


def _is_answered(leg: Leg, event: CallConnected, at: Tick) -> None:
    rang = leg.assigned if event.agent == leg.agent and leg.assigned <= at else NONE
    since, group = leg.ringing.get(event.agent, (rang, leg.group if rang != NONE else None))
    leg.assigned = at - (event.ring_us or 0) if since == NONE else since
    leg.agent, leg.group = event.agent, event.group or group
    leg.answered = at
    leg.ringing.clear()


def _is_held(leg: Leg, _event: CallHeld, at: Tick) -> None:
    leg.held_since = at


def _is_retrieved(leg: Leg, event: CallRetrieved, at: Tick) -> None:
    if event.hold_us is not None:
        leg.hold += event.hold_us
    elif leg.held_since != NONE:
        leg.hold += at - leg.held_since
    leg.held_since = NONE


def _is_sent_on(_leg: Leg, _event: CallTransferred, _at: Tick) -> None:
    """Change nothing: the end, and the leg that follows, are told by themselves."""


def _exits(leg: Leg, event: CallExited, at: Tick) -> None:
    leg.outcome = OUTCOMES[event.reason]
    leg.disposition = _came_to(event)
    if event.reason is not ExitReason.NOT_REACHED:
        _leaves_no_agent(leg)
    leg.ringing.clear()
    leg.ended = at


def _came_to(event: CallExited | CallEnded) -> int:
    if event.disposition is not None:
        return int(DISPOSITIONS[event.disposition])
    dropped = isinstance(event, CallExited) and event.reason is ExitReason.DROPPED
    return int(Disposition.DROPPED) if dropped else NONE


def _gives_up(leg: Leg, event: CallAbandoned, at: Tick) -> None:
    leg.outcome = Outcome.BALKED if event.balked else Outcome.ABANDONED
    _leaves_no_agent(leg)
    leg.ringing.clear()
    leg.ended = at


def _leaves_no_agent(leg: Leg) -> None:
    leg.agent, leg.group, leg.assigned = None, None, NONE


def _ends(leg: Leg, event: CallEnded, at: Tick) -> None:
    handed_back = event.by is EndedBy.HAND_BACK
    leg.outcome = Outcome.HANDED_BACK if handed_back else Outcome.ANSWERED
    leg.resolved = NONE if event.resolved is None else int(event.resolved)
    leg.disposition = _came_to(event)
    if event.hold_us is not None:
        leg.hold = event.hold_us
    elif leg.held_since != NONE:
        leg.hold += at - leg.held_since
    leg.held_since = NONE
    leg.agent = event.agent
    leg.ringing.clear()
    leg.ended = at
    if leg.answered == NONE and not handed_back:
        leg.answered = at - (event.talk_us or 0) - leg.hold
    if leg.assigned == NONE:
        leg.assigned = at if leg.answered == NONE else leg.answered


def _is_done(leg: Leg, event: CallWrapped, at: Tick) -> None:
    if leg.ended == NONE:
        end = CallEnded(call=event.call, leg=event.leg, queue=event.queue, agent=event.agent)
        _ends(leg, end, at - (event.wrap_us or 0))
    leg.agent = event.agent
    leg.wrapped = at


CHANGES: Final[dict[type, Callable[[Leg, Any, Tick], None]]] = {
    CallArrived: _arrives,
    CallDialled: _is_dialled,
    CallQueued: _is_queued,
    CallOffered: _rings,
    CallOfferEnded: _stops_ringing,
    CallConnected: _is_answered,
    CallHeld: _is_held,
    CallRetrieved: _is_retrieved,
    CallTransferred: _is_sent_on,
    CallExited: _exits,
    CallAbandoned: _gives_up,
    CallEnded: _ends,
    CallWrapped: _is_done,
}
"""By the class of the event; a `csat.received` says nothing about how the leg went."""
