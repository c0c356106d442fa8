import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.schemas.live import FrameShape
from callcenter.domain.access import Role
from callcenter.telephony.commands import MoveAgents
from tests.api.living import Living, a_call, a_living_house
from tests.doors import House

CALL = "17"
AGENT = "general-07"


@pytest.fixture
async def living(tmp_path: Path) -> AsyncIterator[Living]:
    async with a_living_house(tmp_path) as living:
        yield living


def talking(found: dict[str, Any]) -> bool:
    return [agent["state"] for agent in found["agents"]["list"]] == ["talking"]


async def test_the_board_shows_what_the_switch_says(living: Living) -> None:
    lead = await living.house.bearer(Role.LEAD)
    empty = await living.get(lead)
    await living.switch.beat()
    await a_call(living.switch, agent=AGENT)
    await a_call(living.switch, call="18")

    shown = await living.until(
        lead, lambda found: (found["waiting"]["count"], found["today"]["offered"]) == (1, 2)
    )

    FrameShape.model_validate_json(json.dumps(shown))
    assert (empty["today"]["offered"], empty["sources"]) == (0, [])
    assert [call["call"] for call in shown["waiting"]["calls"]] == ["18"]
    assert shown["today"]["offered"] == 2
    assert shown["today"]["invariant"]
    (agent,) = shown["agents"]["list"]
    assert (agent["agent"], agent["state"], agent["call"]) == (AGENT, "talking", CALL)
    (source,) = shown["sources"]
    assert (source["source"], source["state"]) == ("sim1", "live")
    assert shown["forecast"] == {
        "source": "none", "by_now": None, "deviation": None, "day_total": None,
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.AGENT, Role.WALLBOARD, Role.PLANNER])
async def test_a_wall_shows_no_names(living: Living, role: Role) -> None:
    lead, wall = await living.house.bearer(Role.LEAD), await living.house.bearer(role)
    await living.switch.beat()
    await a_call(living.switch, agent=AGENT)
    await living.until(lead, talking)

    shown = await living.get(wall)

    FrameShape.model_validate_json(json.dumps(shown))
    assert [agent["agent"] for agent in shown["agents"]["list"]] == ["상담사 1"]
    assert AGENT not in json.dumps(shown)
    assert all(agent["call"] is None for agent in shown["agents"]["list"])
    assert shown["agents"]["list"][0]["state"] == "talking"


async def test_who_has_the_current_frame_is_not_told_it_again(living: Living) -> None:
    lead, wall = await living.house.bearer(Role.LEAD), await living.house.bearer(Role.WALLBOARD)
    client = living.house.client
    first = await client.get("/v1/live", headers=lead)
    tag = {"If-None-Match": first.headers["etag"]}

    same = await client.get("/v1/live", headers=lead | tag)
    other = await client.get("/v1/live", headers=wall | tag)

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


