"""A source's outbox: every event is on its own disk before the broker hears of it.

What is here survives the process and the machine. An event stays until the broker has acknowledged it,
however long that takes, and after that for as long as somebody may ask for it again: an acknowledgement
is not a delivery (a broker may drop what it queued, and a disk may die). The bytes are kept, so that what
is told again is the same to the last bit.

One process holds a spool: two that number the events of one source would tell different things under the
same id, and the second is refused.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from callcenter.bus.codec import CONTENT_TYPE
from callcenter.bus.port import Message
from callcenter.clock import DAY, Tick
from callcenter.errors import SpoolError

VERSION: Final = 1
_EVENTS: Final = (
    "CREATE TABLE event (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
    "topic TEXT NOT NULL, payload BLOB NOT NULL, spooled_at INTEGER NOT NULL) STRICT"
)
_MARKS: Final = (
    "CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID"
)
_ANSWERS: Final = (
    "CREATE TABLE answer (id TEXT PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL, "
    "spooled_at INTEGER NOT NULL) STRICT, WITHOUT ROWID"
)
_HIGH: Final = "sequence"
_SETTLED: Final = "settled"
_OWNER: Final = "owner"
_PUT: Final = "INSERT INTO event VALUES (?, ?, ?, ?, ?)"
_ANSWER: Final = "INSERT INTO answer VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_MARK: Final = "INSERT INTO mark VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
_READ: Final = (
    "SELECT sequence, id, topic, payload FROM event "
    "WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?"
)
_PRUNE: Final = (
    "DELETE FROM event WHERE sequence <= ? AND (spooled_at < ? OR sequence <= ?) AND sequence IN "
    "(SELECT sequence FROM event ORDER BY sequence LIMIT ?)"
)
_PRUNED_AT_ONCE: Final = 10_000
_ASKED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One event, sealed."""

    sequence: int
    id: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """For how long an acknowledged event can be told again; one that is not acknowledged always can."""

    age: Tick = 30 * DAY
    events: int = 1_000_000
    """About 700 MB."""


