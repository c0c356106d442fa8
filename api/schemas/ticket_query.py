"""What a list of tickets may be asked for."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.page import MOST
from api.schemas.tickets import Code
from callcenter.domain.access import READERS, Actor
from callcenter.domain.ticket_events import Channel, TicketState
from callcenter.store.ticket_lists import Filters, Order

_Reference = Annotated[str, StringConstraints(pattern=r"^P[0-9]{1,18}$")]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class TicketFilters(BaseModel):
    """What tickets have in common; what is left out is not asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[
        str | None,
        Field(max_length=100, description="Words in title, text, address or number: 가로등."),
    ] = None
    state: Annotated[list[TicketState], Field(max_length=11)] = []
    open: bool | None = None
    unit: Code | None = None
    officer: _Line | None = None
    service: Annotated[list[Code], Field(max_length=50)] = []
    channel: Channel | None = None
    area: _Line | None = None
    petitioner: _Reference | None = None
    work_case: _Line | None = None
    due_after: AwareDatetime | None = None
    due_before: AwareDatetime | None = None
    overdue: bool = False
    submitted_from: AwareDatetime | None = None
    submitted_before: AwareDatetime | None = None
    updated_after: AwareDatetime | None = None

    def filters(self, *, actor: Actor) -> Filters:
        """Return the filters; who is not of the house sees what they opened themselves."""
        return Filters(
            words=self.q,
            states=frozenset(self.state),
            open=self.open,
            unit=self.unit,
            officer=self.officer,
            services=frozenset(self.service),
            channel=self.channel,
            area=self.area,
            petitioner=self.petitioner,
            opened_by=None if actor.has(READERS) else actor.login,
            case=self.work_case,
            due_after=self.due_after,
            due_before=self.due_before,
            overdue=self.overdue,
            submitted_from=self.submitted_from,
            submitted_before=self.submitted_before,
            updated_after=self.updated_after,
        )


class TicketQuery(TicketFilters):
    """Filters of a list, and which page of it."""

    order: Order | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    cursor: Annotated[str | None, Field(max_length=600)] = None
