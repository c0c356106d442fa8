"""The clocks of a ticket, told from its events: which promise runs, pauses, was kept or was missed.

Clocks are a projection: the same events, calendar and policy give the same clocks. The statutory one is
the law's; the others hold the city to its own steps (routing, visits, notices), see `CLOCK_RULES`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from callcenter.clock import MINUTE, Tick
from callcenter.domain.clock_rules import CLOCK_RULES, REOPENED, ClockKind
from callcenter.domain.counting import ONE_DAY
from callcenter.domain.deadlines import DueDate, due_date
from callcenter.domain.periods import Extension, Pause, Period, PeriodUnit
from callcenter.domain.policy import DEFAULT_POLICY, Policy, StopsAt
from callcenter.domain.summaries import Wording
from callcenter.domain.ticket_events import (
    Accepted,
    CooperationAsked,
    Extended,
    Happened,
    Reclassified,
    Reopened,
    ResultNotified,
    SupplementReceived,
    SupplementRequested,
    TicketState,
    TransferredOut,
    Withdrawn,
)
from callcenter.domain.tickets import destination
from callcenter.domain.worktime import (
    WorkCalendar,
    local_day,
    midnight,
    work_between,
    working_minutes,
)


class ClockState(StrEnum):
    """How a clock stands after the last event; only a stopped one is met or missed."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    VOID = "void"
    """Ended in time by something else than what it waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One promise with a date: the n-th of its kind."""

    kind: ClockKind
    n: int
    period: Period
    started_at: datetime
    due: DueDate
    state: ClockState
    stopped_at: datetime | None
    used_minutes: int | None
    """Working minutes from start to stop without pauses; `None` while it runs, and if it is void."""
    margin_minutes: int | None
    """Working minutes left when it stopped, negative if late; `None` like `used_minutes`."""
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]

    @property
    def active(self) -> bool:
        """Say whether something is still waited for."""
        return self.stopped_at is None

    def overdue(self, at: datetime) -> bool:
        """Say whether the deadline has passed at a moment without the promise having been kept."""
        if self.state in {ClockState.MET, ClockState.VOID} or self.due.due_at is None:
            return False
        return self.due.due_at < at


def clocks(
    history: Iterable[Happened], *, calendar: WorkCalendar, policy: Policy = DEFAULT_POLICY
) -> tuple[Clock, ...]:
    """Tell a ticket's clocks from its events, in the order in which they started.

    At most one statutory clock is active; a new period (reopening, another kind of petition) makes
    another. When a clock stops, its pause stops with it.

    Raises:
        CalendarError: the calendar ends before a period does.
        PeriodError: an extension in the history was not lawful.
    """
    told = _Telling(policy=policy)
    for happened in history:
        told.hear(happened)
    drafts = [draft for draft in told.drafts if not draft.on_the_spot]
    numbers: Counter[ClockKind] = Counter()
    finished: list[Clock] = []
    for draft in drafts:
        numbers[draft.kind] += 1
        finished.append(_clock(draft, numbers[draft.kind], calendar=calendar, policy=policy))
    return tuple(finished)


