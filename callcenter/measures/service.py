"""Measures of what callers get: counts, service levels, shares and waits.

Words used in the populations: a *leg* is one arrival at one queue. *Offered* legs entered the queue.
*Hung up* is abandoned or balked, because a switch sees a caller who balks hang up after no wait. *In
time* is a wait of at most T, the queue's threshold; *shortly* is a wait of at most S. The wait runs from
entering the queue to the answer, ringing included, or to leaving without one. A leg belongs to the
interval in which it entered the queue or, if it never did, reached the line.
"""

from typing import Final

from callcenter.measures.formulas import Better, Kind, Measure, Unit

_TRADE: Final = "common use"


def _count(
    name: str,
    english: str,
    korean: str,
    population: str,
    *,
    formula: str = "",
    unit: Unit = Unit.LEGS,
    better: Better = Better.NEITHER,
) -> Measure:
    return Measure(
        name=name,
        kind=Kind.COUNT,
        unit=unit,
        formula=formula or name,
        english=english,
        korean=korean,
        population=population,
        source=_TRADE,
        better=better,
    )


_LOW: Final = Better.LOWER

COUNTS: Final = (
    _count(
        "arrived", "arrived", "총인입", "all legs: first ones, redials, transfers, call-backs …"
    ),
    _count(
        "offered", "offered", "요청호", "legs that entered the queue, balked and refused ones too"
    ),
    _count(
        "answered", "answered", "응대호", "offered legs that an agent took and nobody took away"
    ),
    _count("answered_within", "answered in time", "목표시간 내 응대호", "answered legs, wait <= T"),
    _count("abandoned", "abandoned", "포기호", "offered legs that waited and hung up", better=_LOW),
    _count(
        "abandoned_within", "abandoned in time", "목표시간 내 포기호", "abandoned legs, wait <= T"
    ),
    _count("abandoned_short", "short abandons", "단시간 포기호", "abandoned legs, wait <= S"),
    _count(
        "balked", "balked", "즉시 이탈", "offered legs that would have waited and hung up at once"
    ),
    _count("delayed", "had to wait", "대기 경험호", "offered legs that spent time in the queue"),
    _count(
        "blocked",
        "blocked",
        "통화중·대기초과",
        "legs met by a busy signal or a full queue",
        formula="busy_signals + queue_full",
        better=_LOW,
    ),
    _count(
        "busy_signals", "busy signals", "통화중", "legs that found every line taken", better=_LOW
    ),
    _count("queue_full", "queue full", "대기 초과", "offered legs that found the queue full"),
    _count(
        "closed", "outside hours", "운영시간 외", "legs that reached the line while it was closed"
    ),
    _count("released", "released at closing", "마감 종료", "offered legs let go at closing"),
    _count(
        "flowed_out",
        "flowed out",
        "기타 종료",
        "offered legs that a real switch sent out of the queue: too long, a key, nobody there",
    ),
    _count(
        "self_served", "self-served", "자동응답 완결", "legs that needed no agent after the menu"
    ),
    _count(
        "redials", "redials", "재시도호", "legs that dial again after hanging up or a busy signal"
    ),
    _count(
        "repeats", "repeat calls", "재문의호", "legs that call again about an unsettled concern"
    ),
    _count("callbacks_accepted", "call-backs accepted", "콜백 수락", "offered legs that chose one"),
    _count("callbacks", "call-backs queued", "콜백", "legs by which the centre calls back"),
    _count(
        "callbacks_answered", "call-backs reached", "콜백 연결", "call-back legs that were answered"
    ),
    _count("not_reached", "call-backs not reached", "콜백 부재", "call-back legs nobody picked up"),
    _count("transfers_in", "transfers in", "호전환 수신", "legs that came by transfer"),
    _count(
        "transfers_out",
        "transfers out",
        "호전환 발신",
        "answered legs that went on to another queue",
    ),
    _count(
        "handed_back", "handed back", "대기열 복귀", "offered legs whose agent left in the middle"
    ),
    _count(
        "waiting", "still waiting", "대기 중", "offered legs not answered and not gone at the end"
    ),
    _count("settled", "settled", "해결", "answered legs that settled the concern"),
    _count(
        "calls",
        "calls",
        "민원 건수",
        "distinct concerns, counted at their first leg",
        unit=Unit.CALLS,
    ),
    _count(
        "calls_answered",
        "calls answered at least once",
        "한 번 이상 응대된 건",
        "calls with a leg that reached an agent, counted at their first leg",
        unit=Unit.CALLS,
    ),
)


