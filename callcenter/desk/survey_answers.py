"""What those drawn for a satisfaction round answer: by their link, or to an agent on the telephone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callcenter.desk.dialling import attempt_id
from callcenter.desk.survey_rounds import form_of, found, refuse_unless_open
from callcenter.desk.ticket_orders import freed_text
from callcenter.domain.access import Actor
from callcenter.domain.campaigns import DIALLERS
from callcenter.domain.survey_rounds import CellsBy, Form, Round
from callcenter.errors import (
    ForbiddenError,
    InputError,
    NotFoundError,
    RefusedError,
    TokenExpiredError,
)
from callcenter.store.survey_rounds import Invitation
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

PURPOSE: Final = "survey-round"
LONGEST_COMMENT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody who was drawn is asked about; nothing of it is personal."""

    round: Round
    form: Form
    open_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody answered: a number by question, and a comment."""

    scores: Mapping[str, int]
    comment: str | None = None


class SurveyAnswerDesk:
    """Makes the links of those drawn, and takes their answers."""

    def __init__(
        self, *, store: Store, vault: Vault, now: Callable[[], datetime], page: str
    ) -> None:
        """Take the vault that signs links, and the address of the page behind them."""
        self._store = store
        self._vault = vault
        self._now = now
        self._page = page

    async def invitations(self, code: str, *, after: int, most: int) -> list[Invitation]:
        """Return the drawn in the order of the lot, from behind a place on.

        Raises:
            NotFoundError: there is no round of this code.
        """
        async with self._store.reading() as uow:
            await found(uow, code)
            return await uow.survey_rounds.invitations(code, after=after, most=most)

    def link(self, invitation: Invitation) -> str:
        """Make the link of one of the drawn; who has it may answer once."""
        place, expires_at = invitation.place, invitation.expires_at
        return self.link_of(invitation.round, place, expires_at=expires_at)

    def link_of(self, code: str, place: int, *, expires_at: datetime) -> str:
        """Make the link of who was drawn at a place of a round."""
        token = self._vault.sign(PURPOSE, subject=f"{code}:{place}", expires_at=expires_at)
        return f"{self._page}/{token}"

    async def asked(self, token: str) -> Asked:
        """Return what a link asks.

        Raises:
            TokenError: the link is not ours, for something else, or too old.
            NotFoundError: nobody was drawn there.
            RefusedError: it has been answered, or the round is closed.
        """
        async with self._store.reading() as uow:
            round_, form, invitation = await self._open(uow, token)
        return Asked(round=round_, form=form, open_until=invitation.expires_at)

    async def answer(self, token: str, said: Said) -> None:
        """Keep an answer, freed of personal data; there is no second one.

        Raises:
            InputError: the answers are none to the form's questions, or the comment is too long.
            TokenError, NotFoundError, RefusedError: as `asked`.
        """
        async with self._store.writing() as uow:
            round_, form, invitation = await self._open(uow, token)
            await self._keep(uow, round_, form, said, invitation=invitation)

    async def told(self, code: str, attempt: str, said: Said, *, actor: Actor) -> None:
        """Keep what a citizen answered an agent on the telephone, by the attempt that reached them.

        Raises:
            ForbiddenError: the actor calls nobody, or somebody else was given the lead.
            NotFoundError: there is no such round, or its campaign has no such attempt.
            InputError: the answers are none to the form's questions, or the comment is too long.
            RefusedError: the round is not open, or this person has answered.
        """
        if not actor.has(DIALLERS):
            raise ForbiddenError(f"expected one of {', '.join(sorted(DIALLERS))}")
        async with self._store.writing() as uow:
            round_ = await found(uow, code)
            form = await form_of(uow, round_)
            refuse_unless_open(round_)
            lead = await uow.leads.get(int(attempt.removeprefix("L").partition("-")[0]))
            if lead is None or lead.campaign != round_.campaign or attempt_id(lead) != attempt:
                raise NotFoundError(f"there is no attempt {attempt} of round {code}")
            if lead.claimed_by != actor.login:
                raise ForbiddenError("the lead was given to somebody else")
            invitation = await uow.survey_rounds.of_lead(lead.id)
            if invitation is not None and invitation.answered_at is not None:
                raise _answered()
            await self._keep(
                uow, round_, form, said, invitation=invitation, lead=lead.id, actor=actor
            )

    async def _keep(
        self,
        uow: UnitOfWork,
        round_: Round,
        form: Form,
        said: Said,
        *,
        invitation: Invitation | None,
        lead: int | None = None,
        actor: Actor | None = None,
    ) -> None:
        form.check(said.scores)
        if said.comment is not None and len(said.comment) > LONGEST_COMMENT:
            raise InputError(f"expected at most {LONGEST_COMMENT} characters", key="comment")
        if lead is None and invitation is not None:
            lead = invitation.lead
        await uow.survey_answers.answer(
            round_.code,
            cell=await _cell(uow, round_, invitation=invitation, lead=lead),
            scores=said.scores,
            score=form.score(said.scores),
            comment=freed_text(said.comment or "") or None,
            at=self._now(),
            by=None if actor is None else actor.login,
            invitation=None if invitation is None else invitation.id,
            lead=lead,
        )
        if lead is not None and actor is None:
            await uow.survey_answers.let_be(lead)

    async def _open(self, uow: UnitOfWork, token: str) -> tuple[Round, Form, Invitation]:
        subject = self._vault.verify(token, purpose=PURPOSE, now=self._now())
        code, _, place = subject.rpartition(":")
        invitation = await uow.survey_rounds.invitation(code, int(place))
        if invitation is None:
            raise NotFoundError("there is no such invitation")
        if invitation.expires_at <= self._now():
            raise TokenExpiredError(f"it was open until {invitation.expires_at.isoformat()}")
        if invitation.answered_at is not None:
            raise _answered()
        round_ = await found(uow, code)
        refuse_unless_open(round_)
        return round_, await form_of(uow, round_), invitation


async def _cell(
    uow: UnitOfWork, round_: Round, *, invitation: Invitation | None, lead: int | None
) -> str:
    """Return the cell an answer counts in: the lead's, or that of who was drawn; none if unknown."""
    if round_.cells_by is not CellsBy.LEAD:
        return "" if invitation is None else invitation.cell
    known = None if lead is None else await uow.leads.get(lead)
    return "" if known is None else known.cell


def _answered() -> RefusedError:
    return RefusedError(
        "already-answered",
        ko="이미 답변하셨습니다. 설문은 한 번만 답할 수 있습니다.",
        en="this survey has been answered; it can be answered once",
    )
