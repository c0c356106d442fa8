"""Work cases: what petitions are about. Many petitions may share one; each is answered by itself.

Joining is never merging: a petition keeps its number, its clock and its petitioner's right to an answer
(법 §27), and points to the case. When a case is closed, closing each of its petitions is proposed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callcenter.desk.ticket_orders import freed_text
from callcenter.desk.tickets import TicketDesk
from callcenter.domain.access import CENTRE, STAFF, Actor
from callcenter.domain.duplicates import Complaint, Suggestion, suggest
from callcenter.domain.services import Catalogue
from callcenter.domain.ticket_events import CaseLinked, Place
from callcenter.domain.ticket_guards import Refusal
from callcenter.domain.ticket_rules import BY_COMMAND, refusal
from callcenter.domain.tickets import Ticket
from callcenter.domain.worktime import KST
from callcenter.errors import ForbiddenError, InputError, NotFoundError, RefusedError
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.store.work_cases import WorkCase

MOST_AT_ONCE: Final = 100
"""Petitions linked by one request."""
_CLOSING: Final = ("resolve", "notify_result", "close")
"""What leads a petition to its end, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case and the petitions about it."""

    case: WorkCase
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How a petition of a closed case may be brought to its end by who closed it."""

    ticket: Ticket
    command: str | None
    """What to do next; `None` where nothing of it may be done here and now."""
    refusal: Refusal | None
    """Why not."""


class WorkCaseDesk:
    """Opens, links and closes work cases, and says which petitions may be about one."""

    def __init__(
        self,
        *,
        store: Store,
        tickets: TicketDesk,
        catalogue: Callable[[], Catalogue],
        now: Callable[[], datetime],
    ) -> None:
        """Take the desk that gives petitions their commands."""
        self._store = store
        self._tickets = tickets
        self._catalogue = catalogue
        self._now = now

    async def open(
        self,
        number: str,
        *,
        actor: Actor,
        title: str | None = None,
        request_id: str | None = None,
    ) -> CaseFile:
        """Open a case for the problem of a petition, which is then its first.

        Raises:
            NotFoundError: no such ticket.
            ForbiddenError: the actor is not staff.
            RefusedError: the petition is about a case already.
        """
        _staff_only(actor)
        async with self._store.writing() as uow:
            ticket = await _found(uow, number, lock=True)
            if ticket.case is not None:
                raise RefusedError(
                    "has-case",
                    ko=f"이 민원은 이미 사건 {ticket.case}에 연결되어 있습니다.",
                    en=f"{number} is about case {ticket.case} already",
                )
            at = self._now()
            case = WorkCase(
                code=await uow.work_cases.next_code(at.astimezone(KST).year),
                service=ticket.service,
                title=freed_text(title) if title else ticket.title,
                lat=ticket.place.lat,
                lon=ticket.place.lon,
                area=ticket.place.area,
                unit=ticket.unit,
                opened_at=at,
                opened_by=actor.login,
            )
            await uow.work_cases.add(case)
            await self._link(uow, case, number, actor=actor, request_id=request_id)
        return CaseFile(case=case, tickets=(number,))

    async def link(
        self,
        code: str,
        numbers: Sequence[str],
        *,
        actor: Actor,
        request_id: str | None = None,
    ) -> CaseFile:
        """Say that petitions are about a case; all of them or, if one cannot be, none.

        Raises:
            InputError: none or too many petitions.
            NotFoundError: no such case or ticket.
            RefusedError: the case is closed.
        """
        _staff_only(actor)
        if not 1 <= len(numbers) <= MOST_AT_ONCE:
            raise InputError(f"expected 1 to {MOST_AT_ONCE} petitions", key="tickets")
        async with self._store.writing() as uow:
            case = await _case(uow, code, lock=True)
            if not case.open:
                raise _closed(case)
            for number in dict.fromkeys(numbers):
                if (await _found(uow, number)).case != code:
                    await self._link(uow, case, number, actor=actor, request_id=request_id)
            return CaseFile(case=case, tickets=tuple(await uow.work_cases.tickets(code)))

    async def close(self, code: str, *, resolution: str, actor: Actor) -> tuple[Proposal, ...]:
        """Say that a problem is solved; return what may be done about each petition still open.

        No petition is closed by it: each has its own result to be told.

        Raises:
            NotFoundError: no such case.
            ForbiddenError: it is another department's.
            InputError: nothing is said about how.
            RefusedError: it is closed already.
        """
        _staff_only(actor)
        said = freed_text(resolution)
        if not said:
            raise InputError("expected how the problem was solved", key="resolution")
        async with self._store.writing() as uow:
            case = await _case(uow, code, lock=True)
            if not actor.has(CENTRE) and actor.unit != case.unit:
                raise ForbiddenError(f"이 사건은 {case.unit} 소관입니다. ({code} is not yours)")
            if not await uow.work_cases.close(
                code, at=self._now(), by=actor.login, resolution=said
            ):
                raise _closed(case)
            return await _proposals(uow, code, actor=actor)

    async def file(self, code: str) -> CaseFile:
        """Return a case and its petitions.

        Raises:
            NotFoundError: no such case.
        """
        async with self._store.reading() as uow:
            return CaseFile(
                case=await _case(uow, code), tickets=tuple(await uow.work_cases.tickets(code))
            )

    async def proposals(self, code: str, *, actor: Actor) -> tuple[Proposal, ...]:
        """Say what this actor may do about each petition of a case that is still open.

        Raises:
            NotFoundError: no such case.
        """
        async with self._store.reading() as uow:
            await _case(uow, code)
            return await _proposals(uow, code, actor=actor)

    async def like(self, number: str) -> tuple[Suggestion, ...]:
        """Suggest open petitions that may be about the same problem as this one.

        Raises:
            NotFoundError: no such ticket.
        """
        async with self._store.reading() as uow:
            ticket = await _found(uow, number)
        return await self.like_this(
            service=ticket.service,
            place=ticket.place,
            text=f"{ticket.title}\n{ticket.body}",
            at=ticket.submitted_at,
            number=number,
        )

    async def like_this(
        self,
        *,
        service: str,
        place: Place,
        text: str,
        at: datetime | None = None,
        number: str = "",
    ) -> tuple[Suggestion, ...]:
        """Suggest open petitions that may be about the same problem, before this one is written down.

        Raises:
            UnknownServiceError: the catalogue has no such service.
        """
        catalogue = self._catalogue()
        group = catalogue.service(service).group
        services = {one.code for one in catalogue.services if one.group == group}
        complaint = Complaint(number=number, place=place, at=at or self._now(), text=text)
        async with self._store.reading() as uow:
            return suggest(complaint, await uow.duplicates.candidates(complaint, services=services))

    async def _link(
        self, uow: UnitOfWork, case: WorkCase, number: str, *, actor: Actor, request_id: str | None
    ) -> None:
        await self._tickets.command_within(
            uow,
            number,
            "link_case",
            CaseLinked(case=case.code),
            actor=actor,
            expected_seq=None,
            request_id=request_id,
        )


