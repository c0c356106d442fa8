import json
from pathlib import Path

from callcenter.domain.access import Role
from tests.doors import House, a_house


async def test_where_nothing_listens_there_is_no_board_of_now(house: House) -> None:
    lead = await house.bearer(Role.LEAD)

    now = await house.client.get("/v1/live", headers=lead)
    stream = await house.client.get("/v1/live/stream", headers=lead)

    assert (now.status_code, now.json()["code"]) == (503, "unavailable")
    assert (stream.status_code, stream.json()["code"]) == (503, "unavailable")
