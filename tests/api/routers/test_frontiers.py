"""Frontiers through the door: who may, what is answered, and that a wrong file is told where."""

import json
from typing import Any

import pytest

from callcenter.domain.access import Role
from simulation.frontier import frontier
from simulation.plan import compile_plan
from simulation.scenario import loads
from tests.dialled import CENTRE
from tests.doors import House
from tests.frontiers import a_frontier, changed, without


async def test_a_planner_keeps_one_and_finds_it_again(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    kept = await house.client.post("/v1/frontiers", json=a_frontier(), headers=planner)
    again = await house.client.post("/v1/frontiers", json=a_frontier(), headers=planner)
    quality = await house.bearer(Role.QUALITY)
    listed = await house.client.get("/v1/frontiers", headers=quality)
    found = await house.client.get(f"/v1/frontiers/{kept.json()['id']}", headers=quality)
    assert (kept.status_code, again.json()) == (201, kept.json())
    assert listed.json() == {"items": [kept.json()], "next": None}
    assert found.json() == kept.json() | {"frontier": a_frontier()}
    assert kept.json()["kept_at"] == "2026-11-20T10:00:00+09:00"


async def test_the_next_page_begins_where_one_ended(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    for seed in (1, 2, 3):
        await house.client.post("/v1/frontiers", json=a_frontier(seed=seed), headers=planner)
    first = (await house.client.get("/v1/frontiers?limit=2", headers=planner)).json()
    rest = await house.client.get(f"/v1/frontiers?cursor={first['next']}", headers=planner)
    assert [one["id"] for one in first["items"] + rest.json()["items"]] == [3, 2, 1]


@pytest.mark.parametrize("replications", [1, 3])
async def test_what_the_model_writes_is_kept_word_for_word(house: House, replications: int) -> None:
    written = frontier(
        compile_plan(loads(CENTRE)), thresholds=(0, 2), replications=replications, wanted=900
    ).to_dict()
    planner = await house.bearer(Role.PLANNER)
    kept = await house.client.post("/v1/frontiers", json=written, headers=planner)
    assert kept.status_code == 201, kept.text
    found = await house.client.get(f"/v1/frontiers/{kept.json()['id']}", headers=planner)
    assert found.json()["frontier"] == json.loads(json.dumps(written))


@pytest.mark.parametrize("role", [Role.AGENT, Role.OFFICER, Role.WALLBOARD])
async def test_who_plans_nothing_sees_none(house: House, role: Role) -> None:
    who = await house.bearer(role)
    assert (await house.client.get("/v1/frontiers", headers=who)).status_code == 403
    kept = await house.client.post("/v1/frontiers", json=a_frontier(), headers=who)
    assert kept.status_code == 403


async def test_quality_officers_look_and_keep_none(house: House) -> None:
    quality = await house.bearer(Role.QUALITY)
    kept = await house.client.post("/v1/frontiers", json=a_frontier(), headers=quality)
    assert kept.status_code == 403


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (changed(a_frontier(), "callcenter.frontier/2", "schema"), "schema"),
        (without(a_frontier(), "points", 1, "values", "successes"), "points/1/values/successes"),
        (changed(a_frontier(), 1.2, "points", 0, "finished", "share"), "points/0/finished/share"),
        (changed(a_frontier(), [], "points"), "points"),
        (a_frontier(more="said"), "more"),
        (changed(a_frontier(), 0.99, "points", 1, "values", "asa", "high"), "points"),
    ],
)
async def test_what_is_wrong_with_a_file_is_told_where(
    house: House, wrong: dict[str, Any], where: str
) -> None:
    planner = await house.bearer(Role.PLANNER)
    refused = await house.client.post("/v1/frontiers", json=wrong, headers=planner)
    assert refused.status_code == 422
    assert where in json.dumps(refused.json()["errors"])


async def test_one_that_is_not_there_is_a_404(house: House) -> None:
    planner = await house.bearer(Role.PLANNER)
    assert (await house.client.get("/v1/frontiers/1", headers=planner)).status_code == 404
