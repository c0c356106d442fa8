"""Frontiers through the desk: kept once, in two databases, unless they contradict themselves."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from callcenter.desk.frontiers import FrontierDesk
from callcenter.errors import ForbiddenError, InputError, NotFoundError
from callcenter.store.tables.frontiers import FRONTIER
from callcenter.store.unit_of_work import Store
from tests.campaigns import PLANNER, an_agent
from tests.desks import Watch
from tests.frontiers import a_frontier, changed


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def desk(store: Store, watch: Watch) -> FrontierDesk:
    return FrontierDesk(store=store, now=watch)


async def test_a_frontier_comes_back_as_it_was_brought(desk: FrontierDesk, watch: Watch) -> None:
    kept = await desk.keep(a_frontier(), actor=PLANNER)
    assert (kept.scenario, kept.title_ko) == ("bucheon-2009-q4", "부천 2009년 4분기")
    assert (kept.kept_at, kept.kept_by) == (watch(), PLANNER.login)
    assert await desk.frontier(kept.id) == (kept, a_frontier())


async def test_the_same_one_again_is_kept_once(desk: FrontierDesk, watch: Watch) -> None:
    first = await desk.keep(a_frontier(), actor=PLANNER)
    watch.advance(hours=1)
    again = await desk.keep(dict(reversed(a_frontier().items())), actor=PLANNER)
    assert again == first
    assert await desk.page(before=None, most=10) == [first]


async def test_the_newest_comes_first_page_by_page(desk: FrontierDesk) -> None:
    first, second, third = [
        await desk.keep(a_frontier(seed=seed), actor=PLANNER) for seed in (1, 2, 3)
    ]
    assert await desk.page(before=None, most=2) == [third, second]
    assert await desk.page(before=second.id, most=2) == [first]


async def test_what_is_kept_is_never_deleted(desk: FrontierDesk, store: Store) -> None:
    await desk.keep(a_frontier(), actor=PLANNER)
    with pytest.raises(DBAPIError):
        async with store.writing() as uow:
            await uow.connection.execute(delete(FRONTIER))


async def test_who_only_dials_keeps_none(desk: FrontierDesk) -> None:
    with pytest.raises(ForbiddenError):
        await desk.keep(a_frontier(), actor=an_agent())


async def test_one_that_is_not_there_is_not_found(desk: FrontierDesk) -> None:
    with pytest.raises(NotFoundError):
        await desk.frontier(1)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("2009-09-30", ("by",)),
        ("2009-09-30", ("last_day",)),
        (9, ("points", 4, "dominated_by")),
        (4, ("points", 4, "dominated_by")),
        (0.99, ("points", 1, "values", "service_level", "low")),
        (0.01, ("points", 2, "campaigns", 0, "finished", "high")),
    ],
)
async def test_what_contradicts_itself_is_refused_and_named(
    desk: FrontierDesk, value: Any, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(InputError) as refused:
        await desk.keep(changed(a_frontier(), value, *path), actor=PLANNER)
    assert str(refused.value.key) in ".".join(map(str, path))
    assert await desk.page(before=None, most=1) == []


@pytest.mark.parametrize(
    ("value", "path"), [(1, ("points", 0, "threshold")), (True, ("points", 2, "best"))]
)
async def test_thresholds_rise_and_one_is_best(
    desk: FrontierDesk, value: Any, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(InputError, match="points: expected"):
        await desk.keep(changed(a_frontier(), value, *path), actor=PLANNER)
