import asyncio
import json
import resource
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callcenter.errors import SendLaterError
from callcenter.senders.file import FileSender
from callcenter.senders.port import Message

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def a_message(reference: str = "2026-000001/2/accepted/sms", **said: str) -> Message:
    known = {
        "to": "+821012345678",
        "subject": "접수",
        "body": "민원이 접수되었습니다.\n감사합니다.",
    }
    return Message(**(known | said), reference=reference)


def a_sender(path: Path) -> FileSender:
    return FileSender(path, now=lambda: NOW)


async def test_a_message_is_one_line_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"

    first = await a_sender(file).send(a_message())
    second = await a_sender(file).send(a_message("2026-000002/2/accepted/sms"))

    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert lines[0] == {
        "at": NOW.isoformat(),
        "to": "+821012345678",
        "subject": "접수",
        "body": "민원이 접수되었습니다.\n감사합니다.",
        "reference": "2026-000001/2/accepted/sms",
    }
    assert len(lines) == 2
    assert first == "messages.jsonl:0"
    assert first != second
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_many_at_once_write_whole_lines(tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    senders = [a_sender(file) for _ in range(4)]
    long = "가" * 20_000

    await asyncio.gather(*(senders[n % 4].send(a_message(f"{n}", body=long)) for n in range(40)))

    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert sorted(int(line["reference"]) for line in lines) == list(range(40))


async def test_a_folder_that_is_not_there_may_be_there_later(tmp_path: Path) -> None:
    with pytest.raises(SendLaterError, match="No such file"):
        await a_sender(tmp_path / "missing" / "messages.jsonl").send(a_message())


FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from callcenter.errors import SendLaterError
from tests.callcenter.senders.test_file import a_message, a_sender
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
sender = a_sender(Path(sys.argv[1]))
asyncio.run(sender.send(a_message("fits")))
try:
    asyncio.run(sender.send(a_message("too long", body="x" * 5_000)))
except SendLaterError as error:
    print(error)
asyncio.run(sender.send(a_message("fits again")))
"""


def test_what_does_not_fit_on_the_disk_leaves_no_half_line(
    tmp_path: Path, repository: Path
) -> None:
    assert resource.RLIMIT_FSIZE
    file = tmp_path / "messages.jsonl"

    told = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(file)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "took no line" in told.stdout
    references = [json.loads(line)["reference"] for line in file.read_text("utf-8").splitlines()]
    assert references == ["fits", "fits again"]


def test_a_message_does_not_show_its_address_when_printed() -> None:
    shown = repr(a_message())

    assert "8210" not in shown
    assert "접수" not in shown
