"""A cursor goes on where its page ended, in its own list, for a day; anything else is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.domain.ticket_events import TicketState
from callcenter.errors import InputError
from callcenter.store.cursors import KEPT_FOR, Cursors
from callcenter.store.ticket_lists import Filters, Order, Position
from tests.desks import Watch
from tests.vaults import a_vault

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HERE = Position(row=12, at=NOON)
ROADS = Filters(unit="road", states=frozenset({TicketState.ROUTED, TicketState.IN_PROGRESS}))


def cursors(watch: Watch | None = None) -> Cursors:
    return Cursors(vault=a_vault(), now=watch or Watch(NOON))


@pytest.mark.parametrize("position", [HERE, Position(row=3)])
def test_a_cursor_reads_back_as_the_position_it_was_made_of(position: Position) -> None:
    written = cursors().write(position, wanted=ROADS, order=Order.DUE)

    again = replace(ROADS, states=frozenset({TicketState.IN_PROGRESS, TicketState.ROUTED}))
    assert cursors().read(written, wanted=again, order=Order.DUE) == position


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (ROADS, Order.UPDATED),
        (ROADS, None),
        (Filters(unit="water"), Order.DUE),
        (Filters(), Order.DUE),
        (replace(ROADS, words="road"), Order.DUE),
        (replace(ROADS, officer="road", unit=None), Order.DUE),
    ],
)
def test_a_cursor_of_another_list_is_refused(wanted: Filters, order: Order | None) -> None:
    written = cursors().write(HERE, wanted=ROADS, order=Order.DUE)

    with pytest.raises(InputError, match="other filters or order"):
        cursors().read(written, wanted=wanted, order=order)


def test_a_cursor_altered_by_one_letter_is_refused() -> None:
    written = cursors().write(HERE, wanted=ROADS, order=None)

    for at, letter in enumerate(written):
        forged = written[:at] + ("A" if letter != "A" else "B") + written[at + 1 :]
        with pytest.raises(InputError) as refused:
            cursors().read(forged, wanted=ROADS, order=None)
        assert refused.value.key == "cursor"


@pytest.mark.parametrize("text", ["", "12", "eyJ9.x", "' OR 1=1 --", "가" * 3000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="first page"):
        cursors().read(text, wanted=ROADS, order=None)


def test_a_cursor_of_yesterday_is_refused() -> None:
    watch = Watch(NOON)
    written = cursors(watch).write(HERE, wanted=ROADS, order=None)
    watch.advance(seconds=(KEPT_FOR - timedelta(seconds=1)).total_seconds())
    assert cursors(watch).read(written, wanted=ROADS, order=None) == HERE

    watch.advance(seconds=1)

    with pytest.raises(InputError, match="first page"):
        cursors(watch).read(written, wanted=ROADS, order=None)


def test_a_token_for_something_else_is_no_cursor() -> None:
    link = a_vault().sign("survey", subject="2026-000001:1", expires_at=NOON + KEPT_FOR)

    with pytest.raises(InputError):
        cursors().read(link, wanted=ROADS, order=None)
