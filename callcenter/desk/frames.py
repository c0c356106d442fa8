"""What a frame says, as a document: a board, and what stands beside it, once with names and once without.

Moments are ISO 8601 with Korea's offset, durations seconds; what nobody knows is `None`, never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from callcenter.clock import SECOND, Tick
from callcenter.desk.campaign_watch import CampaignLine
from callcenter.desk.wallboard import Painting
from callcenter.domain.worktime import KST
from callcenter.measures.definitions import LEVELS, Definition
from callcenter.measures.dialled import CampaignNow
from callcenter.measures.figures import Figure, Figures
from callcenter.measures.live import AgentNow, Board, IntervalNow, QueueNow, Waiting
from callcenter.store.alerts import Alert
from callcenter.store.ticket_counts import TicketCounts

LATE_SECONDS: Final = 15.0
"""A source that was not heard for longer is late: a banner says so."""
SILENT_SECONDS: Final = 60.0
"""From here on its figures say nothing about now."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEEN: Final = "확인"
"""Stands for who acknowledged, where names do not."""

_COUNTS: Final = {
    "offered": "offered",
    "answered": "answered",
    "abandoned": "hung_up",
    "flowed_out": "left_otherwise",
}
"""What a frame calls it, and the definition it is."""
_MEANS: Final = {
    "answer_rate": "answer_rate",
    "abandon_rate": "hang_up_rate",
    "asa_s": "asa",
    "aht_s": "mean_handling",
    "att_s": "mean_talk",
    "hold_s": "mean_hold",
    "acw_s": "mean_wrap",
    "occupancy": "occupancy",
}


class State(StrEnum):
    """How far a source can be believed."""

    LIVE = "live"
    LATE = "late"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNow:
    """How a source stands."""

    source: str
    online: bool
    silent_seconds: float
    """Of real time, since anything was heard of it."""
    skew_ms: float | None
    gaps: int
    """Numbers it has used and nobody has told."""
    simulated: bool = False
    """Whether it says that its callers are invented."""

    @property
    def state(self) -> State:
        """How far it can be believed."""
        if self.silent_seconds > SILENT_SECONDS:
            return State.SILENT
        return State.LATE if self.silent_seconds > LATE_SECONDS else State.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is doubtful about the data."""

    ghosts: int = 0
    """Calls that a switch had forgotten, and that were closed without it."""
    poison: int = 0
    """Messages that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything a frame is made of."""

    board: Board
    site: str
    speed: float = 1.0
    replay: bool = False
    sources: Sequence[SourceNow] = ()
    tickets: TicketCounts | None = None
    alerts: Sequence[Alert] = ()
    quality: Quality = field(default_factory=Quality)
    campaigns: Sequence[CampaignLine] = ()


def painting(scene: Scene) -> Painting:
    """Say it with names, and without."""
    full = document(scene)
    return Painting(full=full, nameless=nameless(full))


def document(scene: Scene) -> dict[str, Any]:
    """Say it with names."""
    board = scene.board
    return {
        "now": moment(board.now),
        "speed": scene.speed,
        "day": board.day.isoformat(),
        "site": scene.site,
        "replay": scene.replay,
        "sources": [_source(one) for one in scene.sources],
        "definition": _definition(board.definition),
        "waiting": {
            "count": len(board.waiting),
            "longest_since": _moment(board.longest_since),
            "calls": [_waiting(one) for one in board.waiting],
        },
        "queues": [_queue(one) for one in board.queues],
        "today": _today(board),
        "csat": _csat(board),
        "agents": {
            "by_state": {str(doing): count for doing, count in board.by_state.items()},
            "list": [_agent(one) for one in board.agents],
        },
        "forecast": _forecast(board),
        "last_week": _last_week(board),
        "intervals": [_interval(one) for one in board.intervals],
        "tickets": _tickets(scene.tickets),
        "outbound": _outbound(board.dialling.total),
        "campaigns": [_campaign(one) for one in scene.campaigns],
        "alerts": [alert(one) for one in scene.alerts],
        "quality": _quality(scene),
    }


def nameless(full: Mapping[str, Any]) -> dict[str, Any]:
    """Take the names out: agents are numbered, calls and tickets are not told, alerts have no owner."""
    known = sorted(one["agent"] for one in full["agents"]["list"])
    numbers = {agent: f"상담사 {number}" for number, agent in enumerate(known, start=1)}
    agents = [
        one | {"agent": numbers[one["agent"]], "call": None, "reason": ""}
        for one in full["agents"]["list"]
    ]
    tickets = full["tickets"]
    return {
        **full,
        "waiting": full["waiting"] | {"calls": _without(full["waiting"]["calls"], "call")},
        "agents": full["agents"] | {"list": agents},
        "tickets": tickets and tickets | {"soon": _without(tickets["soon"], "title")},
        "alerts": [_unowned(one) for one in full["alerts"]],
    }


def _without(rows: Iterable[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{**row, name: None} for row in rows]


def _unowned(alert: Mapping[str, Any]) -> dict[str, Any]:
    seen = None if alert["acknowledged_by"] is None else _SEEN
    return {**alert, "acknowledged_by": seen, "owner": None}


def moment(tick: Tick) -> str:
    """Write an absolute moment with Korea's offset, to the millisecond."""
    return instant(tick).astimezone(KST).isoformat(timespec="milliseconds")


