"""What a source says and hears, as an AsyncAPI document, generated so that it cannot be wrong.

    python -m callcenter.bus.asyncapi          writes docs/asyncapi.json

A source is a switch, or the adapter of one. The document is for whoever writes one in another language.
"""

import json
from pathlib import Path
from typing import Any, Final

from callcenter.bus.broker_address import TLS_PORT, Protocol, Session
from callcenter.bus.codec import CONTENT_TYPE, LARGEST, type_of
from callcenter.bus.schemas import BODIES, Kind, Schema, shared
from callcenter.bus.topics import HANDLING, PREFIX, Channel, channel_of

DOCUMENT: Final = Path("docs/asyncapi.json")
BINDING_VERSION: Final = "0.2.0"
PARAMETERS: Final = {
    "site": "The centre, such as `bucheon`.",
    "queue": "A queue of the switch; without `+`, `#` and `/`, as every name in a topic.",
    "agent": "An agent, by a name that is not a person's.",
    "source": "The source itself; it is also the name it connects with.",
}


def document() -> dict[str, Any]:
    """Put the document together."""
    channels = {channel.name.lower(): _channel(channel) for channel in Channel}
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "What a source of telephony events says and hears",
            "version": "1.0.0",
            "description": _DESCRIPTION,
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"production": _server()},
        "channels": channels,
        "operations": {
            f"{_action(channel)}_{channel.name.lower()}": _operation(channel) for channel in Channel
        },
        "components": {
            "messages": {_key(kind): _message(kind) for kind in BODIES.values()},
            "schemas": shared("#/components/schemas/{model}"),
            "securitySchemes": {"name_and_password": {"type": "userPassword"}},
        },
    }


_DESCRIPTION: Final = f"""\
Every message is a CloudEvent 1.0 in structured JSON, at most {LARGEST} bytes.

- Delivery is at least once: a reader drops repeats by `id`, which is the same whenever the same event is \
told again.
- `sequence` counts the events of a source without gaps. A gap is asked for again on `ctl/replay`; answer \
with the same events under the same ids. Heartbeats and snapshots take no number: they carry the last one \
used.
- Keep an event until the broker has acknowledged it, and what you have told for as long as you can be \
asked for it.
- An attribute this document does not name is ignored; a field of `data` it does not name is refused, and \
so is a type in a version it does not name.\
"""


def _server() -> dict[str, Any]:
    session = Session(identifier="pbx1")
    return {
        "host": f"broker.example:{TLS_PORT}",
        "protocol": "secure-mqtt",
        "protocolVersion": Protocol.V5.value,
        "description": "Mosquitto with configs/mosquitto.conf; MQTT 3.1.1 is understood as well.",
        "security": [{"$ref": "#/components/securitySchemes/name_and_password"}],
        "bindings": {
            "mqtt": {
                "clientId": session.identifier,
                "cleanSession": not session.lasting,
                "keepAlive": session.keepalive_seconds,
                "sessionExpiryInterval": session.kept_seconds,
                "lastWill": {
                    "topic": f"{PREFIX}/bucheon/{Channel.SOURCE_NOW.path}/pbx1",
                    "qos": int(HANDLING[Channel.SOURCE_NOW].qos),
                    "retain": HANDLING[Channel.SOURCE_NOW].retain,
                    "message": "A source.now with `online: false`.",
                },
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "address": f"{PREFIX}/{{site}}/{channel.value}",
        "description": _sentence(HANDLING[channel].why),
        "parameters": {
            name: {"description": PARAMETERS[name]} for name in ("site", channel.parameter)
        },
        "messages": {
            _key(kind): {"$ref": f"#/components/messages/{_key(kind)}"} for kind in _kinds(channel)
        },
    }


def _operation(channel: Channel) -> dict[str, Any]:
    handling = HANDLING[channel]
    binding = {"qos": int(handling.qos), "retain": handling.retain}
    if handling.expires_after_seconds is not None:
        binding["messageExpiryInterval"] = handling.expires_after_seconds
    return {
        "action": _action(channel),
        "channel": {"$ref": f"#/channels/{channel.name.lower()}"},
        "summary": _sentence(handling.why),
        "bindings": {"mqtt": {**binding, "bindingVersion": BINDING_VERSION}},
    }


def _action(channel: Channel) -> str:
    return "receive" if channel in {Channel.REPLAYS, Channel.COMMANDS} else "send"


def _message(kind: Kind) -> Schema:
    about = (kind.__doc__ or "").strip()
    exact = {
        "properties": {
            "type": {"const": type_of(kind.kind)},
            "data": {"$ref": f"#/components/schemas/{kind.__name__}"},
        }
    }
    return {
        "name": type_of(kind.kind),
        "title": kind.kind,
        "summary": about.splitlines()[0],
        "contentType": CONTENT_TYPE,
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, exact]},
        "bindings": {"mqtt": {"payloadFormatIndicator": 1, "bindingVersion": BINDING_VERSION}},
    }


def _kinds(channel: Channel) -> list[Kind]:
    return [kind for kind in BODIES.values() if channel_of(kind) is channel]


def _key(kind: Kind) -> str:
    return kind.kind.replace(".", "_")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def text() -> str:
    """Write the document as it stands in `DOCUMENT`."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), "utf-8")
