"""Definitions of live figures as data: a formula, its thresholds and options, in versions with dates.

A definition is never changed. Who wants another gives a new version, valid from a day on; the days before
keep the one they had, so that no report of the past says today what it did not say then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

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
    ko: str
    en: str
    population: str
    source: str
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


def _as(measure: str, *, known_as: str | None = None, late_waiting: bool = False) -> Definition:
    """Make the first version of what the catalogue of measures knows."""
    found = measure_named(measure)
    return Definition(
        id=known_as or measure,
        formula=found.formula,
        unit=found.unit,
        late_waiting=late_waiting,
        ko=found.korean,
        en=found.english,
        population=found.population,
        source=found.source,
        better=found.better,
    )


LEVELS: Final = ("sl-a", "sl-b", "sl-c", "sl-d", "sl-e")
"""The service levels that are shown side by side."""

_SERVICE_LEVELS: Final = (
    _as("service_level_a", known_as="sl-a"),
    _as("service_level_b", known_as="sl-b", late_waiting=True),
    _as("service_level_c", known_as="sl-c"),
    _as("service_level_d", known_as="sl-d"),
    _as("service_level_e", known_as="sl-e", late_waiting=True),
)
_HUNG_UP: Final = Definition(
    id="hung_up",
    formula="abandoned + balked",
    unit=Unit.LEGS,
    ko="포기호",
    en="abandoned",
    population="offered legs whose caller hung up before an answer, having waited or not",
    source="a switch sees a caller who balks hang up after no wait",
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
        """Return what holds on a day: the highest version whose time has come.

        Raises:
            KeyError: there is no such definition.
        """
        return next(each for each in reversed(self._versions[key]) if each.valid_from <= day)

    def all_on(self, day: date) -> Mapping[str, Definition]:
        """Return everything that holds on a day, by id."""
        return {key: self.on(key, day) for key in self._versions}
