"""Agents: what a roster wants of them."""

from enum import IntEnum


class AgentState(IntEnum):
    """What an agent is doing apart from calls; `AVAILABLE` covers waiting for calls and handling them."""

    OFFLINE = 0
    AVAILABLE = 1
    LUNCH = 2
    BREAK = 3
    MEETING = 4
    TRAINING = 5
    AWAY = 6
    """Unplanned, short: part of shrinkage."""
    BROKEN = 7
    """A machine under repair."""
    ABSENT = 8
    """Planned for the shift and not there: ill, on leave."""
