"""Reports over stored calls: their parts, their filters, their versions, and that a board says the same."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from callcenter.clock import DAY
from callcenter.desk.definitions import DefinitionDesk, NewVersion
from callcenter.desk.live_reports import INBOUND, MOST_DAYS, LiveReport, LiveReportDesk
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from callcenter.errors import InputError
from callcenter.measures.figures import Figure
from callcenter.measures.live import board
from callcenter.measures.reporting import Along, Line
from callcenter.store.live_lines import midnight_of
from callcenter.store.live_reports import LegFilter
from callcenter.store.unit_of_work import Store
from tests import builders, legs
from tests.desks import Watch
from tests.legs import FRIDAY

SATURDAY = FRIDAY + timedelta(days=1)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
ONE_DAY = LegFilter(first=FRIDAY, last=FRIDAY)


def desk_on(store: Store, at: datetime = LATER) -> LiveReportDesk:
    return LiveReportDesk(store=store, now=Watch(at))


def value(line: Line, definition: str) -> float | None:
    (found,) = [one for one in line.figures if one.definition.id == definition]
    return found.value


def only(report: LiveReport) -> tuple[Line, tuple[Line, ...]]:
    (section,) = report.sections
    return section.total, section.lines


async def test_the_five_service_levels_are_those_of_the_board(store: Store) -> None:
    await legs.settle(store)

    total, _ = only(await desk_on(store).service_level(ONE_DAY, along=Along.DAY))

    told = {one.definition.id: one.value for one in total.figures}
    assert told == {name: shown.value for name, shown in (await board_of(store, told)).items()}
    assert len(set(told.values())) > 3


async def board_of(store: Store, names: Iterable[str]) -> dict[str, Figure]:
    async with store.reading() as uow:
        shown = board(await uow.legs.day(FRIDAY), now=midnight_of(FRIDAY) + DAY)
    return {name: shown.total[name] for name in names}


async def test_handling_times_are_those_of_the_board_whatever_was_dialled(store: Store) -> None:
    await legs.settle(store)

    desk = desk_on(store)
    total, _ = only(await desk.handling_time(ONE_DAY, along=Along.DAY))
    people = await desk.staff(FRIDAY)

    told = {one.definition.id: one.value for one in total.figures}
    shown = await board_of(store, told)
    assert told == {name: pytest.approx(one.value) for name, one in shown.items()}
    assert {name: people.all[name].value for name in told} == {
        name: pytest.approx(one.value) for name, one in shown.items()
    }


async def test_the_parts_of_handling_add_up_to_it(store: Store) -> None:
    settled = await legs.settle(store)

    total, lines = only(await desk_on(store).handling_time(ONE_DAY, along=Along.AGENT))

    assert value(total, "handled") == sum(
        one.wrapped is not None and one.queued is not None for one in settled
    )
    for line in (total, *lines):
        parts = [value(line, name) for name in ("mean_talk", "mean_hold", "mean_wrap")]
        assert value(line, "mean_handling") == pytest.approx(sum(part or 0 for part in parts))
    assert [line.key for line in lines] == list(legs.AGENTS)


@pytest.mark.parametrize("along", [one for one in Along if one is not Along.TOTAL])
async def test_lines_add_up_to_the_total_of_the_answered(store: Store, along: Along) -> None:
    await legs.settle(store, days=2)
    wanted = LegFilter(first=FRIDAY, last=SATURDAY)

    total, lines = only(await desk_on(store).handling_time(wanted, along=along))

    assert sum(value(line, "handled") or 0 for line in lines) == value(total, "handled")


async def test_volumes_tell_who_called_from_whom_the_centre_called(store: Store) -> None:
    settled = await legs.settle(store)

    report = await desk_on(store).volumes(ONE_DAY, along=Along.TOTAL)

    sections = {section.name: section.total for section in report.sections}
    inbound = [one for one in settled if one.kind == 0]
    assert value(sections["inbound"], "arrived") == len(inbound)
    dialled = [one for one in settled if one.kind != 0]
    assert value(sections["outbound"], "arrived") == len(dialled)
    spoken = sum(one.answered is not None for one in dialled)
    assert value(sections["outbound"], "handled") == spoken > 0
    flows = Counter(one.outcome for one in inbound)
    assert value(sections["inbound"], "left_otherwise") == (
        flows[Outcome.RELEASED] + flows[Outcome.FLOWED_OUT]
    )
    parts = [value(sections["inbound"], name) or 0 for name in INBOUND[2:]]
    assert value(sections["inbound"], "offered") == sum(parts)
    assert value(sections["tickets"], "tickets_opened") == 0


async def test_tickets_belong_to_no_queue(store: Store) -> None:
    wanted = LegFilter(first=FRIDAY, last=FRIDAY, queue="tax")

    report = await desk_on(store).volumes(wanted, along=Along.DAY)

    assert [section.name for section in report.sections] == ["inbound", "outbound"]


@pytest.mark.parametrize(
    "narrower", [{"queue": "tax"}, {"group": "general"}, {"agent": "general-02"}]
)
async def test_a_filter_leaves_only_its_own(store: Store, narrower: dict[str, str]) -> None:
    settled = await legs.settle(store)
    ((name, wanted),) = narrower.items()
    column = {"group": "group_name"}.get(name, name)

    total, _ = only(
        await desk_on(store).handling_time(
            LegFilter(first=FRIDAY, last=FRIDAY, **narrower),  # type: ignore[arg-type]
            along=Along.TOTAL,
        )
    )

    calls = [one for one in settled if one.wrapped is not None and one.queued is not None]
    mine = [one for one in calls if getattr(one, column) == wanted]
    assert value(total, "handled") == len(mine) > 0


async def test_a_day_that_is_not_over_may_change(store: Store) -> None:
    await legs.settle(store, days=2)
    noon = datetime(2026, 11, 21, 3, tzinfo=UTC)
    wanted = LegFilter(first=FRIDAY, last=SATURDAY)

    total, lines = only(await desk_on(store, noon).service_level(wanted, along=Along.DAY))

    assert [line.provisional for line in lines] == [False, True]
    assert total.provisional


async def test_days_keep_the_definition_they_had(store: Store) -> None:
    await legs.settle(store, days=2)
    watch = Watch(datetime(2026, 11, 20, 1, tzinfo=UTC))
    await DefinitionDesk(store=store, now=watch).redefine(
        "sl-a",
        NewVersion(valid_from=SATURDAY, threshold=0),
        replaces=1,
        actor=builders.an_actor(),
    )

    wanted = LegFilter(first=FRIDAY, last=SATURDAY)
    total, (friday, saturday) = only(await desk_on(store).service_level(wanted, along=Along.DAY))

    both = [line.figures[0] for line in (friday, saturday)]
    assert both[0].denominator == both[1].denominator
    assert both[0].numerator > both[1].numerator > 0
    assert total.figures[0].numerator == both[0].numerator + both[1].numerator
    assert total.figures[0].versions == (1, 2)


async def test_days_without_calls_are_told_and_have_no_shares(store: Store) -> None:
    total, (line,) = only(await desk_on(store).service_level(ONE_DAY, along=Along.DAY))

    assert {one.value for one in (*total.figures, *line.figures)} == {None}
    assert line.key == "2026-11-20"


@pytest.mark.parametrize(
    "last", [FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=MOST_DAYS)], ids=["before", "far"]
)
async def test_days_in_the_wrong_order_or_too_many_are_refused(store: Store, last: date) -> None:
    with pytest.raises(InputError):
        await desk_on(store).volumes(LegFilter(first=FRIDAY, last=last), along=Along.DAY)


async def test_a_day_of_agents_knows_their_work_and_their_time(store: Store) -> None:
    settled = await legs.settle(store)

    found = await desk_on(store).staff(FRIDAY)

    ann = found.people[0]
    assert (ann.agent, ann.group) == ("general-01", "general")
    mine = [one for one in settled if one.agent == "general-01" and one.queued is not None]
    assert ann.figures["handled"].value == len(mine)
    assert ann.seconds == {AgentState.AVAILABLE: 8 * 3600, AgentState.LUNCH: 3600}
    assert [spell.reason for spell in ann.spells] == ["", "점심", ""]
    handled = [person.figures["handled"].numerator for person in found.people]
    assert found.all["handled"].value == sum(handled)
    assert sum(one["handled"].numerator for one in found.groups.values()) == sum(handled)


async def test_satisfaction_counts_every_answer_once(store: Store) -> None:
    settled = await legs.settle(store)
    said = list(legs.answers_to(settled))

    found = await desk_on(store).satisfaction(FRIDAY, FRIDAY)

    assert (found.all.responses, found.all.satisfied) == (
        len(said),
        sum(one.score >= 4 for one in said),
    )
    assert sum(one.responses for one in found.queues.values()) == len(said)
    assert found.all.interval is not None
    assert found.all.interval.low < (found.all.value or 0) < found.all.interval.high
