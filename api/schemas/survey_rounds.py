"""Wire shapes for satisfaction rounds: forms, rounds, those drawn, and answers."""

from datetime import date
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, JsonValue

from api.schemas.moments import Moment
from api.schemas.tickets import Code, Line, Shape
from callcenter.desk.survey_answers import LONGEST_COMMENT, Asked, Said
from callcenter.desk.survey_leads import Handed
from callcenter.desk.survey_sending import Sending
from callcenter.domain.survey_rounds import (
    MOST_CELLS,
    MOST_SAMPLED,
    ROUND_STATE_NAMES_KO,
    STANDARD,
    CellsBy,
    Form,
    Question,
    Round,
    RoundCell,
    RoundState,
    Subject,
)
from callcenter.store.survey_rounds import Invitation, RoundTold

_FORM: Final[dict[str, JsonValue]] = {
    "code": "short",
    "questions": [{"code": "overall", "ko": "만족하셨습니까?", "en": "Were you satisfied?"}],
}
_ROUND: Final[dict[str, JsonValue]] = {
    "code": "2026-4",
    "name_ko": "2026년 4차 만족도 조사",
    "name_en": "Fourth round of 2026",
    "of": "tickets",
    "first_day": "2026-10-01",
    "last_day": "2026-10-31",
    "size": 200,
    "cells_by": "unit",
}
_SAID: Final[dict[str, JsonValue]] = {"scores": {"overall": 4}, "comment": "빨랐어요."}
Score = Annotated[int, Field(ge=1, le=100, strict=True)]


def _with_example(example: dict[str, JsonValue]) -> ConfigDict:
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [example]})


# --- Forms ------------------------------------------------------------------------------------------------


class RoundQuestionShape(Shape):
    """One question, answered by a number of the scale."""

    code: Code
    ko: Line
    en: Line


class NewFormShape(Shape):
    """The next version of a form, or the first of a new one. 설문지."""

    model_config = _with_example(_FORM)

    code: Code
    questions: Annotated[list[RoundQuestionShape], Field(min_length=1, max_length=20)]
    most: Annotated[int, Field(ge=2, le=100, description="The scale goes from 1 to this.")] = 5
    satisfied_from: Annotated[int, Field(ge=2, le=100)] = 4

    def form(self) -> Form:
        """Return it as the house knows it.

        Raises:
            InputError: a question stands there twice, or nobody could be satisfied.
        """
        questions = tuple(Question(code=q.code, ko=q.ko, en=q.en) for q in self.questions)
        return Form(
            code=self.code,
            version=1,
            questions=questions,
            most=self.most,
            satisfied_from=self.satisfied_from,
        )


class FormShape(Shape):
    """A version of a form; the first question is the satisfaction that rounds report."""

    code: str
    version: int
    questions: list[RoundQuestionShape]
    most: int
    satisfied_from: int

    @classmethod
    def of(cls, form: Form) -> Self:
        """Show a form."""
        return cls(
            code=form.code,
            version=form.version,
            questions=[RoundQuestionShape(code=q.code, ko=q.ko, en=q.en) for q in form.questions],
            most=form.most,
            satisfied_from=form.satisfied_from,
        )


# --- Rounds -----------------------------------------------------------------------------------------------


class RoundCellShape(Shape):
    """A part of the population: a queue, a department, or a cell of the campaign's leads."""

    code: Line
    share: Annotated[
        float | None,
        Field(
            ge=0, le=1, description="Of the population; that of those who could be drawn if null."
        ),
    ] = None
    quota: Annotated[int | None, Field(ge=1, le=MOST_SAMPLED, description="Drawn at most.")] = None


class NewRoundShape(Shape):
    """A round to be. 만족도 조사 차수."""

    model_config = _with_example(_ROUND)

    code: Code
    name_ko: Line
    name_en: Line
    of: Subject
    first_day: date
    last_day: date
    size: Annotated[int, Field(ge=1, le=MOST_SAMPLED, description="People to be drawn.")]
    form: Code = STANDARD.code
    form_version: Annotated[int, Field(ge=1, le=1_000_000)] = STANDARD.version
    cells_by: CellsBy | None = None
    cells: Annotated[list[RoundCellShape], Field(max_length=MOST_CELLS)] = Field(
        default_factory=list
    )
    campaign: Annotated[
        Code | None, Field(description="By whose leads it is carried out on the telephone.")
    ] = None
    open_days: Annotated[int, Field(ge=1, le=90)] = 14

    def draft(self) -> Round:
        """Return it as the house knows it.

        Raises:
            InputError: it contradicts itself.
        """
        return Round(
            code=self.code,
            name_ko=self.name_ko,
            name_en=self.name_en,
            of=self.of,
            first_day=self.first_day,
            last_day=self.last_day,
            size=self.size,
            form=self.form,
            form_version=self.form_version,
            cells_by=self.cells_by,
            cells=tuple(
                RoundCell(code=cell.code, share=cell.share, quota=cell.quota) for cell in self.cells
            ),
            campaign=self.campaign,
            open_days=self.open_days,
        )


