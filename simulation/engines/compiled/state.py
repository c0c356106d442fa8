"""How the compiled engine's functions reach what they keep in memory.

Every compiled function takes `w`, the address of the address book. `queue(w)[q].limit` reads like the
array it is.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import carray, from_dtype, njit, types  # type: ignore[attr-defined]
from numba.extending import intrinsic

from simulation.engines.compiled.book import BOOK, UNCOMPILED


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
campaign = _reach("campaign")
course = _reach("course")
calling = _reach("calling")
switch = _reach("switch")
dialler = _reach("dialler")
dialler_first = _reach("dialler_first")
chance = _reach("chance")
quantile = _reach("quantile")
cell_quota = _reach("cell_quota")
lead_cell = _reach("lead_cell")
lead_callable = _reach("lead_callable")
fortune = _reach("fortune")
campaigns = _reach("campaigns")
leads = _reach("leads")
lines_of_leads = _reach("lines_of_leads")
cells = _reach("cells")
keeps = _reach("keeps")
ringing = _reach("ringing")
due_tick = _reach("due_tick")
due_lead = _reach("due_lead")
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
