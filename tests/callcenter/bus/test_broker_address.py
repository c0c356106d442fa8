"""What `--broker` takes: an address without surprises, whose password is never shown."""

from pathlib import Path

import pytest

from callcenter.bus.broker_address import BrokerAddress, Tls
from callcenter.errors import InputError

WORD = "open sesame"


def test_an_address_is_read_from_a_url() -> None:
    address = BrokerAddress.from_url("mqtt://switchboard@broker.example:1884", password=WORD)

    assert address == BrokerAddress(
        host="broker.example", port=1884, username="switchboard", password=WORD
    )


def test_an_encrypted_address_has_its_own_port() -> None:
    address = BrokerAddress.from_url("mqtts://broker.example", ca_file=Path("ca.pem"))

    assert (address.port, address.tls) == (8883, Tls(ca_file=Path("ca.pem")))
    assert BrokerAddress.from_url("mqtt://broker.example").port == 1883


def test_a_password_in_the_url_is_decoded_and_gives_way_to_another() -> None:
    url = "mqtt://na%40me:p%2Fw@h"

    address = BrokerAddress.from_url(url)

    assert (address.username, address.password) == ("na@me", "p/w")
    assert BrokerAddress.from_url(url, password=WORD).password == WORD


@pytest.mark.parametrize(
    "url",
    [
        "",
        "broker",
        "http://broker",
        "mqtt://",
        "mqtt://h:x",
        "mqtt://h:0",
        "mqtt://h:70000",
        "mqtt://h/p",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="expected mqtt://"):
        BrokerAddress.from_url(url)


def test_a_refused_url_does_not_show_its_password() -> None:
    with pytest.raises(InputError) as refused:
        BrokerAddress.from_url("http://name:hunter2@broker")

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert BrokerAddress(host=host, port=1883).is_loopback


@pytest.mark.parametrize("host", ["10.0.0.1", "broker.example", "localhost.example"])
def test_everything_else_is_not(host: str) -> None:
    assert not BrokerAddress(host=host, port=1883).is_loopback


def test_an_address_is_shown_without_its_password() -> None:
    address = BrokerAddress.from_url("mqtts://switchboard:hunter2@broker.example")

    assert str(address) == "mqtts://switchboard@broker.example:8883"
    assert "hunter2" not in repr(address)
