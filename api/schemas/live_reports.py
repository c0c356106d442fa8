"""Wire shapes of live reports: each number with what it is made of, what it means, and its calls."""

from datetime import date
from typing import Annotated, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from callcenter.clock import SECOND
from callcenter.desk.live_reports import TICKETS, LiveReport, Section
from callcenter.measures.definitions import Definition
from callcenter.measures.figures import Figure
from callcenter.measures.reporting import Along, Line, Sum
from callcenter.store.live_reports import LegFilter

_DIRECTIONS = {"inbound": "in", "outbound": "out"}
AXES = {
    Along.TOTAL: ("전체", "total"),
    Along.DAY: ("일자", "day"),
    Along.INTERVAL: ("시간대", "interval"),
    Along.QUEUE: ("대기열", "queue"),
    Along.GROUP: ("그룹", "group"),
    Along.AGENT: ("상담사", "agent"),
}
SECTIONS = {
    "": ("", ""),
    "inbound": ("인바운드", "inbound"),
    "outbound": ("아웃바운드", "outbound"),
    "tickets": ("민원", "tickets"),
}


class Told(BaseModel):
    """An answer: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MeaningShape(Told):
    """What a figure means: one version of its definition."""

    id: str
    version: int
    valid_from: date
    formula: Annotated[str, Field(description="With its options written out.")]
    unit: str
    threshold_s: Annotated[float, Field(description="T: a wait of at most this is in time.")]
    short_s: Annotated[float, Field(description="S: giving up within this is a short abandon.")]
    flow_outs: bool
    late_waiting: bool
    goal: Annotated[
        float | None, Field(description="What it should come to at least, in its unit.")
    ]
    floor: Annotated[float | None, Field(description="Below it the goal is missed by much.")]
    ko: str
    en: str
    population: str
    source: str
    population_ko: Annotated[str, Field(description="Empty where nobody has said it in Korean.")]
    source_ko: str
    by: Annotated[str, Field(description="Who made this version; empty: the house.")]

    @classmethod
    def of(cls, one: Definition) -> Self:
        """Write a definition down."""
        return cls(
            id=one.id,
            version=one.version,
            valid_from=one.valid_from,
            formula=one.effective if one is not TICKETS else one.formula,
            unit=one.unit.value,
            threshold_s=one.threshold / SECOND,
            short_s=one.short / SECOND,
            flow_outs=one.flow_outs,
            late_waiting=one.late_waiting,
            goal=one.goal,
            floor=one.floor,
            ko=one.ko,
            en=one.en,
            population=one.population,
            source=one.source,
            population_ko=one.population_ko,
            source_ko=one.source_ko,
            by=one.by,
        )


class BehindShape(Told):
    """Where the calls are that a number counts."""

    numerator: str
    denominator: str | None


class SumShape(Told):
    """One number; `value` is absent where the population is empty."""

    definition: str
    versions: list[int]
    value: float | None
    numerator: float
    denominator: float | None
    provisional: bool
    calls: BehindShape | None


class LineShape(Told):
    """One line; `key` is empty for everything together."""

    key: str
    provisional: bool
    figures: list[SumShape]


class SectionShape(Told):
    """The same figures for every line, counted over the same calls."""

    name: str
    ko: str
    en: str
    total: LineShape
    lines: list[LineShape]


class LiveReportShape(Told):
    """A report over what switches told."""

    first: date
    last: date
    queue: str | None
    group: str | None
    agent: str | None
    by: Along
    by_ko: str
    by_en: str
    at: Moment
    definitions: list[MeaningShape]
    sections: list[SectionShape]

    @classmethod
    def of(cls, report: LiveReport) -> Self:
        """Write a report down."""
        wanted = report.wanted
        return cls(
            first=wanted.first,
            last=wanted.last,
            queue=wanted.queue,
            group=wanted.group,
            agent=wanted.agent,
            by=report.along,
            by_ko=AXES[report.along][0],
            by_en=AXES[report.along][1],
            at=report.at,
            definitions=[MeaningShape.of(one) for one in report.definitions],
            sections=[_section(one, report) for one in report.sections],
        )


def _section(section: Section, report: LiveReport) -> SectionShape:
    ko, en = SECTIONS[section.name]
    return SectionShape(
        name=section.name,
        ko=ko,
        en=en,
        total=_line(section.total, section, report),
        lines=[_line(one, section, report) for one in section.lines],
    )


def _line(line: Line, section: Section, report: LiveReport) -> LineShape:
    return LineShape(
        key=line.key,
        provisional=line.provisional,
        figures=[
            SumShape(
                definition=one.definition.id,
                versions=list(one.versions),
                value=one.value,
                numerator=one.numerator,
                denominator=one.denominator,
                provisional=line.provisional,
                calls=_behind(one, line, section, report),
            )
            for one in line.figures
        ],
    )


def _behind(one: Sum, line: Line, section: Section, report: LiveReport) -> BehindShape | None:
    if one.definition is TICKETS:
        return None
    asked = _asked(report.wanted, along=report.along, key=line.key)
    if section.name in _DIRECTIONS:
        asked["direction"] = _DIRECTIONS[section.name]
    above, below = (
        f"/v1/calls?{urlencode(asked | {'behind': f'{one.definition.id}.{side}'})}"
        for side in ("numerator", "denominator")
    )
    return BehindShape(numerator=above, denominator=None if one.denominator is None else below)


def _asked(wanted: LegFilter, *, along: Along, key: str) -> dict[str, str]:
    said = {
        "first": wanted.first.isoformat(),
        "last": wanted.last.isoformat(),
        "queue": wanted.queue,
        "group": wanted.group,
        "agent": wanted.agent,
    }
    if key and along is Along.DAY:
        said |= {"first": key, "last": key}
    elif key:
        said[along.value] = key
    return {name: value for name, value in said.items() if value is not None}


class FigureShape(Told):
    """One number of a day."""

    definition: str
    version: int
    value: float | None
    numerator: float
    denominator: float | None
    provisional: bool

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """Write a figure down."""
        return cls(
            definition=figure.definition.id,
            version=figure.definition.version,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            provisional=figure.provisional,
        )


CSV_FIELDS = (
    "section", "by", "key", "definition", "versions", "unit", "value", "numerator", "denominator",
    "provisional", "ko", "en",
)  # fmt: skip


def rows_of(report: LiveReportShape) -> list[dict[str, object]]:
    """Write a report as flat rows, a number each; the line of everything together has no key."""
    meaning = {one.id: one for one in report.definitions}
    return [
        {
            "section": section.name,
            "by": report.by.value,
            "key": line.key,
            "definition": one.definition,
            "versions": " ".join(map(str, one.versions)),
            "unit": meaning[one.definition].unit,
            "value": one.value,
            "numerator": one.numerator,
            "denominator": one.denominator,
            "provisional": one.provisional,
            "ko": meaning[one.definition].ko,
            "en": meaning[one.definition].en,
        }
        for section in report.sections
        for line in (section.total, *section.lines)
        for one in line.figures
    ]
