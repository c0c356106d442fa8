"""GeoReport v2 as an app and another city's software use it, in both formats."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from callcenter.desk.accounts import By, NewKey
from callcenter.desk.tickets import TicketDesk
from callcenter.domain.access import SYSTEM, Role
from callcenter.errors import StoreUnavailableError
from tests.doors import House

STREETLIGHT = {
    "service_code": "streetlight",
    "lat": "37.5034",
    "long": "126.7660",
    "description": "가로등이 꺼졌어요. 010-1234-5678 <b>급해요</b>",
    "first_name": "길동",
    "last_name": "홍",
    "phone": "010-1234-5678",
    "attribute[fault]": "out",
}


@pytest.fixture
async def key(house: House) -> str:
    """Give an app's key."""
    new = NewKey(
        name="phone app", roles=frozenset({Role.INTEGRATOR}), unit=None, requests_per_minute=600
    )
    _, text = await house.services.accounts.issue_key(new, by=By(actor=SYSTEM))
    return text


async def posted(house: House, key: str, *, suffix: str = "json", **said: str) -> httpx.Response:
    """Post a request as a form."""
    return await house.client.post(
        f"/open311/v2/requests.{suffix}", data=STREETLIGHT | {"api_key": key} | said
    )


async def number_of(answer: httpx.Response) -> str:
    """Return the number a post was answered with."""
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


