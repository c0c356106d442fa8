"""Messages as lines of a file: for a gateway that reads files, for training, for looking at.

The file holds addresses and texts, so only its owner may read it. A line is on the disk before its
message counts as sent, and what does not fit on the disk leaves no half line behind.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from callcenter.errors import SendLaterError
from callcenter.senders.port import Message


class FileSender:
    """Appends one JSON object a line."""

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        """Take the file's path; its folder must exist."""
        self._path = path
        self._now = now

    async def send(self, message: Message) -> str:
        """Append the message, wait for the disk, and return at which byte it stands."""
        line = json.dumps(
            {
                "at": self._now().isoformat(),
                "to": message.to,
                "subject": message.subject,
                "body": message.body,
                "reference": message.reference,
            },
            ensure_ascii=False,
        )
        try:
            start = await asyncio.to_thread(_append, self._path, f"{line}\n".encode())
        except OSError as error:
            raise SendLaterError(f"the file of messages took no line: {error.strerror}") from error
        return f"{self._path.name}:{start}"


def _append(path: Path, line: bytes) -> int:
    """Write a whole line at the end or nothing, one process at a time; return where it starts."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        start = os.lseek(handle, 0, os.SEEK_END)
        try:
            _write(handle, line)
        except OSError:
            os.ftruncate(handle, start)
            raise
        os.fsync(handle)
    finally:
        os.close(handle)
    return start


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]
