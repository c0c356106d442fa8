"""The words of events are those of the domain."""

from callcenter.domain.agents import AgentState
from callcenter.domain.calls import LegKind
from callcenter.domain.outbound import Disposition
from callcenter.telephony.words import (
    AGENT_STATES,
    DISPOSITION_WORDS,
    DISPOSITIONS,
    LEG_KINDS,
    LEG_WORDS,
    STATE_WORDS,
)


def test_words_and_codes_of_legs_states_and_attempts_are_the_same_things() -> None:
    assert set(LEG_WORDS) == set(LegKind)
    assert set(STATE_WORDS) == set(AgentState)
    assert set(DISPOSITION_WORDS) == set(Disposition)
    assert all(LEG_WORDS[kind] is word for word, kind in LEG_KINDS.items())
    assert all(STATE_WORDS[state] is word for word, state in AGENT_STATES.items())
    assert all(DISPOSITION_WORDS[found] is word for word, found in DISPOSITIONS.items())
