"""Satisfaction rounds: campaigns whose leads are callers of earlier days, and what silence does to them.

The engines know nothing of who a lead is: they say which leads were reached, and how many of those
answered. Who stands behind a lead is drawn afterwards from the log, by lot and each caller at most once.
Given how many of those reached were satisfied and how many answered, the satisfied among the answers
follow Fisher's noncentral hypergeometric law; so the whole is the same as if every caller had been asked
in turn and the satisfied had answered at other odds, and no engine had to change.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
import numpy.typing as npt

from callcenter.clock import DAY, HOUR
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition, LeadEnd
from callcenter.domain.response_rates import CODE_OF, Code
from callcenter.errors import ScenarioError
from callcenter.measures.outbound import OUTBOUND, outbound_tables
from callcenter.measures.sampling import satisfied_answers
from callcenter.measures.weighting import Answered, Weighted, unweighted, weighted
from callcenter.telephony.call_log import CallLog
from simulation.lead_ends import attempts_of, lead_ends
from simulation.opinions import chances
from simulation.plan import Plan
from simulation.replications import Order, lived
from simulation.streams import Streams
from simulation.tables import Workload

_REACHED: Final = (LeadEnd.SUCCESS, LeadEnd.PARTIAL, LeadEnd.REFUSED)
_UNSERVED: Final = (
    Outcome.ABANDONED,
    Outcome.BALKED,
    Outcome.BUSY,
    Outcome.QUEUE_FULL,
    Outcome.RELEASED,
)
Rows = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class InQueue:
    """Of one queue, by the last leg of each caller."""

    n: int
    """Answers."""
    satisfied: int
    """Among them."""
    served: float
    """The true share of satisfied, asked or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One round in one replication; shares are from 0 to 1."""

    frame: int
    """Callers who could have been asked."""
    served: float
    """Of them, the share satisfied: what a round without silence or chance would find."""
    unserved: float
    """Of all who called on those days, those whom nobody served; no round asks them."""
    sampled: int
    attempts: int
    agent_hours: float
    reached: int
    cases: Mapping[Code, int]
    """Leads by AAPOR's groups."""
    found: Weighted
    """What those who answered said, weighted by quota cell."""
    queues: Mapping[str, InQueue]

    @property
    def citizens(self) -> float:
        """Satisfied of all who called; who was not served is not."""
        return self.served * (1 - self.unserved)

    @property
    def bias(self) -> float | None:
        """How far the answers are from the truth; `None` without an answer."""
        return None if self.found.share is None else self.found.share - self.served

    @property
    def covered(self) -> bool | None:
        """Whether the interval a reader of this round would be given holds the truth."""
        interval = self.found.interval
        return None if interval is None else interval.low <= self.served <= interval.high


def rounds_of(plan: Plan) -> tuple[str, ...]:
    """Name the campaigns of a plan that are satisfaction rounds."""
    return tuple(name for name, one in plan.scenario.campaigns.items() if one.sample is not None)


def live_rounds(
    plan: Plan,
    name: str,
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "fast",
    workers: int | None = None,
) -> list[Lived]:
    """Live a round again and again, each time with other chances.

    Raises:
        ScenarioError: fewer callers were served than the round has leads.
    """
    spec = plan.scenario.run
    order = Order.of(plan, seed=spec.seed if seed is None else seed, engine=engine)
    numbers = range(spec.replications if replications is None else replications)

    def one(replication: int) -> Lived:
        (calls, _), workload = lived(order, replication)
        streams = Streams(seed=order.seed, replication=replication)
        return _Round(plan, name=name, calls=calls, workload=workload, streams=streams).told()

    with ThreadPoolExecutor(workers if engine == "fast" else 1) as threads:
        return list(threads.map(one, numbers))


