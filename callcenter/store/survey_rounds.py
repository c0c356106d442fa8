"""Satisfaction rounds: forms, rounds and what they were told, the drawn, and their answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Row,
    String,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.survey_rounds import (
    CellsBy,
    Form,
    Question,
    Round,
    RoundCell,
    RoundState,
    Served,
    Subject,
)
from callcenter.errors import ConflictError, StaleError
from callcenter.store.tables.people import PETITIONER
from callcenter.store.tables.survey_rounds import (
    SURVEY_ANSWER,
    SURVEY_FORM,
    SURVEY_INVITATION,
    SURVEY_ROUND,
    SURVEY_ROUND_CELL,
    SURVEY_ROUND_EVENT,
)
from callcenter.store.tables.tickets import TICKET

_AT_ONCE: Final = 1_000
"""Rows of one statement."""
_SERVED: Final = ("queue", "service", "unit", "ticket", "closing", "source", "call", "leg")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFrame:
    """A cell of the population, as it was when a round was drawn."""

    cell: str
    frame: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One person drawn for a round."""

    id: int
    round: str
    place: int
    """In the lot, from 1."""
    cell: str
    ticket: str | None
    source: str | None
    call: str | None
    leg: int | None
    expires_at: datetime
    lead: int | None
    way: str | None = None
    """By which way the link was sent, if it was."""
    sent_at: datetime | None = None
    failure: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCall:
    """One of the drawn who might become a lead."""

    invitation: int
    cell: str
    petitioner: int | None
    """The row of whose ticket it is; `None` of a call."""
    phone_sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTold:
    """What was done to a round."""

    version: int
    command: str
    at: datetime
    by: str


