"""What each figure of the board means today: the definitions in force, looked up now and then."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Final

from callcenter.clock import SECOND, Clock, Tick
from callcenter.errors import StoreUnavailableError
from callcenter.measures.definitions import Definition, Shelf
from callcenter.store.unit_of_work import Store

_STAY: Final[Tick] = 10 * SECOND


class Standards:
    """The definitions of a day; a version that was just made holds within ten seconds."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        """Begin with what the house brings along."""
        self._store = store
        self._clock = clock
        self._asked: Tick | None = None
        self._shelf = Shelf()

    async def on(self, day: date) -> Mapping[str, Definition]:
        """Return what holds on a day, by id; what held last if the database is away."""
        now = self._clock.now()
        if self._asked is None or now - self._asked >= _STAY:
            self._asked = now
            with suppress(StoreUnavailableError):
                async with self._store.reading() as uow:
                    self._shelf = await uow.definitions.shelf()
        return self._shelf.all_on(day)
