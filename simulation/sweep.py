"""One centre with other campaigns, again and again, before the same callers and citizens.

Everything random about a replication is drawn once, and every variant lives it: what differs between two
variants is what they do, never whom they meet. Leads are drawn again only for a variant with other lists.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, Tick
from callcenter.domain.calls import LegKind
from callcenter.domain.outbound import Disposition
from callcenter.errors import InputError
from callcenter.measures.frame import Frame
from callcenter.measures.outbound import OUTBOUND, Attempts
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, Tally, tallies
from callcenter.telephony.call_log import CallLog
from simulation.lead_ends import attempts_of
from simulation.leads import draw_leads
from simulation.plan import Plan
from simulation.plan.campaigns import campaign_programmes, outbound_of
from simulation.replications import Order, Progress, draw, lived_through
from simulation.scenario.campaigns import Campaign
from simulation.scenario.days import days_of
from simulation.streams import Streams

Floats = npt.NDArray[np.float64]


def with_campaigns(plan: Plan, campaigns: Mapping[str, Campaign]) -> Plan:
    """Return the plan with these campaigns in place of those of the same names.

    Their calling hours stay as they are; the digest remains that of the scenario as written.
    """
    scenario = plan.scenario.model_copy(
        update={"campaigns": {**plan.scenario.campaigns, **campaigns}}
    )
    outbound = outbound_of(scenario, days_of(scenario))
    programmes = campaign_programmes(scenario)
    return replace(
        plan,
        scenario=scenario,
        tables=replace(plan.tables, outbound=outbound),
        programme=replace(plan.programme, campaigns=programmes),
    )


def keeping(
    plan: Plan, *, idle: int, idle_from: Mapping[Tick, int] | None = None
) -> dict[str, Campaign]:
    """Return the campaigns of a plan with this threshold in all groups, or others from times of day on."""
    own = {"keep_idle": idle, "keep_idle_from": dict(idle_from or {})}
    return {
        name: campaign.model_copy(
            update={
                "dialled_by": {
                    group: rules.model_copy(update=own)
                    for group, rules in campaign.dialled_by.items()
                }
            }
        )
        for name, campaign in plan.scenario.campaigns.items()
    }


def lengthened(plan: Plan, lists: float) -> Plan:
    """Return the plan with lists so many times as long; without quotas of campaigns where longer."""
    if lists == 1:
        return plan
    found = {
        name: campaign.model_copy(
            update=longer(campaign, lists) | ({"quota": None} if lists > 1 else {})
        )
        for name, campaign in plan.scenario.campaigns.items()
    }
    return with_campaigns(plan, found)


def longer(campaign: Campaign, lists: float) -> dict[str, Any]:
    """Return what is other in a campaign whose list is so many times as long."""
    leads = round(campaign.leads * lists)
    listed = None if campaign.listed is None else campaign.listed.cut(leads)
    return {"leads": leads, "listed": listed}


def refuse_no_campaigns(plan: Plan) -> None:
    """Refuse a scenario that calls nobody."""
    if not plan.scenario.campaigns:
        raise InputError("expected a scenario with campaigns:", key="campaigns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """One variant over all replications."""

    plan: Plan
    tallies: tuple[Tally, ...]
    by_slot: Floats
    """Successes by interval of the day, [replication, slot]."""

    @classmethod
    def of(cls, plan: Plan, lived: Sequence[tuple[Tally, Floats]]) -> Self:
        """Put the replications of a variant together."""
        return cls(
            plan=plan,
            tallies=tuple(tally for tally, _ in lived),
            by_slot=np.stack([slots for _, slots in lived]),
        )

    @property
    def card(self) -> Scorecard:
        """Return the scorecard; a new one each time."""
        return Scorecard(self.tallies, frame=self.plan.frame)

    def successes(self) -> Floats:
        """Return successes by day, [replication, day, campaign]."""
        found = [one.outbound for one in self.tallies if one.outbound is not None]
        return np.stack(found)[:, OUTBOUND.index("successes")]


def sweep(
    order: Order,
    variants: Sequence[Plan],
    numbers: Sequence[int],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Swept]:
    """Live every variant in every replication.

    Args:
        order: Of the plan that all are variants of; its roster, callers and seed are theirs.
        variants: As `with_campaigns` makes them, or the plan itself.
        numbers: Of the replications.
        workers: Threads, with the fast engine; all cores if not given.
        progress: Told the number of replications done, each with all variants.
    """
    orders = [_order_of(order, plan) for plan in variants]
    threads = min(workers or os.cpu_count() or 1, len(numbers)) if order.engine == "fast" else 1
    pool = ThreadPoolExecutor(max(1, threads))
    lived: list[list[tuple[Tally, Floats]]] = []
    try:
        for row in pool.map(lambda number: _live_all(order, orders, number), numbers):
            lived.append(row)
            if progress is not None:
                progress(len(lived))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return [
        Swept.of(plan, column)
        for plan, column in zip(variants, zip(*lived, strict=True), strict=True)
    ]


def _order_of(order: Order, plan: Plan) -> Order:
    """Give the order to a variant, which draws as its own campaigns want."""
    recipe = replace(order.recipe, tables=plan.tables, programme=plan.programme)
    return replace(order, plan=plan, recipe=recipe)


def _live_all(
    order: Order, variants: Sequence[Order], replication: int
) -> list[tuple[Tally, Floats]]:
    drawn = draw(order, replication)
    usual = order.plan.programme.campaigns
    found = []
    for variant in variants:
        workload, own = drawn, variant.plan.programme.campaigns
        if own != usual:
            streams = Streams(seed=order.seed, replication=replication)
            workload = replace(drawn, leads=draw_leads(own, streams))
        logs, workload = lived_through(variant, replication, workload)
        attempts = attempts_of(logs[0], variant.plan.tables, workload)
        tally = tallies(
            [logs],
            variant.plan.frame,
            detail=order.detail,
            keep_waits=order.keep_waits,
            attempts=[attempts],
        )[0]
        found.append((tally, _by_slot(logs[0], attempts, variant.plan.frame)))
    return found


def _by_slot(calls: CallLog, attempts: Attempts, frame: Frame) -> Floats:
    """Count successes by the interval of the day in which the attempt began."""
    rows = np.flatnonzero(calls.kind == LegKind.OUTBOUND)
    begun = calls.arrived[rows[attempts.disposition == Disposition.SUCCESS]]
    begun = begun[(begun >= frame.warm_up) & (begun < frame.horizon)]
    return np.bincount(begun % DAY // frame.interval, minlength=frame.slots).astype(np.float64)


def measuring(plan: Plan, *, seed: int | None, engine: str, detail: Detail) -> Order:
    """Return the order of a sweep: without single waits, of which it tells nothing."""
    return Order.of(
        plan,
        seed=plan.scenario.run.seed if seed is None else seed,
        engine=engine,
        detail=detail,
        keep_waits=False,
    )
