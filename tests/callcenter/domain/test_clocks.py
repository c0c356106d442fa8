import pytest

from callcenter.domain.clocks import Clock, ClockState, clocks
from callcenter.domain.periods import Period, PeriodUnit
from callcenter.domain.policy import HourPause, Policy, StopsAt
from callcenter.domain.ticket_events import (
    Accepted,
    Arrived,
    Channel,
    Closed,
    CooperationAsked,
    CooperationReceived,
    Dispatched,
    Extended,
    Happened,
    ProgressNotified,
    Reclassified,
    Rejected,
    Reopened,
    Resolved,
    ResultNotified,
    Returned,
    Routed,
    SupplementReceived,
    SupplementRequested,
    Taken,
    TicketEvent,
    TicketOutcome,
    TransferredOut,
    Visited,
    VisitResult,
    Withdrawn,
)
from tests.builders import a_submission, an_actor
from tests.calendars import korea, kst, local

ROUTED = Routed(unit="streetlight", rule="service", reason="조명팀 소관")
DONE = Resolved(outcome=TicketOutcome.DONE, answer="고쳤습니다")


def days(qty: int) -> Period:
    return Period(qty=qty, unit=PeriodUnit.DAY)


def accepted(qty: int = 7, goal: int | None = None) -> Accepted:
    return Accepted(period=days(qty), legal_basis="시행령 §17", goal_minutes=goal)


def told(*events: tuple[str, TicketEvent], policy: Policy | None = None) -> dict[str, Clock]:
    """Tell the clocks of a history by kind and number: `statutory-1`."""
    history = [
        Happened(seq=seq, at=kst(at), actor=an_actor(), event=event)
        for seq, (at, event) in enumerate(events, start=1)
    ]
    found = clocks(history, calendar=korea(), policy=policy or Policy())
    return {f"{clock.kind}-{clock.n}": clock for clock in found}


def states(found: dict[str, Clock]) -> dict[str, str]:
    return {name: clock.state.value for name, clock in found.items()}


BEGUN = (
    ("2026-03-03 10:00", a_submission()),
    ("2026-03-03 10:00", accepted()),
    ("2026-03-03 10:00", ROUTED),
    ("2026-03-03 11:00", Taken(officer="lee")),
)


def test_a_call_accepted_on_the_spot_has_not_waited_for_acceptance() -> None:
    assert states(told(*BEGUN)) == {
        "statutory-1": "running",
        "transfer-1": "met",
        "progress-1": "running",
        "handover-1": "met",
    }


def test_an_electronic_petition_is_accepted_within_eight_working_hours() -> None:
    arrived = ("2026-03-06 22:00", a_submission(channel=Channel.ONLINE))

    waiting = told(arrived)
    in_time = told(arrived, ("2026-03-09 18:00", accepted()))["accept-1"]
    late = told(arrived, ("2026-03-10 09:01", accepted()))["accept-1"]

    assert states(waiting) == {"accept-1": "running"}
    assert waiting["accept-1"].due.due_at == kst("2026-03-09 18:00")
    assert (in_time.state, in_time.used_minutes, in_time.margin_minutes) == ("met", 480, 0)
    assert (late.state, late.used_minutes, late.margin_minutes) == ("missed", 481, -1)


def test_the_statutory_period_starts_with_the_acceptance_and_stops_with_the_notice() -> None:
    found = told(
        *BEGUN,
        ("2026-03-11 17:00", DONE),
        ("2026-03-12 09:00", ResultNotified()),
    )["statutory-1"]

    assert found.started_at == kst("2026-03-03 10:00")
    assert found.due.due_at == kst("2026-03-12 00:00")
    assert found.stopped_at == kst("2026-03-12 09:00")
    assert (found.state, found.margin_minutes) == (ClockState.MISSED, 0)


