"""Who was served in a period: petitioners by their closings, callers by their legs."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import String, and_, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.clock import SECOND
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.survey_rounds import Served, person_key
from callcenter.domain.ticket_events import TicketOutcome
from callcenter.domain.worktime import midnight
from callcenter.store.tables.live import LEG, TELEPHONY_EVENT
from callcenter.store.tables.people import PETITIONER
from callcenter.store.tables.surveys import SURVEY
from callcenter.store.tables.tickets import TICKET

_NOT_OURS: Final = (TicketOutcome.WITHDRAWN, TicketOutcome.TRANSFERRED)
"""How petitions end whose answer, if there was one, was not the city's."""
_UNSERVED: Final = (
    Outcome.ABANDONED,
    Outcome.BALKED,
    Outcome.BUSY,
    Outcome.QUEUE_FULL,
    Outcome.RELEASED,
)


class SurveyFrames:
    """Those who could be asked, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def tickets(self, first: date, last: date) -> list[Served]:
        """Return the closings of some days, but those of nobody known and those not ours to answer.

        Records with one telephone number are one person: nobody is called twice for a round.
        """
        closed, ticket = SURVEY.c, TICKET.c
        reference = literal("P") + cast(PETITIONER.c.id, String)
        query = (
            select(
                closed.ticket,
                closed.closing,
                closed.service,
                closed.unit,
                closed.channel,
                closed.closed_at,
                ticket.petitioner,
                PETITIONER.c.phone_lookup,
            )
            .join(TICKET, ticket.number == closed.ticket)
            .outerjoin(PETITIONER, ticket.petitioner == reference)
            .where(
                closed.closed_at >= midnight(first),
                closed.closed_at < midnight(last + timedelta(days=1)),
                ticket.petitioner.is_not(None),
                ticket.outcome.is_(None) | ticket.outcome.not_in(_NOT_OURS),
            )
        )
        return [
            Served(
                person=_petitioner(row.petitioner, row.phone_lookup),
                at=int(row.closed_at.timestamp() * SECOND),
                ticket=row.ticket,
                closing=row.closing,
                service=row.service,
                unit=row.unit,
                channel=row.channel,
            )
            for row in await self._connection.execute(query)
        ]

    async def calls(self, first: date, last: date) -> list[Served]:
        """Return the legs of some days in which an agent spoke to a caller.

        A caller is known by the keyed hash of the number, where the switch tells one; else each call
        is another caller's.
        """
        callers = await self._callers(first, last)
        leg = LEG.c
        query = select(leg.source, leg.call, leg.leg, leg.queue, leg.answered).where(
            self._inbound(first, last),
            leg.outcome == Outcome.ANSWERED,
        )
        return [
            Served(
                person=callers.get((row.source, row.call))
                or person_key("call", row.source, row.call),
                at=row.answered or 0,
                queue=row.queue,
                source=row.source,
                call=row.call,
                leg=row.leg,
            )
            for row in await self._connection.execute(query)
        ]

    async def unserved(self, first: date, last: date) -> tuple[int, int]:
        """Count the legs of some days whose caller nobody served, and those answered."""
        query = (
            select(LEG.c.outcome, func.count().label("n"))
            .where(self._inbound(first, last))
            .group_by(LEG.c.outcome)
        )
        rows = await self._connection.execute(query)
        found = {Outcome(row.outcome): row.n for row in rows}
        return sum(found.get(one, 0) for one in _UNSERVED), found.get(Outcome.ANSWERED, 0)

    async def _callers(self, first: date, last: date) -> Mapping[tuple[str, str], str]:
        event = TELEPHONY_EVENT.c
        query = select(event.source, event.call, event.body).where(
            event.day.between(first.isoformat(), last.isoformat()),
            event.kind == "call.arrived",
            event.body.contains('"caller_hash":"'),
        )
        found = {}
        for row in await self._connection.execute(query):
            caller = _caller(json.loads(row.body))
            if caller:
                found[(row.source, row.call)] = person_key("caller", caller)
        return found

    @staticmethod
    def _inbound(first: date, last: date) -> Any:
        return and_(
            LEG.c.day.between(first.isoformat(), last.isoformat()),
            LEG.c.kind != LegKind.OUTBOUND,
        )


def _petitioner(reference: str, lookup: bytes | None) -> str:
    return person_key("petitioner", reference if lookup is None else lookup.hex())


def _caller(body: Any) -> str | None:
    """Return the keyed hash of the number that an arrival names."""
    found = body["data"].get("caller_hash")
    return found if isinstance(found, str) else None
