"""The one word for an agent."""

from callcenter.domain.agents import AgentState
from callcenter.telephony.events import AgentLoggedOut
from callcenter.telephony.standing import Doing
from callcenter.telephony.words import StateWord
from tests.callcenter.telephony.sayings import (
    WHOLE,
    after,
    arrived,
    offered,
    queued,
    state,
    told,
)


def test_the_one_word_for_an_agent_is_what_his_calls_say() -> None:
    fold = after(state(5, StateWord.AVAILABLE))
    seen = [fold.agents["ann"].doing]

    for one in WHOLE:
        fold.apply(one)
        seen.append(fold.agents["ann"].doing)

    assert seen == [
        (Doing.READY, 5),
        (Doing.READY, 5),
        (Doing.READY, 5),
        (Doing.RINGING, 20),
        (Doing.TALKING, 25),
        (Doing.ACW, 60),
        (Doing.READY, 70),
    ]


def test_without_calls_the_word_is_what_he_said_himself() -> None:
    fold = after(state(5, StateWord.LUNCH))
    assert fold.agents["ann"].doing == (Doing.AUX, 5)

    fold.apply(told(9, AgentLoggedOut(agent="ann")))

    assert fold.agents["ann"].doing == (Doing.OFFLINE, 9)


def test_who_pauses_while_he_talks_still_talks() -> None:
    fold = after(state(5, StateWord.AVAILABLE), *WHOLE[:4], state(40, StateWord.BREAK))

    assert fold.agents["ann"].doing == (Doing.TALKING, 25)
    assert fold.agents["ann"].state is AgentState.BREAK


def test_a_talk_counts_more_than_what_rings_beside_it() -> None:
    other = (arrived(30, "d"), queued(30, "d"), offered(31, call="d"))

    fold = after(*WHOLE[:4], *other)

    assert fold.agents["ann"].doing == (Doing.TALKING, 25)
    assert len(fold.agents["ann"].legs) == 2


def test_where_it_rings_at_several_each_has_his_own_since() -> None:
    fold = after(*WHOLE[:3], offered(22, "bob"))

    assert fold.agents["ann"].doing == (Doing.RINGING, 20)
    assert fold.agents["bob"].doing == (Doing.RINGING, 22)
