"""Satisfaction rounds: a form of questions, a period, and a sample of whoever was served in it.

Everybody is asked about one call or one ticket, and at most once in a round. Who is drawn follows from
the code of the round alone, so that anybody can draw the same sample from the same calls or tickets.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from callcenter.domain.access import SUPERVISORS, Role
from callcenter.errors import InputError

MAKERS: Final = SUPERVISORS | {Role.PLANNER, Role.QUALITY}
"""Who makes forms and rounds, and may see the links that citizens get."""
LONGEST_PERIOD: Final = timedelta(days=92)
"""A quarter: all of whoever was served in it is read to draw a round."""
YEARS: Final = range(2000, 2101)
"""In which a period may lie."""
MOST_SAMPLED: Final = 50_000
MOST_CELLS: Final = 500
_SLACK: Final = 1e-6
"""By how much shares may miss 1 for want of digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, answered by a number of the form's scale."""

    code: str
    ko: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What is asked; a version is never changed.

    Raises:
        InputError: no question, one twice, or nobody could be satisfied or dissatisfied.
    """

    code: str
    version: int
    questions: tuple[Question, ...]
    """The first is the satisfaction that rounds report; the others may be left unanswered."""
    most: int = 5
    """The scale goes from 1, very dissatisfied, to this."""
    satisfied_from: int = 4

    def __post_init__(self) -> None:
        """Refuse a form that tells nothing."""
        codes = [question.code for question in self.questions]
        if not codes or len(set(codes)) < len(codes):
            raise InputError("expected questions, each with a code of its own", key="questions")
        if not 1 < self.satisfied_from <= self.most:
            raise InputError(f"expected a number from 2 to {self.most}", key="satisfied_from")

    def check(self, scores: Mapping[str, int]) -> None:
        """Refuse answers to other questions, off the scale, or without the first.

        Raises:
            InputError: so they are; names the question.
        """
        known = [question.code for question in self.questions]
        if known[0] not in scores:
            raise InputError("expected an answer to the first question", key=f"scores.{known[0]}")
        for code, score in scores.items():
            if code not in known:
                raise InputError(f"expected one of {', '.join(known)}", key=f"scores.{code}")
            if not 1 <= score <= self.most:
                raise InputError(f"expected a number from 1 to {self.most}", key=f"scores.{code}")

    def score(self, scores: Mapping[str, int]) -> int:
        """Return the answer to the question that counts."""
        return scores[self.questions[0].code]

    def is_whole(self, scores: Mapping[str, int]) -> bool:
        """Say whether every question was answered: AAPOR's complete, else partial."""
        return len(scores) == len(self.questions)


STANDARD: Final = Form(
    code="satisfaction",
    version=1,
    questions=(
        Question(
            code="overall",
            ko="상담 서비스에 전반적으로 얼마나 만족하셨습니까?",
            en="How satisfied were you with the service on the whole?",
        ),
        Question(
            code="kindness",
            ko="담당자의 친절함에 얼마나 만족하셨습니까?",
            en="How satisfied were you with the kindness of the person you dealt with?",
        ),
        Question(
            code="solved",
            ko="문의하신 내용의 해결에 얼마나 만족하셨습니까?",
            en="How satisfied were you with what came of what you asked?",
        ),
    ),
)
"""The shipped form, on the five points of the centre's own surveys; it needs no row in a database."""


class Subject(StrEnum):
    """What a round asks about."""

    CALLS = "calls"
    TICKETS = "tickets"


class CellsBy(StrEnum):
    """What parts the population into cells."""

    QUEUE = "queue"
    SERVICE = "service"
    UNIT = "unit"
    CHANNEL = "channel"
    LEAD = "lead"
    """The cells of the campaign's leads, such as age and district; their shares have to be said."""


_FITTING: Final = {
    Subject.CALLS: {CellsBy.QUEUE, CellsBy.LEAD},
    Subject.TICKETS: {CellsBy.SERVICE, CellsBy.UNIT, CellsBy.CHANNEL, CellsBy.LEAD},
}


class RoundState(StrEnum):
    """How far a round is."""

    DRAFT = "draft"
    OPEN = "open"
    """Drawn; answers are taken."""
    CLOSED = "closed"


