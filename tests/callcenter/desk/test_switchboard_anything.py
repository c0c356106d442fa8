"""Whatever a sender says that can be read at all, the switchboard lives on, and so do the others."""

import asyncio

from hypothesis import HealthCheck, given, settings, strategies as st

from callcenter.bus.codec import write
from callcenter.bus.port import Message
from callcenter.desk.rebuilding import Rebuilding
from callcenter.errors import CallCenterError
from callcenter.store.unit_of_work import Store
from callcenter.telephony.events import Told
from tests import databases
from tests.callcenter.bus import strategies
from tests.switchboards import SITE, Desk, rows

SOURCES = st.sampled_from(["pbx1", "pbx2"]) | strategies.NAMES


def letters(told: list[Told]) -> list[Message]:
    found = []
    for one in told:
        try:
            found.append(write(one, site=SITE))
        except CallCenterError:
            continue  # no sender of ours could say it either
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(groups=st.lists(st.lists(strategies.told(SOURCES), max_size=8), max_size=6))
def test_all_is_acknowledged_and_can_be_made_anew(
    database_server: databases.Server, groups: list[list[Told]]
) -> None:
    async def check() -> None:
        async with databases.opened(database_server) as database:
            desk = Desk(Store(database))
            given_groups = [letters(group) for group in groups]
            await desk.fresh(given_groups).run()
            assert desk.board is not None
            await desk.board.settle()
            assert desk.deliveries.acknowledged == sum(map(len, given_groups))
            lived = await rows(desk.store)
            await Rebuilding(desk.store, site=SITE).run(each=lambda _: None)
            assert await rows(desk.store) == lived
            await desk.fresh().run()

    asyncio.run(check())