async def _found(uow: UnitOfWork, number: str, *, lock: bool = False) -> Ticket:
    ticket = await uow.tickets.get(number, lock=lock)
    if ticket is None:
        raise NotFoundError(f"there is no ticket {number}")
    return ticket


async def _case(uow: UnitOfWork, code: str, *, lock: bool = False) -> WorkCase:
    case = await uow.work_cases.get(code, lock=lock)
    if case is None:
        raise NotFoundError(f"there is no work case {code}")
    return case


async def _proposals(uow: UnitOfWork, code: str, *, actor: Actor) -> tuple[Proposal, ...]:
    tickets = [await _found(uow, number) for number in await uow.work_cases.tickets(code)]
    return tuple(_proposal(ticket, actor=actor) for ticket in tickets if ticket.open)


def _proposal(ticket: Ticket, *, actor: Actor) -> Proposal:
    for command in _CLOSING:
        said = refusal(BY_COMMAND[command], ticket, actor=actor)
        if said is None:
            return Proposal(ticket=ticket, command=command, refusal=None)
    return Proposal(
        ticket=ticket, command=None, refusal=refusal(BY_COMMAND["resolve"], ticket, actor=actor)
    )


def _staff_only(actor: Actor) -> None:
    if not actor.has(STAFF):
        raise ForbiddenError("사건은 민원을 처리하는 직원만 다룰 수 있습니다. (staff only)")


def _closed(case: WorkCase) -> RefusedError:
    return RefusedError(
        "case-closed",
        ko=f"사건 {case.code}은(는) 이미 종결되었습니다.",
        en=f"work case {case.code} is closed",
    )
