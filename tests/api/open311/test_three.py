"""The client `three` from PyPI, written for other cities, against this one over a real line."""

import asyncio
import itertools
import warnings
from typing import Any

import pytest

from callcenter.desk.accounts import By, NewKey
from callcenter.domain.access import SYSTEM, Role
from tests.doors import House
from tests.served import served

STREETLIGHT = {"lat": 37.5034, "long": 126.766, "description": "가로등이 꺼졌어요"}


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a client that still looks for Python 2's `ifilter`."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape in what it imports is of another age too
        import three as client

    return client


async def test_every_call_it_has_is_answered(house: House, three: Any) -> None:
    new = NewKey(
        name="three", roles=frozenset({Role.INTEGRATOR}), unit=None, requests_per_minute=600
    )
    _, key = await house.services.accounts.issue_key(new, by=By(actor=SYSTEM))
    async with served(house.app) as url:
        city = three.Three(f"{url}/open311/v2", api_key=key)
        said = await asyncio.to_thread(_talk, city)

    assert said["discovery"]["endpoints"][0]["type"] == "production"
    assert "streetlight" in {one["service_code"] for one in said["services"]}
    assert said["definition"]["attributes"][0]["code"] == "fault"
    assert said["posted"][0]["service_request_id"] == "2026-000001"
    assert said["token"][0]["service_request_id"] == "2026-000002"
    assert {one["service_request_id"] for one in said["requests"]} == {"2026-000001", "2026-000002"}
    assert [one["service_request_id"] for one in said["counted"]] == ["2026-000002"]
    assert said["request"][0]["description"] == "가로등이 꺼졌어요"


def _talk(city: Any) -> dict[str, Any]:
    posted = city.post(
        "streetlight", name="Gildong Hong", **{"attribute[fault]": "out"}, **STREETLIGHT
    )
    batch = city.post("traffic-signal", **(STREETLIGHT | {"description": "신호등 고장"}))
    said = {
        "discovery": city.discovery(),
        "services": city.services(),
        "definition": city.services("streetlight"),
        "posted": posted,
        "token": city.token(batch[0]["token"]),
        "requests": city.requests(),
        "counted": city.requests(count=1),
        "request": city.request(posted[0]["service_request_id"]),
    }
    city.session.close()
    return said
