"""What the simulated citizens ask the city for: a call or a day becomes petitions.

How many there are is the source's (city A, January to September 2009): 2,194 tickets of 497,355
consultations, 10,328 observations by officials, 812 reports of monitors and 225 of patrols in 191
working days.
What they are about is `assumed`: no source says which services were asked for, nor in which words.
Everything is a function of the seed and of what it is about, so that a day lived again asks the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from numpy.random import Generator

from callcenter.domain.services import AttributeSpec, Catalogue, Datatype, ServiceType
from callcenter.domain.ticket_events import NOWHERE, Channel, Place
from simulation.streams import stream

SHARE_OF_CALLS: Final = 2_194 / 497_355
"""Of answered calls, those that become a ticket."""
_WORKING_DAYS: Final = 191
PER_DAY: Final[Mapping[Channel, float]] = {
    Channel.OBSERVATION: 10_328 / _WORKING_DAYS,
    Channel.MONITOR: 812 / _WORKING_DAYS,
    Channel.PATROL: 225 / _WORKING_DAYS,
}
"""Tickets a working day that do not come by telephone."""
_BY_CALL: Final = {Channel.ADMIN119: 1_057, Channel.VOC: 934, Channel.ONLINE: 203}
"""How the centre booked the tickets it took in."""

# --- Assumed: no source says any of this -----------------------------------------------------------------

_SERVICES: Final = {
    "streetlight": 14, "road-damage": 11, "illegal-parking": 12, "waste-collection": 7, "noise": 6,
    "illegal-dumping": 6, "drain": 4, "water-leak": 4, "sidewalk": 4, "green-space": 4, "general": 4,
    "environment-cleaning": 3, "traffic-construction": 3, "traffic-signal": 3, "water-bill": 3,
    "local-tax": 3, "building": 2, "air": 2, "suggestion": 1,
}  # fmt: skip
_WORDS: Final = {
    "streetlight": ("가로등이 꺼져 있습니다", "보안등이 밤새 깜빡입니다"),
    "road-damage": ("도로에 포트홀이 생겼습니다", "맨홀 뚜껑이 내려앉았습니다"),
    "illegal-parking": ("불법주차로 길이 막힙니다", "횡단보도 위에 차가 서 있습니다"),
    "waste-collection": ("재활용품을 거두어 가지 않았습니다", "음식물 쓰레기 수거가 빠졌습니다"),
    "noise": ("공사 소음이 심합니다", "새벽에 확성기 소리가 들립니다"),
    "illegal-dumping": ("폐가구가 버려져 있습니다", "골목에 쓰레기가 쌓여 있습니다"),
    "drain": ("빗물받이가 막혔습니다", "하수구에서 냄새가 올라옵니다"),
    "water-leak": ("수도관에서 물이 샙니다", "도로로 상수도 물이 흘러나옵니다"),
    "sidewalk": ("보도블록이 들떠 넘어질 뻔했습니다", "점자블록이 깨졌습니다"),
    "green-space": ("가로수 가지가 부러졌습니다", "놀이터 의자가 망가졌습니다"),
    "traffic-signal": ("보행 신호가 켜지지 않습니다", "신호등이 기울었습니다"),
    "water-bill": ("수도요금이 갑자기 많이 나왔습니다",),
    "local-tax": ("자동차세 고지서를 다시 받고 싶습니다",),
}
_SPOTS: Final = (
    "시청 앞", "중앙공원 입구", "역 3번 출구", "초등학교 정문", "시장 골목", "아파트 102동 앞", "주민센터 뒤",
)  # fmt: skip
_SURNAMES: Final = "김이박최정강조윤장임"
_GIVEN: Final = ("민준", "서연", "도윤", "지우", "하준", "수빈", "현우", "예은", "영숙", "정호")
_ROADS: Final = ("길주로", "부천로", "신흥로", "중동로", "상동로", "소향로", "계남로", "송내대로")
_NORTH_WEST: Final = (37.53, 126.75)
_EXTENT: Final = (-0.05, 0.06)
"""Degrees to the south and to the east over which places are spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What a citizen, or an official on the way, asks the city for."""

    channel: Channel
    service: str
    title: str
    body: str
    place: Place
    attributes: tuple[tuple[str, tuple[str, ...]], ...]
    name: str | None = None
    """An invented one; officials on the way give none."""
    phone: str | None = None
    """An invented one too: nobody's number begins with 010-1."""


def concern_of_call(call: str, *, seed: int, catalogue: Catalogue) -> Concern | None:
    """Say what ticket an answered call becomes; `None` of the many that become none."""
    rng = stream(seed=seed, replication=0, name=f"concern of call {call}")
    if rng.random() >= SHARE_OF_CALLS:
        return None
    return _concern(Channel(_chosen(_BY_CALL, rng)), catalogue=catalogue, rng=rng)


def concerns_of_day(
    channel: Channel, *, day: str, seed: int, catalogue: Catalogue
) -> tuple[tuple[float, Concern], ...]:
    """Return what comes on a working day by a channel of `PER_DAY`: share of the day gone, and what."""
    rng = stream(seed=seed, replication=0, name=f"concerns by {channel} on {day}")
    moments = sorted(rng.random(rng.poisson(PER_DAY[channel])).tolist())
    return tuple((at, _concern(channel, catalogue=catalogue, rng=rng)) for at in moments)


def _concern(channel: Channel, *, catalogue: Catalogue, rng: Generator) -> Concern:
    named = channel not in PER_DAY
    known = [one.code for one in catalogue.services if named or not one.needs_identity]
    weights = {code: weight for code, weight in _SERVICES.items() if code in known}
    service = catalogue.service(_chosen(weights or dict.fromkeys(known, 1), rng))
    said = str(rng.choice(_WORDS.get(service.code, (f"{service.name_ko} 문의드립니다",))))
    spot = str(rng.choice(_SPOTS))
    return Concern(
        channel=channel,
        service=service.code,
        title=said,
        body=f"{spot}: {said}. 확인 부탁드립니다.",
        place=_place(rng) if service.location_required else NOWHERE,
        attributes=tuple(
            (spec.code, (_answer(spec, rng),)) for spec in _asked(service) if spec.required
        ),
        name=f"{rng.choice(list(_SURNAMES))}{rng.choice(_GIVEN)}" if named else None,
        phone=f"010-1000-{rng.integers(10_000):04d}" if named else None,
    )


def _asked(service: ServiceType) -> tuple[AttributeSpec, ...]:
    return tuple(spec for spec in service.attributes if spec.variable)


def _answer(spec: AttributeSpec, rng: Generator) -> str:
    if spec.datatype in {Datatype.SINGLE, Datatype.MULTI}:
        return str(rng.choice([value.key for value in spec.values]))
    return "1"


def _place(rng: Generator) -> Place:
    south, east = rng.random(2)
    return Place(
        lat=round(_NORTH_WEST[0] + _EXTENT[0] * south, 6),
        lon=round(_NORTH_WEST[1] + _EXTENT[1] * east, 6),
        address=f"경기도 부천시 {rng.choice(_ROADS)} {rng.integers(1, 400)}",
    )


def _chosen(weights: Mapping[str, float] | Mapping[Channel, float], rng: Generator) -> str:
    names = list(weights)
    shares = [weights[name] for name in names]  # type: ignore[index]
    return names[int(rng.choice(len(names), p=[share / sum(shares) for share in shares]))]
