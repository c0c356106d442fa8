"""Queues, skills and groups as the integer tables both engines read."""

from typing import Any

import numpy as np
import numpy.typing as npt

from callcenter.clock import NEVER
from simulation.plan.doors import Period, gates
from simulation.programme import QueueProgramme, Source
from simulation.scenario.callers import Ageing, Balking, Queue
from simulation.scenario.expectations import QueueOutlook
from simulation.scenario.model import Scenario
from simulation.scenario.variate_specs import Constant, Variate
from simulation.tables import CERTAIN, CHOICES, GROUP, QUEUE, SKILL, Outbound, Tables
from simulation.variates import mean

MILLION = 1_000_000


def threshold(share: float) -> int:
    """Return the integer a 32-bit coin must lie below."""
    return round(share * CERTAIN)


def durations_of(queue: Queue) -> dict[str, Variate]:
    """Return a queue's random durations by their names in the tables."""
    found = {
        "patience": queue.patience,
        "ring": queue.ring,
        "talk": queue.talk,
        "hold": queue.hold,
        "wrap": queue.after_call,
    }
    if queue.ivr is not None:
        found["ivr"] = queue.ivr.duration
    if queue.redial is not None:
        found["redial_delay"] = queue.redial.delay
    if queue.unresolved is not None:
        found["repeat_delay"] = queue.unresolved.delay
    if queue.call_back is not None:
        found["callback_delay"] = queue.call_back.delay
        found["dial"] = queue.call_back.dial
    return found


def _coins_of(scenario: Scenario, queue: Queue) -> frozenset[str]:
    """Return the coins whose outcome is not certain beforehand."""
    coins = {
        "self_service": queue.ivr is not None and queue.ivr.self_service > 0,
        "balk": queue.balking is not None,
        "redial": queue.redial is not None,
        "accept": queue.call_back is not None and queue.call_back.accepted < 1,
        "reached": queue.call_back is not None and queue.call_back.reached < 1,
        "transfer": bool(queue.transfer),
        "resolved": queue.unresolved is not None,
        "repeat": queue.unresolved is not None and 0 < queue.unresolved.calls_again < 1,
        "choice": any(group.chooses == "random" for group in scenario.group.values()),
    }
    return frozenset(name for name, needed in coins.items() if needed)


def queue_programme(
    scenario: Scenario, name: str, source: Source, expected: QueueOutlook
) -> QueueProgramme:
    """Return what must be drawn for one queue."""
    queue = scenario.queue[name]
    fed = any(name in other.transfer for other in scenario.queue.values())
    again = any(other.redial or other.unresolved for other in scenario.queue.values())
    levels = queue.priority if isinstance(queue.priority, dict) else {queue.priority: 1.0}
    spoken = {what: of for what, of in durations_of(queue).items() if not isinstance(of, Constant)}
    return QueueProgramme(
        name=name,
        source=source,
        durations=spoken,
        coins=_coins_of(scenario, queue),
        priorities=tuple(levels.items()),
        later_legs=bool(fed or again),
        expected_later=max(0.0, expected.legs - expected.callers),
    )


class _Lists:
    """The lists that queues point into by (first, last)."""

    def __init__(self) -> None:
        self.alarm: list[int] = []
        self.balk: list[tuple[int, int]] = []
        self.transfer: list[tuple[int, int]] = []
        self.door: list[Period] = []
        self.taker: list[int] = []


def tables_of(
    scenario: Scenario, doors: list[list[Period]], agents: list[int], outbound: Outbound
) -> Tables:
    """Return the tables of a centre.

    Args:
        scenario: The centre.
        doors: Openings of each queue.
        agents: The group of each agent.
        outbound: Its campaigns.
    """
    skill = _skills(scenario)
    lists = _Lists()
    queue = np.zeros(len(scenario.queue), QUEUE)
    for q, name in enumerate(scenario.queue):
        _fill_queue(queue[q : q + 1], scenario, name, lists, doors[q])
        _fill_lists(queue[q : q + 1], skill, q, lists)
    tables = Tables(
        queue=queue,
        skill=skill,
        group=_groups(scenario, skill),
        gate=gates(doors),
        agent_group=np.array(agents, np.int32),
        lines=np.array(list(scenario.lines.values()), np.int64),
        taker=np.array(lists.taker, np.int32),
        alarm=np.array(lists.alarm, np.int64),
        balk_from=np.array([start for start, _ in lists.balk], np.int64),
        balk_p=np.array([p for _, p in lists.balk], np.int64),
        transfer_to=np.array([to for to, _ in lists.transfer], np.int32),
        transfer_p=np.array([p for _, p in lists.transfer], np.int64),
        door_open=np.array([start for start, _ in lists.door], np.int64),
        door_close=np.array([end for _, end in lists.door], np.int64),
        outbound=outbound,
    )
    return _frozen(tables)


def _frozen(tables: Tables) -> Tables:
    for name in Tables.__dataclass_fields__:
        if name != "outbound":
            getattr(tables, name).flags.writeable = False
    for column in tables.outbound.columns().values():
        column.flags.writeable = False
    return tables


