"""Wire shapes for campaigns: rules, leads behind masks, the one in an agent's hand, how far it is."""

import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue, StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Code, Line, Shape
from callcenter.desk.campaign_progress import CellProgress, Progress
from callcenter.desk.dialling import Handed, MaskedLead, Offer, Outcome, WhyNone
from callcenter.desk.lead_imports import LeadImport
from callcenter.domain.campaigns import (
    CAMPAIGN_STATE_NAMES_KO,
    USUAL_WAITS,
    WEEKDAYS,
    Campaign,
    CampaignState,
    Mode,
    QuotaCell,
    Windows,
)
from callcenter.domain.leads import LEAD_STATE_NAMES_KO, LeadState, Standing
from callcenter.domain.outbound import Disposition
from callcenter.domain.response_rates import Rate
from callcenter.errors import InputError
from callcenter.store.campaigns import Told
from callcenter.store.do_not_call import Entry
from callcenter.store.lead_imports import LeadRowStatus, Reason

OutcomeWord = Literal[
    "no_answer",
    "busy",
    "machine",
    "wrong_number",
    "refusal",
    "call_later",
    "partial",
    "success",
    "dropped",
]
AgainWord = Literal["no_answer", "busy", "machine", "call_later", "dropped"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CellCode = Annotated[str, StringConstraints(pattern=r"^\w[\w .·-]{0,59}$")]
WindowText = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
Phone = Annotated[str, StringConstraints(max_length=30)]
_MINUTE: Final = timedelta(minutes=1)


_EXAMPLE: Final[dict[str, JsonValue]] = {
    "name_ko": "수도요금 안내",
    "name_en": "Water bills",
    "field": "수도요금",
    "first_day": "2026-11-02",
    "last_day": "2026-12-31",
    "windows": {"mon": ["09:30-11:30", "14:00-18:00"], "tue": ["14:00-18:00"]},
    "attempts": 4,
    "waits": {"no_answer": 180, "busy": 20},
    "quota": 30,
    "cells": [
        {"code": "30s-north", "ko": "30대 북부", "quota": 10},
        {"code": "30s-south", "ko": "30대 남부", "quota": 20},
    ],
}


def _with_example(example: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})


class CellShape(Shape):
    """A part of those meant, and how many are wanted."""

    code: CellCode
    ko: Line
    quota: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class CampaignRules(Shape):
    """Whom to call when, how often, and until how many agreed. Hours are Korean time. 캠페인 규칙."""

    model_config = _with_example(_EXAMPLE)

    name_ko: Line
    name_en: Line
    field: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    first_day: date
    last_day: date
    windows: dict[Weekday, Annotated[list[WindowText], Field(max_length=24)]]
    on_holidays: bool = False
    attempts: Annotated[int, Field(ge=1, le=50)] = 5
    waits: dict[AgainWord, Annotated[int, Field(ge=0, le=129_600)]] = Field(
        default_factory=dict, description="Minutes before the next attempt at the earliest."
    )
    change_hour: Annotated[
        bool, Field(description="Dial next in another part of the day than last, if there is one.")
    ] = True
    quota: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    cells: Annotated[list[CellShape], Field(max_length=500)] = Field(default_factory=list)
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0
    mode: Mode = Mode.PREVIEW

    def campaign(self, code: str) -> Campaign:
        """Return it as the house knows it.

        Raises:
            InputError: the rules contradict themselves.
        """
        return Campaign(
            code=code,
            name_ko=self.name_ko,
            name_en=self.name_en,
            field=self.field,
            first_day=self.first_day,
            last_day=self.last_day,
            windows=_windows(self.windows),
            on_holidays=self.on_holidays,
            attempts=self.attempts,
            waits=_waits(self.waits),
            change_hour=self.change_hour,
            quota=self.quota,
            cells=tuple(_cell(cell) for cell in self.cells),
            priority=self.priority,
            mode=self.mode,
        )


class NewCampaign(CampaignRules):
    """A campaign to be, and its code."""

    model_config = _with_example({"code": "water-2026-q4", **_EXAMPLE})

    code: Code

    def draft(self) -> Campaign:
        """Return it as the house knows it.

        Raises:
            InputError: the rules contradict themselves.
        """
        return self.campaign(self.code)


