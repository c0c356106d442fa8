import asyncio
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from callcenter.desk.attachments import AttachmentDesk
from callcenter.domain.pictures import cleaned
from callcenter.domain.ticket_events import Attached, Phase
from callcenter.errors import InputError, NotFoundError
from callcenter.store.tables.plumbing import ATTACHMENT
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store
from tests.builders import a_history, a_ticket
from tests.callcenter.domain.test_pictures import SECRETS, a_jpeg
from tests.desks import FRIDAY_MORNING, Watch

PDF = b"%PDF-1.7\n%%EOF"


def a_desk(store: Store) -> AttachmentDesk:
    return AttachmentDesk(store=store, now=Watch())


async def how_many(store: Store) -> int:
    async with store.reading() as uow:
        return int(
            (
                await uow.connection.execute(select(func.count()).select_from(ATTACHMENT))
            ).scalar_one()
        )


async def test_a_photograph_is_kept_by_the_hash_of_what_is_left_of_it(store: Store) -> None:
    photograph = a_jpeg(orientation=6)

    kept = await a_desk(store).keep(photograph)

    _, clean = cleaned(photograph)
    assert (kept.sha256, kept.media_type, kept.size) == (
        sha256(clean).hexdigest(),
        "image/jpeg",
        len(clean),
    )
    async with store.reading() as uow:
        content = await uow.attachments.content(kept.sha256)
    assert content == clean
    assert not any(secret in content for secret in SECRETS)


async def test_the_same_picture_is_kept_once_whatever_hid_in_it(store: Store) -> None:
    desk = a_desk(store)
    files = [a_jpeg(), a_jpeg(comment=b"another secret"), a_jpeg() + b"more behind it"]

    kept = await asyncio.gather(*(desk.keep(file) for file in files * 3))

    assert len({each.sha256 for each in kept}) == 1
    assert await how_many(store) == 1


async def test_what_may_not_be_attached_is_not_kept(store: Store) -> None:
    with pytest.raises(InputError):
        await a_desk(store).keep(b"<html><script>")

    assert await how_many(store) == 0


async def test_a_file_is_handed_out_for_a_ticket_that_has_it(store: Store) -> None:
    desk = a_desk(store)
    kept = await desk.keep(PDF)
    attached = Attached(
        sha256=kept.sha256,
        name="현장.pdf",
        media_type=kept.media_type,
        size=kept.size,
        phase=Phase.BEFORE,
    )
    async with store.writing() as uow:
        for number, events in (("2026-000001", [attached]), ("2026-000002", [])):
            history = a_history(*events, at=FRIDAY_MORNING)
            await uow.tickets.add(
                [NewTicket(ticket=a_ticket(number, history), history=history)],
                recorded_at=FRIDAY_MORNING,
            )

    assert await desk.content("2026-000001", kept.sha256) == (attached, PDF)
    for number, digest in (("2026-000002", kept.sha256), ("2026-000001", "0" * 64)):
        with pytest.raises(NotFoundError):
            await desk.content(number, digest)