def _skills(scenario: Scenario) -> npt.NDArray[Any]:
    queues, groups = list(scenario.queue), list(scenario.group)
    rows = []
    for g, group in enumerate(scenario.group.values()):
        for name, skill in group.serves.items():
            busy = skill.when_busy
            rows.append(
                (
                    g,
                    queues.index(name),
                    skill.rank,
                    skill.call_rank,
                    round(skill.speed * MILLION),
                    skill.after,
                    skill.when_waiting,
                    -1 if busy is None else groups.index(busy.group),
                    0 if busy is None else round(busy.share * 1000),
                    skill.leave_free,
                )
            )
    rows.sort(key=lambda row: (row[0], row[2], row[1]))
    return np.array(rows, SKILL)


def _groups(scenario: Scenario, skill: npt.NDArray[Any]) -> npt.NDArray[Any]:
    groups = np.zeros(len(scenario.group), GROUP)
    first = 0
    for g, group in enumerate(scenario.group.values()):
        mine = np.flatnonzero(skill["group"] == g)
        own = skill[mine]
        groups[g]["first_agent"] = first
        groups[g]["headcount"] = group.headcount
        groups[g]["chooses"] = CHOICES.index(group.chooses)
        groups[g]["weighted"] = group.takes == "longest-weighted-wait"
        groups[g]["hand_back"] = group.leaving == "hand-back"
        groups[g]["seats"] = group.staffing is not None
        groups[g]["conditional"] = np.any(
            (own["after"] > 0)
            | (own["when_waiting"] > 0)
            | (own["busy_group"] >= 0)
            | (own["leave_free"] > 0)
        )
        groups[g]["skill_first"] = mine[0] if len(mine) else 0
        groups[g]["skill_last"] = mine[-1] + 1 if len(mine) else 0
        first += group.headcount
    return groups


def _fill_queue(
    row: npt.NDArray[Any], scenario: Scenario, name: str, lists: _Lists, doors: list[Period]
) -> None:
    queue = scenario.queue[name]
    redial, unresolved, offer = queue.redial, queue.unresolved, queue.call_back
    row["limit"] = -1 if queue.queue_limit is None else queue.queue_limit
    row["lines"] = -1 if queue.lines is None else list(scenario.lines).index(queue.lines)
    row["ageing"] = queue.order.ageing if isinstance(queue.order, Ageing) else 0
    row["serve_at_closing"] = scenario.calendar.at_closing == "serve"
    row["self_service"] = threshold(queue.ivr.self_service) if queue.ivr else 0
    row["redial_abandon"] = threshold(redial.after_abandoning) if redial else 0
    row["redial_busy"] = threshold(redial.after_busy) if redial else 0
    row["redial_max"] = redial.at_most if redial else 0
    row["resolved"] = threshold(1 - unresolved.share) if unresolved else CERTAIN
    row["repeat"] = threshold(unresolved.calls_again) if unresolved else 0
    row["repeat_max"] = unresolved.at_most if unresolved else 0
    row["offer_after"] = offer.offer_after if offer else NEVER
    row["accept"] = threshold(offer.accepted) if offer else 0
    row["slot"] = offer is not None and offer.mode == "slot"
    row["reached"] = threshold(offer.reached) if offer else 0
    row["weight"] = queue.weight
    row["handling"] = _handling(queue)
    row["balk_by_wait"] = queue.balking is not None and queue.balking.by_announced_wait is not None
    for what, spec in durations_of(queue).items():
        row[what] = spec.value if isinstance(spec, Constant) else 0
    row["balk_first"] = len(lists.balk)
    lists.balk += _balk_steps(queue.balking)
    row["balk_last"] = len(lists.balk)
    row["transfer_first"] = len(lists.transfer)
    lists.transfer += _transfers(scenario, queue)
    row["transfer_last"] = len(lists.transfer)
    row["door_first"] = len(lists.door)
    lists.door += doors
    row["door_last"] = len(lists.door)


def _fill_lists(row: npt.NDArray[Any], skill: npt.NDArray[Any], q: int, lists: _Lists) -> None:
    serving = np.flatnonzero(skill["queue"] == q)
    order = sorted(serving, key=lambda s: (skill["call_rank"][s], skill["group"][s]))
    row["taker_first"] = len(lists.taker)
    lists.taker += [int(s) for s in order]
    row["taker_last"] = len(lists.taker)
    row["alarm_first"] = len(lists.alarm)
    lists.alarm += sorted({int(after) for after in skill["after"][serving] if after > 0})
    row["alarm_last"] = len(lists.alarm)


def _handling(queue: Queue) -> int:
    return round(sum(mean(spec) for spec in (queue.talk, queue.hold, queue.after_call)))


def _balk_steps(balking: Balking | None) -> list[tuple[int, int]]:
    if balking is None:
        return []
    if balking.probability is not None:
        return [(0, threshold(balking.probability))]
    steps = balking.by_queue_length or balking.by_announced_wait or {}
    return sorted((int(start), threshold(p)) for start, p in steps.items())


def _transfers(scenario: Scenario, queue: Queue) -> list[tuple[int, int]]:
    names = list(scenario.queue)
    total, found = 0.0, []
    for name, share in queue.transfer.items():
        total += share
        found.append((names.index(name), threshold(min(total, 1.0))))
    return found
