"""What a petitioner reads: one versioned template a kind of notice, in Korean and in English.

Every notice names the ticket, the officer, the department and its telephone (민원처리법 제27조, 시행령
제31조); a refusal also states its reason and how to object; a date is written out in words. Pure: facts
in, text out. Whoever changes a text raises its version, which is kept beside every notice that was sent.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from callcenter.domain.notices import NoticeKind
from callcenter.domain.ticket_events import OUTCOME_NAMES_KO, TicketOutcome

KST: Final = timezone(timedelta(hours=9), "KST")
LONGEST_SMS_BYTES: Final = 2_000
"""A long text message in Korea (LMS), counted as carriers count: two bytes a Hangul syllable."""
LONGEST_TITLE_BYTES: Final = 120
REFUSALS: Final = frozenset(
    {TicketOutcome.IMPOSSIBLE, TicketOutcome.REJECTED, TicketOutcome.REPEATED}
)
REMEDY_KO: Final = (
    "결과에 이의가 있으면 통지를 받은 날부터 60일 이내에 담당 부서에 이의신청을 하거나"
    "(민원처리법 제35조), 국민권익위원회(국번 없이 110)에 고충민원을 신청할 수 있습니다."
)
REMEDY_EN: Final = (
    "If you disagree, you may object to the department within 60 days of this notice "
    "(Civil Petitions Treatment Act, article 35), or turn to the Anti-Corruption and Civil Rights "
    "Commission (dial 110)."
)
_WEEKDAYS_KO: Final = "월화수목금토일"
_WEEKDAYS_EN: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CUT: Final = "…"


class Language(StrEnum):
    """What a petitioner reads."""

    KO = "ko"
    EN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How a unit is called, and reached."""

    name_ko: str
    name_en: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a notice may say. None of it is personal data of the petitioner."""

    kind: NoticeKind
    number: str
    title: str
    card: Card
    officer: str | None = None
    """Name of the officer, once there is one."""
    due_at: datetime | None = None
    said: str | None = None
    """What was asked, answered, found or given as the reason."""
    outcome: TicketOutcome | None = None
    remedy: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A notice, written."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words of one kind of notice; `said` is the label of what was said."""

    version: int
    opening_ko: str
    opening_en: str
    said_ko: str = ""
    said_en: str = ""
    closing_ko: str = ""
    closing_en: str = ""


TEMPLATES: Final[dict[NoticeKind, Template]] = {
    NoticeKind.ACCEPTED: Template(
        version=1,
        opening_ko="민원이 접수되었습니다.",
        opening_en="Your petition has been accepted.",
    ),
    NoticeKind.SUPPLEMENT: Template(
        version=1,
        opening_ko="민원 처리에 필요한 보완을 요청드립니다.",
        opening_en="Something is missing before your petition can be dealt with.",
        said_ko="보완할 내용",
        said_en="Please send",
        closing_ko="보완에 걸리는 기간은 처리기간에 넣지 않습니다.",
        closing_en="The time until it arrives does not count towards our deadline.",
    ),
    NoticeKind.DISPATCHED: Template(
        version=1,
        opening_ko="현장 처리팀이 출동합니다.",
        opening_en="A field team is on its way.",
    ),
    NoticeKind.EXTENDED: Template(
        version=1,
        opening_ko="민원 처리기간이 연장되었습니다.",
        opening_en="The deadline of your petition has been extended.",
        said_ko="연장 사유",
        said_en="Reason",
    ),
    NoticeKind.PROGRESS: Template(
        version=1,
        opening_ko="민원 처리 상황을 알려드립니다.",
        opening_en="This is how far your petition is.",
        said_ko="처리 상황",
        said_en="Progress",
    ),
    NoticeKind.RESULT: Template(
        version=1,
        opening_ko="민원 처리 결과를 알려드립니다.",
        opening_en="Your petition has been decided.",
        said_ko="내용",
        said_en="Details",
    ),
    NoticeKind.REOPENED: Template(
        version=1,
        opening_ko="민원을 다시 접수하여 처리합니다.",
        opening_en="Your petition has been reopened.",
    ),
    NoticeKind.SURVEY: Template(
        version=1,
        opening_ko="민원 처리에 만족하셨습니까? 1분이면 답하실 수 있습니다.",
        opening_en="How did we do? It takes one minute to answer.",
    ),
}
"""Every kind of notice has its template."""

