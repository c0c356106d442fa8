"""Legs read as columns are the log that the same legs make one by one."""

from datetime import timedelta

import numpy as np
from hypothesis import given, strategies as st

from callcenter.store.leg_columns import log_of
from callcenter.store.live_lines import LegLine, logs, midnight_of
from callcenter.store.live_reports import LegFilter
from callcenter.store.unit_of_work import Store
from callcenter.telephony.call_log import CallLog
from callcenter.telephony.names import Names
from tests import legs
from tests.legs import FRIDAY

ORIGIN = midnight_of(FRIDAY)


def by_lines(lines: list[LegLine]) -> tuple[CallLog, Names]:
    calls, _, names = logs(FRIDAY, legs=lines, spells=())
    return calls, names


def as_row(line: LegLine) -> tuple[object, ...]:
    """Give a leg as the database answers what `log_columns` asks."""
    moments = (line.arrived, line.queued, line.assigned, line.answered, line.ended, line.wrapped)
    return (
        *(line.source, line.call, line.queue, line.group_name, line.agent),
        *(line.first_sequence, line.leg, line.kind, line.outcome, line.priority, line.hold),
        -1 if line.fate is None else line.fate,
        -1 if line.resolved is None else int(line.resolved),
        *(-1 if at is None else at - ORIGIN for at in moments),
    )


def alike(mine: tuple[CallLog, Names], theirs: tuple[CallLog, Names]) -> bool:
    """Say whether two logs are equal; calls may be numbered otherwise, and equal moments swapped."""
    return mine[1] == theirs[1] and told(mine[0]) == told(theirs[0])


def told(calls: CallLog) -> list[tuple[int, ...]]:
    heads = {number: row for row, number in reversed(list(enumerate(calls.call.tolist())))}
    columns = calls.columns() | {"call": np.array([heads[one] for one in calls.call.tolist()])}
    return list(zip(*(column.tolist() for column in columns.values()), strict=True))


LINES = list(legs.a_day())
GROUPS = st.sampled_from((None, "general", "tax"))
CHANGES = st.fixed_dictionaries(
    {
        "place": st.integers(0, len(LINES) - 1),
        "group_name": GROUPS,
        "leg": st.integers(0, 2),
        "fate": st.none() | st.integers(0, 9),
    }
)


@given(st.lists(CHANGES, max_size=30), st.randoms(use_true_random=False))
def test_columns_make_the_log_that_lines_make(
    changes: list[dict[str, int]], chance: object
) -> None:
    lines = list(LINES)
    for change in changes:
        place = change["place"]
        rest = {name: value for name, value in change.items() if name != "place"}
        lines[place] = lines[place]._replace(**rest)  # type: ignore[arg-type]
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert alike(log_of(map(as_row, shuffled), origin=ORIGIN), by_lines(lines))


def test_no_legs_make_an_empty_log() -> None:
    calls, names = log_of([], origin=ORIGIN)

    assert len(calls) == 0
    assert names == Names(origin=ORIGIN)


async def test_the_database_answers_with_the_log_of_what_it_holds(store: Store) -> None:
    settled = await legs.settle(store, days=2)
    wanted = LegFilter(first=FRIDAY, last=FRIDAY + timedelta(days=1))

    async with store.reading() as uow:
        found = await uow.live_reports.log(wanted)

    assert alike(found, by_lines(settled))
