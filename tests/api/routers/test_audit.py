"""An auditor verifies a history, and takes sealed days away to verify them elsewhere."""

from callcenter.desk.audit import faults_of_export
from callcenter.domain.access import Role
from tests.api.routers.test_tickets import opened
from tests.doors import House


async def test_a_sealed_day_can_be_verified_without_the_house(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)
    house.watch.advance(days=2)
    manager = await house.bearer(Role.MANAGER)

    sound = await house.client.get(f"/v1/audit/tickets/{ticket['number']}", headers=manager)
    sealed = await house.client.post("/v1/audit/roots", headers=manager)
    day = sealed.json()[0]["day"]
    export = await house.client.get(
        "/v1/audit/export", params={"first": day, "last": day}, headers=manager
    )

    assert sound.json() == []
    assert sealed.json()[0]["events"] == 3
    assert faults_of_export(export.text.splitlines()) == []
    assert faults_of_export(export.text.replace("가로등", "신호등").splitlines()) != []


async def test_a_day_that_is_not_sealed_is_not_exported(house: House) -> None:
    manager = await house.bearer(Role.MANAGER)

    export = await house.client.get(
        "/v1/audit/export", params={"first": "2026-11-20", "last": "2026-11-20"}, headers=manager
    )

    assert export.status_code == 404