_OUTCOMES_EN: Final[dict[TicketOutcome, str]] = {
    TicketOutcome.DONE: "done",
    TicketOutcome.PARTLY: "partly done",
    TicketOutcome.IMPOSSIBLE: "cannot be done",
    TicketOutcome.REJECTED: "rejected",
    TicketOutcome.WITHDRAWN: "withdrawn",
    TicketOutcome.TRANSFERRED: "transferred to another agency",
    TicketOutcome.REPEATED: "closed as a repetition",
}


def template_name(kind: NoticeKind) -> str:
    """Name a kind's template and version, as it is kept beside the notice."""
    return f"{kind}-{TEMPLATES[kind].version}"


def write(facts: Facts, *, language: Language, sender: str) -> Text:
    """Write a notice in full."""
    template = TEMPLATES[facts.kind]
    korean = language is Language.KO
    opening = template.opening_ko if korean else template.opening_en
    lines = _lines_ko(facts, template) if korean else _lines_en(facts, template)
    body = "\n".join([f"[{sender}] {opening}", *(line for line in lines if line)])
    return Text(subject=f"[{sender}] {opening} ({facts.number})", body=body)


def write_sms(facts: Facts, *, language: Language, sender: str) -> str:
    """Write a notice as one text message: a long title is cut, then what was said, and nothing else.

    Raises:
        ValueError: all but what was said is too long already.
    """
    short = replace(facts, title=_shortened(facts.title, LONGEST_TITLE_BYTES))
    whole = write(short, language=language, sender=sender).body
    excess = sms_bytes(whole) - LONGEST_SMS_BYTES
    if excess <= 0:
        return whole
    said = facts.said or ""
    if excess > sms_bytes(said) - sms_bytes(_CUT):
        raise ValueError(f"expected words that leave room in {LONGEST_SMS_BYTES:,} bytes")
    short = replace(short, said=_shortened(said, sms_bytes(said) - excess))
    return write(short, language=language, sender=sender).body


def sms_bytes(text: str) -> int:
    """Count as a carrier does: one byte an ASCII character, two any other."""
    return sum(1 if character.isascii() else 2 for character in text)


def in_words(moment: datetime, *, language: Language) -> str:
    """Write a moment in Korean local time: `2026년 11월 27일(금) 18시`."""
    local = moment.astimezone(KST)
    if language is Language.EN:
        day = f"{_WEEKDAYS_EN[local.weekday()]} {local.day} {_MONTHS_EN[local.month - 1]}"
        return f"{day} {local.year}, {local:%H:%M} (Korean time)"
    minutes = f" {local.minute}분" if local.minute else ""
    weekday = _WEEKDAYS_KO[local.weekday()]
    return f"{local.year}년 {local.month}월 {local.day}일({weekday}) {local.hour}시{minutes}"


def _lines_ko(facts: Facts, template: Template) -> list[str]:
    due = facts.due_at and in_words(facts.due_at, language=Language.KO)
    officer = f" {facts.officer}" if facts.officer else ""
    return [
        f"접수번호 {facts.number} ({facts.title})",
        f"처리 결과: {OUTCOME_NAMES_KO[facts.outcome]}" if facts.outcome else "",
        f"{template.said_ko}: {facts.said}" if template.said_ko and facts.said else "",
        f"구제 방법: {facts.remedy or REMEDY_KO}" if facts.outcome in REFUSALS else "",
        f"처리기한: {due}까지" if due else "",
        template.closing_ko,
        facts.link or "",
        f"담당: {facts.card.name_ko}{officer}, 전화 {facts.card.phone}",
    ]


def _lines_en(facts: Facts, template: Template) -> list[str]:
    due = facts.due_at and in_words(facts.due_at, language=Language.EN)
    officer = f"{facts.officer}, " if facts.officer else ""
    return [
        f"Petition {facts.number} ({facts.title})",
        f"Result: {_OUTCOMES_EN[facts.outcome]}" if facts.outcome else "",
        f"{template.said_en}: {facts.said}" if template.said_en and facts.said else "",
        f"How to object: {facts.remedy or REMEDY_EN}" if facts.outcome in REFUSALS else "",
        f"Due: {due}" if due else "",
        template.closing_en,
        facts.link or "",
        f"Contact: {officer}{facts.card.name_en}, telephone {facts.card.phone}",
    ]


def _shortened(text: str, budget: int) -> str:
    """Keep the first characters that fit into so many bytes, and say that there were more."""
    if sms_bytes(text) <= budget:
        return text
    budget -= sms_bytes(_CUT)
    kept = 0
    for character in text:
        budget -= sms_bytes(character)
        if budget < 0:
            break
        kept += 1
    return text[:kept] + _CUT