class CampaignShape(Shape):
    """A campaign."""

    code: str
    name_ko: str
    name_en: str
    field: str
    first_day: date
    last_day: date
    windows: dict[str, list[str]]
    on_holidays: bool
    attempts: int
    waits: dict[str, int]
    change_hour: bool
    quota: int | None
    cells: list[CellShape]
    priority: int
    mode: Mode
    state: CampaignState
    state_ko: str
    version: int

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """Show a campaign."""
        return cls(
            code=campaign.code,
            name_ko=campaign.name_ko,
            name_en=campaign.name_en,
            field=campaign.field,
            first_day=campaign.first_day,
            last_day=campaign.last_day,
            windows={
                name: [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in day]
                for name, day in zip(WEEKDAYS, campaign.windows, strict=True)
            },
            on_holidays=campaign.on_holidays,
            attempts=campaign.attempts,
            waits={one.name.lower(): wait // _MINUTE for one, wait in campaign.waits.items()},
            change_hour=campaign.change_hour,
            quota=campaign.quota,
            cells=[
                CellShape(code=cell.code, ko=cell.ko, quota=cell.quota) for cell in campaign.cells
            ],
            priority=campaign.priority,
            mode=campaign.mode,
            state=campaign.state,
            state_ko=CAMPAIGN_STATE_NAMES_KO[campaign.state],
            version=campaign.version,
        )


class ToldShape(Shape):
    """What a campaign was told, and by whom."""

    version: int
    command: str
    at: Moment
    by: str

    @classmethod
    def of(cls, told: Told) -> Self:
        """Show a command."""
        return cls(version=told.version, command=told.command, at=told.at, by=told.by)


# --- Leads ------------------------------------------------------------------------------------------------


class LeadRowShape(Shape):
    """What became of one row of a file."""

    row: int
    status: LeadRowStatus
    reason: Reason | None
    error: str | None
    lead: int | None


class LeadImportShape(Shape):
    """What became of a file of leads, or would."""

    sha256: str
    dry_run: bool
    created: int
    refused: int
    rows: list[LeadRowShape]

    @classmethod
    def of(cls, done: LeadImport, *, dry_run: bool) -> Self:
        """Show an import."""
        rows = [
            LeadRowShape(
                row=row.row, status=row.status, reason=row.reason, error=row.error, lead=row.lead
            )
            for row in done.rows
        ]
        return cls(
            sha256=done.sha256,
            dry_run=dry_run,
            created=done.created,
            refused=len(rows) - done.created,
            rows=rows,
        )


class LeadStanding(Shape):
    """How a lead stands."""

    state: LeadState
    state_ko: str
    due_at: Moment
    attempts: int
    last: str | None

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Show how a lead stands."""
        return cls(**_standing(standing))


class LeadShape(LeadStanding):
    """A lead behind masks: 010-****-5678."""

    lead: int
    cell: str
    phone: str
    name: str | None
    agent: str | None

    @classmethod
    def masked(cls, lead: MaskedLead) -> Self:
        """Show a lead."""
        return cls(
            lead=lead.lead,
            cell=lead.cell,
            phone=lead.phone,
            name=lead.name,
            agent=lead.agent,
            **_standing(lead.standing),
        )


class HandedShape(Shape):
    """The lead in an agent's hand: that he saw it is recorded."""

    attempt: str
    lead: int
    cell: str
    phone: str
    name: str | None
    attempts: int
    last: str | None
    until: Moment

    @classmethod
    def of(cls, handed: Handed) -> Self:
        """Show a lead to who calls it."""
        return cls(
            attempt=handed.attempt,
            lead=handed.lead,
            cell=handed.cell,
            phone=handed.phone,
            name=handed.name,
            attempts=handed.attempts,
            last=_word(handed.last),
            until=handed.until,
        )


class OfferShape(Shape):
    """A lead, or why there is none and when to ask again."""

    lead: HandedShape | None
    why: WhyNone | None
    next_at: Moment | None

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Show an offer."""
        lead = None if offer.handed is None else HandedShape.of(offer.handed)
        return cls(lead=lead, why=offer.why, next_at=offer.next_at)


class OutcomeShape(Shape):
    """What came of an attempt."""

    disposition: OutcomeWord
    begun_at: AwareDatetime | None = None
    call_back_at: AwareDatetime | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    call: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    def outcome(self) -> Outcome:
        """Return it as the house knows it."""
        return Outcome(
            disposition=Disposition[self.disposition.upper()],
            begun_at=self.begun_at,
            call_back_at=self.call_back_at,
            source=self.source,
            call=self.call,
        )


# --- How far it is ----------------------------------------------------------------------------------------


class CellProgressShape(Shape):
    """How far a cell is, or the whole campaign."""

    cell: str
    ko: str
    quota: int | None
    successes: int
    left: int

    @classmethod
    def of(cls, found: CellProgress) -> Self:
        """Show how far a cell is."""
        return cls(
            cell=found.cell,
            ko=found.ko,
            quota=found.quota,
            successes=found.successes,
            left=found.left,
        )


class RateShape(Shape):
    """A rate by its AAPOR name."""

    name: str
    ko: str
    formula: str
    numerator: int
    denominator: int
    value: float | None

    @classmethod
    def of(cls, rate: Rate) -> Self:
        """Show a rate."""
        return cls(
            name=rate.name,
            ko=rate.ko,
            formula=rate.formula,
            numerator=rate.above,
            denominator=rate.below,
            value=rate.value,
        )


class FinishShape(Shape):
    """Between which days it is finished, four times in five; null where not within a year."""

    low: date | None
    expected: date | None
    high: date | None


class ProgressShape(Shape):
    """How far a campaign is."""

    code: str
    state: CampaignState
    whole: CellProgressShape
    cells: list[CellProgressShape]
    leads: dict[str, int]
    attempts: int
    contacts: int
    dispositions: dict[str, int]
    calling_hours: float
    agent_hours: float
    contacts_per_hour: float | None
    successes_per_hour: float | None
    rates: list[RateShape]
    finish: FinishShape | None

    @classmethod
    def of(cls, found: Progress) -> Self:
        """Show how far a campaign is."""
        finish = found.finish
        return cls(
            code=found.campaign.code,
            state=found.campaign.state,
            whole=CellProgressShape.of(found.whole),
            cells=[CellProgressShape.of(cell) for cell in found.cells],
            leads={str(state): many for state, many in found.leads.items()},
            attempts=found.worked.attempts,
            contacts=found.contacts,
            dispositions={
                one.name.lower(): found.worked.by_disposition.get(one, 0) for one in Disposition
            },
            calling_hours=round(found.hours, 2),
            agent_hours=round(found.worked.seconds / 3600, 3),
            contacts_per_hour=_rounded(found.contacts_per_hour),
            successes_per_hour=_rounded(found.successes_per_hour),
            rates=[RateShape.of(rate) for rate in found.rates],
            finish=finish
            and FinishShape(low=finish.low, expected=finish.expected, high=finish.high),
        )


# --- Do not call ------------------------------------------------------------------------------------------


class NumberShape(Shape):
    """A telephone number, and why it goes on the list or off it."""

    phone: Phone
    reason: Line


class EntryShape(Shape):
    """A number on the list, which nobody can read off it."""

    id: int
    reason: str
    added_at: Moment
    added_by: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Show an entry."""
        return cls(
            id=entry.id, reason=entry.reason, added_at=entry.added_at, added_by=entry.added_by
        )


def _windows(said: Mapping[Weekday, list[str]]) -> Windows:
    found = []
    for name in WEEKDAYS:
        pairs = (text.split("-") for text in said.get(name, ()))
        found.append(
            tuple(
                (time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs
            )
        )
    return tuple(found)


def _waits(said: Mapping[AgainWord, int]) -> dict[Disposition, timedelta]:
    told = {Disposition[word.upper()]: minutes * _MINUTE for word, minutes in said.items()}
    return {**USUAL_WAITS, **told}


def _cell(cell: CellShape) -> QuotaCell:
    code = unicodedata.normalize("NFC", cell.code)
    if code != code.strip():
        raise InputError("expected a code without blanks at its ends", key="cells")
    return QuotaCell(code=code, ko=cell.ko, quota=cell.quota)


def _standing(standing: Standing) -> dict[str, object]:
    return {
        "state": standing.state,
        "state_ko": LEAD_STATE_NAMES_KO[standing.state],
        "due_at": standing.due_at,
        "attempts": standing.attempts,
        "last": _word(standing.last),
    }


def _word(disposition: Disposition | None) -> str | None:
    return None if disposition is None else disposition.name.lower()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
