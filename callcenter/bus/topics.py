"""The only place where a topic is spelled, and what the broker is asked to do with each kind of them.

Names stand in topics, people do not: no telephone number and no name of a citizen ever does, because
brokers log topics and access rules are written on them. The call's id is in the payload.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from typing_extensions import override

from callcenter.bus.notes import (
    AgentNow,
    CommandAnswered,
    CommandGiven,
    NoteBody,
    QueueNow,
    ReplayRequested,
    SourceNow,
)
from callcenter.bus.port import Qos
from callcenter.errors import InputError, PoisonMessageError
from callcenter.telephony.events import (
    AgentEvent,
    CallEvent,
    CorrectionIssued,
    CsatReceived,
    Snapshot,
    SourceHeartbeat,
    SourceReconfigured,
    SourceStarted,
    TelephonyEvent,
)

PREFIX: Final = "cc/v1"
LONGEST_NAME: Final = 200
_FORBIDDEN: Final = frozenset("+#/")


class Channel(StrEnum):
    """One kind of topic; the value is its path below the site, its last level a name."""

    CALLS = "ev/call/{queue}"
    AGENTS = "ev/agent/{agent}"
    SURVEYS = "ev/csat/{queue}"
    SOURCES = "ev/source/{source}"
    AGENT_NOW = "st/agent/{agent}"
    QUEUE_NOW = "st/queue/{queue}"
    SOURCE_NOW = "st/source/{source}"
    HEARTBEATS = "hb/{source}"
    SNAPSHOTS = "snap/{source}"
    REPLAYS = "ctl/replay/{source}"
    COMMANDS = "ctl/command/{source}"
    ANSWERS = "ctl/answer/{source}"

    @property
    def path(self) -> str:
        """What stands between site and name, such as `ev/call`."""
        return self.value.rpartition("/")[0]

    @property
    def parameter(self) -> str:
        """What the last level names, such as `queue`."""
        return self.value.rpartition("/")[2].strip("{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What the broker is asked to do with the messages of a channel, and why."""

    why: str
    qos: Qos = Qos.AT_LEAST_ONCE
    retain: bool = False
    expires_after_seconds: int | None = None


HANDLING: Final = {
    Channel.CALLS: Handling(
        why="the ledger; a retained event would come twice to whoever subscribes"
    ),
    Channel.AGENTS: Handling(why="the ledger"),
    Channel.SURVEYS: Handling(why="the ledger; may arrive days late"),
    Channel.SOURCES: Handling(why="the ledger: starts, settings and corrections"),
    Channel.AGENT_NOW: Handling(
        why="a full wallboard at once after a restart", retain=True, expires_after_seconds=86_400
    ),
    Channel.QUEUE_NOW: Handling(
        why="who waits, to reconcile with", retain=True, expires_after_seconds=600
    ),
    Channel.SOURCE_NOW: Handling(
        why="online or offline; the last will of a source is said here", retain=True
    ),
    Channel.HEARTBEATS: Handling(
        why="gaps, clock skew and age of the data; worthless when late",
        qos=Qos.AT_MOST_ONCE,
        expires_after_seconds=15,
    ),
    Channel.SNAPSHOTS: Handling(why="heals what got stuck: ghost calls, agents that never return"),
    Channel.REPLAYS: Handling(why="asks a source to tell a range of numbers again"),
    Channel.COMMANDS: Handling(
        why="asks a source to do something now; late, it is not wanted any more",
        expires_after_seconds=30,
    ),
    Channel.ANSWERS: Handling(why="what a source did of what it was asked"),
}

INGESTED: Final = (
    Channel.CALLS,
    Channel.AGENTS,
    Channel.SURVEYS,
    Channel.SOURCES,
    Channel.HEARTBEATS,
    Channel.SNAPSHOTS,
    Channel.SOURCE_NOW,
    Channel.ANSWERS,
)
"""What the one consumer of telephony events listens to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A topic taken apart."""

    channel: Channel
    site: str
    name: str
    """Of the queue, agent or source, as the channel says."""

    @override
    def __str__(self) -> str:
        """Spell it."""
        return f"{PREFIX}/{self.site}/{self.channel.path}/{self.name}"


def address(channel: Channel, *, site: str, name: str) -> Address:
    """Name a topic to publish to.

    Raises:
        InputError: Site or name is empty, too long, or holds what topics give a meaning to.
    """
    return Address(channel=channel, site=checked(site), name=checked(name))