class _Round:
    """One round in one replication, on the log of what happened."""

    def __init__(
        self, plan: Plan, *, name: str, calls: CallLog, workload: Workload, streams: Streams
    ) -> None:
        self._plan, self._name, self._calls = plan, name, calls
        self._number = list(plan.scenario.campaigns).index(name)
        self._campaign = plan.scenario.campaigns[name]
        table = plan.tables.outbound.campaign[self._number]
        self._leads = slice(int(table["lead_first"]), int(table["lead_last"]))
        self._cell = workload.leads.cell[self._leads]
        self._attempts = attempts_of(calls, plan.tables, workload)
        self._ends = lead_ends(calls, plan.tables, workload)[0][self._leads]
        self._callers = len(workload.arrived)
        self._streams = streams

    def told(self) -> Lived:
        """Ask, and tell what was answered and what is true."""
        people, unserved = self._people()
        self._refuse_too_few(len(people))
        chance = chances(self._plan, self._calls, people)
        sampled = self._lot("sample").permutation(len(people))[: self._campaign.leads]
        satisfied = (self._lot("verdict").random(len(people)) < chance)[sampled]
        answers = np.flatnonzero(self._ends == LeadEnd.SUCCESS)
        who = self._answering(satisfied, answers)
        tables = outbound_tables(self._calls, self._attempts, self._plan.frame)
        spent = dict(zip(OUTBOUND, tables[:, :, self._number].sum(axis=1).tolist(), strict=True))
        return Lived(
            frame=len(people),
            served=float(chance.mean()),
            unserved=unserved,
            sampled=len(sampled),
            attempts=round(spent["attempts"]),
            agent_hours=spent["outbound_time"] / HOUR,
            reached=int(np.isin(self._ends, _REACHED).sum()),
            cases=self._cases(),
            found=self._weighted(answers, satisfied[who]),
            queues=self._by_queue(people, chance, sampled[who], satisfied[who]),
        )

    def _lot(self, purpose: str) -> np.random.Generator:
        return self._streams.of(f"satisfaction round/{purpose}/{self._name}")

    # --- Who could be asked -------------------------------------------------------------------------

    def _people(self) -> tuple[Rows, float]:
        """Return the row in which somebody last spoke to each caller of the sample's days.

        And of all who called then, the share whom nobody served.
        """
        calls, sample = self._calls, self._campaign.sample
        assert sample is not None, "a satisfaction round"
        begin, last = (
            (day - self._plan.dates[0]).days * DAY for day in (sample.first, sample.last)
        )
        window = (calls.arrived >= begin) & (calls.arrived < last + DAY)
        rows = np.flatnonzero(window & (calls.kind != LegKind.OUTBOUND))
        spoken = (calls.outcome[rows] == Outcome.ANSWERED) & (calls.resolved[rows] >= 0)
        rated = self._last_of_calls(rows[spoken])
        others = self._last_of_calls(rows[~np.isin(calls.call[rows], calls.call[rated])])
        unserved = int(np.isin(calls.outcome[others], _UNSERVED).sum())
        share = unserved / max(1, unserved + len(rated))
        return (rated[calls.resolved[rated] == 0] if sample.of == "unsettled" else rated), share

    def _last_of_calls(self, rows: Rows) -> Rows:
        backwards = rows[::-1]
        _, place = np.unique(self._calls.call[backwards], return_index=True)
        found: Rows = backwards[place]
        return found

    def _refuse_too_few(self, people: int) -> None:
        if people < max(1, self._campaign.leads):
            raise ScenarioError(
                f"expected at most {people:,}, so many callers the sample's days have, "
                f"got {self._campaign.leads:,}",
                key=f"campaigns.{self._name}.leads",
            )

    # --- Who answers --------------------------------------------------------------------------------

    def _answering(self, satisfied: Bools, answers: Rows) -> Rows:
        """Return who of the sample stands behind each answer."""
        reached = np.flatnonzero(np.isin(self._ends, _REACHED))
        happy, others = reached[satisfied[reached]], reached[~satisfied[reached]]
        sample, lot = self._campaign.sample, self._lot("answers")
        assert sample is not None, "a satisfaction round"
        many = satisfied_answers(
            reached=len(reached),
            satisfied=len(happy),
            answers=len(answers),
            odds_ratio=exp(sample.if_satisfied),
            luck=lot.random(),
        )
        chosen = (
            lot.permutation(happy)[:many],
            lot.permutation(others)[: len(answers) - many],
        )
        found: Rows = lot.permutation(np.concatenate(chosen))
        return found

    # --- What is told -------------------------------------------------------------------------------

    def _weighted(self, answers: Rows, satisfied: Bools) -> Weighted:
        cells = self._campaign.cells
        if not cells:
            return unweighted(len(answers), float(satisfied.sum()))
        own = self._cell[answers] - self._plan.programme.campaigns[self._number].first_cell
        n = np.bincount(own, minlength=len(cells)).tolist()
        yes = np.bincount(own, satisfied, minlength=len(cells)).tolist()
        return weighted(
            [
                Answered(code=code, share=cell.share, n=n[place], satisfied=yes[place])
                for place, (code, cell) in enumerate(cells.items())
            ]
        )

    def _by_queue(
        self, people: Rows, chance: npt.NDArray[np.float64], who: Rows, satisfied: Bools
    ) -> dict[str, InQueue]:
        queue = self._calls.queue[people]
        found = {}
        for number, name in enumerate(self._plan.frame.queues):
            theirs = queue == number
            if theirs.any():
                own = theirs[who]
                found[name] = InQueue(
                    n=int(own.sum()),
                    satisfied=int(satisfied[own].sum()),
                    served=float(chance[theirs].mean()),
                )
        return found

    def _cases(self) -> Counter[Code]:
        """Count the leads by the last thing known of each; those a full quota left out were no cases.

        AAPOR's 4.8, quota filled, for leads that were never tried because enough had answered.
        """
        calls = self._calls
        rows = np.flatnonzero(calls.kind == LegKind.OUTBOUND)
        lead = calls.call[rows] - self._callers - self._leads.start
        own = np.flatnonzero((lead >= 0) & (lead < self._campaign.leads))
        last = np.full(self._campaign.leads, -1)
        last[lead[own]] = self._attempts.disposition[
            own
        ]  # in the order of rows: the last one stays
        left_out = (last < 0) & self._full()
        found: Counter[Code] = Counter({Code.NOT_ELIGIBLE: int(left_out.sum())})
        for word, many in zip(*np.unique(last[~left_out], return_counts=True), strict=True):
            found[CODE_OF[Disposition(word)] if word >= 0 else Code.UNKNOWN] += int(many)
        return found

    def _full(self) -> Bools:
        """Say of each lead whether enough of its cell, or in all, have answered."""
        campaign, answered = self._campaign, self._ends == LeadEnd.SUCCESS
        enough = campaign.quota is not None and answered.sum() >= campaign.quota
        full = np.full(campaign.leads, enough)
        if campaign.cells:
            cell = self._cell - self._plan.programme.campaigns[self._number].first_cell
            got = np.bincount(cell[answered], minlength=len(campaign.cells))
            quotas = np.array([own.quota for own in campaign.cells.values()])
            full |= (got >= quotas)[cell]
        return full
