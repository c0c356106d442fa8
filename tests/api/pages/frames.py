"""Frames of a lively morning, as the contract of the live pages says: nulls, long waits, 26 agents."""

import math
from datetime import datetime, timedelta
from typing import Any, Final

from callcenter.domain.worktime import KST

Frame = dict[str, Any]
NOW: Final = datetime(2026, 11, 23, 10, 41, 3, 250_000, tzinfo=KST)
_STATES: Final = (
    ("talking", 12),
    ("ready", 4),
    ("acw", 3),
    ("aux", 3),
    ("ringing", 1),
    ("hold", 1),
    ("offline", 2),
)


def ago(seconds: float, *, now: datetime = NOW) -> str:
    """Write the moment so many seconds before the frame."""
    return (now - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def a_frame(**changed: Any) -> Frame:
    """Make a frame of 10:41; what is given replaces whole parts of it."""
    return _clock() | _calls() | _people() | _around() | changed


def _clock() -> Frame:
    return {
        "frame": 1234,
        "now": NOW.isoformat(timespec="milliseconds"),
        "speed": 1.0,
        "day": "2026-11-23",
        "site": "bucheon",
        "replay": False,
        "sources": [
            {
                "source": "sim1",
                "online": True,
                "state": "live",
                "simulated": False,
                "silent_seconds": 0.4,
                "skew_ms": 12,
                "gaps": 0,
            }
        ],
        "definition": {
            "id": "sl-b",
            "version": 1,
            "threshold_s": 20,
            "short_s": 5,
            "formula": "answered_within / (answered + abandoned + balked + overdue)",
            "ko": "서비스레벨 (SL-B)",
            "en": "service level (SL-B)",
        },
    }


def _calls() -> Frame:
    waits = (74.2, 31.0, 4.5)
    calls = [
        {"source": "sim1", "call": str(n), "leg": 0, "queue": "phone", "since": ago(wait), "priority": 0}
        for n, wait in enumerate(waits, 811)
    ]  # fmt: skip
    return {
        "waiting": {"count": 3, "longest_since": ago(74.2), "calls": calls},
        "queues": [
            {
                "queue": "phone",
                "waiting": 3,
                "longest_since": ago(74.2),
                "offered": 812,
                "answered": 771,
                "abandoned": 36,
                "flowed_out": 2,
                "service_level": 0.784,
                "asa_s": 11.2,
                "aht_s": 152.4,
            }
        ],
        "today": {
            "offered": 812,
            "answered": 771,
            "abandoned": 36,
            "flowed_out": 2,
            "waiting": 3,
            "invariant": True,
            "service_level": _level(634, 809, target=0.8, status="warn", provisional=True),
            "service_levels": {
                "sl-a": _level(634, 771),
                "sl-b": _level(634, 809),
                "sl-c": _level(634, 798),
                "sl-d": _level(652, 812),
                "sl-e": _level(634, 789),
            },
            "answer_rate": 0.9495,
            "abandon_rate": 0.0443,
            "asa_s": 11.2,
            "aht_s": 152.4,
            "att_s": 121.3,
            "hold_s": 3.1,
            "acw_s": 28.0,
            "occupancy": 0.812,
            "transfers": 12,
        },
        "intervals": intervals(),
    }


def _level(numerator: int, denominator: int, **more: Any) -> Frame:
    return {
        "value": numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
    } | more


def intervals() -> list[Frame]:
    """Make half hours from 08:00 to 19:00; two are not closed and the rest is still to come."""
    start = NOW.replace(hour=8, minute=0, second=0, microsecond=0)
    made: list[Frame] = []
    for n in range(22):
        expected = (
            60 + 90 * math.exp(-(((n - 4) / 3.2) ** 2)) + 50 * math.exp(-(((n - 13) / 3) ** 2))
        )
        begun = n <= 5
        offered = round(expected * (1.06 if n % 2 else 0.93) * (0.37 if n == 5 else 1))
        made.append(
            {
                "start": (start + timedelta(minutes=30 * n)).isoformat(),
                "offered": offered if begun else 0,
                "answered": offered - offered // 20 if begun else 0,
                "abandoned": offered // 20 if begun else 0,
                "flowed_out": 0,
                "service_level": (0.93, 0.88, 0.81, 0.66, 0.71, 0.79)[n] if begun else None,
                "asa_s": 9.0 if begun else None,
                "aht_s": 150.0 if begun else None,
                "forecast": round(expected, 1),
                "last_week": round(expected * (0.9 + 0.03 * (n % 5))),
                "provisional": n >= 4,
            }
        )
    return made


def _people() -> Frame:
    since = (5, 48, 131, 212, 377, 14, 66, 95, 940, 180, 33, 250)
    listed: list[Frame] = []
    for state, many in _STATES:
        for n in range(many):
            number = len(listed)
            seconds = since[number % len(since)] * (7 if state == "aux" else 1) % 1200
            listed.append(
                {
                    "agent": f"agents-{number + 1:02}",
                    "group": "part-leaders" if number % 13 == 12 else "agents",
                    "state": state,
                    "since": ago(seconds),
                    "reason": ("lunch", "training", "break")[n] if state == "aux" else "",
                    "call": str(700 + number) if state in {"talking", "hold", "ringing"} else None,
                }
            )
    turned = [listed[(7 * n) % len(listed)] for n in range(len(listed) - 1)] + [listed[-1]]
    everybody = list({one["agent"]: one for one in (*turned, *listed)}.values())
    by_state = dict(_STATES)
    return {"agents": {"by_state": by_state, "list": everybody}}


def _around() -> Frame:
    return {
        "csat": {
            "satisfied": 223,
            "responses": 250,
            "value": 0.892,
            "low": 0.8473,
            "high": 0.9247,
        },
        "forecast": {
            "source": "scenario",
            "by_now": 790.4,
            "deviation": 0.0273,
            "day_total": 2706.0,
        },
        "last_week": {"day": "2026-11-16", "by_now": 840, "day_total": 2650},
        "tickets": {
            "open": 143,
            "due_today": 12,
            "overdue": 3,
            "soon": [
                {
                    "number": "2026-1120-0007-4",
                    "due_at": "2026-11-23T11:20:00+09:00",
                    "unit": "road",
                    "title": "가로등이 꺼져 있어요",
                }
            ],
        },
        **outbound(4),
        "alerts": [
            {
                "id": 3,
                "rule": "service-level",
                "severity": "bad",
                "ko": "이 추세면 11:20에 80/20을 잃습니다",
                "en": "At this pace 80/20 is lost by 11:20",
                "since": ago(540),
                "acknowledged_by": None,
                "owner": None,
            },
            {
                "id": 4,
                "rule": "longest-wait",
                "severity": "warn",
                "ko": "최장 대기 60초를 넘었습니다",
                "en": "The longest wait is over 60 s",
                "since": ago(14),
                "acknowledged_by": "lee",
                "owner": "lee",
            },
        ],
        "quality": {
            "age_ms": 230,
            "gaps": 0,
            "ghosts": 0,
            "derived": 0,
            "poison": 0,
            "invariant_violations": 0,
        },
    }


_CAMPAIGNS: Final = (
    ("water-bills", "수도요금", "water bills", "calling", 1_312, 9_000),
    ("library-loans", "도서대출", "library loans", "calling", 412, 500),
    ("telephone-kindness", "전화친절도", "telephone kindness", "idle", 88, None),
    ("local-tax", "지방세 체납 안내", "local tax in arrears", "paused", 0, 1_500),
)


def outbound(many: int) -> Frame:
    """Make so many campaigns, and what all of them together came to today."""
    lines: list[Frame] = []
    for n in range(many):
        code, ko, en, state, successes, quota = _CAMPAIGNS[n % len(_CAMPAIGNS)]
        lines.append(
            {
                "code": code if n < len(_CAMPAIGNS) else f"{code}-{n}",
                "ko": ko,
                "en": en,
                "state": state,
                "successes": successes,
                "quota": quota,
                **_dialled(attempts=0 if state == "paused" else 120 - n, dropped=int(n == 1)),
                "finish": {"low": "2026-12-04", "expected": "2026-12-11", "high": None} if n == 0 else None,
            }
        )  # fmt: skip
    total = _dialled(attempts=357, dropped=1) | {"on_line": 4} if many else _dialled(attempts=0)
    return {"outbound": total, "campaigns": lines}


def _dialled(*, attempts: int, dropped: int = 0) -> Frame:
    answers = attempts // 2
    return {
        "attempts": attempts,
        "live_answers": answers,
        "contacts": answers - dropped,
        "contacts_per_hour": 14.25 if attempts else None,
        "today": attempts // 3,
        "dropped": dropped,
        "dropped_rate": dropped / answers if answers else None,
        "on_line": 1 if attempts else 0,
    }


def an_empty_frame(**changed: Any) -> Frame:
    """Make the frame of a centre where nothing is known yet."""
    unknown = dict.fromkeys(
        (
            "answer_rate", "abandon_rate", "asa_s", "aht_s", "att_s", "hold_s", "acw_s",
            "occupancy", "transfers",
        )
    )  # fmt: skip
    level = {"value": None, "numerator": 0, "denominator": 0}
    counts = dict.fromkeys(("offered", "answered", "abandoned", "flowed_out", "waiting"), 0)
    today = counts | unknown | {
        "invariant": True,
        "service_level": level | {"target": 0.8, "status": "unknown", "provisional": True},
        "service_levels": dict.fromkeys(("sl-a", "sl-b", "sl-c", "sl-d", "sl-e"), level),
    }  # fmt: skip
    nobody = {"by_state": dict.fromkeys((state for state, _ in _STATES), 0), "list": []}
    return a_frame() | {
        "waiting": {"count": 0, "longest_since": None, "calls": []},
        "queues": [],
        "today": today,
        "intervals": [],
        "agents": nobody,
        "csat": dict.fromkeys(("satisfied", "responses", "value", "low", "high")),
        "forecast": {"source": "none", "by_now": None, "deviation": None, "day_total": None},
        "last_week": None,
        "tickets": {"open": 0, "due_today": 0, "overdue": 0, "soon": []},
        "alerts": [],
        **outbound(0),
    } | changed  # fmt: skip


def a_great_frame(*, agents: int) -> Frame:
    """Make the frame of a centre with so many agents and counts of five digits."""
    usual = a_frame()
    people = usual["agents"]["list"]
    listed = [people[n % len(people)] | {"agent": f"agents-{n + 1:03}"} for n in range(agents)]
    counts = {"offered": 21_543, "answered": 10_931, "abandoned": 10_607, "aht_s": 754.0}
    return usual | {
        "today": usual["today"] | counts,
        "agents": usual["agents"] | {"list": listed},
        "forecast": usual["forecast"] | {"by_now": 20_976.6},
        "last_week": usual["last_week"] | {"by_now": 22_283, "day_total": 60_000},
        **outbound(12),
    }


def a_call(number: int) -> Frame:
    """Make one leg of a list: somebody who gave up, and one who was dialled."""
    dialled = {"campaign": "water-bills", "disposition": "success"} if number == 2 else {}
    return {
        "source": "sim1", "call": str(900 + number), "leg": 0, "day": "2026-11-23",
        "queue": "phone", "kind": "fresh", "outcome": "abandoned", "outcome_ko": "포기",
        "settled": False, "priority": 0, "agent": None, "group": None, "arrived": ago(300 + number),
        "queued": ago(300 + number), "answered": None, "ended": ago(200), "wrapped": None,
        "waited_s": 100.0 + number, "talked_s": None, "held_s": None, "wrapped_s": None,
        "over": True, "derived": number == 1, "counts": 1.0, "campaign": None, "disposition": None,
    } | dialled  # fmt: skip


def answered(said: Frame) -> Frame:
    """Make the command that was given, as a switch has answered it."""
    answer = {"asked": 2, "done": 2, "ko": "상담사 2명을 옮겼습니다", "en": "2 agents moved"}
    return said | {
        "id": 7, "at": ago(0), "actor": "park", "answered_at": ago(0), "accepted": True, "answer": answer,
    }  # fmt: skip
