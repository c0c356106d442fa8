"""Figures of some days along an axis: each leg by the definition that held on its day, then added up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, HOUR, MINUTE, Tick
from callcenter.measures.cuts import by_key
from callcenter.measures.definitions import Definition, Shelf
from callcenter.measures.figures import INTERVAL, unfinished
from callcenter.measures.formulas import Floats
from callcenter.telephony.call_log import CallLog
from callcenter.telephony.names import Names


class Along(StrEnum):
    """What makes the lines of a report."""

    TOTAL = "total"
    DAY = "day"
    INTERVAL = "interval"
    """Half hours of the day, all days together."""
    QUEUE = "queue"
    GROUP = "group"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days of Korea from the first to the last, and how much of them is over."""

    first: date
    last: date
    now: Tick
    """Ticks since the first day's midnight; may lie before or after the days."""

    @property
    def days(self) -> tuple[date, ...]:
        """Every day."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One figure over all days of a report."""

    definition: Definition
    """As it held on the last day."""
    versions: tuple[int, ...]
    """All versions that some of the days were counted by."""
    numerator: float
    """In the definition's unit."""
    denominator: float | None
    """`None` of a count or a sum."""

    @property
    def value(self) -> float | None:
        """In the definition's unit; `None` where the population is empty."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a report."""

    key: str
    figures: tuple[Sum, ...]
    provisional: bool
    """Whether open calls, or time that is not over, may change it."""


@dataclass(slots=True)
class _Parts:
    """Numerators and denominators by key, added up span by span."""

    above: Floats
    below: Floats | None
    versions: list[int] = field(default_factory=list)


def lines(
    calls: CallLog,
    *,
    names: Names,
    period: Period,
    shelf: Shelf,
    wanted: Sequence[str],
    along: Along,
    attempts: bool = False,
) -> tuple[Line, list[Line]]:
    """Return the line of everything together, and the lines along an axis that have any leg.

    Args:
        calls: Ticks from the first day's midnight.
        names: What the numbers are called.
        period: The days.
        shelf: What figures mean on which day.
        wanted: Ids of definitions made of legs; time of agents cannot be told along these axes.
        along: The axis; a leg that has no place on it, such as one without an agent, is in the total.
        attempts: Whether calls that the centre dialled count; on a board they do not.
    """
    key, labels = _keys(calls, names=names, period=period, along=along)
    parts = _summed(
        calls,
        key=key,
        keys=len(labels),
        period=period,
        shelf=shelf,
        wanted=wanted,
        attempts=attempts,
    )
    on_last = {name: shelf.on(name, period.last) for name in wanted}
    unsure = _unsure(calls, key=key, keys=len(labels), period=period, along=along)
    used = np.bincount(key, minlength=len(labels) + 1) > 0
    shown = [
        _line(label, place, parts=parts, definitions=on_last, provisional=bool(unsure[place]))
        for place, label in enumerate(labels)
        if used[place] or along is Along.DAY
    ]
    whole = {
        name: _Parts(
            one.above.sum(keepdims=True),
            None if one.below is None else one.below.sum(keepdims=True),
            one.versions,
        )
        for name, one in parts.items()
    }
    total = _line("", 0, parts=whole, definitions=on_last, provisional=bool(unsure[-1]))
    return total, shown


def slot_label(place: int) -> str:
    """Return the start of a half hour of the day, such as `10:30`."""
    start = place * INTERVAL
    return f"{start // HOUR:02d}:{start % HOUR // MINUTE:02d}"


