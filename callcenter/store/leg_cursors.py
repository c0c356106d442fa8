"""Where a list of calls goes on, as a word a client hands back: signed, and good for that list only."""

import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from callcenter.errors import InputError, TokenError
from callcenter.store.cursors import KEPT_FOR
from callcenter.store.live_reports import LegKey
from callcenter.vault import Vault

_PURPOSE: Final = "leg-cursor"


class LegCursors:
    """Writes places in one list down and reads them back."""

    def __init__(self, *, vault: Vault, now: Callable[[], datetime], asked: object) -> None:
        """Take the keys, the clock, and what the list is of: its `repr` tells it from others."""
        self._vault = vault
        self._now = now
        self._list = sha256(repr(asked).encode()).hexdigest()[:16]

    def write(self, key: LegKey) -> str:
        """Sign a place."""
        said = json.dumps([self._list, *key])
        return self._vault.sign(_PURPOSE, subject=said, expires_at=self._now() + KEPT_FOR)

    def read(self, cursor: str) -> LegKey:
        """Return the place a cursor stands for.

        Raises:
            InputError: it was not made here, is too old, or belongs to another list.
        """
        try:
            said = self._vault.verify(cursor, purpose=_PURPOSE, now=self._now())
        except TokenError as error:
            raise InputError(
                "expected a cursor as the page before gave it; begin with the first page",
                key="cursor",
            ) from error
        asked, *key = json.loads(said)
        if asked != self._list:
            raise InputError("expected a cursor of this list, got one of another", key="cursor")
        return LegKey(*key)
