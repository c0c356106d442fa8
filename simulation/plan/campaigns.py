"""Campaigns as the integer tables both engines read: calling hours, chances, courses, who dials."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, NEVER, Tick
from callcenter.telephony.call_log import NONE
from simulation.laws import first_below
from simulation.programme import CampaignProgramme
from simulation.scenario.campaigns import OUTCOMES, PARTS, Campaign, LeadList
from simulation.scenario.days import DayOf, HoursOfDay, weekly
from simulation.scenario.model import Scenario
from simulation.scenario.variate_specs import Constant, Variate
from simulation.tables import (
    CALLING,
    CAMPAIGN,
    CERTAIN,
    COURSE,
    DIALLER,
    KNOTS,
    MODES,
    SWITCH,
    TO_BAND,
    TO_KEEP,
    Outbound,
)
from simulation.variates import law_of, mean

_LONGEST: Final = 365 * DAY
"""No part of an attempt, and no wait for the next, is longer: pieces of quantiles stay small numbers."""
_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000
Pieces = list[tuple[Tick, Tick, int]]
Switches = list[tuple[Tick, int, int, int]]


def campaign_programmes(scenario: Scenario) -> tuple[CampaignProgramme, ...]:
    """Return what has to be drawn for the leads of each campaign."""
    found, cells = [], 0
    for name, campaign in scenario.campaigns.items():
        shares = tuple(cell.share for cell in campaign.cells.values())
        places = {cell: place for place, cell in enumerate(campaign.cells)}
        listed = campaign.listed or LeadList(rows=0)
        found.append(
            CampaignProgramme(
                name=name,
                leads=campaign.leads,
                attempts=campaign.attempts,
                cells=shares,
                first_cell=cells,
                do_not_call=campaign.do_not_call,
                listed_cells=tuple(places[cell] for cell in listed.cell),
                barred=listed.barred,
            )
        )
        cells += len(shares)
    return tuple(found)


def outbound_of(scenario: Scenario, days: Sequence[DayOf]) -> Outbound:
    """Return the tables of all campaigns."""
    campaigns = list(scenario.campaigns.values())
    if not campaigns:
        return Outbound()
    hours = [calling_hours(campaign, days) for campaign in campaigns]
    chances = [_chances(campaign) for campaign in campaigns]
    quantiles = _Quantiles()
    courses = [
        quantiles.course(campaign, place)
        for campaign in campaigns
        for place in range(len(OUTCOMES))
    ]
    diallers, keeping = _diallers(scenario, days)
    switches = [
        *(row for c, pieces in enumerate(hours) for row in _band_switches(c, pieces)),
        *keeping,
    ]
    return Outbound(
        campaign=_campaigns(campaigns, hours, chances),
        course=np.array(courses, COURSE),
        calling=np.array([piece for pieces in hours for piece in pieces], CALLING),
        switch=np.array(sorted(switches), SWITCH),
        dialler=np.array(diallers, DIALLER),
        chance=np.concatenate([rows.reshape(-1) for rows in chances]),
        quantile=np.array(quantiles.values, np.int64),
        cell_quota=np.array(
            [cell.quota for campaign in campaigns for cell in campaign.cells.values()], np.int64
        ),
    )


# --- Campaigns -----------------------------------------------------------------------------------------


def _campaigns(
    campaigns: list[Campaign], hours: list[Pieces], chances: list[npt.NDArray[np.int64]]
) -> npt.NDArray[Any]:
    rows = np.zeros(len(campaigns), CAMPAIGN)
    first = dict.fromkeys(("chance", "calling", "lead", "fortune"), 0)
    for row, campaign, pieces, table in zip(rows, campaigns, hours, chances, strict=True):
        row["mode"] = MODES.index(campaign.mode) if campaign.mode in MODES else 0
        row["priority"] = campaign.priority
        row["other_hour"] = campaign.other_hour and len({band for _, _, band in pieces}) > 1
        row["attempts"] = campaign.attempts
        row["bands"], row["stages"] = table.shape[:2]
        row["quota"] = NONE if campaign.quota is None else campaign.quota
        row["ratio"] = round(campaign.ratio * _THOUSAND)
        row["cap"] = round(campaign.abandonment_cap * _MILLION)
        row["chance_first"], row["fortune_first"] = first["chance"], first["fortune"]
        row["calling_first"], row["lead_first"] = first["calling"], first["lead"]
        first["chance"] += table.shape[0] * table.shape[1]
        first["calling"] += len(pieces)
        first["lead"] += campaign.leads
        first["fortune"] += campaign.leads * campaign.attempts
        row["calling_last"], row["lead_last"] = first["calling"], first["lead"]
    return rows


def _chances(campaign: Campaign) -> npt.NDArray[np.int64]:
    """Return cumulative thresholds, [band, stage, outcome]."""
    stages = min(campaign.attempts, max(part.from_attempt for part in campaign.chances))
    shares = [
        [campaign.chances_at(band, attempt).shares() for attempt in range(1, stages + 1)]
        for band in campaign.bands()
    ]
    steps = np.minimum(np.cumsum(np.array(shares), axis=2), 1.0)
    table: npt.NDArray[np.int64] = np.rint(steps * CERTAIN).astype(np.int64)
    table[:, :, -1] = CERTAIN
    return table


# --- Hours ---------------------------------------------------------------------------------------------


def calling_hours(campaign: Campaign, days: Sequence[DayOf]) -> Pieces:
    """Return when a campaign calls, cut where its chances change: (start, end, band)."""
    edges = [*campaign.bands(), DAY]
    return [
        (day.number * DAY + max(start, low), day.number * DAY + min(end, high), band)
        for day in days
        if _within(campaign, day.date)
        for start, end in _hours(campaign, day)
        for band, (low, high) in enumerate(itertools.pairwise(edges))
        if max(start, low) < min(end, high)
    ]


def calling_periods(
    scenario: Scenario, days: Sequence[DayOf]
) -> tuple[tuple[tuple[Tick, Tick], ...], ...]:
    """Return when each campaign calls: (start, end)."""
    return tuple(
        tuple((start, end) for start, end, _ in calling_hours(campaign, days))
        for campaign in scenario.campaigns.values()
    )


def _within(campaign: Campaign, day: date) -> bool:
    return (campaign.first or day) <= day <= (campaign.last or day)


def _hours(campaign: Campaign, day: DayOf) -> HoursOfDay:
    """Return the calling hours of a day; none where the calendar is closed."""
    if campaign.windows is None or not day.is_open:
        return day.hours
    return weekly(campaign.windows, day.date)


def _band_switches(number: int, pieces: Pieces) -> Iterator[tuple[Tick, int, int, int]]:
    starts = {start: band for start, _, band in pieces}
    for start, end, band in pieces:
        yield start, TO_BAND, number, band
        if end not in starts:
            yield end, TO_BAND, number, NONE


# --- Who dials -----------------------------------------------------------------------------------------


def _diallers(
    scenario: Scenario, days: Sequence[DayOf]
) -> tuple[list[tuple[int, int, int, int]], Switches]:
    """Return the diallers by group and campaign, and how many they keep idle from when on."""
    rows: list[tuple[int, int, int, int]] = []
    switches: Switches = []
    campaigns = list(scenario.campaigns.values())
    for g, group in enumerate(scenario.group):
        for c, campaign in enumerate(campaigns):
            own = campaign.dialled_by.get(group)
            if own is None:
                continue
            changes = own.keep_idle_from
            steps = ({0: own.keep_idle} | changes) if changes else {}
            switches += [
                (day.number * DAY + at, TO_KEEP, len(rows), keep)
                for day in days
                for at, keep in steps.items()
            ]
            stop = NONE if own.stop_when_waiting is None else own.stop_when_waiting
            rows.append((g, c, own.keep_idle, stop))
    return rows, switches


# --- Durations -----------------------------------------------------------------------------------------


class _Quantiles:
    """Collects the quantiles of all durations, each distribution once."""

    def __init__(self) -> None:
        self.values: list[int] = []
        self._known: dict[str, tuple[int, int]] = {}

    def course(self, campaign: Campaign, place: int) -> tuple[Any, ...]:
        """Return the `COURSE` row of an outcome."""
        word = OUTCOMES[place]
        places = [self._place(campaign.lasting(part, word)) for part in PARTS]
        firsts, counts = zip(*places, strict=True)
        return (campaign.again(word), *firsts, *counts)

    def _place(self, spec: Variate) -> tuple[int, int]:
        key = spec.model_dump_json()
        if key not in self._known:
            found = quantiles(spec)
            self._known[key] = len(self.values), len(found)
            self.values += found
        return self._known[key]


def quantiles(spec: Variate) -> list[int]:
    """Return a constant's value, or the quantiles between which a duration lies evenly.

    The last one is set so that the mean is that of the distribution.
    """
    if isinstance(spec, Constant):
        return [min(spec.value, _LONGEST)]
    pieces = 1 << KNOTS
    beyond = 1 - np.arange(pieces) / pieces
    knots = first_below(law_of(spec), beyond, np.full(pieces, -1), None)
    knots = np.minimum(knots, _LONGEST)
    inner = (knots[:-1] + knots[1:]).sum() / 2
    last = round(2 * (min(mean(spec), float(NEVER)) * pieces - inner)) - int(knots[-1])
    return [*knots.tolist(), min(max(last, int(knots[-1])), _LONGEST)]
