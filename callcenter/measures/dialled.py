"""Campaigns on the live board: what a day's attempts came to, by the formulas of the scorecard.

An attempt that lasts counts as begun, and as a live answer once a person speaks; so does one of which no
switch ever said what came of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY, Tick
from callcenter.measures.formulas import Floats, Measure, evaluate, values_or_none
from callcenter.measures.frame import Frame
from callcenter.measures.outbound import CAMPAIGNS, OUTBOUND, Attempts, outbound_tables
from callcenter.telephony.call_log import NONE, CallLog

_SHOWN: Final = (
    "attempts",
    "live_answers",
    "successes",
    "partials",
    "refusals",
    "dropped",
    "drop_rate",
    "contact_rate",
    "success_rate",
    "contacts_per_hour",
    "outbound_hours",
)
DIALLED: Final[Mapping[str, Measure]] = {
    measure.name: measure for measure in CAMPAIGNS if measure.name in _SHOWN
}
"""Measures of the scorecard that attempts alone make, so that they can be told at any moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignNow:
    """One campaign on one day, up to a moment."""

    campaign: str
    """Its code; empty of all together."""
    figures: Mapping[str, float | None]
    """`DIALLED` in their own units; `None` where the population is empty."""
    on_line: int
    """Attempts that last: dialled, ringing, or spoken."""
    latest: Tick | None
    """When the last attempt began: microseconds since 1970-01-01T00:00:00Z; `None` if none did."""

    def count(self, name: str) -> int:
        """Return a figure that counts attempts."""
        return round(self.figures[name] or 0)

    @property
    def contacts(self) -> int:
        """Live answers that an agent spoke to."""
        return self.count("live_answers") - self.count("dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """All campaigns of a day that anybody was dialled for."""

    total: CampaignNow
    campaigns: tuple[CampaignNow, ...] = ()


NOBODY: Final = Dialling(
    total=CampaignNow(
        campaign="",
        figures={name: None if "/" in one.formula else 0.0 for name, one in DIALLED.items()},
        on_line=0,
        latest=None,
    )
)


def dialling(
    calls: CallLog,
    *,
    campaigns: Sequence[str],
    campaign: NDArray[np.int64],
    disposition: NDArray[np.int64],
    at: Tick,
    origin: Tick,
) -> Dialling:
    """Add up the attempts of a day.

    Args:
        calls: The legs that began before `at`, as they stood then.
        campaigns: Codes.
        campaign: Of each leg: its place in `campaigns`, `NONE` of none.
        disposition: Of each leg: a `Disposition`, `NONE` if it lasts, is no attempt, or nobody said.
        at: Ticks since the day's midnight.
        origin: That midnight, in microseconds since 1970-01-01T00:00:00Z.
    """
    if not campaigns:
        return NOBODY
    rows = np.flatnonzero(campaign != NONE)
    columns = {name: column[rows] for name, column in calls.columns().items()}
    own = campaign[rows]
    legs = CallLog.of(**columns | {"queue": own.astype(np.int16)})
    none = np.zeros(len(campaigns), dtype=np.int64)
    told = Attempts(
        disposition=disposition[rows].astype(np.int8), leads=none, left=none, finished=none > 0
    )
    tables = outbound_tables(legs, told, _frame(campaigns, at)).sum(axis=1)
    lasts = np.bincount(own[legs.ended == NONE], minlength=len(campaigns))
    latest = np.full(len(campaigns), NONE, dtype=np.int64)
    np.maximum.at(latest, own, legs.arrived + origin)
    return Dialling(
        total=_now([""], tables.sum(axis=1, keepdims=True), lasts.sum(keepdims=True), latest)[0],
        campaigns=tuple(_now(campaigns, tables, lasts, latest)),
    )


def _now(
    names: Sequence[str], tables: Floats, lasts: NDArray[np.int64], latest: NDArray[np.int64]
) -> list[CampaignNow]:
    bases = dict(zip(OUTBOUND, tables, strict=True))
    figures = {name: values_or_none(evaluate(one, bases)) for name, one in DIALLED.items()}
    return [
        CampaignNow(
            campaign=name,
            figures={measure: values[place] for measure, values in figures.items()},
            on_line=int(lasts[place]),
            latest=None if latest[place] == NONE else int(latest[place]),
        )
        for place, name in enumerate(names)
    ]


def _frame(campaigns: Sequence[str], at: Tick) -> Frame:
    return Frame(
        queues=(),
        groups=(),
        agent_group=(),
        days=(date.min,),
        opening=(),
        targets=(),
        campaigns=tuple(campaigns),
        calling=((),) * len(campaigns),
        until=min(max(at, 0), DAY),
    )
