"""From a scenario to what can be run: names become integers, times ticks, policies tables.

A plan is a pure function of the scenario; nothing random is in it.
"""

from dataclasses import dataclass
from datetime import date

from callcenter.clock import DAY
from callcenter.measures.frame import Frame
from simulation.plan.campaigns import calling_periods, campaign_programmes, outbound_of
from simulation.plan.desk import queue_programme, tables_of
from simulation.plan.doors import Period, doors_of
from simulation.plan.framing import frame_of
from simulation.plan.people import group_programmes, roster
from simulation.plan.sources import source_of
from simulation.programme import Programme
from simulation.scenario.expectations import outlook
from simulation.scenario.load import digest
from simulation.scenario.model import Scenario
from simulation.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A scenario, ready to be drawn and run."""

    scenario: Scenario
    digest: str
    """Of the scenario's content; stored with every result."""
    dates: tuple[date, ...]
    doors: tuple[tuple[Period, ...], ...]
    """Of each queue: its openings."""
    tables: Tables
    programme: Programme
    frame: Frame
    """In which its runs are measured."""
    expected_callers: float
    """Who come by themselves in one replication, on average."""


def compile_plan(scenario: Scenario) -> Plan:
    """Return the plan of a scenario."""
    expected = outlook(scenario)
    days = expected.days
    dates = tuple(day.date for day in days)
    doors = [doors_of(queue, days) for queue in scenario.queue.values()]
    groups = group_programmes(scenario)
    stints, rests = roster(scenario, days)
    programme = Programme(
        days=len(days),
        end=len(days) * DAY,
        queues=tuple(
            queue_programme(scenario, name, source_of(scenario, days, queue), expected.queues[name])
            for name, queue in scenario.queue.items()
        ),
        groups=groups,
        campaigns=campaign_programmes(scenario),
        stints=stints,
        rests=rests,
    )
    agents = [g for g, group in enumerate(groups) for _ in group.agents]
    openings = tuple(tuple(periods) for periods in doors)
    return Plan(
        scenario=scenario,
        digest=digest(scenario),
        dates=dates,
        doors=openings,
        tables=tables_of(scenario, doors, agents, outbound_of(scenario, days)),
        programme=programme,
        frame=frame_of(scenario, dates, openings, calling_periods(scenario, days)),
        expected_callers=sum(queue.callers for queue in expected.queues.values()),
    )
