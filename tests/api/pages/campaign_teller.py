"""A stand-in for the campaigns' part of the API: fixed answers, and what a page asked of it."""

import json
from datetime import date, timedelta
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.frontiers import a_frontier

Answer = dict[str, Any]
TODAY: Final = date(2026, 11, 20)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
CELLS: Final = (
    ("20s", "20–30대", 300, 212),
    ("40s", "40–50대", 400, 400),
    ("60s", "60대 이상", 300, 108),
)
COMMANDS: Final = {
    "draft": ["start", "amend"],
    "running": ["pause", "finish"],
    "paused": ["start", "finish"],
    "finished": [],
}
NAMES: Final = {
    "satisfaction": ("만족도 조사 10차", "Satisfaction, 10th round", "running", 1_000),
    "water-2026-q4": ("수도요금 체납 안내", "Water bills overdue", "running", 9_000),
    "library": ("도서 연체 안내", "Books overdue", "paused", None),
    "kindness": ("전화친절도 조사", "Telephone manners", "draft", 600),
    "local-tax": ("지방세 안내", "Local tax", "finished", 4_200),
}


class CampaignTeller:
    """Answers as the campaigns' API does."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.states = {code: state for code, (_, _, state, _) in NAMES.items()}
        self.successes = 720
        self.commands: dict[str, list[str]] = COMMANDS
        self.frontiers: list[Answer] = [a_frontier()]

    def routes(self, app: FastAPI) -> None:
        """Answer before whatever the application has under these addresses."""
        app.router.routes[:0] = [
            Route("/v1/campaigns", self._campaigns),
            Route("/v1/campaigns/{code}", self._campaign),
            Route("/v1/campaigns/{code}/progress", self._progress),
            Route("/v1/campaigns/{code}/history", self._history),
            Route("/v1/campaigns/{code}/leads", self._leads, methods=["POST"]),
            Route("/v1/campaigns/{code}/{command}", self._command, methods=["POST"]),
            Route("/v1/do-not-call", self._entries),
            Route("/v1/frontiers", self._kept, methods=["GET"]),
            Route("/v1/frontiers/{id:int}", self._frontier),
        ]

    async def _campaigns(self, _request: Request) -> Response:
        return JSONResponse([self._one(code) for code in NAMES])

    async def _campaign(self, request: Request) -> Response:
        code = request.path_params["code"]
        if code not in NAMES:
            return JSONResponse({"detail": "없음", "detail_en": "none"}, status_code=404)
        return JSONResponse(self._one(code), headers={"ETag": '"3"'})

    def _one(self, code: str) -> Answer:
        ko, en, _, quota = NAMES[code]
        return {
            "code": code,
            "name_ko": ko,
            "name_en": en,
            "field": ko.split()[0],
            "first_day": "2026-11-02",
            "last_day": "2026-12-11",
            "windows": {day: ["09:30-11:30", "14:00-18:00"] for day in WEEKDAYS}
            | {"sat": [], "sun": []},
            "on_holidays": False,
            "attempts": 5,
            "waits": {"no_answer": 180, "busy": 20},
            "change_hour": True,
            "quota": quota,
            "cells": [],
            "priority": 0,
            "mode": "preview",
            "state": self.states[code],
            "state_ko": "진행중",
            "version": 3,
            "commands": [{"command": one, "ko": one} for one in self.commands[self.states[code]]],
        }

    async def _progress(self, request: Request) -> Response:
        code = request.path_params["code"]
        found = self.progress(code)
        return JSONResponse(found | untouched(found) if self.states[code] == "draft" else found)

    def progress(self, code: str) -> Answer:
        """Say how far a campaign is; the satisfaction round is watched closely."""
        quota = NAMES[code][3]
        successes = self.successes if code == "satisfaction" else (quota or 2_000) // 3
        cells = CELLS if code == "satisfaction" else ()
        counts = dispositions(successes)
        return {
            "code": code,
            "state": self.states[code],
            "whole": {
                "cell": "",
                "ko": "전체",
                "quota": quota,
                "successes": successes,
                "left": 1_950,
            },
            "cells": [
                {"cell": cell, "ko": ko, "quota": wanted, "successes": done, "left": 90 * n + 100}
                for n, (cell, ko, wanted, done) in enumerate(CELLS[: len(cells)])
            ],
            "leads": {
                "waiting": 1_702,
                "call_back": 236,
                "in_hand": 12,
                "succeeded": successes,
                "partial": 41,
                "refused": 388,
                "wrong_number": 131,
                "exhausted": 64,
                "do_not_call": 9,
                "quota_full": 0,
                "expired": 0,
            },
            "attempts": sum(counts.values()),
            "contacts": 1_536,
            "dispositions": counts,
            "calling_hours": 87.0,
            "agent_hours": 121.4,
            "contacts_per_hour": 12.653,
            "successes_per_hour": round(successes / 87, 3),
            "rates": rates(),
            "days": days(successes),
            "finish": {"low": "2026-12-02", "expected": "2026-12-04", "high": "2026-12-08"}
            if quota
            else None,
        }

    async def _history(self, _request: Request) -> Response:
        told = [("create", "2026-10-28T10:00:00+09:00"), ("start", "2026-11-02T09:00:00+09:00")]
        return JSONResponse(
            [
                {"version": n + 1, "command": command, "at": at, "by": "park"}
                for n, (command, at) in enumerate(told)
            ]
        )

    async def _leads(self, request: Request) -> Response:
        async with request.form() as form:
            dry = form["dry_run"] == "true"
        self.asked.append(("POST", request.url.path, {"dry_run": dry}))
        rows: list[Answer] = [
            {"row": row, "status": "created", "reason": None, "error": None, "lead": None}
            for row in range(1, 5)
        ]
        for row, reason, error in (
            (5, "bad_number", "expected a Korean telephone number"),
            (6, "twice_in_file", "the number of row 2"),
            (7, "do_not_call", None),
        ):
            rows.append(
                {"row": row, "status": "refused", "reason": reason, "error": error, "lead": None}
            )
        said = {"sha256": "0" * 64, "dry_run": dry, "created": 4, "refused": 3, "rows": rows}
        return JSONResponse(said)

    async def _command(self, request: Request) -> Response:
        code, command = request.path_params["code"], request.path_params["command"]
        self.asked.append(("POST", request.url.path, request.headers["if-match"]))
        self.states[code] = {"start": "running", "pause": "paused", "finish": "finished"}[command]
        return JSONResponse(self._one(code))

    async def _entries(self, request: Request) -> Response:
        if request.method == "POST":
            self.asked.append(("POST", request.url.path, json.loads(await request.body())))
        entry = {
            "id": 1,
            "reason": "본인 요청",
            "added_at": "2026-11-19T14:20:00+09:00",
            "added_by": "kim",
        }
        return JSONResponse({"items": [entry], "next": None})

    async def _kept(self, _request: Request) -> Response:
        items = [_in_a_line(n + 1, one) for n, one in enumerate(self.frontiers)]
        return JSONResponse({"items": items[::-1], "next": None})

    async def _frontier(self, request: Request) -> Response:
        place = request.path_params["id"]
        one = self.frontiers[place - 1]
        return JSONResponse(_in_a_line(place, one) | {"frontier": one})


def untouched(progress: Answer) -> Answer:
    """Say that nothing was done yet."""
    return {
        "whole": progress["whole"] | {"successes": 0, "left": 0},
        "leads": dict.fromkeys(progress["leads"], 0),
        "dispositions": dict.fromkeys(progress["dispositions"], 0),
        "attempts": 0,
        "contacts": 0,
        "calling_hours": 0,
        "agent_hours": 0,
        "contacts_per_hour": None,
        "successes_per_hour": None,
        "rates": [
            one | {"numerator": 0, "denominator": 0, "value": None} for one in progress["rates"]
        ],
        "days": [],
        "finish": None,
    }


def days(successes: int) -> list[Answer]:
    """Say what each day brought, three weeks long: nothing at weekends."""
    span = [date(2026, 11, 2) + timedelta(days=n) for n in range(19)]
    worked = [day for day in span if day.weekday() < 5]
    shares = [3 + (7 * n) % 5 for n in range(len(worked))]
    found, left = [], successes
    for day in span:
        share = shares[worked.index(day)] if day in worked else 0
        some = left if day == worked[-1] else round(successes * share / sum(shares))
        left -= some
        found.append(
            {
                "day": day.isoformat(),
                "attempts": some * 6,
                "contacts": some * 2,
                "successes": some,
                "remaining": None,
            }
        )
    return found


def dispositions(successes: int) -> dict[str, int]:
    """Say what attempts came to."""
    return {
        "no_answer": 2_210,
        "busy": 402,
        "machine": 180,
        "wrong_number": 131,
        "refusal": 388,
        "call_later": 236,
        "partial": 41,
        "success": successes,
        "dropped": 6,
    }


def rates() -> list[Answer]:
    """Say AAPOR's rates."""
    below = "I + P + R + NC + O + U"
    return [
        {
            "name": name,
            "ko": ko,
            "formula": formula,
            "numerator": above,
            "denominator": all_of,
            "value": above / all_of,
        }
        for name, ko, formula, above, all_of in (
            ("RR1", "최소 응답률", f"I / ({below})", 720, 3_172),
            ("RR2", "응답률 (일부 응답 포함)", f"(I + P) / ({below})", 761, 3_172),
            ("COOP1", "최소 협조율", "I / (I + P + R + O)", 720, 1_385),
            ("REF1", "거절률", f"R / ({below})", 388, 3_172),
            ("CON1", "접촉률", f"(I + P + R + O) / ({below})", 1_385, 3_172),
        )
    ]


def _in_a_line(number: int, frontier: Answer) -> Answer:
    return {
        "id": number,
        "scenario": frontier["scenario"],
        "title": frontier["title"],
        "first_day": frontier["first_day"],
        "last_day": frontier["last_day"],
        "kept_at": "2026-11-19T16:40:00+09:00",
        "kept_by": "lee",
    }
