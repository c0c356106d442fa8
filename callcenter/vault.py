"""Secrets: personal data sealed and found again, and links that only we could have signed.

Keys come in as text (from the environment, at the door) and leave in no message, log or `repr`. Three
rings, for three purposes, so that a leak of one is no leak of the others: one seals, one makes the
hashes a telephone number is found by, one signs links. In each the first key writes, the others still
read: put a new key in front, rotate what was written, then take the old one out.
"""

import base64
import binascii
import hmac
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callcenter.domain.privacy import Contact, canonical
from callcenter.errors import (
    KeysError,
    SealError,
    TokenExpiredError,
    TokenForgedError,
    TokenPurposeError,
)

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
"""Random, as AES-GCM allows for up to 2^32 seals by one key: rotate long before that."""
_FORMAT: Final = b"\x01"
_KEY_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,15}")
_TOKEN: Final = re.compile(r"[\w-]{1,2000}\.[\w-]{22}", re.ASCII)
_SIGNATURE_BYTES: Final = 16
"""128 bits of HMAC-SHA256: a link has to fit into a text message."""

RandomBytes = Callable[[int], bytes]
"""Gives so many unpredictable bytes; a test hands in predictable ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Named keys of one purpose, the writing key first."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @classmethod
    def from_text(cls, text: str, *, name: str) -> "KeyRing":
        """Read `k2:base64,k1:base64`; `name` is the setting that errors speak of.

        Raises:
            KeysError: a key is missing, malformed, not of 32 bytes, or stands there twice.
        """
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        if not entries:
            raise KeysError(
                f"{name}: expected at least one key as `id:base64`, got nothing; "
                "make one with `callcenter keys new`"
            )
        keys = [_read_key(entry, name=name, place=n) for n, entry in enumerate(entries, start=1)]
        for what, parts in (("id", [k for k, _ in keys]), ("key", [b for _, b in keys])):
            if len(set(parts)) < len(parts):
                raise KeysError(f"{name}: expected every {what} once, one stands there twice")
        return cls(keys=tuple(keys))

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the keys, the writing key's first."""
        return tuple(key_id for key_id, _ in self.keys)

    @property
    def writing(self) -> tuple[str, bytes]:
        """Name and bytes of the key that writes."""
        return self.keys[0]

    @property
    def every(self) -> tuple[bytes, ...]:
        """Bytes of all keys, the writing key's first."""
        return tuple(key for _, key in self.keys)

    def find(self, key_id: str) -> bytes | None:
        """Return a key by its name; `None` if it is not on this ring."""
        return dict(self.keys).get(key_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where something sealed is kept; elsewhere it does not open."""

    table: str
    row: str
    column: str


class Vault:
    """Seals, hashes and signs, with the three rings it was built with."""

    def __init__(
        self,
        *,
        sealing: KeyRing,
        lookup: KeyRing,
        signing: KeyRing,
        random_bytes: RandomBytes = secrets.token_bytes,
    ) -> None:
        """Refuse rings that share a key: what one purpose gives away would open another."""
        rings = (sealing, lookup, signing)
        everything = [key for ring in rings for key in ring.every]
        if len(set(everything)) < len(everything):
            raise KeysError(
                "expected different keys to seal, to look up and to sign, got one twice"
            )
        self._sealing, self._lookup, self._signing = rings
        self._random_bytes = random_bytes

    # --- Sealing ------------------------------------------------------------------------------------

    def seal(self, plain: str, *, context: Cell) -> bytes:
        """Encrypt a text for one place (AES-256-GCM); the same text never looks the same twice."""
        key_id, key = self._sealing.writing
        header = _FORMAT + bytes([len(key_id)]) + key_id.encode()
        nonce = self._random_bytes(_NONCE_BYTES)
        sealed = AESGCM(key).encrypt(nonce, plain.encode(), _bound_to(header, context))
        return header + nonce + sealed

    def open_(self, blob: bytes, *, context: Cell) -> str:
        """Decrypt what was sealed for this place.

        Raises:
            SealError: it was altered, sealed for another place, or its key is not on the ring.
        """
        header, key_id = _header(blob)
        key = self._sealing.find(key_id)
        if key is None:
            known = ", ".join(self._sealing.ids)
            raise SealError(f"expected data sealed with one of the keys {known}, got {key_id!r}")
        body = blob[len(header) :]
        nonce, sealed = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
        try:
            return AESGCM(key).decrypt(nonce, sealed, _bound_to(header, context)).decode()
        except (InvalidTag, ValueError) as error:
            place = f"{context.table}.{context.column}"
            raise SealError(
                f"expected data sealed for {place} of this row, got something altered or moved"
            ) from error

    def rotate(self, blob: bytes, *, context: Cell) -> bytes:
        """Seal again with the writing key; what is sealed with it already comes back as it is.

        Raises:
            SealError: it cannot be opened.
        """
        plain = self.open_(blob, context=context)
        _, key_id = _header(blob)
        return blob if key_id == self._sealing.writing[0] else self.seal(plain, context=context)

    # --- Finding ------------------------------------------------------------------------------------

    @property
    def lookup_keys(self) -> tuple[str, ...]:
        """Names of the keys that hash, the writing key's first."""
        return self._lookup.ids

    def lookup(self, value: str, *, kind: Contact) -> bytes:
        """Hash a telephone number or e-mail address so that it is found, however it is spelt.

        Raises:
            ContactError: the value is none.
        """
        return self.lookups(value, kind=kind)[0]

    def lookups(self, value: str, *, kind: Contact) -> tuple[bytes, ...]:
        """Hash it with every key, the writing key first: what to look for while hashes are renewed.

        Raises:
            ContactError: the value is none.
        """
        message = f"{kind}\0{canonical(value, kind=kind)}".encode()
        return tuple(hmac.digest(key, message, sha256) for key in self._lookup.every)

    # --- Signing ------------------------------------------------------------------------------------

    def sign(self, purpose: str, *, subject: str, expires_at: datetime) -> str:
        """Make a token for a link, good until a moment, in whole seconds.

        Anybody can read the subject: a ticket's number, never a name.
        """
        parts = [purpose, int(_aware(expires_at).timestamp()), subject]
        content = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        payload = _base64(content.encode())
        return f"{payload}.{_signature(payload, self._signing.writing[1])}"

    def verify(self, token: str, *, purpose: str, now: datetime) -> str:
        """Return the subject of a token that we signed for this purpose and that is still good.

        Raises:
            TokenForgedError: it is none of ours, or was altered.
            TokenPurposeError: it is ours, but for another purpose.
            TokenExpiredError: it is ours, but too old.
        """
        signed_for, expires, subject = self._signed(token)
        if signed_for != purpose:
            raise TokenPurposeError(f"expected a token for {purpose}, got one for {signed_for}")
        expired = datetime.fromtimestamp(expires, UTC)
        if _aware(now) >= expired:
            raise TokenExpiredError(f"expected a token that is still good, got one until {expired}")
        return subject

    def _signed(self, token: str) -> tuple[str, int, str]:
        """Return purpose, expiry and subject; nothing of a token is believed before its signature."""
        if _TOKEN.fullmatch(token) is None:
            raise TokenForgedError("expected a token made by this service, got something else")
        payload, _, signature = token.partition(".")
        # Every key is tried and every signature compared in constant time, whatever the token says.
        fits = [
            hmac.compare_digest(signature, _signature(payload, key)) for key in self._signing.every
        ]
        if not any(fits):
            raise TokenForgedError(
                "expected a token signed by this service, the signature is wrong"
            )
        purpose, expires, subject = _content(payload)
        return purpose, expires, subject


def new_key(key_id: str, *, random_bytes: RandomBytes = secrets.token_bytes) -> str:
    """Make a key and write it as an entry of a ring, `k2:base64`.

    Raises:
        KeysError: the name is none.
    """
    if _KEY_ID.fullmatch(key_id) is None:
        raise KeysError(_bad_id(key_id))
    return f"{key_id}:{base64.b64encode(random_bytes(KEY_BYTES)).decode()}"


def _bad_id(key_id: str) -> str:
    return f"expected a key's id of up to 16 small letters, digits and -, got {key_id[:20]!r}"


def _read_key(entry: str, *, name: str, place: int) -> tuple[str, bytes]:
    """Read one entry; an error tells its place in the list, for the entry itself is secret."""
    key_id, colon, text = entry.partition(":")
    where = f"{name}, entry {place}"
    if not colon:
        raise KeysError(f"{where}: expected `id:base64`, got no colon")
    if _KEY_ID.fullmatch(key_id) is None:
        raise KeysError(f"{where}: expected an id of up to 16 small letters, digits and -")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KeysError(f"{where} ({key_id}): expected base64, got something else") from error
    if len(key) != KEY_BYTES:
        raise KeysError(f"{where} ({key_id}): expected {KEY_BYTES} bytes, got {len(key)}")
    if len(set(key)) == 1:
        raise KeysError(f"{where} ({key_id}): expected random bytes, got one byte repeated")
    return key_id, key


def _header(blob: bytes) -> tuple[bytes, str]:
    """Split off format and key id; what is too short or of another format was not sealed here."""
    length = blob[1] if len(blob) > 1 else 0
    header = blob[: 2 + length]
    if blob[:1] != _FORMAT or len(blob) < len(header) + _NONCE_BYTES or not header.isascii():
        raise SealError("expected data sealed by this service, got something else")
    return header, header[2:].decode()


def _bound_to(header: bytes, context: Cell) -> bytes:
    """Write format, key and place so that no two of them are written alike."""
    place = json.dumps([context.table, context.row, context.column], ensure_ascii=True)
    return header + place.encode()


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _signature(payload: str, key: bytes) -> str:
    return _base64(hmac.digest(key, payload.encode(), sha256)[:_SIGNATURE_BYTES])


def _content(payload: str) -> list[Any]:
    """Read what we wrote ourselves."""
    padded = payload + "=" * (-len(payload) % 4)
    parts: list[Any] = json.loads(base64.urlsafe_b64decode(padded))
    return parts


def _aware(at: datetime) -> datetime:
    assert at.tzinfo is not None, "a moment needs its offset"
    return at
