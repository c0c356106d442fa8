"""Campaigns in the reference engine: whom to dial next, what comes of it, and when a lead is due again.

The rules are those of `simulation.engines.port`, in the same words.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import simpy
from simpy.events import Event, Process

from callcenter.clock import DAY, NEVER, Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import LIVE_ANSWERS, Disposition
from callcenter.telephony.call_log import NONE
from simulation.engines.port import FEW_LINES, ONE_LINE, Rank, mix
from simulation.engines.reference_desk import Desk
from simulation.engines.reference_legs import Legs
from simulation.engines.reference_records import Agent, Group, Leg, rows_of
from simulation.tables import KNOTS, MODES, OUTCOMES, TIMES, TO_BAND, Tables, Workload

Steps = Generator[Event, Any, None]
BY_THE_CENTRE: Final = (LegKind.CALLBACK, LegKind.OUTBOUND)
"""Legs by which the centre calls: who has dialled talks to the end."""
_COIN_BITS: Final = 32
_PART_BITS: Final = 16
_MILLION: Final = 1_000_000


class Clock(Protocol):
    """What campaigns need of the day."""

    @property
    def tick(self) -> Tick:
        """Now."""
        ...

    def at(self, tick: Tick, rank: Rank, number: int, /) -> Event:
        """Return an event that happens at `tick`, in its turn."""
        ...

    def process(self, steps: Steps, /) -> Process:
        """Let something be gone through."""
        ...


class Centre(Protocol):
    """What campaigns need of the centre."""

    @property
    def day(self) -> Clock:
        """Its clock."""
        ...

    @property
    def desk(self) -> Desk:
        """Who serves whom."""
        ...

    @property
    def legs(self) -> Legs:
        """All legs."""
        ...


@dataclass(slots=True, eq=False, kw_only=True)
class Lead:
    """One citizen to be called, and how far that has come."""

    number: int
    callable: bool
    cell: "Cell | None"
    attempts: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Cell:
    """A part of the leads with a quota of its own."""

    quota: int
    successes: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Campaign:
    """One campaign: its rules, and how it stands."""

    number: int
    mode: str
    priority: int
    other_hour: bool
    attempts: int
    stages: int
    quota: int
    ratio: int
    cap: int
    fortune_first: int
    leads: list[Lead]
    chances: list[list[int]]
    """Thresholds by band and stage."""
    courses: list[dict[str, Any]]
    """By disposition."""
    calling: list[tuple[Tick, Tick, int]]
    band: int = NONE
    paused: bool = False
    """By order: its hours pass, and nobody is dialled."""
    turn: int = NONE
    successes: int = 0
    pace: int = ONE_LINE
    fresh: list[Lead] = field(default_factory=list)
    retries: list[Lead] = field(default_factory=list)
    asked: list[Lead] = field(default_factory=list)
    today: tuple[int, int, int, int] = (NONE, 0, 0, 0)
    """Day, lines ended, live ones, dropped ones."""

    @property
    def ready(self) -> bool:
        """Whether it calls now and has somebody to call."""
        wanted = self.quota == NONE or self.successes < self.quota
        calls = self.band != NONE and not self.paused
        return calls and wanted and bool(self.asked or self.retries or self.fresh)

    @property
    def agent_first(self) -> bool:
        """Whether it dials only with an agent now: predictive campaigns do where none may be dropped."""
        paced = self.mode == "predictive" and self.pace == ONE_LINE
        return paced or self.mode == "agent-first"

    def next_lead(self) -> Lead | None:
        """Take the lead to be dialled next from its line."""
        for line in (self.asked, self.retries, self.fresh):
            while line:
                lead = line.pop(0)
                full = lead.cell is not None and lead.cell.successes >= lead.cell.quota
                if lead.callable and not full:
                    return lead
        return None

    def next_calling(self, planned: Tick, band: int, *, other_hour: bool) -> Tick:
        """Return when it calls, from a tick on, in another band if that matters; `NEVER` if not again."""
        later = [piece for piece in self.calling if piece[1] > planned]
        while other_hour and later and later[0][2] == band:
            later.pop(0)
        return max(planned, later[0][0]) if later else NEVER

    def adapt(self, now: Tick, *, live: bool, dropped: bool) -> None:
        """Set the pace by how often citizens answered today, and by how many were dropped."""
        day, ended, answered, lost = self.today
        if day != now // DAY:
            ended = answered = lost = 0
        ended, answered, lost = ended + 1, answered + live, lost + dropped
        self.today = (now // DAY, ended, answered, lost)
        one_more = (lost + 1) * _MILLION > self.cap * answered
        slow = ended < FEW_LINES or one_more
        self.pace = ONE_LINE if slow else min(self.ratio, ONE_LINE * ended // answered)


@dataclass(slots=True, eq=False, kw_only=True)
class Dialler:
    """That a group dials for a campaign."""

    campaign: Campaign
    keep: int
    stop: int


@dataclass(slots=True, eq=False, kw_only=True)
class Attempt:
    """One dialling of one lead, while it lasts."""

    leg: Leg
    lead: Lead
    campaign: Campaign
    group: Group
    band: int
    disposition: Disposition
    lasts: dict[str, Tick]
    """Its durations, by their names in `TIMES`."""
    agent_first: bool
    """Whether an agent was there when it was dialled."""

    @property
    def live(self) -> bool:
        """Whether a person answers."""
        return self.disposition in LIVE_ANSWERS


class Outbound:
    """All campaigns of a centre."""

    def __init__(self, tables: Tables, workload: Workload, *, centre: Centre) -> None:
        """Set the campaigns up as they stand when the clock starts."""
        self.work: dict[Agent, Process] = {}
        """What each agent is at: a caller's or a lead's."""
        self._day = centre.day
        self._desk = desk = centre.desk
        self._legs = centre.legs
        self._calls = len(workload.arrived)
        self._fortunes = rows_of(workload.leads.fortune)
        self._quantiles: list[Tick] = tables.outbound.quantile.tolist()
        self._turns = 0
        self._ringing = dict.fromkeys(desk.groups, 0)
        self.campaigns = _campaigns(tables, workload)
        """By number."""
        self._diallers = [
            Dialler(campaign=self.campaigns[row["campaign"]], keep=row["keep"], stop=row["stop"])
            for row in rows_of(tables.outbound.dialler)
        ]
        owners = tables.outbound.dialler["group"].tolist()
        self._of_group = [
            (group, [d for d, owner in zip(self._diallers, owners, strict=True) if owner == g])
            for g, group in enumerate(desk.groups)
        ]
        self._switches(rows_of(tables.outbound.switch), workload.start_tick)

    # --- The clock ---------------------------------------------------------------------------------

    def _switches(self, rows: Sequence[dict[str, int]], start: Tick) -> None:
        later = []
        for row in rows:
            if row["tick"] < start:
                self._switch(row)
            else:
                later.append(row)
        if later:
            self._day.process(self.hours(later))

    def hours(self, rows: Sequence[dict[str, int]]) -> Steps:
        """Let calling hours begin and end, and numbers to be kept idle change."""
        for index, row in enumerate(rows):
            yield self._day.at(row["tick"], Rank.SWITCH, index)
            self._switch(row)

    def _switch(self, row: dict[str, int]) -> None:
        if row["what"] == TO_BAND:
            self.campaigns[row["number"]].band = row["value"]
        else:
            self._diallers[row["number"]].keep = row["value"]

    def becomes_due(self, lead: Lead, tick: Tick, line: list[Lead]) -> Steps:
        """Let a lead wait for its next attempt."""
        yield self._day.at(tick, Rank.DUE, lead.number)
        line.append(lead)

    # --- Dialling ----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let happen what an event makes possible: callers come first."""
        self._desk.sweep()
        self.dial()

    def dial(self) -> None:
        """Let every group that has agents to spare begin calls."""
        for group, diallers in self._of_group:
            while able := [d for d in diallers if self._may_begin(group, d)]:
                first = min(
                    (dialler.campaign for dialler in able),
                    key=lambda campaign: (-campaign.priority, campaign.turn, campaign.number),
                )
                lead = first.next_lead()
                if lead is not None:
                    self._begin(group, first, lead)

    def _may_begin(self, group: Group, dialler: Dialler) -> bool:
        campaign, spare = dialler.campaign, len(group.free) - dialler.keep
        waiting = sum(len(queue.waiting) for queue in self._desk.queues)
        if spare <= 0 or not campaign.ready or (dialler.stop != NONE and waiting >= dialler.stop):
            return False
        lines = (self._ringing[group] + 1) * ONE_LINE
        return campaign.mode == "agent-first" or lines <= campaign.pace * spare

    def _begin(self, group: Group, campaign: Campaign, lead: Lead) -> None:
        attempt = self._attempt(group, campaign, lead)
        campaign.turn = self._turns
        self._turns += 1
        lead.attempts += 1
        if attempt.agent_first:
            agent = self._takes(attempt)
            picked_up = self._day.tick + attempt.lasts["preview"] + attempt.lasts["ring"]
            self._speaks(agent, attempt, picked_up)
        else:
            self._ringing[group] += 1
            self._day.process(self.rings(attempt))

    def _attempt(self, group: Group, campaign: Campaign, lead: Lead) -> Attempt:
        place = lead.number - campaign.leads[0].number
        fate = campaign.fortune_first + lead.attempts * len(campaign.leads) + place
        fortune = self._fortunes[fate]
        stage = min(lead.attempts, campaign.stages - 1)
        thresholds = campaign.chances[campaign.band * campaign.stages + stage]
        found = next(d for d in Disposition if fortune["outcome"] < thresholds[d])
        leg = self._legs.outbound(
            call=self._calls + lead.number,
            fate=fate,
            attempt=lead.attempts,
            queue=len(self._desk.queues) + campaign.number,
            priority=campaign.priority,
            arrived=self._day.tick,
        )
        return Attempt(
            leg=leg,
            lead=lead,
            campaign=campaign,
            group=group,
            band=campaign.band,
            disposition=found,
            lasts=self._lasts(campaign, found, fortune),
            agent_first=campaign.agent_first,
        )

    def _lasts(
        self, campaign: Campaign, found: Disposition, fortune: dict[str, int]
    ) -> dict[str, Tick]:
        course = campaign.courses[found]
        return {
            name: self._duration(course[f"{name}_first"], course[f"{name}_count"], fortune[name])
            for name in TIMES
        }

    def _duration(self, first: int, count: int, coin: int) -> Tick:
        if count == 1:
            return self._quantiles[first]
        piece = first + (coin >> (_COIN_BITS - KNOTS))
        low, high = self._quantiles[piece : piece + 2]
        part = (coin >> (_COIN_BITS - KNOTS - _PART_BITS)) % (1 << _PART_BITS)
        return low + ((high - low) * part >> _PART_BITS)

    # --- One attempt -------------------------------------------------------------------------------

    def rings(self, attempt: Attempt) -> Steps:
        """Ring without an agent, until somebody answers or nobody does."""
        campaign, leg, live = attempt.campaign, attempt.leg, attempt.live
        yield self._day.at(self._day.tick + attempt.lasts["ring"], Rank.DIAL_END, leg.row)
        self._ringing[attempt.group] -= 1
        dropped = live and not attempt.group.free
        if campaign.mode == "predictive":
            campaign.adapt(self._day.tick, live=live, dropped=dropped)
        if live and not dropped:
            self._speaks(self._takes(attempt), attempt, self._day.tick)
            return
        if dropped:
            self._change(attempt, Disposition.DROPPED)
        self._desk.end(leg, Outcome.DROPPED if dropped else Outcome.NOT_REACHED)
        self._conclude(attempt)

    def _change(self, attempt: Attempt, disposition: Disposition) -> None:
        attempt.disposition = disposition
        fortune = self._fortunes[attempt.leg.fate]
        attempt.lasts = self._lasts(attempt.campaign, disposition, fortune)

    def _takes(self, attempt: Attempt) -> Agent:
        leg = attempt.leg
        agent = self._desk.chosen(attempt.group, mix(leg.call, leg.attempt) >> _COIN_BITS)
        self._desk.takes(agent, leg)
        return agent

    def _speaks(self, agent: Agent, attempt: Attempt, picked_up: Tick) -> None:
        if attempt.live:
            attempt.leg.answered = picked_up
        until = picked_up + (attempt.lasts["talk"] if attempt.live else 0)
        self.work[agent] = self._day.process(self.is_dialled(agent, attempt, until))

    def is_dialled(self, agent: Agent, attempt: Attempt, until: Tick) -> Steps:
        """Serve a citizen whom the centre calls, from dialling to the end of after-call work."""
        leg = attempt.leg
        yield self._day.at(until, Rank.TALK_END, leg.row)
        self._desk.end(leg, Outcome.ANSWERED if attempt.live else Outcome.NOT_REACHED)
        if attempt.live:
            leg.resolved = int(attempt.disposition is Disposition.SUCCESS)
        if attempt.agent_first and attempt.campaign.mode == "predictive":
            attempt.campaign.adapt(self._day.tick, live=attempt.live, dropped=False)
        self._conclude(attempt)
        if attempt.lasts["wrap"]:
            done = self._day.tick + attempt.lasts["wrap"]
            try:
                yield self._day.at(done, Rank.WRAP_END, leg.row)
            except simpy.Interrupt:
                self._desk.puts_down(agent)
                self._desk.goes(agent)
                return
        self._desk.puts_down(agent)
        self._desk.becomes_free(agent)

    def _conclude(self, attempt: Attempt) -> None:
        campaign, lead = attempt.campaign, attempt.lead
        attempt.leg.disposition = attempt.disposition
        if attempt.disposition is Disposition.SUCCESS:
            campaign.successes += 1
            if lead.cell is not None:
                lead.cell.successes += 1
        again = campaign.courses[attempt.disposition]["again"]
        if not again or lead.attempts >= campaign.attempts:
            return
        asked = attempt.disposition is Disposition.CALL_LATER
        planned = self._day.tick + attempt.lasts["wait"]
        other_hour = campaign.other_hour and not asked
        due = campaign.next_calling(planned, attempt.band, other_hour=other_hour)
        if due < NEVER:
            line = campaign.asked if asked else campaign.retries
            self._day.process(self.becomes_due(lead, due, line))


