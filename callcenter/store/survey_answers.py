"""What was answered in satisfaction rounds: by those drawn, by leads, and after the calls drawn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.leads import DUE, LeadState
from callcenter.domain.outbound import Disposition
from callcenter.errors import ConflictError
from callcenter.store.tables.campaigns import LEAD
from callcenter.store.tables.live import CSAT_ANSWER
from callcenter.store.tables.survey_rounds import SURVEY_ANSWER, SURVEY_INVITATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, for reports."""

    cell: str
    queue: str | None
    service: str | None
    unit: str | None
    scores: Mapping[str, int] | None
    """By question; `None` of an answer given after the call."""
    score: int
    most: int | None
    """Of the scale, where it is not the form's."""


class SurveyAnswers:
    """Answers within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def answer(
        self,
        code: str,
        *,
        cell: str,
        scores: Mapping[str, int],
        score: int,
        comment: str | None,
        at: datetime,
        by: str | None,
        invitation: int | None = None,
        lead: int | None = None,
    ) -> None:
        """Keep an answer.

        Raises:
            ConflictError: there is one of this person already.
        """
        row = {
            "round": code,
            "invitation": invitation,
            "lead": lead,
            "cell": cell,
            "scores": json.dumps(dict(scores), sort_keys=True),
            "score": score,
            "comment": comment,
            "at": at,
            "by": by,
        }
        try:
            await self._connection.execute(insert(SURVEY_ANSWER).values(**row))
        except IntegrityError as error:
            raise ConflictError("this has been answered already") from error

    async def let_be(self, lead: int) -> None:
        """Call a lead no more: who stands behind it has answered."""
        await self._connection.execute(
            update(LEAD)
            .where(LEAD.c.id == lead, LEAD.c.state.in_(list(DUE)))
            .values(state=LeadState.EXPIRED)
        )

    async def answered_leads(self, code: str) -> dict[Disposition | None, int]:
        """Count the leads whose answer is kept by what their last attempt came to."""
        query = (
            select(LEAD.c.last, func.count().label("many"))
            .join(SURVEY_ANSWER, SURVEY_ANSWER.c.lead == LEAD.c.id)
            .where(SURVEY_ANSWER.c.round == code)
            .group_by(LEAD.c.last)
        )
        rows = await self._connection.execute(query)
        return {row.last and Disposition[row.last.upper()]: row.many for row in rows}

    async def replies(self, code: str) -> list[Reply]:
        """Return the answers of a round: those given to it, and those given after a call drawn."""
        drawn, said = SURVEY_INVITATION.c, SURVEY_ANSWER.c
        query = (
            select(
                said.cell,
                said.scores,
                said.score,
                drawn.queue,
                drawn.service,
                drawn.unit,
            )
            .outerjoin(SURVEY_INVITATION, said.invitation == drawn.id)
            .where(said.round == code)
            .order_by(said.id)
        )
        rows = await self._connection.execute(query)
        told = [
            Reply(
                cell=row.cell,
                queue=row.queue,
                service=row.service,
                unit=row.unit,
                scores=json.loads(row.scores),
                score=row.score,
                most=None,
            )
            for row in rows
        ]
        return told + await self._after_call(code)

    async def _after_call(self, code: str) -> list[Reply]:
        """Return what those drawn had answered after their call, unless they answered the round."""
        drawn, heard = SURVEY_INVITATION.c, CSAT_ANSWER.c
        same = and_(heard.source == drawn.source, heard.call == drawn.call, heard.leg == drawn.leg)
        answered = select(SURVEY_ANSWER.c.id).where(SURVEY_ANSWER.c.invitation == drawn.id)
        query = (
            select(drawn.id, drawn.cell, drawn.queue, heard.score, heard.scale)
            .join(CSAT_ANSWER, same)
            .where(drawn.round == code, ~answered.exists())
            .order_by(drawn.id, heard.at)
        )
        last = {row.id: row for row in await self._connection.execute(query)}
        return [
            Reply(
                cell=row.cell,
                queue=row.queue,
                service=None,
                unit=None,
                scores=None,
                score=row.score,
                most=row.scale,
            )
            for row in last.values()
        ]
