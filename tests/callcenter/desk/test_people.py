from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from callcenter.desk.people import (
    KEPT_FOR,
    Field,
    Look,
    PeopleDesk,
    canonical,
    checked_purpose,
    takes_texts,
)
from callcenter.desk.petitions import Petitioner
from callcenter.domain.access import Role
from callcenter.domain.privacy import Contact
from callcenter.errors import (
    ConflictError,
    ContactError,
    ForbiddenError,
    InputError,
    NotFoundError,
    SealError,
)
from callcenter.store.people import MOST_FOUND
from callcenter.store.tables.people import PERSONAL_ACCESS, PETITIONER
from callcenter.store.unit_of_work import Store
from tests.builders import an_actor
from tests.desks import Watch
from tests.vaults import a_vault

GILDONG = Petitioner(
    name="홍길동",
    phone="010-1234-5678",
    email="Gildong@Example.kr",
    address="경기도 부천시 길주로 210",
)
LOOK = Look(actor=an_actor("kim"), purpose="결과를 전화로 알리려고", ticket="2026-000001")


class Scene:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.watch = Watch()
        self.desk = PeopleDesk(store=store, vault=a_vault(), now=self.watch)

    async def recorded(self, petitioner: Petitioner = GILDONG) -> str:
        async with self.store.writing() as uow:
            [reference] = await self.desk.recorded(uow, [petitioner], at=self.watch())
            return reference

    async def rows(self, table: Any) -> list[Any]:
        async with self.store.reading() as uow:
            return list((await uow.connection.execute(select(table).order_by(table.c.id))).all())


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store)


async def test_nothing_that_was_told_stands_in_the_row(scene: Scene) -> None:
    await scene.recorded()

    (row,) = await scene.rows(PETITIONER)
    written = b"".join(value for value in row if isinstance(value, bytes))
    for said in ("홍길동", "01012345678", "1012345678", "gildong", "길주로"):
        assert said.encode() not in written
    assert row.consent == '["email", "sms"]'
    assert row.retain_until == scene.watch() + KEPT_FOR


async def test_the_same_person_is_found_again_however_the_number_is_spelt(scene: Scene) -> None:
    first = await scene.recorded()
    scene.watch.advance(days=30)

    again = await scene.recorded(replace(GILDONG, phone="+82 10 1234 5678", address=None))

    assert again == first
    (row,) = await scene.rows(PETITIONER)
    assert row.retain_until == scene.watch() + KEPT_FOR


@pytest.mark.parametrize(
    "other",
    [
        replace(GILDONG, name="홍길순"),
        replace(GILDONG, email="attacker@example.kr"),
        replace(GILDONG, email=None),
        replace(GILDONG, phone="010-9999-5678"),
        replace(GILDONG, address="경기도 부천시 원미로 1"),
    ],
)
async def test_who_says_another_name_or_address_redirects_nobodys_notices(
    scene: Scene, other: Petitioner
) -> None:
    first = await scene.recorded()

    second = await scene.recorded(other)

    assert second != first
    async with scene.store.reading() as uow:
        assert await scene.desk.address(uow, first, Field.EMAIL) == "gildong@example.kr"


async def test_a_caller_is_found_by_number_with_every_record(scene: Scene) -> None:
    first = await scene.recorded()
    second = await scene.recorded(replace(GILDONG, name="홍길순"))

    assert await scene.desk.found("01012345678", kind=Contact.PHONE) == [second, first]
    assert await scene.desk.found("gildong@EXAMPLE.kr", kind=Contact.EMAIL) == [second, first]
    assert await scene.desk.found("010-2000-0000", kind=Contact.PHONE) == []


async def test_who_left_nothing_to_answer_to_is_somebody_new_each_time(scene: Scene) -> None:
    nameless = Petitioner(name="홍길동")

    assert await scene.recorded(nameless) != await scene.recorded(nameless)


async def test_everybody_sees_masks_and_no_look_is_recorded(scene: Scene) -> None:
    reference = await scene.recorded()

    seen = await scene.desk.masked(reference)

    assert (seen.name, seen.phone, seen.email, seen.address) == (
        "홍*동",
        "010-****-5678",
        "g***@example.kr",
        "경기도 부천시 ***",
    )
    assert await scene.rows(PERSONAL_ACCESS) == []


