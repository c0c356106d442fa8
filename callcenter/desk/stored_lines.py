"""What switches told as it is stored: for days gone by, and for a process that does not listen itself."""

from collections.abc import Sequence
from datetime import date

from callcenter.desk.centre_clock import Voice
from callcenter.desk.frames import Quality
from callcenter.measures.live import DayLog
from callcenter.store.unit_of_work import Store


class StoredLines:
    """Days from the database; of who speaks now it knows nothing."""

    def __init__(self, store: Store) -> None:
        """Stand on a store."""
        self._store = store

    @property
    def voices(self) -> Sequence[Voice]:
        """Nobody is heard here."""
        return ()

    @property
    def quality(self) -> Quality:
        """Nothing is doubted here."""
        return Quality()

    async def day(self, day: date) -> DayLog:
        """Return a day as far as it was told."""
        async with self._store.reading() as uow:
            return await uow.legs.day(day)
