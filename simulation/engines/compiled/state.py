"""What the compiled engine keeps in memory, and how its functions reach it.

Every compiled function takes `w`, the address of an *address book*: for each array of `BOOK`, where it
begins and how long it is. Handing on one integer costs nothing, where handing on seventy arrays made a
call a hundred times dearer. `queue(w)[q].limit` reads like the array it is.

A *slot* is the working memory of a leg that is still alive; `slot_of` leads from its row to it, and
is -1 once the leg is over, which is how a void event is known. Slots are used again.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numba import carray, config, from_dtype, njit, types  # type: ignore[attr-defined]
from numba.extending import intrinsic

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

ROWS: Final = 0
EVENTS: Final = 1
ENTRIES: Final = 2
FREED: Final = 3
UNUSED: Final = 4
SPELLS: Final = 5
STATUS: Final = 6
CONDITIONAL: Final = 7
WAITERS: Final = 8
COUNTERS: Final = 9

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
    "fate_priority": np.int8,
    **{f"fate_{name}": np.int64 for name in tables.DURATIONS},
    **{f"fate_{name}": np.uint32 for name in tables.COINS},
    **{f"log_{name}": kind for name, kind in CALL_COLUMNS.items()},
    **{f"spell_{name}": kind for name, kind in AGENT_COLUMNS.items()},
}
"""Every array the kernel touches, by name, with its element type."""

UNCOMPILED: Final = bool(config.DISABLE_JIT)  # type: ignore[attr-defined]
"""The kernel runs as plain Python (`NUMBA_DISABLE_JIT=1`), so that coverage can see its branches."""

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


def _entry(place: int, kind: Any | None) -> Any:
    """Make the compiled function that reads an entry of the book: a pointer, or a plain length.

    The book never changes during a run; saying so lets the compiler read an entry once, whatever is
    written elsewhere in between.
    """

    @intrinsic
    def read(_typing: Any, address: Any) -> Any:
        target = types.int64 if kind is None else types.CPointer(kind)

        def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            words = context.get_value_type(types.CPointer(types.int64))
            book = builder.inttoptr(arguments[0], words)
            word = builder.load(builder.gep(book, [context.get_constant(types.intp, place)]))
            word.set_metadata("invariant.load", builder.module.add_metadata([]))
            if kind is None:
                return word
            return builder.inttoptr(word, context.get_value_type(target))

        return target(address), emit

    return read


def _reach(name: str) -> Callable[[Any], Any]:
    """Make the compiled function that leads from `w` to the array of this name."""
    place = list(BOOK).index(name)
    start = _entry(place, from_dtype(np.dtype(BOOK[name])))
    length = _entry(len(BOOK) + place, None)

    def get(w: Any) -> Any:
        return carray(start(w), (length(w),))

    def get_uncompiled(w: Any) -> Any:
        return w[name]

    return get_uncompiled if UNCOMPILED else njit(get)


queue = _reach("queue")
skill = _reach("skill")
group = _reach("group")
gate = _reach("gate")
taker = _reach("taker")
alarm = _reach("alarm")
balk_from = _reach("balk_from")
balk_p = _reach("balk_p")
transfer_to = _reach("transfer_to")
transfer_p = _reach("transfer_p")
door_open = _reach("door_open")
door_close = _reach("door_close")
lines = _reach("lines")
arrived = _reach("arrived")
home = _reach("home")
spare_first = _reach("spare_first")
spare_count = _reach("spare_count")
moves = _reach("moves")
start = _reach("start")
agents = _reach("agents")
crews = _reach("crews")
queues = _reach("queues")
lines_taken = _reach("lines_taken")
tick = _reach("tick")
key = _reach("key")
slot_of = _reach("slot_of")
legs = _reach("legs")
redials = _reach("redials")
repeats = _reach("repeats")
pick = _reach("pick")
n = _reach("n")
fate_priority = _reach("fate_priority")
fate_ivr = _reach("fate_ivr")
fate_patience = _reach("fate_patience")
fate_ring = _reach("fate_ring")
fate_talk = _reach("fate_talk")
fate_hold = _reach("fate_hold")
fate_wrap = _reach("fate_wrap")
fate_redial_delay = _reach("fate_redial_delay")
fate_repeat_delay = _reach("fate_repeat_delay")
fate_callback_delay = _reach("fate_callback_delay")
fate_dial = _reach("fate_dial")
fate_self_service = _reach("fate_self_service")
fate_balk = _reach("fate_balk")
fate_redial = _reach("fate_redial")
fate_accept = _reach("fate_accept")
fate_reached = _reach("fate_reached")
fate_transfer = _reach("fate_transfer")
fate_resolved = _reach("fate_resolved")
fate_repeat = _reach("fate_repeat")
fate_choice = _reach("fate_choice")
log_call = _reach("log_call")
log_fate = _reach("log_fate")
log_attempt = _reach("log_attempt")
log_kind = _reach("log_kind")
log_queue = _reach("log_queue")
log_outcome = _reach("log_outcome")
log_resolved = _reach("log_resolved")
log_priority = _reach("log_priority")
log_group = _reach("log_group")
log_agent = _reach("log_agent")
log_arrived = _reach("log_arrived")
log_queued = _reach("log_queued")
log_assigned = _reach("log_assigned")
log_answered = _reach("log_answered")
log_ended = _reach("log_ended")
log_wrapped = _reach("log_wrapped")
log_hold = _reach("log_hold")
spell_agent = _reach("spell_agent")
spell_state = _reach("spell_state")
spell_start = _reach("spell_start")
spell_end = _reach("spell_end")
