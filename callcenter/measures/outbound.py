"""Measures of campaigns: what came of the attempts, what they cost in agents' hours, how far the leads are.

An attempt belongs to the day on which it began, with all its agent's time, and counts if that moment is
measured. What it came to is no column of the log: whoever knows the leads says so in `Attempts`. A campaign
is *finished* once none of its leads will be dialled again, or its quota is reached.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from callcenter.clock import DAY
from callcenter.domain.calls import LegKind
from callcenter.domain.outbound import LIVE_ANSWERS, Disposition
from callcenter.measures.formulas import Better, Floats, Kind, Measure, Unit
from callcenter.measures.frame import Frame
from callcenter.telephony.call_log import NONE, CallLog

_WORDS: Final[dict[str, tuple[Disposition, ...]]] = {
    "attempts": tuple(Disposition),
    "live_answers": LIVE_ANSWERS,
    "successes": (Disposition.SUCCESS,),
    "partials": (Disposition.PARTIAL,),
    "refusals": (Disposition.REFUSAL,),
    "dropped": (Disposition.DROPPED,),
}
_OF_THE_SPOKEN: Final = ("attempts", "live_answers")
_SILENT, _SPOKEN = len(Disposition), len(Disposition) + 1
"""Stand for an attempt of which nobody says what came of it: nobody has answered, or somebody has."""
_COUNTS: Final = np.array(
    [
        [*(word in counted for word in Disposition), name == "attempts", name in _OF_THE_SPOKEN]
        for name, counted in _WORDS.items()
    ],
    np.float64,
)
OUTBOUND: Final = (*_WORDS, "outbound_time", "leads", "leads_left", "finished", "finish_time")
"""Bases of the outbound tables, in order; leads and what is left stand on the last day."""

OF_DAYS: Final = (*_WORDS, "outbound_time")
"""Those of them that single days have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """What the log of a run does not say of its attempts and leads."""

    disposition: NDArray[np.int8]
    """`Disposition` of each leg of kind `OUTBOUND`, in the order of the log's rows; `NONE` if nobody says."""
    leads: NDArray[np.int64]
    """Of each campaign: leads that may be called at all."""
    left: NDArray[np.int64]
    """Of each campaign: leads that would still be dialled if there were time and no quota."""
    finished: NDArray[np.bool_]
    """Of each campaign: nothing is left to do."""


def outbound_tables(calls: CallLog, attempts: Attempts, frame: Frame) -> Floats:
    """Return `OUTBOUND` of one run, [base, day, campaign]; times in ticks."""
    days, campaigns = len(frame.days), len(frame.campaigns)
    rows = np.flatnonzero(calls.kind == LegKind.OUTBOUND)
    begun = calls.arrived[rows]
    measured = np.flatnonzero((begun >= frame.warm_up) & (begun < frame.horizon))
    rows, found = rows[measured], attempts.disposition[measured].astype(np.int64)
    unsaid = np.where(calls.answered[rows] == NONE, _SILENT, _SPOKEN)
    found = np.where(found == NONE, unsaid, found)
    campaign = calls.queue[rows].astype(np.int64) - len(frame.queues)
    cell = begun[measured] // DAY * campaigns + campaign
    words = _COUNTS.shape[1]
    counted = np.bincount(cell * words + found, minlength=days * campaigns * words)
    spent = np.bincount(cell, _spent(calls, rows, frame), minlength=days * campaigns)
    tables = np.zeros((len(OUTBOUND), days, campaigns))
    tables[: len(_WORDS)] = np.moveaxis(counted.reshape(days, campaigns, words) @ _COUNTS.T, 2, 0)
    tables[OUTBOUND.index("outbound_time")] = spent.reshape(days, campaigns)
    tables[OUTBOUND.index("leads"), -1] = attempts.leads
    tables[OUTBOUND.index("leads_left"), -1] = attempts.left
    _add_finish(tables, attempts=attempts, last=_last_ends(calls, rows, campaign, frame))
    return tables


def _spent(calls: CallLog, rows: NDArray[np.intp], frame: Frame) -> NDArray[np.int64]:
    """Return the ticks each attempt kept an agent, up to where measuring ends; 0 without one."""
    assigned, wrapped = calls.assigned[rows], calls.wrapped[rows]
    until = np.where(wrapped == NONE, frame.horizon, np.minimum(wrapped, frame.horizon))
    spent: NDArray[np.int64] = np.where(assigned == NONE, 0, np.maximum(until - assigned, 0))
    return spent


def _last_ends(
    calls: CallLog, rows: NDArray[np.intp], campaign: NDArray[np.int64], frame: Frame
) -> NDArray[np.int64]:
    """Return when each campaign's last attempt was over; 0 where there was none."""
    last = np.zeros(len(frame.campaigns), np.int64)
    np.maximum.at(last, campaign, np.maximum(calls.ended[rows], calls.arrived[rows]))
    return np.minimum(last, frame.horizon)


