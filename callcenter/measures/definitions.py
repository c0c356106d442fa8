"""Definitions of live figures as data: a formula, its thresholds and options, in versions with dates.

A definition is never changed. Who wants another gives a new version, valid from a day on; the days before
keep the one they had, so that no report of the past says today what it did not say then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from callcenter.clock import SECOND, Tick
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.catalogue import measure_named
from callcenter.measures.formulas import Better, Form, Kind, Measure, Unit, parse

BEGINNING: Final = date(1970, 1, 1)
"""From here on the first version of every definition is valid."""
DEFAULT: Final = "sl-b"
"""The service level that is shown first."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of what a figure means."""

    id: str
    version: int = 1
    valid_from: date = BEGINNING
    """The first day of Korea it holds for, until a later version begins."""
    formula: str
    """As `measures.formulas` reads it, before the options below."""
    unit: Unit = Unit.SHARE
    threshold: Tick = 20 * SECOND
    """T: a wait of at most this is in time."""
    short: Tick = 5 * SECOND
    """S: who gives up after at most this gave up shortly."""
    flow_outs: bool = False
    """Whether the denominator also counts who left the queue by a rule or a failure of the switch."""
    late_waiting: bool = False
    """Whether the denominator also counts who still waits and has done so for longer than T."""
    goal: float | None = None
    """What it should come to at least, in its unit; `None`: nobody said."""
    floor: float | None = None
    """Below it the goal is missed by much."""
    ko: str
    en: str
    population: str
    source: str
    population_ko: str = ""
    """In Korean; empty where nobody has said it in Korean."""
    source_ko: str = ""
    better: Better = Better.NEITHER
    by: str = ""
    """Who made this version; empty for what the house brings along."""

    @cached_property
    def effective(self) -> str:
        """The formula with its options written out; what `offered` counts already is not added."""
        above, below = parse(self.formula)
        if below is None:
            return self.formula
        options = {"flowed_out": self.flow_outs, "overdue": self.late_waiting}
        more = tuple(
            (base, 1)
            for base, wanted in options.items()
            if wanted and not below.names & {base, "offered"}
        )
        return f"{_spelt(above)} / {_spelt(Form(below.terms + more))}"

    @cached_property
    def measure(self) -> Measure:
        """What computes it, from the bases of a tally made with its thresholds."""
        whole = parse(self.formula)[1] is None
        counted = Kind.COUNT if self.unit in {Unit.LEGS, Unit.CALLS} else Kind.SUM
        return Measure(
            name=self.id,
            kind=counted if whole else Kind.RATIO,
            unit=self.unit,
            formula=self.effective,
            english=self.en,
            korean=self.ko,
            population=self.population,
            source=self.source,
            better=self.better,
        )

    @property
    def target(self) -> ServiceTarget:
        """Its thresholds as what a queue is held to, for a frame."""
        return ServiceTarget(within=self.threshold, short=self.short, share=None)


def _spelt(form: Form) -> str:
    signed = "".join(f" {'-' if sign < 0 else '+'} {name}" for name, sign in form.terms)
    text = signed.removeprefix(" + ")
    return text if len(form.terms) == 1 else f"({text})"


_IN_USE: Final = "업계 관행"
_HANDLED: Final = "후처리까지 끝난 응대호"
_IN_KOREAN: Final = {
    "service_level_a": ("응대한 호", "Asterisk ServiceLevelPerf"),
    "service_level_b": (
        "응대한 호, 고객이 끊은 호, T초 넘게 대기 중인 호. 마감 해제, 대기열 초과, 콜백 수락은 제외",
        "Genesys Cloud 기본값",
    ),
    "service_level_c": (
        "인입호에서 S초 안에 끊은 호를 뺀 것",
        "Genesys Cloud (짧은 포기 제외), RingCentral",
    ),
    "service_level_d": (
        "인입호 전체. T초 안에 끊은 호도 성공으로 셈",
        "Amazon Connect, Asterisk ServiceLevelPerf2, ContactCenters SERVICELEVEL2",
    ),
    "service_level_e": ("응대한 호, T초 넘어 끊은 호, T초 넘게 대기 중인 호", _IN_USE),
    "arrived": ("첫 인입, 재인입, 호전환, 콜백을 모두 포함한 전체 호", _IN_USE),
    "offered": ("대기열에 들어간 호. 대기 없이 끊은 호와 대기열 초과도 포함", _IN_USE),
    "answered": ("인입호 가운데 상담사가 받고 되돌려지지 않은 호", _IN_USE),
    "waiting": ("인입호 가운데 아직 응대되지도 끊기지도 않은 호", _IN_USE),
    "handled": (_HANDLED, _IN_USE),
    "answer_rate": ("인입호", "CloudGate 응답호/요청호, Genesys Answered/Offered"),
    "hang_up_rate": (
        "인입호. 기다렸든 아니든 고객이 끊은 호를 셈", "ContactCenters ABANDONMENTRATIO",
    ),
    "asa": ("응대한 호. 대기열에 들어가서 응대까지", "Amazon Connect, Genesys"),
    "mean_wait_abandoned": ("기다리다 포기한 호", "Genesys"),
    "mean_talk": (f"{_HANDLED}. 보류는 통화가 아님", "ATT, 보류 별도"),
    "mean_hold": (f"{_HANDLED}. 보류가 없던 호도 포함", _IN_USE),
    "mean_wrap": (
        f"{_HANDLED}. 후처리가 없던 호도 포함하므로 부분의 합이 평균처리시간과 같음",
        "전체 처리호 기준 ACW. Genesys는 ACW가 있는 호로 나눔",
    ),
    "mean_handling": (f"{_HANDLED}. 벨울림은 처리가 아님", "AHT: Genesys 용어집"),
    "transfers_out": ("응대한 호 가운데 다른 대기열로 넘어간 호", _IN_USE),
    "transfer_rate": ("응대한 호", _IN_USE),
    "occupancy": (
        "수신 가능 시간. 벨울림, 통화, 보류, 후처리가 그 안에 듦",
        "COPC. Amazon Connect는 벨울림을 어느 쪽에도 세지 않음",
    ),
    "utilisation": ("휴식과 회의를 포함한 유급 근무시간", "COPC"),
}  # fmt: skip
"""Population and source of what the catalogue of measures says in English."""


