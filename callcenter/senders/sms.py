"""Text messages through a gateway that speaks HTTP.

Gateways differ in their words; this one posts JSON and a bearer token:

    POST <url>
    Authorization: Bearer <token>
    Idempotency-Key: <reference>
    {"from": "0323203000", "to": "+821012345678", "text": "…", "reference": "…"}

and reads `{"id": "…"}` from an answer of 200 to 299. 400, 404, 410 and 422 mean that this message will
never go; everything else, our own token being refused included, is tried again.
"""

import json
from dataclasses import dataclass, field
from typing import Final

import httpx

from callcenter.errors import SendLaterError, UndeliverableError
from callcenter.senders.port import Message

_NEVER: Final = frozenset({400, 404, 410, 422})
_LONGEST_ANSWER: Final = 64 * 1024
_LONGEST_ID: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsGateway:
    """Whom to ask to send, and under which number."""

    url: str
    token: str = field(repr=False)
    number: str
    """Registered with the carriers as ours, as the law on telecommunications asks."""
    timeout_seconds: float = 10.0


class SmsSender:
    """Hands text messages to the gateway."""

    def __init__(self, gateway: SmsGateway) -> None:
        """Open nothing yet."""
        self._gateway = gateway
        self._client = httpx.AsyncClient(
            timeout=gateway.timeout_seconds, follow_redirects=False, trust_env=False
        )

    async def send(self, message: Message) -> str:
        """Hand the message's body to the gateway; return the id it gave."""
        try:
            answer = await self._client.post(
                self._gateway.url,
                headers={
                    "Authorization": f"Bearer {self._gateway.token}",
                    "Idempotency-Key": message.reference,
                },
                json={
                    "from": self._gateway.number,
                    "to": message.to,
                    "text": message.body,
                    "reference": message.reference,
                },
            )
        except httpx.HTTPError as error:
            raise SendLaterError(f"the gateway did not answer: {type(error).__name__}") from error
        if answer.is_success:
            return _id_of(answer, otherwise=message.reference)
        said = f"the gateway answered {answer.status_code}"
        raise UndeliverableError(said) if answer.status_code in _NEVER else SendLaterError(said)

    async def close(self) -> None:
        """Give back the connections."""
        await self._client.aclose()


def _id_of(answer: httpx.Response, *, otherwise: str) -> str:
    """Read the id; what the gateway took is sent, however oddly it says so."""
    try:
        said = json.loads(answer.content[:_LONGEST_ANSWER])
    except ValueError:
        return otherwise
    given = said.get("id") if isinstance(said, dict) else None
    return str(given)[:_LONGEST_ID] if given else otherwise
