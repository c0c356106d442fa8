"""What has come and was not looked at yet: between a line that pushes and a receiver that pulls.

It has no bound and drops nothing: with acknowledgements after the commit the broker sends no more than
its in-flight limit, and that is the only pressure that loses nothing.
"""

import asyncio
from collections import deque
from typing import Self

from callcenter.bus.port import Delivery


class Inbox:
    """The deliveries of one bus, across its lines."""

    def __init__(self) -> None:
        """Start open and empty."""
        self._waiting: deque[Delivery] = deque()
        self._stirred = asyncio.Event()
        self._closed = False
        self._failure: BaseException | None = None

    def put(self, delivery: Delivery) -> None:
        """Add what just came."""
        self._waiting.append(delivery)
        self._stirred.set()

    def discard(self) -> None:
        """Forget what nobody looked at: the line is lost, and the broker will send it again."""
        self._waiting.clear()

    def close(self, failure: BaseException | None = None) -> None:
        """End the iteration, with an error if there is one."""
        self._closed = True
        self._failure = failure
        self._waiting.clear()
        self._stirred.set()

    def take(self, limit: int) -> list[Delivery]:
        """Take what has already come, at most so many, without waiting."""
        return [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]

    def __aiter__(self) -> Self:
        """Iterate over what comes."""
        return self

    async def __anext__(self) -> Delivery:
        """Wait for the next delivery; cancelling the wait loses none."""
        while not self._waiting:
            if self._failure is not None:
                raise self._failure
            if self._closed:
                raise StopAsyncIteration
            self._stirred.clear()
            await self._stirred.wait()
        return self._waiting.popleft()
