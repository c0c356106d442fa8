"""The list of numbers that are not to be called: hashes and reasons, nothing else."""

import pytest
from sqlalchemy import select

from callcenter.desk.do_not_call import DoNotCallDesk
from callcenter.errors import ContactError, ForbiddenError, InputError, NotFoundError
from callcenter.store.tables.campaigns import DO_NOT_CALL
from callcenter.store.unit_of_work import Store
from tests.campaigns import PLANNER, Desks, a_phone, an_agent, desks
from tests.vaults import a_vault

AGENT = an_agent()


@pytest.fixture
def desk(store: Store) -> Desks:
    return desks(store)


async def test_only_a_hash_and_a_reason_freed_of_numbers_are_kept(desk: Desks) -> None:
    await desk.do_not_call.add(a_phone(1), reason="010-2000-0001 본인", actor=AGENT)
    async with desk.store.reading() as uow:
        row = (await uow.connection.execute(select(DO_NOT_CALL))).one()
    assert row.reason == "[전화번호] 본인"
    assert len(row.phone_lookup) == 32


async def test_a_number_is_on_the_list_once(desk: Desks) -> None:
    first = await desk.do_not_call.add(a_phone(1), reason="처음", actor=AGENT)
    again = await desk.do_not_call.add("+82 10 2000 0001", reason="또", actor=PLANNER)
    assert again == first
    assert await desk.do_not_call.page(before=None, most=10) == [first]


async def test_who_was_taken_off_the_list_may_be_called_by_campaigns_to_come(
    desk: Desks,
) -> None:
    await desk.do_not_call.add(a_phone(1), reason="본인 요청", actor=AGENT)
    with pytest.raises(ForbiddenError):
        await desk.do_not_call.remove(a_phone(1), reason="오류", actor=AGENT)
    await desk.do_not_call.remove(a_phone(1), reason="오등록", actor=PLANNER)
    with pytest.raises(NotFoundError):
        await desk.do_not_call.remove(a_phone(1), reason="오등록", actor=PLANNER)
    await desk.running(a_phone(1))
    assert (await desk.dialling.next_lead("water", actor=AGENT)).handed is not None
    await desk.do_not_call.add(a_phone(1), reason="다시", actor=AGENT)


async def test_numbers_hashed_with_an_older_key_are_still_found(store: Store) -> None:
    desk = desks(store)
    await desk.do_not_call.add(a_phone(1), reason="본인 요청", actor=AGENT)
    newer = DoNotCallDesk(store=store, vault=a_vault(lookup=("l2", "l1")), now=desk.watch)
    await newer.remove(a_phone(1), reason="오등록", actor=PLANNER)
    assert await desk.do_not_call.page(before=None, most=10) == []


async def test_pages_go_on_where_the_last_one_ended(desk: Desks) -> None:
    entries = [await desk.do_not_call.add(a_phone(n), reason="본인", actor=AGENT) for n in range(3)]
    assert await desk.do_not_call.page(before=None, most=2) == entries[:0:-1]
    assert await desk.do_not_call.page(before=entries[1].id, most=2) == entries[:1]


async def test_what_is_no_number_or_has_no_reason_is_refused(desk: Desks) -> None:
    with pytest.raises(ContactError):
        await desk.do_not_call.add("12", reason="본인 요청", actor=AGENT)
    with pytest.raises(InputError) as refused:
        await desk.do_not_call.add(a_phone(1), reason=" ", actor=AGENT)
    assert refused.value.key == "reason"
