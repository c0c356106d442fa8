"""Files of leads: every encoding of a city hall, one result a row, and never half a file."""

import io
import threading
from typing import Any, cast

import pytest

from callcenter.desk.dialling import Outcome
from callcenter.desk.lead_imports import LeadImport, LeadImportDesk
from callcenter.desk.lead_rows import MOST_ROWS, read_leads
from callcenter.domain.campaigns import QuotaCell
from callcenter.domain.leads import LeadState
from callcenter.domain.outbound import Disposition
from callcenter.errors import ForbiddenError, InputError, RefusedError
from callcenter.store.lead_imports import LeadRowStatus, Reason
from callcenter.store.unit_of_work import Store
from callcenter.vault import Vault
from tests.campaigns import PLANNER, Desks, a_campaign, a_phone, an_agent, desks

CELLS = (QuotaCell(code="30대-오정구", ko="30대 오정구", quota=1), QuotaCell(code="b", ko="나"))
FILE = (
    "성명,전화번호,할당셀\n"
    "홍길동,010-2000-0001,30대-오정구\n"
    "김철수,없음,b\n"
    "이영희,010 2000 0002,40대\n"
    "\n"
    "박민수,+82 10-2000-0001,b\n"
    "최지우,010-2000-0003,b\n"
    "정수,010-2000-0004\n"
)


@pytest.fixture
def desk(store: Store) -> Desks:
    return desks(store)


async def drafted(desk: Desks) -> None:
    await desk.campaigns.create(a_campaign(cells=CELLS), actor=PLANNER)


async def imported(desk: Desks, text: str, *, encoding: str = "utf-8") -> LeadImport:
    return await desk.imports.run("water", io.BytesIO(text.encode(encoding)), actor=PLANNER)


