"""Measures of what agents do: handling times, occupancy, presence and what it costs.

Handling times belong to the interval in which their call entered the queue, like all service measures.
Time of agents is split over intervals by overlap. In an interval the two are never divided by one another;
only the cost per contact does so, for whole days and runs.
"""

from typing import Final

from callcenter.measures.formulas import Better, Kind, Measure, Unit


def _ratio(
    name: str,
    formula: str,
    english: str,
    korean: str,
    population: str,
    *,
    source: str,
    unit: Unit = Unit.SECONDS,
    better: Better = Better.NEITHER,
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


def _hours(name: str, english: str, korean: str, population: str) -> Measure:
    return Measure(
        name=name,
        kind=Kind.SUM,
        unit=Unit.HOURS,
        formula=name,
        english=english,
        korean=korean,
        population=population,
        source="rosters and calls, split over intervals by overlap",
    )


_HANDLED: Final = "answered legs whose after-call work is done"

WORK: Final = (
    Measure(
        name="handled",
        kind=Kind.COUNT,
        unit=Unit.LEGS,
        formula="handled",
        english="handled",
        korean="처리호",
        population=_HANDLED,
        source="common use",
    ),
    _ratio(
        "mean_ring",
        "ring / handled",
        "mean ringing",
        "평균 호출시간",
        _HANDLED,
        source="from choosing an agent to the answer; for call-backs, dialling",
    ),
    _ratio(
        "mean_talk",
        "talk / handled",
        "mean talk",
        "평균통화시간",
        f"{_HANDLED}; hold is not talk",
        source="ATT, hold apart",
    ),
    _ratio(
        "mean_hold",
        "hold / handled",
        "mean hold",
        "평균보류시간",
        f"{_HANDLED}, held or not",
        source="common use",
    ),
    _ratio(
        "mean_wrap",
        "wrap / handled",
        "mean after-call work",
        "평균후처리시간",
        f"{_HANDLED}, with such work or not, so that the parts add up",
        source="ACW over all handled; Genesys divides by those with ACW",
    ),
    _ratio(
        "mean_handling",
        "(talk + hold + wrap) / handled",
        "average handling time",
        "평균처리시간",
        f"{_HANDLED}; ringing is not handling",
        source="AHT: Genesys glossary",
    ),
    _ratio(
        "occupancy",
        "busy_time / available_time",
        "occupancy",
        "점유율",
        "time available for calls; ringing, talk, hold and after-call work in it",
        source="COPC; Amazon Connect counts ringing as neither",
        unit=Unit.SHARE,
    ),
    _ratio(
        "utilisation",
        "busy_time / paid_time",
        "utilisation",
        "가동률",
        "paid shift time, breaks and meetings included",
        source="COPC",
        unit=Unit.SHARE,
    ),
    _ratio(
        "agents_present",
        "available_time / open_time",
        "agents present",
        "착석 상담사",
        "open time; agents available for calls or handling one",
        source="time average",
        unit=Unit.AGENTS,
    ),
    _ratio(
        "agents_busy",
        "busy_time / open_time",
        "agents busy",
        "통화중 상담사",
        "open time; agents ringing, talking, holding or in after-call work",
        source="time average",
        unit=Unit.AGENTS,
    ),
    _hours(
        "busy_time",
        "busy hours",
        "업무시간",
        "agents ringing, talking, holding, in after-call work",
    ),
    _hours(
        "available_time", "available hours", "수신가능시간", "agents available or handling a call"
    ),
    _hours("paid_time", "paid hours", "급여시간", "agents in a paid state, breaks included"),
    Measure(
        name="cost",
        kind=Kind.SUM,
        unit=Unit.MONEY,
        formula="cost",
        english="cost",
        korean="비용",
        population="contract and lines over the measured time, line minutes, wages of paid hours",
        source="what the scenario gives under money",
        better=Better.LOWER,
    ),
    _ratio(
        "cost_per_contact",
        "cost / answered",
        "cost per contact",
        "건당 비용",
        "answered legs carry the whole cost",
        source="common use",
        unit=Unit.MONEY,
        better=Better.LOWER,
    ),
)
