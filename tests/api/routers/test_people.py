"""Personal data is behind masks; who lifts one says why, and is remembered."""

from sqlalchemy import select

from callcenter.domain.access import Role
from callcenter.store.tables.people import PERSONAL_ACCESS
from tests.api.routers.test_tickets import opened
from tests.doors import House


async def test_everybody_of_the_house_sees_masks(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    shown = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/petitioner", headers=agent)
    ).json()

    assert (shown["name"], shown["phone"]) == ("홍*동", "010-****-5678")


async def test_a_look_is_answered_and_remembered(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    seen = await house.client.post(
        f"/v1/tickets/{ticket['number']}/petitioner/look",
        json={"fields": ["phone"], "purpose": "결과 회신 전화"},
        headers=agent,
    )

    assert (seen.status_code, seen.json()["phone"]) == (200, "010-1234-5678")
    async with house.services.store.reading() as uow:
        looked = (await uow.connection.execute(select(PERSONAL_ACCESS))).one()
    assert (looked.fields, looked.purpose, looked.ticket) == (
        "phone",
        "결과 회신 전화",
        ticket["number"],
    )


async def test_a_look_without_a_purpose_is_refused(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    seen = await house.client.post(
        f"/v1/tickets/{ticket['number']}/petitioner/look",
        json={"fields": ["phone"], "purpose": "  "},
        headers=agent,
    )

    assert seen.status_code == 422


async def test_another_department_sees_nobody(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    stranger = await house.bearer(Role.OFFICER, unit="library")
    ticket = await opened(house, agent)

    seen = await house.client.post(
        f"/v1/tickets/{ticket['number']}/original",
        json={"purpose": "궁금해서 봅니다"},
        headers=stranger,
    )

    assert seen.status_code == 403


async def test_the_text_as_it_was_written_is_kept_sealed(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    seen = await house.client.post(
        f"/v1/tickets/{ticket['number']}/original",
        json={"purpose": "전화번호 확인"},
        headers=agent,
    )

    assert "010-1234-5678" in seen.json()["body"]


async def test_a_caller_is_found_by_the_number_they_call_from(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    found = await house.client.post(
        "/v1/people/search", json={"phone": "+82 10 1234 5678"}, headers=agent
    )
    listed = await house.client.get(
        "/v1/tickets", params={"petitioner": found.json()[0]}, headers=agent
    )

    assert [one["number"] for one in listed.json()["items"]] == [ticket["number"]]
