"""Passwords are hashed with argon2id, off the event loop, few at a time: each takes tens of megabytes."""

import asyncio
from functools import cached_property
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE: Final = 2


class Hasher(Protocol):
    """Makes and checks hashes of passwords; slow on purpose."""

    def hash(self, password: str) -> str:
        """Return a salted hash with its parameters in it."""
        ...

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2's own name
        """Say whether it is the password's; may raise argon2's errors if not."""
        ...

    def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2's own name
        """Say whether the hash was made with weaker parameters than today's."""
        ...


class Passwords:
    """Hashes and checks passwords without keeping other requests waiting."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        """Take argon2id with the parameters of RFC 9106 for small memory, unless told otherwise."""
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Say whether the password made the hash; without one, take as long and say no."""
        async with self._turn:
            return await asyncio.to_thread(self._fits, password, kept)

    def dated(self, kept: str) -> bool:
        """Say whether a hash should be made anew at the next occasion."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("a password that nobody has")

    def _fits(self, password: str, kept: str | None) -> bool:
        try:
            fits = self._hasher.verify(self._nobodys if kept is None else kept, password)
        except (VerificationError, InvalidHashError):
            return False
        return fits and kept is not None
