"""What measures must know of the centre, read off a scenario."""

from datetime import date

from callcenter.clock import MINUTE
from callcenter.domain.targets import Definition, ServiceTarget
from callcenter.measures.frame import Frame, Money
from callcenter.measures.opinion import Opinion
from simulation.plan.doors import Period
from simulation.scenario.callers import Target
from simulation.scenario.model import Money as Costs, Scenario
from simulation.streams import stream

_DAYS_A_YEAR = 365.0
_MONTHS_A_YEAR = 12


def frame_of(
    scenario: Scenario,
    dates: tuple[date, ...],
    doors: tuple[tuple[Period, ...], ...],
    calling: tuple[tuple[Period, ...], ...],
) -> Frame:
    """Return the frame in which a scenario's runs are measured."""
    return Frame(
        queues=tuple(scenario.queue),
        groups=tuple(scenario.group),
        agent_group=tuple(
            g for g, group in enumerate(scenario.group.values()) for _ in range(group.headcount)
        ),
        days=dates,
        opening=doors,
        campaigns=tuple(scenario.campaigns),
        calling=calling,
        targets=tuple(_target(queue.target) for queue in scenario.queue.values()),
        interval=int(scenario.run.interval.removesuffix("m")) * MINUTE,
        warm_up=scenario.run.warm_up,
        money=_money(scenario, len(dates)),
        opinion=_opinion(scenario),
    )


def _target(target: Target) -> ServiceTarget:
    return ServiceTarget(
        within=target.service_level.within,
        share=target.service_level.share,
        definition=Definition(target.service_level.definition),
        short=target.short_abandon,
        abandonment=target.abandonment,
        asa=target.asa,
        occupancy=target.occupancy,
    )


def _money(scenario: Scenario, days: int) -> Money | None:
    if scenario.money is None and all(g.wage_per_hour is None for g in scenario.group.values()):
        return None
    money = scenario.money or Costs()
    years = days / _DAYS_A_YEAR
    rent = (money.line_per_month or 0) * _MONTHS_A_YEAR * sum(scenario.lines.values())
    wages = tuple(
        group.wage_per_hour if group.wage_per_hour is not None else money.wage_per_hour or 0.0
        for group in scenario.group.values()
    )
    return Money(
        currency=money.currency,
        fixed=((money.contract_per_year or 0) + rent) * years,
        per_line_minute=money.call_minute or 0.0,
        wage_per_hour=wages if any(wages) else (),
    )


def _opinion(scenario: Scenario) -> Opinion | None:
    """Return the model of satisfaction; the agents are the same people in every replication and seed."""
    asked = scenario.satisfaction
    if asked is None:
        return None
    people = sum(group.headcount for group in scenario.group.values())
    drawn = stream(seed=0, replication=0, name="satisfaction of agents").standard_normal(people)
    queue = tuple(asked.queue.get(name, 0.0) for name in scenario.queue)
    return Opinion(
        intercept=asked.intercept,
        per_minute_waited=asked.per_minute_waited,
        per_minute_handled=asked.per_minute_handled,
        if_settled=asked.if_settled,
        queue=queue if any(queue) else (),
        agent=tuple((asked.between_agents * drawn).tolist()) if asked.between_agents else (),
    )