class RoundShape(Shape):
    """A round, and how many people it could have drawn (null before it is drawn)."""

    code: str
    name_ko: str
    name_en: str
    of: Subject
    first_day: date
    last_day: date
    size: int
    form: str
    form_version: int
    cells_by: CellsBy | None
    cells: list[RoundCellShape]
    campaign: str | None
    open_days: int
    state: RoundState
    state_ko: str
    version: int
    frame: int | None

    @classmethod
    def of_round(cls, round_: Round) -> Self:
        """Show a round."""
        return cls(
            code=round_.code,
            name_ko=round_.name_ko,
            name_en=round_.name_en,
            of=round_.of,
            first_day=round_.first_day,
            last_day=round_.last_day,
            size=round_.size,
            form=round_.form,
            form_version=round_.form_version,
            cells_by=round_.cells_by,
            cells=[
                RoundCellShape(code=cell.code, share=cell.share, quota=cell.quota)
                for cell in round_.cells
            ],
            campaign=round_.campaign,
            open_days=round_.open_days,
            state=round_.state,
            state_ko=ROUND_STATE_NAMES_KO[round_.state],
            version=round_.version,
            frame=round_.frame,
        )


class RoundToldShape(Shape):
    """What was done to a round, and by whom."""

    version: int
    command: str
    at: Moment
    by: str

    @classmethod
    def of(cls, told: RoundTold) -> Self:
        """Show it."""
        return cls(version=told.version, command=told.command, at=told.at, by=told.by)


# --- Those drawn, and their answers -----------------------------------------------------------------------


class InvitationShape(Shape):
    """One of the drawn, and the link that lets them answer once."""

    place: int
    cell: str
    ticket: str | None
    source: str | None
    call: str | None
    leg: int | None
    link: str
    open_until: Moment
    called: bool
    """Whether they are a lead of the campaign."""
    answered_at: Moment | None
    way: str | None
    """By which way the link was sent, `sms` or `email`; `null` if it was not."""
    sent_at: Moment | None
    failure: str | None

    @classmethod
    def of(cls, invitation: Invitation, *, link: str) -> Self:
        """Show one of the drawn."""
        return cls(
            place=invitation.place,
            cell=invitation.cell,
            ticket=invitation.ticket,
            source=invitation.source,
            call=invitation.call,
            leg=invitation.leg,
            link=link,
            open_until=invitation.expires_at,
            called=invitation.lead is not None,
            answered_at=invitation.answered_at,
            way=invitation.way,
            sent_at=invitation.sent_at,
            failure=invitation.failure,
        )


class HandedShape(Shape):
    """How those drawn became leads."""

    leads: int
    unreachable: int
    forbidden: int
    known: int

    @classmethod
    def of(cls, handed: Handed) -> Self:
        """Show it."""
        return cls(
            leads=handed.leads,
            unreachable=handed.unreachable,
            forbidden=handed.forbidden,
            known=handed.known,
        )


class SendingShape(Shape):
    """What becomes of those drawn when links are sent, or would; together they are all of the drawn."""

    dry_run: bool
    sms: int
    email: int
    forbidden: int
    """Their number is not to be called."""
    unreachable: int
    """Nobody is known, or they agreed to no way."""
    before: int
    answered: int

    @classmethod
    def of(cls, sending: Sending, *, dry_run: bool) -> Self:
        """Show it."""
        return cls(
            dry_run=dry_run,
            sms=sending.sms,
            email=sending.email,
            forbidden=sending.forbidden,
            unreachable=sending.unreachable,
            before=sending.before,
            answered=sending.answered,
        )


class AskedShape(Shape):
    """What a link asks; nothing of it is personal."""

    round: str
    name_ko: str
    name_en: str
    form: FormShape
    open_until: Moment

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """Show what is asked."""
        return cls(
            round=asked.round.code,
            name_ko=asked.round.name_ko,
            name_en=asked.round.name_en,
            form=FormShape.of(asked.form),
            open_until=asked.open_until,
        )


class SaidShape(Shape):
    """A number by question; the first question has to be answered."""

    model_config = _with_example(_SAID)

    scores: Annotated[dict[Code, Score], Field(min_length=1, max_length=20)]
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = None

    def said(self) -> Said:
        """Return it as the house knows it."""
        return Said(scores=dict(self.scores), comment=self.comment)
