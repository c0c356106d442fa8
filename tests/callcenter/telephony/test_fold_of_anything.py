"""Legs and agents agree with one another, whatever a switch says."""

from dataclasses import fields, replace
from typing import get_args

from hypothesis import given, strategies as st

from callcenter.telephony.events import (
    AgentEvent,
    AgentStateChanged,
    CallEvent,
    CallExited,
    OfCall,
    TelephonyEvent,
)
from callcenter.telephony.fold import Fold
from callcenter.telephony.standing import Stage
from callcenter.telephony.words import (
    EndedBy,
    ExitReason,
    LegWord,
    OfferEnd,
    StateWord,
    TransferManner,
)
from tests.callcenter.telephony.sayings import (
    told,
)

WORDS = {"call": st.sampled_from("cd"), "leg": st.integers(0, 1), "queue": st.just("tax")}
PEOPLE = {"agent": st.sampled_from(("ann", "bob"))}
DURATION = st.one_of(st.none(), st.integers(0, 9))
ANY_FIELD: dict[str, st.SearchStrategy[object]] = {
    "leg_kind": st.sampled_from(LegWord),
    "reason": st.just(OfferEnd.BUSY),
    "manner": st.just(TransferManner.BLIND),
    "by": st.sampled_from((None, *EndedBy)),
    "balked": st.booleans(),
    "resolved": st.sampled_from((None, True, False)),
    "state": st.sampled_from(StateWord),
    "target": st.just("700"),
}


def any_event(kind: type[TelephonyEvent]) -> st.SearchStrategy[TelephonyEvent]:
    values: dict[str, st.SearchStrategy[object]] = {}
    for field in fields(kind):
        if field.name in ANY_FIELD:
            values[field.name] = ANY_FIELD[field.name]
        elif field.name.endswith("_us"):
            values[field.name] = DURATION
    if issubclass(kind, CallEvent):
        values |= WORDS
    if issubclass(kind, AgentEvent) or "agent" in {field.name for field in fields(kind)}:
        values |= PEOPLE
    if kind is CallExited:
        values["reason"] = st.sampled_from(ExitReason)
    if kind is AgentStateChanged:
        del values["reason"]
    return st.builds(kind, **values)


ANYTHING = st.one_of([any_event(kind) for kind in (*get_args(OfCall), AgentStateChanged)])


@given(st.lists(st.tuples(st.integers(0, 50), ANYTHING), max_size=30))
def test_whatever_comes_agents_and_legs_agree(drawn: list[tuple[int, TelephonyEvent]]) -> None:
    fold = Fold()

    for number, (at, event) in enumerate(drawn):
        fold.apply(replace(told(at, event), sequence=number))

        held = {(leg.key, name) for leg in fold.legs for name in leg.holders}
        assert held == {(key, name) for name, agent in fold.agents.items() for key in agent.legs}
        still_open = {leg.key for leg in fold.legs if leg.stage is not Stage.OVER}
        assert {leg.key for leg in fold.open_calls} == still_open
        assert all(agent.doing for agent in fold.agents.values())
    assert len(fold.log()[0]) == len(fold.legs)
