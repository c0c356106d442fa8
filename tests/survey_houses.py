"""The desks of satisfaction rounds beside those of campaigns, for tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from callcenter.desk.people import PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.survey_answers import Said, SurveyAnswerDesk
from callcenter.desk.survey_leads import SurveyLeadDesk
from callcenter.desk.survey_round_reports import RoundReport, SurveyRoundReports
from callcenter.desk.survey_rounds import SurveyRoundDesk
from callcenter.domain.survey_rounds import (
    Round,
)
from callcenter.domain.ticket_events import Closed, Resolved, ResultNotified, Taken, TicketOutcome
from callcenter.store.survey_rounds import Invitation
from callcenter.store.surveys import Survey
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests import builders
from tests.callcenter.domain.test_survey_rounds import a_round
from tests.campaigns import PLANNER, Desks, desks

PAGE = "https://120.example/s"
WEEK = {"first_day": date(2026, 11, 9), "last_day": date(2026, 11, 15)}
MONDAY = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)
CONTENT = Said(scores={"overall": 5, "kindness": 5, "solved": 4})
DONE = (
    Taken(officer="officer-1"),
    Resolved(outcome=TicketOutcome.DONE, answer="고쳤습니다."),
    ResultNotified(),
    Closed(),
)


class House:
    """The desks of rounds beside those of campaigns, on one clock: Friday 20 November at ten."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.calling: Desks = desks(store)
        self.watch = self.calling.watch
        vault, now = self.calling.vault, self.calling.watch
        self.rounds = SurveyRoundDesk(store=store, now=now)
        self.answers = SurveyAnswerDesk(store=store, vault=vault, now=now, page=PAGE)
        self.leads = SurveyLeadDesk(
            store=store, vault=vault, now=now, calendars=self.calling.dialling._calendars
        )
        self.reports = SurveyRoundReports(store=store)
        self.people = PeopleDesk(store=store, vault=vault, now=now)

    async def drawn(self, **said: Any) -> Round:
        """Make a round and draw it."""
        draft = await self.rounds.create(a_round(**(WEEK | said)), actor=PLANNER)
        return await self.rounds.draw(draft.code, actor=PLANNER, expected=draft.version)

    async def invited(self, code: str = "2026-4") -> list[Invitation]:
        return await self.answers.invitations(code, after=0, most=1_000)

    async def says(self, invitation: Invitation, said: Said = CONTENT) -> None:
        await self.answers.answer(token(self.answers.link(invitation)), said)

    async def report(self, code: str = "2026-4") -> RoundReport:
        return await self.reports.report(code)

    async def closings(self, *people: str | None, **said: Any) -> None:
        """Close one ticket after the other, of these petitioners."""
        for number, person in enumerate(people):
            await self._close(MONDAY + timedelta(minutes=number), person, **said)

    async def _close(self, at: datetime, person: str | None, **said: Any) -> None:
        closing = {"service": "streetlight", "unit": "light", "channel": "web"} | said
        history = builders.a_history(*DONE, at=at - timedelta(days=2), petitioner=person)
        async with self.store.writing() as uow:
            ticket = builders.a_ticket(await uow.tickets.next_number(2026), history)
            await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=at)
            await uow.surveys.add(
                Survey(
                    ticket=ticket.number,
                    closing=1,
                    sampled=False,
                    officer="officer-1",
                    closed_at=at,
                    expires_at=at,
                    **closing,
                )
            )

    async def petitioners(self, phones: Sequence[str | None]) -> list[str]:
        """Record people, and return their references."""
        known = [Petitioner(name=f"시민{n}", phone=phone) for n, phone in enumerate(phones)]
        async with self.store.writing() as uow:
            return await self.people.recorded(uow, known, at=MONDAY)


def token(link: str) -> str:
    return link.removeprefix(f"{PAGE}/")