def _campaigns(tables: Tables, workload: Workload) -> list[Campaign]:
    outbound = tables.outbound
    cells = [Cell(quota=quota) for quota in outbound.cell_quota.tolist()]
    columns = zip(workload.leads.cell.tolist(), workload.leads.callable.tolist(), strict=True)
    leads = [
        Lead(number=number, callable=callable_, cell=None if cell == NONE else cells[cell])
        for number, (cell, callable_) in enumerate(columns)
    ]
    courses = rows_of(outbound.course)
    chances = outbound.chance.reshape(-1, OUTCOMES).tolist()
    found = []
    for number, row in enumerate(rows_of(outbound.campaign)):
        first, rows = row["chance_first"], row["bands"] * row["stages"]
        own = leads[row["lead_first"] : row["lead_last"]]
        mode = MODES[row["mode"]]
        campaign = Campaign(
            number=number,
            mode=mode,
            leads=own,
            fresh=list(own),
            chances=chances[first : first + rows],
            courses=courses[number * len(Disposition) :][: len(Disposition)],
            calling=outbound.calling[row["calling_first"] : row["calling_last"]].tolist(),
            pace=row["ratio"] if mode == "power" else ONE_LINE,
            **{name: row[name] for name in _PLAIN},
        )
        found.append(campaign)
    return found


_PLAIN: Final = (
    "priority",
    "other_hour",
    "attempts",
    "stages",
    "quota",
    "ratio",
    "cap",
    "fortune_first",
)
