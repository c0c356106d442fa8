import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from callcenter.desk.notice_texts import (
    LONGEST_SMS_BYTES,
    REMEDY_KO,
    TEMPLATES,
    Card,
    Facts,
    Language,
    in_words,
    sms_bytes,
    template_name,
    write,
    write_sms,
)
from callcenter.domain.notices import NoticeKind
from callcenter.domain.ticket_events import TicketOutcome

LIGHTING = Card(name_ko="조명팀", name_en="Lighting team", phone="032-625-3000")
DUE = datetime(2026, 11, 27, 9, tzinfo=UTC)
DIGESTS = {
    "accepted-1": "5040261bac13",
    "supplement-1": "feb46ff3ec9d",
    "dispatched-1": "ae1680f3f100",
    "extended-1": "c9175af5b8ca",
    "progress-1": "45a81e9637f0",
    "result-1": "cded3f37cd97",
    "reopened-1": "00c1952bdb92",
    "survey-1": "fc58ed3383ad",
}


def facts(kind: NoticeKind = NoticeKind.RESULT, **more: object) -> Facts:
    known = {
        "kind": kind,
        "number": "2026-000001",
        "title": "가로등이 꺼져 있어요",
        "card": LIGHTING,
        "officer": "이조명",
    }
    return Facts(**(known | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", Language)
def test_every_notice_names_ticket_officer_department_and_telephone(
    kind: NoticeKind, language: Language
) -> None:
    text = write(facts(kind), language=language, sender="부천시 콜센터").body

    name = LIGHTING.name_ko if language is Language.KO else LIGHTING.name_en
    for part in ("2026-000001", "이조명", name, "032-625-3000", "부천시 콜센터"):
        assert part in text


@pytest.mark.parametrize(
    "outcome", [TicketOutcome.IMPOSSIBLE, TicketOutcome.REJECTED, TicketOutcome.REPEATED]
)
def test_a_refusal_states_its_reason_and_how_to_object(outcome: TicketOutcome) -> None:
    refused = facts(outcome=outcome, said="사유지입니다.", remedy="행정심판 90일 이내")

    text = write(refused, language=Language.KO, sender="부천시").body

    assert "내용: 사유지입니다." in text
    assert "구제 방법: 행정심판 90일 이내" in text


def test_a_refusal_without_a_remedy_of_its_own_states_the_general_one() -> None:
    refused = facts(outcome=TicketOutcome.IMPOSSIBLE, said="이상 없음")

    assert REMEDY_KO in write(refused, language=Language.KO, sender="부천시").body


def test_what_was_done_needs_no_remedy() -> None:
    done = facts(outcome=TicketOutcome.DONE, said="전구를 갈았습니다.")

    assert "구제" not in write(done, language=Language.KO, sender="부천시").body


def test_a_due_date_stands_in_words_of_local_time() -> None:
    assert in_words(DUE, language=Language.KO) == "2026년 11월 27일(금) 18시"
    assert in_words(DUE.replace(minute=5), language=Language.KO) == "2026년 11월 27일(금) 18시 5분"
    assert in_words(DUE, language=Language.EN) == "Friday 27 November 2026, 18:00 (Korean time)"
    accepted = write(facts(NoticeKind.ACCEPTED, due_at=DUE), language=Language.KO, sender="부천시")
    assert "처리기한: 2026년 11월 27일(금) 18시까지" in accepted.body


def test_a_long_answer_is_cut_and_the_rest_of_the_message_kept() -> None:
    long = facts(outcome=TicketOutcome.IMPOSSIBLE, said="가" * 5_000)

    text = write_sms(long, language=Language.KO, sender="부천시")

    assert sms_bytes(text) <= LONGEST_SMS_BYTES
    assert sms_bytes(text) > LONGEST_SMS_BYTES - 4
    assert "가…" in text
    assert REMEDY_KO in text
    assert "032-625-3000" in text


def test_a_long_title_is_cut_before_the_answer() -> None:
    text = write_sms(facts(title="가" * 2_000, said="끝"), language=Language.KO, sender="부천시")

    assert "내용: 끝" in text
    assert f"{'가' * 59}…)" in text


def test_a_remedy_is_never_cut() -> None:
    endless = facts(outcome=TicketOutcome.IMPOSSIBLE, said="끝", remedy="구제" * 600)

    with pytest.raises(ValueError, match="2,000 bytes"):
        write_sms(endless, language=Language.KO, sender="부천시")


@given(title=st.text(max_size=300), said=st.text(max_size=3_000))
def test_no_answer_and_no_title_make_a_message_too_long(title: str, said: str) -> None:
    text = write_sms(facts(title=title, said=said), language=Language.KO, sender="부천시")

    assert sms_bytes(text) <= LONGEST_SMS_BYTES


def digest_of(kind: NoticeKind) -> str:
    refused = TicketOutcome.IMPOSSIBLE if kind is NoticeKind.RESULT else None
    said = facts(kind, due_at=DUE, said="내용", outcome=refused, link="https://example.kr/s")
    texts = [write(said, language=language, sender="부천시").body for language in Language]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def test_a_changed_text_has_a_new_version() -> None:
    digests = {template_name(kind): digest_of(kind) for kind in TEMPLATES}

    assert digests == DIGESTS, "raise the version of a template whose text you changed"
