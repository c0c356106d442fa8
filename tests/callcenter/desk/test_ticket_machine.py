"""Any sequence of commands leaves a ticket store whose invariants hold."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from callcenter.desk.audit import Audit, Fault
from callcenter.desk.calendars import CalendarShelf
from callcenter.desk.ticket_orders import ORDERS, Accept, Extend, Reclassify, Route, Take
from callcenter.domain import ticket_events as happen
from callcenter.domain.access import Role
from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import ClockState, clocks
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.ticket_rules import RULES, permitted
from callcenter.domain.tickets import replay
from callcenter.errors import CallCenterError
from callcenter.store.clocks import columns_of
from callcenter.store.engine import Database
from callcenter.store.events import broken_links, payload_of
from callcenter.store.unit_of_work import Store
from tests import builders, databases, desks

TEXTS = st.sampled_from(["현장 확인", "서류가 부족합니다", "담당이 아닙니다", "전구 교체"])
UNITS = st.sampled_from(["streetlight", "road", "water"])
PERIODS = st.builds(
    Period, qty=st.integers(1, 8), unit=st.sampled_from([PeriodUnit.DAY, PeriodUnit.HOUR])
)
CHANNELS = st.sampled_from([happen.Channel.PHONE120, happen.Channel.VOC])
PEOPLE = [
    builders.an_actor("lead", Role.LEAD),
    builders.an_actor("agent", Role.AGENT),
    builders.an_actor("officer", Role.OFFICER, unit="streetlight"),
]
SAID: dict[str, st.SearchStrategy[Any]] = {
    "accept": st.just(Accept()),
    "route": st.builds(Route, unit=UNITS, reason=TEXTS),
    "take": st.just(Take()),
    "reclassify": st.builds(
        Reclassify, service=st.sampled_from(["streetlight", "road-damage"]), reason=TEXTS
    ),
    "extend": st.builds(Extend, period=PERIODS, reason=TEXTS, consent=st.booleans()),
    "return": st.builds(happen.Returned, reason=TEXTS),
    "assign": st.just(happen.Assigned(officer="park")),
    "amend": st.just(happen.Amended(title="가로등", body="불이 안 켜짐", place=builders.CITY_HALL)),
    "request_supplement": st.builds(happen.SupplementRequested, asked=TEXTS),
    "receive_supplement": st.builds(happen.SupplementReceived, received=TEXTS),
    "ask_cooperation": st.builds(
        happen.CooperationAsked, unit=UNITS, question=TEXTS, reply_period=PERIODS
    ),
    "answer_cooperation": st.builds(happen.CooperationReceived, opinion=TEXTS),
    "refer_to_council": st.just(happen.CouncilReferred(sitting=desks.FRIDAY_MORNING)),
    "record_decision": st.builds(happen.CouncilDecided, decision=TEXTS),
    "dispatch": st.just(happen.Dispatched(team="immediate-team")),
    "arrive": st.just(happen.Arrived()),
    "report_visit": st.builds(
        happen.Visited, result=st.sampled_from(happen.VisitResult), report=TEXTS
    ),
    "notify_progress": st.builds(happen.ProgressNotified, message=TEXTS),
    "resolve": st.builds(
        happen.Resolved,
        outcome=st.sampled_from(happen.TicketOutcome),
        answer=TEXTS,
        remedy=st.none() | TEXTS,
    ),
    "transfer_out": st.just(happen.TransferredOut(agency="police", reason="경찰 소관")),
    "reject": st.builds(happen.Rejected, reason=TEXTS, remedy=TEXTS),
    "withdraw": st.builds(happen.Withdrawn, reason=TEXTS),
    "notify_result": st.builds(happen.ResultNotified, exemption=st.none() | TEXTS),
    "close": st.just(happen.Closed()),
    "reopen": st.builds(happen.Reopened, reason=TEXTS),
    "note": st.builds(happen.Noted, text=TEXTS),
    "attach": st.just(
        happen.Attached(
            sha256="0" * 64,
            name="a.jpg",
            media_type="image/jpeg",
            size=1,
            phase=happen.Phase.BEFORE,
        )
    ),
    "link_case": st.just(happen.CaseLinked(case="C1")),
}
ORDERLY = sorted(set(ORDERS) - {"recount", "link_case"})


class TicketLife(RuleBasedStateMachine):
    """One ticket, three people, any command at any time; the store is a real one."""

    url: str
    """Set by the test before a machine is made."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.watch = desks.Watch()
        self.number: str | None = None

    def run(self, coroutine: Any) -> Any:
        """Run to the end, in this machine's own loop."""
        return self.runner.run(coroutine)

    @precondition(lambda self: self.number is None)
    @rule(channel=CHANNELS, known=st.booleans())
    def open(self, *, channel: happen.Channel, known: bool) -> None:
        """A citizen calls or writes."""
        self.database = Database(self.url)
        self.store = Store(self.database)
        self.desk = self.run(desks.a_ticket_desk(self.store, watch=self.watch))
        petitioner = desks.A_PETITIONER if known else None
        petition = builders.a_petition(channel=channel, petitioner=petitioner)
        self.number = self.run(self.desk.open(petition, actor=PEOPLE[1])).ticket.number

    @precondition(lambda self: self.number is not None)
    @rule(hours=st.integers(1, 400))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.watch.advance(hours=hours)

    @precondition(lambda self: self.number is not None)
    @rule(data=st.data(), sensible=st.integers(0, 9))
    def command(self, data: st.DataObject, sensible: int) -> None:
        """Somebody gives a command: mostly one that is permitted, sometimes any."""
        actor = data.draw(st.sampled_from(PEOPLE))
        ticket, history, _, _ = self.run(self._read())
        names = [r.command for r in permitted(ticket, actor=actor) if r.command in ORDERLY]
        name = data.draw(st.sampled_from(names if names and sensible else ORDERLY))
        order = data.draw(SAID[name])
        try:
            self.run(
                self.desk.command(ticket.number, name, order, actor=actor, expected_seq=ticket.seq)
            )
        except CallCenterError:
            after, same, _, _ = self.run(self._read())
            unchanged = (after, same) == (ticket, history)
            assert unchanged, "a refused command changed something"

    @invariant()
    def everything_holds(self) -> None:
        """Check what must be true after any command."""
        if self.number is None:
            return
        ticket, history, row, rows = self.run(self._read())
        assert replay(ticket.number, history) == ticket
        assert broken_links(rows) == []
        calendar = self.run(desks.the_calendar(self.store, ticket.calendar))
        running = clocks(history, calendar=calendar)
        expected = columns_of(running, promised=None)
        assert {name: getattr(row, name) for name in expected} == expected
        statutory = [c for c in running if c.kind is ClockKind.STATUTORY]
        active = [c for c in statutory if c.state in {ClockState.RUNNING, ClockState.PAUSED}]
        owed = ticket.accepted_at is not None and ticket.notified_at is None
        given_up = ticket.outcome in {
            happen.TicketOutcome.WITHDRAWN,
            happen.TicketOutcome.TRANSFERRED,
        }
        assert len(active) == (1 if owed and not given_up else 0)
        assert ticket.extensions <= 2
        if ticket.closed_at is not None:
            assert ticket.notified_at is not None
            assert ticket.outcome is not None
        assert all("홍길동" not in payload_of(one.event) for one in history)

    async def _read(self) -> Any:
        assert self.number is not None
        async with self.store.reading() as uow:
            row = await uow.tickets.row(self.number)
            ticket = await uow.tickets.get(self.number)
            rows = await uow.tickets.event_rows(self.number)
            return ticket, await uow.tickets.history(self.number), row, rows

    async def _faults(self, number: str) -> list[Fault]:
        calendars = CalendarShelf(store=self.store, now=self.watch)
        await calendars.load()
        return await Audit(store=self.store, now=self.watch, calendars=calendars).verify(number)

    def teardown(self) -> None:
        """See that an auditor finds no fault, and close what was opened."""
        if self.number is not None:
            assert self.run(self._faults(self.number)) == []
            self.run(self.database.close())
        self.runner.close()


def test_every_command_has_something_to_say() -> None:
    assert set(SAID) | {"recount"} == set(ORDERS) == {r.command for r in RULES}


@pytest.fixture
def url(database_server: databases.Server) -> Iterator[str]:
    """Give a database that all lives of a test share."""
    url = asyncio.run(database_server.migrated())
    yield url
    asyncio.run(database_server.drop(url))


@pytest.mark.slow
def test_any_life_of_a_ticket_keeps_the_invariants(url: str) -> None:
    machine = type("Machine", (TicketLife,), {"url": url})
    settings_here = settings(
        settings(), max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=settings_here)
