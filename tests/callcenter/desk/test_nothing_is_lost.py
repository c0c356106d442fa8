"""Two thousand citizens at forty telephones, and one request in seven dies: every number is there once."""

import asyncio
from collections.abc import Sequence
from typing import Final

import pytest
from sqlalchemy import func, select

from callcenter.desk.changes import Change
from callcenter.desk.tickets import Outcome, RequestKey, TicketDesk
from callcenter.store.events import broken_links
from callcenter.store.outbox import Errand
from callcenter.store.tables.plumbing import IDEMPOTENCY_KEY, OUTBOX
from callcenter.store.tables.tickets import TICKET, TICKET_EVENT
from callcenter.store.unit_of_work import Store, UnitOfWork
from simulation.streams import stream
from tests import builders, desks

CRASHES: Final = 0.15
ATTEMPTS: Final = 4
pytestmark = pytest.mark.slow


class CrashError(Exception):
    """The process died here."""


class Trouble:
    """Crashes before and after the commit, in an order fixed by its seed."""

    def __init__(self, seed: int) -> None:
        self._random = stream(seed=seed, replication=0, name="crashes")
        self.crashed = 0

    def perhaps(self) -> None:
        """Crash, with half the share before the commit and half after it."""
        if self._random.random() < CRASHES / 2:
            self.crashed += 1
            raise CrashError

    async def reaction(self, uow: UnitOfWork, changes: Sequence[Change]) -> None:
        """Put one errand for each ticket, and perhaps die before the commit."""
        for change in changes:
            ticket = change.ticket
            errand = Errand(
                topic="test", aggregate=ticket.number, aggregate_seq=ticket.seq, payload=""
            )
            await uow.outbox.put([errand], now=change.history[-1].at)
            self.perhaps()


@pytest.mark.parametrize("creates", [2_000])
async def test_numbers_have_no_gap_and_nothing_is_lost(store: Store, creates: int) -> None:
    trouble = Trouble(seed=2009)
    desk = await desks.a_ticket_desk(store, reactions=[trouble.reaction])
    telephones = asyncio.Semaphore(40)
    heard: dict[str, set[str]] = {}

    async def call(n: int) -> None:
        key = RequestKey(scope="test", key=f"{n}", fingerprint=f"{n}")
        for _ in range(ATTEMPTS):
            try:
                async with telephones:
                    outcome = await _open(desk, key)
                trouble.perhaps()
            except CrashError:
                continue
            heard.setdefault(key.key, set()).add(outcome.ticket.number)
            if n % 7:  # the others ask once more, as a client does that was not sure
                break

    await asyncio.gather(*(call(n) for n in range(creates)))
    await _check(store, heard)
    assert trouble.crashed > creates * CRASHES


async def _open(desk: TicketDesk, key: RequestKey) -> Outcome:
    return await desk.open(builders.a_petition(), actor=builders.an_actor(), key=key)


async def _check(store: Store, heard: dict[str, set[str]]) -> None:
    assert all(len(numbers) == 1 for numbers in heard.values()), "one key, two numbers"
    async with store.reading() as uow:
        numbers = (await uow.connection.execute(select(TICKET.c.number))).scalars().all()
        assert sorted(numbers) == [f"2026-{n:06d}" for n in range(1, len(numbers) + 1)]
        assert set().union(*heard.values()) <= set(numbers)
        counts = [
            (await uow.connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (OUTBOX, IDEMPOTENCY_KEY)
        ]
        assert counts == [len(numbers), len(numbers)]
        events = (
            await uow.connection.execute(
                select(func.count(), TICKET_EVENT.c.ticket).group_by(TICKET_EVENT.c.ticket)
            )
        ).all()
        assert {count for count, _ in events} == {3}
        assert len(events) == len(numbers)
        for number in numbers[:50]:
            assert broken_links(await uow.tickets.event_rows(number)) == []
