"""Satisfaction rounds: made as drafts, drawn when their period is over, and closed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from callcenter.domain.access import Actor
from callcenter.domain.survey_rounds import (
    MAKERS,
    ROUND_STATE_NAMES_KO,
    STANDARD,
    CellsBy,
    Form,
    Round,
    RoundState,
    Sample,
    Served,
    Subject,
    sample,
)
from callcenter.domain.worktime import local_day
from callcenter.errors import ForbiddenError, InputError, NotFoundError, RefusedError, StaleError
from callcenter.store.survey_rounds import CellFrame, RoundTold
from callcenter.store.unit_of_work import Store, UnitOfWork


class SurveyRoundDesk:
    """Makes rounds, draws them, and takes the answers."""

    def __init__(
        self,
        *,
        store: Store,
        now: Callable[[], datetime],
    ) -> None:
        """Take the time from outside."""
        self._store = store
        self._now = now

    # --- Forms --------------------------------------------------------------------------------------

    async def forms(self) -> list[Form]:
        """Return every version of every form, the shipped one first."""
        async with self._store.reading() as uow:
            return [STANDARD, *await uow.survey_rounds.forms()]

    async def add_form(self, form: Form, *, actor: Actor) -> Form:
        """Write the next version of a form, or the first of a new one; return it with its number.

        Raises:
            ForbiddenError: the actor makes no forms.
            ConflictError: somebody else wrote a version in the same moment.
        """
        refuse_others(actor)
        async with self._store.writing() as uow:
            known = [STANDARD, *await uow.survey_rounds.forms()]
            last = max((one.version for one in known if one.code == form.code), default=0)
            added = replace(form, version=last + 1)
            await uow.survey_rounds.add_form(added, at=self._now(), by=actor.login)
        return added

    # --- Rounds -------------------------------------------------------------------------------------

    async def create(self, round_: Round, *, actor: Actor) -> Round:
        """Make a draft.

        Raises:
            ForbiddenError: the actor makes no rounds.
            ConflictError: the code, or the campaign, is another round's.
            InputError: there is no such form, campaign or cell of the campaign.
        """
        refuse_others(actor)
        draft = replace(round_, state=RoundState.DRAFT, version=1, frame=None)
        async with self._store.writing() as uow:
            await form_of(uow, draft)
            await _check_campaign(uow, draft)
            await uow.survey_rounds.add(draft, at=self._now(), by=actor.login)
        return draft

    async def draw(self, code: str, *, actor: Actor, expected: int) -> Round:
        """Draw the sample of a draft; from then on answers are taken.

        Raises:
            NotFoundError: there is none of this code.
            ForbiddenError: the actor draws none.
            StaleError: it is no longer at the version expected.
            RefusedError: it was drawn before, its period is not over, or nobody was served in it.
        """
        at = self._now()
        async with self._store.writing() as uow:
            draft = await _told(uow, code, RoundState.DRAFT, actor=actor, expected=expected)
            if draft.last_day >= local_day(at):
                raise RefusedError(
                    "period-not-over",
                    ko=f"조사 대상 기간이 {draft.last_day}까지입니다. 기간이 끝난 뒤에 추출하십시오.",
                    en=f"the period lasts until {draft.last_day}; draw when it is over",
                )
            drawn = await asyncio.to_thread(sample, draft, await _served(uow, draft))
            if not drawn.drawn:
                raise RefusedError(
                    "nobody-served",
                    ko="기간 중 응대한 고객이 없습니다.",
                    en="nobody was served in the period",
                )
            after = replace(
                draft,
                state=RoundState.OPEN,
                version=draft.version + 1,
                frame=sum(drawn.frame.values()),
            )
            await uow.survey_rounds.put(after, "draw", at=at, by=actor.login)
            await uow.survey_rounds.put_cells(code, _cells(draft, drawn))
            expires = at + timedelta(days=draft.open_days)
            await uow.survey_rounds.invite(draft, drawn.drawn, expires_at=expires)
        return after

    async def close(self, code: str, *, actor: Actor, expected: int) -> Round:
        """Take no answers any more.

        Raises:
            NotFoundError, ForbiddenError, StaleError: as `draw`.
            RefusedError: it is not open.
        """
        async with self._store.writing() as uow:
            open_ = await _told(uow, code, RoundState.OPEN, actor=actor, expected=expected)
            after = replace(open_, state=RoundState.CLOSED, version=open_.version + 1)
            await uow.survey_rounds.put(after, "close", at=self._now(), by=actor.login)
        return after

    async def round(self, code: str) -> Round:
        """Return a round.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            return await found(uow, code)

    async def every(self) -> list[Round]:
        """Return all rounds, the latest period first."""
        async with self._store.reading() as uow:
            return await uow.survey_rounds.every()

    async def history(self, code: str) -> list[RoundTold]:
        """Return everything that was done to a round, and by whom.

        Raises:
            NotFoundError: there is none of this code.
        """
        async with self._store.reading() as uow:
            await found(uow, code)
            return await uow.survey_rounds.told(code)


