"""Vaults for tests: a key's bytes are the hash of its name, so that two vaults can share one."""

from collections.abc import Sequence
from hashlib import sha256

from callcenter.vault import KeyRing, Vault


def a_ring(*names: str) -> KeyRing:
    """Make a ring of named keys, the writing key first."""
    return KeyRing(keys=tuple((name, sha256(name.encode()).digest()) for name in names))


def a_vault(*, sealing: Sequence[str] = ("s1",), lookup: Sequence[str] = ("l1",)) -> Vault:
    """Make a vault of named keys."""
    return Vault(sealing=a_ring(*sealing), lookup=a_ring(*lookup), signing=a_ring("g1"))
