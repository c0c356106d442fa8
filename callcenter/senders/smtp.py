"""E-mail over SMTP. Errors keep the server's code and drop its words, which may repeat the address."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

import aiosmtplib

from callcenter.errors import InputError, SendLaterError, UndeliverableError
from callcenter.senders.port import Message

_FOR_GOOD: Final = 500
"""From this code on a server says no for good; below, it says not now (RFC 5321, 4.2.1)."""


class Tls(StrEnum):
    """How the line to the mail server is kept private."""

    NONE = "none"
    """Within one machine only: `SmtpServer` refuses to send a password so."""
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail is handed in, and in whose name."""

    host: str
    port: int
    address: str
    """Of the sender."""
    name: str
    tls: Tls = Tls.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20.0

    def __post_init__(self) -> None:
        """Refuse to tell a password to everybody on the line."""
        if self.password is not None and self.tls is Tls.NONE:
            raise InputError("expected starttls or implicit where there is a password", key="tls")


class SmtpSender:
    """Sends each message over a connection of its own."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        now: Callable[[], datetime],
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the time from outside: it is written on every message."""
        self._server = server
        self._now = now
        self._tls_context = tls_context

    async def send(self, message: Message) -> str:
        """Hand a message to the server; return its Message-ID, the same on every attempt."""
        letter = self._letter(message)
        server = self._server
        try:
            await aiosmtplib.send(
                letter,
                sender=server.address,
                recipients=[message.to],
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                timeout=server.timeout_seconds,
                use_tls=server.tls is Tls.IMPLICIT,
                start_tls=server.tls is Tls.STARTTLS,
                tls_context=self._tls_context,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = max(refused.code for refused in error.recipients)
            raise _refused(code, "the recipient") from error
        except aiosmtplib.SMTPDataError as error:
            raise _refused(error.code, "the message") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SendLaterError(f"the mail server did not take it: {_reason(error)}") from error
        return str(letter["Message-ID"])

    def _letter(self, message: Message) -> EmailMessage:
        server = self._server
        user, _, domain = server.address.rpartition("@")
        letter = EmailMessage()
        letter["From"] = Address(server.name, user, domain)
        letter["To"] = message.to
        letter["Subject"] = message.subject
        letter["Date"] = format_datetime(self._now())
        digest = sha256(message.reference.encode()).hexdigest()[:32]
        letter["Message-ID"] = f"<{digest}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
        letter.set_content(message.body)
        return letter


def _refused(code: int, what: str) -> SendLaterError | UndeliverableError:
    said = f"the mail server refused {what} with {code}"
    return UndeliverableError(said) if code >= _FOR_GOOD else SendLaterError(said)


def _reason(error: Exception) -> str:
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
