"""Everything about tickets, to be taken away: NDJSON or CSV, piece by piece, the same from both databases.

Tickets come in the order in which they were written down, those that were searched for the newest
first, and events in their tickets' order. Nothing personal is in either. Texts that a spreadsheet would
compute are told from formulas by an apostrophe.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from callcenter.store.ticket_lists import Filters
from callcenter.store.unit_of_work import Store

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; East Asian ones in full width too."""
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
"""Without it a spreadsheet program takes UTF-8 for a Korean code page."""
_PIECE: Final = 500


class ExportFormat(StrEnum):
    """How rows are written down."""

    NDJSON = "ndjson"
    CSV = "csv"
    CSV_WITH_MARK = "csv-bom"

    @property
    def media_type(self) -> str:
        """What a browser is told it is."""
        return "application/x-ndjson" if self is ExportFormat.NDJSON else "text/csv; charset=utf-8"


TICKET_FIELDS: Final = (
    "number", "seq", "channel", "service", "title", "body", "attributes", "lat", "lon", "address",
    "address_id", "zipcode", "area", "petitioner", "external_ref", "public", "media_url", "opened_by",
    "submitted_at", "updated_at", "state", "state_since", "accepted_at", "clock_from", "period_qty",
    "period_unit", "legal_basis", "goal_minutes", "calendar", "unit", "hops", "officer",
    "cooperating_unit", "team", "extensions", "outcome", "answer", "resolved_at", "notified_at",
    "closed_at", "closings", "reopenings", "work_case", "statutory_due_at", "promised_due_at",
    "on_time", "working_minutes",
)  # fmt: skip
EVENT_FIELDS: Final = (
    "ticket", "seq", "kind", "at", "recorded_at", "actor", "actor_roles", "actor_unit", "payload",
    "prev_hash", "hash",
)  # fmt: skip
"""`payload` stays the text it is stored as: the hashes are over that."""


class ExportDesk:
    """Gives tickets and their histories out."""

    def __init__(self, *, store: Store, now: Callable[[], datetime]) -> None:
        """Stand on a store; the clock says what is overdue."""
        self._store = store
        self._now = now

    async def tickets(
        self, form: ExportFormat, *, wanted: Filters | None = None
    ) -> AsyncIterator[bytes]:
        """Write the tickets that have something in common, each as it stands when it is reached."""
        async for piece in _written(
            self._tickets(wanted or Filters()), form=form, fields=TICKET_FIELDS
        ):
            yield piece

    async def events(
        self, form: ExportFormat, *, wanted: Filters | None = None
    ) -> AsyncIterator[bytes]:
        """Write the histories of those tickets, chained by their hashes for whoever checks them."""
        async for piece in _written(
            self._events(wanted or Filters()), form=form, fields=EVENT_FIELDS
        ):
            yield piece

    async def _tickets(self, wanted: Filters) -> AsyncIterator[list[dict[str, Any]]]:
        """Give rows piece by piece, each in a transaction of its own: a slow reader holds none open."""
        after: int | None = None
        while True:
            async with self._store.reading() as uow:
                piece = await uow.lists.rows(wanted, now=self._now(), after=after, most=_PIECE)
            if piece.rows:
                yield [
                    row | {"attributes": dict(json.loads(row["attributes"]))} for row in piece.rows
                ]
            after = piece.after
            if after is None:
                return

    async def _events(self, wanted: Filters) -> AsyncIterator[list[dict[str, Any]]]:
        async for tickets in self._tickets(wanted):
            numbers = [ticket["number"] for ticket in tickets]
            async with self._store.reading() as uow:
                yield await uow.tickets.histories(numbers)


async def _written(
    pieces: AsyncIterator[list[dict[str, Any]]], *, form: ExportFormat, fields: tuple[str, ...]
) -> AsyncIterator[bytes]:
    if form is not ExportFormat.NDJSON:
        mark = BYTE_ORDER_MARK if form is ExportFormat.CSV_WITH_MARK else b""
        yield mark + _table([fields])
    async for rows in pieces:
        told = [{name: _plain(row[name]) for name in fields} for row in rows]
        if form is ExportFormat.NDJSON:
            yield "".join(f"{_json(row)}\n" for row in told).encode()
        else:
            yield _table(map(_cell, row.values()) for row in told)


def _json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _table(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    """Write moments in UTC to the microsecond; leave numbers, truths and texts as they are."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return _json(value)
        case str() if value.startswith(FORMULA_SIGNS):
            return f"'{value}"
        case _:
            return value