_STOPS: Final[dict[str, tuple[ClockKind, ...]]] = {
    "accepted": (ClockKind.ACCEPT,),
    "rejected": (ClockKind.ACCEPT,),
    "routed": (ClockKind.TRANSFER, ClockKind.HANDOVER),
    "returned": (ClockKind.HANDOVER,),
    "taken": (ClockKind.TRANSFER, ClockKind.HANDOVER),
    "dispatched": (ClockKind.TRANSFER, ClockKind.HANDOVER),
    "arrived": (ClockKind.FIELD,),
    "visited": (ClockKind.FIELD,),
    "cooperation_received": (ClockKind.COOPERATION,),
    "progress_notified": (ClockKind.PROGRESS,),
}
"""What each event keeps the promise of."""
_STARTS: Final[dict[str, tuple[ClockKind, ...]]] = {
    "submitted": (ClockKind.ACCEPT,),
    "accepted": (ClockKind.TRANSFER, ClockKind.PROGRESS),
    "routed": (ClockKind.HANDOVER,),
    "returned": (ClockKind.TRANSFER,),
    "dispatched": (ClockKind.FIELD,),
    "progress_notified": (ClockKind.PROGRESS,),
    "reopened": (ClockKind.PROGRESS,),
}
"""What each event starts, besides the periods that events themselves carry."""


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A clock while its events are heard."""

    kind: ClockKind
    period: Period
    started_at: datetime
    wording: Wording
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped_at: datetime | None = None
    cut: bool = False
    """Ended by something else than what it waited for."""
    replaced: bool = False
    """Another clock runs in its place."""

    @property
    def on_the_spot(self) -> bool:
        """Say that a petition was accepted as it was taken down: nothing was waited for."""
        return self.kind is ClockKind.ACCEPT and self.stopped_at == self.started_at

    def resume(self, at: datetime) -> None:
        """End the pause that is open, if one is."""
        if self.pauses and self.pauses[-1].to_at is None:
            self.pauses = (*self.pauses[:-1], replace(self.pauses[-1], to_at=at))

    def stop(self, at: datetime, *, cut: bool) -> None:
        """End it."""
        self.resume(at)
        self.stopped_at, self.cut = at, cut


class _Telling:
    """Hears the events of one ticket in their order."""

    def __init__(self, *, policy: Policy) -> None:
        self.drafts: list[_Draft] = []
        self._policy = policy
        self._period: Period | None = None
        self._goal: int | None = None

    def hear(self, happened: Happened) -> None:
        """Let one event act: what it ends, what it carries, what it starts."""
        at, event = happened.at, happened.event
        self._end(_STOPS.get(event.kind, ()), at)
        self._carry(happened)
        self._turn(happened)
        for kind in _STARTS.get(event.kind, ()):
            self._start(kind, at, self._fixed(kind))
        if destination(event) is TicketState.RESOLVED:
            self._decided(at, answered=not isinstance(event, TransferredOut | Withdrawn))

    def _carry(self, happened: Happened) -> None:
        """Take up the periods that events bring along."""
        at = happened.at
        match happened.event:
            case Accepted(period=period, goal_minutes=goal):
                self._begin(at, period=period, goal=goal)
            case Reclassified(period=period, goal_minutes=goal):
                self._reclassify(at, period=period, goal=goal)
            case Reopened():
                self._begin(at, period=self._period, goal=self._goal, wording=REOPENED)
            case CooperationAsked(reply_period=period):
                self._start(ClockKind.COOPERATION, at, period)
            case Extended() as more:
                self._extend(more)
            case _:
                pass

    def _turn(self, happened: Happened) -> None:
        """Pause, resume and end the periods that run."""
        at = happened.at
        match happened.event:
            case SupplementRequested():
                for draft in self._open(ClockKind.STATUTORY, ClockKind.GOAL):
                    draft.pauses = (*draft.pauses, Pause(from_at=at, to_at=None))
            case SupplementReceived():
                for draft in self._open(ClockKind.STATUTORY, ClockKind.GOAL):
                    draft.resume(at)
            case TransferredOut():
                self._forward(at)
            case ResultNotified():
                self._end((ClockKind.STATUTORY,), at)
            case _:
                pass

    def _open(self, *kinds: ClockKind) -> list[_Draft]:
        return [draft for draft in self.drafts if draft.kind in kinds and not draft.stopped_at]

    def _start(
        self, kind: ClockKind, at: datetime, period: Period, *, wording: Wording | None = None
    ) -> _Draft:
        said = wording or CLOCK_RULES[kind].wording
        draft = _Draft(kind=kind, period=period, started_at=at, wording=said)
        self.drafts.append(draft)
        return draft

    def _end(self, kinds: Iterable[ClockKind], at: datetime, *, cut: bool = False) -> None:
        for draft in self._open(*kinds):
            draft.stop(at, cut=cut)

    def _fixed(self, kind: ClockKind) -> Period:
        if kind is ClockKind.FIELD:
            return Period(qty=self._policy.field_minutes, unit=PeriodUnit.MINUTE)
        period = CLOCK_RULES[kind].period
        assert period is not None, f"{kind} is started with a period of its own"
        return period

    def _begin(
        self,
        at: datetime,
        *,
        period: Period | None,
        goal: int | None,
        wording: Wording | None = None,
    ) -> list[_Draft]:
        assert period is not None, "a ticket is accepted before it is reopened"
        self._period, self._goal = period, goal
        begun = [self._start(ClockKind.STATUTORY, at, period, wording=wording)]
        if goal is not None:
            minutes = Period(qty=goal, unit=PeriodUnit.MINUTE)
            begun.append(self._start(ClockKind.GOAL, at, minutes))
        return begun

    def _reclassify(self, at: datetime, *, period: Period, goal: int | None) -> None:
        """Let the new period run from where the old one did, less its pauses, without its extensions."""
        old = self._open(ClockKind.STATUTORY)[0]
        pauses, wording = old.pauses, old.wording
        for draft in self._open(ClockKind.STATUTORY, ClockKind.GOAL):
            draft.stop(at, cut=True)
            draft.replaced = True
        for draft in self._begin(old.started_at, period=period, goal=goal, wording=wording):
            draft.pauses = pauses

    def _extend(self, more: Extended) -> None:
        for draft in self._open(ClockKind.STATUTORY):
            extension = Extension(
                n=more.n, qty=more.period.qty, unit=more.period.unit, consent=more.consent
            )
            draft.extensions = (*draft.extensions, extension)

    def _forward(self, at: datetime) -> None:
        """Judge the forwarding by when the petition was accepted, or reopened."""
        for statutory in self._open(ClockKind.STATUTORY):
            period = self._fixed(ClockKind.FORWARD)
            self._start(ClockKind.FORWARD, statutory.started_at, period).stop(at, cut=False)

    def _decided(self, at: datetime, *, answered: bool) -> None:
        """End what ends with the decision; the notice still owed keeps the statutory clock running."""
        for draft in self._open(ClockKind.STATUTORY):
            draft.resume(at)
        self._end((ClockKind.GOAL,), at, cut=not answered)
        if not answered or self._policy.stops_at is StopsAt.DECISION:
            self._end((ClockKind.STATUTORY,), at, cut=not answered)
        self._end(set(ClockKind) - {ClockKind.STATUTORY}, at, cut=True)


def _clock(draft: _Draft, n: int, *, calendar: WorkCalendar, policy: Policy) -> Clock:
    due = due_date(
        draft.period,
        draft.started_at,
        calendar=calendar,
        rule=CLOCK_RULES[draft.kind].rule,
        pauses=draft.pauses,
        extensions=draft.extensions,
        policy=policy,
        wording=draft.wording,
    )
    state = _state(draft, due)
    used, margin = None, None
    if draft.stopped_at is not None and due.due_at is not None and state is not ClockState.VOID:
        used = _used(draft, draft.stopped_at, due=due, calendar=calendar)
        margin = working_minutes(draft.stopped_at, due.due_at, calendar=calendar)
    return Clock(
        kind=draft.kind,
        n=n,
        period=draft.period,
        started_at=draft.started_at,
        due=due,
        state=state,
        stopped_at=draft.stopped_at,
        used_minutes=used,
        margin_minutes=margin,
        pauses=draft.pauses,
        extensions=draft.extensions,
    )


def _state(draft: _Draft, due: DueDate) -> ClockState:
    if draft.stopped_at is None:
        paused = bool(draft.pauses) and draft.pauses[-1].to_at is None
        return ClockState.PAUSED if paused else ClockState.RUNNING
    late = due.due_at is not None and due.due_at < draft.stopped_at
    if late and not draft.replaced:
        return ClockState.MISSED
    return ClockState.VOID if draft.cut else ClockState.MET


def _used(draft: _Draft, stopped_at: datetime, *, due: DueDate, calendar: WorkCalendar) -> int:
    """Count the working minutes from start to stop that no pause took, as the deadline counts them."""
    used: Tick = work_between(draft.started_at, stopped_at, calendar=calendar)
    seen = draft.started_at
    for pause in draft.pauses:
        assert pause.to_at is not None, "a stopped clock has no open pause"
        begin, end = pause.from_at, pause.to_at
        if due.account.whole_days:
            begin, end = midnight(local_day(begin)), midnight(local_day(end) + ONE_DAY)
        begin, end = max(begin, seen), min(end, stopped_at)
        if begin < end:
            used -= work_between(begin, end, calendar=calendar)
            seen = end
    return used // MINUTE
