"""Wire shapes of the live board. What nobody knows is `null`, never 0; moments carry Korea's offset."""

import json
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.schemas.moments import Moment
from callcenter.desk.alerts import LONGEST_OWNER, Severity
from callcenter.desk.campaign_watch import Calling
from callcenter.desk.frames import State, alert, moment
from callcenter.store.alerts import Alert
from callcenter.store.switch_commands import SwitchCommand
from callcenter.telephony.commands import COMMANDS, Command, Errand
from callcenter.telephony.standing import Doing


class Part(BaseModel):
    """A part of a frame: exactly what is listed."""

    model_config = ConfigDict(extra="forbid")


class SourceShape(Part):
    """A switch, and how far its word can be believed."""

    source: str
    online: bool
    state: State
    simulated: bool
    silent_seconds: float
    skew_ms: float | None
    gaps: int


class DefinitionShape(Part):
    """What the service level means here."""

    id: str
    version: int
    threshold_s: float
    short_s: float
    formula: str
    ko: str
    en: str


class WaitingCall(Part):
    """A caller who waits; ringing is waiting."""

    source: str
    call: str | None
    leg: int
    queue: str
    since: AwareDatetime
    priority: int


class WaitingShape(Part):
    """Who waits now, the longest first."""

    count: int
    longest_since: AwareDatetime | None
    calls: list[WaitingCall]


class QueueShape(Part):
    """One queue, today."""

    queue: str
    waiting: int
    longest_since: AwareDatetime | None
    offered: int
    answered: int
    abandoned: int
    flowed_out: int
    service_level: float | None
    asa_s: float | None
    aht_s: float | None


class ShareShape(Part):
    """A share and what it is made of."""

    value: float | None
    numerator: float
    denominator: float | None


class LevelShape(ShareShape):
    """The service level, what its definition aims at, and how it stands against that."""

    target: float | None
    status: Literal["ok", "warn", "bad", "unknown"]
    provisional: bool


class TodayShape(Part):
    """The centre, today: `offered = answered + abandoned + flowed_out + waiting`, or `invariant` is false."""

    offered: int
    answered: int
    abandoned: int
    flowed_out: int
    waiting: int
    invariant: bool
    service_level: LevelShape
    service_levels: dict[str, ShareShape]
    answer_rate: float | None
    abandon_rate: float | None
    asa_s: float | None
    aht_s: float | None
    att_s: float | None
    hold_s: float | None
    acw_s: float | None
    occupancy: float | None
    transfers: int


class CsatShape(Part):
    """What callers thought, with 95 % confidence."""

    satisfied: int
    responses: int
    value: float | None
    low: float | None
    high: float | None


class AgentShape(Part):
    """One agent, and since when the word is true."""

    agent: str
    group: str | None
    state: Doing
    since: AwareDatetime | None
    reason: str
    call: str | None


class AgentsShape(Part):
    """The agents."""

    by_state: dict[Doing, int]
    list: list[AgentShape]


class ForecastShape(Part):
    """Calls offered against calls expected."""

    source: str
    by_now: float | None
    deviation: float | None
    day_total: float | None


class LastWeekShape(Part):
    """The same weekday a week before."""

    day: date
    by_now: int
    day_total: int


class IntervalNowShape(Part):
    """A half hour, by the moment of queue entry."""

    start: AwareDatetime
    offered: int
    answered: int
    abandoned: int
    flowed_out: int
    service_level: float | None
    asa_s: float | None
    aht_s: float | None
    forecast: float | None
    last_week: int | None
    provisional: bool


class DueTicketShape(Part):
    """An open ticket near its statutory date, or past it."""

    number: str
    due_at: AwareDatetime
    unit: str | None
    title: str | None


class TicketsShape(Part):
    """The ticket desk, now."""

    open: int
    due_today: int
    overdue: int
    soon: list[DueTicketShape]


class OutboundShape(Part):
    """What was dialled today; contacts are live answers that an agent spoke to, an hour of agents' work."""

    attempts: int
    live_answers: int
    contacts: int
    contacts_per_hour: float | None
    today: int
    """Successes."""
    dropped: int
    dropped_rate: float | None
    """Of live answers."""
    on_line: int


class FinishShape(Part):
    """The days on which a campaign is finished; `null` where it is not within a year."""

    low: date | None
    expected: date | None
    high: date | None


class CampaignLineShape(OutboundShape):
    """One campaign: today, and in all."""

    code: str
    ko: str
    en: str
    state: Calling
    successes: int
    """In all, today's among them."""
    quota: int | None
    finish: FinishShape | None