@pytest.mark.parametrize(
    ("suffix", "media_type"), [("xml", "text/xml"), ("json", "application/json")]
)
async def test_discovery_names_both_endpoints_in_both_formats(
    house: House, suffix: str, media_type: str
) -> None:
    answer = await house.client.get(f"/open311/discovery.{suffix}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    if suffix == "json":
        found = answer.json()["endpoints"]
        assert [one["type"] for one in found] == ["production", "test"]
        assert found[0]["formats"] == ["text/xml", "application/json"]
    else:
        root = ET.fromstring(answer.content)  # noqa: S314 - our own answer
        assert [one.text for one in root.iterfind("endpoints/endpoint/type")] == [
            "production",
            "test",
        ]


async def test_services_are_those_the_public_may_choose(house: House) -> None:
    as_json = (await house.client.get("/open311/v2/services.json")).json()
    as_xml = ET.fromstring((await house.client.get("/open311/v2/services.xml")).content)  # noqa: S314

    codes = [one["service_code"] for one in as_json]
    assert "streetlight" in codes
    assert codes == [one.text for one in as_xml.iterfind("service/service_code")]
    assert {one["type"] for one in as_json} <= {"realtime", "batch", "blackbox"}
    hidden = {one.code for one in house.services.catalogue().services if not one.public}
    assert not hidden & set(codes)


async def test_a_definition_asks_its_questions_in_order(house: House) -> None:
    answer = (await house.client.get("/open311/v2/services/streetlight.json")).json()
    as_xml = await house.client.get("/open311/v2/services/streetlight.xml")

    assert answer["service_code"] == "streetlight"
    assert answer["attributes"][0]["code"] == "fault"
    assert answer["attributes"][0]["required"] is True
    assert {"key": "out", "name": answer["attributes"][0]["values"][0]["name"]} in answer[
        "attributes"
    ][0]["values"]
    assert "<required>true</required>" in as_xml.text
    assert as_xml.text.startswith('<?xml version="1.0" encoding="utf-8"?>')


async def test_a_post_becomes_a_ticket_and_comes_back_in_the_list(house: House, key: str) -> None:
    number = await number_of(await posted(house, key))

    one = (await house.client.get(f"/open311/v2/requests/{number}.json")).json()
    listed = (await house.client.get("/open311/v2/requests.json")).json()

    assert one == listed
    request = one[0]
    assert (request["status"], request["service_code"]) == ("open", "streetlight")
    assert (request["lat"], request["long"]) == (37.5034, 126.766)
    assert {"address", "address_id", "zipcode", "media_url"} <= set(request)
    assert request["requested_datetime"].endswith("+09:00")
    assert "010-1234-5678" not in json.dumps(one)
    assert "홍길동" not in json.dumps(one, ensure_ascii=False)


async def test_xml_shows_markup_as_text(house: House, key: str) -> None:
    answer = await posted(house, key, suffix="xml")
    number = ET.fromstring(answer.content).findtext("request/service_request_id")  # noqa: S314

    shown = await house.client.get(f"/open311/v2/requests/{number}.xml")

    assert "&lt;b&gt;급해요&lt;/b&gt;" in shown.text
    assert shown.headers["content-type"] == "text/xml; charset=utf-8"


async def test_the_same_tap_twice_is_one_ticket(house: House, key: str) -> None:
    first, again = await posted(house, key), await posted(house, key)
    house.watch.advance(minutes=11)
    later = await posted(house, key)

    assert await number_of(first) == await number_of(again) != await number_of(later)


async def test_a_batch_service_gives_a_token_that_becomes_a_number(house: House, key: str) -> None:
    batch = [
        one for one in house.services.catalogue().public_services() if one.open311_type == "batch"
    ]
    assert batch, "the catalogue shows every type"
    said = {"service_code": batch[0].code, "attribute[fault]": "", "address_string": "길주로 210"}
    answer = await posted(house, key, **said)

    assert answer.status_code == 200, answer.text
    token = answer.json()[0]["token"]
    found = (await house.client.get(f"/open311/v2/tokens/{token}.json")).json()
    assert "service_request_id" not in answer.json()[0]
    assert found[0]["token"] == token
    assert found[0]["service_request_id"].startswith("2026-")


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "cc_0_wrong"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code is needed"),
        ({"service_code": "nothing"}, 404, "service_code was not found"),
        ({"jurisdiction_id": "elsewhere"}, 404, "jurisdiction_id"),
        ({"lat": "", "long": ""}, 400, "a location is needed"),
        ({"lat": "37.5", "long": ""}, 400, "given together"),
        ({"lat": "north"}, 400, "lat must be a number"),
        ({"long": "999"}, 400, "long must be a number"),
        ({"attribute[fault]": "broken"}, 400, "attributes.fault"),
        ({"attribute[fault]": ""}, 400, "attributes.fault"),
        ({"attribute[other]": "x"}, 400, "attributes"),
        ({"description": "가" * 4001}, 400, "description is too long"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"phone": "12"}, 400, "phone"),
    ],
)
@pytest.mark.parametrize("suffix", ["xml", "json"])
async def test_a_wrong_post_is_refused_in_its_own_format(
    house: House, key: str, suffix: str, said: dict[str, str], status: int, expected: str
) -> None:
    answer = await posted(house, key, suffix=suffix, **said)

    assert answer.status_code == status, answer.text
    if suffix == "json":
        errors = answer.json()
        assert errors[0]["code"] == str(status)
        assert expected in errors[0]["description"]
    else:
        found = ET.fromstring(answer.content).findtext("error/description")  # noqa: S314
        assert expected in (found or "")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/open311/v2/nothing.json", 404),
        ("/open311/v2/services", 404),
        ("/open311/v2/services/nothing.xml", 404),
        ("/open311/v2/requests/2026-999999.json", 404),
        ("/open311/v2/requests/..%2f..%2fetc.json", 404),
        ("/open311/v2/tokens/none.xml", 404),
        ("/open311/v2/requests.json?start_date=yesterday", 400),
        (
            "/open311/v2/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z",
            400,
        ),
        ("/open311/v2/requests.json?status=maybe", 400),
        ("/open311/v2/requests.json?page=0", 400),
        ("/open311/v2/requests.json?start_date=9999-12-31T23:59:59Z", 400),
        ("/open311/v2/requests.json?end_date=0001-01-01T00:00:00Z", 400),
        ("/open311/v2/services.json?jurisdiction_id=elsewhere", 404),
    ],
)
async def test_a_wrong_question_is_answered_with_errors(
    house: House, path: str, status: int
) -> None:
    answer = await house.client.get(path)

    assert answer.status_code == status, answer.text
    if ".json" in path:
        assert answer.json()[0]["code"] == str(status)
    else:
        assert ET.fromstring(answer.content).tag == "errors"  # noqa: S314


async def test_a_list_is_filtered_by_ids_services_status_and_dates(house: House, key: str) -> None:
    first = await number_of(await posted(house, key))
    second = await number_of(
        await posted(house, key, service_code="sidewalk", **{"attribute[fault]": ""})
    )

    async def listed(**said: str) -> list[str]:
        answer = await house.client.get("/open311/v2/requests.json", params=said)
        return [one["service_request_id"] for one in answer.json()]

    assert await listed(service_request_id=f"{first},{second}", status="closed") == [first, second]
    assert await listed(service_code="sidewalk,noise") == [second]
    assert await listed(status="closed") == []
    assert set(await listed(status="open,closed")) == {first, second}
    assert await listed(start_date="2026-01-01T00:00:00Z", end_date="2026-02-01T00:00:00Z") == []
    assert await listed(page="1", page_size="1") == [second]
    assert await listed(page="2", page_size="1") == [first]
    assert await listed(page="3", page_size="1") == []
    assert await listed(page="99999", page_size="200") == []
    assert await listed(service_code="", status="") == await listed()