class SurveyRounds:
    """Rounds within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    # --- Forms --------------------------------------------------------------------------------------

    async def add_form(self, form: Form, *, at: datetime, by: str) -> None:
        """Write a version of a form.

        Raises:
            ConflictError: somebody else wrote this version.
        """
        row = {"code": form.code, "version": form.version, "body": _body_of(form)}
        try:
            await self._connection.execute(insert(SURVEY_FORM).values(**row, at=at, by=by))
        except IntegrityError as error:
            raise ConflictError(
                f"there is a version {form.version} of {form.code} already"
            ) from error

    async def forms(self) -> list[Form]:
        """Return every version of every form that is kept here."""
        query = select(SURVEY_FORM).order_by(SURVEY_FORM.c.code, SURVEY_FORM.c.version)
        return [_form(row) for row in await self._connection.execute(query)]

    # --- Rounds -------------------------------------------------------------------------------------

    async def add(self, round_: Round, *, at: datetime, by: str) -> None:
        """Write a new round.

        Raises:
            ConflictError: the code, or the campaign, is another one's.
        """
        try:
            await self._connection.execute(insert(SURVEY_ROUND).values(**_columns(round_)))
        except IntegrityError as error:
            raise ConflictError(
                f"there is a round {round_.code}, or one with this campaign, already"
            ) from error
        await self._tell(round_, "create", at=at, by=by)

    async def put(self, round_: Round, command: str, *, at: datetime, by: str) -> None:
        """Write a round over its last version, and what was done to it.

        Raises:
            StaleError: it is at another version already.
        """
        changed = await self._connection.execute(
            update(SURVEY_ROUND)
            .where(SURVEY_ROUND.c.code == round_.code, SURVEY_ROUND.c.version == round_.version - 1)
            .values(**_columns(round_))
        )
        if changed.rowcount != 1:
            raise StaleError(f"round {round_.code} was changed meanwhile: read it again")
        await self._tell(round_, command, at=at, by=by)

    async def get(self, code: str, *, lock: bool = False) -> Round | None:
        """Return a round, held against changes if asked."""
        query = select(SURVEY_ROUND).where(SURVEY_ROUND.c.code == code)
        if lock and self._connection.dialect.name == "postgresql":
            query = query.with_for_update()
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _round(row)

    async def every(self) -> list[Round]:
        """Return all rounds, the latest period first."""
        query = select(SURVEY_ROUND).order_by(SURVEY_ROUND.c.last_day.desc(), SURVEY_ROUND.c.code)
        return [_round(row) for row in await self._connection.execute(query)]

    async def told(self, code: str) -> list[RoundTold]:
        """Return everything that was done to a round, in order."""
        event = SURVEY_ROUND_EVENT.c
        query = select(event.version, event.command, event.at, event.by)
        rows = await self._connection.execute(query.where(event.round == code).order_by(event[1]))
        return [RoundTold(**row) for row in rows.mappings()]

    async def _tell(self, round_: Round, command: str, *, at: datetime, by: str) -> None:
        body = json.dumps(_columns(round_), ensure_ascii=False)
        said = {"round": round_.code, "version": round_.version, "command": command}
        await self._connection.execute(
            insert(SURVEY_ROUND_EVENT).values(**said, at=at, by=by, body=body)
        )

    # --- The drawn ----------------------------------------------------------------------------------

    async def invite(self, round_: Round, drawn: Sequence[Served], *, expires_at: datetime) -> None:
        """Write whom a round asks, in the order of the lot."""
        rows = [
            {
                "round": round_.code,
                "place": place,
                "person": one.person,
                "cell": one.cell(round_.cells_by),
                "expires_at": expires_at,
                **{name: getattr(one, name) for name in _SERVED},
            }
            for place, one in enumerate(drawn, start=1)
        ]
        for first in range(0, len(rows), _AT_ONCE):
            await self._connection.execute(
                insert(SURVEY_INVITATION), rows[first : first + _AT_ONCE]
            )

    async def put_cells(self, code: str, cells: Sequence[CellFrame]) -> None:
        """Write the population by cell."""
        if cells:
            rows = [{"round": code, **asdict(cell)} for cell in cells]
            await self._connection.execute(insert(SURVEY_ROUND_CELL), rows)

    async def cells(self, code: str) -> list[CellFrame]:
        """Return the population by cell."""
        row = SURVEY_ROUND_CELL.c
        query = select(row.cell, row.frame, row.share).where(row.round == code).order_by(row.cell)
        found = (await self._connection.execute(query)).mappings()
        return [CellFrame(**cell) for cell in found]

    async def invitation(self, code: str, place: int) -> Invitation | None:
        """Return one of the drawn, and when they answered."""
        found = await self._invitations(
            SURVEY_INVITATION.c.round == code, SURVEY_INVITATION.c.place == place
        )
        return found[0] if found else None

    async def invitations(self, code: str, *, after: int, most: int) -> list[Invitation]:
        """Return the drawn in the order of the lot, from behind a place on."""
        return await self._invitations(
            SURVEY_INVITATION.c.round == code, SURVEY_INVITATION.c.place > after, most=most
        )

    async def of_lead(self, lead: int) -> Invitation | None:
        """Return whom a lead stands for; `None` if nobody who was drawn."""
        found = await self._invitations(SURVEY_INVITATION.c.lead == lead)
        return found[0] if found else None

    async def _invitations(self, *wanted: Any, most: int | None = None) -> list[Invitation]:
        names = [name for name in Invitation.__slots__ if name != "answered_at"]
        query = (
            select(
                *(SURVEY_INVITATION.c[name] for name in names),
                SURVEY_ANSWER.c.at.label("answered_at"),
            )
            .outerjoin(SURVEY_ANSWER, SURVEY_ANSWER.c.invitation == SURVEY_INVITATION.c.id)
            .where(*wanted)
            .order_by(SURVEY_INVITATION.c.place)
            .limit(most)
        )
        rows = (await self._connection.execute(query)).mappings()
        return [Invitation(**row) for row in rows]

    async def count(self, code: str) -> int:
        """Count the drawn."""
        query = select(func.count()).where(SURVEY_INVITATION.c.round == code)
        return int((await self._connection.execute(query)).scalar_one())

    async def to_call(self, code: str) -> list[ToCall]:
        """Return the drawn who neither answered nor are leads yet, with what is known of their number."""
        drawn = SURVEY_INVITATION.c
        answered = select(SURVEY_ANSWER.c.id).where(SURVEY_ANSWER.c.invitation == drawn.id)
        reference = literal("P").concat(cast(PETITIONER.c.id, String))
        query = (
            select(
                drawn.id.label("invitation"),
                drawn.cell,
                PETITIONER.c.id.label("petitioner"),
                PETITIONER.c.phone_sealed,
            )
            .outerjoin(TICKET, TICKET.c.number == drawn.ticket)
            .outerjoin(PETITIONER, TICKET.c.petitioner == reference)
            .where(drawn.round == code, drawn.lead.is_(None), ~answered.exists())
            .order_by(drawn.place)
        )
        return [ToCall(**row) for row in (await self._connection.execute(query)).mappings()]

    async def give_leads(self, leads: Mapping[int, int]) -> None:
        """Write which lead stands for which invitation."""
        if leads:
            wanted = SURVEY_INVITATION.c.id == bindparam("invitation")
            rows = [{"invitation": one, "its_lead": lead} for one, lead in leads.items()]
            written = update(SURVEY_INVITATION).where(wanted).values(lead=bindparam("its_lead"))
            await self._connection.execute(written, rows)


def _body_of(form: Form) -> str:
    said = asdict(form)
    return json.dumps(
        {name: said[name] for name in ("questions", "most", "satisfied_from")}, ensure_ascii=False
    )


def _form(row: Row[Any]) -> Form:
    said = json.loads(row.body)
    return Form(
        code=row.code,
        version=row.version,
        questions=tuple(Question(**question) for question in said["questions"]),
        most=said["most"],
        satisfied_from=said["satisfied_from"],
    )


def _columns(round_: Round) -> dict[str, Any]:
    said = asdict(round_)
    return said | {
        "first_day": round_.first_day.isoformat(),
        "last_day": round_.last_day.isoformat(),
        "cells": json.dumps([asdict(cell) for cell in round_.cells], ensure_ascii=False),
    }


def _round(row: Row[Any]) -> Round:
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return Round(
        **said
        | {
            "of": Subject(row.of),
            "first_day": date.fromisoformat(row.first_day),
            "last_day": date.fromisoformat(row.last_day),
            "cells_by": row.cells_by and CellsBy(row.cells_by),
            "cells": tuple(RoundCell(**cell) for cell in json.loads(row.cells)),
            "state": RoundState(row.state),
        }
    )
