"""What a reader asks of the list of requests, and the tickets that answer it. Only public ones, always."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from api.open311.errors import Open311Error
from api.open311.shapes import CLOSED, OPEN
from api.services import Services
from callcenter.domain.ticket_events import TicketState
from callcenter.store.ticket_lists import LONGEST_PAGE, Filters, Listed, Order, Position
from callcenter.store.tickets import NUMBER, ticket_of
from callcenter.store.unit_of_work import UnitOfWork

SPAN: Final = timedelta(days=90)
MOST: Final = 1_000
_MOST_IDS: Final = 100
_WHOLE: Final = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_PUBLIC: Final = Filters(public=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A list as it was asked for."""

    numbers: tuple[str, ...] = ()
    filters: Filters = _PUBLIC
    page: int | None = None
    page_size: int = 50


def asked_of(said: Mapping[str, str], *, now: datetime) -> Asked:
    """Read the parameters of GET /requests; an empty one is as good as none.

    Raises:
        Open311Error: one of them makes no sense.
    """
    if said.get("service_request_id"):
        return Asked(numbers=_listed(said["service_request_id"]))
    first, last = _span(said, now=now)
    filters = Filters(
        public=True,
        services=frozenset(_listed(said.get("service_code", ""))),
        states=_states(said.get("status", "")),
        submitted_from=first,
        submitted_before=last,
        updated_after=_moment(said, "updated_after"),
    )
    size, page = _whole(said, "page_size"), _whole(said, "page")
    if page is None and size is not None:
        page = 1
    return Asked(filters=filters, page=page, page_size=min(size or 50, LONGEST_PAGE))


async def found(services: Services, asked: Asked) -> list[Listed]:
    """Return the tickets asked for, the newest first."""
    async with services.store.reading() as uow:
        if asked.numbers:
            return [one for number in asked.numbers if (one := await public(uow, number))]
        if asked.page is not None:
            page = await uow.lists.page(
                asked.filters,
                now=services.now(),
                order=Order.NEWEST,
                limit=asked.page_size,
                skip=(asked.page - 1) * asked.page_size,
            )
            return list(page.tickets)
        return await _newest(uow, asked.filters, now=services.now(), most=MOST)


async def public(uow: UnitOfWork, number: str) -> Listed | None:
    """Return a ticket if the public may know of it."""
    row = await uow.tickets.row(number) if NUMBER.fullmatch(number) else None
    if row is None or not row.public:
        return None
    return Listed(
        row=row.id,
        ticket=ticket_of(row),
        statutory_due_at=row.statutory_due_at,
        promised_due_at=row.promised_due_at,
        on_time=row.on_time,
    )


async def _newest(uow: UnitOfWork, filters: Filters, *, now: datetime, most: int) -> list[Listed]:
    listed: list[Listed] = []
    after: Position | None = None
    while len(listed) < most:
        limit = min(LONGEST_PAGE, most - len(listed))
        page = await uow.lists.page(filters, now=now, order=Order.NEWEST, limit=limit, after=after)
        listed += page.tickets
        after = page.after
        if after is None:
            break
    return listed


def _span(said: Mapping[str, str], *, now: datetime) -> tuple[datetime, datetime | None]:
    first, last = _moment(said, "start_date"), _moment(said, "end_date")
    if first is None:
        return _moved(last or now, -SPAN), last
    if last is not None and last < first:
        raise Open311Error(400, "end_date is before start_date")
    if last is not None and last - first > SPAN:
        raise Open311Error(400, "start_date and end_date may be at most 90 days apart")
    return first, last or _moved(first, SPAN)


def _moved(at: datetime, by: timedelta) -> datetime:
    """Go on or back from a date that a client may have chosen at the end of all dates."""
    try:
        return at + by
    except OverflowError:
        raise Open311Error(400, "start_date and end_date must leave room for 90 days") from None


def _moment(said: Mapping[str, str], name: str) -> datetime | None:
    text = said.get(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Open311Error(400, f"{name} must be like 2026-11-22T10:38:52+09:00") from None


def _states(text: str) -> frozenset[TicketState]:
    known = {"open": OPEN, "closed": CLOSED}
    states: frozenset[TicketState] = frozenset()
    for status in _listed(text):
        if status not in known:
            raise Open311Error(400, "status must be open, closed or both with a comma")
        states |= known[status]
    return states


def _listed(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if len(parts) > _MOST_IDS:
        raise Open311Error(400, f"at most {_MOST_IDS} values with commas")
    return parts


def _whole(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name)
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise Open311Error(400, f"{name} must be a whole number from 1")
    return int(text)
