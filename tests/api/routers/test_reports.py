"""What a manager reads, and what a citizen answers."""

from typing import Any

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import given, opened
from tests.doors import House


async def closed(house: House, headers: dict[str, str]) -> dict[str, Any]:
    """Open a ticket and work it to its end."""
    ticket = await opened(house, headers)
    for command, said in (
        ("take", {}),
        ("resolve", {"outcome": "done", "answer": "전구를 갈았습니다."}),
        ("notify_result", {}),
        ("close", {}),
    ):
        ticket = await given(house, headers, ticket, command, **said)
    return ticket


async def test_a_day_is_reported_with_every_rate_and_its_definition(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    await opened(house, agent)
    await closed(house, agent)
    await house.services.reports.bring_up_to_date()

    answer = await house.client.get(
        "/v1/reports/tickets", params={"first": "2026-11-20", "last": "2026-11-20"}, headers=agent
    )

    report = answer.json()
    assert (report["received"], report["closed"], report["backlog"]["open"]) == (2, 1, 1)
    rates = {one["definition"]["name"]: one for one in report["rates"]}
    assert set(rates) == {"flow", "cohort", "on_time"}
    assert rates["flow"]["value"] == 0.5
    assert rates["on_time"]["interval"]["low"] < 1
    assert rates["cohort"]["definition"]["formula_ko"]
    assert report["days"][0]["received"] == 2


async def test_a_citizen_answers_once_by_the_link(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await closed(house, agent)
    link = house.services.surveys.link(ticket["number"], closing=1)
    token = link.rsplit("/", 1)[1]

    async with house.services.store.writing() as uow:
        from sqlalchemy import text

        await uow.connection.execute(text("UPDATE survey SET sampled = true"))
    question = await house.client.get(f"/v1/surveys/{token}")
    first = await house.client.post(
        f"/v1/surveys/{token}", json={"score": 5, "comment": "고맙습니다 010-9999-8888"}
    )
    second = await house.client.post(f"/v1/surveys/{token}", json={"score": 1})
    forged = await house.client.get(f"/v1/surveys/{token[:-2]}xx")
    found = await house.client.get(
        "/v1/reports/satisfaction",
        params={"first": "2026-11-20", "last": "2026-11-20"},
        headers=agent,
    )

    assert question.json()["number"] == ticket["number"]
    assert "홍길동" not in question.text
    assert (first.status_code, second.status_code, forged.status_code) == (204, 409, 404)
    assert found.json()["all"]["scores"] == [0, 0, 0, 0, 1]
    assert found.json()["all"]["ranked"] is False
