"""Doing in one go what many ask for at once: a go costs a database little more than one of them alone.

Nobody waits for others to come: a go begins as soon as the one before has ended, with whoever asks then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Waiting(Generic[Item, Result]):
    item: Item
    answer: "asyncio.Future[Result]"


class Together(Generic[Item, Result]):
    """Takes one thing at a time from each who asks, and does what is there together."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        most: int,
        apart: Callable[[Item], Hashable | None],
    ) -> None:
        """Take the work, which says of each item in turn what came of it.

        Args:
            work: does the items of one go; an exception is an item's result, never raised.
            most: items in a go at most.
            apart: two items of which it says the same are never in one go; `None` goes with all.
        """
        self._work = work
        self._most = most
        self._apart = apart
        self._waiting: list[_Waiting[Item, Result]] = []
        self._going: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Result:
        """Return what came of an item, or raise it; whoever leaves before its go is not done."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item=item, answer=answer))
        if self._going is None:
            # In a context of its own: what is logged on the way is not of the request that came first.
            self._going = asyncio.create_task(self._go(), context=Context())
        return await answer

    async def _go(self) -> None:
        try:
            while members := self._next():
                await self._done(members)
        finally:
            self._going = None
            for one in self._waiting:  # nobody, unless the go was cancelled
                one.answer.cancel()
            self._waiting = []

    async def _done(self, members: Sequence[_Waiting[Item, Result]]) -> None:
        try:
            results = await self._work([member.item for member in members])
        except BaseException:
            for member in members:
                member.answer.cancel()
            raise
        for member, result in zip(members, results, strict=True):
            _tell(member.answer, result)

    def _next(self) -> list[_Waiting[Item, Result]]:
        members: list[_Waiting[Item, Result]] = []
        later: list[_Waiting[Item, Result]] = []
        taken: set[Hashable] = set()
        for one in self._waiting:
            mark = self._apart(one.item)
            if one.answer.done():
                continue
            if len(members) == self._most or mark in taken:
                later.append(one)
                continue
            members.append(one)
            if mark is not None:
                taken.add(mark)
        self._waiting = later
        return members


def _tell(answer: "asyncio.Future[Result]", result: Result | Exception) -> None:
    if answer.done():  # whoever asked has left
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
