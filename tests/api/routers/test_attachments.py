"""A photograph comes with a ticket and can be taken away again, and nothing else can."""

import io

import pytest
from PIL import Image

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import opened
from tests.doors import House


@pytest.fixture
def photo() -> bytes:
    """Give a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


async def test_a_photo_before_the_repair(house: House, photo: bytes) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)
    path = f"/v1/tickets/{ticket['number']}/attachments"
    said = agent | {"If-Match": f'"{ticket["seq"]}"', "Idempotency-Key": "photo"}

    sent = await house.client.post(
        path, files={"file": ("전.png", photo, "image/png")}, data={"phase": "before"}, headers=said
    )
    again = await house.client.post(
        path, files={"file": ("전.png", photo, "image/png")}, data={"phase": "before"}, headers=said
    )
    history = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/history", headers=agent)
    ).json()
    sha256 = history[-1]["said"]["sha256"]
    taken = await house.client.get(f"{path}/{sha256}", headers=agent)
    other = await house.client.get(f"{path}/{'0' * 64}", headers=agent)

    assert (sent.status_code, again.status_code) == (201, 201)
    assert [one["kind"] for one in history].count("attached") == 1
    assert taken.headers["content-type"] == "image/png"
    assert taken.headers["content-disposition"].startswith("attachment")
    assert Image.open(io.BytesIO(taken.content)).size == (4, 4)
    assert other.status_code == 404


async def test_a_page_in_disguise_is_not_attached(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    sent = await house.client.post(
        f"/v1/tickets/{ticket['number']}/attachments",
        files={"file": ("x.png", b"<html><script>alert(1)</script>", "image/png")},
        headers=agent | {"If-Match": f'"{ticket["seq"]}"', "Idempotency-Key": "x"},
    )

    assert sent.status_code == 422
