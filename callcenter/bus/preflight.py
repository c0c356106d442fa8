"""What must not be in production, each with its reason: asked before `callcenter serve` opens its doors.

Three questions, of what is known without the broker, of the broker's own configuration file where it can
be read, and of the broker itself. Findings are collected, so that an operator mends all at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from callcenter.bus.broker_address import BrokerAddress, Protocol, Session
from callcenter.bus.mqtt import MqttBus
from callcenter.errors import BusError, UnsafeSettingsError

SHORTEST_PASSWORD: Final = 12
WELL_KNOWN: Final = frozenset(
    {
        "administrator",
        "callcenter120",
        "changemechangeme",
        "mosquitto123",
        "password1234",
        "passwordpassword",
        "switchboard123",
        "123456789012",
    }
)
"""Long enough, and still the first that anybody tries."""
PROBE_SECONDS: Final = 5.0


class Rule(StrEnum):
    """What is asked."""

    BROKER_IS_EMBEDDED = "broker-is-embedded"
    BROKER_SAVES_NOTHING = "broker-saves-nothing"
    NO_NAME = "no-name"
    GUESSABLE = "guessable"
    NOT_ENCRYPTED = "not-encrypted"
    NO_CERTIFICATE = "no-certificate"
    SESSION_IS_PASSING = "session-is-passing"
    OLD_PROTOCOL = "old-protocol"
    STRANGERS_COME_IN = "strangers-come-in"
    QUEUE_DROPS = "queue-drops"
    NO_ACCESS_RULES = "no-access-rules"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason not to start."""

    rule: Rule
    why: str
    """What is so, what it would lead to, and what to do."""


def refuse(findings: Iterable[Finding]) -> None:
    """Stop the start if anything was found.

    Raises:
        UnsafeSettingsError: Lists every finding.
    """
    reasons = [f"{finding.rule}: {finding.why}" for finding in findings]
    if reasons:
        raise UnsafeSettingsError("\n".join(["not fit for production", *reasons]))


def of_reader(address: BrokerAddress, *, session: Session) -> list[Finding]:
    """Look at how the one reader of all events would connect."""
    return [*of_connection(address), *_of_session(session)]


def of_connection(address: BrokerAddress) -> list[Finding]:
    """Look at how a reader or a publisher would connect."""
    return [*_of_durability(address), *_of_name(address), *_of_way(address)]


def _of_session(session: Session) -> Iterator[Finding]:
    if not session.lasting:
        yield Finding(
            rule=Rule.SESSION_IS_PASSING,
            why="the reader's session ends with its connection, and what is said while it is away is "
            "lost: give it a lasting session and a fixed identifier",
        )


def _of_durability(address: BrokerAddress) -> Iterator[Finding]:
    if address.protocol is Protocol.V311:
        yield Finding(
            rule=Rule.OLD_PROTOCOL,
            why="over MQTT 3.1.1 a forbidden publication looks like an acknowledged one: speak MQTT 5",
        )
    if not address.saves:
        yield Finding(
            rule=Rule.BROKER_IS_EMBEDDED,
            why="the embedded broker forgets its queues when it ends and what is not acknowledged when a "
            "line is lost: start Mosquitto with configs/mosquitto.conf and name it with --broker",
        )


def _of_name(address: BrokerAddress) -> Iterator[Finding]:
    if not address.username:
        yield Finding(
            rule=Rule.NO_NAME,
            why="no name to connect with, so anybody could: give the broker a password file and us a name",
        )
        return
    password = address.password or ""
    if len(password) < SHORTEST_PASSWORD or password.lower() in WELL_KNOWN | {address.username}:
        yield Finding(
            rule=Rule.GUESSABLE,
            why=f"the password of {address.username!r} is missing, well known or shorter than "
            f"{SHORTEST_PASSWORD} characters: draw one at random",
        )


def _of_way(address: BrokerAddress) -> Iterator[Finding]:
    if address.tls is None and not address.is_loopback:
        yield Finding(
            rule=Rule.NOT_ENCRYPTED,
            why=f"passwords and events would cross the network to {address.host} in the clear: "
            "use mqtts://",
        )
    tls = address.tls
    for file in () if tls is None else (tls.ca_file, tls.certificate, tls.key):
        if file is not None and not file.is_file():
            yield Finding(rule=Rule.NO_CERTIFICATE, why=f"there is no file {file}")


# --- The broker's own configuration ------------------------------------------------------------------

Settings = dict[str, list[str]]