def _add_finish(tables: Floats, *, attempts: Attempts, last: NDArray[np.int64]) -> None:
    done = np.flatnonzero(attempts.finished)
    day = np.minimum(last[done] // DAY, tables.shape[1] - 1)
    tables[OUTBOUND.index("finished"), day, done] = 1
    tables[OUTBOUND.index("finish_time"), day, done] = last[done]


def finish_days(tables: Floats) -> NDArray[np.int64]:
    """Return the number of the day on which each campaign finished, [replication, campaign].

    Args:
        tables: Of each replication, as `outbound_tables` gives them.

    Returns:
        Places in `Frame.days`; -1 where the campaign was not finished.
    """
    done = tables[:, OUTBOUND.index("finished")] > 0
    return np.where(done.any(axis=1), done.argmax(axis=1), -1)


def finished_by(day: date, *, frame: Frame, days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say in which replications each campaign was finished by the end of this day.

    Args:
        day: Any; before the first day nothing is finished.
        frame: Whose days they are.
        days: As `finish_days` gives them.
    """
    found: NDArray[np.bool_] = (days >= 0) & (days <= (day - frame.days[0]).days)
    return found


_DIALLED: Final = "attempts begun in the measured time"
_SOURCE: Final = "common use in outbound dialling"


def _count(
    name: str,
    english: str,
    korean: str,
    population: str,
    *,
    source: str = _SOURCE,
    unit: Unit = Unit.LEGS,
    better: Better = Better.NEITHER,
) -> Measure:
    return Measure(
        name=name,
        kind=Kind.COUNT,
        unit=unit,
        formula=name,
        english=english,
        korean=korean,
        population=population,
        source=source,
        better=better,
    )


def _ratio(
    name: str,
    formula: str,
    english: str,
    korean: str,
    population: str,
    *,
    unit: Unit,
    source: str = _SOURCE,
    better: Better = Better.HIGHER,
) -> Measure:
    return Measure(
        name=name,
        kind=Kind.RATIO,
        unit=unit,
        formula=formula,
        english=english,
        korean=korean,
        population=population,
        source=source,
        better=better,
    )


CAMPAIGNS: Final = (
    _count("attempts", "attempts", "발신 시도", _DIALLED),
    _count(
        "live_answers",
        "live answers",
        "통화 연결",
        "attempts that a person answered, whoever it was and whether an agent was there or not",
        source="US Telemarketing Sales Rule, 16 CFR 310.4(b)(4): calls answered by a person",
    ),
    _count(
        "successes",
        "successful contacts",
        "발신 성공",
        "attempts that came to what the campaign is for",
        better=Better.HIGHER,
    ),
    _count("partials", "partial contacts", "부분 완료", "attempts broken off half-way"),
    _count(
        "refusals",
        "refusals",
        "거절",
        "attempts in which the citizen declined",
        better=Better.LOWER,
    ),
    _count(
        "dropped",
        "dropped calls",
        "발신 포기호",
        "live answers nobody was free to speak to",
        source="US Telemarketing Sales Rule, 16 CFR 310.4(b)(1)(iv)",
        better=Better.LOWER,
    ),
    _ratio(
        "drop_rate",
        "dropped / live_answers",
        "live answers dropped",
        "발신 포기율",
        "live answers, dropped ones among them",
        unit=Unit.SHARE,
        source="as the law counts them: 16 CFR 310.4(b)(4); per live answer, not per attempt",
        better=Better.LOWER,
    ),
    _ratio(
        "contact_rate",
        "live_answers / attempts",
        "attempts answered by a person",
        "연결률",
        _DIALLED,
        unit=Unit.SHARE,
    ),
    _ratio(
        "success_rate",
        "successes / attempts",
        "successful attempts",
        "발신 성공률",
        _DIALLED,
        unit=Unit.SHARE,
    ),
    _ratio(
        "successes_per_day",
        "successes / calling_days",
        "successful contacts a day",
        "일 발신 성공",
        "days on which the campaign may call, those after it is finished too",
        unit=Unit.PER_DAY,
    ),
    _ratio(
        "contacts_per_hour",
        "(live_answers - dropped) / outbound_time",
        "contacts an hour of work",
        "시간당 접촉",
        "agents' time on attempts; contacts are live answers that an agent spoke to",
        unit=Unit.PER_HOUR,
    ),
    Measure(
        name="outbound_hours",
        kind=Kind.SUM,
        unit=Unit.HOURS,
        formula="outbound_time",
        english="agent hours on outbound work",
        korean="발신 업무시간",
        population="from choosing the agent to the end of after-call work: preview, dialling, ringing",
        source="attempts, on the day they began",
    ),
    _count(
        "leads",
        "leads that may be called",
        "발신 대상",
        "leads that are not on the do-not-call list",
        unit=Unit.LEADS,
    ),
    _count(
        "leads_left",
        "leads left",
        "남은 대상",
        "leads that would still be dialled if there were time and no quota",
        unit=Unit.LEADS,
        better=Better.LOWER,
    ),
    _ratio(
        "finished_share",
        "finished / runs",
        "campaigns finished in time",
        "기한 내 완료율",
        "campaigns, replication by replication: no lead left to dial, or the quota reached",
        unit=Unit.SHARE,
        source="the share of replications; in total also over campaigns",
    ),
    _ratio(
        "finish_day",
        "finish_time / finished",
        "days until finished",
        "완료까지 일수",
        "campaigns that finished; calendar days from the first midnight to the last attempt's end",
        unit=Unit.DAYS,
        source="biased towards early ends where finished_share is below 100 %",
        better=Better.LOWER,
    ),
)
"""What campaigns are measured by, in the order of a scorecard."""
