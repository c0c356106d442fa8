"""Links of satisfaction rounds on their way: to whom, by which way, and whether they went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, String, bindparam, cast, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.notices import Way
from callcenter.store.people import reference_of
from callcenter.store.tables.people import PETITIONER
from callcenter.store.tables.survey_rounds import SURVEY_ANSWER, SURVEY_INVITATION
from callcenter.store.tables.tickets import TICKET

_DRAWN: Final = SURVEY_INVITATION.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWrite:
    """One of the drawn who neither answered nor was written to."""

    invitation: int
    place: int
    expires_at: datetime
    petitioner: str | None
    """Whose ticket it is; `None` of a call."""
    phone_sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One link that is to be sent."""

    invitation: int
    round: str
    place: int
    ticket: str
    petitioner: str
    expires_at: datetime
    answered: bool


class SurveySending:
    """Links that are sent, within one unit of work."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Stand on the connection of a unit of work."""
        self._connection = connection

    async def to_write(self, code: str) -> list[ToWrite]:
        """Return those of a round who neither answered nor were written to, in the order of the lot."""
        query = (
            _with_people(
                _DRAWN.id.label("invitation"),
                _DRAWN.place,
                _DRAWN.expires_at,
                PETITIONER.c.id.label("petitioner"),
                PETITIONER.c.phone_sealed,
            )
            .where(_DRAWN.round == code, _DRAWN.way.is_(None), ~_answered().exists())
            .order_by(_DRAWN.place)
        )
        found = (await self._connection.execute(query)).mappings()
        return [
            ToWrite(**dict(row) | {"petitioner": _reference(row["petitioner"])}) for row in found
        ]

    async def written(self, code: str) -> int:
        """Count those of a round who were written to."""
        query = select(func.count()).where(_DRAWN.round == code, _DRAWN.way.is_not(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def write(self, ways: Mapping[int, Way], *, at: datetime) -> None:
        """Write by which way each invitation goes: from then on it goes by no other."""
        if ways:
            wanted = update(SURVEY_INVITATION).where(_DRAWN.id == bindparam("invitation"))
            rows = [{"invitation": one, "by": way.value} for one, way in ways.items()]
            await self._connection.execute(wanted.values(way=bindparam("by"), written_at=at), rows)

    async def letter(self, invitation: int) -> Letter | None:
        """Return what is to be sent; `None` if nobody is known behind it any more."""
        query = _with_people(
            *(_DRAWN[name] for name in ("round", "place", "ticket", "expires_at")),
            PETITIONER.c.id.label("petitioner"),
            _answered().exists().label("answered"),
        ).where(_DRAWN.id == invitation)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None or row["petitioner"] is None:
            return None
        known = dict(row) | {"petitioner": reference_of(row["petitioner"])}
        return Letter(invitation=invitation, **known)

    async def sent(self, invitation: int, *, provider_ref: str, at: datetime) -> None:
        """Say it went."""
        await self._settle(invitation, sent_at=at, provider_ref=provider_ref, failure=None)

    async def failed(self, invitation: int, *, failure: str) -> None:
        """Say why it did not go, without anybody's address."""
        await self._settle(invitation, failure=failure)

    async def _settle(self, invitation: int, **values: object) -> None:
        settled = update(SURVEY_INVITATION).where(_DRAWN.id == invitation).values(**values)
        await self._connection.execute(settled)


def _with_people(*columns: Any) -> Select[Any]:
    reference = literal("P").concat(cast(PETITIONER.c.id, String))
    return (
        select(*columns)
        .select_from(SURVEY_INVITATION)
        .outerjoin(TICKET, TICKET.c.number == _DRAWN.ticket)
        .outerjoin(PETITIONER, TICKET.c.petitioner == reference)
    )


def _answered() -> Select[Any]:
    return select(SURVEY_ANSWER.c.id).where(SURVEY_ANSWER.c.invitation == _DRAWN.id)


def _reference(row: int | None) -> str | None:
    return None if row is None else reference_of(row)
