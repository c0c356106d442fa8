import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.store.outbox import LONGEST_PAUSE, MOST_ATTEMPTS, Claimed, Errand
from callcenter.store.unit_of_work import Store

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)


def an_errand(aggregate: str = "2026-000001", seq: int = 1, *, topic: str = "notice-sms") -> Errand:
    return Errand(topic=topic, aggregate=aggregate, aggregate_seq=seq, payload="{}")


async def put(store: Store, *errands: Errand) -> None:
    async with store.writing() as uow:
        await uow.outbox.put(errands, now=NOW)


async def claim(
    store: Store,
    *,
    worker: str = "w1",
    now: datetime = NOW,
    families: Sequence[str] = (),
    most: int = 50,
) -> list[Claimed]:
    async with store.writing() as uow:
        return await uow.outbox.claim(
            worker=worker, now=now, lease=LEASE, families=families, most=most
        )


def seqs(claimed: Sequence[Claimed]) -> list[tuple[str, int]]:
    return [(c.errand.aggregate, c.errand.aggregate_seq) for c in claimed]


async def done(store: Store, claimed: Claimed, *, worker: str = "w1", now: datetime = NOW) -> bool:
    async with store.writing() as uow:
        return await uow.outbox.done(claimed, worker=worker, now=now)


async def failed(store: Store, claimed: Claimed, *, now: datetime) -> None:
    async with store.writing() as uow:
        await uow.outbox.failed(claimed, worker="w1", now=now, error="no line")


async def test_only_the_oldest_of_an_aggregate_is_due(store: Store) -> None:
    await put(store, an_errand("a", 1), an_errand("a", 2), an_errand("b", 1))

    first = await claim(store)

    assert seqs(first) == [("a", 1), ("b", 1)]
    assert await claim(store) == []
    assert await done(store, first[0])
    assert seqs(await claim(store)) == [("a", 2)]


async def test_topics_of_an_aggregate_do_not_wait_for_each_other(store: Store) -> None:
    await put(store, an_errand(topic="notice-sms"), an_errand(topic="notice-email"))

    assert len(await claim(store)) == 2


async def test_a_lease_runs_out_by_itself_and_its_holder_cannot_finish_after(store: Store) -> None:
    await put(store, an_errand())
    (held,) = await claim(store)

    assert await claim(store, worker="w2", now=NOW + LEASE / 2) == []
    (again,) = await claim(store, worker="w2", now=NOW + LEASE)

    assert (again.id, again.attempts) == (held.id, 2)
    assert not await done(store, held)
    assert await done(store, again, worker="w2")


async def test_a_failure_is_tried_again_twice_as_late_each_time_for_a_day(store: Store) -> None:
    await put(store, an_errand())
    now, waits = NOW, []
    while claimed := await claim(store, now=now):
        await failed(store, claimed[0], now=now)
        async with store.reading() as uow:
            row = await uow.outbox.get(claimed[0].id)
        assert row is not None
        if row.dead_at is not None:
            break
        waits.append(row.available_at - now)
        assert await claim(store, now=row.available_at - timedelta(microseconds=1)) == []
        now = row.available_at

    assert waits[:3] == [timedelta(seconds=s) for s in (2, 4, 8)]
    assert max(waits) == LONGEST_PAUSE
    assert len(waits) == MOST_ATTEMPTS - 1
    assert sum(waits, timedelta()) > timedelta(hours=24)


async def test_the_dead_are_listed_hold_nobody_up_and_live_again(store: Store) -> None:
    await put(store, an_errand("a", 1), an_errand("a", 2))
    (first,) = await claim(store)
    async with store.writing() as uow:
        assert await uow.outbox.give_up(first, worker="w1", now=NOW, error="no such number")

    async with store.reading() as uow:
        (dead,) = await uow.outbox.dead()
        assert (dead.id, dead.last_error) == (first.id, "no such number")
        assert await uow.outbox.dead(before=first.id) == []
        assert await uow.outbox.depth() == 1
    assert seqs(await claim(store)) == [("a", 2)]
    async with store.writing() as uow:
        assert await uow.outbox.again(first.id, now=NOW)
        assert not await uow.outbox.again(first.id, now=NOW)
    assert [(c.id, c.attempts) for c in await claim(store)] == [(first.id, 1)]


async def test_a_worker_takes_only_the_families_it_knows(store: Store) -> None:
    topics = ["webhook-1", "webhook-12", "webhooks", "ticket", "notice-sms", "notice_sms"]
    await put(store, *(an_errand(topic=topic) for topic in topics))

    assert {c.errand.topic for c in await claim(store, families=["webhook", "notice-sms"])} == {
        "webhook-1",
        "webhook-12",
        "notice-sms",
    }
    assert {c.errand.topic for c in await claim(store, families=["ticket"])} == {"ticket"}


async def test_the_same_errand_is_not_written_twice(store: Store) -> None:
    await put(store, an_errand())

    with pytest.raises(Exception, match=r"(?i)unique"):
        await put(store, an_errand())


async def test_workers_at_once_share_the_work_and_never_an_errand(store: Store) -> None:
    await put(store, *(an_errand(f"{n}") for n in range(120)))

    async def work(name: str) -> list[int]:
        mine: list[int] = []
        while claimed := await claim(store, worker=name, most=7):
            mine += [errand.id for errand in claimed]
            for errand in claimed:
                assert await done(store, errand, worker=name)
        return mine

    taken = await asyncio.gather(*(work(f"w{n}") for n in range(6)))

    everything = [errand for mine in taken for errand in mine]
    assert len(everything) == len(set(everything)) == 120


async def test_a_claim_that_is_rolled_back_leaves_everything_to_others(store: Store) -> None:
    await put(store, an_errand())

    async def die() -> None:
        async with store.writing() as uow:
            assert len(await uow.outbox.claim(worker="w1", now=NOW, lease=LEASE)) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await die()

    assert [c.attempts for c in await claim(store, worker="w2")] == [1]


async def test_what_was_done_long_ago_is_forgotten_and_nothing_else(store: Store) -> None:
    await put(store, *(an_errand(f"{n}") for n in range(7)))
    errands = await claim(store)
    later = NOW + timedelta(days=1)
    for errand in (*errands[:2], errands[6]):
        assert await done(store, errand)
    async with store.writing() as uow:
        assert await uow.outbox.give_up(errands[2], worker="w1", now=NOW, error="gone")
        assert await uow.outbox.done(errands[3], worker="w1", now=later)

    async with store.writing() as uow:
        assert await uow.outbox.forget(before=later, most=1) == 1
        assert await uow.outbox.forget(before=later) == 1
        assert await uow.outbox.forget(before=later) == 0

    async with store.reading() as uow:
        left = [errand.id for errand in errands if await uow.outbox.get(errand.id)]
    assert left == [errand.id for errand in errands[2:]]