def _level(letter: str, formula: str, population: str, source: str) -> Measure:
    return Measure(
        name=f"service_level_{letter.lower()}",
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        formula=formula,
        english=f"service level (SL-{letter.upper()})",
        korean=f"서비스레벨 (SL-{letter.upper()})",
        population=population,
        source=source,
        better=Better.HIGHER,
    )


LEVELS: Final = (
    _level("a", "answered_within / answered", "answered legs", "Asterisk ServiceLevelPerf"),
    _level(
        "b",
        "answered_within / (answered + abandoned + balked)",
        "legs answered or hung up; not those released, refused, called back or still waiting",
        "Genesys Cloud default",
    ),
    _level(
        "c",
        "answered_within / (offered - abandoned_short - balked)",
        "offered legs but those that hung up shortly",
        "Genesys Cloud without short abandons; RingCentral",
    ),
    _level(
        "d",
        "(answered_within + abandoned_within + balked) / offered",
        "offered legs; hanging up in time counts as success",
        "Amazon Connect; Asterisk ServiceLevelPerf2; ContactCenters SERVICELEVEL2",
    ),
    _level(
        "e",
        "answered_within / (answered + abandoned - abandoned_within)",
        "answered legs and those that hung up later than T",
        "common use",
    ),
    _level(
        "f",
        "answered_within / offered",
        "all offered legs: hung up, balked, refused, released, called back, still waiting too",
        "Erlang models: served within T / all",
    ),
    _level(
        "g",
        "answered_within / (offered + busy_signals - abandoned_within - balked)",
        "offered or blocked legs but those that hung up in time",
        "ContactCenters SERVICELEVEL",
    ),
    _level(
        "live",
        "answered_within / (answered + abandoned + balked + overdue)",
        "as SL-B, and those who still wait and have done so for longer than T",
        "SL-B while a day is running, so that it does not rise as a queue melts",
    ),
)


