"""Figures: numbers with what they were made of, for every cell of a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, MINUTE, Tick
from callcenter.domain.calls import Outcome
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.definitions import Definition
from callcenter.measures.formulas import Floats, unaccounted
from callcenter.measures.frame import Frame
from callcenter.measures.stack import By, Stack
from callcenter.measures.tally import tally
from callcenter.telephony.call_log import NONE, AgentLog, CallLog
from callcenter.telephony.names import Names

INTERVAL: Final = 30 * MINUTE
_ANY_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number and all that is needed to check it."""

    definition: Definition
    numerator: float
    """In the definition's unit; of a count the count itself."""
    denominator: float | None
    """How many the numerator is held against; `None` of a count or a sum."""
    provisional: bool
    """Whether calls that are open, or events still on their way, may change it."""

    @property
    def value(self) -> float | None:
        """In the definition's unit; `None` where the population is empty."""
        if self.denominator is None:
            return self.numerator
        return self.numerator / self.denominator if self.denominator > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of a cell, by the id of their definition.

    `offered`, `answered`, `hung_up` (the board's "abandoned"), `left_otherwise` (its "flowed out") and
    `waiting` make the invariant: the first is the sum of the others.
    """

    level: Figure
    """The service level by the board's own definition."""
    of: Mapping[str, Figure]
    provisional: bool
    violations: int
    """Calls lost or counted twice by the invariant, and legs that contradict themselves."""

    def __getitem__(self, definition: str) -> Figure:
        """Return the figure of a definition's id."""
        return self.of[definition]


def contradictions(calls: CallLog) -> NDArray[np.bool_]:
    """Return which legs say two things: an outcome, and moments that belong to another one."""
    outcome, answered, over = calls.outcome, calls.answered != NONE, calls.ended != NONE
    may_be_answered = np.isin(outcome, (Outcome.OPEN, Outcome.ANSWERED, Outcome.HANDED_BACK))
    wrong: NDArray[np.bool_] = (
        (answered & ~may_be_answered)
        | (~answered & (outcome == Outcome.ANSWERED))
        | (over == (outcome == Outcome.OPEN))
    )
    return wrong


def unfinished(calls: CallLog) -> NDArray[np.bool_]:
    """Return which legs may still change a figure: not over, or in after-call work."""
    found: NDArray[np.bool_] = (calls.outcome == Outcome.OPEN) | (
        (calls.outcome == Outcome.ANSWERED) & (calls.wrapped == NONE)
    )
    return found


class DayFigures:
    """The figures of one day up to a moment, in total, by queue and by interval."""

    def __init__(
        self,
        calls: CallLog,
        agents: AgentLog,
        *,
        names: Names,
        at: Tick,
        sure: Tick,
        level: Definition,
        definitions: Mapping[str, Definition],
    ) -> None:
        """Add the day up.

        Args:
            calls: The legs that began before `at`, as they stood then.
            agents: The spells that began before it; those that last end at `NONE`.
            names: What the numbers are called.
            at: Ticks since the day's midnight.
            sure: Up to here no event is on its way any more.
            level: The service level shown first.
            definitions: What else to compute, by id.
        """
        self._level, self._definitions = level, definitions
        self._calls, self._sure = with_groups(calls, names=names), sure
        until = min(max(at, 0), DAY)
        targets = {each.target for each in (level, *definitions.values())}
        frames = {target: frame_of(names, target=target, until=until) for target in targets}
        self.frame = frames[level.target]
        self._stacks = {
            target: Stack([tally(self._calls, agents, frame, keep_waits=False)], frame=frame)
            for target, frame in frames.items()
        }

    @property
    def slot(self) -> NDArray[np.int64]:
        """The interval of each leg."""
        moment = np.maximum(self._calls.queued, self._calls.arrived)
        found: NDArray[np.int64] = np.clip(moment // self.frame.interval, 0, self.frame.slots - 1)
        return found

    def cells(self, by: By) -> list[Figures]:
        """Return the figures of every cell of a cut."""
        known = [
            each
            for each in chain([self._level], self._definitions.values())
            if self._stacks[each.target].knows(each.measure, by=by)
        ]
        columns = [self._column(each, by=by) for each in known]
        provisional, violations = self._provisional(by), self._violations(by)
        return [
            _figures(known, column=cell, provisional=unsure, violations=wrong)
            for cell, unsure, wrong in zip(
                zip(*columns, strict=True), provisional, violations, strict=True
            )
        ]

    def _column(self, definition: Definition, *, by: By) -> list[tuple[float, float | None]]:
        above, below = self._stacks[definition.target].parts(definition.measure, by=by)
        held = [None] * above.shape[1] if below is None else below[0].tolist()
        return list(zip(above[0].tolist(), held, strict=True))

    def _provisional(self, by: By) -> list[bool]:
        open_legs = self._count(unfinished(self._calls), by=by) > 0
        ends = (np.arange(self.frame.slots) + 1) * self.frame.interval
        late: NDArray[np.bool_] = (
            ends > self._sure if by is By.INTERVAL else np.array(self._sure < DAY)
        )
        both: list[bool] = (open_legs | late).tolist()
        return both

    def _violations(self, by: By) -> list[int]:
        lost: Floats = np.abs(unaccounted(self._stacks[self._level.target].bases(by))[0])
        wrong = self._count(contradictions(self._calls), by=by)
        return [int(number) for number in (lost + wrong).tolist()]

    def _count(self, rows: NDArray[np.bool_], *, by: By) -> NDArray[np.int64]:
        match by:
            case By.QUEUE:
                places, cells = self._calls.queue[rows].astype(np.int64), len(self.frame.queues)
            case By.INTERVAL:
                places, cells = self.slot[rows], self.frame.slots
            case _:
                places, cells = np.zeros(int(rows.sum()), dtype=np.int64), 1
        return np.bincount(places, minlength=cells)


def _figures(
    known: Sequence[Definition],
    *,
    column: Iterable[tuple[float, float | None]],
    provisional: bool,
    violations: int,
) -> Figures:
    level, *others = (
        Figure(definition=definition, numerator=above, denominator=below, provisional=provisional)
        for definition, (above, below) in zip(known, column, strict=True)
    )
    return Figures(
        level=level,
        of={each.definition.id: each for each in others},
        provisional=provisional,
        violations=violations,
    )


def frame_of(names: Names, *, target: ServiceTarget, until: Tick) -> Frame:
    """Return the centre as far as names tell it; who has no group is in one without a name.

    Calls that it dialled keep agents busy, and are none of its calls.
    """
    queues, none = names.queues or ("",), len(names.groups)
    return Frame(
        queues=queues,
        groups=(*names.groups, ""),
        agent_group=tuple(none if group == NONE else group for group in names.agent_group),
        days=(_ANY_DAY,),
        opening=((),) * len(queues),
        targets=(target,) * len(queues),
        without_attempts=True,
        interval=INTERVAL,
        until=until,
    )


def with_groups(calls: CallLog, *, names: Names) -> CallLog:
    """Return legs whose agents all have a group, be it the one without a name."""
    lost = (calls.agent != NONE) & (calls.group == NONE)
    if not lost.any():
        return calls
    group = np.where(lost, len(names.groups), calls.group).astype(np.int16)
    return CallLog.of(**calls.columns() | {"group": group})
