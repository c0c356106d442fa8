"""Random streams by name: the only maker of random generators.

A stream is known by what it is for, never by its position, so a new purpose moves no other and two
staffings of a centre meet the same callers. Within a name each day has a stream of its own: a busier
Monday leaves Tuesday as it was.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from numpy.random import PCG64DXSM, Generator
from numpy.random.bit_generator import ISeedSequence

_HASH: Final = blake2b(digest_size=32, person=b"callcenter")
"""Copied for each stream, which is faster than beginning anew."""


class _Digest:
    """Hands a digest to a bit generator as its state, as it is."""

    __slots__ = ("_words",)

    def __init__(self, digest: bytes) -> None:
        self._words = np.frombuffer(digest, dtype="<u8")

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> npt.NDArray[Any]:
        """Return the digest, of just the size a PCG64 asks for."""
        assert n_words == len(self._words)
        assert dtype is np.uint64
        return self._words


ISeedSequence.register(_Digest)


def stream(*, seed: int, replication: int, name: str, day: int | None = None) -> Generator:
    """Return the generator of one purpose, always at its beginning.

    All 256 bits of its state (where it stands, and which of the generator's sequences it walks) are
    a hash of the four arguments: names that differ in one letter are as far apart as any two.
    """
    hashed = _HASH.copy()
    hashed.update(f"{seed} {replication} {'-' if day is None else day} {name}".encode())
    source: Any = _Digest(hashed.digest())
    return Generator(PCG64DXSM(source))


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """All streams of one replication."""

    seed: int
    replication: int
    within: str = ""
    """Stands before every name: what is drawn besides leaves what is drawn anyway as it is."""

    def of(self, name: str, day: int | None = None) -> Generator:
        """Return the generator of one purpose (of one day)."""
        return stream(
            seed=self.seed, replication=self.replication, name=self.within + name, day=day
        )
