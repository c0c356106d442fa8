from typing import Any

import pytest
from sqlalchemy import select, update

from callcenter.desk.do_not_call import check_keys
from callcenter.desk.people import Field, PeopleDesk
from callcenter.desk.petitions import Petitioner
from callcenter.desk.rotation import KeyRotation
from callcenter.domain.privacy import Contact
from callcenter.errors import KeysError
from callcenter.store.lead_imports import Reason
from callcenter.store.tables.campaigns import DO_NOT_CALL
from callcenter.store.tables.people import PETITIONER, TICKET_TEXT
from callcenter.store.tables.plumbing import WEBHOOK
from callcenter.store.unit_of_work import Store
from callcenter.store.webhooks import secret_cell
from callcenter.vault import Vault
from tests.campaigns import PLANNER, a_phone, an_agent, desks
from tests.desks import Watch
from tests.vaults import a_vault

OLD = a_vault()
BOTH = a_vault(sealing=("s2", "s1"), lookup=("l2", "l1"))
NEW = a_vault(sealing=("s2",), lookup=("l2",))


def a_desk(store: Store, vault: Vault) -> PeopleDesk:
    return PeopleDesk(store=store, vault=vault, now=Watch())


async def sealed_with_old_keys(store: Store, *, people: int) -> list[str]:
    desk = a_desk(store, OLD)
    references = []
    async with store.writing() as uow:
        for n in range(people):
            who = Petitioner(phone=f"010-2000-{n:04}", email=f"c{n}@example.kr", name="홍길동")
            references += await desk.recorded(uow, [who], at=Watch()())
            await desk.originals_kept(uow, {f"2026-{n:06d}": "010-2000-0000"}, at=Watch()())
        webhook = await uow.webhooks.add("https://x.kr", kinds=(), created_by="kim", now=Watch()())
        await uow.webhooks.seal(webhook, OLD.seal("secret", context=secret_cell(webhook)))
    return references


async def test_after_a_rotation_the_old_keys_are_not_needed(store: Store) -> None:
    references = await sealed_with_old_keys(store, people=7)

    done = await KeyRotation(store=store, vault=BOTH, batch=3).run()

    assert (done.renewed, done.kept, done.broken) == (15, 0, [])
    desk = a_desk(store, NEW)
    assert await desk.found("010-2000-0003", kind=Contact.PHONE) == [references[3]]
    assert await desk.found("c3@example.kr", kind=Contact.EMAIL) == [references[3]]
    async with store.reading() as uow:
        assert await desk.address(uow, references[6], Field.EMAIL) == "c6@example.kr"
        hook = (await uow.connection.execute(select(WEBHOOK))).one()
        assert NEW.open_(hook.secret_sealed, context=secret_cell(hook.id)) == "secret"


async def test_everybody_is_found_while_keys_change(store: Store) -> None:
    references = await sealed_with_old_keys(store, people=2)
    desk = a_desk(store, BOTH)
    async with store.writing() as uow:
        [later] = await desk.recorded(uow, [Petitioner(phone="010-2000-0001")], at=Watch()())

    assert await desk.found("010-2000-0001", kind=Contact.PHONE) == [later, references[1]]


async def test_a_rotation_that_was_stopped_goes_on_and_changes_nothing_twice(store: Store) -> None:
    await sealed_with_old_keys(store, people=3)
    await KeyRotation(store=store, vault=BOTH).run()
    before = await everything(store)

    done = await KeyRotation(store=store, vault=BOTH).run()

    assert (done.renewed, done.kept) == (0, 7)
    assert await everything(store) == before


async def test_what_cannot_be_opened_is_named_and_left_alone(store: Store) -> None:
    references = await sealed_with_old_keys(store, people=3)
    async with store.writing() as uow:
        await uow.connection.execute(
            update(PETITIONER)
            .where(PETITIONER.c.id == int(references[1][1:]))
            .values(name_sealed=b"\x01\x02s1" + bytes(40))
        )
        await uow.connection.execute(
            update(TICKET_TEXT)
            .where(TICKET_TEXT.c.ticket == "2026-000002")
            .values(body_sealed=b"nothing of ours")
        )

    done = await KeyRotation(store=store, vault=BOTH, batch=1).run()

    assert done.broken == [references[1], "2026-000002"]
    assert done.renewed == 5


async def test_leads_and_their_numbers_on_the_list_are_known_by_the_new_keys_alone(
    store: Store,
) -> None:
    before = desks(store, vault=OLD)
    await before.running(a_phone(1), a_phone(2), a_phone(3))
    await before.do_not_call.add(a_phone(3), reason="본인 요청", actor=an_agent())

    done = await KeyRotation(store=store, vault=BOTH, batch=2).run()

    assert (done.renewed, done.kept, done.broken) == (3, 0, [])
    assert (await KeyRotation(store=store, vault=BOTH).run()).renewed == 0
    after = desks(store, vault=NEW)
    offer = await after.dialling.next_lead("water", actor=an_agent())
    assert offer.handed is not None
    assert offer.handed.phone == "+821020000001"
    again = await after.imported("water", a_phone(4), a_phone(2))
    assert [row.reason for row in again.rows] == [None, Reason.IN_CAMPAIGN]
    await after.do_not_call.remove(a_phone(3), reason="다시 동의", actor=PLANNER)


async def test_a_number_that_nobody_else_has_keeps_its_key_on_the_ring(store: Store) -> None:
    await sealed_with_old_keys(store, people=1)
    before = desks(store, vault=OLD)
    for number in range(3):
        await before.do_not_call.add(a_phone(number), reason="본인 요청", actor=PLANNER)

    done = await KeyRotation(store=store, vault=BOTH).run()

    assert done.bound == {"l1": 2}
    await check_keys(store, BOTH)
    with pytest.raises(KeysError, match=r"2 numbers .* l1"):
        await check_keys(store, NEW)
    among = desks(store, vault=BOTH)
    for number in (1, 2):
        await among.do_not_call.remove(a_phone(number), reason="다시 동의", actor=PLANNER)
    await check_keys(store, NEW)
    after = desks(store, vault=NEW)
    await after.do_not_call.remove(a_phone(0), reason="다시 동의", actor=PLANNER)


async def test_numbers_of_before_keys_were_named_may_hang_on_any_older_one(store: Store) -> None:
    before = desks(store, vault=OLD)
    await before.do_not_call.add(a_phone(1), reason="본인 요청", actor=PLANNER)
    async with store.writing() as uow:
        await uow.connection.execute(update(DO_NOT_CALL).values(lookup_key=None))

    assert (await KeyRotation(store=store, vault=OLD).run()).bound == {}
    assert (await KeyRotation(store=store, vault=BOTH).run()).bound == {"l1": 1}


async def everything(store: Store) -> list[Any]:
    async with store.reading() as uow:
        return [
            (await uow.connection.execute(select(table))).all()
            for table in (PETITIONER, TICKET_TEXT, WEBHOOK)
        ]