def test_the_decision_may_stop_it_already() -> None:
    found = told(
        *BEGUN,
        ("2026-03-11 17:00", DONE),
        ("2026-03-12 09:00", ResultNotified()),
        policy=Policy(stops_at=StopsAt.DECISION),
    )["statutory-1"]

    assert found.stopped_at == kst("2026-03-11 17:00")
    assert (found.state, found.used_minutes, found.margin_minutes) == ("met", 54 * 60, 60)


def test_a_supplement_pauses_the_statutory_period_and_the_goal() -> None:
    begun = (
        ("2026-03-03 10:00", a_submission()),
        ("2026-03-03 10:00", accepted(goal=480)),
        ("2026-03-03 11:00", Taken(officer="lee")),
        ("2026-03-04 09:30", SupplementRequested(asked="사진")),
    )

    paused = told(*begun)
    resumed = told(*begun, ("2026-03-05 15:00", SupplementReceived(received="사진")))

    assert paused["statutory-1"].state is paused["goal-1"].state is ClockState.PAUSED
    assert paused["statutory-1"].due.due_at is None
    assert paused["progress-1"].state is ClockState.RUNNING
    assert resumed["statutory-1"].state is ClockState.RUNNING
    assert resumed["statutory-1"].due.due_at == kst("2026-03-14 00:00")
    assert resumed["goal-1"].due.due_at == kst("2026-03-06 10:00")


def test_time_of_the_petitioner_is_not_time_used() -> None:
    asked = ("2026-03-04 14:00", SupplementRequested(asked="사진"))
    came = ("2026-03-05 15:00", SupplementReceived(received="사진"))
    done = ("2026-03-06 11:00", DONE)
    notified = ("2026-03-06 12:00", ResultNotified())

    whole_days = told(*BEGUN, asked, came, done, notified)["statutory-1"]
    in_hours = told(
        *BEGUN[:1],
        ("2026-03-03 10:00", accepted(3)),
        *BEGUN[2:],
        *(asked, came, done, notified),
        policy=Policy(hour_pause=HourPause.ITS_OWN_TIME),
    )["statutory-1"]

    assert whole_days.used_minutes == (7 + 3) * 60
    assert in_hours.used_minutes == (7 + 4 + 3 + 3) * 60


def test_two_supplements_on_one_day_take_it_once() -> None:
    found = told(
        *BEGUN,
        ("2026-03-04 09:30", SupplementRequested(asked="사진")),
        ("2026-03-04 11:00", SupplementReceived(received="사진")),
        ("2026-03-04 14:00", SupplementRequested(asked="도면")),
        ("2026-03-04 17:00", SupplementReceived(received="도면")),
        ("2026-03-06 11:00", DONE),
        ("2026-03-06 12:00", ResultNotified()),
    )["statutory-1"]

    assert found.used_minutes == (7 + 8 + 3) * 60
    assert found.due.due_at == kst("2026-03-13 00:00")


def test_time_used_ends_with_the_clock_on_the_day_the_papers_came() -> None:
    found = told(
        *BEGUN,
        ("2026-03-04 14:00", SupplementRequested(asked="사진")),
        ("2026-03-05 10:00", SupplementReceived(received="사진")),
        ("2026-03-05 14:00", DONE),
        ("2026-03-05 15:00", ResultNotified()),
    )["statutory-1"]

    assert found.used_minutes == 7 * 60


def test_a_petition_refused_at_the_door_was_answered_in_time() -> None:
    found = told(
        ("2026-03-03 10:00", a_submission(channel=Channel.ONLINE)),
        ("2026-03-03 15:00", Rejected(reason="이름 없음", remedy="재신청")),
    )

    assert states(found) == {"accept-1": "met"}


def test_a_petition_rejected_for_want_of_papers_ends_its_pause() -> None:
    found = told(
        *BEGUN,
        ("2026-03-04 09:30", SupplementRequested(asked="사진")),
        ("2026-03-20 17:00", Rejected(reason="보완 없음", remedy="재신청")),
        ("2026-03-20 18:00", ResultNotified()),
        ("2026-03-20 18:00", Closed()),
    )["statutory-1"]

    assert [pause.to_at for pause in found.pauses] == [kst("2026-03-20 17:00")]
    assert (found.state, found.used_minutes) == (ClockState.MET, 7 * 60)


