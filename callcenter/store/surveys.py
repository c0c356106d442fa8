"""Surveys: a row for each closing, and at most one answer to it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.worktime import midnight
from callcenter.measures.desk_work import Satisfaction
from callcenter.store.reports import CITY, Window
from callcenter.store.tables.surveys import SURVEY

SCORES: Final = range(1, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """One closing, with who answered for it then."""

    ticket: str
    closing: int
    sampled: bool
    """Whether somebody was invited to answer."""
    service: str
    unit: str | None
    officer: str | None
    channel: str
    closed_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """How many invitations of a unit and a service got this score, or no answer yet."""

    unit: str | None
    service: str
    score: int | None
    n: int


class Surveys:
    """Surveys within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def add(self, survey: Survey) -> None:
        """Write the row of a closing; the same closing again changes nothing."""
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        await self._connection.execute(
            dialect.insert(SURVEY).values(**asdict(survey)).on_conflict_do_nothing()
        )

    async def get(self, ticket: str, closing: int) -> Survey | None:
        """Return the survey of a ticket's n-th closing."""
        query = select(SURVEY).where(SURVEY.c.ticket == ticket, SURVEY.c.closing == closing)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return Survey(**{name: row[name] for name in Survey.__slots__})

    async def answer(
        self, ticket: str, closing: int, *, score: int, comment: str | None, at: datetime
    ) -> bool:
        """Keep the answer; `False` if there was one already, or nobody was asked."""
        answered = await self._connection.execute(
            update(SURVEY)
            .where(
                SURVEY.c.ticket == ticket,
                SURVEY.c.closing == closing,
                SURVEY.c.sampled,
                SURVEY.c.answered_at.is_(None),
            )
            .values(score=score, comment=comment, answered_at=at)
        )
        return answered.rowcount == 1

    async def answers(self, window: Window) -> Sequence[Answers]:
        """Count the answers to the closings of a window, by unit and service at the time."""
        row = SURVEY.c
        query = (
            select(row.unit, row.service, row.score, func.count().label("n"))
            .where(row.sampled)
            .where(row.closed_at >= midnight(window.first))
            .where(row.closed_at < midnight(window.last + timedelta(days=1)))
            .group_by(row.unit, row.service, row.score)
        )
        if window.scope != CITY:
            query = query.where(row.unit == window.scope)
        found = (await self._connection.execute(query)).mappings()
        return [Answers(**counted) for counted in found]


def satisfaction(answers: Iterable[Answers]) -> Satisfaction:
    """Put counted answers together."""
    counts = dict.fromkeys((None, *SCORES), 0)
    for each in answers:
        counts[each.score] += each.n
    one, two, three, four, five = (counts[score] for score in SCORES)
    return Satisfaction(invited=sum(counts.values()), scores=(one, two, three, four, five))
