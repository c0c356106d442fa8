"""What a switch says of one call, in as few words as a test has room for. Moments are bare ticks."""

from callcenter.telephony.events import (
    AgentStateChanged,
    CallArrived,
    CallConnected,
    CallEnded,
    CallOffered,
    CallOfferEnded,
    CallQueued,
    CallWrapped,
    TelephonyEvent,
    Told,
)
from callcenter.telephony.fold import Fold
from callcenter.telephony.standing import Leg
from callcenter.telephony.words import EndedBy, LegWord, OfferEnd, StateWord


def told(at: int, event: TelephonyEvent, *, source: str = "pbx1") -> Told:
    return Told(event=event, source=source, sequence=at, at=at, recorded_at=at)


def arrived(at: int, call: str = "c", *, leg: int = 0, kind: LegWord = LegWord.FRESH) -> Told:
    return told(at, CallArrived(call=call, leg=leg, queue="tax", leg_kind=kind))


def queued(at: int, call: str = "c", *, leg: int = 0) -> Told:
    return told(at, CallQueued(call=call, leg=leg, queue="tax"))


def offered(at: int, agent: str = "ann", *, call: str = "c") -> Told:
    return told(at, CallOffered(call=call, leg=0, queue="tax", agent=agent, group="desk"))


def offer_ended(at: int, agent: str = "ann") -> Told:
    end = CallOfferEnded(call="c", leg=0, queue="tax", agent=agent, reason=OfferEnd.NO_ANSWER)
    return told(at, end)


def connected(at: int, agent: str = "ann", *, call: str = "c", **more: int) -> Told:
    event = CallConnected(call=call, leg=0, queue="tax", agent=agent, group="desk", **more)
    return told(at, event)


def ended(at: int, agent: str = "ann", *, call: str = "c", by: EndedBy | None = None) -> Told:
    return told(at, CallEnded(call=call, leg=0, queue="tax", agent=agent, by=by))


def wrapped(at: int, agent: str = "ann", *, call: str = "c") -> Told:
    return told(at, CallWrapped(call=call, leg=0, queue="tax", agent=agent))


def state(at: int, word: StateWord, agent: str = "ann") -> Told:
    return told(at, AgentStateChanged(agent=agent, group="desk", state=word))


def after(*story: Told) -> Fold:
    fold = Fold()
    for one in story:
        fold.apply(one)
    return fold


def the_leg(*story: Told) -> Leg:
    (leg,) = after(*story).legs
    return leg


WHOLE = (arrived(10), queued(12), offered(20), connected(25), ended(60), wrapped(70))
"""The life of an answered call, at 10, 12, 20, 25, 60 and 70."""
