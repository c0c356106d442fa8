"""What is shipped to run a city's centre fits the program: every command line, variable and file in it."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from api.cli.commands import app
from api.settings import Settings
from callcenter.bus import preflight
from callcenter.bus.broker_address import BrokerAddress, Session
from tests.conftest import missing

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = {
    name: service
    for name, service in COMPOSE["services"].items()
    if service.get("image") == "callcenter"
}


def unit(path: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string(path.read_text("utf-8"))
    return found


def command_lines() -> Iterator[tuple[str, list[str]]]:
    for name, service in OURS.items():
        yield f"compose {name}", service["command"]
    for path in UNITS:
        for key in ("ExecStartPre", "ExecStart"):
            line = unit(path)["Service"].get(key)
            if line is not None:
                program, *words = shlex.split(line.replace("%i", "pbx1"))
                assert program.endswith("/.venv/bin/callcenter")
                yield f"{path.name} {key}", words


def understood(words: list[str]) -> str:
    """Let our own parser read a command line, and run nothing; return which command it is."""
    context: Any = None
    command: Any = typer.main.get_command(app)
    while True:
        context = command.make_context(command.name, list(words), parent=context)
        if not hasattr(command, "resolve_command"):
            return str(command.name)
        rest = [*context._protected_args, *context.args]
        _, command, words = command.resolve_command(context, rest)


@pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in command_lines()])
def test_every_command_line_is_one_that_the_program_understands(words: list[str]) -> None:
    assert understood(words) in {"serve", "upgrade", "queue_log"}


def test_a_command_line_that_is_none_is_seen() -> None:
    with pytest.raises(Exception, match="No such option: --brocker"):
        understood(["serve", "--brocker", "mqtts://x"])


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Draw everything, as somebody who installs the centre does."""
    for tool in ("openssl", "mosquitto_passwd"):
        if shutil.which(tool) is None:
            missing(f"no {tool} on this machine")
    folder = tmp_path / "secrets"
    subprocess.run(
        ["sh", ROOT / "deploy" / "prepare.sh", "https://120.example.go.kr", folder],
        check=True,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | {"BROKER": "localhost"},
    )
    return folder


def variables(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text("ascii").splitlines())


@pytest.mark.broker
def test_what_is_drawn_is_all_that_production_asks_for(
    secrets: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in variables(secrets / "serve.env").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CALLCENTER_BROKER_CA", str(secrets / "certs" / "ca.pem"))

    settings = Settings.load(file=tmp_path / "none.toml")

    assert settings.production
    assert settings.broker_password is not None
    address = BrokerAddress.from_url(
        settings.broker,
        password=settings.broker_password.get_secret_value(),
        ca_file=settings.broker_ca,
    )
    assert preflight.of_reader(address, session=Session(identifier="switchboard")) == []
    assert (secrets / "serve.env").stat().st_mode & 0o077 == 0
    assert variables(secrets / "pbx1.env").keys() <= {
        f"CALLCENTER_{name.upper()}" for name in Settings.model_fields
    }


@pytest.mark.broker
def test_nothing_is_drawn_twice(secrets: Path) -> None:
    before = (secrets / "serve.env").read_bytes()

    again = subprocess.run(
        ["sh", ROOT / "deploy" / "prepare.sh", "https://x.example", secrets],
        check=False,
        capture_output=True,
        cwd=ROOT,
    )

    assert again.returncode == 1
    assert (secrets / "serve.env").read_bytes() == before


def test_every_file_that_is_mounted_is_shipped_or_drawn() -> None:
    drawn = set(
        re.findall(r'\$to/([\w./-]+)"', (ROOT / "deploy" / "prepare.sh").read_text("utf-8"))
    )
    named = [service.get("env_file") for service in COMPOSE["services"].values()]
    mounts = [
        mount.split(":")[0]
        for service in COMPOSE["services"].values()
        for mount in service.get("volumes", ())
        if mount.startswith("./")
    ]

    for path in filter(None, [*named, *mounts]):
        inner = path.removeprefix("./")
        secret = inner.removeprefix("deploy/secrets/")
        assert (secret in drawn) if secret != inner else (ROOT / inner).is_file(), path


def test_what_the_broker_reads_is_where_its_configuration_says() -> None:
    conf = (ROOT / "configs" / "mosquitto.conf").read_text("utf-8")
    mounted = {mount.split(":")[1] for mount in COMPOSE["services"]["broker"]["volumes"]}

    wanted = re.findall(r"^(?:password_file|acl_file|certfile|keyfile) (\S+)", conf, re.MULTILINE)
    assert len(wanted) == 4
    assert [file for file in wanted if not any(file.startswith(place) for place in mounted)] == []


def test_every_volume_belongs_to_who_writes_it() -> None:
    conf = (ROOT / "configs" / "mosquitto.conf").read_text("utf-8")
    (kept,) = re.findall(r"^persistence_location (\S+)/$", conf, re.MULTILINE)
    build = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    (folder,) = re.findall(r"^WORKDIR (\S+)$", build, re.MULTILINE)
    (user,) = re.findall(r"^USER (\S+)$", build, re.MULTILINE)
    (made,) = re.findall(rf"^RUN install --directory --owner {user} .* (\S+)$", build, re.MULTILINE)

    mounted = {
        mount.split(":")[1]
        for service in OURS.values()
        for mount in service.get("volumes", ())
        if mount.split(":")[0] in COMPOSE["volumes"]
    }

    assert mounted == {f"{folder}/{made}"}
    broker = COMPOSE["services"]["broker"]
    assert f"broker:{kept}" in broker["volumes"]
    assert broker["user"] == "root"
    assert f"chown mosquitto:mosquitto {kept} && exec mosquitto " in broker["command"][-1]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_one_that_systemd_understands(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd on this machine")
    program = tmp_path / "callcenter"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    text = path.read_text("utf-8").replace("/opt/callcenter/.venv/bin/callcenter", str(program))
    copy = tmp_path / path.name.replace("@", "@pbx1")
    copy.write_text(text, encoding="utf-8")

    found = subprocess.run(
        ["systemd-analyze", "verify", copy], check=False, capture_output=True, text=True
    )

    assert [line for line in found.stderr.splitlines() if copy.name in line] == []


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_ends_within_five_seconds_and_comes_again(path: Path) -> None:
    service = unit(path)["Service"]

    assert service["TimeoutStopSec"] == "5"
    assert service["Restart"] == "always"
    assert service["EnvironmentFile"].startswith("/etc/callcenter/")
