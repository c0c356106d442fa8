"""Wire shapes for tickets: what is asked for, and what is answered."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.schemas.moments import Moment
from callcenter.desk.petitions import Petition, Petitioner
from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import ClockState
from callcenter.domain.periods import Period
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import (
    CHANNEL_NAMES_KO,
    OUTCOME_NAMES_KO,
    STATE_NAMES_KO,
    Channel,
    Place,
    TicketOutcome,
    TicketState,
)
from callcenter.domain.ticket_rules import Rule
from callcenter.domain.tickets import Ticket

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]


class Shape(BaseModel):
    """Anything on the wire: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceShape(Shape):
    """Where the problem is."""

    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    address: Annotated[str, StringConstraints(max_length=200)] | None = None
    address_id: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,80}$")] | None = None
    zipcode: Annotated[str, StringConstraints(pattern=r"^[0-9-]{3,10}$")] | None = None
    area: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,40}$")] | None = None

    @model_validator(mode="after")
    def both_or_none(self) -> Self:
        """Refuse half a coordinate."""
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon are given together")
        return self

    def place(self) -> Place:
        """Return it as the house knows it."""
        return Place(**self.model_dump())


class PetitionerShape(Shape):
    """Who asks. It is sealed at once and answered to nobody without a purpose."""

    name: Line | None = None
    phone: Annotated[str, StringConstraints(max_length=30)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    address: Annotated[str, StringConstraints(max_length=200)] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^(ko|en)$")] = "ko"
    consents: frozenset[Annotated[str, StringConstraints(pattern=r"^(sms|email)$")]] | None = Field(
        default=None,
        description="Left out, what the petitioner agreed to before stays; who is new gets both.",
    )

    def petitioner(self) -> Petitioner:
        """Return it as the house knows it."""
        return Petitioner(**self.model_dump())


class PetitionShape(Shape):
    """What a citizen asks for."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "channel": "phone120",
                    "service": "streetlight",
                    "title": "가로등이 꺼져 있어요",
                    "body": "시청 앞 버스 정류장 옆 가로등이 사흘째 꺼져 있습니다.",
                    "place": {"lat": 37.5034, "lon": 126.766, "address": "길주로 210"},
                    "petitioner": {"name": "홍길동", "phone": "010-1234-5678"},
                }
            ]
        },
    )

    channel: Channel
    service: Code
    title: Line
    body: Text
    place: PlaceShape = PlaceShape()
    attributes: dict[Code, list[Line]] = Field(default_factory=dict, max_length=50)
    petitioner: PetitionerShape | None = None
    external_ref: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,120}$")] | None = None
    media_url: Annotated[str, StringConstraints(pattern=r"^https?://\S{1,500}$")] | None = None

    def petition(self) -> Petition:
        """Return it as the house knows it."""
        return Petition(
            channel=self.channel,
            service=self.service,
            title=self.title,
            body=self.body,
            place=self.place.place(),
            attributes=tuple((code, tuple(values)) for code, values in self.attributes.items()),
            petitioner=self.petitioner.petitioner() if self.petitioner else None,
            external_ref=self.external_ref,
            media_url=self.media_url,
        )


class Named(Shape):
    """A code and what people call it."""

    code: str
    name_ko: str
    name_en: str | None = None


class PeriodShape(Shape):
    """How long something may take."""

    qty: int
    unit: str
    name_ko: str

    @classmethod
    def of(cls, period: Period) -> Self:
        """Write a period."""
        return cls(qty=period.qty, unit=period.unit, name_ko=period.name_ko)


class TicketShape(Shape):
    """A ticket as it stands. Nothing personal is in it: `petitioner` is a reference."""

    number: str = Field(examples=["2026-000123"])
    seq: int = Field(description="Of its last event; the ETag, and what If-Match is compared with.")
    state: Named
    state_since: Moment
    channel: Named
    service: Named
    title: str
    body: str
    place: PlaceShape
    attributes: dict[str, list[str]]
    petitioner: str | None
    external_ref: str | None
    media_url: str | None
    public: bool
    unit: Named | None
    officer: str | None
    team: str | None
    cooperating_unit: str | None
    hops: int = Field(description="How often it was sent to a unit: the ping-pong meter.")
    period: PeriodShape | None
    legal_basis: str | None
    submitted_at: Moment
    accepted_at: Moment | None
    statutory_due_at: Moment | None = Field(description="The date the law gives, as of now.")
    promised_due_at: Moment | None = Field(description="The date the petitioner was told.")
    on_time: bool | None = Field(description="Whether the law's date was kept, once it is decided.")
    extensions: int
    outcome: Named | None
    answer: str | None
    resolved_at: Moment | None
    notified_at: Moment | None
    closed_at: Moment | None
    reopenings: int
    work_case: str | None
    updated_at: Moment

    @classmethod
    def of(cls, ticket: Ticket, *, catalogue: Catalogue, due: Any) -> Self:
        """Write a ticket; `due` has the clocks' columns."""
        same = {
            name: getattr(ticket, name)
            for name in cls.model_fields
            if name in Ticket.__slots__ and name not in _WRITTEN
        }
        return cls(
            **same,
            state=state_named(ticket.state),
            channel=Named(code=ticket.channel, name_ko=CHANNEL_NAMES_KO[ticket.channel]),
            service=service_named(ticket.service, catalogue=catalogue),
            place=PlaceShape.model_construct(**_fields(ticket.place)),
            attributes={code: list(values) for code, values in ticket.attributes},
            unit=unit_named(ticket.unit, catalogue=catalogue),
            period=ticket.period and PeriodShape.of(ticket.period),
            outcome=outcome_named(ticket.outcome),
            work_case=ticket.case,
            statutory_due_at=due.statutory_due_at,
            promised_due_at=due.promised_due_at,
            on_time=due.on_time,
        )


_WRITTEN = {"state", "channel", "service", "place", "attributes", "unit", "period", "outcome"}


class CommandShape(Shape):
    """A command this user may give to this ticket now."""

    command: str
    name_ko: str
    needs: dict[str, Any] = Field(description="JSON Schema of what the command takes.")
    clocks: str
    notice: str | None

    @classmethod
    def of(cls, rule: Rule, *, needs: dict[str, Any]) -> Self:
        """Write a row of the table of commands."""
        return cls(
            command=rule.command,
            name_ko=rule.ko,
            needs=needs,
            clocks=rule.clocks,
            notice=rule.notice,
        )


class EventShape(Shape):
    """One thing that happened to a ticket."""

    seq: int
    kind: str
    at: Moment
    actor: str
    actor_unit: str | None
    said: dict[str, Any]
    hash: str


class DayShape(Shape):
    """One day of a deadline's account."""

    day: str
    counted: bool
    number: int | None
    reason_ko: str
    reason_en: str


class ClockShape(Shape):
    """A promise with a date, and why it is that date."""

    kind: ClockKind
    n: int
    state: ClockState
    started_at: Moment
    due_at: Moment | None
    stopped_at: Moment | None
    period: PeriodShape
    rule: str
    calendar_version: str
    used_minutes: int | None
    margin_minutes: int | None
    summary_ko: str
    summary_en: str
    days: list[DayShape]


def state_named(state: TicketState) -> Named:
    """Name a state."""
    return Named(code=state, name_ko=STATE_NAMES_KO[state])


def outcome_named(outcome: TicketOutcome | None) -> Named | None:
    """Name an outcome."""
    return None if outcome is None else Named(code=outcome, name_ko=OUTCOME_NAMES_KO[outcome])


def service_named(code: str, *, catalogue: Catalogue) -> Named:
    """Name a service; one the catalogue no longer has by its code."""
    found = next((one for one in catalogue.services if one.code == code), None)
    if found is None:
        return Named(code=code, name_ko=code)
    return Named(code=code, name_ko=found.name_ko, name_en=found.name_en)


def unit_named(code: str | None, *, catalogue: Catalogue) -> Named | None:
    """Name a unit; one the catalogue no longer has by its code."""
    if code is None:
        return None
    found = next((one for one in catalogue.units if one.code == code), None)
    if found is None:
        return Named(code=code, name_ko=code)
    return Named(code=code, name_ko=found.name_ko, name_en=found.name_en)


def _fields(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__slots__}