async def test_the_board_of_a_moment_past_is_as_it_was(living: Living) -> None:
    lead = await living.house.bearer(Role.LEAD)
    await living.switch.beat()
    await a_call(living.switch, agent=AGENT)
    await living.until(lead, lambda found: found["today"]["offered"] == 1)
    then = living.house.watch().isoformat().replace("+00:00", "Z")
    living.house.watch.advance(minutes=10)
    await living.switch.beat()
    await a_call(living.switch, call="18")
    now = await living.until(lead, lambda found: found["today"]["offered"] == 2)

    past = await living.get(lead, f"/v1/live?at={then.replace(':00Z', ':01Z')}")

    FrameShape.model_validate_json(json.dumps(past))
    assert (past["replay"], now["replay"]) == (True, False)
    assert past["today"]["offered"] == 1
    assert past["tickets"] is None
    for moment in ("2020-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        nobody = await living.house.client.get(f"/v1/live?at={moment}", headers=lead)
        assert nobody.status_code == 404


async def test_a_supervisors_command_reaches_the_switch_and_its_answer_is_kept(
    living: Living,
) -> None:
    lead = await living.house.bearer(Role.LEAD)
    client = living.house.client
    obeying = asyncio.create_task(living.switch.obey_one())
    said = {
        "source": "sim1",
        "command": {"order": "move_agents", "count": 1, "group": "general", "to": "tax"},
    }

    given = await client.post("/v1/live/commands", json=said, headers=lead)
    obeyed = await asyncio.wait_for(obeying, 10)

    assert given.status_code == 202
    assert obeyed == MoveAgents(count=1, group="general", to="tax")
    kept = {"answer": None}
    async with asyncio.timeout(10):
        while kept["answer"] is None:
            (kept,) = (await client.get("/v1/live/commands", headers=lead)).json()
    assert kept["accepted"]
    assert kept["answer"]["en"] == "moved one"
    assert (kept["actor"], kept["command"]) == ("one-lead", said["command"])


@pytest.mark.parametrize(
    "command",
    [
        {"order": "surge", "queue": "general", "factor": 0.5, "minutes": 10},
        {"order": "send_agents", "count": 1, "group": "general", "errand": "lunch"},
        {"order": "move_agents", "count": 0, "group": "general", "to": "tax"},
        {"order": "move_agents", "count": 1, "group": "a/b", "to": "tax"},
        {"order": "dance"},
    ],
)
async def test_what_is_no_command_is_refused(living: Living, command: dict[str, object]) -> None:
    lead = await living.house.bearer(Role.LEAD)
    said = {"source": "sim1", "command": command}

    answer = await living.house.client.post("/v1/live/commands", json=said, headers=lead)

    assert answer.status_code == 422


async def test_a_silent_switch_raises_an_alert_that_somebody_takes_on(living: Living) -> None:
    lead = await living.house.bearer(Role.LEAD)
    client = living.house.client
    await living.switch.beat()
    await living.until(lead, lambda found: bool(found["sources"]))
    living.house.watch.advance(seconds=30)

    shown = await living.until(lead, lambda found: bool(found["alerts"]))
    (alert,) = shown["alerts"]
    taken = await client.post(
        f"/v1/live/alerts/{alert['id']}/acknowledge", json={"owner": "김 파트장"}, headers=lead
    )
    after = await living.until(lead, lambda found: bool(found["alerts"][0]["owner"]))

    assert (alert["rule"], alert["severity"], alert["owner"]) == ("source-silent", "bad", None)
    assert (shown["sources"][0]["state"], shown["speed"]) == ("late", 1.0)
    assert taken.json()["acknowledged_by"] == "one-lead"
    assert after["alerts"][0]["owner"] == "김 파트장"
    assert (await client.get("/v1/live/alerts", headers=lead)).json()[0]["id"] == alert["id"]
    await living.switch.beat()
    await living.until(lead, lambda found: not found["alerts"])
    over = (await client.get("/v1/live/alerts", headers=lead)).json()[0]
    assert over["cleared"] is not None


async def test_the_clock_of_a_fast_switch_is_the_centres(living: Living) -> None:
    lead = await living.house.bearer(Role.LEAD)
    await living.switch.beat(speed=60.0)
    before = await living.until(lead, lambda found: found["speed"] == 60.0)
    living.house.watch.advance(seconds=2)
    after = await living.get(lead)

    assert before["now"].startswith("2026-11-20T09:59:45"), "a quarter of a second behind"
    assert after["now"].startswith("2026-11-20T10:01:45")


async def test_the_series_say_what_the_board_says(living: Living) -> None:
    manager = await living.house.bearer(Role.MANAGER)
    await living.switch.beat()
    await a_call(living.switch, agent=AGENT)
    await living.until(manager, talking)

    series = (await living.house.client.get("/metrics", headers=manager)).text

    assert 'cc_calls_offered_total{queue="general"} 1.0' in series
    assert 'cc_agents{queue="general",state="talking"} 1.0' in series
    waits = 'cc_call_wait_seconds_bucket{ending="answered",le="20.0",queue="general"} 1.0'
    assert waits in series
    assert 'cc_sequence_gaps_total{source="sim1"} 0.0' in series
    assert "cc_invariant_violations_total 0.0" in series
    assert 'cc_source_last_heartbeat_timestamp_seconds{source="sim1"} 1.7' in series
    assert AGENT not in series


async def test_where_nothing_listens_there_is_no_board_of_now(house: House) -> None:
    lead = await house.bearer(Role.LEAD)

    now = await house.client.get("/v1/live", headers=lead)
    stream = await house.client.get("/v1/live/stream", headers=lead)

    assert (now.status_code, now.json()["code"]) == (409, "refused")
    assert (stream.status_code, stream.json()["code"]) == (409, "refused")