def _keys(
    calls: CallLog, *, names: Names, period: Period, along: Along
) -> tuple[NDArray[np.int64], Sequence[str]]:
    """Return each leg's place on the axis, behind its end if it has none, and the axis."""
    moment = np.maximum(calls.queued, calls.arrived)
    labels: Sequence[str]
    match along:
        case Along.TOTAL:
            key, labels = np.zeros(len(calls), dtype=np.int64), ()
        case Along.DAY:
            labels = [day.isoformat() for day in period.days]
            key = np.clip(moment // DAY, 0, len(labels) - 1)
        case Along.INTERVAL:
            labels = [slot_label(place) for place in range(DAY // INTERVAL)]
            key = moment % DAY // INTERVAL
        case Along.QUEUE:
            key, labels = calls.queue.astype(np.int64), names.queues
        case Along.GROUP:
            key, labels = calls.group.astype(np.int64), names.groups
        case Along.AGENT:
            key, labels = calls.agent.astype(np.int64), names.agents
        case _:
            assert_never(along)
    return np.where(key < 0, len(labels), key), labels


def _summed(
    calls: CallLog,
    *,
    key: NDArray[np.int64],
    keys: int,
    period: Period,
    shelf: Shelf,
    wanted: Sequence[str],
    attempts: bool,
) -> dict[str, _Parts]:
    moment = np.maximum(calls.queued, calls.arrived)
    day = np.clip(moment // DAY, 0, len(period.days) - 1)
    until = max(period.now, int(moment.max(initial=0)) + 1)
    found: dict[str, _Parts] = {}
    for days, definitions in _spans(period, shelf=shelf, wanted=wanted):
        mine = np.where((day >= days.start) & (day < days.stop), key, -1)
        bases = {
            target: by_key(
                calls, key=mine, keys=keys + 1, target=target, until=until, attempts=attempts
            )
            for target in {each.target for each in definitions.values()}
        }
        for name, definition in definitions.items():
            _add(found, name, definition=definition, bases=bases[definition.target])
    return found


def _spans(
    period: Period, *, shelf: Shelf, wanted: Sequence[str]
) -> Iterator[tuple[range, Mapping[str, Definition]]]:
    """Give stretches of days on which all definitions stay what they are."""
    held = [tuple(shelf.on(name, day) for name in wanted) for day in period.days]
    first = 0
    for definitions, days in groupby(held):
        last = first + len(list(days))
        yield range(first, last), dict(zip(wanted, definitions, strict=True))
        first = last


def _add(
    found: dict[str, _Parts],
    name: str,
    *,
    definition: Definition,
    bases: Mapping[str, Floats],
) -> None:
    measure = definition.measure
    below = measure.denominator
    above = measure.numerator.of(bases) * measure.scale
    held = None if below is None else below.of(bases)
    known = found.get(name)
    if known is None:
        found[name] = _Parts(above, held, [definition.version])
        return
    known.above = known.above + above
    known.below = held if known.below is None or held is None else known.below + held
    known.versions.append(definition.version)


def _unsure(
    calls: CallLog, *, key: NDArray[np.int64], keys: int, period: Period, along: Along
) -> NDArray[np.bool_]:
    """Return which places, and last everything, may still change."""
    open_legs = np.bincount(key[unfinished(calls)], minlength=keys + 1) > 0
    days = len(period.days)
    ends = np.full(keys + 1, days * DAY)
    if along is Along.DAY:
        ends[:days] = (np.arange(days) + 1) * DAY
    elif along is Along.INTERVAL:
        ends[:keys] = (days - 1) * DAY + (np.arange(keys) + 1) * INTERVAL
    found: NDArray[np.bool_] = open_legs | (ends > period.now)
    found[-1] = found[-1] or bool(open_legs.any())
    return found


def _line(
    key: str,
    place: int,
    *,
    parts: Mapping[str, _Parts],
    definitions: Mapping[str, Definition],
    provisional: bool,
) -> Line:
    return Line(
        key=key,
        figures=tuple(
            Sum(
                definition=definitions[name],
                versions=tuple(dict.fromkeys(one.versions)),
                numerator=float(one.above[place]),
                denominator=None if one.below is None else float(one.below[place]),
            )
            for name, one in parts.items()
        ),
        provisional=provisional,
    )
