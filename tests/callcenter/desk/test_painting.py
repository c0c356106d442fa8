"""A frame of a simulated day says what the board of that day says, with names and without."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from api.schemas.live import FrameShape
from callcenter.clock import DAY, HOUR, SECOND, ManualClock, Tick
from callcenter.desk.alerts import AlertDesk
from callcenter.desk.campaign_progress import Progress
from callcenter.desk.campaign_watch import Announced, CampaignWatch
from callcenter.desk.centre_clock import CentreClock, Voice
from callcenter.desk.frames import Quality, Scene, instant, painting, status, tick_of
from callcenter.desk.painting import LivePainter, TicketWatch
from callcenter.desk.pasts import Pasts, mean_of
from callcenter.desk.standards import Standards
from callcenter.errors import NotFoundError
from callcenter.measures.definitions import DEFAULT, DEFINITIONS, Definition
from callcenter.measures.figures import Figure
from callcenter.measures.live import Course, DayLog, Forecast, board
from callcenter.store.engine import Database
from callcenter.store.unit_of_work import Store
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import narrate
from simulation.engines import engine
from simulation.lead_ends import lead_ends
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario import load
from simulation.switch.laying import Laying, midnight
from tests import builders
from tests.desks import Watch, a_ticket_desk

SCENARIO = Path(__file__).parents[3] / "configs" / "scenarios" / "bucheon-2009.yaml"
TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
"""On which campaigns call too."""
NOON = midnight(TODAY) + 12 * HOUR


@cache
def a_day(day: date) -> DayLog:
    """Return a day of the shipped centre, told to a fold."""
    plan = Laying(compile_plan(load(SCENARIO))).plan_of(day)
    workload = draw(Order.of(plan, seed=day.day), 0)
    logs = engine("fast")(plan.tables, workload)
    _, came_to = lead_ends(logs[0], plan.tables, workload)
    names = Names.of_centre(
        queues=plan.frame.called,
        groups=plan.frame.groups,
        agent_group=plan.tables.agent_group.tolist(),
        origin=midnight(day),
    )
    fold = Fold(names)
    for told in narrate(*logs, names=names, source="sim1", dispositions=came_to.tolist()):
        fold.apply(told)
    return DayLog.of(fold, day=day)


class Lines:
    """Some days, and one switch that lives the last of them."""

    def __init__(self, *days: date) -> None:
        self.days = days
        self.asked: list[date] = []
        heard = tick_of(Watch().at)
        self.voices = (
            Voice(
                source="sim1",
                online=True,
                heard=heard,
                said=NOON,
                said_at=heard - SECOND // 4,
                speed=60.0,
                simulated=True,
            ),
        )
        self.quality = Quality(ghosts=1, poison=2)

    async def day(self, day: date) -> DayLog:
        self.asked.append(day)
        names = Names(origin=midnight(day))
        return a_day(day) if day in self.days else DayLog.of(Fold(names), day=day)


async def bygone(day: date, before: Tick) -> DayLog:
    """Give a day of which the board leaves out what came later."""
    assert midnight(day) <= before
    return a_day(day) if day == TODAY else DayLog.of(Fold(Names(origin=midnight(day))), day=day)


async def nothing_planned() -> list[Progress]:
    return []


def a_campaign_watch(store: Store) -> CampaignWatch:
    return CampaignWatch(
        store,
        clock=ManualClock(),
        site="bucheon",
        under_way=nothing_planned,
        announced=lambda: {"water-bills": Announced(ko="수도요금", en="water bills", quota=9_000)},
    )


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def lines() -> Lines:
    return Lines(TODAY, TODAY - timedelta(days=7))


@pytest.fixture
def painter(store: Store, watch: Watch, lines: Lines) -> LivePainter:
    return LivePainter(
        lines=lines,
        centre=CentreClock(lines, now=watch),
        tickets=TicketWatch(store, clock=ManualClock(), now=watch),
        alerts=AlertDesk(store, now=watch),
        pasts=Pasts(lines),
        bygones=bygone,
        standards=Standards(store, clock=ManualClock()),
        campaigns=a_campaign_watch(store),
        site="bucheon",
    )


async def test_a_frame_says_what_the_board_says(painter: LivePainter) -> None:
    found = (await painter.paint()).full
    expected = board(a_day(TODAY), now=NOON)

    FrameShape.model_validate_json(json.dumps({"frame": 1, **found}))
    assert found["now"] == "2026-11-20T12:00:00.000+09:00"
    assert found["today"]["offered"] == expected.total["offered"].numerator > 500
    assert found["today"]["service_level"]["value"] == pytest.approx(expected.total.level.value)
    assert found["today"]["asa_s"] == pytest.approx(expected.total["asa"].value, abs=1e-5)
    assert set(found["today"]["service_levels"]) == {"sl-a", "sl-b", "sl-c", "sl-d", "sl-e"}
    counts = [found["today"][name] for name in ("answered", "abandoned", "flowed_out", "waiting")]
    assert sum(counts) == found["today"]["offered"]
    assert sum(found["agents"]["by_state"].values()) == len(found["agents"]["list"])
    assert (found["quality"]["ghosts"], found["quality"]["poison"]) == (1, 2)
    assert found["speed"] == 60.0
    assert [one["simulated"] for one in found["sources"]] == [True]
    assert found["today"]["service_level"]["target"] == expected.definition.goal == 0.8


async def test_its_campaigns_are_those_of_the_board_under_the_names_they_were_announced_by(
    store: Store,
) -> None:
    shown = board(a_day(MONDAY), now=midnight(MONDAY) + 16 * HOUR)

    told = painting(
        Scene(board=shown, site="bucheon", campaigns=await a_campaign_watch(store).lines(shown))
    )

    found, expected = told.full, shown.dialling
    FrameShape.model_validate_json(json.dumps({"frame": 1, **told.nameless}))
    assert found["outbound"]["attempts"] == expected.total.count("attempts") > 50
    assert found["outbound"]["contacts"] == expected.total.contacts
    assert found["outbound"]["contacts_per_hour"] == pytest.approx(
        expected.total.figures["contacts_per_hour"]
    )
    assert [one["code"] for one in found["campaigns"]] == [
        one.campaign for one in expected.campaigns
    ]
    named = {one["code"]: (one["ko"], one["en"], one["quota"]) for one in found["campaigns"]}
    assert named["water-bills"] == ("수도요금", "water bills", 9_000)
    assert named["telephone-kindness"] == ("telephone-kindness", "telephone-kindness", None)
    assert sum(one["today"] for one in found["campaigns"]) == found["outbound"]["today"] > 0
    assert told.nameless["campaigns"] == found["campaigns"]


async def test_it_is_held_against_the_week_before_and_the_weeks_before_that(
    painter: LivePainter, lines: Lines
) -> None:
    found = (await painter.paint()).full
    await painter.paint()

    before = Course.of(a_day(TODAY - timedelta(days=7)))
    assert found["last_week"]["day_total"] == before.moments.size
    assert found["forecast"]["source"] == "same_weekdays"
    assert found["forecast"]["day_total"] == pytest.approx(before.moments.size)
    assert lines.asked.count(TODAY - timedelta(days=7)) == 1, "the past is read once"


async def test_without_names_no_name_is_left(painter: LivePainter) -> None:
    painting = await painter.paint()
    names = {one["agent"] for one in painting.full["agents"]["list"]}
    text = json.dumps(painting.nameless, ensure_ascii=False)

    FrameShape.model_validate_json(json.dumps({"frame": 1, **painting.nameless}))
    assert len(names) > 10
    assert not [name for name in names if name in text]
    numbered = [one["agent"] for one in painting.nameless["agents"]["list"]]
    assert sorted(numbered) == sorted(f"상담사 {n}" for n in range(1, len(names) + 1))
    assert painting.nameless["today"] == painting.full["today"]


async def test_the_time_machine_shows_any_moment_as_it_was(painter: LivePainter) -> None:
    at = instant(midnight(TODAY) + 10 * HOUR)

    found = (await painter.paint_past(at)).full

    expected = board(a_day(TODAY), now=tick_of(at))
    assert found["replay"]
    assert found["today"]["offered"] == expected.total["offered"].numerator
    assert found["sources"] == []
    with pytest.raises(NotFoundError):
        await painter.paint_past(at - timedelta(days=1))


async def test_tickets_near_their_date_are_shown_and_on_a_wall_without_their_titles(
    painter: LivePainter, store: Store, watch: Watch
) -> None:
    desk = await a_ticket_desk(store, watch=watch)
    ticket = await desk.open(builders.a_petition(), actor=builders.an_actor())
    watch.advance(days=40)

    painting = await painter.paint()

    tickets = painting.full["tickets"]
    assert (tickets["open"], tickets["overdue"], tickets["due_today"]) == (1, 1, 0)
    assert tickets["soon"][0]["number"] == ticket.ticket.number
    assert tickets["soon"][0]["title"]
    assert painting.nameless["tickets"]["soon"][0]["title"] is None
    assert "ticket-overdue" in [one["rule"] for one in painting.full["alerts"]]


async def test_a_database_that_is_away_darkens_no_board(lines: Lines, watch: Watch) -> None:
    away = Store(Database("postgresql://nobody@127.0.0.1:1/none"))
    painter = LivePainter(
        lines=lines,
        centre=CentreClock(lines, now=watch),
        tickets=TicketWatch(away, clock=ManualClock(), now=watch),
        alerts=AlertDesk(away, now=watch),
        pasts=Pasts(lines),
        bygones=bygone,
        standards=Standards(away, clock=ManualClock()),
        campaigns=a_campaign_watch(away),
        site="bucheon",
    )

    found = (await painter.paint()).full

    await away.database.close()
    assert found["today"]["offered"] > 500
    assert found["tickets"] is None


async def test_a_new_version_of_a_definition_holds_on_the_board(
    painter: LivePainter, store: Store, watch: Watch
) -> None:
    strict = replace(
        DEFINITIONS[DEFAULT], version=2, valid_from=TODAY, threshold=SECOND, by="manager"
    )
    async with store.writing() as uow:
        await uow.definitions.add(strict, at=watch())

    found = (await painter.paint()).full

    assert (found["definition"]["version"], found["definition"]["threshold_s"]) == (2, 1.0)
    usual = board(a_day(TODAY), now=NOON).total.level.value
    assert usual is not None
    assert found["today"]["service_level"]["value"] < usual


async def test_who_was_not_heard_for_a_day_is_no_part_of_the_centre(
    painter: LivePainter, watch: Watch
) -> None:
    watch.advance(hours=25)

    assert (await painter.paint()).full["sources"] == []


def test_a_silence_becomes_news_twice(painter: LivePainter, watch: Watch) -> None:
    def waits() -> Iterator[Tick | None]:
        for seconds in (0, 20, 50):
            watch.advance(seconds=seconds)
            yield painter.next_news()

    first, second, last = waits()

    assert first is not None
    assert second is not None
    assert 15 * SECOND < first < 16 * SECOND
    assert 40 * SECOND < second < 41 * SECOND
    assert last is None


async def test_who_knows_better_what_to_expect_is_believed(lines: Lines) -> None:
    known = Forecast(source="scenario", offered=(100.0,) * 48)

    _, forecast = await Pasts(lines, expected=lambda _day: known).of(TODAY)

    assert forecast is known


def test_of_no_day_at_all_nothing_is_expected_and_of_two_their_mean() -> None:
    one, other = Course.of(a_day(TODAY)), Course.of(a_day(TODAY - timedelta(days=7)))

    assert mean_of([]) is None
    both = mean_of([one, other])
    assert both is not None
    assert len(both.offered) == DAY // (HOUR // 2)
    assert sum(both.offered) == pytest.approx((one.moments.size + other.moments.size) / 2)


def test_a_service_level_that_nobody_knows_is_neither_good_nor_bad() -> None:
    level = DEFINITIONS[DEFAULT]
    found = [stands(level, value) for value in (None, 0.9, 0.8, 0.79, 0.7, 0.69, 0.0)]

    assert found == ["unknown", "ok", "ok", "warn", "warn", "bad", "bad"]


def test_a_service_level_is_held_to_what_its_definition_aims_at() -> None:
    level = DEFINITIONS[DEFAULT]
    stricter, free = (replace(level, goal=goal, floor=None) for goal in (0.9, None))

    assert [stands(stricter, value) for value in (0.9, 0.89)] == ["ok", "bad"]
    assert stands(free, 0.1) == "unknown"


def stands(definition: Definition, value: float | None) -> str:
    people = 0.0 if value is None else 100.0
    return status(
        Figure(
            definition=definition,
            numerator=round((value or 0) * people),
            denominator=people,
            provisional=False,
        )
    )
