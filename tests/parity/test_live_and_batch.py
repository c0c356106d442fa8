"""A live day that is over has the batch scorecard of its log, and any moment of it is as it was told."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from callcenter.clock import DAY, MINUTE, Tick
from callcenter.domain.targets import ServiceTarget
from callcenter.measures.catalogue import MEASURES
from callcenter.measures.dialled import DIALLED
from callcenter.measures.figures import INTERVAL, Figures
from callcenter.measures.frame import Frame
from callcenter.measures.live import Board, DayLog, board
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.tally import Detail, tallies, tally
from callcenter.telephony.events import Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names
from callcenter.telephony.narrate import narrate
from simulation.engines import engine
from simulation.lead_ends import attempts_of
from simulation.plan import compile_plan
from simulation.replications import Order, draw
from simulation.scenario.load import load
from simulation.switch.laying import Laying
from tests.parity.test_narrate_and_fold import ORIGIN, Logs, lived, names_of
from tests.scenes import Scene
from tests.strategies import scenes

BUCHEON = Path(__file__).parents[2] / "configs" / "scenarios" / "bucheon-2009.yaml"
ON = date(2026, 7, 1)
SAME = {f"sl-{letter}": f"service_level_{letter}" for letter in "abcde"} | {
    name: name
    for name in (
        "arrived", "offered", "answered", "waiting", "handled", "answer_rate", "hang_up_rate", "asa",
        "mean_wait_abandoned", "mean_talk", "mean_hold", "mean_wrap", "mean_handling",
        "transfers_out", "transfer_rate", "occupancy", "utilisation",
    )
}  # fmt: skip
"""Live figures that a scorecard has too, by their names in either."""


CALLERS_ONLY = scenes(without=frozenset({"campaigns"}))
"""The figures of both are those of callers."""


def day_of(told: Iterable[Told], names: Names) -> DayLog:
    fold = Fold(names)
    for one in told:
        fold.apply(one)
    return DayLog.of(fold, day=ON)


def scorecard(logs: Logs, names: Names) -> Scorecard:
    frame = Frame(
        queues=names.queues,
        groups=names.groups,
        agent_group=names.agent_group,
        days=(ON,),
        opening=(((0, DAY),),) * len(names.queues),
        targets=(ServiceTarget(),) * len(names.queues),
        interval=INTERVAL,
    )
    return Scorecard([tally(*logs, frame, detail=Detail.INTERVALS)], frame=frame)


def cells(shown: Board) -> Iterator[tuple[dict[str, str], Figures]]:
    yield {}, shown.total
    for queue in shown.queues:
        yield {"queue": queue.queue}, queue.figures
    for interval in shown.intervals:
        minutes = (interval.start - ORIGIN) % DAY // MINUTE
        yield {"interval": f"{minutes // 60:02d}:{minutes % 60:02d}"}, interval.figures


def assert_equal_to_the_batch(shown: Board, card: Scorecard) -> int:
    compared = 0
    for cell, figures in cells(shown):
        for live, batch in SAME.items():
            if live in figures.of:
                wanted = card.value(batch, **cell)
                if live in {"sl-b", "sl-e"} and card.value("waiting", **cell):
                    continue  # these hold those against it who still wait
                assert figures[live].value == wanted, (live, cell)
                compared += 1
        assert figures.violations == 0
    return compared


def test_a_day_of_bucheon_has_live_the_figures_of_its_batch() -> None:
    order = Order.of(compile_plan(load(BUCHEON)), seed=7)
    calls, agents = engine("fast")(order.plan.tables, draw(order, 0))
    frame = order.plan.frame
    names = names_of(len(frame.queues), len(frame.groups), frame.agent_group)
    first_day = next(day for day in range(len(frame.days)) if (calls.arrived // DAY == day).sum())
    logs = on_one_day((calls, agents), day=first_day)

    shown = board(day_of(narrate(*logs, names=names, source="sim"), names), now=ORIGIN + DAY)

    assert shown.total["offered"].numerator > 1_000
    assert assert_equal_to_the_batch(shown, scorecard(logs, names)) > 200


def on_one_day(logs: Logs, *, day: int) -> Logs:
    """Cut a run to the legs and spells of one day, counted from its midnight."""
    calls, agents = logs
    moments = ("arrived", "queued", "assigned", "answered", "ended", "wrapped")
    found = []
    for log, key, ticks in ((calls, "arrived", moments), (agents, "start", ("start", "end"))):
        rows = log.columns()[key] // DAY == day
        columns = {name: column[rows] for name, column in log.columns().items()}
        for name in ticks:
            columns[name] = np.where(columns[name] < 0, -1, columns[name] - day * DAY)
        found.append(type(log).of(**columns))
    return found[0], found[1]


@given(scene=CALLERS_ONLY)
def test_any_small_day_has_live_the_figures_of_its_batch(scene: Scene) -> None:
    logs, names = lived(scene)
    told = narrate(*logs, names=names, source="sim", started=scene.start_tick)

    shown = board(day_of(told, names), now=ORIGIN + DAY)

    assert_equal_to_the_batch(shown, scorecard(logs, names))


@given(scene=CALLERS_ONLY, data=st.data())
def test_the_board_of_a_moment_is_that_of_what_had_been_told(
    scene: Scene, data: st.DataObject
) -> None:
    logs, names = lived(scene)
    story = list(narrate(*logs, names=names, source="sim"))
    now = data.draw(moments_of(story))

    backwards = board(day_of(story, names), now=now)
    then = board(day_of((told for told in story if told.at < now), names), now=now)

    assert backwards == then


def moments_of(story: list[Told]) -> st.SearchStrategy[Tick]:
    heard = sorted({told.at + more for told in story for more in (-1, 0, 1)} | {ORIGIN + DAY})
    return st.sampled_from([at for at in heard if ORIGIN < at <= ORIGIN + DAY])


def test_every_measure_a_scorecard_shares_with_the_board_is_compared() -> None:
    assert set(SAME.values()) <= set(MEASURES)


# --- Campaigns ---------------------------------------------------------------------------------------


def test_the_campaigns_of_a_day_have_live_the_figures_of_their_batch() -> None:
    plan = Laying(compile_plan(load(BUCHEON))).plan_of(ON)
    workload = draw(Order.of(plan, seed=7), 0)
    logs = engine("fast")(plan.tables, workload)
    frame, attempts = plan.frame, attempts_of(logs[0], plan.tables, workload)
    names = Names.of_centre(
        queues=frame.called, groups=frame.groups, agent_group=frame.agent_group, origin=ORIGIN
    )
    told = narrate(*logs, names=names, source="sim", dispositions=attempts.disposition.tolist())

    shown = board(day_of(told, names), now=ORIGIN + DAY).dialling

    card = Scorecard(tallies([logs], frame, attempts=[attempts]), frame=frame)
    assert len(shown.campaigns) > 5
    for one in shown.campaigns:
        for name in DIALLED:
            wanted = card.value(name, campaign=one.campaign)
            assert one.figures[name] == pytest.approx(wanted), (one.campaign, name)
    assert shown.total.count("successes") == card.value("successes") > 100
    assert shown.total.figures["drop_rate"] == card.value("drop_rate")