ROUND_STATE_NAMES_KO: Final[dict[RoundState, str]] = {
    RoundState.DRAFT: "초안",
    RoundState.OPEN: "진행중",
    RoundState.CLOSED: "마감",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCell:
    """A part of the population."""

    code: str
    share: float | None = None
    """Of the population; that of the frame unless given."""
    quota: int | None = None
    """How many are drawn from it at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round of a satisfaction survey.

    Raises:
        InputError: it contradicts itself; names the key.
    """

    code: str
    name_ko: str
    name_en: str
    of: Subject
    first_day: date
    last_day: date
    size: int
    form: str = STANDARD.code
    form_version: int = STANDARD.version
    cells_by: CellsBy | None = None
    cells: tuple[RoundCell, ...] = ()
    campaign: str | None = None
    """By whose leads it is carried out on the telephone."""
    open_days: int = 14
    """So long its links can be answered."""
    state: RoundState = RoundState.DRAFT
    version: int = 1
    frame: int | None = None
    """People who could have been drawn; `None` before."""

    def __post_init__(self) -> None:
        """Refuse a round that could never do what it says."""
        for key, day in (("first_day", self.first_day), ("last_day", self.last_day)):
            if day.year not in YEARS:
                raise InputError(f"expected a year from {YEARS[0]} to {YEARS[-1]}", key=key)
        if self.last_day < self.first_day:
            raise InputError(f"expected {self.first_day} or later", key="last_day")
        if self.last_day - self.first_day >= LONGEST_PERIOD:
            raise InputError(f"expected at most {LONGEST_PERIOD.days} days", key="last_day")
        if not 1 <= self.size <= MOST_SAMPLED:
            raise InputError(f"expected 1 to {MOST_SAMPLED:,}", key="size")
        if self.cells_by is not None and self.cells_by not in _FITTING[self.of]:
            fitting = ", ".join(sorted(_FITTING[self.of]))
            raise InputError(f"expected one of {fitting}", key="cells_by")
        self._check_cells()

    def _check_cells(self) -> None:
        codes = [cell.code for cell in self.cells]
        if codes and self.cells_by is None:
            raise InputError("expected cells_by, which says what the cells part", key="cells_by")
        if len(set(codes)) < len(codes) or len(codes) > MOST_CELLS:
            raise InputError(f"expected at most {MOST_CELLS} cells, each once", key="cells")
        shares = [cell.share for cell in self.cells if cell.share is not None]
        if shares and (len(shares) < len(codes) or abs(sum(shares) - 1) > _SLACK):
            raise InputError("expected the shares of all cells, 1 together", key="cells")
        if self.cells_by is CellsBy.LEAD and not shares:
            raise InputError("expected the shares of the leads' cells", key="cells")
        if self.cells_by is CellsBy.LEAD and self.campaign is None:
            raise InputError("expected the campaign whose leads they are", key="campaign")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A call or a ticket of the period, and whose it was."""

    person: str
    """The same for all that one person had to do with the centre, as far as it is known."""
    at: int
    """Orders what one person had; the last is asked about."""
    queue: str | None = None
    service: str | None = None
    unit: str | None = None
    channel: str | None = None
    ticket: str | None = None
    closing: int | None = None
    source: str | None = None
    call: str | None = None
    leg: int | None = None

    def cell(self, by: CellsBy | None) -> str:
        """Return the cell it is in; there is one without a name where nothing parts them."""
        if by is None or by is CellsBy.LEAD:
            return ""
        found: str | None = getattr(self, by.value)
        return found or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Who was drawn, in the order of the lot, and out of how many of each cell."""

    drawn: tuple[Served, ...]
    frame: Mapping[str, int]


def sample(round_: Round, served: Iterable[Served]) -> Sample:
    """Draw a round: each person once, by the last thing they had, in an order that the code decides."""
    people: dict[str, Served] = {}
    for one in sorted(served, key=lambda one: one.at):
        people[one.person] = one
    order = sorted(people.values(), key=lambda one: _lot(round_.code, one.person))
    quotas = {cell.code: cell.quota for cell in round_.cells if cell.quota is not None}
    taken: Counter[str] = Counter()
    drawn: list[Served] = []
    for one in order:
        cell = one.cell(round_.cells_by)
        if len(drawn) < round_.size and taken[cell] < quotas.get(cell, round_.size):
            taken[cell] += 1
            drawn.append(one)
    frame = Counter(one.cell(round_.cells_by) for one in people.values())
    return Sample(drawn=tuple(drawn), frame=frame)


def person_key(kind: str, *parts: str) -> str:
    """Name a person without saying who it is: a hash of what tells one from another."""
    return sha256("\0".join((kind, *parts)).encode()).hexdigest()


def _lot(code: str, person: str) -> bytes:
    return sha256(f"{code}\0{person}".encode()).digest()