def test_an_extension_makes_it_due_later() -> None:
    found = told(*BEGUN, ("2026-03-10 10:00", Extended(n=1, period=days(3), reason="현장 확인")))

    assert found["statutory-1"].due.due_at == kst("2026-03-17 00:00")
    assert "1차로 3일 연장되었습니다." in found["statutory-1"].due.summary_ko


def test_another_kind_of_petition_has_its_period_from_the_acceptance_on() -> None:
    changed = Reclassified(
        service="road", period=days(14), legal_basis="시행령 §15", reason="건의", goal_minutes=60
    )

    found = told(
        *BEGUN,
        ("2026-03-04 09:30", SupplementRequested(asked="사진")),
        ("2026-03-04 11:00", SupplementReceived(received="사진")),
        ("2026-03-05 10:00", Extended(n=1, period=days(3), reason="현장 확인")),
        ("2026-03-05 11:00", changed),
    )

    old, new = found["statutory-1"], found["statutory-2"]
    assert (old.state, old.used_minutes, old.stopped_at) == ("void", None, kst("2026-03-05 11:00"))
    assert (new.state, new.started_at, new.extensions) == ("running", kst("2026-03-03 10:00"), ())
    assert new.due.due_at == kst("2026-03-24 00:00")
    assert found["goal-1"].started_at == kst("2026-03-03 10:00")


def test_a_replaced_period_is_void_even_if_it_had_been_missed() -> None:
    changed = Reclassified(service="road", period=days(14), legal_basis="", reason="")

    assert told(*BEGUN, ("2026-04-01 09:00", changed))["statutory-1"].state is ClockState.VOID


def test_a_reopened_petition_has_a_new_period() -> None:
    found = told(
        ("2026-03-03 10:00", a_submission()),
        ("2026-03-03 10:00", accepted(goal=480)),
        ("2026-03-04 11:00", Taken(officer="lee")),
        ("2026-03-05 17:00", DONE),
        ("2026-03-06 09:00", ResultNotified()),
        ("2026-03-06 09:00", Closed()),
        ("2026-03-16 09:00", Reopened(reason="다시 꺼짐")),
    )

    assert found["statutory-1"].state is ClockState.MET
    assert found["goal-1"].state is ClockState.MISSED
    assert found["statutory-2"].due.due_at == kst("2026-03-25 00:00")
    assert found["statutory-2"].due.summary_ko.startswith(
        "2026년 3월 16일(월) 09:00에 재접수되었고"
    )
    assert found["goal-2"].due.due_at == kst("2026-03-16 18:00")
    assert found["progress-2"].started_at == kst("2026-03-16 09:00")


def test_a_wrong_unit_gives_it_back_and_the_desk_sends_it_on() -> None:
    found = told(
        ("2026-03-03 10:00", a_submission()),
        ("2026-03-03 10:00", accepted()),
        ("2026-03-03 11:30", ROUTED),
        ("2026-03-03 16:00", Returned(reason="도로과 소관")),
        ("2026-03-03 16:30", Routed(unit="road", rule="manual", reason="도로과")),
        ("2026-03-03 17:00", Routed(unit="water", rule="manual", reason="수도과")),
        ("2026-03-03 17:30", Taken(officer="park")),
    )

    assert states(found) == {
        "statutory-1": "running",
        "transfer-1": "missed",
        "progress-1": "running",
        "handover-1": "missed",
        "transfer-2": "met",
        "handover-2": "met",
        "handover-3": "met",
    }
    assert (found["transfer-1"].used_minutes, found["transfer-1"].margin_minutes) == (90, -30)
    assert found["handover-1"].margin_minutes == -30


