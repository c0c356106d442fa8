"""Tickets leave as streams and come as files, each row with its result."""

import json

from callcenter.domain.access import Role
from tests.api.routers.test_tickets import opened
from tests.doors import House

ROWS = """접수경로,업무,제목,내용,위도,경도,접수일시
voc,sidewalk,보도블록 파손,보도블록이 깨졌습니다 010-1234-5678,37.5,126.7,2026-11-19T10:00:00+09:00
voc,nothing,없는 업무,본문,37.5,126.7,2026-11-19T10:00:00+09:00
"""


async def test_a_file_is_tried_first_and_imported_once(house: House) -> None:
    lead = await house.bearer(Role.LEAD)
    said = {"source": "test", "form": "csv"}

    async def sent(encoding: str = "utf-8", **more: str) -> list[dict[str, object]]:
        answer = await house.client.post(
            "/v1/imports",
            files={"file": ("rows.csv", ROWS.encode(encoding), "text/csv")},
            data=said | more,
            headers=lead,
        )
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    tried = await sent()
    listed = (await house.client.get("/v1/tickets", headers=lead)).json()
    done = await sent(dry_run="false")
    again = await sent("cp949", dry_run="false")
    batch = (await house.client.get("/v1/imports/1", headers=lead)).json()

    assert listed["items"] == [], "a dry run keeps nothing"
    assert [one["status"] for one in tried] == ["created", "refused"]
    assert [one["status"] for one in done] == ["created", "refused"]
    assert [one["status"] for one in again] == ["repeated", "refused"]
    assert "nothing" in str(done[1]["error"])
    assert (batch["rows"], batch["created"], batch["refused"]) == (2, 1, 1)


async def test_a_file_that_is_none_is_refused_before_any_row(house: House) -> None:
    lead = await house.bearer(Role.LEAD)

    answer = await house.client.post(
        "/v1/imports",
        files={"file": ("x.csv", b"\x00\x01\x02", "text/csv")},
        data={"source": "test"},
        headers=lead,
    )

    assert answer.status_code == 422


async def test_tickets_leave_as_lines_and_as_a_table(house: House) -> None:
    agent = await house.bearer(Role.AGENT)
    lead = await house.bearer(Role.LEAD)
    ticket = await opened(house, agent, title="=HYPERLINK('x')")

    lines = await house.client.get("/v1/exports/tickets", headers=lead)
    table = await house.client.get("/v1/exports/tickets", params={"form": "csv-bom"}, headers=lead)
    events = await house.client.get("/v1/exports/events", headers=lead)
    refused = await house.client.get("/v1/exports/tickets", headers=agent)

    assert [json.loads(line)["number"] for line in lines.text.splitlines()] == [ticket["number"]]
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert ",=HYPERLINK" not in table.text
    assert [json.loads(line)["seq"] for line in events.text.splitlines()] == [1, 2, 3]
    assert refused.status_code == 403
