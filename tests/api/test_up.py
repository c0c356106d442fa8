"""`callcenter up` as a process of its own: a living day within moments, and nothing left behind."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import PATIENCE, ROOT, Process

SCENARIO = ROOT / "configs" / "scenarios" / "bucheon-2009.yaml"
LOOK = 0.2
pytestmark = pytest.mark.slow


@contextmanager
def up(folder: Path) -> Iterator[tuple[Process, httpx.Client]]:
    with Process(
        folder, "up", str(SCENARIO), "--port", "0", "--speed", "600", CALLCENTER_LOG_LEVEL="error"
    ) as process:
        key = process.until(r"wallboard#key=(\S+)")
        address = process.until(r"serving on (http://\S+)")
        with httpx.Client(base_url=address, headers={"X-Api-Key": key}, timeout=PATIENCE) as client:
            yield process, client


def until(client: httpx.Client, met: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end, pause = time.perf_counter() + PATIENCE, threading.Event()
    while time.perf_counter() < end:
        found: dict[str, Any] = client.get("/v1/live").json()
        if "today" in found and met(found):
            return found
        pause.wait(LOOK)
    raise AssertionError(found)


def child_of(process: Process) -> int:
    children = Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children")
    (child,) = children.read_text("ascii").split()
    return int(child)


def gone(pid: int) -> bool:
    """Say whether a process has ended, its body being somebody else's to bury."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text("ascii")
    except FileNotFoundError:
        return True


def test_a_day_lives_and_one_interrupt_ends_all_of_it(tmp_path: Path) -> None:
    with up(tmp_path) as (process, client):
        found = until(client, lambda found: found["today"]["answered"] > 20)
        child = child_of(process)
        with client.stream("GET", "/v1/live/stream") as stream:
            told = stream.iter_lines()
            assert "event: frame" in [next(told) for _ in range(5)]
            process.process.send_signal(signal.SIGINT)
            code, _, said = process.ended()
            assert list(told)[-1] == ""

    assert found["speed"] == 600
    assert found["today"]["invariant"]
    assert found["forecast"]["source"] == "scenario"
    assert found["agents"]["list"][0]["agent"].startswith("상담사")
    assert "모의 운영" in said
    assert code == 0
    assert gone(child)


def test_a_day_goes_on_after_a_restart_as_if_nothing_had_been(tmp_path: Path) -> None:
    with up(tmp_path) as (process, client):
        before = until(client, lambda found: found["today"]["answered"] > 20)
        process.process.terminate()
        assert process.ended()[0] == 0
    with up(tmp_path) as (process, client):
        answered = before["today"]["answered"]
        after = until(client, lambda found: found["today"]["answered"] > answered)
        process.process.terminate()
        assert process.ended()[0] == 0

    assert after["day"] == before["day"]
    assert after["frame"] > before["frame"]
    assert after["quality"]["poison"] == 0


def test_who_is_killed_leaves_no_switch_behind(tmp_path: Path) -> None:
    with up(tmp_path) as (process, client):
        until(client, lambda found: bool(found["sources"]))
        child = child_of(process)
        process.process.kill()
        end = time.perf_counter() + PATIENCE
        while not gone(child):
            assert time.perf_counter() < end, "the switch lives on"
