"""A ticket through the doors: opened while the caller speaks, commanded, explained, closed."""

from typing import Any

import pytest

from callcenter.domain.access import Role
from tests.doors import House

PETITION: dict[str, Any] = {
    "channel": "phone120",
    "service": "streetlight",
    "title": "가로등이 꺼져 있어요",
    "body": "시청 앞 가로등이 사흘째 꺼져 있습니다. 연락은 010-1234-5678로 주세요.",
    "attributes": {"fault": ["out"]},
    "place": {"lat": 37.503, "lon": 126.766, "address": "길주로 210"},
    "petitioner": {"name": "홍길동", "phone": "010-1234-5678"},
}


async def opened(house: House, headers: dict[str, str], **said: Any) -> dict[str, Any]:
    """Open a ticket as somebody."""
    answer = await house.client.post(
        "/v1/tickets",
        json=PETITION | said,
        headers=headers | {"Idempotency-Key": f"k{len(house.lines())}"},
    )
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"name": "홍길동", "phone": "12"}, "#/petitioner/phone"),
        ({"phone": "010-1234-5678", "email": "nobody"}, "#/petitioner/email"),
        ({"address": "가 " * 99, "name": "김 " * 60}, "#/petitioner/name"),
    ],
)
async def test_a_contact_that_is_none_is_pointed_at(
    house: House, said: dict[str, str], pointer: str
) -> None:
    headers = await house.bearer(Role.AGENT)

    answer = await house.client.post(
        "/v1/tickets",
        json=PETITION | {"petitioner": said},
        headers=headers | {"Idempotency-Key": "k"},
    )

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e\u2066", "\ufdd0", "\u0007"])
async def test_a_text_that_nobody_can_see_is_none(house: House, unseen: str) -> None:
    headers = await house.bearer(Role.AGENT)
    ticket = await opened(house, headers)

    petition = await house.client.post(
        "/v1/tickets",
        json=PETITION | {"title": unseen},
        headers=headers | {"Idempotency-Key": "unseen"},
    )
    note = await house.client.post(
        f"/v1/tickets/{ticket['number']}/commands/note",
        json={"text": unseen},
        headers=headers | {"If-Match": f'"{ticket["seq"]}"', "Idempotency-Key": "note"},
    )

    for answer, name in ((petition, "title"), (note, "text")):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"#/{name}"


async def test_a_question_says_where_its_answer_stands(house: House) -> None:
    headers = await house.bearer(Role.AGENT)

    services = (await house.client.get("/v1/service-types", headers=headers)).json()

    questions = [question for service in services for question in service["questions"]]
    assert {"기둥 번호판의 숫자", None} <= {question["hint_ko"] for question in questions}
    assert {"The digits on its plate", None} <= {question["hint_en"] for question in questions}


async def given(
    house: House, headers: dict[str, str], ticket: dict[str, Any], command: str, **said: Any
) -> dict[str, Any]:
    """Give a ticket a command as somebody."""
    answer = await house.client.post(
        f"/v1/tickets/{ticket['number']}/commands/{command}",
        json=said,
        headers=headers
        | {"If-Match": f'"{ticket["seq"]}"', "Idempotency-Key": f"{command}{ticket['seq']}"},
    )
    assert answer.status_code == 200, answer.text
    after: dict[str, Any] = answer.json()
    return after


async def test_a_call_becomes_a_ticket_with_a_number_a_unit_and_a_date(house: House) -> None:
    agent = await house.bearer(Role.AGENT)

    ticket = await opened(house, agent)

    assert ticket["number"] == "2026-000001"
    assert ticket["state"] == {"code": "routed", "name_ko": "부서 배정", "name_en": None}
    assert ticket["unit"]["code"]
    assert ticket["statutory_due_at"].endswith("+09:00")
    assert "010-1234-5678" not in str(ticket)
    assert "[전화번호]" in ticket["body"]


async def test_the_same_key_gives_the_same_number_and_another_body_is_refused(house: House) -> None:
    agent = await house.bearer(Role.AGENT) | {"Idempotency-Key": "one"}

    first = await house.client.post("/v1/tickets", json=PETITION, headers=agent)
    again = await house.client.post("/v1/tickets", json=PETITION, headers=agent)
    other = await house.client.post(
        "/v1/tickets", json=PETITION | {"title": "다른 신고"}, headers=agent
    )

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


