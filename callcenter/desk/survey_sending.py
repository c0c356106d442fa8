"""Links of a round are sent to those drawn who agreed to be written to; to each once, by one way.

A link holds for whoever has it, so no queue holds one: the errand names the invitation, and the link is
made at the moment of sending.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from callcenter.desk.campaign_acts import record_act
from callcenter.desk.people import Field, field_cell
from callcenter.desk.survey_rounds import found, refuse_others, refuse_unless_open
from callcenter.domain.access import Actor
from callcenter.domain.notices import Reach, Way
from callcenter.domain.privacy import Contact
from callcenter.domain.survey_rounds import Round
from callcenter.errors import RefusedError
from callcenter.store.outbox import Errand
from callcenter.store.survey_sending import ToWrite
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault

TOPIC: Final = "survey-round"
"""Errands that send a link are of topic `survey-round-<way>`."""
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What becomes of those drawn when links are sent, or would; together they are all of the drawn."""

    sms: int
    email: int
    forbidden: int
    """Their number is not to be called, so they are not written to either."""
    unreachable: int
    """Nobody is known, no number and no address, or they agreed to neither."""
    before: int
    """Written to before."""
    answered: int
    """Answered before anybody wrote to them."""


class SurveySendingDesk:
    """Sends links."""

    def __init__(self, *, store: Store, vault: Vault, now: Callable[[], datetime]) -> None:
        """Take the vault that numbers are sealed with."""
        self._store = store
        self._vault = vault
        self._now = now

    async def tried(self, code: str, *, actor: Actor) -> Sending:
        """Say what would become of the drawn, and send nothing.

        Raises:
            NotFoundError: there is no round of this code.
            ForbiddenError: the actor makes no rounds.
            RefusedError: it is not open, or its links are too old.
        """
        refuse_others(actor)
        async with self._store.reading() as uow:
            _, sending = await self._chosen(uow, await found(uow, code))
        return sending

    async def send(self, code: str, *, actor: Actor, request_id: str | None = None) -> Sending:
        """Leave a link to the outbox for everybody who may be written to and was not.

        Raises:
            NotFoundError, ForbiddenError, RefusedError: as `tried`.
        """
        refuse_others(actor)
        at = self._now()
        async with self._store.writing() as uow:
            round_ = await found(uow, code, lock=True)
            ways, sending = await self._chosen(uow, round_)
            if ways:
                await self._write(uow, round_, ways, at=at, by=actor)
                detail = {"sms": sending.sms, "email": sending.email}
                await record_act(
                    uow, "survey-send", code, detail, at=at, actor=actor, request_id=request_id
                )
        return sending

    async def _write(
        self,
        uow: UnitOfWork,
        round_: Round,
        ways: Mapping[int, tuple[int, Way]],
        *,
        at: datetime,
        by: Actor,
    ) -> None:
        await uow.survey_sending.write({one: way for one, (_, way) in ways.items()}, at=at)
        errands = [
            Errand(
                topic=f"{TOPIC}-{way}",
                aggregate=f"{round_.code}/{place}",
                aggregate_seq=1,
                payload=json.dumps({"invitation": invitation}),
            )
            for invitation, (place, way) in ways.items()
        ]
        await uow.outbox.put(errands, now=at)
        after = replace(round_, version=round_.version + 1)
        await uow.survey_rounds.put(after, "send", at=at, by=by.login)

    async def _chosen(
        self, uow: UnitOfWork, round_: Round
    ) -> tuple[dict[int, tuple[int, Way]], Sending]:
        """Choose whom to write to and by which way; say what becomes of the others."""
        refuse_unless_open(round_)
        drawn = await uow.survey_sending.to_write(round_.code)
        _refuse_late(drawn, now=self._now())
        forbidden = await self._forbidden(uow, drawn)
        ways: dict[int, tuple[int, Way]] = {}
        for one, reach in zip(drawn, await _reaches(uow, drawn), strict=True):
            way = None if one.invitation in forbidden else _way(reach)
            if way is not None:
                ways[one.invitation] = one.place, way
        chosen = [way for _, way in ways.values()]
        before = await uow.survey_sending.written(round_.code)
        return ways, Sending(
            sms=chosen.count(Way.SMS),
            email=chosen.count(Way.EMAIL),
            forbidden=len(forbidden),
            unreachable=len(drawn) - len(ways) - len(forbidden),
            before=before,
            answered=await uow.survey_rounds.count(round_.code) - before - len(drawn),
        )

    async def _forbidden(self, uow: UnitOfWork, drawn: Sequence[ToWrite]) -> set[int]:
        """Return the invitations of numbers on the do-not-call list."""
        hashes = await asyncio.to_thread(self._hashes, drawn)
        every = [one for some in hashes.values() for one in some]
        listed: set[bytes] = set()
        for first in range(0, len(every), _AT_ONCE):
            listed |= await uow.do_not_call.among(every[first : first + _AT_ONCE])
        return {invitation for invitation, some in hashes.items() if listed.intersection(some)}

    def _hashes(self, drawn: Sequence[ToWrite]) -> dict[int, tuple[bytes, ...]]:
        """Hash the numbers that are known; nobody reads one."""
        found: dict[int, tuple[bytes, ...]] = {}
        for one in drawn:
            if one.petitioner is not None and one.phone_sealed is not None:
                cell = field_cell(one.petitioner.removeprefix("P"), Field.PHONE)
                phone = self._vault.open_(one.phone_sealed, context=cell)
                found[one.invitation] = self._vault.lookups(phone, kind=Contact.PHONE)
        return found


async def _reaches(uow: UnitOfWork, drawn: Sequence[ToWrite]) -> list[Reach]:
    known = {one.petitioner for one in drawn if one.petitioner is not None}
    reaches = await uow.people.reaches(known)
    return [reaches[one.petitioner] if one.petitioner else Reach() for one in drawn]


def _way(reach: Reach) -> Way | None:
    if reach.sms:
        return Way.SMS
    return Way.EMAIL if reach.email else None


def _refuse_late(drawn: Sequence[ToWrite], *, now: datetime) -> None:
    late = next((one.expires_at for one in drawn if one.expires_at <= now), None)
    if late is not None:
        raise RefusedError(
            "links-expired",
            ko="응답 기간이 지나 링크를 보낼 수 없습니다.",
            en=f"the links were open until {late.isoformat()}",
        )