async def test_a_look_is_recorded_with_its_purpose_and_shows_no_more_than_asked(
    scene: Scene,
) -> None:
    reference = await scene.recorded()

    seen = await scene.desk.seen(reference, look=LOOK, fields=[Field.PHONE])

    assert (seen.phone, seen.name) == ("+821012345678", "홍*동")
    (look,) = await scene.rows(PERSONAL_ACCESS)
    assert (look.actor, look.petitioner, look.ticket, look.fields, look.purpose) == (
        "kim",
        reference,
        "2026-000001",
        "phone",
        "결과를 전화로 알리려고",
    )


async def test_looks_are_listed_for_who_audits_them(scene: Scene) -> None:
    first = await scene.recorded()
    second = await scene.recorded(replace(GILDONG, name="홍길순"))
    for reference in (first, second, first):
        await scene.desk.seen(reference, look=LOOK, fields=[Field.NAME])

    async with scene.store.reading() as uow:
        looks = await uow.people.looks()
        assert [look.petitioner for look in looks] == [first, second, first]
        assert len(await uow.people.looks(petitioner=second)) == 1
        assert len(await uow.people.looks(before=looks[0].id, most=1)) == 1


async def test_a_look_that_fails_leaves_no_trace_and_shows_nothing(scene: Scene) -> None:
    with pytest.raises(NotFoundError):
        await scene.desk.seen("P99", look=LOOK, fields=[Field.PHONE])

    assert await scene.rows(PERSONAL_ACCESS) == []


@pytest.mark.parametrize("purpose", ["", "  ", "x" * 301])
async def test_nobody_looks_without_a_purpose(scene: Scene, purpose: str) -> None:
    reference = await scene.recorded()

    with pytest.raises(InputError, match="expected why"):
        await scene.desk.seen(reference, look=replace(LOOK, purpose=purpose), fields=[Field.PHONE])


def test_a_purpose_is_freed_of_personal_data_itself() -> None:
    assert checked_purpose("010-1234-5678로 회신") == "[전화번호]로 회신"


async def test_only_staff_looks(scene: Scene) -> None:
    reference = await scene.recorded()
    planner = replace(LOOK, actor=an_actor("plan", Role.PLANNER))

    with pytest.raises(ForbiddenError):
        await scene.desk.seen(reference, look=planner, fields=[Field.PHONE])


async def test_a_seal_moved_to_another_row_does_not_open(scene: Scene) -> None:
    victim = await scene.recorded()
    thief = await scene.recorded(Petitioner(phone="010-7777-7777"))
    async with scene.store.writing() as uow:
        row = await uow.people.get(victim)
        await uow.connection.execute(
            update(PETITIONER)
            .where(PETITIONER.c.id == int(thief[1:]))
            .values(phone_sealed=row.phone_sealed)
        )

    with pytest.raises(SealError):
        await scene.desk.masked(thief)


async def test_a_text_as_it_was_written_is_shown_for_a_purpose(scene: Scene) -> None:
    async with scene.store.writing() as uow:
        bodies = {"2026-000001": "010-1234-5678로 전화 주세요"}
        await scene.desk.originals_kept(uow, bodies, at=scene.watch())

    assert await scene.desk.original("2026-000001", look=LOOK) == "010-1234-5678로 전화 주세요"
    assert await scene.desk.original("2026-000002", look=LOOK) is None
    (look,) = await scene.rows(PERSONAL_ACCESS)
    assert (look.fields, look.ticket) == ("body", "2026-000001")


async def test_what_is_wrong_is_put_right_and_found_under_the_new_number_only(scene: Scene) -> None:
    reference = await scene.recorded()

    await scene.desk.corrected(
        reference, look=LOOK, changes={Field.PHONE: "010-2222-3333", Field.ADDRESS: None}
    )

    seen = await scene.desk.masked(reference)
    assert (seen.phone, seen.address, seen.name) == ("010-****-3333", None, "홍*동")
    assert await scene.desk.found("010-2222-3333", kind=Contact.PHONE) == [reference]
    assert await scene.desk.found("010-1234-5678", kind=Contact.PHONE) == []


async def test_who_agrees_no_longer_is_told_by_a_person(scene: Scene) -> None:
    reference = await scene.recorded()

    await scene.desk.agreed(reference, look=LOOK, consents=())

    async with scene.store.reading() as uow:
        reach = (await uow.people.reaches([reference]))[reference]
    assert (reach.sms, reach.email, reach.hand) == (False, False, True)