def of_configuration(text: str) -> list[Finding]:
    """Look at a `mosquitto.conf`."""
    settings, listeners = _parsed(text)
    found = [finding for check in _CHECKS for finding in check(settings)]
    for address, its in listeners:
        found += _of_listener(address, its)
    if not listeners:
        why = "it names no listener: expected `listener PORT [ADDRESS]` lines"
        found.append(Finding(rule=Rule.UNREADABLE, why=why))
    return found


def _parsed(text: str) -> tuple[Settings, list[tuple[str, Settings]]]:
    """Split into what holds for the whole broker and what follows each `listener` line."""
    settings: Settings = defaultdict(list)
    listeners: list[tuple[str, Settings]] = []
    for line in text.splitlines():
        key, _, value = line.strip().partition(" ")
        if not key or key.startswith("#"):
            continue
        if key == "listener":
            listeners.append((value.strip(), defaultdict(list)))
        settings[key].append(value.strip())
        if listeners:
            listeners[-1][1][key].append(value.strip())
    return settings, listeners


def _last(settings: Settings, key: str, default: str) -> str:
    return settings[key][-1] if key in settings else default


def _of_saving(settings: Settings) -> Iterator[Finding]:
    wanted = (
        ("persistence", "false", "true", "queues end with the broker"),
        (
            "autosave_interval",
            "1800",
            "1",
            "killed, it forgets more than the last ten seconds, which sources tell again",
        ),
        (
            "autosave_on_changes",
            "false",
            "false",
            "it writes its whole file at each change, 35 a second with a queue of 20,000",
        ),
    )
    for key, default, expected, why in wanted:
        value = _last(settings, key, default)
        if value != expected:
            yield Finding(
                rule=Rule.BROKER_SAVES_NOTHING,
                why=f"`{key} {value}`: {why}; expected `{key} {expected}`",
            )


def _of_queues(settings: Settings) -> Iterator[Finding]:
    for key, default in (("max_queued_messages", "1000"), ("max_queued_bytes", "0")):
        value = _last(settings, key, default)
        if value != "0":
            yield Finding(
                rule=Rule.QUEUE_DROPS,
                why=f"`{key} {value}`: what is above is acknowledged and dropped; expected `{key} 0`, "
                "and `memory_limit` as the limit that says so",
            )


def _of_strangers(settings: Settings) -> Iterator[Finding]:
    if _last(settings, "allow_anonymous", "unset") != "false":
        why = "expected `allow_anonymous false`: whoever reaches the port comes in"
        yield Finding(rule=Rule.STRANGERS_COME_IN, why=why)
    if _last(settings, "per_listener_settings", "false") != "false":
        why = "expected `per_listener_settings false`: one rule for all listeners can be checked"
        yield Finding(rule=Rule.UNREADABLE, why=why)
    if "password_file" not in settings:
        why = "expected a `password_file`: nobody has a name without one"
        yield Finding(rule=Rule.NO_NAME, why=why)
    if "acl_file" not in settings:
        why = "expected an `acl_file`: every source could speak for every other"
        yield Finding(rule=Rule.NO_ACCESS_RULES, why=why)
    if "include_dir" in settings:
        why = "`include_dir`: what it includes is not looked at; expected one file"
        yield Finding(rule=Rule.UNREADABLE, why=why)


_CHECKS: Final[tuple[Callable[[Settings], Iterator[Finding]], ...]] = (
    _of_saving,
    _of_queues,
    _of_strangers,
)


def _of_listener(listener: str, settings: Settings) -> Iterator[Finding]:
    port, _, host = listener.partition(" ")
    is_here = bool(host) and BrokerAddress(host=host.strip(), port=0).is_loopback
    if not is_here and not {"certfile", "keyfile"} <= set(settings):
        yield Finding(
            rule=Rule.NOT_ENCRYPTED,
            why=f"`listener {listener}` is open to the network in the clear: expected `certfile` and "
            f"`keyfile` below it, or `listener {port} 127.0.0.1`",
        )


# --- The broker itself -------------------------------------------------------------------------------


async def of_broker(
    address: BrokerAddress,
    *,
    jitter: Callable[[], float],
    within_seconds: float = PROBE_SECONDS,
) -> list[Finding]:
    """Knock without a name; a broker that opens lets anybody in, one that is away lets in nobody."""
    stranger = replace(address, username=None, password=None)
    session = Session(identifier="preflight", lasting=False)
    async with MqttBus(stranger, session=session, jitter=jitter) as bus:
        try:
            await bus.connected(within_seconds=within_seconds)
        except BusError:
            return []
    why = f"{address.host} let us in without a name: expected `allow_anonymous false`"
    return [Finding(rule=Rule.STRANGERS_COME_IN, why=why)]
