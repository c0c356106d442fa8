"""Which line to the broker this is: what was said on one that is lost may have to be said again."""

import asyncio


class Lines:
    """Counts the lines of one bus, and wakes whoever waits for the next."""

    def __init__(self) -> None:
        """Start before the first."""
        self._count = 0
        self._next = asyncio.Event()

    def up(self) -> None:
        """Count a line that just came to be."""
        self._count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, number: int) -> int:
        """Wait until there was a line later than that one; return the number of the last, from 1."""
        while self._count <= number:
            await self._next.wait()
        return self._count
