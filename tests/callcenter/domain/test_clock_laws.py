"""What is true of the clocks of every legal history."""

from itertools import pairwise

from hypothesis import given

from callcenter.domain.clock_rules import ClockKind
from callcenter.domain.clocks import Clock, ClockState, clocks
from callcenter.domain.ticket_events import Happened, TicketOutcome, TicketState
from callcenter.domain.tickets import replay
from tests.calendars import korea
from tests.ticket_strategies import histories


@given(history=histories())
def test_one_statutory_clock_runs_until_the_petitioner_is_told(history: list[Happened]) -> None:
    ticket = replay("2026-1", history)
    over = {TicketOutcome.WITHDRAWN, TicketOutcome.TRANSFERRED}

    statutory = [clock for clock in told_of(history) if clock.kind is ClockKind.STATUTORY]

    running = [clock for clock in statutory if clock.active]
    ended = ticket.state in {TicketState.NOTIFIED, TicketState.CLOSED} or ticket.outcome in over
    assert len(running) == (ticket.accepted_at is not None and not ended)
    assert [clock.n for clock in statutory] == list(range(1, len(statutory) + 1))
    if running:
        assert running[0] is statutory[-1]
        assert (running[0].period, running[0].started_at) == (ticket.period, ticket.clock_from)


@given(history=histories())
def test_pauses_never_overlap_and_never_outlast_their_clock(history: list[Happened]) -> None:
    for clock in told_of(history):
        for one, other in pairwise(clock.pauses):
            assert one.to_at is not None
            assert one.to_at <= other.from_at
        for pause in clock.pauses:
            assert clock.started_at <= pause.from_at
            assert (pause.to_at is None) <= (clock.state is ClockState.PAUSED)
            if clock.stopped_at is not None:
                assert pause.to_at is not None
                assert pause.to_at <= clock.stopped_at


@given(history=histories())
def test_a_clock_says_what_its_own_times_say(history: list[Happened]) -> None:
    ends = [happened.at for happened in history]
    for clock in told_of(history):
        assert clock.started_at in ends
        assert clock.active == (clock.state in {ClockState.RUNNING, ClockState.PAUSED})
        assert (clock.due.due_at is None) <= (clock.state is ClockState.PAUSED)
        if clock.stopped_at is None:
            continue
        assert clock.stopped_at in ends
        late = clock.due.due_at is not None and clock.due.due_at < clock.stopped_at
        assert late == (clock.state is ClockState.MISSED) or clock.state is ClockState.VOID
        if clock.state is not ClockState.VOID:
            assert clock.used_minutes is not None
            assert clock.used_minutes >= 0
            assert clock.margin_minutes is not None
            assert (clock.margin_minutes <= 0) if late else (clock.margin_minutes >= 0)


@given(history=histories())
def test_no_clock_runs_on_after_the_end(history: list[Happened]) -> None:
    if replay("2026-1", history).state is TicketState.CLOSED:
        assert [clock.kind for clock in told_of(history) if clock.active] == []


@given(history=histories())
def test_what_was_told_before_is_told_again_after_more_has_happened(
    history: list[Happened],
) -> None:
    before = [clock for clock in told_of(history[:-1]) if not clock.active]

    after = told_of(history)

    assert all(clock in after for clock in before)


def told_of(history: list[Happened]) -> tuple[Clock, ...]:
    return clocks(history, calendar=korea())