async def test_what_is_not_public_is_not_there(house: House, key: str) -> None:
    number = await number_of(await posted(house, key))
    async with house.services.store.writing() as uow:
        from sqlalchemy import text

        await uow.connection.execute(text("UPDATE ticket SET public = false"))

    assert (await house.client.get(f"/open311/v2/requests/{number}.json")).status_code == 404
    assert (await house.client.get("/open311/v2/requests.json")).json() == []
    by_id = await house.client.get(f"/open311/v2/requests.json?service_request_id={number}")
    assert by_id.json() == []


async def test_the_test_endpoint_checks_and_keeps_nothing(house: House, key: str) -> None:
    answer = await house.client.post(
        "/open311/test/v2/requests.json", data=STREETLIGHT | {"api_key": key}
    )

    assert answer.json()[0]["service_request_id"].startswith("test-")
    assert (await house.client.get("/open311/v2/requests.json")).json() == []


async def test_a_photo_in_a_form_is_attached_to_the_ticket(
    house: House, key: str, photo: bytes
) -> None:
    answer = await house.client.post(
        "/open311/v2/requests.json",
        data=STREETLIGHT | {"api_key": key},
        files={"media": ("light.png", photo, "image/png")},
    )
    number = await number_of(answer)

    async with house.services.store.reading() as uow:
        kinds = [one.event.kind for one in await uow.tickets.history(number)]
    assert kinds == ["submitted", "attached"]


async def test_a_file_that_cannot_be_kept_leaves_no_ticket_behind(
    house: House, key: str, photo: bytes
) -> None:
    async def taps(content: bytes) -> httpx.Response:
        said = STREETLIGHT | {"api_key": key}
        files = {"media": ("light.png", content, "image/png")}
        return await house.client.post("/open311/v2/requests.json", data=said, files=files)

    refused = await taps(b"no picture")
    left = (await house.client.get("/open311/v2/requests.json")).json()
    number = await number_of(await taps(photo))

    assert (refused.status_code, left) == (400, [])
    assert number == "2026-000001"


async def test_a_tap_cut_off_before_its_photo_gets_it_with_the_next(
    house: House, key: str, photo: bytes
) -> None:
    number = await number_of(await posted(house, key))
    for _ in range(2):
        again = await house.client.post(
            "/open311/v2/requests.json",
            data=STREETLIGHT | {"api_key": key},
            files={"media": ("light.png", photo, "image/png")},
        )
        assert await number_of(again) == number

    async with house.services.store.reading() as uow:
        kinds = [one.event.kind for one in await uow.tickets.history(number)]
    assert kinds == ["submitted", "attached"]


@pytest.mark.parametrize(
    ("trouble", "status"), [(StoreUnavailableError("locked"), 503), (ValueError("odd"), 500)]
)
async def test_what_the_house_cannot_do_is_not_blamed_on_the_app(
    house: House, key: str, monkeypatch: pytest.MonkeyPatch, trouble: Exception, status: int
) -> None:
    async def opened(*_said: object, **_more: object) -> None:
        raise trouble

    monkeypatch.setattr(TicketDesk, "open", opened)
    answer = await posted(house, key)

    assert (answer.status_code, answer.json()[0]["code"]) == (status, str(status))
    assert ("retry-after" in answer.headers) is (status == 503)
    assert str(trouble) not in answer.text


async def test_a_title_is_the_first_line_that_can_be_seen(house: House, key: str) -> None:
    number = await number_of(await posted(house, key, description="\u200b\n가로등이 꺼졌어요"))
    unseen = await posted(house, key, description="\u200b")

    async with house.services.store.reading() as uow:
        ticket = await uow.tickets.get(number)
    assert ticket is not None
    assert ticket.title == "가로등이 꺼졌어요"
    assert unseen.status_code == 400


@pytest.fixture
def photo() -> bytes:
    """Give the smallest picture there is."""
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(buffer, "PNG")
    return buffer.getvalue()


async def test_a_form_in_another_encoding_is_refused(house: House, key: str) -> None:
    body = f"api_key={key}&service_code=streetlight&lat=37.5&long=126.7&description=".encode()
    answer = await house.client.post(
        "/open311/v2/requests.json",
        content=body + b"%B0%A1%B7%CE%B5%EE",
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=euc-kr"},
    )

    assert (answer.status_code, answer.json()[0]["description"]) == (400, "values must be UTF-8")


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    said=st.dictionaries(
        st.sampled_from([*STREETLIGHT, "jurisdiction_id", "attribute[]", "attribute[fault][]"]),
        st.text(max_size=40),
        max_size=6,
    )
)
async def test_no_form_makes_the_house_fall(house: House, key: str, said: dict[str, Any]) -> None:
    answer = await posted(house, key, **said)

    assert answer.status_code in {200, 400, 403, 404}
