"""One `async with` is one transaction; the stores below it share it. Nothing else commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.store.accounts import Accounts, AdminActs, ApiKeys
from callcenter.store.alerts import Alerts
from callcenter.store.attachments import Attachments
from callcenter.store.campaigns import Campaigns
from callcenter.store.clocks import Clocks
from callcenter.store.dead_letters import DeadLetters
from callcenter.store.definitions import Definitions
from callcenter.store.do_not_call import DoNotCall
from callcenter.store.duplicates import Duplicates
from callcenter.store.engine import Database
from callcenter.store.frontiers import Frontiers
from callcenter.store.idempotency import Idempotency
from callcenter.store.imports import Imports
from callcenter.store.lead_counts import LeadCounts
from callcenter.store.lead_imports import LeadImports
from callcenter.store.leads import Leads
from callcenter.store.ledger import Ledger
from callcenter.store.legs import Legs
from callcenter.store.live_reports import LiveReports
from callcenter.store.live_sources import LiveSources
from callcenter.store.notices import Notices
from callcenter.store.open311 import Open311Tokens
from callcenter.store.outbox import Outbox
from callcenter.store.people import People
from callcenter.store.reference import Reference
from callcenter.store.reports import Reports
from callcenter.store.roots import Roots
from callcenter.store.search import Search
from callcenter.store.survey_answers import SurveyAnswers
from callcenter.store.survey_frames import SurveyFrames
from callcenter.store.survey_rounds import SurveyRounds
from callcenter.store.survey_sending import SurveySending
from callcenter.store.surveys import Surveys
from callcenter.store.switch_commands import SwitchCommands
from callcenter.store.ticket_counts import TicketDues
from callcenter.store.ticket_facts import TicketFacts
from callcenter.store.ticket_lists import TicketLists
from callcenter.store.tickets import Tickets
from callcenter.store.webhooks import Webhooks
from callcenter.store.work_cases import WorkCases


class UnitOfWork:
    """The stores, in one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on a connection whose transaction is somebody else's to end."""
        self.connection = connection

    @cached_property
    def tickets(self) -> Tickets:
        """Tickets, their events and clocks."""
        return Tickets(self.connection)

    @cached_property
    def clocks(self) -> Clocks:
        """Promises with dates."""
        return Clocks(self.connection)

    @cached_property
    def reference(self) -> Reference:
        """Calendars and catalogues in every version."""
        return Reference(self.connection)

    @cached_property
    def lists(self) -> TicketLists:
        """Tickets, many at a time."""
        return TicketLists(self.connection)

    @cached_property
    def facts(self) -> TicketFacts:
        """What reports know of each ticket."""
        return TicketFacts(self.connection)

    @cached_property
    def reports(self) -> Reports:
        """Sums by day."""
        return Reports(self.connection)

    @cached_property
    def surveys(self) -> Surveys:
        """Closings and what petitioners thought of them."""
        return Surveys(self.connection)

    @cached_property
    def survey_rounds(self) -> SurveyRounds:
        """Rounds that ask a sample."""
        return SurveyRounds(self.connection)

    @cached_property
    def survey_answers(self) -> SurveyAnswers:
        """What rounds were answered."""
        return SurveyAnswers(self.connection)

    @cached_property
    def survey_sending(self) -> SurveySending:
        """Links of rounds on their way."""
        return SurveySending(self.connection)

    @cached_property
    def survey_frames(self) -> SurveyFrames:
        """Who was served in a period."""
        return SurveyFrames(self.connection)

    @cached_property
    def work_cases(self) -> WorkCases:
        """Problems that petitions share."""
        return WorkCases(self.connection)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Petitions that may be about one problem."""
        return Duplicates(self.connection)

    @cached_property
    def imports(self) -> Imports:
        """Files that became tickets."""
        return Imports(self.connection)

    @cached_property
    def definitions(self) -> Definitions:
        """What figures mean, in every version."""
        return Definitions(self.connection)

    @cached_property
    def live_reports(self) -> LiveReports:
        """Legs, spells and answers as reports and lists want them."""
        return LiveReports(self.connection)

    @cached_property
    def search(self) -> Search:
        """Words in tickets."""
        return Search(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        """People who log in."""
        return Accounts(self.connection)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Machines that ask."""
        return ApiKeys(self.connection)

    @cached_property
    def admin_acts(self) -> AdminActs:
        """What administrators did."""
        return AdminActs(self.connection)

    @cached_property
    def idempotency(self) -> Idempotency:
        """Which requests have been answered already."""
        return Idempotency(self.connection)

    @cached_property
    def attachments(self) -> Attachments:
        """Files by the hash of their content."""
        return Attachments(self.connection)

    @cached_property
    def roots(self) -> Roots:
        """One hash a day over all events."""
        return Roots(self.connection)

    @cached_property
    def people(self) -> People:
        """Petitioners, sealed."""
        return People(self.connection)

    @cached_property
    def notices(self) -> Notices:
        """What petitioners are owed and got."""
        return Notices(self.connection)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Who wants to hear of what happens to tickets."""
        return Webhooks(self.connection)

    @cached_property
    def open311(self) -> Open311Tokens:
        """Tokens of phone apps."""
        return Open311Tokens(self.connection)

    @cached_property
    def alerts(self) -> Alerts:
        """What supervisors were told without having looked."""
        return Alerts(self.connection)

    @cached_property
    def switch_commands(self) -> SwitchCommands:
        """What supervisors told the switches."""
        return SwitchCommands(self.connection)

    @cached_property
    def ticket_dues(self) -> TicketDues:
        """How many tickets are open, due and overdue."""
        return TicketDues(self.connection)

    @cached_property
    def ledger(self) -> Ledger:
        """Everything that switches told."""
        return Ledger(self.connection)

    @cached_property
    def live_sources(self) -> LiveSources:
        """How switches stand."""
        return LiveSources(self.connection)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """What could not be read."""
        return DeadLetters(self.connection)

    @cached_property
    def legs(self) -> Legs:
        """What switches told, put together by leg and agent."""
        return Legs(self.connection)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Whom the centre calls of its own accord, and how."""
        return Campaigns(self.connection)

    @cached_property
    def leads(self) -> Leads:
        """Those whom campaigns call."""
        return Leads(self.connection)

    @cached_property
    def lead_counts(self) -> LeadCounts:
        """Leads and attempts, counted."""
        return LeadCounts(self.connection)

    @cached_property
    def lead_imports(self) -> LeadImports:
        """Files that became leads."""
        return LeadImports(self.connection)

    @cached_property
    def do_not_call(self) -> DoNotCall:
        """Numbers that are not to be called."""
        return DoNotCall(self.connection)

    @cached_property
    def frontiers(self) -> Frontiers:
        """What outbound successes cost inbound callers, as planners computed it."""
        return Frontiers(self.connection)

    @cached_property
    def outbox(self) -> Outbox:
        """What must be told to somebody outside."""
        return Outbox(self.connection)


class Store:
    """Makes units of work on one database."""

    def __init__(self, database: Database) -> None:
        """Take a database; it is opened when first needed."""
        self.database = database

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        """Commit when the block ends, roll back when it raises."""
        async with self.database.writing() as connection:
            yield UnitOfWork(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """See one state of the database; nothing is changed."""
        async with self.database.reading() as connection:
            yield UnitOfWork(connection)
