"""Where a list goes on, as a word a client hands back: signed, and good for that list only."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from callcenter.errors import InputError, TokenError
from callcenter.store.ticket_lists import Filters, Order, Position
from callcenter.vault import Vault

KEPT_FOR: Final = timedelta(days=1)
"""Who goes on reading tomorrow begins anew."""
_PURPOSE: Final = "cursor"


class Cursors:
    """Writes positions down and reads them back."""

    def __init__(self, *, vault: Vault, now: Callable[[], datetime]) -> None:
        """Take the keys and the clock from outside."""
        self._vault = vault
        self._now = now

    def write(self, position: Position, *, wanted: Filters, order: Order | None) -> str:
        """Sign a position in one list."""
        at = None if position.at is None else position.at.isoformat()
        said = json.dumps([_list(wanted, order), position.row, at])
        return self._vault.sign(_PURPOSE, subject=said, expires_at=self._now() + KEPT_FOR)

    def read(self, cursor: str, *, wanted: Filters, order: Order | None) -> Position:
        """Return the position a cursor stands for.

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
        asked, row, at = json.loads(said)
        if asked != _list(wanted, order):
            raise InputError(
                "expected a cursor of this list, got one of a list with other filters or order",
                key="cursor",
            )
        return Position(row=row, at=None if at is None else datetime.fromisoformat(at))


def _list(wanted: Filters, order: Order | None) -> str:
    """Tell one list from another in a few letters."""
    parts = [
        sorted(map(str, value)) if isinstance(value, frozenset) else str(value)
        for value in (getattr(wanted, name) for name in Filters.__slots__)
    ]
    return sha256(json.dumps([parts, order]).encode()).hexdigest()[:16]
