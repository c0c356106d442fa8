"""What a petitioner is owed is listed; who listens is told, and what was given up is not forgotten."""

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import opened
from tests.doors import House


async def test_a_new_ticket_owes_its_petitioner_a_notice(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    notices = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/notices", headers=agent)
    ).json()

    assert [(one["kind"], one["channel"], one["state"]) for one in notices] == [
        ("accepted", "sms", "waiting")
    ]


async def test_a_webhook_is_registered_switched_and_listed_without_its_secret(house: House) -> None:
    lead = await house.bearer(Role.LEAD)
    made = await house.client.post(
        "/v1/webhooks", json={"url": "https://city.example/hook", "kinds": ["closed"]}, headers=lead
    )
    off = await house.client.put(
        f"/v1/webhooks/{made.json()['id']}", json={"active": False}, headers=lead
    )
    listed = (await house.client.get("/v1/webhooks", headers=lead)).json()

    assert (made.status_code, off.status_code) == (201, 204)
    assert made.json()["secret"].startswith("whsec_")
    assert [(one["url"], one["kinds"], one["active"]) for one in listed] == [
        ("https://city.example/hook", ["closed"], False)
    ]
    assert "secret" not in listed[0]


async def test_only_what_is_dead_is_revived(house: House) -> None:
    lead = await house.bearer(Role.LEAD)

    revived = await house.client.post("/v1/dead-letters/1/revive", headers=lead)

    assert revived.status_code == 409
    assert (await house.client.get("/v1/dead-letters", headers=lead)).json() == []
