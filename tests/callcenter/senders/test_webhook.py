import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from callcenter.errors import InputError
from callcenter.senders.signatures import HEADER, verify
from callcenter.senders.webhook import WebhookSender, checked_url, is_public
from tests.callcenter.senders.receivers import HttpReceiver, http_server, trusting

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LOOPBACK = (ip_network("127.0.0.0/8"),)
BODY = b'{"id":"2026-000001/3","kind":"routed"}'
SECRET = "whsec_1"  # noqa: S105 - not a password of anything


@asynccontextmanager
async def a_sender(**more: object) -> AsyncIterator[WebhookSender]:
    known = {"now": lambda: NOW, "allowed": LOOPBACK, "timeout_seconds": 2.0}
    sender = WebhookSender(**(known | more))  # type: ignore[arg-type]
    yield sender
    await sender.close()


@pytest.fixture
async def receiver() -> AsyncIterator[HttpReceiver]:
    async with http_server() as opened:
        yield opened


def resolving(*addresses: str):  # noqa: ANN201 - a fake of `Resolve`
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_a_receiver_can_tell_who_sent_it(receiver: HttpReceiver) -> None:
    async with a_sender() as sender:
        answer = await sender.post(
            f"http://127.0.0.1:{receiver.port}/hook?x=1", body=BODY, secret=SECRET
        )

    assert answer.taken
    (heard,) = receiver.heard
    assert heard.body == BODY
    assert heard.headers["content-type"] == "application/json"
    verify(heard.body, header=heard.headers[HEADER.lower()], secret=SECRET, now=NOW)


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_no_redirect_is_followed(receiver: HttpReceiver, status: int) -> None:
    receiver.status = status
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/other"}

    async with a_sender() as sender:
        answer = await sender.post(
            f"http://127.0.0.1:{receiver.port}/hook", body=BODY, secret=SECRET
        )

    assert (answer.taken, answer.status) == (False, status)
    assert len(receiver.heard) == 1


async def test_a_receiver_that_sleeps_is_not_waited_for(receiver: HttpReceiver) -> None:
    receiver.delay = 1.0

    async with a_sender(timeout_seconds=0.1) as sender:
        answer = await sender.post(f"http://127.0.0.1:{receiver.port}/", body=BODY, secret=SECRET)

    assert answer.error == "ReadTimeout"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://10.0.0.8/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::7f00:1]/",
        "https://[fec0::1]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
    ],
)
async def test_addresses_within_are_refused_unless_allowed(url: str) -> None:
    async with a_sender(allowed=()) as sender:
        answer = await sender.post(url, body=BODY, secret=SECRET)

    assert answer.error == "expected a host on the public network"


async def test_a_name_of_one_public_and_one_private_address_is_refused() -> None:
    both = resolving("93.184.215.14", "127.0.0.1")

    async with a_sender(allowed=(), resolve=both) as sender:
        answer = await sender.post("https://hook.example.kr/", body=BODY, secret=SECRET)

    assert answer.error == "expected a host on the public network"


async def test_plain_http_leaves_the_house_never() -> None:
    async with a_sender(resolve=resolving("93.184.215.14")) as sender:
        answer = await sender.post("http://hook.example.kr/", body=BODY, secret=SECRET)

    assert answer.error == "expected https://, got http://"


async def test_a_name_that_changes_after_the_check_changes_nothing(receiver: HttpReceiver) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.8"]])
    asked: list[str] = []

    async def fickle(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    async with a_sender(resolve=fickle) as sender:
        url = f"http://hook.example.kr:{receiver.port}/hook"
        answer = await sender.post(url, body=BODY, secret=SECRET)

    assert answer.taken
    assert asked == ["hook.example.kr"]
    assert receiver.heard[0].headers["host"] == f"hook.example.kr:{receiver.port}"


async def test_a_name_of_no_address_is_an_answer_and_no_crash() -> None:
    async with a_sender() as sender:
        unknown = await sender.post("https://nobody.invalid/", body=BODY, secret=SECRET)
    async with a_sender(resolve=resolving()) as sender:
        empty = await sender.post("https://nobody.example.kr/", body=BODY, secret=SECRET)

    assert unknown.error == empty.error == "the host's name stands for no address"


def a_certificate(folder: Path, *, name: str) -> tuple[str, str]:
    """Make a certificate of its own for a name; return its file and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=4_000))
        .not_valid_after(NOW + timedelta(days=4_000))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


async def test_the_certificate_is_checked_for_the_name_and_not_the_address(tmp_path: Path) -> None:
    certificate = a_certificate(tmp_path, name="hook.example.kr")
    async with (
        http_server(certificate=certificate) as receiver,
        a_sender(resolve=resolving("127.0.0.1"), tls_context=trusting(certificate[0])) as sender,
    ):
        right = await sender.post(
            f"https://hook.example.kr:{receiver.port}/", body=BODY, secret=SECRET
        )
        wrong = await sender.post(
            f"https://other.example.kr:{receiver.port}/", body=BODY, secret=SECRET
        )

    assert right.taken
    assert wrong.error == "ConnectError"
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook.example.kr",
        "ftp://hook.example.kr/",
        "file:///etc/passwd",
        "https:///hook",
        "https://user:password@hook.example.kr/",
        "https://hook.example.kr/#there",
        "https://hook.example.kr:99999/",
        "https://hook .example.kr/",
        "https://hook.example.kr/\r\nX: 1",
        f"https://hook.example.kr/{'x' * 2_000}",
    ],
)
async def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        checked_url(url)
    async with a_sender() as sender:
        assert (await sender.post(url, body=BODY, secret=SECRET)).error is not None


def test_public_addresses_are_public() -> None:
    assert is_public(ip_address("93.184.215.14"))
    assert is_public(ip_address("2606:2800:21f:cb07:6820:80da:af6b:8b2c"))
    assert is_public(ip_address("64:ff9b::5db8:d70e"))


async def test_two_at_once_do_not_share_a_connection(receiver: HttpReceiver) -> None:
    async with a_sender() as sender:
        url = f"http://127.0.0.1:{receiver.port}/hook"
        answers = await asyncio.gather(
            *(sender.post(url, body=BODY, secret=SECRET) for _ in range(5))
        )

    assert all(answer.taken for answer in answers)
    assert len(receiver.heard) == 5