class Aside:
    """A vault that nobody may ask on the loop that serves the live board."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def lookups(self, value: str, **said: Any) -> tuple[bytes, ...]:
        assert threading.current_thread() is not threading.main_thread()
        return self._vault.lookups(value, **said)

    def seal(self, value: str, **said: Any) -> bytes:
        assert threading.current_thread() is not threading.main_thread()
        return self._vault.seal(value, **said)


async def test_rows_are_hashed_and_sealed_beside_the_loop_that_serves_others(desk: Desks) -> None:
    await drafted(desk)
    aside = cast("Vault", Aside(desk.vault))
    imports = LeadImportDesk(
        store=desk.store, vault=aside, calendars=desk.dialling._calendars, now=desk.watch
    )
    tried = await imports.tried("water", io.BytesIO(FILE.encode()), actor=PLANNER)
    done = await imports.run("water", io.BytesIO(FILE.encode()), actor=PLANNER)
    assert tried.created == done.created == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
async def test_each_row_is_told_what_became_of_it(desk: Desks, encoding: str) -> None:
    await drafted(desk)
    await desk.do_not_call.add(a_phone(3), reason="본인 요청", actor=PLANNER)
    done = await imported(desk, FILE, encoding=encoding)
    assert [row.reason for row in done.rows] == [
        None,
        Reason.BAD_NUMBER,
        Reason.UNKNOWN_CELL,
        Reason.TWICE_IN_FILE,
        Reason.DO_NOT_CALL,
        Reason.UNREADABLE,
    ]
    assert [row.row for row in done.rows] == [1, 2, 3, 4, 5, 6]
    [lead] = await desk.leads()
    assert done.created == 1
    assert (lead.id, lead.cell) == (done.rows[0].lead, "30대-오정구")


async def test_numbers_and_names_are_sealed_and_in_no_result(desk: Desks) -> None:
    await drafted(desk)
    done = await imported(desk, FILE)
    [lead, *_] = await desk.leads()
    assert b"2000" not in lead.phone_sealed
    assert "홍길동".encode() not in (lead.name_sealed or b"")
    for row in done.rows:
        assert "010" not in (row.error or "").replace("010-1234-5678", "")
        assert "김철수" not in str(row)


async def test_a_dry_run_says_the_same_and_keeps_nothing(desk: Desks) -> None:
    await drafted(desk)
    file = io.BytesIO(FILE.encode())
    tried = await desk.imports.tried("water", file, actor=PLANNER)
    assert await desk.leads() == []
    done = await desk.imports.run("water", file, actor=PLANNER)
    assert [row.reason for row in tried.rows] == [row.reason for row in done.rows]
    assert [row.lead is not None for row in done.rows] == [
        row.status is LeadRowStatus.CREATED for row in tried.rows
    ]


async def test_the_same_file_again_is_answered_the_same_and_adds_nobody(desk: Desks) -> None:
    await drafted(desk)
    assert await imported(desk, FILE) == await imported(desk, FILE)
    assert len(await desk.leads()) == 2


async def test_rows_that_were_refused_are_tried_anew_once_their_cell_is_known(
    desk: Desks,
) -> None:
    await drafted(desk)
    first = await imported(desk, FILE)
    wider = a_campaign(cells=(*CELLS, QuotaCell(code="40대", ko="40대")))
    await desk.campaigns.amend(wider, actor=PLANNER, expected=1)
    second = await imported(desk, FILE)
    assert second.rows[0] == first.rows[0]
    assert second.rows[2].status is LeadRowStatus.CREATED
    assert (first.created, second.created) == (2, 3)


async def test_a_number_of_the_campaign_in_another_file_is_refused(desk: Desks) -> None:
    await drafted(desk)
    await imported(desk, "전화,셀\n01020000001,b\n")
    done = await imported(desk, "전화,셀\n010.2000.0001,b\n010-2000-0002,b\n")
    assert [row.reason for row in done.rows] == [Reason.IN_CAMPAIGN, None]


async def test_nothing_of_a_file_is_kept_that_cannot_be_read_to_its_end(desk: Desks) -> None:
    await drafted(desk)
    with pytest.raises(InputError) as refused:
        await imported(desk, FILE + '"010-2000-0009\n')
    assert refused.value.key == "file"
    assert await desk.leads() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "phone"),
        ("이름\n홍길동\n".encode(), "phone"),
        ("전화,주소\n1,2\n".encode(), "columns"),
        ("전화,전화번호\n1,2\n".encode(), "once"),
        (b"\xff\xfep\x00h\x00", "UTF-16"),
        (b"PK\x03\x04xx", "spreadsheet"),
        (b"phone\n\x81\xff\xff\n", "CP949"),
        (b"phone\n" + b"1\n" * (MOST_ROWS + 1), "at most"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_was_expected(
    content: bytes, expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        read_leads(io.BytesIO(content))


def test_what_a_spreadsheet_marks_as_text_is_read_as_such() -> None:
    read = read_leads(io.BytesIO(b"phone,name\n'01020000001,\n'+821020000002,\n"))
    assert [line.phone for line in read.lines] == ["01020000001", "+821020000002"]


async def test_leads_of_a_full_cell_come_too_late(desk: Desks) -> None:
    await desk.running(a_phone(1), quota=1)
    offer = await desk.dialling.next_lead("water", actor=an_agent())
    assert offer.handed is not None
    outcome = Outcome(disposition=Disposition.SUCCESS)
    await desk.dialling.told("water", offer.handed.attempt, outcome, actor=an_agent())
    await desk.imported("water", a_phone(2))
    assert [lead.standing.state for lead in await desk.leads()] == [
        LeadState.SUCCEEDED,
        LeadState.QUOTA_FULL,
    ]


async def test_a_finished_campaign_takes_nobody_and_an_agent_imports_nobody(desk: Desks) -> None:
    running = await desk.running(a_phone(1))
    with pytest.raises(ForbiddenError):
        await desk.imports.run("water", io.BytesIO(b"phone\n"), actor=an_agent())
    await desk.campaigns.command("water", "finish", actor=PLANNER, expected=running.version)
    with pytest.raises(RefusedError):
        await desk.imported("water", a_phone(2))
