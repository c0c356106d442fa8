"""The outbox: what was put there is there, whatever happens to the process or the file."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from callcenter.bus.codec import CONTENT_TYPE
from callcenter.bus.port import Message
from callcenter.bus.spool import Kept, Letter, Spool
from callcenter.clock import DAY, ManualClock
from callcenter.errors import SpoolError
from tests.conftest import ROOT

START = 1_790_000_000_000_000
FIRST = START // 1_000 + 1


def letter(sequence: int, *, text: str = "안녕", identity: str | None = None) -> Letter:
    return Letter(
        sequence=sequence,
        id=identity or f"sim1:{sequence}",
        message=Message(
            topic="cc/v1/bucheon/ev/call/general",
            payload=f"{text} {sequence}".encode(),
            content_type=CONTENT_TYPE,
        ),
    )


def some(count: int, *, first: int = FIRST) -> list[Letter]:
    return [letter(sequence) for sequence in range(first, first + count)]


def spool(
    path: Path,
    *,
    clock: ManualClock | None = None,
    source: str = "sim1",
    kept: Kept | None = None,
) -> Spool:
    now = (clock or ManualClock(START)).now
    return Spool(path, source=source, site="bucheon", now=now, kept=kept)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sim1.spool"


def test_what_was_put_is_owed_in_order_until_it_is_settled(path: Path) -> None:
    with spool(path) as box:
        box.put(some(3))
        box.settle(FIRST + 1)

        assert box.owed == 1
        assert box.unsettled(after=0, most=10) == [letter(FIRST + 2)]
        assert box.told(FIRST, FIRST + 2, most=10) == some(3)


def test_a_window_begins_after_what_is_on_its_way(path: Path) -> None:
    with spool(path) as box:
        box.put(some(10))

        assert box.unsettled(after=FIRST + 3, most=2) == some(2, first=FIRST + 4)


def test_a_return_goes_on_with_the_next_number_and_owes_what_was_owed(path: Path) -> None:
    with spool(path) as box:
        box.put(some(5), marks={"place": "abc:17"})
        box.settle(FIRST + 1)

    with spool(path, clock=ManualClock(START + DAY)) as box:
        assert box.sequence == FIRST + 4
        assert box.mark("place") == "abc:17"
        assert [one.sequence for one in box.unsettled(after=0, most=10)] == [
            FIRST + 2,
            FIRST + 3,
            FIRST + 4,
        ]
        box.put(some(1, first=FIRST + 5))


def test_a_new_spool_uses_no_number_of_a_lost_one(path: Path) -> None:
    with spool(path) as box:
        box.put(some(1_000))
        last = box.sequence
    path.unlink()

    with spool(path, clock=ManualClock(START + 2_000_000)) as box:
        assert box.sequence > last


def test_a_number_left_out_is_a_programmers_error(path: Path) -> None:
    with spool(path) as box, pytest.raises(AssertionError, match="follow one another"):
        box.put(some(1, first=FIRST + 1))


def test_an_id_told_before_is_known(path: Path) -> None:
    with spool(path) as box:
        box.put([letter(FIRST, identity="a"), letter(FIRST + 1, identity="b")])

        assert box.known(["b", "c", *map(str, range(1_200)), "a"]) == {"a", "b"}


def test_marks_and_events_are_kept_together_or_not_at_all(path: Path) -> None:
    with spool(path) as box:
        box.put(some(1), marks={"place": "1"})
        twice = [letter(FIRST + 1), letter(FIRST + 2, identity=f"sim1:{FIRST + 1}")]

        with pytest.raises(SpoolError):
            box.put(twice, marks={"place": "2"})

        assert box.mark("place") == "1"
        assert box.sequence == FIRST
        box.put(some(1, first=FIRST + 1))


def test_age_and_number_prune_only_what_was_acknowledged(path: Path) -> None:
    clock = ManualClock(START)
    with spool(path, clock=clock, kept=Kept(age=2 * DAY, events=8)) as box:
        box.put(some(10))
        box.settle(FIRST + 4)
        assert box.prune() == 2

        clock.advance(3 * DAY)
        assert box.prune() == 3

        assert box.told(FIRST, FIRST + 9, most=100) == some(5, first=FIRST + 5)
        assert box.prune() == 0


def test_what_is_pruned_still_counts(path: Path) -> None:
    with spool(path, kept=Kept(events=0)) as box:
        box.put(some(3))
        box.settle(FIRST + 2)
        box.prune()
    with spool(path) as box:
        assert box.told(FIRST, FIRST + 2, most=10) == []
        assert box.sequence == FIRST + 2


@settings(max_examples=25)
@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
def test_nothing_unacknowledged_is_ever_missing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("spool") / "s"
    clock = ManualClock(START)
    put, settled = FIRST - 1, FIRST - 1
    for told, acknowledged in steps:
        clock.advance(DAY)
        with spool(path, clock=clock, kept=Kept(age=DAY, events=3)) as box:
            if put == FIRST - 1:
                put = settled = box.sequence
            box.put(some(told, first=put + 1))
            put += told
            settled = min(put, settled + acknowledged)
            box.settle(settled)
            box.prune()
            owed = box.unsettled(after=0, most=1_000)
            assert owed == some(put - settled, first=settled + 1)


def test_an_answer_is_given_again_as_it_was_until_it_is_too_old(path: Path) -> None:
    clock = ManualClock(START)
    with spool(path, clock=clock, kept=Kept(age=DAY)) as box:
        assert box.answer("c1") is None
        said = letter(FIRST).message
        box.put([], answers={"c1": said})
        box.put([], answers={"c1": letter(FIRST + 1).message})
        assert box.answer("c1") == said

        clock.advance(2 * DAY)
        box.prune()
        assert box.answer("c1") is None


# --- What goes wrong ---------------------------------------------------------------------------------


def test_a_second_process_is_refused(path: Path) -> None:
    with (
        spool(path),
        pytest.raises(SpoolError, match="another process is using this spool"),
        spool(path),
    ):
        pass


def test_another_sources_spool_is_refused(path: Path) -> None:
    with spool(path):
        pass
    with (
        pytest.raises(SpoolError, match="expected the spool of bucheon/pbx1"),
        spool(path, source="pbx1"),
    ):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match=r"nowhere/s: .*folder"), spool(tmp_path / "nowhere" / "s"):
        pass


def test_something_else_is_left_as_it_is(path: Path) -> None:
    path.write_text("queue_log\n" * 500, "utf-8")
    with pytest.raises(SpoolError, match="this is no spool"), spool(path):
        pass
    assert path.read_text("utf-8").startswith("queue_log")


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    import sqlite3

    base = sqlite3.connect(path)
    base.execute("CREATE TABLE ticket (id)")
    base.close()
    before = path.read_bytes()

    with pytest.raises(SpoolError, match="this is none"), spool(path):
        pass

    assert path.read_bytes() == before


def test_a_torn_file_is_a_clear_error(path: Path) -> None:
    with spool(path) as box:
        box.put(some(2_000))
    with path.open("r+b") as file:
        file.seek(8 * 4_096)
        file.write(b"\xff" * 3 * 4_096)

    with pytest.raises(SpoolError, match="the spool is torn"), spool(path):
        pass


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Stand for a disk without room: the system refuses to let a file grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_without_room_is_a_clear_error_and_loses_nothing(path: Path) -> None:
    with spool(path) as box:
        box.put(some(5))
        big = letter(FIRST + 5, text="x" * 1_000_000)
        with no_file_larger_than(200_000), pytest.raises(SpoolError, match=str(path)):
            box.put([big])

        assert box.sequence == FIRST + 4
        box.put([big])
        assert box.unsettled(after=0, most=10) == [*some(5), big]


WRITER = """
import sys
from pathlib import Path
from tests.callcenter.bus.test_spool import FIRST, some, spool
with spool(Path(sys.argv[1])) as box:
    while True:
        box.put(some(3, first=box.sequence + 1))
        print(box.sequence, flush=True)
"""


def test_what_was_put_survives_a_kill(path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    said = [line for line in process.stdout.read().splitlines(keepends=False) if line]
    process.wait(10)
    process.stdout.close()

    with spool(path) as box:
        kept = box.unsettled(after=0, most=1_000_000)
        assert [one.sequence for one in kept] == list(range(FIRST, box.sequence + 1))
        assert box.sequence >= int(said[-1] if said else FIRST + 59)
