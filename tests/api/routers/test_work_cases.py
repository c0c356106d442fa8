"""Two citizens, one dark lamp: one case, two petitions, two answers."""

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import given, opened
from tests.doors import House


async def test_a_neighbour_is_suggested_linked_and_answered_by_herself(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    first = await opened(house, agent)
    house.watch.advance(minutes=5)
    second = await opened(house, agent, petitioner=None)

    like = (await house.client.get(f"/v1/tickets/{second['number']}/similar", headers=agent)).json()
    case = (
        await house.client.post("/v1/work-cases", json={"ticket": first["number"]}, headers=agent)
    ).json()
    linked = await house.client.post(
        f"/v1/work-cases/{case['code']}/tickets",
        json={"tickets": [second["number"]]},
        headers=agent,
    )
    now = (await house.client.get(f"/v1/tickets/{first['number']}", headers=agent)).json()
    await given(house, agent, now, "take")
    proposals = (
        await house.client.post(
            f"/v1/work-cases/{case['code']}/close",
            json={"resolution": "전구를 갈았습니다."},
            headers=agent,
        )
    ).json()
    again = await house.client.post(
        f"/v1/work-cases/{case['code']}/close", json={"resolution": "또"}, headers=agent
    )

    assert [one["number"] for one in like] == [first["number"]]
    assert like[0]["reason_ko"]
    assert linked.json()["tickets"] == [first["number"], second["number"]]
    assert {one["ticket"]: one["command"] for one in proposals}[first["number"]] == "resolve"
    assert len(proposals) == 2, "each petitioner is answered"
    assert again.status_code == 409


async def test_what_is_being_said_is_compared_before_it_is_a_petition(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    first = await opened(house, agent)

    like = await house.client.post(
        "/v1/similar",
        json={
            "service": "streetlight",
            "place": {"lat": 37.5031, "lon": 126.7661},
            "text": "시청 앞 가로등이 꺼져 있어요",
        },
        headers=agent,
    )

    assert [one["number"] for one in like.json()] == [first["number"]]
