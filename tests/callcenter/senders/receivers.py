"""Real receivers on loopback ports: a mail server, and an HTTP server that answers as told."""

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class Letterbox:
    """What a mail server took, and the answers it gives instead when told so."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: str = "250 OK"
    to_letter: str = "250 OK: queued"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        if self.to_letter.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            letter = email.message_from_bytes(content, policy=email.policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.recipients += envelope.rcpt_tos
        return self.to_letter


@asynccontextmanager
async def mail_server() -> AsyncIterator[Letterbox]:
    """Listen for mail on a free loopback port."""
    box = Letterbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, hostname="localhost", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


@dataclass(slots=True)
class Heard:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class HttpReceiver:
    """What an HTTP server heard, and what it answers."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    delay: float = 0.0

    async def respond(self, request: Request) -> Response:
        body = await request.body()
        self.heard.append(Heard(request.url.path, dict(request.headers), body))
        await asyncio.sleep(self.delay)
        if isinstance(self.answer, bytes):
            return Response(self.answer, status_code=self.status, headers=self.headers)
        return JSONResponse(self.answer, status_code=self.status, headers=self.headers)


@asynccontextmanager
async def http_server(*, certificate: tuple[str, str] | None = None) -> AsyncIterator[HttpReceiver]:
    """Listen for POSTs on a free loopback port; over TLS with a certificate and key file."""
    receiver = HttpReceiver()
    app = Starlette(
        routes=[Route("/{path:path}", receiver.respond, methods=["POST", "GET", "PUT"])]
    )
    listening = socket.create_server(("127.0.0.1", 0))
    receiver.port = listening.getsockname()[1]
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none", http="h11")
    if certificate is not None:
        config.ssl_certfile, config.ssl_keyfile = certificate
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody that it has started
        await asyncio.sleep(0.01)
    try:
        yield receiver
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
        listening.close()


def trusting(certificate: str) -> ssl.SSLContext:
    """Trust one certificate and nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certificate)
    return context
