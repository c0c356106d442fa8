"""An Asterisk queue log as a source: what is written to the file is told, each line once.

The file is the source's memory. After a restart what was told before is read again in silence, so that
it is known which calls are open; then the telling goes on at the byte where it ended.
"""

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from api.telling.process import Voice
from api.telling.tail import Piece, Tail
from callcenter.bus.codec import read, write
from callcenter.bus.spool import Spool
from callcenter.bus.topics import fitted
from callcenter.clock import DAY, SECOND, Tick
from callcenter.domain.agents import AgentState
from callcenter.errors import CallCenterError
from callcenter.telephony.adapters.queue_log import QueueLog, Rules
from callcenter.telephony.adapters.queue_log_lines import NOBODY, Line, lines_of_file
from callcenter.telephony.adapters.scribe import Remark
from callcenter.telephony.commands import Answer, Command
from callcenter.telephony.events import SourceHeartbeat, TelephonyEvent, Told
from callcenter.telephony.fold import Fold

_LOG: Final = logging.getLogger(__name__)
_MARK: Final = "place"
_POLL_SECONDS: Final = 0.25
_QUIET: Final[Tick] = 2 * SECOND
"""So long after a moment no line about it is awaited any more."""
_REMEMBERED: Final[Tick] = 2 * DAY
_CANNOT: Final = Answer(
    asked=1,
    done=0,
    ko="기록 파일로만 연결된 교환기라서 지시할 수 없습니다",
    en="this switch is known by its log only and takes no commands",
)


class QueueLogSpeaker:
    """A `callcenter.telephony.speaking.Speaker` over one log file."""

    def __init__(
        self,
        path: Path,
        *,
        source: str,
        site: str,
        spool: Spool,
        now: Callable[[], Tick],
        rules: Rules | None = None,
        follow: bool = False,
    ) -> None:
        """Read again what was told before, and stand where the telling ended.

        Args:
            path: The log.
            source: Who tells.
            site: The centre it belongs to.
            spool: What was told before.
            now: The switch's clock, which is that of this machine.
            rules: What the log does not say of its switch.
            follow: Go on when the end is reached: more will be written.
        """
        self.source = source
        self.speed = 1.0
        self.sequence = spool.sequence
        self.skipped = 0
        """Lines and events of which nothing could be told."""
        self._site = site
        self._spool = spool
        self._now = now
        self._follow = follow
        self._log = QueueLog(source=source, rules=rules)
        self._fold = Fold()
        self._tail = Tail(path, mark=spool.mark(_MARK))
        self._more = True
        self._standing_at = now()
        for piece in self._tail.told_before():
            for _ in self._events(piece):
                pass

    def marks(self) -> Mapping[str, str]:
        """Say how far it has read, to be kept with what it has told."""
        return {} if self._tail.mark is None else {_MARK: self._tail.mark}

    def close(self) -> None:
        """Let go of the file."""
        self._tail.close()

    def due(self, real_now: Tick) -> list[Told]:
        """Return what the next lines say; the clock that counts is that of the log."""
        del real_now
        self._standing_at = self._now()
        piece = self._tail.next()
        self._more = piece is not None
        if piece is not None:
            return self._numbered(self._events(piece))
        if self._follow:
            return self._numbered(self._quietly_over())
        return self._numbered(self._folded(self._log.rest()))

    def wait_seconds(self, real_now: Tick) -> float:
        """Return 0 while there is more to read; at the end of a file that is not followed, for ever."""
        del real_now
        if self._more:
            return 0.0
        return _POLL_SECONDS if self._follow else math.inf

    def snapshot(self) -> Told:
        """Return all that is true as far as the log was read."""
        return self._fleeting(self._fold.snapshot(self.source, sequence_high=self.sequence))

    def heartbeat(self) -> Told:
        """Return that the log is being read."""
        agents = self._fold.agents.values()
        beat = SourceHeartbeat(
            sequence_high=self.sequence,
            now=self._standing_at,
            live_calls=len(self._fold.open_calls),
            agents=sum(agent.state is not AgentState.OFFLINE for agent in agents),
        )
        return self._fleeting(beat)

    def obey(self, command: Command) -> Answer:
        """Say that it cannot."""
        del command
        return _CANNOT

    # --- From lines to events --------------------------------------------------------------------------

    def _events(self, piece: Piece) -> Iterator[Told]:
        lines = lines_of_file(
            piece.lines, file=piece.file, offset=piece.offset, number=piece.number
        )
        yield from self._folded(self._log.read(map(_fit, lines)))
        self._log.forget(before=self._log.now - _REMEMBERED)
        self._fold.forget(before=self._log.now - _REMEMBERED)

    def _folded(self, said: Iterable[Told | Remark]) -> Iterator[Told]:
        for one in said:
            if isinstance(one, Remark):
                self.skipped += 1
            elif self._can_be_heard(one):
                self._fold.apply(one)
                yield one

    def _can_be_heard(self, told: Told) -> bool:
        """Whether a reader could take it; a broken line may hold numbers and moments that nobody can."""
        try:
            read(write(told, site=self._site), site=self._site)
        except (CallCenterError, OverflowError) as error:
            _LOG.warning("left out what nobody could read: %s: %s", told.kind, error)
            self.skipped += 1
            return False
        return True

    def _quietly_over(self) -> Iterator[Told]:
        """End after-call work that is over by now, though no line has said so."""
        read_to, self._log.now = self._log.now, max(self._log.now, self._now() - _QUIET)
        yield from self._folded(self._log.catch_up())
        self._log.now = read_to

    def _numbered(self, events: Iterable[Told]) -> list[Told]:
        """Number what was not told before."""
        found = list(events)
        known = self._spool.known(one.id for one in found)
        new = [one for one in found if one.id not in known]
        numbered = [
            replace(one, sequence=number) for number, one in enumerate(new, self.sequence + 1)
        ]
        self.sequence += len(numbered)
        return numbered

    def _fleeting(self, event: TelephonyEvent) -> Told:
        at = self._standing_at
        return Told(event=event, source=self.source, sequence=self.sequence, at=at, recorded_at=at)


def _fit(line: Line | Remark) -> Line | Remark:
    """Give queue and agent names that can stand in a topic: `SIP/7` is `SIP-7` from here on."""
    if isinstance(line, Remark):
        return line
    return replace(line, queue=fitted(line.queue) or NOBODY, agent=fitted(line.agent) or NOBODY)


def voice_of(speaker: QueueLogSpeaker) -> Voice:
    """Let a log be heard."""
    return Voice(speaker=speaker, marks=speaker.marks, close=speaker.close)
