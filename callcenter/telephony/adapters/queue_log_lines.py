"""The lines of an Asterisk queue log, as a file holds them or as a table of a database does.

Field by field as `app_queue.c` and `logger.c` write them: `epoch|callid|queue|agent|event|data...`, with
whole seconds; free text may itself hold `|`. A table has columns in their place, and may have microseconds
in local time.
"""

from collections.abc import Iterable, Iterator, Mapping
from csv import DictReader
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from callcenter.clock import SECOND, Tick
from callcenter.errors import DataError
from callcenter.telephony.adapters.scribe import Oddity, Remark
from callcenter.telephony.words import TimePrecision

NOBODY: Final = "NONE"
"""Stands in the log for no queue, no agent and no call."""
_COLUMNS: Final = 5
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REALTIME: Final = ("time", "callid", "queuename", "agent", "event")
_NAMED: Final = ("date_time", "callid", "queue_name", "type", "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event as the switch wrote it."""

    number: int
    """From 1."""
    place: str
    """Which file and where in it: what ids are made from."""
    at: Tick
    precision: TimePrecision
    call: str
    queue: str
    agent: str
    verb: str
    data: tuple[str, ...]

    def text(self, index: int) -> str:
        """Return a field, empty if it is not there."""
        return self.data[index] if -len(self.data) <= index < len(self.data) else ""

    def number_at(self, index: int) -> int:
        """Return a whole number, which must be there: a `DataError` if not."""
        try:
            return int(self.text(index))
        except ValueError:
            message = f"expected a whole number in field {index} of {self.verb}, got {self.data!r}"
            raise DataError(message, line=self.number) from None


def fingerprint(first_line: bytes) -> str:
    """Return what names a log file by its first line, under whatever name rotation gives it."""
    return sha256(first_line.rstrip(b"\r\n")).hexdigest()[:16]


def lines_of_file(
    lines: Iterable[bytes], *, file: str, offset: int = 0, number: int = 1
) -> Iterator[Line | Remark]:
    """Read lines of a queue log file, the first of which stands at a byte offset and has a number.

    A last line without its end is still being written and is left alone.
    """
    for raw in lines:
        if not raw.endswith(b"\n"):
            return
        text = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        if text:
            yield _of_text(text, place=f"{file}:{offset}", number=number)
        offset += len(raw)
        number += 1


def _of_text(text: str, *, place: str, number: int) -> Line | Remark:
    parts = text.split("|")
    if len(parts) < _COLUMNS or not parts[0].isdecimal():
        return Remark(line=number, oddity=Oddity.MALFORMED, verb="", detail=text[:80])
    epoch, call, queue, agent, verb, *data = parts
    return Line(
        number=number,
        place=place,
        at=int(epoch) * SECOND,
        precision=TimePrecision.SECOND,
        call=call,
        queue=queue,
        agent=agent,
        verb=verb,
        data=tuple(data),
    )


def lines_of_table(
    lines: Iterable[str], *, file: str, zone: tzinfo | None = None
) -> Iterator[Line | Remark]:
    """Read a table as CSV with a header.

    Either the columns of Asterisk's own realtime table (`time, callid, queuename, agent, event` and
    `data1`.. or `data`; `zone` is that of its local time), or those of the table form in which
    `type` is the agent and positions, hold time and talk time have columns of their own.

    Raises:
        DataError: The header is neither.
    """
    table = DictReader(lines)
    header = set(table.fieldnames or ())
    if header.issuperset(_REALTIME):
        if zone is None:
            raise DataError("expected the time zone of a table with local times", file=file)
        for number, row in enumerate(table, start=2):
            yield _of_realtime(row, place=f"{file}:{number}", number=number, zone=zone)
    elif header.issuperset(_NAMED):
        for number, row in enumerate(table, start=2):
            yield _of_named(row, place=f"{file}:{number}", number=number)
    else:
        message = f"expected columns {', '.join(_REALTIME)} or {', '.join(_NAMED)}, got {header}"
        raise DataError(message, file=file)


def _of_realtime(
    row: Mapping[str, str | None], *, place: str, number: int, zone: tzinfo
) -> Line | Remark:
    try:
        moment = datetime.fromisoformat(row["time"] or "")
    except ValueError:
        return Remark(line=number, oddity=Oddity.MALFORMED, verb=row["event"] or "")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if row.get("data1") is None:
        data = (row.get("data") or "").split("|")
    else:
        data = [row.get(f"data{index}") or "" for index in range(1, 6)]
    return Line(
        number=number,
        place=place,
        at=(aware - _EPOCH) // timedelta(microseconds=1),
        precision=TimePrecision.MICROSECOND,
        call=row["callid"] or NOBODY,
        queue=row["queuename"] or NOBODY,
        agent=row["agent"] or NOBODY,
        verb=row["event"] or "",
        data=tuple(_without_empty_end(data)),
    )


def _without_empty_end(data: list[str]) -> list[str]:
    while data and not data[-1]:
        data = data[:-1]
    return data


_NAMED_DATA: Final[Mapping[str, tuple[str, ...]]] = {
    "ENTERQUEUE": ("", "param1", "entpos"),
    "RINGNOANSWER": ("htime",),
    "RINGCANCELED": ("htime",),
    "CONNECT": ("htime", "param2", "param3"),
    "COMPLETECALLER": ("htime", "ttime", "entpos"),
    "COMPLETEAGENT": ("htime", "ttime", "entpos"),
    "ATTENDEDTRANSFER": ("param2", "param3", "htime", "ttime", "entpos"),
    "BLINDTRANSFER": ("param2", "param3", "htime", "ttime", "entpos"),
    "TRANSFER": ("param2", "param3", "htime", "ttime", "entpos"),
    "ABANDON": ("entpos", "expos", "htime"),
    "EXITWITHTIMEOUT": ("entpos", "expos", "htime"),
    "EXITEMPTY": ("entpos", "expos", "htime"),
    "EXITWITHKEY": ("param1", "entpos", "expos", "htime"),
}
"""Which columns hold the fields of a line; those of other lines are `param1` to `param3`."""


def _of_named(row: Mapping[str, str | None], *, place: str, number: int) -> Line | Remark:
    epoch, verb = row["date_time"] or "", row["event"] or ""
    if not epoch.isdecimal() or not verb:
        return Remark(line=number, oddity=Oddity.MALFORMED, verb=verb)
    columns = _NAMED_DATA.get(verb, ("param1", "param2", "param3"))
    return Line(
        number=number,
        place=place,
        at=int(epoch) * SECOND,
        precision=TimePrecision.SECOND,
        call=row["callid"] or NOBODY,
        queue=row["queue_name"] or NOBODY,
        agent=row["type"] or NOBODY,
        verb=verb,
        data=tuple(row.get(column) or "" for column in columns),
    )
