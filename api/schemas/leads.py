"""Wire shapes for leads: masked for who plans, open for who calls; and for the do-not-call list."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, StringConstraints

from api.schemas.moments import Moment
from api.schemas.tickets import Line, Shape
from callcenter.desk.dialling import Handed, MaskedLead, Offer, Outcome, WhyNone
from callcenter.desk.lead_imports import LeadImport
from callcenter.domain.leads import LEAD_STATE_NAMES_KO, LeadState, Standing
from callcenter.domain.outbound import Disposition
from callcenter.store.do_not_call import Entry
from callcenter.store.lead_imports import LeadRowStatus, Reason

OutcomeWord = Literal[
    "no_answer",
    "busy",
    "machine",
    "wrong_number",
    "refusal",
    "call_later",
    "partial",
    "success",
    "dropped",
]
Phone = Annotated[str, StringConstraints(max_length=30)]


class LeadRowShape(Shape):
    """What became of one row of a file."""

    row: int
    status: LeadRowStatus
    reason: Reason | None
    error: str | None
    lead: int | None


class LeadImportShape(Shape):
    """What became of a file of leads, or would."""

    sha256: str
    dry_run: bool
    created: int
    refused: int
    rows: list[LeadRowShape]

    @classmethod
    def of(cls, done: LeadImport, *, dry_run: bool) -> Self:
        """Show an import."""
        rows = [
            LeadRowShape(
                row=row.row, status=row.status, reason=row.reason, error=row.error, lead=row.lead
            )
            for row in done.rows
        ]
        return cls(
            sha256=done.sha256,
            dry_run=dry_run,
            created=done.created,
            refused=len(rows) - done.created,
            rows=rows,
        )


class LeadStanding(Shape):
    """How a lead stands."""

    state: LeadState
    state_ko: str
    due_at: Moment
    attempts: int
    last: str | None

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """Show how a lead stands."""
        return cls(**_standing(standing))


class LeadShape(LeadStanding):
    """A lead behind masks, 010-****-5678; the number is null once it is forgotten."""

    lead: int
    cell: str
    phone: str | None
    name: str | None
    agent: str | None

    @classmethod
    def masked(cls, lead: MaskedLead) -> Self:
        """Show a lead."""
        return cls(
            lead=lead.lead,
            cell=lead.cell,
            phone=lead.phone,
            name=lead.name,
            agent=lead.agent,
            **_standing(lead.standing),
        )


class HandedShape(Shape):
    """The lead in an agent's hand: that he saw it is recorded."""

    attempt: str
    lead: int
    cell: str
    phone: str
    name: str | None
    attempts: int
    last: str | None
    until: Moment

    @classmethod
    def of(cls, handed: Handed) -> Self:
        """Show a lead to who calls it."""
        return cls(
            attempt=handed.attempt,
            lead=handed.lead,
            cell=handed.cell,
            phone=handed.phone,
            name=handed.name,
            attempts=handed.attempts,
            last=_word(handed.last),
            until=handed.until,
        )


class OfferShape(Shape):
    """A lead, or why there is none and when to ask again."""

    lead: HandedShape | None
    why: WhyNone | None
    next_at: Moment | None

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Show an offer."""
        lead = None if offer.handed is None else HandedShape.of(offer.handed)
        return cls(lead=lead, why=offer.why, next_at=offer.next_at)


class HoldShape(Shape):
    """Until when a lead is in an agent's hand."""

    attempt: str
    until: Moment


class OutcomeShape(Shape):
    """What came of an attempt."""

    disposition: OutcomeWord
    begun_at: AwareDatetime | None = None
    call_back_at: AwareDatetime | None = None
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    call: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None

    def outcome(self) -> Outcome:
        """Return it as the house knows it."""
        return Outcome(
            disposition=Disposition[self.disposition.upper()],
            begun_at=self.begun_at,
            call_back_at=self.call_back_at,
            source=self.source,
            call=self.call,
        )


# --- Do not call ------------------------------------------------------------------------------------------


class NumberShape(Shape):
    """A telephone number, and why it goes on the list or off it."""

    phone: Phone
    reason: Line


class EntryShape(Shape):
    """A number on the list, which nobody can read off it."""

    id: int
    reason: str
    added_at: Moment
    added_by: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Show an entry."""
        return cls(
            id=entry.id, reason=entry.reason, added_at=entry.added_at, added_by=entry.added_by
        )


def _standing(standing: Standing) -> dict[str, object]:
    return {
        "state": standing.state,
        "state_ko": LEAD_STATE_NAMES_KO[standing.state],
        "due_at": standing.due_at,
        "attempts": standing.attempts,
        "last": _word(standing.last),
    }


def _word(disposition: Disposition | None) -> str | None:
    return None if disposition is None else disposition.name.lower()
