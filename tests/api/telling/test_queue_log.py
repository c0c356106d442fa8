"""A queue log as a source: what it says is told once, over restarts, rotations and broken lines."""

import math
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.telling.queue_log import QueueLogSpeaker
from callcenter.bus.codec import write
from callcenter.bus.spool import Letter, Spool
from callcenter.clock import SECOND, Tick
from callcenter.telephony.adapters.queue_log import QueueLog, Rules
from callcenter.telephony.adapters.queue_log_lines import fingerprint, lines_of_file
from callcenter.telephony.commands import Surge
from callcenter.telephony.events import CallArrived, CallWrapped, Snapshot, SourceHeartbeat, Told

START = 1_790_000_000
LINES = [
    f"{START}|NONE|NONE|NONE|QUEUESTART|",
    f"{START + 1}|MANAGER|general|SIP/7|ADDMEMBER|",
    f"{START + 2}|{START + 2}.1|general|NONE|ENTERQUEUE||01012345678|1",
    f"{START + 9}|{START + 2}.1|general|SIP/7|CONNECT|7|{START + 2}.2|3",
    f"{START + 12}|{START + 12}.3|general|NONE|ENTERQUEUE||01012345679|1",
    f"{START + 60}|{START + 2}.1|general|SIP/7|COMPLETECALLER|7|51|1",
    f"{START + 61}|{START + 12}.3|general|NONE|ABANDON|1|1|49",
]
WRAP_UP = 10 * SECOND


@dataclass
class Desk:
    """A log, and an outbox for what it says."""

    log: Path
    spool: Path
    now: Tick = (START + 62) * SECOND

    def write(self, *lines: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def opened(self) -> Spool:
        return Spool(self.spool, source="pbx1", site="bucheon", now=lambda: self.now)

    def speaker(self, spool: Spool, *, follow: bool = True) -> QueueLogSpeaker:
        return QueueLogSpeaker(
            self.log,
            source="pbx1",
            site="bucheon",
            spool=spool,
            now=lambda: self.now,
            rules=Rules(wrap_up=WRAP_UP),
            follow=follow,
        )

    def hear(self, speaker: QueueLogSpeaker, spool: Spool) -> list[Told]:
        """Keep what is due, as a teller does, until there is no more for now."""
        heard = []
        while True:
            told = speaker.due(0)
            letters = [
                Letter(sequence=one.sequence, id=one.id, message=write(one, site="bucheon"))
                for one in told
            ]
            spool.put(letters, marks=speaker.marks())
            heard += told
            if speaker.wait_seconds(0) > 0:
                return heard

    def visit(self, *, follow: bool = True) -> list[Told]:
        """Come, hear everything, and go."""
        with self.opened() as spool, closing(self.speaker(spool, follow=follow)) as speaker:
            return self.hear(speaker, spool)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(log=tmp_path / "queue_log", spool=tmp_path / "pbx1.spool")


def kinds(told: list[Told]) -> list[str]:
    return [one.kind for one in told]


def test_a_file_is_told_as_an_import_reads_it_with_numbers_that_follow(desk: Desk) -> None:
    desk.write(*LINES)
    told = desk.visit(follow=False)

    raw = desk.log.read_bytes().replace(b"SIP/7", b"SIP-7").splitlines(keepends=True)
    log = QueueLog(source="pbx1", rules=Rules(wrap_up=WRAP_UP))
    read = [*log.read(lines_of_file(raw, file=fingerprint(raw[0]))), *log.rest()]
    assert [(one.event, one.at, one.id) for one in told] == [
        (one.event, one.at, one.id) for one in read if isinstance(one, Told)
    ]
    numbers = [one.sequence for one in told]
    assert numbers == list(range(numbers[0], numbers[0] + len(told)))


def test_a_restart_after_every_single_line_tells_the_same(desk: Desk, tmp_path: Path) -> None:
    whole = Desk(log=tmp_path / "whole", spool=tmp_path / "whole.spool")
    whole.write(*LINES)
    expected = whole.visit()

    told = []
    for line in LINES:
        desk.write(line)
        told += desk.visit()

    assert [(one.id, one.event) for one in told] == [(one.id, one.event) for one in expected]
    numbers = [one.sequence for one in told]
    assert numbers == list(range(numbers[0], numbers[0] + len(told)))


def test_a_call_lives_on_over_a_rotation_and_a_restart(desk: Desk) -> None:
    desk.write(*LINES[:4])
    desk.visit()
    desk.log.rename(desk.log.with_name("queue_log.1"))
    desk.write(*LINES[4:])

    told = desk.visit()

    assert kinds(told) == ["call.arrived", "call.queued", "call.ended", "call.abandoned"]
    assert isinstance(told[0].event, CallArrived)
    assert told[0].event.call == f"{START + 12}.3"


def test_reading_it_all_again_tells_nothing_twice(desk: Desk) -> None:
    desk.write(*LINES)
    desk.visit()
    with desk.opened() as spool:
        spool.put([], marks={"place": "0123456789abcdef:1"})

    assert desk.visit() == []


def test_after_call_work_ends_though_no_line_says_so(desk: Desk) -> None:
    desk.write(*LINES)
    with desk.opened() as spool, closing(desk.speaker(spool)) as speaker:
        assert "call.wrapped" not in kinds(desk.hear(speaker, spool))

        desk.now = (START + 60 + 10 + 2) * SECOND
        (wrapped,) = desk.hear(speaker, spool)

    assert isinstance(wrapped.event, CallWrapped)
    assert wrapped.at == (START + 70) * SECOND
    assert desk.visit() == []


def test_how_things_stand_is_known_after_a_restart(desk: Desk) -> None:
    desk.write(*LINES[:5])
    desk.visit()
    with desk.opened() as spool, closing(desk.speaker(spool)) as speaker:
        assert desk.hear(speaker, spool) == []
        snapshot = speaker.snapshot().event
        beat = speaker.heartbeat()

    assert isinstance(snapshot, Snapshot)
    assert [call.call for call in snapshot.calls] == [f"{START + 2}.1", f"{START + 12}.3"]
    assert [agent.agent for agent in snapshot.agents] == ["SIP-7"]
    assert isinstance(beat.event, SourceHeartbeat)
    assert (beat.event.live_calls, beat.event.agents) == (2, 1)
    assert beat.event.now == desk.now
    assert snapshot.sequence_high == beat.event.sequence_high == speaker.sequence


def test_a_broken_line_is_left_out_and_stops_nobody(desk: Desk) -> None:
    desk.write(
        LINES[0],
        "\0\0\0 torn",
        f"{10**18}|NONE|NONE|NONE|CONFIGRELOAD|",
        f"{START + 1}|x\0y|general|NONE|ENTERQUEUE||1|{'9' * 30}",
        *LINES[2:4],
    )
    with desk.opened() as spool, closing(desk.speaker(spool)) as speaker:
        told = desk.hear(speaker, spool)
        assert kinds(told)[0] == "source.started"
        assert kinds(told)[-1] == "call.connected"
        assert speaker.skipped >= 3


def test_it_is_over_at_the_end_of_a_file_that_is_not_followed(desk: Desk) -> None:
    desk.write(*LINES)
    with desk.opened() as spool, closing(desk.speaker(spool, follow=False)) as speaker:
        desk.hear(speaker, spool)
        assert speaker.wait_seconds(0) == math.inf
        assert speaker.due(0) == []


def test_it_says_that_it_takes_no_commands(desk: Desk) -> None:
    with desk.opened() as spool, closing(desk.speaker(spool)) as speaker:
        assert speaker.obey(Surge(queue="general", factor=2.0, minutes=5)).done == 0
