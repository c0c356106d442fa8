"""A frontier for tests: five thresholds of a quarter, as the command line writes them."""

import copy
import itertools
from typing import Any, Final

Body = dict[str, Any]
_SERVICE: Final = (0.71, 0.826, 0.88, 0.908, 0.9)
_SUCCESSES: Final = (34_100, 32_775, 30_294, 26_624, 20_808)
_SURE: Final = ((0, 0.0), (28, 0.93), (24, 0.8), (2, 0.07), (0, 0.0))


def a_frontier(**said: Any) -> Body:
    """Make one; keywords replace what it says."""
    body: Body = {
        "schema": "callcenter.frontier/1",
        "scenario": "bucheon-2009-q4",
        "title": {"ko": "부천 2009년 4분기", "en": "Bucheon, last quarter of 2009"},
        "first_day": "2009-10-01",
        "last_day": "2009-12-31",
        "digest": "3f9c" * 16,
        "seed": 1,
        "engine": "fast",
        "replications": 30,
        "versions": {"callcenter": "0.5.0"},
        "confidence": 0.95,
        "by": "2009-12-31",
        "wanted": 30_000,
        "service_level": "SL-B",
        "target": {"measure": "service_level_b", "bound": "at least", "goal": 0.8},
        "measures": {
            "service_level": {
                "unit": "share",
                "english": "answered within 20 s",
                "korean": "20초 안에 응대",
                "better": "higher",
            },
            "successes": {
                "unit": "calls",
                "english": "successes",
                "korean": "성공",
                "better": "higher",
            },
        },
        "campaigns": [
            {
                "name": "water-bills",
                "field": "수도요금",
                "leads": 9_000,
                "quota": None,
                "first": "2009-10-01",
                "last": "2009-12-31",
            }
        ],
        "written": 2,
        "points": [_point(place) for place in range(len(_SERVICE))],
        "assumed": {"campaigns.water-bills.chances": "Nobody published a rate of answers."},
    }
    return copy.deepcopy(body | said)


def without(body: Body, *path: str | int) -> Body:
    """Leave one thing out."""
    found: Any = body
    for step in path[:-1]:
        found = found[step]
    del found[path[-1]]
    return body


def changed(body: Body, value: Any, *path: str | int) -> Body:
    """Say one thing otherwise."""
    found: Any = body
    for step in path[:-1]:
        found = found[step]
    found[path[-1]] = value
    return body


def _point(place: int) -> Body:
    return {
        "threshold": place,
        "values": {
            "service_level": _figure(_SERVICE[place], 0.006),
            "asa": _figure(30 - 5 * place, 1.5),
            "abandonment_rate": _figure(0.107 - 0.02 * place, 0.004),
            "occupancy": _figure(0.95 - 0.02 * place, 0.003),
            "successes": _figure(_SUCCESSES[place], 320),
            "attempts": _figure(_SUCCESSES[place] * 3.4, 900),
            "dropped": _figure(0, 0),
            "outbound_hours": _figure(_SUCCESSES[place] / 12.4, 30),
        },
        "change": None
        if place == 0
        else {
            name: _figure(after - before, abs(after - before) / 9)
            for name, (before, after) in {
                "service_level": list(itertools.pairwise(_SERVICE))[place - 1],
                "successes": list(itertools.pairwise(_SUCCESSES))[place - 1],
            }.items()
        },
        "finished": _chance(*_SURE[place]),
        "reached": _chance(*_SURE[place]),
        "kept": {"value": _SERVICE[place] >= 0.8, "sure": 0.999},
        "dominated_by": 3 if place == 4 else None,
        "best": place == 1,
        "campaigns": [
            {
                "name": "water-bills",
                "successes": _figure(_SUCCESSES[place] / 4, 90),
                "finished": _chance(*_SURE[place]),
                "finish_day": {"p5": "2009-11-20", "p50": "2009-11-25", "p95": None},
            }
        ],
    }


def _figure(value: float, half: float) -> Body:
    return {"value": value, "low": value - half, "high": value + half}


def _chance(reached: int, share: float) -> Body:
    return {
        "share": share,
        "low": max(0.0, share - 0.15),
        "high": min(1.0, share + 0.12),
        "reached": reached,
        "of": 30,
    }