class AlertShape(Part):
    """An alert that is raised."""

    id: int
    rule: str
    severity: Severity
    ko: str
    en: str
    since: AwareDatetime
    acknowledged_by: str | None
    owner: str | None


class QualityShape(Part):
    """What is doubtful about the data."""

    age_ms: int | None
    gaps: int
    ghosts: int
    derived: int
    poison: int
    invariant_violations: int


class FrameShape(Part):
    """The live board at a moment; the data of each event of the stream."""

    frame: int
    now: AwareDatetime
    speed: float
    day: date
    site: str
    replay: bool
    sources: list[SourceShape]
    definition: DefinitionShape
    waiting: WaitingShape
    queues: list[QueueShape]
    today: TodayShape
    csat: CsatShape
    agents: AgentsShape
    forecast: ForecastShape
    last_week: LastWeekShape | None
    intervals: list[IntervalNowShape]
    tickets: TicketsShape | None
    outbound: OutboundShape
    campaigns: list[CampaignLineShape]
    alerts: list[AlertShape]
    quality: QualityShape


# --- Alerts -----------------------------------------------------------------------------------------------


class AlertPast(AlertShape):
    """An alert of any time."""

    subject: str
    value: float
    cleared: AwareDatetime | None
    acknowledged_at: Moment | None

    @classmethod
    def of(cls, one: Alert) -> "AlertPast":
        """Show an alert."""
        return cls(
            **alert(one),
            subject=one.subject,
            value=one.value,
            cleared=None if one.cleared_at is None else moment(one.cleared_at),
            acknowledged_at=one.acknowledged_at,
        )


class AcknowledgedShape(BaseModel):
    """Whose an alert is now."""

    owner: Annotated[
        str | None, Field(min_length=1, max_length=LONGEST_OWNER, examples=["김 파트장"])
    ] = None


# --- Commands ---------------------------------------------------------------------------------------------

_MEANT: Final[dict[str, Any]] = {
    str(kind.__dataclass_fields__["order"].default): kind for kind in COMMANDS.values()
}
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^+#/\x00-\x1f]+$")]
Count = Annotated[int, Field(ge=1, le=1000)]


class Order(BaseModel):
    """A command as it is written."""

    model_config = ConfigDict(extra="forbid")

    def meant(self) -> Command:
        """Return the command that is meant."""
        said = self.model_dump()
        meant: Command = _MEANT[said["order"]](**said)
        return meant


class MoveAgentsShape(Order):
    """Let agents of a group belong to another. 그룹 이동."""

    order: Literal["move_agents"]
    count: Count
    group: Name
    to: Name


class SendAgentsShape(Order):
    """Send agents of a group away from the line. 교육·휴식·회의."""

    order: Literal["send_agents"]
    count: Count
    group: Name
    errand: Errand


class RecallAgentsShape(Order):
    """Call agents of a group back. 복귀."""

    order: Literal["recall_agents"]
    count: Count
    group: Name


class SetOverflowShape(Order):
    """Let a group take calls of a queue too, or no longer. 오버플로."""

    order: Literal["set_overflow"]
    queue: Name
    group: Name
    opened: bool


class SurgeShape(Order):
    """Let more citizens call; only a simulated switch can. 인입 급증."""

    order: Literal["surge"]
    queue: Name
    factor: Annotated[float, Field(gt=1, le=100)]
    minutes: Annotated[int, Field(ge=1, le=720)]


class SetCampaignShape(Order):
    """Start an outbound campaign, or pause it. 캠페인."""

    order: Literal["set_campaign"]
    campaign: Name
    running: bool


class CommandAsked(BaseModel):
    """What a switch is to do now."""

    source: Annotated[Name, Field(examples=["sim1"])]
    command: Annotated[
        MoveAgentsShape
        | SendAgentsShape
        | RecallAgentsShape
        | SetOverflowShape
        | SurgeShape
        | SetCampaignShape,
        Field(discriminator="order"),
    ]


class AnswerShape(BaseModel):
    """What a switch did of it; nobody may have told it at all."""

    asked: int | None = None
    done: int | None = None
    ko: str
    en: str


class CommandShape(BaseModel):
    """A command, and its answer once there is one."""

    id: int
    at: Moment
    actor: str
    source: str
    command: dict[str, object]
    answered_at: Moment | None
    accepted: bool | None
    answer: AnswerShape | None

    @classmethod
    def of(cls, one: SwitchCommand) -> "CommandShape":
        """Show a command."""
        return cls(
            id=one.id,
            at=one.at,
            actor=one.actor,
            source=one.source,
            command=json.loads(one.command),
            answered_at=one.answered_at,
            accepted=one.accepted,
            answer=None if one.answer is None else AnswerShape.model_validate_json(one.answer),
        )
