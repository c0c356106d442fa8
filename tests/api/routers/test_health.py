"""Alive, and fit to serve."""

from pathlib import Path

from sqlalchemy import text

from callcenter.domain.access import Role
from tests.doors import House


async def test_a_process_that_answers_is_alive(house: House) -> None:
    answer = await house.client.get("/health/live")

    assert answer.json() == {"status": "live"}


async def test_a_house_is_ready_when_its_database_is(each_house: House) -> None:
    answer = await each_house.client.get("/health/ready")

    ready = answer.json()
    assert answer.status_code == 200
    assert ready["status"] == "ready"
    assert ready["database"] in {"sqlite", "postgresql"}
    assert ready["version"]
    assert ready["revision"] == ready["expected_revision"]


async def test_a_house_with_an_older_schema_is_not_ready_and_alive(each_house: House) -> None:
    async with each_house.services.store.writing() as uow:
        await uow.connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    answer = await each_house.client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["revision"] == "0000"
    assert (await each_house.client.get("/health/live")).status_code == 200


async def test_a_house_whose_database_is_gone_is_not_ready_and_says_no_more(
    house: House, tmp_path: Path
) -> None:
    agent = await house.bearer(Role.AGENT)
    await house.services.store.database.close()
    (tmp_path / "var" / "callcenter.db").unlink()
    (tmp_path / "var").rename(tmp_path / "gone")

    answer = await house.client.get("/health/ready")
    other = await house.client.get("/v1/me", headers=agent)

    assert answer.status_code == 503
    assert answer.json()["status"] == "not-ready"
    assert other.status_code == 503
    assert other.json()["code"] == "unavailable"
    assert other.headers["retry-after"] == "5"
    assert str(tmp_path) not in answer.text + other.text
