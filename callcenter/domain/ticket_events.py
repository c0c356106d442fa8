"""What can happen to a ticket, and the words for it.

A ticket is one citizen's petition: it has a number, clocks and the right to an answer. The problem
behind it (the pothole) is a work case that many tickets may share; merging joins work, never petitions.
Personal data is never part of an event: a petitioner stands here as an opaque reference.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from callcenter.domain.access import Actor
from callcenter.domain.periods import Period


class TicketState(StrEnum):
    """Where a ticket stands; reason and outcome are kept apart from it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ROUTED = "routed"
    IN_PROGRESS = "in_progress"
    SUPPLEMENT = "supplement"
    COOPERATING = "cooperating"
    COUNCIL = "council"
    FIELD = "field"
    RESOLVED = "resolved"
    NOTIFIED = "notified"
    CLOSED = "closed"


STATE_NAMES_KO: Final[dict[TicketState, str]] = {
    TicketState.SUBMITTED: "신청",
    TicketState.ACCEPTED: "접수",
    TicketState.ROUTED: "부서 배정",
    TicketState.IN_PROGRESS: "처리 중",
    TicketState.SUPPLEMENT: "보완 요청",
    TicketState.COOPERATING: "협조 중",
    TicketState.COUNCIL: "심의 중",
    TicketState.FIELD: "현장 출동",
    TicketState.RESOLVED: "처리 완료",
    TicketState.NOTIFIED: "결과 통지",
    TicketState.CLOSED: "종결",
}


class Channel(StrEnum):
    """How a petition reached the city."""

    PHONE120 = "phone120"
    VOC = "voc"
    ADMIN119 = "admin119"
    ONLINE = "online_consult"
    OBSERVATION = "observation"
    PATROL = "patrol"
    MONITOR = "monitor"
    OPEN311 = "open311"
    VISIT = "visit"


CHANNEL_NAMES_KO: Final[dict[Channel, str]] = {
    Channel.PHONE120: "전화 120",
    Channel.VOC: "고객의 소리",
    Channel.ADMIN119: "행정119",
    Channel.ONLINE: "온라인 상담",
    Channel.OBSERVATION: "종합관찰제",
    Channel.PATROL: "기동순찰",
    Channel.MONITOR: "민원모니터",
    Channel.OPEN311: "모바일 신고",
    Channel.VISIT: "방문",
}


class TicketOutcome(StrEnum):
    """How a petition ended."""

    DONE = "done"
    PARTLY = "partly"
    IMPOSSIBLE = "impossible"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"
    REPEATED = "repeated"


OUTCOME_NAMES_KO: Final[dict[TicketOutcome, str]] = {
    TicketOutcome.DONE: "처리",
    TicketOutcome.PARTLY: "일부 처리",
    TicketOutcome.IMPOSSIBLE: "처리 불가",
    TicketOutcome.REJECTED: "반려",
    TicketOutcome.WITHDRAWN: "취하",
    TicketOutcome.TRANSFERRED: "이송",
    TicketOutcome.REPEATED: "반복민원 종결",
}


class VisitResult(StrEnum):
    """What the immediate-resolution team (즉시해결팀) found and did."""

    FIXED = "fixed"
    NEEDS_WORK = "needs_work"
    NOTHING_FOUND = "nothing_found"


