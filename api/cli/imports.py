"""`callcenter import`: what a real switch wrote down, read into our events and summed up."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.cli.group import group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callcenter.telephony.adapters.queue_log import Rules
    from callcenter.telephony.adapters.queue_log_lines import Line
    from callcenter.telephony.adapters.report import Summary
    from callcenter.telephony.adapters.scribe import Remark

imports = group("Read what a real switch wrote down.")
_HEAD: Final = 200
Aliases = Annotated[
    list[str],
    typer.Option(
        "--alias", metavar="INTERFACE=MEMBER", show_default=False,
        help="An interface the log names in place of a member: Local/7@agents=Kim. Several times.",
    ),
]  # fmt: skip


@imports.callback()
def every() -> None:
    """Read what a real switch wrote down."""


@imports.command("queue_log")
def queue_log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="queue_log, or the same as CSV.")],
    source: Annotated[str, typer.Option(help="Name of the switch.")] = "pbx1",
    alias: Aliases = [],  # noqa: B006 - typer reads the default and never changes it
    wrap_up: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="`wrapuptime` of its queues.")
    ] = 0,
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Of the local times of a realtime table.")
    ] = "Asia/Seoul",
) -> None:
    """Read an Asterisk queue_log: what it tells, what was skipped and why, and what the calls amount to.

    The path of a call is told as events; nothing is stored.
    """
    from callcenter.telephony.adapters.queue_log import QueueLog
    from callcenter.telephony.adapters.report import summary

    log = QueueLog(source=source, rules=rules_of(alias, wrap_up=wrap_up))
    _show(summary(log.read(_lines(file, zone=zone))))


def rules_of(alias: list[str], *, wrap_up: float) -> "Rules":
    """Put together what a log does not say of its switch."""
    from callcenter.clock import SECOND
    from callcenter.errors import InputError
    from callcenter.telephony.adapters.queue_log import Rules

    pairs = [one.partition("=") for one in alias]
    if any(not (name and member) for name, _, member in pairs):
        raise InputError("expected INTERFACE=MEMBER", key="--alias")
    return Rules(
        wrap_up=round(wrap_up * SECOND), aliases={name: member for name, _, member in pairs}
    )


def _lines(file: Path, *, zone: str) -> "Iterator[Line | Remark]":
    """Read a log in the form its first line shows: with bars, or a table with commas."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from callcenter.errors import DataError, InputError
    from callcenter.telephony.adapters.queue_log_lines import (
        fingerprint,
        lines_of_file,
        lines_of_table,
    )

    with file.open("rb") as raw:
        first = raw.readline(_HEAD)
        raw.seek(0)
        if b"|" in first:
            yield from lines_of_file(raw, file=fingerprint(first))
            return
    try:
        local = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            f"expected a time zone like Asia/Seoul, got {zone!r}", key="--zone"
        ) from error
    with file.open(encoding="utf-8", newline="") as text:
        try:
            yield from lines_of_table(text, file=file.name, zone=local)
        except UnicodeDecodeError as error:
            raise DataError("expected UTF-8 text", file=str(file)) from error


def _show(found: "Summary") -> None:
    from datetime import UTC, datetime, timedelta

    from rich.table import Table

    from api.console import terminal
    from callcenter.clock import SECOND

    console = terminal()
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    calls = Table("measure", "value", title="calls", title_justify="left")
    for name in ("queued", "answered", "abandoned", "exited", "still_open"):
        calls.add_row(name, f"{getattr(found, name):,}")
    for name, mean in (("mean wait", found.mean_wait_us), ("mean talk", found.mean_talk_us)):
        calls.add_row(f"{name} (s)", "" if mean is None else f"{mean / SECOND:.2f}")
    if found.first is not None and found.last is not None:
        for name, at in (("first event", found.first), ("last event", found.last)):
            calls.add_row(name, (epoch + timedelta(microseconds=at)).isoformat(timespec="seconds"))
    console.print(calls)
    events = Table("event", "told", title="events", title_justify="left")
    for kind, count in found.events.items():
        events.add_row(kind, f"{count:,}")
    events.add_row("derived among them", f"{found.derived:,}")
    console.print(events)
    reasons = Table(
        "why",
        "word",
        "lines",
        "first at",
        title="not told, or not as it stood",
        title_justify="left",
    )
    for reason in found.reasons:
        shown = ", ".join(map(str, reason.lines))
        reasons.add_row(reason.oddity, reason.verb, f"{reason.count:,}", shown)
    console.print(reasons)
    console.print(f"{found.told:,} events told, {found.skipped:,} lines skipped")
