"""The commands around the service: the database, people, machines, secrets."""

import io
import re
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresServer

Call = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_taken_address_is_said_in_a_sentence(callcenter: Call, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = callcenter("serve", "--port", port)

    assert said.code == 2
    assert f"cannot listen on 127.0.0.1:{port}" in said.err
    assert list(tmp_path.iterdir()) == []


def test_production_without_secrets_does_not_start(
    callcenter: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_PRODUCTION", "true")

    said = callcenter("serve", "--port", 0)

    assert said.code == 2
    assert "CALLCENTER_SESSION_KEY" in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_setting_is_refused_before_anything_is_made(
    callcenter: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_POTR", "80")

    said = callcenter("serve")

    assert said.code == 2
    assert "CALLCENTER_POTR" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_server_database_of_no_schema_is_upgraded_by_command_only(
    callcenter: Call, postgres_server: PostgresServer
) -> None:
    database = ("--database", postgres_server.empty())

    refused = callcenter("serve", "--port", 0, *database)
    missing = callcenter("db", "check", *database)
    upgraded = callcenter("db", "upgrade", *database)
    again = callcenter("db", "upgrade", *database)
    checked = callcenter("db", "check", *database)

    assert refused.code == 2
    assert "callcenter db upgrade" in refused.err
    assert missing.code == 1
    assert "callcenter db upgrade" in missing.err
    assert re.fullmatch(r"schema none -> (\d{4})\n", upgraded.out)
    assert re.fullmatch(r"schema (\d{4}) -> \1\n", again.out)
    assert (checked.code, checked.out[:7]) == (0, "schema ")


def test_a_schema_changed_by_hand_is_noticed(callcenter: Call, tmp_path: Path) -> None:
    database = ("--database", f"sqlite:///{tmp_path}/c.db")
    callcenter("db", "upgrade", *database)
    with closing(sqlite3.connect(tmp_path / "c.db")) as connection:
        connection.execute("ALTER TABLE account ADD COLUMN nickname TEXT")
        connection.commit()

    checked = callcenter("db", "check", *database)

    assert checked.code == 1
    assert "changed by hand" in checked.err
    assert "nickname" in checked.err


def test_the_document_is_printed_or_written_as_the_repository_holds_it(
    callcenter: Call, tmp_path: Path
) -> None:
    printed = callcenter("openapi")
    callcenter("openapi", "--write", tmp_path / "openapi.json")

    assert printed.out == (tmp_path / "openapi.json").read_text("utf-8")
    assert printed.out == (ROOT / "docs" / "openapi.json").read_text("utf-8")


def test_people_are_let_in_from_the_command_line(callcenter: Call) -> None:
    assert callcenter("account", "list").out == ""

    added = callcenter("account", "add", "kim", "--role", "manager", "--name", "김민지")
    again = callcenter("account", "add", "kim", "--role", "agent")
    wrong = callcenter("account", "add", "lee", "--role", "boss")
    officer = callcenter("account", "add", "park", "--role", "officer", "--unit", "road")
    drawn = callcenter("account", "password", "park")

    assert re.fullmatch(r"kim: [a-z2-7-]{27}\n", added.out)
    assert again.code == 1
    assert "already an account 'kim'" in again.err
    assert wrong.code == 2
    assert "expected one of manager" in wrong.err
    assert drawn.out != officer.out
    assert callcenter("account", "list").out == (
        "kim\tmanager\t-\tactive\t김민지\npark\tofficer\troad\tactive\tpark\n"
    )


def test_a_password_is_read_from_standard_input_and_not_from_the_list_of_processes(
    callcenter: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    added = callcenter("account", "add", "kim", "--role", "agent", "--password-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    refused = callcenter("account", "password", "kim", "--password-stdin")

    assert added.out == "kim: added\n"
    assert refused.code == 2
    assert "12 to 256" in refused.err


def test_machines_are_let_in_from_the_command_line(callcenter: Call) -> None:
    issued = callcenter(
        "key", "new", "gate", "--role", "integrator", "--expires", "2030-01-01", "--per-minute", 60
    )
    key_id = issued.out.split("_")[1]

    assert re.fullmatch(r"cc_[a-z2-7]{8}_[0-9a-f]{64}\n", issued.out)
    assert callcenter("key", "list").out == (
        f"{key_id}\tintegrator\tuntil 2030-01-01T00:00:00+00:00\tgate\n"
    )
    assert callcenter("key", "revoke", key_id).out == f"{key_id}: revoked\n"
    assert callcenter("key", "revoke", key_id).code == 1
    assert callcenter("key", "list").out == f"{key_id}\tintegrator\trevoked\tgate\n"


def test_new_secrets_are_printed_as_lines_for_an_environment(
    callcenter: Call, tmp_path: Path
) -> None:
    said = callcenter("keys", "new", "--id", "k7")

    assert re.fullmatch(
        r"CALLCENTER_SESSION_KEY=\S{44}\nCALLCENTER_SEALING_KEYS=k7:\S{44}\n"
        r"CALLCENTER_LOOKUP_KEYS=k7:\S{44}\nCALLCENTER_SIGNING_KEYS=k7:\S{44}\n",
        said.out,
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("group", ["db", "account", "key", "keys"])
def test_a_group_of_commands_explains_itself(callcenter: Call, group: str) -> None:
    assert "Commands:" in callcenter(group, "--help").out
