"""What the compiled engine keeps in memory: its tables, and the address book that leads to them.

The *address book* says of each array of `BOOK` where it begins and how long it is. Handing on its
address costs nothing, where handing on seventy arrays made a call a hundred times dearer.

A *slot* is the working memory of a leg that is still alive; `slot_of` leads from its row to it, and
is -1 once the leg is over, which is how a void event is known. Slots are used again.
"""

import os
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.telephony.call_log import AGENT_COLUMNS, CALL_COLUMNS
from simulation import tables

LEG: Final = np.dtype(
    [
        ("since", np.int64),  # rank in the queue counts from here
        ("order", np.int64),  # ... with ageing taken off
        ("number", np.int64),  # of joining a queue
        ("until", np.int64),  # end of talk, once assigned
        ("talk_left", np.int64),  # unscaled; -1: as the fate says
        ("wrap", np.int64),  # scaled, once assigned
        ("speed", np.int64),
        ("row", np.int32),
        ("left", np.int32),  # the queue's skew heap; `left` also chains unused slots
        ("right", np.int32),
        ("above", np.int32),
        ("level", np.int32),  # minus priority, or 0 with ageing
        ("line", np.int16),  # bundle held, -1 none
        ("progress", np.int8),
        ("priority", np.int8),
    ],
    align=True,
)

IVR: Final = 0
WAITING: Final = 1
TALKING: Final = 2
WRAPPING: Final = 3
RINGING: Final = 4
"""Dialled without an agent."""
WITH_AGENT: Final = -1
"""The `order` of an attempt whose agent was there before the line was dialled."""

AGENT: Final = np.dtype(
    [
        ("number", np.int64),  # of becoming free
        ("ticks_busy", np.int64),
        ("spell_start", np.int64),
        ("row", np.int32),  # leg in hand, -1 none
        ("before", np.int32),  # neighbours among the free agents of the group, by number
        ("behind", np.int32),
        ("place", np.int32),  # in the group's pick heap
        ("seat", np.int32),  # the seat he holds
        ("holder", np.int32),  # who holds the seat of his number
        ("group", np.int32),
        ("spell", np.int8),
        ("wanted", np.int8),
    ],
    align=True,
)

CREW: Final = np.dtype(
    [
        ("free", np.int64),
        ("busy", np.int64),
        ("wanted", np.int64),  # agents the roster wants AVAILABLE
        ("head", np.int32),
        ("tail", np.int32),
    ],
    align=True,
)
"""A group as it stands now."""

LINE: Final = np.dtype([("waiting", np.int64), ("root", np.int32), ("open", np.int8)], align=True)
"""A queue as it stands now."""

CAMPAIGN: Final = np.dtype(
    [
        ("turn", np.int64),  # of the last call it began, -1 none
        ("successes", np.int64),
        ("pace", np.int64),  # thousandths of a line for each agent to spare
        ("day", np.int64),  # of the three counts below
        ("ended", np.int64),  # lines dialled without an agent
        ("live", np.int64),
        ("dropped", np.int64),
        ("band", np.int32),  # of hours, -1: it does not call
        ("fresh", np.int32),  # the next lead never dialled
    ],
    align=True,
)
"""A campaign as it stands now."""

LEAD: Final = np.dtype(
    [
        ("campaign", np.int32),
        ("attempts", np.int32),
        ("behind", np.int32),  # who is due after it
        ("asked", np.bool_),  # to be called then
    ],
    align=True,
)
"""A lead as it stands now."""

LEADS_DUE: Final = np.dtype([("head", np.int32), ("tail", np.int32)], align=True)
"""Leads of a campaign that are due; line 2c holds those who asked for it, 2c + 1 the others."""

ROWS: Final = 0
EVENTS: Final = 1
ENTRIES: Final = 2
FREED: Final = 3
UNUSED: Final = 4
SPELLS: Final = 5
STATUS: Final = 6
CONDITIONAL: Final = 7
WAITERS: Final = 8
TURNS: Final = 9
DUES: Final = 10
COUNTERS: Final = 11

RUNNING: Final = 0
FULL_ROWS: Final = 1
FULL_EVENTS: Final = 2
FULL_SLOTS: Final = 3

BOOK: Final[dict[str, Any]] = {
    "queue": tables.QUEUE,
    "skill": tables.SKILL,
    "group": tables.GROUP,
    "gate": tables.GATE,
    "taker": np.int32,
    "alarm": np.int64,
    "balk_from": np.int64,
    "balk_p": np.int64,
    "transfer_to": np.int32,
    "transfer_p": np.int64,
    "door_open": np.int64,
    "door_close": np.int64,
    "lines": np.int64,
    "arrived": np.int64,
    "home": np.int16,
    "spare_first": np.int32,
    "spare_count": np.int32,
    "moves": tables.MOVE,
    "start": tables.START,
    "agents": AGENT,
    "crews": CREW,
    "queues": LINE,
    "lines_taken": np.int64,
    "tick": np.int64,
    "key": np.int64,
    "slot_of": np.int32,
    "legs": LEG,
    "redials": np.int16,
    "repeats": np.int16,
    "pick": np.int32,
    "n": np.int64,
    "campaign": tables.CAMPAIGN,
    "course": tables.COURSE,
    "calling": tables.CALLING,
    "switch": tables.SWITCH,
    "dialler": tables.DIALLER,
    "dialler_first": np.int32,
    "chance": np.int64,
    "quantile": np.int64,
    "cell_quota": np.int64,
    "lead_cell": np.int32,
    "lead_callable": np.bool_,
    "fortune": tables.FORTUNE,
    "campaigns": CAMPAIGN,
    "leads": LEAD,
    "lines_of_leads": LEADS_DUE,
    "cells": np.int64,
    "keeps": np.int64,
    "ringing": np.int64,
    "due_tick": np.int64,
    "due_lead": np.int32,
    "fate_priority": np.int8,
    **{f"fate_{name}": np.int64 for name in tables.DURATIONS},
    **{f"fate_{name}": np.uint32 for name in tables.COINS},
    **{f"log_{name}": kind for name, kind in CALL_COLUMNS.items()},
    **{f"spell_{name}": kind for name, kind in AGENT_COLUMNS.items()},
}
"""Every array the kernel touches, by name, with its element type."""

UNCOMPILED: Final = os.environ.get("NUMBA_DISABLE_JIT", "0") not in {"", "0"}
"""The kernel runs as plain Python, so that coverage can see its branches."""

ENTRY: Final = "callcenter_live"
"""Under which name the machine code is found: takes the address of a book, and the first tick."""

World = dict[str, npt.NDArray[Any]]
"""The arrays themselves, one for each name of `BOOK`; whoever calls the kernel keeps them alive."""


def by_name(world: World) -> dict[str, Any]:
    """Return the arrays as plain Python reaches them: fields of records by attribute."""
    return {
        name: array.view(np.recarray) if array.dtype.names else array
        for name, array in world.items()
    }


def address_book(world: World) -> npt.NDArray[np.int64]:
    """Write down where each array begins and how long it is."""
    starts = [world[name].ctypes.data for name in BOOK]
    return np.array([starts, [len(world[name]) for name in BOOK]], np.int64).ravel()