async def test_who_asks_again_and_says_nothing_of_consent_is_told_as_before(scene: Scene) -> None:
    reference = await scene.recorded()
    await scene.desk.agreed(reference, look=LOOK, consents=["email"])

    assert await scene.recorded(replace(GILDONG, presumed=frozenset())) == reference
    assert await scene.recorded() == reference

    assert (await scene.rows(PETITIONER))[0].consent == '["email"]'
    assert await scene.recorded(replace(GILDONG, consents=frozenset({"sms"}))) == reference
    assert (await scene.rows(PETITIONER))[0].consent == '["sms"]'


async def test_several_who_ask_at_once_are_each_found_or_made_once(scene: Scene) -> None:
    known = await scene.recorded()
    stranger = Petitioner(name="김철수", email="cs@example.kr")
    nameless = Petitioner(name="홍길동")
    asking = [stranger, GILDONG, nameless, stranger, nameless, GILDONG]

    async with scene.store.writing() as uow:
        references = await scene.desk.recorded(uow, asking, at=scene.watch())

    assert references[1] == references[5] == known
    assert references[0] == references[3]
    assert len(set(references)) == 4
    assert len(await scene.rows(PETITIONER)) == 4


async def test_a_number_with_many_records_hides_nobody_elses(scene: Scene) -> None:
    theirs = await scene.recorded(Petitioner(name="김철수", phone="010-2000-0000"))
    crowd = [Petitioner(name=f"손님{n}", phone="010-3000-0000") for n in range(MOST_FOUND + 5)]
    async with scene.store.writing() as uow:
        await scene.desk.recorded(uow, crowd, at=scene.watch())
        both = [Petitioner(phone="010-3000-0000"), Petitioner(phone="010-2000-0000")]
        newest, again = await scene.desk.recorded(uow, both, at=scene.watch())

    assert again == theirs
    assert len(await scene.desk.found("010-3000-0000", kind=Contact.PHONE)) == MOST_FOUND
    assert newest in await scene.desk.found("010-3000-0000", kind=Contact.PHONE)


async def test_a_landline_takes_no_text_messages(scene: Scene) -> None:
    reference = await scene.recorded(Petitioner(phone="032-320-3000"))

    async with scene.store.reading() as uow:
        reach = (await uow.people.reaches([reference]))[reference]
    assert (reach.sms, reach.email, reach.hand) == (False, False, True)


async def test_erased_data_is_neither_corrected_nor_consented_to(scene: Scene) -> None:
    reference = await scene.recorded()
    async with scene.store.writing() as uow:
        await uow.people.erase(reference, now=scene.watch())

    with pytest.raises(ConflictError):
        await scene.desk.corrected(reference, look=LOOK, changes={Field.NAME: "홍길순"})
    with pytest.raises(ConflictError):
        await scene.desk.agreed(reference, look=LOOK, consents=["sms"])
    assert await scene.recorded() != reference


def test_only_korean_mobile_numbers_take_texts() -> None:
    assert takes_texts("+821012345678")
    assert not takes_texts("+82323203000")
    assert not takes_texts("+14155550123")
    assert not takes_texts(None)


@pytest.mark.parametrize(
    "wrong",
    [Petitioner(phone="1234"), Petitioner(email="nobody"), Petitioner(phone="010-1234-5678\n112")],
)
def test_what_is_no_number_or_address_is_refused(wrong: Petitioner) -> None:
    with pytest.raises(ContactError):
        canonical(wrong)


def test_an_endless_name_is_refused_and_blanks_are_nothing() -> None:
    with pytest.raises(InputError, match="at most 80"):
        canonical(Petitioner(name="가" * 81))
    assert canonical(Petitioner(name="  ", phone="", email="\t")) == Petitioner(
        presumed=frozenset({"email"})
    )


async def test_a_reference_that_is_none_is_not_found(scene: Scene) -> None:
    for reference in ("12", "Px", "P", "P１"):
        with pytest.raises(NotFoundError):
            await scene.desk.masked(reference)


def test_a_petitioner_is_not_shown_when_printed() -> None:
    assert "홍길동" not in f"{GILDONG!r} {GILDONG}"
    assert "1234" not in repr(GILDONG)
