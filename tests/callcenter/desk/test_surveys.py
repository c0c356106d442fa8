"""Each closing is asked about at most once, by chance nobody can foresee, and answered at most once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callcenter.desk.changes import Change
from callcenter.desk.surveys import OPEN_FOR, SurveyDesk
from callcenter.domain.ticket_events import (
    Closed,
    Reopened,
    Resolved,
    ResultNotified,
    Taken,
    TicketEvent,
    TicketOutcome,
    Withdrawn,
)
from callcenter.domain.tickets import Ticket
from callcenter.errors import (
    InputError,
    NotFoundError,
    RefusedError,
    TokenExpiredError,
    TokenForgedError,
    TokenPurposeError,
)
from callcenter.store.tickets import NewTicket
from callcenter.store.unit_of_work import Store, UnitOfWork
from callcenter.vault import Vault
from tests import builders
from tests.desks import Watch
from tests.vaults import a_vault

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PAGE = "https://120.example/survey"
ENDING = (
    Taken(officer="officer-1"),
    Resolved(outcome=TicketOutcome.DONE, answer="고쳤습니다."),
    ResultNotified(),
    Closed(),
)


class Invitations:
    """Writes down who was invited; refuses whom it is told to."""

    def __init__(self, *, willing: bool = True) -> None:
        self.written: list[tuple[str, int]] = []
        self.willing = willing

    async def __call__(
        self, _uow: UnitOfWork, ticket: Ticket, *, cause_seq: int, now: datetime
    ) -> bool:
        assert now.tzinfo
        self.written.append((ticket.number, cause_seq))
        return self.willing


def a_desk(
    store: Store,
    *,
    share: float = 1.0,
    watch: Watch | None = None,
    invite: Invitations | None = None,
    vault: Vault | None = None,
) -> SurveyDesk:
    return SurveyDesk(
        store=store,
        vault=vault or a_vault(),
        now=watch or Watch(NOON),
        invite=invite or Invitations(),
        share=share,
        page=PAGE,
    )


async def close(
    store: Store, desk: SurveyDesk, events: Sequence[TicketEvent] = ENDING, **said: Any
) -> Ticket:
    """Open a ticket, let things happen to it, and tell the desk."""
    history = builders.a_history(*events, at=NOON, **({"petitioner": "P1"} | said))
    async with store.writing() as uow:
        number = await uow.tickets.next_number(2026)
        ticket = builders.a_ticket(number, history)
        await uow.tickets.add([NewTicket(ticket=ticket, history=history)], recorded_at=NOON)
        await desk.closed(uow, [Change(ticket=ticket, history=history[-1:])])
    return ticket


def token(link: str) -> str:
    return link.removeprefix(f"{PAGE}/")


async def test_a_closing_is_asked_about_by_a_link_and_answered_once(store: Store) -> None:
    invite = Invitations()
    desk = a_desk(store, invite=invite)
    ticket = await close(store, desk)
    assert invite.written == [(ticket.number, 7)]
    link = token(desk.link(ticket.number, closing=1))

    question = await desk.asked(link)
    assert (question.number, question.title) == (ticket.number, ticket.title)
    assert question.open_until == question.closed_at + OPEN_FOR
    await desk.answer(link, score=5, comment=" 감사합니다. 010-1234-5678로 전화 주세요.\x00 ")

    async with store.reading() as uow:
        row = (await uow.connection.exec_driver_sql("SELECT score, comment FROM survey")).one()
    assert row.score == 5
    assert row.comment.startswith("감사합니다.")
    assert "1234" not in row.comment
    for again in (desk.asked(link), desk.answer(link, score=1)):
        with pytest.raises(RefusedError) as refused:
            await again
        assert refused.value.reason == "already-answered"
        assert "한 번만" in refused.value.ko


async def test_two_answers_at_once_leave_one(store: Store) -> None:
    desk = a_desk(store)
    ticket = await close(store, desk)
    link = token(desk.link(ticket.number, closing=1))

    told = await asyncio.gather(
        *(desk.answer(link, score=score) for score in (1, 2, 3, 4)), return_exceptions=True
    )

    assert sum(one is None for one in told) == 1
    assert sum(isinstance(one, RefusedError) for one in told) == 3


async def test_a_forged_expired_or_foreign_link_is_refused(store: Store) -> None:
    watch = Watch(NOON)
    desk = a_desk(store, watch=watch)
    ticket = await close(store, desk)
    link = token(desk.link(ticket.number, closing=1))
    foreign = a_vault().sign("cursor", subject=f"{ticket.number}:1", expires_at=NOON + OPEN_FOR)

    for wrong, error in (
        (f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}", TokenForgedError),
        ("", TokenForgedError),
        ("../../etc/passwd", TokenForgedError),
        (foreign, TokenPurposeError),
        (token(desk.link(ticket.number, closing=2)), NotFoundError),
        (token(desk.link("2026-999999", closing=1)), NotFoundError),
    ):
        with pytest.raises(error):
            await desk.asked(wrong)
        with pytest.raises(error):
            await desk.answer(wrong, score=5)

    watch.advance(days=15)
    with pytest.raises(TokenExpiredError):
        await desk.answer(link, score=5)
    late = token(desk.link(ticket.number, closing=1))
    with pytest.raises(TokenExpiredError, match="open until"):
        await desk.asked(late)


@pytest.mark.parametrize("score", [0, 6, -1, 100])
async def test_a_score_that_is_none_is_refused(store: Store, score: int) -> None:
    desk = a_desk(store)
    ticket = await close(store, desk)
    link = token(desk.link(ticket.number, closing=1))

    with pytest.raises(InputError) as refused:
        await desk.answer(link, score=score)

    assert refused.value.key == "score"
    with pytest.raises(InputError):
        await desk.answer(link, score=5, comment="가" * 1001)
    await desk.answer(link, score=4, comment="   ")


async def surveys(store: Store) -> list[Any]:
    async with store.reading() as uow:
        rows = await uow.connection.exec_driver_sql(
            "SELECT ticket, closing, sampled, unit, officer, service FROM survey ORDER BY id"
        )
        return list(rows)


async def test_every_closing_has_its_row_and_who_answered_for_it_then(store: Store) -> None:
    desk = a_desk(store, share=0.0)
    ticket = await close(store, desk)

    assert [tuple(row) for row in await surveys(store)] == [
        (ticket.number, 1, False, "streetlight", "officer-1", "streetlight")
    ]
    with pytest.raises(NotFoundError):
        await desk.asked(token(desk.link(ticket.number, closing=1)))


async def test_a_second_closing_is_asked_about_again_but_the_same_one_is_not(store: Store) -> None:
    invite = Invitations()
    desk = a_desk(store, invite=invite)
    again = (*ENDING, Reopened(reason="또 꺼짐"), *ENDING[1:])
    ticket = await close(store, desk, again)
    history = builders.happenings(*again, at=NOON)

    async with store.writing() as uow:
        await desk.closed(uow, [Change(ticket=ticket, history=history[-1:])])
        before = replace(ticket, closings=1)
        await desk.closed(uow, [Change(ticket=before, history=history[3:4])])

    assert [row.closing for row in await surveys(store)] == [2, 1]


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (ENDING, {"petitioner": None}),
        ((Withdrawn(reason="취하"), ResultNotified(), Closed()), {}),
    ],
    ids=["nobody to ask", "withdrawn"],
)
async def test_who_cannot_or_need_not_be_asked_is_not_invited(
    store: Store, events: Sequence[TicketEvent], said: dict[str, Any]
) -> None:
    invite = Invitations()

    await close(store, a_desk(store, invite=invite), events, **said)

    assert invite.written == []
    assert [bool(row.sampled) for row in await surveys(store)] == [False]


async def test_who_cannot_be_reached_counts_as_not_invited(store: Store) -> None:
    await close(store, a_desk(store, invite=Invitations(willing=False)))

    assert [bool(row.sampled) for row in await surveys(store)] == [False]


async def test_what_is_no_closing_is_not_asked_about(store: Store) -> None:
    await close(store, a_desk(store), ENDING[:-1])

    assert await surveys(store) == []


async def test_the_share_of_closings_is_drawn_by_a_key_and_always_the_same(store: Store) -> None:
    drawn = []
    for vault in (a_vault(), a_vault()):
        desk = a_desk(store, share=0.3, vault=vault)
        tickets = [
            builders.a_ticket(f"2026-{n:06d}", builders.a_history(*ENDING, at=NOON))
            for n in range(400)
        ]
        drawn.append([desk._is_sampled(ticket) for ticket in tickets])

    assert drawn[0] == drawn[1]
    assert 80 < sum(drawn[0]) < 160


async def test_answers_are_reported_by_unit_and_service_and_few_are_not_ranked(
    store: Store,
) -> None:
    desk = a_desk(store)
    for n in range(34):
        ticket = await close(store, desk, service="streetlight" if n < 31 else "noise")
        if n != 33:
            await desk.answer(token(desk.link(ticket.number, closing=1)), score=5 if n % 2 else 2)

    day = date(2026, 11, 20)
    found = await desk.report(first=day, last=day)

    assert (found.all.invited, found.all.answered) == (34, 33)
    assert found.all.scores == (0, 17, 0, 0, 16)
    [noise, light] = found.services
    assert (noise.code, noise.rank, noise.found.answered) == ("noise", None, 2)
    assert (light.code, light.rank, light.found.answered) == ("streetlight", 1, 31)
    assert [group.code for group in found.units] == ["streetlight"]
    none = await desk.report(first=day + timedelta(days=1), last=date(2027, 1, 1))
    assert (none.all.invited, none.units) == (0, ())
    other = await desk.report(first=day, last=day, unit="water")
    assert other.all.invited == 0