def _share(
    name: str,
    formula: str,
    english: str,
    korean: str,
    population: str,
    *,
    source: str = _TRADE,
    better: Better = Better.LOWER,
    unit: Unit = Unit.SHARE,
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


_HIGH: Final = Better.HIGHER

SHARES: Final = (
    _share(
        "answer_rate",
        "answered / offered",
        "answer rate",
        "응대율",
        "offered legs",
        source="CloudGate 응답호/요청호; Genesys Answered/Offered",
        better=_HIGH,
    ),
    _share(
        "connection_rate",
        "answered / arrived",
        "connection rate",
        "연결률",
        "all legs, menu and busy signals included",
        source="Channel Talk connected/total inbound",
        better=_HIGH,
    ),
    _share(
        "abandonment_rate",
        "abandoned / offered",
        "abandonment rate",
        "포기율",
        "offered legs; those that waited and hung up",
        source="Genesys abandoned/offered; Amazon Connect abandoned/queued",
    ),
    _share(
        "abandonment_rate_long",
        "(abandoned - abandoned_short) / (offered - abandoned_short - balked)",
        "abandonment rate without short ones",
        "포기율 (단시간 제외)",
        "offered legs but those that hung up shortly",
    ),
    _share(
        "hang_up_rate",
        "(abandoned + balked) / offered",
        "hang-up rate",
        "이탈률",
        "offered legs; those that hung up, having waited or not",
        source="ContactCenters ABANDONMENTRATIO",
    ),
    _share("balking_rate", "balked / offered", "balking rate", "즉시 이탈률", "offered legs"),
    _share(
        "blocking_rate",
        "(busy_signals + queue_full) / (offered + busy_signals)",
        "blocking rate",
        "차단율",
        "legs offered or met by a busy signal",
        source="Erlang B; ContactCenters blocked",
    ),
    _share(
        "delay_rate",
        "delayed / offered",
        "share that waits",
        "대기율",
        "offered legs",
        source="Erlang C: probability of waiting",
    ),
    _share(
        "transfer_rate", "transfers_out / answered", "transfer rate", "호전환율", "answered legs"
    ),
    _share(
        "settled_rate",
        "settled / answered",
        "settled per answered leg",
        "건별 해결률",
        "answered legs",
        better=_HIGH,
    ),
    _share(
        "call_answer_rate",
        "calls_answered / calls",
        "calls answered at last",
        "민원 기준 응대율",
        "calls; answered on the first try, after redialling, by call-back …",
        better=_HIGH,
    ),
    _share(
        "first_contact_resolution",
        "calls_settled_first / calls_answered",
        "first-contact resolution",
        "최초해결률",
        "calls that reached an agent; those whose first answered leg settled the concern (so no "
        "transfer, no hand-back) and that have no repeat leg",
        source="common use; exact here, a proxy by caller number elsewhere",
        better=_HIGH,
    ),
    _share(
        "one_call_resolution",
        "calls_settled_once / calls_answered",
        "one-call resolution",
        "1회 통화 해결률",
        "calls that reached an agent; those settled by any leg, transfers allowed, without a repeat leg",
        source="common use",
        better=_HIGH,
    ),
    _share(
        "attempts_per_call",
        "arrived / calls",
        "legs per call",
        "건당 시도",
        "all legs, all calls",
        unit=Unit.LEGS,
    ),
    _share(
        "arrived_per_day",
        "arrived / days",
        "arrived a day",
        "일평균 총인입",
        "all legs, open days",
        unit=Unit.PER_DAY,
        better=Better.NEITHER,
    ),
    _share(
        "offered_per_day",
        "offered / days",
        "offered a day",
        "일평균 요청호",
        "offered legs, open days",
        unit=Unit.PER_DAY,
        better=Better.NEITHER,
    ),
    _share(
        "answered_per_day",
        "answered / days",
        "answered a day",
        "일평균 상담건수",
        "answered legs, open days",
        unit=Unit.PER_DAY,
        better=Better.NEITHER,
    ),
)


def _mean(
    name: str, formula: str, english: str, korean: str, population: str, source: str
) -> Measure:
    return _share(name, formula, english, korean, population, source=source, unit=Unit.SECONDS)


def _percentile(percent: int, *, over_all: bool) -> Measure:
    return Measure(
        name=f"wait_{'all_' if over_all else ''}p{percent}",
        kind=Kind.PERCENTILE,
        unit=Unit.SECONDS,
        formula="wait_all" if over_all else "wait",
        english=f"{percent} % {'of all ' if over_all else ''}wait at most",
        korean=f"대기시간 {percent}백분위{' (전체)' if over_all else ''}",
        population="offered legs no longer waiting" if over_all else "answered legs",
        source="nearest rank: the smallest wait that at least this share does not exceed",
        better=Better.LOWER,
        percent=percent,
    )


def _maximum(name: str, unit: Unit, english: str, korean: str, population: str) -> Measure:
    return Measure(
        name=name,
        kind=Kind.MAXIMUM,
        unit=unit,
        formula=name,
        english=english,
        korean=korean,
        population=population,
        source="highest of one run; replications give the mean highest",
        better=Better.LOWER,
    )


PERCENTS: Final = (50, 80, 90, 95, 99)

WAITS: Final = (
    _mean(
        "asa",
        "wait_answered / answered",
        "average speed of answer",
        "평균응답시간",
        "answered legs; from entering the queue to the answer",
        "Amazon Connect; Genesys",
    ),
    _mean(
        "mean_wait",
        "wait_offered / (offered - waiting)",
        "mean wait of all",
        "평균대기시간 (전체)",
        "offered legs no longer waiting, however they left; balked and refused ones waited 0",
        "Erlang models",
    ),
    _mean(
        "mean_wait_abandoned",
        "wait_abandoned / abandoned",
        "mean wait before abandoning",
        "평균포기시간",
        "abandoned legs",
        "Genesys",
    ),
    *(_percentile(percent, over_all=False) for percent in PERCENTS),
    _maximum("wait_max", Unit.SECONDS, "longest wait answered", "최장대기 (응대)", "answered legs"),
    *(_percentile(percent, over_all=True) for percent in PERCENTS),
    _maximum(
        "wait_all_max",
        Unit.SECONDS,
        "longest wait",
        "최장대기 (전체)",
        "offered legs no longer waiting",
    ),
    _share(
        "mean_queue",
        "queue_time / open_time",
        "mean queue",
        "평균 대기호",
        "time in the queue until an agent is chosen, per open time; waiting after closing is "
        "above the line, so that Little's law holds",
        source="Little",
        unit=Unit.CALLERS,
    ),
    _maximum(
        "max_queue",
        Unit.CALLERS,
        "longest queue",
        "최대 대기호",
        "callers in the queue at one moment; who leaves at a tick is gone at it",
    ),
)
