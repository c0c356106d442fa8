"""What is shipped is fit for production; each way to spoil it is found, with its reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.bus.broker import EmbeddedBroker
from callcenter.bus.broker_address import BrokerAddress, Protocol, Session, Tls
from callcenter.bus.preflight import (
    Rule,
    of_broker,
    of_configuration,
    of_connection,
    of_reader,
    refuse,
)
from callcenter.errors import UnsafeSettingsError
from tests.callcenter.bus.rigs import READER, Mosquitto, free_port

STRONG = "kQ2-vessel-Arbour-91"
SHORT = "hunter2"
KNOWN = "Password1234"
LONG_NAME = "a-rather-long-name"
GOOD = BrokerAddress(
    host="broker.example", port=8883, username="switchboard", password=STRONG, tls=Tls()
)
LASTING = Session(identifier="ingestor-1")


@pytest.fixture(scope="module")
def shipped(repository: Path) -> str:
    """Give the configuration that is shipped."""
    return (repository / "configs/mosquitto.conf").read_text("utf-8")


def rules(address: BrokerAddress, *, session: Session = LASTING) -> list[Rule]:
    return [finding.rule for finding in of_reader(address, session=session)]


def test_a_good_connection_raises_no_objection() -> None:
    assert rules(GOOD) == []
    assert rules(replace(GOOD, host="127.0.0.1", tls=None)) == []
    refuse(of_connection(GOOD))


@pytest.mark.parametrize(
    ("spoilt", "rule"),
    [
        (replace(GOOD, username=None), Rule.NO_NAME),
        (replace(GOOD, username=""), Rule.NO_NAME),
        (replace(GOOD, password=None), Rule.GUESSABLE),
        (replace(GOOD, password=SHORT), Rule.GUESSABLE),
        (replace(GOOD, password=KNOWN), Rule.GUESSABLE),
        (
            replace(GOOD, username=LONG_NAME, password=LONG_NAME),
            Rule.GUESSABLE,
        ),
        (replace(GOOD, tls=None), Rule.NOT_ENCRYPTED),
        (replace(GOOD, tls=Tls(ca_file=Path("nowhere.pem"))), Rule.NO_CERTIFICATE),
        (replace(GOOD, protocol=Protocol.V311), Rule.OLD_PROTOCOL),
        (replace(GOOD, saves=False), Rule.BROKER_IS_EMBEDDED),
    ],
)
def test_each_unsafe_connection_is_found(spoilt: BrokerAddress, rule: Rule) -> None:
    assert rules(spoilt) == [rule]


def test_a_reader_without_a_lasting_session_is_found() -> None:
    assert rules(GOOD, session=replace(LASTING, lasting=False)) == [Rule.SESSION_IS_PASSING]


def test_the_embedded_broker_is_refused(embedded: EmbeddedBroker) -> None:
    with pytest.raises(UnsafeSettingsError, match=r"broker-is-embedded: .*configs/mosquitto.conf"):
        refuse(of_connection(embedded.address(READER)))


def test_a_refusal_lists_every_reason_and_no_password() -> None:
    poor = BrokerAddress(host="broker.example", port=1883, username="x", password=SHORT)

    with pytest.raises(UnsafeSettingsError) as refused:
        refuse(of_connection(poor))

    assert [line.partition(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        Rule.GUESSABLE,
        Rule.NOT_ENCRYPTED,
    ]
    assert SHORT not in str(refused.value)


# --- The broker's own configuration ------------------------------------------------------------------


def test_the_shipped_configuration_raises_no_objection(shipped: str) -> None:
    assert of_configuration(shipped) == []


@pytest.mark.parametrize(
    ("line", "instead", "rule"),
    [
        ("persistence true", "", Rule.BROKER_SAVES_NOTHING),
        ("autosave_on_changes false", "autosave_on_changes true", Rule.BROKER_SAVES_NOTHING),
        ("autosave_interval 1", "", Rule.BROKER_SAVES_NOTHING),
        ("autosave_interval 1", "autosave_interval 60", Rule.BROKER_SAVES_NOTHING),
        ("max_queued_messages 0", "", Rule.QUEUE_DROPS),
        ("max_queued_messages 0", "max_queued_messages 100000", Rule.QUEUE_DROPS),
        ("max_queued_bytes 0", "max_queued_bytes 1000000", Rule.QUEUE_DROPS),
        ("allow_anonymous false", "allow_anonymous true", Rule.STRANGERS_COME_IN),
        ("allow_anonymous false", "", Rule.STRANGERS_COME_IN),
        ("per_listener_settings false", "per_listener_settings true", Rule.UNREADABLE),
        ("password_file /etc/mosquitto/callcenter.passwords", "", Rule.NO_NAME),
        ("acl_file /etc/mosquitto/callcenter.acl", "", Rule.NO_ACCESS_RULES),
        ("listener 1883 127.0.0.1", "listener 1883", Rule.NOT_ENCRYPTED),
        ("listener 1883 127.0.0.1", "listener 1883 10.0.0.1", Rule.NOT_ENCRYPTED),
        ("keyfile /etc/mosquitto/certs/broker.key", "", Rule.NOT_ENCRYPTED),
        ("log_dest stderr", "include_dir /etc/mosquitto/conf.d", Rule.UNREADABLE),
    ],
)
def test_each_unsafe_line_is_found(shipped: str, line: str, instead: str, rule: Rule) -> None:
    assert f"\n{line}\n" in shipped

    spoilt = shipped.replace(f"\n{line}\n", f"\n{instead}\n")

    assert [finding.rule for finding in of_configuration(spoilt)] == [rule]


def test_the_last_of_two_lines_counts(shipped: str) -> None:
    assert of_configuration(shipped + "max_queued_messages 5\n")[0].rule is Rule.QUEUE_DROPS


def test_what_a_distribution_installs_is_refused() -> None:
    debian = """\
pid_file /run/mosquitto/mosquitto.pid
persistence true
persistence_location /var/lib/mosquitto/
log_dest file /var/log/mosquitto/mosquitto.log
include_dir /etc/mosquitto/conf.d
"""

    found = {finding.rule for finding in of_configuration(debian)}

    assert {Rule.BROKER_SAVES_NOTHING, Rule.QUEUE_DROPS, Rule.STRANGERS_COME_IN} <= found


def test_every_setting_of_the_shipped_configuration_says_why(shipped: str) -> None:
    blocks = [block.splitlines() for block in shipped.split("\n\n")]
    bare = [block for block in blocks if not block[0].startswith("#")]

    assert bare == []


# --- The broker itself -------------------------------------------------------------------------------


@pytest.mark.broker
async def test_a_broker_that_asks_for_a_name_raises_no_objection(mosquitto: Mosquitto) -> None:
    assert await of_broker(mosquitto.address(READER), jitter=lambda: 0.5) == []


@pytest.mark.broker
async def test_a_broker_that_lets_anybody_in_is_found(
    mosquitto_program: str, tmp_path: Path
) -> None:
    open_house = Mosquitto(folder=tmp_path, program=mosquitto_program)
    open_house.prepare(allow_anonymous="true").start()
    try:
        found = await of_broker(open_house.address(READER), jitter=lambda: 0.5)
    finally:
        open_house.stop()

    assert [finding.rule for finding in found] == [Rule.STRANGERS_COME_IN]


async def test_a_broker_that_is_away_lets_nobody_in() -> None:
    away = BrokerAddress(host="127.0.0.1", port=free_port())

    assert await of_broker(away, jitter=lambda: 0.5, within_seconds=0.2) == []
