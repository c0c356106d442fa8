"""The lines of a log file that somebody else writes, rotates and truncates: each once, none left out.

How far it was read is a mark: the file's fingerprint (its first line, under whatever name rotation gives
it) and a byte offset. When the mark cannot be found any more, the file is read from its beginning: the
ids of events come from the same two, so that a repeat is known as one.
"""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from os import fstat
from os.path import samestat
from pathlib import Path
from typing import BinaryIO, Final

from callcenter.telephony.adapters.queue_log_lines import fingerprint

_LOG: Final = logging.getLogger(__name__)
AT_ONCE: Final = 256 * 1024
"""Bytes read at once; no line is longer."""
_PACKED: Final = frozenset({".gz", ".bz2", ".xz", ".zst"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Whole lines that follow one another."""

    lines: list[bytes]
    file: str
    """Fingerprint of the file."""
    offset: int
    """Where in it the first of them begins."""
    number: int
    """Of the first of them, from 1."""


class _Reading:
    """One file, open at a place."""

    def __init__(self, path: Path) -> None:
        self.raw: BinaryIO = path.open("rb")
        self.offset = 0
        self._number = 1
        self.name = self._first_line()

    def _first_line(self) -> str | None:
        """Return the fingerprint; `None` while the first line is being written."""
        self.raw.seek(0)
        first = self.raw.readline(AT_ONCE)
        return fingerprint(first) if first.endswith(b"\n") else None

    def next(self, *, most: int = AT_ONCE) -> Piece | None:
        """Return whole lines that were not read yet; a last one without its end is left alone."""
        self.name = self.name or self._first_line()
        if self.name is None:
            return None
        self.raw.seek(self.offset)
        chunk = self.raw.read(min(most, AT_ONCE))
        whole = chunk.rfind(b"\n") + 1
        if not whole and len(chunk) < AT_ONCE:
            return None
        lines = chunk[:whole].splitlines(keepends=True)
        piece = Piece(lines=lines, file=self.name, offset=self.offset, number=self._number)
        self.offset += whole or len(chunk)  # What has no end in so many bytes is no line.
        self._number += len(lines)
        return piece

    def until(self, offset: int) -> Iterator[Piece]:
        """Give everything before an offset that is the beginning of a line."""
        while self.offset < offset and (piece := self.next(most=offset - self.offset)):
            yield piece

    def is_emptied(self) -> bool:
        """Whether somebody has begun to write the same file anew."""
        size = fstat(self.raw.fileno()).st_size
        return size < self.offset or self._first_line() != self.name

    def is_at(self, path: Path) -> bool:
        """Whether this is the file that has that name now."""
        try:
            return samestat(fstat(self.raw.fileno()), path.stat())
        except FileNotFoundError:
            return False


class Tail:
    """Reads a log from where it was left, through all that happens to the file."""

    def __init__(self, path: Path, *, mark: str | None = None) -> None:
        """Name the log, and how far it was read."""
        self._path = path
        self._coming: deque[Path] = deque()
        """Rotated files that were not read to their end, and what came after them."""
        self._reading: _Reading | None = None
        self._mark = mark

    @property
    def mark(self) -> str | None:
        """How far it is read."""
        reading = self._reading
        if reading is None or reading.name is None:
            return self._mark
        return f"{reading.name}:{reading.offset}"

    def close(self) -> None:
        """Let go of the file."""
        if self._reading is not None:
            self._reading.raw.close()

    def told_before(self) -> Iterator[Piece]:
        """Give again what was read before the mark, as far as it is at hand; reading goes on after it.

        That is the file in which the mark is, and the one before it: calls live on over a rotation.
        """
        if self._mark is None:
            return
        name, _, offset = self._mark.partition(":")
        files = [*self._rotated(), self._path]
        found = next((i for i, file in enumerate(files) if _name(file) == name), None)
        if found is None:
            _LOG.warning("%s: what was read last is gone; read from the beginning", self._path)
            return
        if found:
            earlier = _Reading(files[found - 1])
            with earlier.raw:
                yield from iter(earlier.next, None)
        self._reading = _Reading(files[found])
        self._coming.extend(files[found + 1 :])
        yield from self._reading.until(int(offset))

    def next(self) -> Piece | None:
        """Return whole lines that follow, `None` if there are none yet.

        Raises:
            OSError: The file cannot be read.
        """
        if self._reading is None and not self._open(self._path):
            return None
        assert self._reading is not None
        piece = self._reading.next()
        if piece is not None:
            return piece
        if not self._coming:
            self._coming.extend(self._later(self._reading))
            # Its last lines may have come between the look at it and the look at the names.
            piece = self._reading.next() if self._coming else None
        if piece is None and self._coming and self._open(self._coming.popleft()):
            return self.next()
        return piece

    def _later(self, reading: _Reading) -> list[Path]:
        """Return the files that were begun after the one being read."""
        now = [self._path] if self._path.exists() else []
        files = [*self._rotated(), *now]
        mine = next((i for i, file in enumerate(files) if reading.is_at(file)), None)
        if mine is None or (files[mine] == self._path and reading.is_emptied()):
            return now
        return files[mine + 1 :]

    def _open(self, path: Path) -> bool:
        try:
            reading = _Reading(path)
        except FileNotFoundError:
            return False
        self.close()
        self._reading = reading
        return True

    def _rotated(self) -> list[Path]:
        """Return the files that once had this name, oldest first."""
        found = [
            file
            for file in self._path.parent.glob(f"{self._path.name}[.-]*")
            if file.suffix not in _PACKED and file.is_file()
        ]
        return sorted(found, key=lambda file: file.stat().st_mtime_ns)


def _name(path: Path) -> str | None:
    try:
        reading = _Reading(path)
    except FileNotFoundError:
        return None
    with reading.raw:
        return reading.name