@pytest.mark.parametrize(
    ("at", "state"), [("2026-03-04 10:00", "met"), ("2026-03-04 10:01", "missed")]
)
def test_another_agencys_petition_is_sent_on_within_eight_working_hours(
    at: str, state: str
) -> None:
    found = told(*BEGUN, (at, TransferredOut(agency="경찰서", reason="소관")))

    assert found["forward-1"].state == state
    assert found["statutory-1"].state is ClockState.VOID
    assert found["progress-1"].state is ClockState.VOID


def test_a_petition_withdrawn_in_time_is_void_and_afterwards_missed() -> None:
    in_time = told(*BEGUN, ("2026-03-11 23:00", Withdrawn(reason="취하")))
    late = told(*BEGUN, ("2026-03-12 09:00", Withdrawn(reason="취하")))

    assert in_time["statutory-1"].state is ClockState.VOID
    assert in_time["statutory-1"].margin_minutes is None
    assert late["statutory-1"].state is ClockState.MISSED


def test_another_unit_replies_within_the_period_it_was_given() -> None:
    asked = CooperationAsked(unit="road", question="?", reply_period=days(2))
    begun = (*BEGUN, ("2026-03-04 09:00", asked))

    met = told(*begun, ("2026-03-05 18:00", CooperationReceived(opinion="")))
    unanswered = told(*begun, ("2026-03-05 18:01", Withdrawn(reason="취하")))
    pointless = told(*begun, ("2026-03-05 17:00", Withdrawn(reason="취하")))

    assert met["cooperation-1"].state is ClockState.MET
    assert met["statutory-1"].state is ClockState.RUNNING
    assert unanswered["cooperation-1"].state is ClockState.MISSED
    assert pointless["cooperation-1"].state is ClockState.VOID


def test_the_team_is_on_the_spot_within_the_citys_time() -> None:
    begun = (*BEGUN, ("2026-03-04 09:00", Dispatched(team="rapid")))
    policy = Policy(field_minutes=120)
    visited = Visited(result=VisitResult.FIXED, report="교체")

    arrived = told(*begun, ("2026-03-04 11:00", Arrived()), policy=policy)
    only_reported = told(*begun, ("2026-03-04 11:01", visited), policy=policy)

    assert arrived["field-1"].state is ClockState.MET
    assert only_reported["field-1"].state is ClockState.MISSED
    assert only_reported["statutory-1"].state is ClockState.RUNNING
    assert only_reported["progress-1"].state is ClockState.VOID


def test_a_team_sent_at_once_takes_it_over_from_the_unit() -> None:
    found = told(*BEGUN[:3], ("2026-03-03 11:30", Dispatched(team="rapid")))

    assert states(found) == {
        "statutory-1": "running",
        "transfer-1": "met",
        "progress-1": "running",
        "handover-1": "met",
        "field-1": "running",
    }


def test_the_petitioner_hears_of_progress_every_thirty_days() -> None:
    found = told(
        *BEGUN,
        ("2026-04-02 17:00", ProgressNotified(message="공사 중")),
        ("2026-05-10 17:00", ProgressNotified(message="공사 중")),
    )

    assert local(found["progress-1"].due.due_at) == "2026-04-03 00:00"
    assert found["progress-1"].state is ClockState.MET
    assert found["progress-2"].started_at == kst("2026-04-02 17:00")
    assert found["progress-2"].state is ClockState.MISSED
    assert found["progress-3"].state is ClockState.RUNNING


def test_a_running_clock_is_overdue_once_its_deadline_has_passed() -> None:
    found = told(*BEGUN)["statutory-1"]

    assert not found.overdue(kst("2026-03-12 00:00"))
    assert found.overdue(kst("2026-03-12 00:01"))


def test_neither_a_paused_clock_nor_one_that_was_met_is_overdue() -> None:
    paused = told(*BEGUN, ("2026-03-04 09:30", SupplementRequested(asked="사진")))
    met = told(*BEGUN, ("2026-03-06 11:00", DONE), ("2026-03-06 12:00", ResultNotified()))

    assert not paused["statutory-1"].overdue(kst("2027-03-12 00:01"))
    assert not met["statutory-1"].overdue(kst("2027-03-12 00:01"))
