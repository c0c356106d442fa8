"""Campaigns of a scene, written by hand or drawn: leads, attempts, diallers, as tables and fortunes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from callcenter.clock import NEVER
from callcenter.domain.outbound import Disposition
from simulation.tables import (
    CALLING,
    CAMPAIGN,
    COURSE,
    DIALLER,
    FORTUNE,
    KNOTS,
    SWITCH,
    TIMES,
    TO_BAND,
    TO_KEEP,
    Leads,
    Outbound,
)

ALL_SUCCEED = (0,) * 7 + (1 << 32,)
"""Thresholds of a coin that always falls on success."""
Fate = Mapping[str, int]
"""Durations, coins and priority of one leg, by name; what is not said is the queue's constant or 0."""


@dataclass(frozen=True, kw_only=True)
class ACourse:
    """Of an attempt; a pair of ticks stands for all that lie between them."""

    again: bool = False
    preview: int | tuple[int, int] = 0
    ring: int | tuple[int, int] = 1
    talk: int | tuple[int, int] = 1
    wrap: int | tuple[int, int] = 0
    wait: int | tuple[int, int] = 0


@dataclass(frozen=True, kw_only=True)
class ALead:
    cell: int = -1
    callable: bool = True
    coins: tuple[Fate, ...] = ()
    """Of its attempts; what is not said is 0."""


@dataclass(frozen=True, kw_only=True)
class ACampaign:
    mode: int = 0
    priority: int = 0
    other_hour: bool = False
    attempts: int = 1
    quota: int = -1
    ratio: int = 1_000
    cap: int = 0
    chances: tuple[tuple[tuple[int, ...], ...], ...] = ((ALL_SUCCEED,),)
    """Thresholds by band and stage."""
    courses: Mapping[int, ACourse] = field(default_factory=dict)
    calling: tuple[tuple[int, int, int], ...] = ((0, NEVER, 0),)
    leads: tuple[ALead, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ADialler:
    group: int = 0
    campaign: int = 0
    keep: int = 0
    stop: int = -1
    changes: tuple[tuple[int, int], ...] = ()
    """(tick, keep)."""


def outbound_of(
    campaigns: tuple[ACampaign, ...], diallers: tuple[ADialler, ...], cells: tuple[int, ...]
) -> Outbound:
    """Return what an engine knows of the campaigns."""
    courses = [
        campaign.courses.get(found, ACourse()) for campaign in campaigns for found in Disposition
    ]
    quantile: list[int] = []
    course_rows = [_course(course, quantile) for course in courses]
    switches = [
        (tick, TO_KEEP, number, keep)
        for number, dialler in enumerate(diallers)
        for tick, keep in dialler.changes
    ]
    for number, campaign in enumerate(campaigns):
        starts = {start for start, _, _ in campaign.calling}
        switches += [(start, TO_BAND, number, band) for start, _, band in campaign.calling]
        switches += [
            (end, TO_BAND, number, -1) for _, end, _ in campaign.calling if end not in starts
        ]
    return Outbound(
        campaign=_campaigns(campaigns),
        course=frozen(course_rows, COURSE),
        calling=frozen([piece for own in campaigns for piece in own.calling], CALLING),
        switch=frozen(sorted(row for row in switches if row[0] < NEVER), SWITCH),
        dialler=frozen([(d.group, d.campaign, d.keep, d.stop) for d in diallers], DIALLER),
        chance=frozen(
            [p for own in campaigns for band in own.chances for stage in band for p in stage],
            np.int64,
        ),
        quantile=frozen(quantile, np.int64),
        cell_quota=frozen(cells, np.int64),
    )


def _course(course: ACourse, quantile: list[int]) -> tuple[int, ...]:
    firsts, counts = [], []
    for name in TIMES:
        value = getattr(course, name)
        knots = [value]
        if isinstance(value, tuple):
            knots = np.rint(np.linspace(*value, (1 << KNOTS) + 1)).astype(int).tolist()
        firsts.append(len(quantile))
        counts.append(len(knots))
        quantile += knots
    return (course.again, *firsts, *counts)


def _campaigns(campaigns: tuple[ACampaign, ...]) -> np.ndarray[Any, Any]:
    leads = ranges([len(campaign.leads) for campaign in campaigns])
    calling = ranges([len(campaign.calling) for campaign in campaigns])
    chances = ranges([len(c.chances) * len(c.chances[0]) for c in campaigns])
    fortunes = ranges([len(c.leads) * c.attempts for c in campaigns])
    rows = [
        vars(campaign)
        | {
            "bands": len(campaign.chances),
            "stages": len(campaign.chances[0]),
            "chance_first": chances[number][0],
            "calling_first": calling[number][0],
            "calling_last": calling[number][1],
            "lead_first": leads[number][0],
            "lead_last": leads[number][1],
            "fortune_first": fortunes[number][0],
        }
        for number, campaign in enumerate(campaigns)
    ]
    return records(rows, CAMPAIGN)


def leads_of(campaigns: tuple[ACampaign, ...]) -> Leads:
    """Return everything random about the leads."""
    leads = [lead for campaign in campaigns for lead in campaign.leads]
    fortunes = [
        lead.coins[attempt] if attempt < len(lead.coins) else {}
        for campaign in campaigns
        for attempt in range(campaign.attempts)
        for lead in campaign.leads
    ]
    names = FORTUNE.names or ()
    return Leads(
        cell=frozen([lead.cell for lead in leads], np.int32),
        callable=frozen([lead.callable for lead in leads], np.bool_),
        fortune=frozen(
            [tuple(coins.get(name, 0) for name in names) for coins in fortunes], FORTUNE
        ),
    )


def frozen(values: Any, dtype: Any) -> np.ndarray[Any, Any]:
    array = np.array(values, dtype)
    array.flags.writeable = False
    return array


def records(rows: list[dict[str, Any]], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    return frozen([tuple(row[name] for name in dtype.names or ()) for row in rows], dtype)


def ranges(lengths: list[int]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *lengths]).tolist()
    return list(pairwise(ends))
