"""Signed webhooks: who receives one can tell that we sent it, when, and that nobody changed it.

    Webhook-Signature: t=1795343400,v1=5f2b…

`v1` is HMAC-SHA256 over `<t>.<body>` with the secret both ends share, in hexadecimal. A receiver calls
`verify` with the body as it came, byte for byte, refuses what is older than a few minutes, and drops a
repeat by the `id` in the body.
"""

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from callcenter.errors import TokenExpiredError, TokenForgedError

HEADER: Final = "Webhook-Signature"
WINDOW: Final = timedelta(minutes=5)
_FORM: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """Return the header's value for a body sent at a moment, in whole seconds."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(body, secret=secret, seconds=seconds)}"


def verify(
    body: bytes, *, header: str, secret: str, now: datetime, window: timedelta = WINDOW
) -> None:
    """Accept a body that was signed with this secret within the window before or after now.

    Raises:
        TokenForgedError: the header is none, or body, time or secret are others.
        TokenExpiredError: it was signed too long ago, or in the future: somebody plays it again.
    """
    found = _FORM.fullmatch(header)
    if found is None:
        raise TokenForgedError("expected a signature such as t=1795343400,v1=…")
    seconds, digest = found.groups()
    if not hmac.compare_digest(digest, _digest(body, secret=secret, seconds=seconds)):
        raise TokenForgedError("expected a body signed with the shared secret")
    age = now.timestamp() - int(seconds)
    if abs(age) > window.total_seconds():
        raise TokenExpiredError(
            f"expected a signature of the last {window}, got one {age:.0f} s old"
        )


def _digest(body: bytes, *, secret: str, seconds: str) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