class Phase(StrEnum):
    """When a photograph was taken, or that a file is evidence."""

    BEFORE = "before"
    AFTER = "after"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the problem is; degrees of WGS 84."""

    lat: float | None = None
    lon: float | None = None
    address: str | None = None
    address_id: str | None = None
    zipcode: str | None = None
    area: str | None = None
    """Code of the administrative quarter (동)."""

    @property
    def known(self) -> bool:
        """Say whether somebody could go there."""
        return self.lat is not None or bool(self.address) or bool(self.address_id)


NOWHERE: Final = Place()
"""No place was said."""


# --- What can happen -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A petition arrived; its text has been freed of personal data."""

    kind: ClassVar[str] = "submitted"
    channel: Channel
    service: str
    title: str
    body: str
    place: Place = NOWHERE
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    petitioner: str | None = None
    """Reference into the store of people; `None` if nobody is to be answered."""
    external_ref: str | None = None
    public: bool = True
    media_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The petition was accepted: the statutory period starts here, not at submission."""

    kind: ClassVar[str] = "accepted"
    period: Period
    legal_basis: str
    goal_minutes: int | None = None
    """The city's own promise in working minutes, if it has one for this service."""
    calendar: str = ""
    """Version of the calendar its days are counted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Sent to a unit, which has yet to take it."""

    kind: ClassVar[str] = "routed"
    unit: str
    rule: str
    """Which routing rule said so; `manual` when a person did."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The unit is not the right one: back to the desk (시행령 §13: within 3 working hours)."""

    kind: ClassVar[str] = "returned"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The unit takes it: an officer answers for it from here on."""

    kind: ClassVar[str] = "taken"
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Another officer of the same unit answers for it."""

    kind: ClassVar[str] = "assigned"
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified:
    """It was another kind of petition: the period of the new service runs from the acceptance."""

    kind: ClassVar[str] = "reclassified"
    service: str
    period: Period
    legal_basis: str
    reason: str
    goal_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """The description was put right: title, text or place, freed of personal data."""

    kind: ClassVar[str] = "amended"
    title: str
    body: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequested:
    """Papers are missing (보완): the clock pauses, both end days included."""

    kind: ClassVar[str] = "supplement_requested"
    asked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementReceived:
    """The missing papers came."""

    kind: ClassVar[str] = "supplement_received"
    received: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperationAsked:
    """Another unit is asked for its opinion (협조); the statutory clock keeps running."""

    kind: ClassVar[str] = "cooperation_asked"
    unit: str
    question: str
    reply_period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class CooperationReceived:
    """The other unit answered."""

    kind: ClassVar[str] = "cooperation_received"
    opinion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilReferred:
    """Put on the agenda of a working council (실무심의회) sitting."""

    kind: ClassVar[str] = "council_referred"
    sitting: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilDecided:
    """The council decided."""

    kind: ClassVar[str] = "council_decided"
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """The immediate-resolution team is sent; it stands in the team's queue until it arrives."""

    kind: ClassVar[str] = "dispatched"
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """The team is on the spot."""

    kind: ClassVar[str] = "arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """The visit is over."""

    kind: ClassVar[str] = "visited"
    result: VisitResult
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """The statutory period was extended (시행령 §21): once, and once more with consent."""

    kind: ClassVar[str] = "extended"
    n: int
    period: Period
    reason: str
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressNotified:
    """The petitioner was told how far it is (시행령 §23: every 30 days)."""

    kind: ClassVar[str] = "progress_notified"
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The work is done, or decided not to be done."""

    kind: ClassVar[str] = "resolved"
    outcome: TicketOutcome
    answer: str
    remedy: str | None = None
    """How to object; the law asks for it beside every refusal (법 §27)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNotified:
    """The petitioner has the result, or lawfully needs none."""

    kind: ClassVar[str] = "result_notified"
    exemption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredOut:
    """It belongs to another agency, which has it now (이송); the petitioner is told."""

    kind: ClassVar[str] = "transferred_out"
    agency: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Not accepted, or the missing papers never came (반려); reason and remedy are due."""

    kind: ClassVar[str] = "rejected"
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The petitioner took it back (취하)."""

    kind: ClassVar[str] = "withdrawn"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nothing more is to be done."""

    kind: ClassVar[str] = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """It was not over: a new period runs from here."""

    kind: ClassVar[str] = "reopened"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """A newer calendar came into force: open periods are counted by it; what was promised stays."""

    kind: ClassVar[str] = "recounted"
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Somebody wrote a remark for colleagues."""

    kind: ClassVar[str] = "noted"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file was added, known by the hash of its content."""

    kind: ClassVar[str] = "attached"
    sha256: str
    name: str
    media_type: str
    size: int
    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLinked:
    """The petition is about the problem of a work case, perhaps with others."""

    kind: ClassVar[str] = "case_linked"
    case: str


TicketEvent = (
    Submitted | Accepted | Routed | Returned | Taken | Assigned | Reclassified | Amended
    | SupplementRequested | SupplementReceived | CooperationAsked | CooperationReceived
    | CouncilReferred | CouncilDecided | Dispatched | Arrived | Visited | Extended
    | ProgressNotified | Resolved | ResultNotified | TransferredOut | Rejected | Withdrawn
    | Closed | Reopened | Recounted | Noted | Attached | CaseLinked
)  # fmt: skip

EVENTS: Final[dict[str, type[TicketEvent]]] = {event.kind: event for event in TicketEvent.__args__}
"""Every event by the kind it is stored under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event in its place: the `seq`-th of its ticket, by whom and when."""

    seq: int
    at: datetime
    actor: Actor
    event: TicketEvent