def checked(name: str) -> str:
    """Return a name that can be one level of a topic.

    Raises:
        InputError: It is empty, longer than `LONGEST_NAME`, or holds `+`, `#`, `/` or a control
            character.
    """
    if not name:
        raise InputError("expected a name for a level of a topic, got an empty one")
    if len(name) > LONGEST_NAME:
        raise InputError(
            f"expected a name of at most {LONGEST_NAME} characters, got {len(name)}: {name[:20]!r}..."
        )
    if bad := sorted({sign for sign in name if sign in _FORBIDDEN or not sign.isprintable()}):
        raise InputError(f"expected a name without {' '.join(map(repr, bad))}, got {name!r}")
    return name


def fitted(name: str) -> str:
    """Return the nearest name that can be one level of a topic, such as `SIP-7` of `SIP/7`; or nothing."""
    signs = ("-" if sign in _FORBIDDEN else sign for sign in name if sign.isprintable())
    return "".join(signs)[:LONGEST_NAME]


def subscription(channel: Channel, *, site: str, name: str | None = None) -> str:
    """Name what to listen to: one topic, or without a name every topic of the channel."""
    if name is None:
        return f"{PREFIX}/{checked(site)}/{channel.path}/+"
    return str(address(channel, site=site, name=name))


def ingested(site: str) -> tuple[str, ...]:
    """Name all that the one consumer of telephony events listens to."""
    return tuple(subscription(channel, site=site) for channel in INGESTED)


_OF_KIND: Final = (
    (CsatReceived, Channel.SURVEYS),  # Before the events of calls, of which it is one.
    (CallEvent, Channel.CALLS),
    (AgentEvent, Channel.AGENTS),
    (SourceStarted | SourceReconfigured | CorrectionIssued, Channel.SOURCES),
    (SourceHeartbeat, Channel.HEARTBEATS),
    (Snapshot, Channel.SNAPSHOTS),
    (AgentNow, Channel.AGENT_NOW),
    (QueueNow, Channel.QUEUE_NOW),
    (SourceNow, Channel.SOURCE_NOW),
    (ReplayRequested, Channel.REPLAYS),
    (CommandGiven, Channel.COMMANDS),
    (CommandAnswered, Channel.ANSWERS),
)


def channel_of(kind: type[TelephonyEvent | NoteBody]) -> Channel:
    """Return the channel on which a kind of event or note is said."""
    return next(channel for kinds, channel in _OF_KIND if issubclass(kind, kinds))


def address_of(said: TelephonyEvent | NoteBody, *, site: str, source: str) -> Address:
    """Say where an event or a note of a source is published.

    Raises:
        InputError: The queue, the agent, the source or the site has a name no topic can hold.
    """
    return address(channel_of(type(said)), site=site, name=_name(said, source=source))


def _name(said: TelephonyEvent | NoteBody, *, source: str) -> str:
    match said:
        case CallEvent(queue=queue) | QueueNow(queue=queue):
            return queue
        case AgentEvent(agent=agent):
            return agent
        case AgentNow(agent=standing):
            return standing.agent
        case ReplayRequested(of=asked) | CommandGiven(of=asked):
            return asked
        case _:
            return source


_CHANNELS: Final = {channel.path: channel for channel in Channel}


def parse(topic: str) -> Address:
    """Take a topic apart that something came from.

    Raises:
        PoisonMessageError: It is none of ours.
    """
    head, _, name = topic.removeprefix(f"{PREFIX}/").rpartition("/")
    site, _, path = head.partition("/")
    channel = _CHANNELS.get(path)
    if not topic.startswith(f"{PREFIX}/") or channel is None:
        raise PoisonMessageError(f"expected a topic below {PREFIX}/<site>, got {topic[:200]!r}")
    try:
        return address(channel, site=site, name=name)
    except InputError as error:
        raise PoisonMessageError(f"topic {topic[:200]!r}: {error.why}") from error


def matches(topic: str, filters: Iterable[str]) -> bool:
    """Say whether any subscription asks for a topic, by the rules of MQTT 3.1.1, section 4.7."""
    levels = topic.split("/")
    return any(_covers(wanted.split("/"), levels) for wanted in filters)


def _covers(wanted: list[str], levels: list[str]) -> bool:
    if levels[0].startswith("$") and wanted[0] in {"+", "#"}:
        return False
    if wanted[-1] == "#":
        wanted = wanted[:-1]
        levels = levels[: len(wanted)]
    return len(wanted) == len(levels) and all(
        want in {"+", level} for want, level in zip(wanted, levels, strict=True)
    )
