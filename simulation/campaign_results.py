"""What campaigns come to over many replications: work, contacts, cost, how leads end, when it is done.

Cost is shared between callers and campaigns by agents' time on contacts: a success costs the centre's money
times the campaign's share of that time. Time nobody calls in is thus paid for by both.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from callcenter.domain.calls import LegKind
from callcenter.domain.outbound import Disposition, LeadEnd
from callcenter.domain.response_rates import CODE_OF, Code, rates
from callcenter.measures.intervals import of_ratios
from callcenter.measures.outbound import finished_by
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By
from callcenter.measures.tally import Detail, Tally, tallies
from callcenter.telephony.call_log import CallLog
from simulation.campaign_figures import (
    assumed_of_campaigns,
    campaign_record,
    chance,
    day_of,
    described,
    figure,
    finish_dates,
    kept,
    titles_of,
)
from simulation.lead_ends import attempts_of, lead_ends, stopped
from simulation.plan import Plan
from simulation.replications import Order, Progress, lived
from simulation.results import versions
from simulation.sweep import measuring, refuse_no_campaigns
from simulation.tables import Tables, Workload

SCHEMA: Final = "callcenter.campaigns/1"
FIGURES: Final = (
    "attempts",
    "live_answers",
    "successes",
    "partials",
    "refusals",
    "dropped",
    "drop_rate",
    "contact_rate",
    "success_rate",
    "contacts_per_hour",
    "outbound_hours",
    "leads_left",
)
INBOUND: Final = ("service_level", "asa", "abandonment_rate", "occupancy")
"""What callers met meanwhile."""
Counts = npt.NDArray[np.int64]
_CODES: Final = tuple(Code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignsRun:
    """The campaigns of a scenario, run."""

    plan: Plan
    seed: int
    engine: str
    by: date
    card: Scorecard
    ends: Counts
    """Leads by how they ended, [replication, campaign, `LeadEnd`]."""
    cases: Counts
    """Leads by AAPOR's groups, [replication, campaign, `Code`]."""

    def to_dict(self) -> dict[str, Any]:
        """Return the run as plain data, in the schema of docs/result-schema.md."""
        scenario, card = self.plan.scenario, self.card
        verdict = kept(card)
        return {
            "schema": SCHEMA,
            "scenario": scenario.scenario,
            "title": titles_of(self.plan),
            "first_day": self.plan.dates[0].isoformat(),
            "last_day": self.plan.dates[-1].isoformat(),
            "digest": self.plan.digest,
            "seed": self.seed,
            "engine": self.engine,
            "replications": card.replications,
            "versions": versions(),
            "confidence": card.confidence,
            "by": self.by.isoformat(),
            "currency": card.frame.money.currency if card.frame.money else None,
            "measures": {
                name: described(card, name) | {"source": card.resolve(name).source}
                for name in (*FIGURES, *INBOUND)
            },
            "rates": {one.name: {"ko": one.ko, "formula": one.formula} for one in rates({})},
            "inbound": {name: figure(card[name]) for name in INBOUND},
            "kept": None if verdict is None else {"value": verdict[0], "sure": verdict[1]},
            "total": self._total(),
            "campaigns": [
                campaign_record(self.plan, name) | self._campaign(place, name)
                for place, name in enumerate(scenario.campaigns)
            ],
            "assumed": assumed_of_campaigns(self.plan),
        }

    def _total(self) -> dict[str, Any]:
        days = self.card.stack.finish_days
        finished = finished_by(self.by, frame=self.card.frame, days=days)
        latest = np.where((days < 0).any(axis=1), -1, days.max(axis=1))
        everywhere: npt.NDArray[np.bool_] = np.all(finished, axis=1)
        return {
            "values": {name: figure(self.card[name]) for name in FIGURES},
            "cost_per_success": self._cost(None),
            "finished": chance(everywhere),
            "finish_day": finish_dates(latest, dates=self.plan.dates),
            **self._leads(self.ends.sum(axis=1), self.cases.sum(axis=1)),
        }

    def _campaign(self, place: int, name: str) -> dict[str, Any]:
        card, days = self.card, self.card.stack.finish_days
        finished = finished_by(self.by, frame=card.frame, days=days)
        return {
            "mode": self.plan.scenario.campaigns[name].mode,
            "values": {one: figure(card.estimate(one, campaign=name)) for one in FIGURES},
            "cost_per_success": self._cost(place),
            "finished": chance(finished[:, place]),
            "finish_day": finish_dates(days[:, place], dates=self.plan.dates),
            **self._leads(self.ends[:, place], self.cases[:, place]),
        }

    def _leads(self, ends: Counts, cases: Counts) -> dict[str, Any]:
        """Tell how leads ended on average, and AAPOR's rates of all replications together."""
        pooled = dict(zip(_CODES, cases.sum(axis=0).tolist(), strict=True))
        return {
            "ends": {end.name.lower(): float(ends[:, end].mean()) for end in LeadEnd},
            "cases": {
                code.value: float(number)
                for code, number in zip(_CODES, cases.mean(axis=0), strict=True)
            },
            "rates": {one.name: one.value for one in rates(pooled)},
        }

    def _cost(self, place: int | None) -> dict[str, float | None] | None:
        """Return what a success costs, of one campaign or of all."""
        if self.card.frame.money is None:
            return None
        whole = self.card.stack.bases(By.TOTAL)
        own = whole if place is None else self.card.stack.bases(By.CAMPAIGN)
        column = slice(0, 1) if place is None else slice(place, place + 1)
        share = own["outbound_time"][:, column] / np.maximum(whole["busy_time"], 1.0)
        found = of_ratios(
            whole["cost"] * share, own["successes"][:, column], confidence=self.card.confidence
        )
        value, half, _ = found.told()[0]
        if value is None or half is None:
            return {"value": value, "low": None, "high": None}
        return {"value": value, "low": value - half, "high": value + half}


