"""A manager gives a figure a new meaning from a day on; the past keeps its own, and it is written down."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from callcenter.clock import SECOND
from callcenter.desk.definitions import DefinitionDesk, NewVersion
from callcenter.errors import InputError, NotFoundError, StaleError
from callcenter.measures.definitions import DEFINITIONS
from callcenter.store.tables.definitions import MEASURE_DEFINITION
from callcenter.store.unit_of_work import Store
from tests import builders
from tests.desks import Watch

TODAY = date(2026, 11, 20)
TONIGHT = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
"""Half past midnight of today in Korea, when it is still yesterday in UTC."""
GOALS = {"goal", "floor"}
KIM = builders.an_actor("kim")


def desk_on(store: Store) -> DefinitionDesk:
    return DefinitionDesk(store=store, now=Watch(TONIGHT))


async def redefined(store: Store, definition: str = "sl-b", replaces: int = 1, **said: Any) -> Any:
    new = NewVersion(**({"valid_from": TODAY} | said))
    return await desk_on(store).redefine(definition, new, replaces=replaces, actor=KIM)


async def test_a_version_comes_back_as_it_was_given(store: Store) -> None:
    given = await redefined(
        store, threshold=30 * SECOND, flow_outs=True, ko="시 계약 기준", source="2026 계약서"
    )

    shelf = await desk_on(store).shelf()

    assert shelf.versions("sl-b")[1] == given
    assert shelf.on("sl-b", TODAY) == given
    assert (given.version, given.by, given.late_waiting) == (2, "kim", True)


async def test_a_goal_holds_from_a_day_on_with_its_floor(store: Store) -> None:
    await redefined(store, goal=0.9, floor=0.85)

    shelf = await desk_on(store).shelf()

    assert [(one.goal, one.floor) for one in shelf.versions("sl-b")] == [(0.8, 0.7), (0.9, 0.85)]


async def test_a_version_of_before_there_were_goals_has_that_of_the_house(store: Store) -> None:
    await redefined(store, threshold=30 * SECOND)
    async with store.writing() as uow:
        row = (await uow.connection.execute(select(MEASURE_DEFINITION))).mappings().one()
        body = {name: said for name, said in json.loads(row["body"]).items() if name not in GOALS}
        old = dict(row) | {"version": 3, "body": json.dumps(body)}
        await uow.connection.execute(insert(MEASURE_DEFINITION).values(old))

    shelf = await desk_on(store).shelf()

    last = shelf.versions("sl-b")[-1]
    assert (last.version, last.threshold, last.goal, last.floor) == (3, 30 * SECOND, 0.8, 0.7)


async def test_other_words_in_english_take_back_what_was_said_in_korean(store: Store) -> None:
    given = await redefined(store, population="answered legs")
    again = await redefined(store, replaces=2, source="contract", source_ko="계약서")

    assert (given.population_ko, given.source_ko) == ("", DEFINITIONS["sl-b"].source_ko)
    assert (again.population, again.source_ko) == ("answered legs", "계약서")


async def test_it_is_written_down_who_did_it(store: Store) -> None:
    await redefined(store, threshold=30 * SECOND)

    async with store.reading() as uow:
        (act,) = await uow.admin_acts.page(before=None, most=10)
    assert (act.act, act.subject, act.actor) == ("definition.redefined", "sl-b", "kim")


async def test_who_read_an_older_version_is_told_so(store: Store) -> None:
    await redefined(store, short=0)

    with pytest.raises(StaleError):
        await redefined(store, short=SECOND)
    assert len((await desk_on(store).shelf()).versions("sl-b")) == 2


async def test_a_version_of_a_number_is_written_once(store: Store) -> None:
    given = await redefined(store, short=0)

    async with store.writing() as uow:
        assert not await uow.definitions.add(given, at=TONIGHT)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"valid_from": date(2026, 11, 19)}, "valid_from"),
        ({"formula": "answered % offered"}, "formula"),
        ({"formula": "happiness / offered"}, "formula"),
        ({"formula": "answered"}, "formula"),
        ({"threshold": -1}, "threshold"),
        ({"short": 3_601 * SECOND}, "short"),
        ({"floor": 0.9}, "floor"),
        ({"goal": 0.6}, "floor"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    store: Store, said: dict[str, Any], key: str
) -> None:
    with pytest.raises(InputError) as refused:
        await redefined(store, **said)
    assert refused.value.key == key


async def test_what_nobody_defined_cannot_be_redefined(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await redefined(store, "happiness")
