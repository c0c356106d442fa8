from datetime import UTC, datetime

import pytest

from callcenter.domain.notices import (
    KINDS,
    Exemption,
    NoticeKind,
    NoticeState,
    Reach,
    Way,
    invitation,
    owed,
    owes,
)
from callcenter.domain.ticket_events import (
    Closed,
    Dispatched,
    Happened,
    ProgressNotified,
    Resolved,
    ResultNotified,
    SupplementRequested,
    Taken,
    TicketEvent,
    TicketOutcome,
)
from callcenter.domain.ticket_rules import RULES
from tests.builders import a_history, a_ticket

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
BOTH = Reach(sms=True, email=True, hand=True)
TEXTS = Reach(sms=True, hand=True)
DONE = Resolved(outcome=TicketOutcome.DONE, answer="전구를 갈았습니다.")


def owed_after(*events: TicketEvent, reach: Reach, petitioner: str | None = "P1") -> list[tuple]:
    history = a_history(*events, at=AT, petitioner=petitioner)
    ticket = a_ticket("2026-000001", history)
    return [
        (notice.kind, notice.way, notice.state, notice.exemption)
        for notice in owed(ticket, history[3:] or history, reach=reach)
    ]


def test_every_notice_of_the_command_table_is_of_a_known_kind() -> None:
    assert set(KINDS.values()) == set(NoticeKind) - {NoticeKind.SURVEY}
    assert {rule.event.kind for rule in RULES if rule.notice} == set(KINDS)


def test_an_acceptance_is_told_by_text_message_alone() -> None:
    assert owed_after(reach=BOTH) == [(NoticeKind.ACCEPTED, Way.SMS, NoticeState.WAITING, None)]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (SupplementRequested(asked="사진"), NoticeKind.SUPPLEMENT),
        (ResultNotified(), NoticeKind.RESULT),
    ],
)
def test_what_the_law_wants_in_writing_goes_every_way(event: TicketEvent, kind: NoticeKind) -> None:
    before = (Taken(officer="lee"), DONE) if kind is NoticeKind.RESULT else (Taken(officer="lee"),)

    assert [(told, way) for told, way, *_ in owed_after(*before, event, reach=BOTH)] == [
        (kind, Way.SMS),
        (kind, Way.EMAIL),
    ]


def test_email_is_enough_where_no_mobile_number_is_known() -> None:
    reach = Reach(email=True, hand=True)

    assert owed_after(Dispatched(team="rapid"), reach=reach) == [
        (NoticeKind.DISPATCHED, Way.EMAIL, NoticeState.WAITING, None)
    ]


def test_a_person_tells_whoever_refused_messages() -> None:
    told = owed_after(ProgressNotified(message="부품 대기"), reach=Reach(hand=True))

    assert told == [(NoticeKind.PROGRESS, Way.HAND, NoticeState.OWED, None)]


def test_who_cannot_be_reached_is_recorded_as_such() -> None:
    assert owed_after(reach=Reach()) == [
        (NoticeKind.ACCEPTED, Way.NONE, NoticeState.EXEMPT, Exemption.UNREACHABLE)
    ]


def test_nobody_is_owed_a_receipt_but_the_result_records_why_not() -> None:
    events = (Taken(officer="lee"), DONE, ResultNotified(exemption="공무원 관찰"))

    assert owed_after(reach=Reach(), petitioner=None) == []
    assert owed_after(*events, reach=Reach(), petitioner=None) == [
        (NoticeKind.RESULT, Way.NONE, NoticeState.EXEMPT, Exemption.NOBODY)
    ]


def test_a_stated_exemption_sends_nothing_to_a_known_petitioner() -> None:
    events = (Taken(officer="lee"), DONE, ResultNotified(exemption="같은 내용 반복"))

    assert owed_after(*events, reach=BOTH) == [
        (NoticeKind.RESULT, Way.NONE, NoticeState.EXEMPT, Exemption.STATED)
    ]


def test_no_receipt_is_sent_beside_the_result_of_the_same_command() -> None:
    history = a_history(
        Taken(officer="lee"), DONE, ResultNotified(), Closed(), at=AT, petitioner="P1"
    )

    told = owed(a_ticket("2026-000001", history), history, reach=TEXTS)

    assert [notice.kind for notice in told] == [NoticeKind.RESULT]


def test_a_remark_owes_nobody_anything() -> None:
    history: list[Happened] = a_history(Taken(officer="lee"), at=AT)

    assert owes(history)
    assert not owes(history[3:])


def test_an_invitation_goes_by_one_way_or_not_at_all() -> None:
    assert invitation(cause_seq=7, reach=Reach(hand=True)) is None
    invited = invitation(cause_seq=7, reach=BOTH)
    assert invited is not None
    assert (invited.kind, invited.way, invited.cause_seq) == (NoticeKind.SURVEY, Way.SMS, 7)