def run_campaigns(
    plan: Plan,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    by: date | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> CampaignsRun:
    """Run a scenario and tell what its campaigns come to.

    Args:
        plan: Of a scenario with campaigns.
        replications: The scenario says if not given.
        seed: The scenario says if not given.
        engine: `fast` or `reference`; both give the same result.
        by: The date of "finished by"; the last day of the calendar if not given.
        workers: Threads.
        progress: Told the replications done.

    Raises:
        InputError: there are no campaigns, or the date is not one of the calendar.
    """
    refuse_no_campaigns(plan)
    by = day_of(plan, by)
    order = measuring(plan, seed=seed, engine=engine, detail=Detail.INTERVALS)
    spec = plan.scenario.run
    numbers = range(spec.replications if replications is None else replications)
    threads = (workers or os.cpu_count() or 1) if engine == "fast" else 1
    found: list[tuple[Tally, Counts, Counts]] = []
    pool = ThreadPoolExecutor(threads)
    try:
        for one in pool.map(lambda number: _live_one(order, number), numbers):
            found.append(one)
            if progress is not None:
                progress(len(found))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    cards, ends, cases = zip(*found, strict=True)
    return CampaignsRun(
        plan=plan,
        seed=order.seed,
        engine=engine,
        by=by,
        card=Scorecard(cards, frame=plan.frame),
        ends=np.stack(ends),
        cases=np.stack(cases),
    )


def _live_one(order: Order, replication: int) -> tuple[Tally, Counts, Counts]:
    logs, workload = lived(order, replication)
    tables, frame = order.plan.tables, order.plan.frame
    attempts = attempts_of(logs[0], tables, workload)
    tally = tallies([logs], frame, detail=order.detail, keep_waits=False, attempts=[attempts])[0]
    return tally, *_leads_of(logs[0], tables, workload)


def _leads_of(calls: CallLog, tables: Tables, workload: Workload) -> tuple[Counts, Counts]:
    """Count leads by campaign and end, and by campaign and AAPOR's group."""
    ends, found = lead_ends(calls, tables, workload)
    table = tables.outbound.campaign
    campaign = np.repeat(np.arange(len(table)), table["lead_last"] - table["lead_first"])
    codes = _codes(calls, ends, found, workload)
    # AAPOR's 4.8, quota filled: never tried because enough had answered, so no case at all.
    left_out = (ends == LeadEnd.NOT_TRIED) & stopped(
        campaign, ends == LeadEnd.SUCCESS, tables.outbound, workload
    )
    codes[left_out | (ends == LeadEnd.DO_NOT_CALL)] = _CODES.index(Code.NOT_ELIGIBLE)
    return _table(campaign, ends, len(table), len(LeadEnd)), _table(
        campaign, codes, len(table), len(_CODES)
    )


def _codes(
    calls: CallLog,
    ends: npt.NDArray[np.int8],
    found: npt.NDArray[np.int8],
    workload: Workload,
) -> Counts:
    """Return AAPOR's group of each lead, by its last attempt."""
    rows = np.flatnonzero(calls.kind == LegKind.OUTBOUND)
    codes = np.full(len(ends), _CODES.index(Code.UNKNOWN), np.int64)
    places = np.array([_CODES.index(CODE_OF[one]) for one in Disposition])
    codes[calls.call[rows] - len(workload.arrived)] = places[found]  # the last of each lead stays
    return codes


def _table(campaign: Counts, what: npt.NDArray[Any], campaigns: int, kinds: int) -> Counts:
    counted = np.bincount(campaign * kinds + what, minlength=campaigns * kinds)
    return counted.reshape(campaigns, kinds)
