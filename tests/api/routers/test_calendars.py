"""A holiday decreed at short notice moves the law's date, and not what the petitioner was told."""

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import opened
from tests.doors import House


async def test_a_temporary_holiday_moves_the_legal_date_and_not_the_promise(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent, service="grievance", attributes={})

    house.watch.advance(minutes=1)
    published = await house.client.post(
        "/v1/calendars",
        json={"source": "임시공휴일 공고", "more": {"2026-11-23": "임시공휴일"}},
        headers=manager,
    )
    after = (await house.client.get(f"/v1/tickets/{ticket['number']}", headers=agent)).json()
    clocks = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/clocks", headers=agent)
    ).json()

    assert (published.status_code, published.json()["recounted"]) == (201, 1)
    assert after["statutory_due_at"] > ticket["statutory_due_at"]
    assert after["promised_due_at"] == ticket["promised_due_at"]
    statutory = next(one for one in clocks if one["kind"] == "statutory")
    assert any("임시공휴일" in day["reason_ko"] for day in statutory["days"])
    assert statutory["calendar_version"] == published.json()["version"]


async def test_every_version_stays_and_the_newest_is_in_force(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)
    house.watch.advance(minutes=1)
    await house.client.post(
        "/v1/calendars", json={"source": "x", "more": {"2026-12-24": "임시공휴일"}}, headers=manager
    )

    versions = (await house.client.get("/v1/calendars", headers=manager)).json()
    days = (await house.client.get("/v1/calendars/current/days", headers=manager)).json()

    assert len(versions) == 2
    assert days["2026-12-24"] == "임시공휴일"
