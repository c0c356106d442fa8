"""What came of reading a log: what was told, what was not and why, and what the calls amount to."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from callcenter.clock import Tick
from callcenter.domain.calls import Outcome
from callcenter.telephony.adapters.scribe import USED, Oddity, Remark
from callcenter.telephony.events import CallConnected, CallEnded, Told
from callcenter.telephony.fold import Fold

SHOWN: Final = 5
"""So many line numbers are named for each reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Lines that share an oddity and a kind."""

    oddity: Oddity
    verb: str
    count: int
    lines: tuple[int, ...]
    """The first of them."""

    @property
    def skipped(self) -> bool:
        """Whether nothing was told of these lines."""
        return self.oddity not in USED


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an import has to say for itself."""

    events: dict[str, int]
    """By kind."""
    derived: int
    """Events among them that nobody said."""
    first: Tick | None
    last: Tick | None
    """Moments of the earliest and the latest event."""
    reasons: tuple[Reason, ...]
    """The most frequent first."""
    queued: int
    """Legs that entered a queue."""
    answered: int
    abandoned: int
    exited: int
    """Left a queue some other way."""
    still_open: int
    """Neither answered nor gone when the log ends."""
    mean_wait_us: float | None
    """Of the answered, as the switch itself counted; `None` if there are none."""
    mean_talk_us: float | None
    """Likewise, of talks whose end was seen."""

    @property
    def told(self) -> int:
        """Number of events."""
        return sum(self.events.values())

    @property
    def skipped(self) -> int:
        """Number of lines of which nothing was told."""
        return sum(reason.count for reason in self.reasons if reason.skipped)


def summary(found: Iterable[Told | Remark]) -> Summary:
    """Sum up what an adapter gave."""
    told: list[Told] = []
    remarks: list[Remark] = []
    for one in found:
        if isinstance(one, Told):
            told.append(one)
        else:
            remarks.append(one)
    fold = Fold()
    for one in told:
        fold.apply(one)
    outcomes = Counter(leg.outcome for leg in fold.legs if leg.queued >= 0)
    talking = sum(leg.outcome is Outcome.OPEN and leg.answered >= 0 for leg in fold.legs)
    moments = [one.at for one in told]
    queued = outcomes.total()
    answered = outcomes[Outcome.ANSWERED] + talking
    abandoned = outcomes[Outcome.ABANDONED]
    still_open = outcomes[Outcome.OPEN] - talking
    return Summary(
        events=dict(sorted(Counter(one.kind for one in told).items())),
        derived=sum(one.derived for one in told),
        first=min(moments, default=None),
        last=max(moments, default=None),
        reasons=tuple(_reasons(remarks)),
        queued=queued,
        answered=answered,
        abandoned=abandoned,
        exited=queued - answered - abandoned - still_open,
        still_open=still_open,
        mean_wait_us=_mean(
            one.event.wait_us for one in told if isinstance(one.event, CallConnected)
        ),
        mean_talk_us=_mean(
            one.event.talk_us
            for one in told
            if isinstance(one.event, CallEnded) and not one.derived
        ),
    )


def _reasons(remarks: Iterable[Remark]) -> Iterator[Reason]:
    lines: dict[tuple[Oddity, str], list[int]] = defaultdict(list)
    for remark in remarks:
        lines[remark.oddity, remark.verb].append(remark.line)
    for (oddity, verb), found in sorted(lines.items(), key=lambda item: (-len(item[1]), item[0])):
        yield Reason(oddity=oddity, verb=verb, count=len(found), lines=tuple(found[:SHOWN]))


def _mean(durations: Iterable[Tick | None]) -> float | None:
    known = [duration for duration in durations if duration is not None]
    return sum(known) / len(known) if known else None
