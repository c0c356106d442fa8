"""What is known of calls and agents does not depend on how it came to be known."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import Told
from tests import databases
from tests.switchboards import Desk, a_story, messages, rows

STORY = [*a_story("pbx1"), *a_story("pbx2", start=500_000_000)]


@st.composite
def groups(draw: st.DrawFn) -> list[list[Told]]:
    """Draw the story out of order, with repeats, in groups of any size."""
    told = draw(st.permutations(STORY))
    repeats = draw(st.lists(st.sampled_from(STORY), max_size=10))
    for one in repeats:
        told.insert(draw(st.integers(0, len(told))), one)
    cuts = sorted(draw(st.lists(st.integers(1, len(told) - 1), max_size=12, unique=True)))
    return [told[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]


async def rows_after(server: databases.Server, told: Sequence[Sequence[Told]]) -> object:
    async with databases.opened(server) as database:
        desk = Desk(Store(database))
        await desk.fresh([messages(group) for group in told]).run()
        assert desk.deliveries.acknowledged == sum(map(len, told))
        return await rows(desk.store)


@pytest.fixture
def in_order(database_server: databases.Server) -> object:
    """Give the rows of the story as it was told, in one go."""
    return asyncio.run(rows_after(database_server, [STORY]))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=groups())
def test_any_order_any_repeats_and_any_groups_give_the_same_rows(
    database_server: databases.Server, in_order: object, told: list[list[Told]]
) -> None:
    assert asyncio.run(rows_after(database_server, told)) == in_order


def test_one_at_a_time_gives_the_same_rows_as_all_at_once(
    database_server: databases.Server, in_order: object
) -> None:
    assert asyncio.run(rows_after(database_server, [[told] for told in STORY])) == in_order
