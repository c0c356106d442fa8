"""The service as a process of its own: started from nothing, asked over a socket, told to stop."""

import re
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes import PATIENCE, serving

ENDLESS = b"POST /v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("served")) as (_, found):
        yield found


def test_from_an_empty_folder_to_a_first_login(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, url):
        password = re.search(r"password: (\S+)", process.heard)
        assert password is not None
        ready = httpx.get(f"{url}/health/ready").json()
        form = {"username": "manager", "password": password[1]}
        token = httpx.post(f"{url}/v1/login", data=form).json()["access_token"]
        me = httpx.get(f"{url}/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert ready["status"] == "ready"
    assert me.json()["roles"] == ["manager"]
    assert "server" not in me.headers
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert {path.name for path in (tmp_path / "var").iterdir()} >= {"callcenter.db", "keys"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_told_to_stop_it_lets_go_even_of_somebody_who_sends_for_ever(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as (process, url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as idle, httpx.Client() as client:
            client.get(f"{url}/health/live")
            idle.sendall(ENDLESS)
            process.process.send_signal(number)
            code, _, err = process.ended()

    assert code == 0
    assert "stopped" in err
    assert "Traceback" not in err


def test_what_is_no_http_is_refused_and_the_next_one_served(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    for said in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nX: \x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
            try:
                line.sendall(said)
                answer = line.recv(1000)
            except ConnectionError:
                answer = b""
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), said[:40]

    assert httpx.get(f"{url}/health/live").status_code == 200


def test_a_header_cannot_be_smuggled_into_an_answer(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    said = (
        "GET /v1/accounts/a%0d%0aSet-Cookie:%20x=y HTTP/1.1\r\nHost: a\r\n"
        "X-Request-ID: abcdefgh%0d%0aSet-Cookie: x=y\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(said.encode())
        answer = b""
        while piece := line.recv(65_536):
            answer += piece

    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head
    assert head.startswith(b"http/1.1 401")


def test_a_huge_body_is_refused_without_being_read_to_its_end(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    said = (
        "POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(said.encode())
        answer = line.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 413")