async def test_a_petition_is_worked_answered_and_closed(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)
    officer = await house.bearer(Role.OFFICER, unit=ticket["unit"]["code"])

    for command, said in (
        ("take", {}),
        ("request_supplement", {"asked": "가로등 번호를 알려 주세요."}),
        ("receive_supplement", {"received": "12-34호"}),
        ("extend", {"period": ticket["period"] | {"name_ko": None}, "reason": "부품 대기"}),
        ("resolve", {"outcome": "done", "answer": "전구를 갈았습니다."}),
        ("notify_result", {}),
        ("close", {}),
    ):
        said.get("period", {}).pop("name_ko", None)  # type: ignore[attr-defined]
        ticket = await given(house, officer, ticket, command, **said)

    assert ticket["state"]["code"] == "closed"
    assert ticket["outcome"]["name_ko"] == "처리"
    assert ticket["on_time"] is True
    history = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/history", headers=agent)
    ).json()
    assert [event["seq"] for event in history] == list(range(1, ticket["seq"] + 1))


async def test_an_illegal_move_says_why_in_two_languages(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    answer = await house.client.post(
        f"/v1/tickets/{ticket['number']}/commands/close",
        json={},
        headers=agent | {"If-Match": f'"{ticket["seq"]}"', "Idempotency-Key": "x"},
    )

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["reason"]) == (
        409,
        "refused",
        "wrong-state",
    )
    assert "'부서 배정' 상태에서는 '종결'" in problem["detail"]
    assert "close needs one of notified" in problem["detail_en"]


@pytest.mark.parametrize(
    ("condition", "status"), [(None, 428), ('"1"', 412), ('W/"3"', 412), ("seq", 400), ("*", 428)]
)
async def test_a_command_names_the_version_it_is_meant_for(
    house: House, condition: str | None, status: int
) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)
    headers = agent | {"Idempotency-Key": "y"} | ({"If-Match": condition} if condition else {})

    answer = await house.client.post(
        f"/v1/tickets/{ticket['number']}/commands/note", json={"text": "확인"}, headers=headers
    )

    assert answer.status_code == status


async def test_why_is_my_deadline_that_day(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    clocks = (
        await house.client.get(f"/v1/tickets/{ticket['number']}/clocks", headers=agent)
    ).json()

    statutory = next(clock for clock in clocks if clock["kind"] == "statutory")
    assert statutory["due_at"] == ticket["statutory_due_at"]
    assert statutory["summary_ko"]
    assert {"day", "counted", "number", "reason_ko", "reason_en"} == set(statutory["days"][0])


async def test_the_commands_listed_are_the_commands_allowed(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    stranger = await house.bearer(Role.OFFICER, unit="water")
    ticket = await opened(house, agent)
    path = f"/v1/tickets/{ticket['number']}/commands"

    mine = {one["command"] for one in (await house.client.get(path, headers=agent)).json()}
    theirs = {one["command"] for one in (await house.client.get(path, headers=stranger)).json()}

    assert {"take", "route", "withdraw", "note"} <= mine
    assert theirs == {"note"} | ({"link_case", "attach"} & theirs)


async def test_a_machine_sees_only_what_it_opened(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    machine = await house.bearer(Role.INTEGRATOR)
    theirs = await opened(house, agent)
    own = await opened(house, machine, channel="voc", external_ref="voc-1")

    listed = (await house.client.get("/v1/tickets", headers=machine)).json()
    other = await house.client.get(f"/v1/tickets/{theirs['number']}", headers=machine)

    assert [one["number"] for one in listed["items"]] == [own["number"]]
    assert own["state"]["code"] == "submitted"
    assert other.status_code == 404


async def test_a_list_goes_on_where_it_ended(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    numbers = {(await opened(house, agent))["number"] for _ in range(5)}

    found, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await house.client.get("/v1/tickets", params=query, headers=agent)).json()
        found += [one["number"] for one in page["items"]]
        cursor = page.get("next")
        if cursor is None:
            break
    forged = await house.client.get("/v1/tickets", params={"cursor": "x.y"}, headers=agent)

    assert (len(found), set(found)) == (5, numbers)
    assert forged.status_code == 422


async def test_a_ticket_is_found_by_a_word_with_its_particle(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)

    found = (await house.client.get("/v1/tickets", params={"q": "가로등"}, headers=agent)).json()
    none = (await house.client.get("/v1/tickets", params={"q": "여권"}, headers=agent)).json()

    assert [one["number"] for one in found["items"]] == [ticket["number"]]
    assert none["items"] == []


async def test_a_ticket_as_it_stood_before_it_was_taken(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    ticket = await opened(house, agent)
    before = house.watch().isoformat()
    house.watch.advance(minutes=10)
    await given(house, agent, ticket, "take")

    stood = await house.client.get(
        f"/v1/tickets/{ticket['number']}", params={"as_of": before}, headers=agent
    )

    assert stood.json()["state"]["code"] == "routed"
    assert stood.json()["statutory_due_at"] == ticket["statutory_due_at"]