async def found(uow: UnitOfWork, code: str, *, lock: bool = False) -> Round:
    """Return a round, held against changes if asked.

    Raises:
        NotFoundError: there is none of this code.
    """
    round_ = await uow.survey_rounds.get(code, lock=lock)
    if round_ is None:
        raise NotFoundError(f"there is no round {code!r}")
    return round_


async def form_of(uow: UnitOfWork, round_: Round) -> Form:
    """Return the form of a round.

    Raises:
        InputError: there is no such version of it.
    """
    wanted = round_.form, round_.form_version
    for form in (STANDARD, *await uow.survey_rounds.forms()):
        if (form.code, form.version) == wanted:
            return form
    raise InputError(f"there is no version {wanted[1]} of a form {wanted[0]!r}", key="form")


async def _served(uow: UnitOfWork, round_: Round) -> list[Served]:
    frames = uow.survey_frames
    read = frames.calls if round_.of is Subject.CALLS else frames.tickets
    return await read(round_.first_day, round_.last_day)


async def _told(
    uow: UnitOfWork, code: str, state: RoundState, *, actor: Actor, expected: int
) -> Round:
    refuse_others(actor)
    round_ = await found(uow, code, lock=True)
    if round_.version != expected:
        raise StaleError(f"expected version {round_.version} of round {code}, got {expected}")
    if round_.state is not state:
        raise RefusedError(
            "wrong-state",
            ko=f"'{ROUND_STATE_NAMES_KO[round_.state]}' 상태의 조사에는 할 수 없습니다.",
            en=f"expected a round that is {state}, it is {round_.state}",
        )
    return round_


async def _check_campaign(uow: UnitOfWork, round_: Round) -> None:
    if round_.campaign is None:
        return
    campaign = await uow.campaigns.get(round_.campaign)
    if campaign is None:
        raise InputError(f"there is no campaign {round_.campaign!r}", key="campaign")
    unknown = [cell.code for cell in round_.cells if not campaign.knows_cell(cell.code)]
    if round_.cells_by is CellsBy.LEAD and unknown:
        raise InputError(f"the campaign has no cell {', '.join(unknown)}", key="cells")


def _cells(round_: Round, drawn: Sample) -> list[CellFrame]:
    """Return the population by cell: shares as said, else as they are in the frame."""
    whole = sum(drawn.frame.values())
    if any(cell.share is not None for cell in round_.cells):
        return [
            CellFrame(cell=cell.code, frame=drawn.frame.get(cell.code, 0), share=cell.share or 0.0)
            for cell in round_.cells
        ]
    return [
        CellFrame(cell=cell, frame=n, share=n / whole) for cell, n in sorted(drawn.frame.items())
    ]


def refuse_others(actor: Actor) -> None:
    """Refuse whoever makes no rounds.

    Raises:
        ForbiddenError: by who he is.
    """
    if not actor.has(MAKERS):
        raise ForbiddenError(f"rounds are made by {', '.join(sorted(MAKERS))}")


def refuse_unless_open(round_: Round) -> None:
    """Refuse what only an open round allows.

    Raises:
        RefusedError: it is not drawn yet, or closed.
    """
    if round_.state is not RoundState.OPEN:
        raise RefusedError(
            "round-not-open",
            ko="진행 중인 조사가 아닙니다.",
            en=f"expected a round that is open, it is {round_.state}",
        )
