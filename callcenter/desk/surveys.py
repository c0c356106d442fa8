"""Satisfaction surveys: one invitation a closing, sampled; one answer an invitation (법 §26)."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol

from callcenter.desk.changes import Change
from callcenter.desk.ticket_orders import freed_text
from callcenter.domain.ticket_events import Closed, Happened, TicketOutcome
from callcenter.domain.tickets import Ticket
from callcenter.errors import InputError, NotFoundError, RefusedError, TokenExpiredError
from callcenter.measures.desk_work import Satisfaction, ranking
from callcenter.store.reports import CITY, Window
from callcenter.store.surveys import SCORES, Answers, Survey, satisfaction
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

PURPOSE: Final = "survey"
OPEN_FOR: Final = timedelta(days=14)
LONGEST_COMMENT: Final = 1_000
_NOT_OURS: Final = frozenset({TicketOutcome.WITHDRAWN, TicketOutcome.TRANSFERRED})
"""How petitions end whose answer, if there was one, was not the city's."""
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Invite(Protocol):
    """Writes the invitation to a survey beside the closing."""

    def __call__(
        self, uow: UnitOfWork, ticket: Ticket, *, cause_seq: int, now: datetime
    ) -> Awaitable[bool]:
        """Say whether one may be sent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the page asks about; nothing of it is personal."""

    number: str
    title: str
    service: str
    closed_at: datetime
    open_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The satisfaction with a unit or a service; the rank is missing where answers are few."""

    code: str
    found: Satisfaction
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyReport:
    """What the closings of a window were answered."""

    all: Satisfaction
    units: tuple[Group, ...]
    services: tuple[Group, ...]


class SurveyDesk:
    """Invites after closings, and takes the answers."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        now: Callable[[], datetime],
        invite: Invite,
        share: float,
        page: str,
    ) -> None:
        """Take who writes invitations, the share of closings to ask about, and the page's address."""
        assert 0 <= share <= 1, f"expected a share from 0 to 1, got {share}"
        self._store = store
        self._vault = vault
        self._now = now
        self._invite = invite
        self._share = share
        self._page = page

    async def closed(self, uow: UnitOfWork, changes: Sequence[Change]) -> None:
        """Write the rows of closings in their transaction, and the invitations of those sampled."""
        for change in changes:
            for happened in change.history:
                if isinstance(happened.event, Closed):
                    await self._closed(uow, change.ticket, happened)

    async def _closed(self, uow: UnitOfWork, ticket: Ticket, closing: Happened) -> None:
        invited = (
            ticket.petitioner is not None
            and ticket.outcome not in _NOT_OURS
            and self._is_sampled(ticket)
            and await self._invite(uow, ticket, cause_seq=closing.seq, now=self._now())
        )
        await uow.surveys.add(
            Survey(
                ticket=ticket.number,
                closing=ticket.closings,
                sampled=invited,
                service=ticket.service,
                unit=ticket.unit,
                officer=ticket.officer,
                channel=ticket.channel,
                closed_at=closing.at,
                expires_at=closing.at + OPEN_FOR,
            )
        )

    def link(self, ticket: str, *, closing: int) -> str:
        """Make the link of an invitation; who has it may answer once."""
        token = self._vault.sign(
            PURPOSE, subject=f"{ticket}:{closing}", expires_at=self._now() + OPEN_FOR
        )
        return f"{self._page}/{token}"

    async def asked(self, token: str) -> Question:
        """Return what a link asks about.

        Raises:
            TokenError: the link is not ours, for something else, or too old.
            NotFoundError: there was no such closing.
            RefusedError: it has been answered.
        """
        async with self._store.reading() as uow:
            survey = await self._open(uow, token)
            ticket = await uow.tickets.get(survey.ticket)
        assert ticket is not None, "a survey refers to its ticket"
        return Question(
            number=ticket.number,
            title=ticket.title,
            service=survey.service,
            closed_at=survey.closed_at,
            open_until=survey.expires_at,
        )

    async def answer(self, token: str, *, score: int, comment: str | None = None) -> None:
        """Keep an answer, freed of personal data; there is no second one.

        Raises:
            InputError: the score is not 1 to 5, or the comment is too long.
            TokenError, NotFoundError, RefusedError: as `asked`.
        """
        if score not in SCORES:
            raise InputError(f"expected a score from 1 to 5, got {score!r}", key="score")
        if comment is not None and len(comment) > LONGEST_COMMENT:
            raise InputError(f"expected at most {LONGEST_COMMENT} characters", key="comment")
        async with self._store.writing() as uow:
            survey = await self._open(uow, token)
            kept = await uow.surveys.answer(
                survey.ticket,
                survey.closing,
                score=score,
                comment=freed_text(comment or "") or None,
                at=self._now(),
            )
            if not kept:
                raise _answered()

    async def report(self, *, first: date, last: date, unit: str | None = None) -> SurveyReport:
        """Report the answers to the closings from one day to another, both included."""
        async with self._store.reading() as uow:
            answers = await uow.surveys.answers(Window(first=first, last=last, scope=unit or CITY))
        return SurveyReport(
            all=satisfaction(answers),
            units=_groups(answers, of=lambda each: each.unit or ""),
            services=_groups(answers, of=lambda each: each.service),
        )

    async def _open(self, uow: UnitOfWork, token: str) -> Survey:
        subject = self._vault.verify(token, purpose=PURPOSE, now=self._now())
        number, _, closing = subject.rpartition(":")
        survey = await uow.surveys.get(number, int(closing))
        if survey is None or not survey.sampled:
            raise NotFoundError("there is no survey of this closing")
        if survey.expires_at <= self._now():
            raise TokenExpiredError(f"the survey was open until {survey.expires_at.isoformat()}")
        if survey.answered_at is not None:
            raise _answered()
        return survey

    def _is_sampled(self, ticket: Ticket) -> bool:
        """Draw by a key, so that nobody knows beforehand which closing will be asked about."""
        subject = f"{ticket.number}:{ticket.closings}"
        drawn = self._vault.sign("survey-sample", subject=subject, expires_at=_BEGINNING)
        place = int.from_bytes(sha256(drawn.encode()).digest()[:8], "big")
        return place < self._share * 2**64


def _groups(answers: Iterable[Answers], *, of: Callable[[Answers], str]) -> tuple[Group, ...]:
    members: defaultdict[str, list[Answers]] = defaultdict(list)
    for each in answers:
        members[of(each)].append(each)
    found: Mapping[str, Satisfaction] = {code: satisfaction(each) for code, each in members.items()}
    ranks = ranking(found)
    return tuple(
        Group(code=code, found=found[code], rank=ranks.get(code)) for code in sorted(found)
    )


def _answered() -> RefusedError:
    return RefusedError(
        "already-answered",
        ko="이미 답변하셨습니다. 설문은 한 번만 답할 수 있습니다.",
        en="this survey has been answered; it can be answered once",
    )
