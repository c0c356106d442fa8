"""Which petitions may be about the same problem, and why somebody might think so.

A suggestion only: whoever reads it decides, and joins problems, never petitions. Each petitioner is owed an
answer (법 §27), so two petitions about one pothole stay two, and share a work case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Final

from callcenter.domain.grams import grams
from callcenter.domain.ticket_events import Place

NEAR_METRES: Final = 100.0
"""Farther apart, two complaints are about two things."""
RECENT: Final = timedelta(days=30)
MOST: Final = 5
LEAST_SCORE: Final = 0.4
_EARTH_METRES: Final = 6_371_008.8
_WEIGHTS: Final = (0.5, 0.2, 0.3)
"""Of place, time and words."""
_SAME_ADDRESS: Final = 0.8
"""What the same written address is worth, beside the same spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is compared of a petition."""

    number: str
    place: Place
    at: datetime
    text: str
    case: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An open petition that may be about the same problem, the likeliest of its work case."""

    number: str
    case: str | None
    score: float
    """From 0 to 1."""
    metres: float | None
    """`None` where only the written address is the same."""
    days: float
    """How long before."""
    words: float
    """Share of the shorter text that the other one has as well."""
    others: int
    """How many more petitions of the same work case are like it."""

    @property
    def reason_ko(self) -> str:
        """Say why, in Korean."""
        where = "같은 주소" if self.metres is None else f"{self.metres:.0f} m 거리"
        return f"{where}, {_ago_ko(self.days)} 접수, 내용 {self.words:.0%} 일치"

    @property
    def reason_en(self) -> str:
        """Say why, in English."""
        where = "same address" if self.metres is None else f"{self.metres:.0f} m away"
        return f"{where}, received {self.days:.1f} days before, {self.words:.0%} of the words alike"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A little more than what is near a place; degrees of WGS 84."""

    south: float
    north: float
    west: float
    east: float


def around(lat: float, lon: float, *, metres: float = NEAR_METRES) -> Box:
    """Draw a box around all that is so near; it does not reach across the poles or the date line."""
    up = degrees(metres / _EARTH_METRES)
    aside = degrees(metres / (_EARTH_METRES * max(cos(radians(lat)), 0.01)))
    return Box(south=lat - up, north=lat + up, west=lon - aside, east=lon + aside)


def distance(one: Place, other: Place) -> float | None:
    """Measure the metres between two places on the sphere; `None` where coordinates are missing."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    lat, lat_2 = radians(one.lat), radians(other.lat)
    across = sin(radians(other.lon - one.lon) / 2) ** 2
    chord = sin((lat_2 - lat) / 2) ** 2 + cos(lat) * cos(lat_2) * across
    return 2 * _EARTH_METRES * asin(min(1.0, sqrt(chord)))


def alike(one: str, other: str) -> float:
    """Return how much of the shorter text the other one has as well, in pairs of syllables."""
    first, second = set(grams(one)), set(grams(other))
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def suggest(complaint: Complaint, others: Iterable[Complaint]) -> tuple[Suggestion, ...]:
    """Rank those that may be about the same problem, the likeliest first, one a work case."""
    best: dict[str, Suggestion] = {}
    counted: dict[str, int] = {}
    for other in others:
        found = _compared(complaint, other)
        if found is None or found.score < LEAST_SCORE:
            continue
        problem = other.case or other.number
        counted[problem] = counted.get(problem, -1) + 1
        if problem not in best or _rank(found) < _rank(best[problem]):
            best[problem] = found
    ranked = sorted(best.items(), key=lambda pair: _rank(pair[1]))
    return tuple(replace(found, others=counted[problem]) for problem, found in ranked[:MOST])


def _compared(complaint: Complaint, other: Complaint) -> Suggestion | None:
    """Compare two; `None` if they are of different places or too far apart in time."""
    metres = distance(complaint.place, other.place)
    apart = abs(complaint.at - other.at)
    if apart > RECENT or not _same_spot(complaint.place, other.place, metres=metres):
        return None
    words = alike(complaint.text, other.text)
    parts = (_nearness(metres), 1 - apart / RECENT, words)
    return Suggestion(
        number=other.number,
        case=other.case,
        score=sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True)),
        metres=metres,
        days=apart / timedelta(days=1),
        words=words,
        others=0,
    )


def _same_spot(one: Place, other: Place, *, metres: float | None) -> bool:
    if metres is not None:
        return metres <= NEAR_METRES
    return bool(one.address) and one.address == other.address


def _nearness(metres: float | None) -> float:
    return _SAME_ADDRESS if metres is None else 1 - metres / NEAR_METRES


def _rank(found: Suggestion) -> tuple[float, str]:
    return -round(found.score, 9), found.number


def _ago_ko(days: float) -> str:
    if days < 1:
        return f"{days * 24:.0f}시간 전"
    return f"{days:.0f}일 전"
