"""Wire shapes for campaigns: rules, leads behind masks, the one in an agent's hand, how far it is."""

import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Code, Line, Shape
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import (
    CAMPAIGN_STATE_NAMES_KO,
    LONGEST_KEPT,
    USUAL_WAITS,
    USUALLY_KEPT,
    WEEKDAYS,
    Campaign,
    CampaignState,
    Mode,
    QuotaCell,
    Windows,
    campaign_permitted,
)
from callcenter.domain.outbound import Disposition
from callcenter.errors import InputError
from callcenter.store.campaigns import Told

AgainWord = Literal["no_answer", "busy", "machine", "call_later", "dropped"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CellCode = Annotated[str, StringConstraints(pattern=r"^\w[\w .·-]{0,59}$")]
WindowText = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")
]
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
    keep_days: Annotated[
        int,
        Field(ge=0, le=LONGEST_KEPT, description="Days that leads are known after the last day."),
    ] = USUALLY_KEPT

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
            keep_days=self.keep_days,
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


class CampaignCommandShape(Shape):
    """A command that this user may give to this campaign now."""

    command: str
    ko: str


class CampaignShape(Shape):
    """A campaign, and what this user may tell it."""

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
    keep_days: int
    state: CampaignState
    state_ko: str
    version: int
    commands: list[CampaignCommandShape]

    @classmethod
    def of(cls, campaign: Campaign, *, actor: Actor) -> Self:
        """Show a campaign to somebody."""
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
            keep_days=campaign.keep_days,
            state=campaign.state,
            state_ko=CAMPAIGN_STATE_NAMES_KO[campaign.state],
            version=campaign.version,
            commands=[
                CampaignCommandShape(command=rule.command, ko=rule.ko)
                for rule in campaign_permitted(campaign, actor=actor)
            ],
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