def _moment(tick: Tick | None) -> str | None:
    return None if tick is None else moment(tick)


def instant(tick: Tick) -> datetime:
    """Return an absolute moment as date and time."""
    return _EPOCH + timedelta(microseconds=tick)


def tick_of(at: datetime) -> Tick:
    """Return a moment as microseconds since 1970-01-01T00:00:00Z."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def alert(one: Alert) -> dict[str, Any]:
    """Say what is known of an alert."""
    return {
        "id": one.id,
        "rule": one.rule,
        "severity": one.severity,
        "ko": one.ko,
        "en": one.en,
        "since": moment(one.raised_at),
        "acknowledged_by": one.acknowledged_by,
        "owner": one.owner,
    }


# --- The parts -------------------------------------------------------------------------------------------


def _source(one: SourceNow) -> dict[str, Any]:
    return {
        "source": one.source,
        "online": one.online,
        "state": one.state,
        "simulated": one.simulated,
        "silent_seconds": round(one.silent_seconds, 1),
        "skew_ms": None if one.skew_ms is None else round(one.skew_ms, 1),
        "gaps": one.gaps,
    }


def _definition(one: Definition) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "threshold_s": one.threshold / SECOND,
        "short_s": one.short / SECOND,
        "formula": one.effective,
        "ko": one.ko,
        "en": one.en,
    }


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "source": one.source,
        "call": one.call,
        "leg": one.leg,
        "queue": one.queue,
        "since": moment(one.since),
        "priority": one.priority,
    }


def _whole(figures: Figures, name: str) -> int:
    return round(figures[name].numerator)


def _counts(figures: Figures) -> dict[str, Any]:
    return {name: _whole(figures, known_as) for name, known_as in _COUNTS.items()}


def _value(figure: Figure) -> float | None:
    return None if figure.value is None else round(figure.value, 6)


def _queue(one: QueueNow) -> dict[str, Any]:
    return {
        "queue": one.queue,
        "waiting": _whole(one.figures, "waiting"),
        "longest_since": _moment(one.longest_since),
        **_counts(one.figures),
        "service_level": _value(one.figures.level),
        "asa_s": _value(one.figures["asa"]),
        "aht_s": _value(one.figures["mean_handling"]),
    }


def _share(figure: Figure) -> dict[str, Any]:
    return {
        "value": _value(figure),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
    }


def status(level: Figure) -> str:
    """Say how a service level stands against what its definition aims at."""
    value, goal, floor = level.value, level.definition.goal, level.definition.floor
    if value is None or goal is None:
        return "unknown"
    if value >= goal:
        return "ok"
    return "warn" if floor is not None and value >= floor else "bad"


def _today(board: Board) -> dict[str, Any]:
    figures = board.total
    level = figures.level
    return {
        **_counts(figures),
        "waiting": _whole(figures, "waiting"),
        "invariant": figures.violations == 0,
        "service_level": _share(level)
        | {
            "target": level.definition.goal,
            "status": status(level),
            "provisional": level.provisional,
        },
        "service_levels": {name: _share(figures[name]) for name in LEVELS},
        **{name: _value(figures[known_as]) for name, known_as in _MEANS.items()},
        "transfers": _whole(figures, "transfers_out"),
    }


def _csat(board: Board) -> dict[str, Any]:
    found = board.csat
    return {
        "satisfied": found.satisfied,
        "responses": found.responses,
        "value": found.value,
        "low": None if found.interval is None else found.interval.low,
        "high": None if found.interval is None else found.interval.high,
    }


def _agent(one: AgentNow) -> dict[str, Any]:
    return {
        "agent": one.agent,
        "group": one.group,
        "state": one.doing,
        "since": _moment(one.since),
        "reason": one.reason,
        "call": None if one.call is None else one.call.call,
    }


def _forecast(board: Board) -> dict[str, Any]:
    found = board.forecast
    if found is None:
        return {"source": "none", "by_now": None, "deviation": None, "day_total": None}
    return {
        "source": found.source,
        "by_now": round(found.by_now, 1),
        "deviation": None if found.deviation is None else round(found.deviation, 4),
        "day_total": round(found.day_total, 1),
    }


def _last_week(board: Board) -> dict[str, Any] | None:
    found = board.last_week
    if found is None:
        return None
    return {"day": found.day.isoformat(), "by_now": found.by_now, "day_total": found.day_total}


def _interval(one: IntervalNow) -> dict[str, Any]:
    return {
        "start": moment(one.start),
        **_counts(one.figures),
        "service_level": _value(one.figures.level),
        "asa_s": _value(one.figures["asa"]),
        "aht_s": _value(one.figures["mean_handling"]),
        "forecast": one.forecast,
        "last_week": one.last_week,
        "provisional": one.figures.provisional,
    }


def _tickets(found: TicketCounts | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "open": found.open,
        "due_today": found.due_today,
        "overdue": found.overdue,
        "soon": [
            {
                "number": one.number,
                "due_at": one.due_at.astimezone(KST).isoformat(timespec="seconds"),
                "unit": one.unit,
                "title": one.title,
            }
            for one in found.soon
        ],
    }


def _outbound(found: CampaignNow) -> dict[str, Any]:
    return {
        **{name: found.count(name) for name in ("attempts", "live_answers", "dropped")},
        "contacts": found.contacts,
        "today": found.count("successes"),
        "on_line": found.on_line,
        **{
            name: _rounded(found.figures[known_as])
            for name, known_as in (
                ("contacts_per_hour", "contacts_per_hour"),
                ("dropped_rate", "drop_rate"),
            )
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _campaign(one: CampaignLine) -> dict[str, Any]:
    finish = one.finish
    return {
        "code": one.now.campaign,
        "ko": one.ko,
        "en": one.en,
        "state": one.state,
        "successes": one.successes,
        "quota": one.quota,
        **_outbound(one.now),
        "finish": None
        if finish is None
        else {name: _day(getattr(finish, name)) for name in ("low", "expected", "high")},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _quality(scene: Scene) -> dict[str, Any]:
    silences = [one.silent_seconds for one in scene.sources]
    return {
        "age_ms": round(min(silences) * 1000) if silences else None,
        "gaps": sum(one.gaps for one in scene.sources),
        "ghosts": scene.quality.ghosts,
        "derived": scene.board.derived,
        "poison": scene.quality.poison,
        "invariant_violations": scene.board.total.violations,
    }