class Spool:
    """The file; `with` opens and closes it. Its methods may be called from any thread."""

    def __init__(
        self,
        path: Path,
        *,
        source: str,
        site: str,
        now: Callable[[], Tick],
        kept: Kept | None = None,
    ) -> None:
        """Name the file and whose events it holds; a file that is not there is made.

        A new file begins to number at the millisecond it is made, so that whoever lost a spool does not
        use its numbers again: no source tells a thousand events a second for long.
        """
        self.path = path
        self.sequence = 0
        """The last number used; of a new file the one before the first."""
        self.settled = 0
        """Up to here the broker has everything for good."""
        self._owner = f"{site}/{source}"
        self._now = now
        self._kept = kept or Kept()
        self._lock = threading.Lock()
        self._base: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        """Open it, and see that it is whole and ours.

        Raises:
            SpoolError: It cannot be opened, is torn, in use, or of another source.
        """
        with self._in_our_words():
            self._base = sqlite3.connect(
                self.path, timeout=0.5, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(self._base)
            except BaseException:
                self._base.close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file and let others have it."""
        assert self._base is not None
        with self._lock:
            self._base.close()

    @property
    def owed(self) -> int:
        """Number of events that are to be told, or to be told again."""
        return self.sequence - self.settled

    # --- Writing ---------------------------------------------------------------------------------------

    def put(
        self,
        letters: Sequence[Letter],
        *,
        marks: Mapping[str, str] | None = None,
        answers: Mapping[str, Message] | None = None,
    ) -> None:
        """Keep events with the next numbers, and what belongs to them: all or nothing, and on the disk.

        Args:
            letters: The events.
            marks: How far the source has read what it tells from, by name.
            answers: What was answered to commands, by the id of the command.

        Raises:
            SpoolError: The disk is full or broken; nothing was kept.
        """
        numbers = [letter.sequence for letter in letters]
        first = self.sequence + 1
        assert numbers == list(range(first, first + len(letters))), "numbers follow one another"
        at = self._now()
        rows = [
            (letter.sequence, letter.id, letter.message.topic, letter.message.payload, at)
            for letter in letters
        ]
        high = self.sequence + len(letters)
        with self._transaction() as base:
            base.executemany(_PUT, rows)
            base.executemany(_MARK, [(_HIGH, str(high)), *(marks or {}).items()])
            base.executemany(
                _ANSWER,
                [(name, one.topic, one.payload, at) for name, one in (answers or {}).items()],
            )
        self.sequence = high

    def settle(self, sequence: int) -> None:
        """Note that the broker has everything up to a number, and will not forget it.

        Raises:
            SpoolError: The disk is full or broken.
        """
        with self._transaction() as base:
            base.execute(_MARK, (_SETTLED, str(sequence)))
        self.settled = sequence

    def prune(self) -> int:
        """Let go of what was acknowledged and is too old or too much; return how many, in small bites.

        Raises:
            SpoolError: The disk is full or broken.
        """
        oldest, least = self._now() - self._kept.age, self.sequence - self._kept.events
        pruned = 0
        while True:
            with self._transaction() as base:
                bite = base.execute(_PRUNE, (self.settled, oldest, least, _PRUNED_AT_ONCE)).rowcount
                base.execute("DELETE FROM answer WHERE spooled_at < ?", (oldest,))
            pruned += bite
            if bite < _PRUNED_AT_ONCE:
                return pruned

    # --- Reading ---------------------------------------------------------------------------------------

    def unsettled(self, *, after: int, most: int) -> list[Letter]:
        """Give what the broker has not acknowledged and that comes after a number, in order."""
        return self.told(max(after, self.settled) + 1, self.sequence, most=most)

    def told(self, first: int, last: int, *, most: int) -> list[Letter]:
        """Give the events of some numbers, both ends included, in order; what was pruned is missing."""
        with self._reading() as base:
            rows = base.execute(_READ, (first, last, most)).fetchall()
        return [
            Letter(sequence=sequence, id=identity, message=_message(topic, payload))
            for sequence, identity, topic, payload in rows
        ]

    def known(self, ids: Iterable[str]) -> set[str]:
        """Say which of some ids are kept here."""
        wanted, found = list(ids), set()
        with self._reading() as base:
            for start in range(0, len(wanted), _ASKED_AT_ONCE):
                some = wanted[start : start + _ASKED_AT_ONCE]
                marks = ", ".join("?" * len(some))
                query = f"SELECT id FROM event WHERE id IN ({marks})"  # noqa: S608 - question marks
                found |= {identity for (identity,) in base.execute(query, some)}
        return found

    def mark(self, name: str) -> str | None:
        """Return what was last kept under a name."""
        with self._reading() as base:
            row = base.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def answer(self, command_id: str) -> Message | None:
        """Return what was answered to a command; `None` if it is new."""
        with self._reading() as base:
            query = "SELECT topic, payload FROM answer WHERE id = ?"
            row = base.execute(query, (command_id,)).fetchone()
        return None if row is None else _message(*row)

    # --- The file --------------------------------------------------------------------------------------

    def _prepare(self, base: sqlite3.Connection) -> None:
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        (version,) = base.execute("PRAGMA user_version").fetchone()
        (tables,) = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version not in {0, VERSION} or (version == 0) != (tables == 0):
            raise SpoolError(f"{self.path}: expected a spool of version {VERSION}, this is none")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = FULL")  # Else a power cut would make numbers come twice.
        if version == 0:
            self._make(base)
        (fault,) = base.execute("PRAGMA quick_check(1)").fetchone()
        if fault != "ok":
            raise SpoolError(f"{self.path}: the spool is torn ({fault}): {_TORN}")
        marks: dict[str, str] = dict(base.execute("SELECT name, value FROM mark"))
        if marks[_OWNER] != self._owner:
            raise SpoolError(
                f"{self.path}: expected the spool of {self._owner}, this is that of {marks[_OWNER]}"
            )
        self.sequence, self.settled = int(marks[_HIGH]), int(marks[_SETTLED])

    def _make(self, base: sqlite3.Connection) -> None:
        start = str(self._now() // 1_000)
        base.execute("BEGIN IMMEDIATE")
        for statement in (_EVENTS, _MARKS, _ANSWERS, f"PRAGMA user_version = {VERSION}"):
            base.execute(statement)
        base.executemany(_MARK, [(_OWNER, self._owner), (_HIGH, start), (_SETTLED, start)])
        base.execute("COMMIT")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                yield base
                base.execute("COMMIT")
            except BaseException:
                if base.in_transaction:
                    base.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        assert self._base is not None, "a spool is opened before it is used"
        with self._lock, self._in_our_words():
            yield self._base

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SpoolError(f"{self.path}: {_reason(error)}") from error


def _message(topic: str, payload: bytes) -> Message:
    return Message(topic=topic, payload=payload, content_type=CONTENT_TYPE)


_TORN: Final = "move it away and a new one is made; what was not acknowledged in it is lost"
_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; nothing that was told is lost",
    sqlite3.SQLITE_BUSY: "another process is using this spool: one speaks for a source",
    sqlite3.SQLITE_CANTOPEN: "the spool cannot be opened: expected a folder that exists and is ours",
    sqlite3.SQLITE_READONLY: "the spool cannot be written",
    sqlite3.SQLITE_CORRUPT: f"the spool is torn: {_TORN}",
    sqlite3.SQLITE_NOTADB: f"this is no spool: {_TORN}",
}
_PRIMARY: Final = 0xFF
"""The part of an error code that says what kind of error it is."""


def _reason(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    return _REASONS.get(code, f"the spool cannot be used: {error}")
