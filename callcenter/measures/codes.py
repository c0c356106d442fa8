"""One small number that says all a count wants to know of a leg, and which bases count it.

Outcome, punctuality and resolution make a *class*; class and kind make a *code*. A log is counted once,
by cell and code; each base is then a sum over codes. `COUNTED_BY` holds that sum as a matrix.
"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from callcenter.domain.calls import LegKind, Outcome


class _Class(NamedTuple):
    outcome: Outcome
    late: bool = False
    """Waited longer than T."""
    short: bool = False
    """Waited at most S; told apart for abandoned legs only."""
    resolved: int = -1
    """Told apart for answered legs only."""
    note: str = ""
    """What the columns say beside the outcome."""


def _classes() -> Iterator[_Class]:
    for outcome in Outcome:
        if outcome is Outcome.ANSWERED:
            for late, resolved in product((False, True), (-1, 0, 1)):
                yield _Class(outcome, late=late, resolved=resolved)
        elif outcome is Outcome.ABANDONED:
            for late, short in product((False, True), (False, True)):
                yield _Class(outcome, late=late, short=short)
        elif outcome is Outcome.OPEN:
            yield _Class(outcome)
            yield _Class(outcome, late=True)
            yield _Class(outcome, note="talking")
            yield _Class(outcome, late=True, note="talking")
            yield _Class(outcome, note="unqueued")
        else:
            yield _Class(outcome)
    yield _Class(Outcome.ABANDONED, note="unqueued")


_CLASSES: Final = tuple(_classes())
KINDS: Final = 8
"""Room for the kinds of legs, a power of two."""
CODES: Final = len(_CLASSES) * KINDS

WAITING: Final = _CLASSES.index(_Class(Outcome.OPEN)) * KINDS
OVERDUE: Final = _CLASSES.index(_Class(Outcome.OPEN, late=True)) * KINDS
TALKING: Final = _CLASSES.index(_Class(Outcome.OPEN, note="talking")) * KINDS
TALKING_LATE: Final = _CLASSES.index(_Class(Outcome.OPEN, late=True, note="talking")) * KINDS
OPEN_UNQUEUED: Final = _CLASSES.index(_Class(Outcome.OPEN, note="unqueued")) * KINDS
GONE_UNQUEUED: Final = _CLASSES.index(_Class(Outcome.ABANDONED, note="unqueued")) * KINDS

OUTCOME_STEP: Final = 12
LATE_STEP: Final = 6
SHORT_STEP: Final = 3


def _lookup() -> NDArray[np.int64]:
    table = np.zeros(OUTCOME_STEP * len(Outcome), dtype=np.int64)
    for outcome, late, short, resolved in product(
        Outcome, (False, True), (False, True), (-1, 0, 1)
    ):
        found = _Class(outcome)
        if outcome is Outcome.ANSWERED:
            found = _Class(outcome, late=late, resolved=resolved)
        elif outcome is Outcome.ABANDONED:
            found = _Class(outcome, late=late, short=short)
        place = OUTCOME_STEP * outcome + LATE_STEP * late + SHORT_STEP * short + resolved + 1
        table[place] = _CLASSES.index(found) * KINDS
    return table


CODE_OF: Final = _lookup()
"""Code of kind 0 for 12 * outcome + 6 * late + 3 * short + resolved + 1."""

_UNOFFERED: Final = (Outcome.BUSY, Outcome.CLOSED, Outcome.SELF_SERVED, Outcome.DROPPED)
_FIRST: Final = (LegKind.FRESH, LegKind.OUTBOUND)
_Rule = Callable[[_Class, LegKind], bool]


def _answered(leg: _Class) -> bool:
    return leg.outcome is Outcome.ANSWERED or leg.note == "talking"


def _settled(leg: _Class) -> bool:
    return leg.outcome is Outcome.ANSWERED and leg.resolved == 1


def _abandoned(leg: _Class) -> bool:
    return leg.outcome is Outcome.ABANDONED and not leg.note


def _waits(leg: _Class) -> bool:
    return leg.outcome is Outcome.OPEN and not leg.note


def _ends(outcome: Outcome) -> _Rule:
    return lambda leg, _: leg.outcome is outcome


def _comes(kind: LegKind) -> _Rule:
    return lambda _, leg_kind: leg_kind is kind


_RULES: Final[dict[str, _Rule]] = {
    "arrived": lambda _, __: True,
    "offered": lambda leg, _: leg.outcome not in _UNOFFERED and leg.note != "unqueued",
    "answered": lambda leg, _: _answered(leg),
    "answered_within": lambda leg, _: _answered(leg) and not leg.late,
    "abandoned": lambda leg, _: _abandoned(leg),
    "abandoned_within": lambda leg, _: _abandoned(leg) and not leg.late,
    "abandoned_short": lambda leg, _: _abandoned(leg) and leg.short,
    "balked": _ends(Outcome.BALKED),
    "busy_signals": _ends(Outcome.BUSY),
    "queue_full": _ends(Outcome.QUEUE_FULL),
    "closed": _ends(Outcome.CLOSED),
    "released": _ends(Outcome.RELEASED),
    "flowed_out": _ends(Outcome.FLOWED_OUT),
    "self_served": _ends(Outcome.SELF_SERVED),
    "callbacks_accepted": _ends(Outcome.CALLBACK_ACCEPTED),
    "not_reached": _ends(Outcome.NOT_REACHED),
    "handed_back": _ends(Outcome.HANDED_BACK),
    "waiting": lambda leg, _: _waits(leg),
    "overdue": lambda leg, _: _waits(leg) and leg.late,
    "redials": _comes(LegKind.REDIAL),
    "repeats": _comes(LegKind.REPEAT),
    "transfers_in": _comes(LegKind.TRANSFER),
    "callbacks": _comes(LegKind.CALLBACK),
    "callbacks_answered": lambda leg, kind: kind is LegKind.CALLBACK and _answered(leg),
    "transfers_out": lambda leg, _: leg.outcome is Outcome.ANSWERED and leg.resolved < 0,
    "settled": lambda leg, _: _settled(leg),
    "calls": lambda _, kind: kind in _FIRST,
    # True of calls of one leg; contacts.py mends the others.
    "calls_answered": lambda leg, kind: kind in _FIRST and _answered(leg),
    "calls_settled_first": lambda leg, kind: kind in _FIRST and _settled(leg),
    "calls_settled_once": lambda leg, kind: kind in _FIRST and _settled(leg),
}

COUNTED: Final = tuple(_RULES)
"""The bases that are counts of codes."""


def _matrix() -> NDArray[np.float64]:
    matrix = np.zeros((len(_RULES), CODES))
    for row, rule in enumerate(_RULES.values()):
        for (number, leg), kind in product(enumerate(_CLASSES), LegKind):
            matrix[row, number * KINDS + kind] = rule(leg, kind)
    return matrix


COUNTED_BY: Final = _matrix()
"""Rows: `COUNTED`; columns: codes; 1 where the base counts the code."""