def _as(measure: str, **otherwise: Any) -> Definition:
    """Make the first version of what the catalogue of measures knows, with what is otherwise here."""
    found = measure_named(measure)
    population_ko, source_ko = _IN_KOREAN[measure]
    said = {
        "id": measure,
        "formula": found.formula,
        "unit": found.unit,
        "ko": found.korean,
        "en": found.english,
        "population": found.population,
        "source": found.source,
        "population_ko": population_ko,
        "source_ko": source_ko,
        "better": found.better,
    }
    return Definition(**said | otherwise)


def _level(known_as: str, measure: str, **otherwise: Any) -> Definition:
    """Make a service level that aims at 80 %, the share that goes with 20 seconds nearly everywhere."""
    return _as(measure, id=known_as, goal=0.80, floor=0.70, **otherwise)


LEVELS: Final = ("sl-a", "sl-b", "sl-c", "sl-d", "sl-e")
"""The service levels that are shown side by side."""

_SERVICE_LEVELS: Final = (
    _level("sl-a", "service_level_a"),
    _level(
        "sl-b",
        "service_level_b",
        late_waiting=True,
        population=(
            "legs answered or hung up, and those that wait longer than T; not those released, refused"
            " or called back"
        ),
    ),
    _level("sl-c", "service_level_c"),
    _level("sl-d", "service_level_d"),
    _level(
        "sl-e",
        "service_level_e",
        late_waiting=True,
        population="answered legs, those that hung up later than T, and those that wait longer than T",
    ),
)
_HUNG_UP: Final = Definition(
    id="hung_up",
    formula="abandoned + balked",
    unit=Unit.LEGS,
    ko="포기호",
    en="abandoned",
    population="offered legs whose caller hung up before an answer, having waited or not",
    source="a switch sees a caller who balks hang up after no wait",
    population_ko="인입호 가운데 기다렸든 아니든 응대 전에 고객이 끊은 호",
    source_ko="대기 없이 끊은 고객도 교환기에는 끊은 호로 보임",
    better=Better.LOWER,
)
_LEFT_OTHERWISE: Final = Definition(
    id="left_otherwise",
    formula="queue_full + released + flowed_out + callbacks_accepted + handed_back + not_reached",
    unit=Unit.LEGS,
    ko="기타 종료",
    en="flowed out",
    population="offered legs that neither an agent took to the end nor their caller gave up",
    source="what makes offered = answered + abandoned + flowed out + waiting",
    population_ko="인입호 가운데 상담사가 끝까지 응대하지도 고객이 끊지도 않은 호",
    source_ko="인입 = 응대 + 포기 + 이탈 + 대기 중이 되게 하는 나머지",
)
_MEASURES: Final = (
    "arrived", "offered", "answered", "waiting", "handled", "answer_rate", "hang_up_rate", "asa",
    "mean_wait_abandoned", "mean_talk", "mean_hold", "mean_wrap", "mean_handling", "transfers_out",
    "transfer_rate", "occupancy", "utilisation",
)  # fmt: skip

DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {each.id: each for each in (*_SERVICE_LEVELS, _HUNG_UP, _LEFT_OTHERWISE, *map(_as, _MEASURES))}
)
"""The first version of each."""


class Shelf:
    """All versions of all definitions, and which of them holds on a day."""

    def __init__(self, later: Iterable[Definition] = ()) -> None:
        """Put the versions that somebody made on top of what the house brings along."""
        self._versions = {key: [first] for key, first in DEFINITIONS.items()}
        for each in sorted(later, key=lambda one: one.version):
            self._versions[each.id].append(each)

    def __iter__(self) -> Iterator[Definition]:
        """Give every version, one definition after another, each from its first version on."""
        for versions in self._versions.values():
            yield from versions

    def versions(self, key: str) -> tuple[Definition, ...]:
        """Return the versions of a definition, the first one first; none if there is no such thing."""
        return tuple(self._versions.get(key, ()))

    def on(self, key: str, day: date) -> Definition:
        """Return what holds on a day: the highest version whose time has come, before all of them the first.

        Raises:
            KeyError: there is no such definition.
        """
        versions = self._versions[key]
        return next((each for each in reversed(versions) if each.valid_from <= day), versions[0])

    def all_on(self, day: date) -> Mapping[str, Definition]:
        """Return everything that holds on a day, by id."""
        return {key: self.on(key, day) for key in self._versions}
