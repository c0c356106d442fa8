"""Each line of a log once, whatever happens to the file."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from api.telling import tail
from api.telling.tail import Tail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


def write(log: Path, *lines: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def rest(reading: Tail) -> list[str]:
    lines = []
    while piece := reading.next():
        lines += [line.decode().rstrip("\n") for line in piece.lines]
    return lines


def left(log: Path, mark: str | None) -> tuple[list[str], list[str], str | None]:
    """Come back with a mark: what was before it, what comes after it, and the new mark."""
    reading = Tail(log, mark=mark)
    before = [line.decode().rstrip("\n") for piece in reading.told_before() for line in piece.lines]
    after = rest(reading)
    new = reading.mark
    reading.close()
    return before, after, new


def test_lines_come_once_and_a_half_one_waits_for_its_end(log: Path) -> None:
    write(log, "1|a", "2|b")
    reading = Tail(log)
    assert rest(reading) == ["1|a", "2|b"]
    with log.open("a") as file:
        file.write("3|")
        file.flush()
        assert rest(reading) == []
        file.write("c\n")
        file.flush()
    assert rest(reading) == ["3|c"]
    reading.close()


def test_a_file_that_is_not_there_yet_is_waited_for(log: Path) -> None:
    reading = Tail(log)
    assert reading.next() is None
    with log.open("w") as file:
        file.write("1|")
        file.flush()
        assert reading.next() is None
        assert reading.mark is None
        file.write("a\n")
    assert rest(reading) == ["1|a"]
    reading.close()


def test_a_rotation_loses_nothing_that_was_written_to_the_old_file_last(log: Path) -> None:
    write(log, "1|a")
    reading = Tail(log)
    assert rest(reading) == ["1|a"]
    old = log.rename(log.with_name("queue_log.1"))
    write(old, "2|b")
    assert rest(reading) == ["2|b"]
    write(old, "3|c")
    write(log, "4|d")
    assert rest(reading) == ["3|c", "4|d"]
    reading.close()


def test_a_file_emptied_in_its_place_is_read_from_its_beginning(log: Path) -> None:
    write(log, "1|a", "2|b")
    reading = Tail(log)
    rest(reading)
    os.truncate(log, 0)
    assert rest(reading) == []
    write(log, "3|c", "4|d", "5|e")
    assert rest(reading) == ["3|c", "4|d", "5|e"]
    reading.close()


def test_a_return_goes_on_where_it_was_left(log: Path) -> None:
    write(log, "1|a", "2|b")
    _, _, mark = left(log, None)
    write(log, "3|c")

    before, after, mark = left(log, mark)

    assert (before, after) == (["1|a", "2|b"], ["3|c"])
    assert left(log, mark)[1] == []


def test_a_return_after_rotations_reads_every_file_between(log: Path) -> None:
    write(log, "1|a")
    _, _, mark = left(log, None)
    write(log, "2|b")
    for number, line in enumerate(("3|c", "4|d")):
        for older in (2, 1):
            file = log.with_name(f"queue_log.{older}")
            if file.exists():
                file.rename(log.with_name(f"queue_log.{older + 1}"))
        log.rename(log.with_name("queue_log.1"))
        write(log, line)
        os.utime(log, (2_000_000_000 + number,) * 2)
    with gzip.open(log.with_name("queue_log.9.gz"), "wt") as packed:
        packed.write("0|z\n")

    before, after, mark = left(log, mark)

    assert (before, after) == (["1|a"], ["2|b", "3|c", "4|d"])
    assert left(log, mark)[:2] == (["3|c", "4|d"], [])


def test_a_mark_that_is_gone_begins_anew(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(log, "1|a")
    assert left(log, "0123456789abcdef:7")[:2] == ([], ["1|a"])
    assert "read from the beginning" in caplog.text


def test_what_has_no_end_is_no_line_and_stops_nobody(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail, "AT_ONCE", 16)
    write(log, "1|a", "x" * 40, "2|b")
    before = left(log, None)
    assert before[1][0] == "1|a"
    assert before[1][-1] == "2|b"
    assert len(before[1]) == 3


@settings(max_examples=30)
@given(
    steps=st.lists(st.sampled_from(["write", "rotate", "return", "read"]), max_size=20),
    small=st.booleans(),
)
def test_every_line_comes_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[str],
    small: bool,  # noqa: FBT001
) -> None:
    log = tmp_path_factory.mktemp("log") / "queue_log"
    written, rotations = ["0|the first line ever"], 0
    write(log, *written)
    reading = Tail(log)
    heard = rest(reading)
    for step in steps:
        match step:
            case "write":
                line = f"{len(written)}|{'x' if small else 'x' * 3_000}"
                write(log, line)
                written.append(line)
            case "rotate" if log.exists():
                rotations += 1
                kept = log.rename(log.with_name(f"queue_log-{rotations:04d}"))
                os.utime(kept, (1_000_000_000 + rotations,) * 2)
                heard += rest(reading)
            case "return":
                mark = reading.mark
                reading.close()
                reading = Tail(log, mark=mark)
                for _ in reading.told_before():
                    pass
            case _:
                heard += rest(reading)
    for _ in range(2):
        heard += rest(reading)
    reading.close()
    assert heard == written
