import json
from statistics import mean, stdev

import numpy as np
import pytest
from scipy.stats import t as student

from callcenter.clock import DAY, HOUR, MINUTE, SECOND
from callcenter.domain.agents import AgentState
from callcenter.domain.calls import Outcome
from callcenter.domain.targets import Bound, Definition, Goal, ServiceTarget
from callcenter.measures.catalogue import MEASURES
from callcenter.measures.frame import Frame, Money
from callcenter.measures.precision import reached, relative_half_width, replications_needed
from callcenter.measures.scorecard import SCHEMA, Scorecard
from callcenter.measures.stack import By
from callcenter.measures.tally import Detail, Tally, tally
from tests.callcenter.measures.builders import (
    OPEN,
    Row,
    agent_log,
    answered,
    call_log,
    frame,
    gone,
)

TEN = OPEN + HOUR


def day(waits: list[int], *, at: int = TEN, lost: int = 0) -> list[Row]:
    """Build a day of answered legs with waits in seconds, and some that hang up after a minute."""
    served = [answered(at + n * MINUTE, wait=wait * SECOND) for n, wait in enumerate(waits)]
    return served + [gone(at, outcome=Outcome.ABANDONED, wait=MINUTE) for _ in range(lost)]


def run(rows: list[Row], made: Frame, *, detail: Detail = Detail.FULL) -> Tally:
    spells = [
        (agent, AgentState.AVAILABLE, k * DAY + OPEN, k * DAY + OPEN + 9 * HOUR)
        for agent in range(2)
        for k in range(len(made.days))
    ]
    return tally(call_log(rows), agent_log(spells), made, detail=detail)


def card(*days: list[Row], target: ServiceTarget | None = None) -> Scorecard:
    made = frame(target=target)
    return Scorecard([run(rows, made) for rows in days], frame=made)


def test_counts_have_a_student_interval_over_replications() -> None:
    found = card(day([0]), day([0] * 3), day([0] * 5))["offered"]

    assert found.value == 3
    assert found.half_width == pytest.approx(student.ppf(0.975, 2) * 2 / 3**0.5)
    assert found.n == 3
    assert (found.low, found.high) == (3 - found.half_width, 3 + found.half_width)


def test_a_ratio_is_of_sums_and_its_interval_by_the_delta_method() -> None:
    waits = [[10], [20, 40], [], [0, 0, 30]]
    found = card(*(day(one) for one in waits))["asa"]

    value = sum(map(sum, waits)) / 6
    rest = [sum(one) - value * len(one) for one in waits]
    expected = student.ppf(0.975, 3) * (sum(x * x for x in rest) / 3 / 4) ** 0.5 / (6 / 4)
    assert found.value == pytest.approx(value)
    assert found.half_width == pytest.approx(expected)


def test_one_replication_has_values_and_no_intervals() -> None:
    found = card(day([5, 7]))

    assert found.value("asa") == 6
    assert found["asa"].half_width is found["asa"].low is found["asa"].high is None
    assert found["wait_p90"].half_width is None


def test_percentiles_are_of_all_waits_pooled() -> None:
    found = card(day([1, 2, 3, 4]), day([10]))["wait_p80"]

    assert found.value == 4
    assert found.half_width == pytest.approx(student.ppf(0.975, 1) * stdev([4, 10]) / 2**0.5)


def test_a_maximum_is_the_mean_of_the_runs_highest() -> None:
    assert card(day([1, 9]), day([5]))["wait_max"].value == 7


def test_what_nobody_had_is_absent() -> None:
    found = card(day([]), day([]))

    assert found.value("service_level") is None
    assert found["asa"].half_width is None
    assert "asa" not in {row["measure"] for row in found.rows()}
    assert found.value("asa", interval="10:00") is None


def test_the_spread_between_days_stands_beside_the_mean() -> None:
    made = frame(days=3)
    rows = [
        row
        for k, waits in enumerate([[0], [0] * 3, [0] * 8])
        for row in day(waits, at=k * DAY + TEN)
    ]
    found = Scorecard([run(rows, made), run(rows[:4], made)], frame=made)

    spread = found["offered"].spread
    values = [1, 3, 8, 1, 3, 0]
    assert found.value("offered_per_day") == 16 / 6
    assert spread is not None
    assert spread.days == 6
    assert spread.sd == pytest.approx(stdev(values))
    assert (spread.p10, spread.p90) == tuple(np.quantile(values, [0.1, 0.9]))
    levels = found.estimate("service_level", queue="phone").spread
    assert levels is not None
    assert levels.days == 5
    assert found.estimate("offered", interval="10:00").spread is None


def test_of_one_day_every_cell_has_its_spread() -> None:
    spread = card(day([0]), day([0, 0])).estimate("offered", interval="10:00").spread

    assert spread is not None
    assert (spread.days, spread.sd) == (2, pytest.approx(0.5**0.5))


def test_closed_days_are_no_days_without_calls() -> None:
    made = frame(days=2)
    made = Frame(
        queues=made.queues, groups=made.groups, agent_group=made.agent_group, days=made.days,
        opening=(made.opening[0][:1],), targets=made.targets, interval=made.interval,
    )  # fmt: skip
    found = Scorecard([run(day([0, 0]), made)], frame=made)

    assert found.value("offered_per_day") == 2
    assert found["offered"].spread is not None
    assert found["offered"].spread.days == 1


def test_occupancy_is_busy_over_available_and_split_by_overlap() -> None:
    rows = [answered(TEN + 50 * MINUTE, talk=20 * MINUTE, wrap=5 * MINUTE)]
    found = card(rows)

    assert found.value("occupancy", interval="10:00") == pytest.approx(10 / 120)
    assert found.value("occupancy", interval="11:00") == pytest.approx(15 / 120)
    assert found.value("occupancy", group="agents") == pytest.approx(25 / (2 * 9 * 60))
    assert found.value("occupancy", agent="0") == pytest.approx(25 / (9 * 60))
    assert found.value("occupancy", agent="1") == 0
    assert found.value("agents_present", interval="11:00") == 2
    assert found.value("busy_time") == pytest.approx(25 / 60)


def test_cost_is_contract_lines_and_wages() -> None:
    made = frame(money=Money(fixed=1000.0, per_line_minute=10.0, wage_per_hour=(100.0,)))
    rows = [answered(TEN, wait=MINUTE, talk=2 * MINUTE), gone(TEN, outcome=Outcome.BUSY, queued=-1)]
    found = Scorecard([run(rows, made)], frame=made)

    assert found.value("cost") == pytest.approx(1000 + 30 + 2 * 9 * 100)
    assert found.value("cost_per_contact") == found.value("cost")
    assert found.value("cost", day="2009-01-05") == found.value("cost")


def test_a_goal_is_kept_or_missed_by_how_much_and_how_surely() -> None:
    target = ServiceTarget(
        share=0.5, abandonment=0.1, asa=30 * SECOND, occupancy=(0.0, 0.5), definition=Definition.A
    )
    found = card(day([0, 30]), day([0, 0, 30, 30]), day([0, 0, 0, 30], lost=1), target=target)

    level, lost, asa, *occupancy = found.verdicts()

    assert level.goal == Goal(measure="service_level_a", bound=Bound.AT_LEAST, value=0.5)
    assert (level.kept, level.days_kept) == (True, 1.0)
    assert level.margin == pytest.approx(0.1)
    assert level.confidence is not None
    assert level.estimate.half_width is not None
    error = level.estimate.half_width / student.ppf(0.975, 2)
    assert level.confidence == pytest.approx(student.cdf(0.1 / error, 2))
    assert lost.days_kept == pytest.approx(2 / 3)
    assert (asa.kept, asa.margin) == (True, pytest.approx(30 - 12))
    assert [verdict.kept for verdict in occupancy] == [True, True]


def test_one_caller_a_day_who_waits_not_at_all_proves_nothing() -> None:
    (verdict,) = card(*(day([0]) for _ in range(3))).verdicts()

    assert (verdict.kept, verdict.estimate.half_width, verdict.confidence) == (True, 0.0, None)


def test_a_goal_without_calls_is_neither_kept_nor_missed() -> None:
    (verdict,) = card(day([])).verdicts()

    assert verdict.kept is verdict.margin is verdict.confidence is verdict.days_kept is None


def test_a_table_has_a_record_for_each_cell_in_use() -> None:
    table = card(day([0, 10]), day([5])).table(by="interval")

    assert [record["interval"] for record in table] == [f"{hour:02d}:00" for hour in range(9, 18)]
    assert (table[1]["offered"], table[1]["asa"]) == (1.5, 5)
    assert table[2]["asa"] is None
    assert len({tuple(record) for record in table}) == 1


def test_everything_goes_into_json_with_its_schema() -> None:
    made = frame(days=2, queues=("phone", "chat"))
    found = Scorecard([run(day([0, 10]), made), run(day([5]), made)], frame=made)

    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))

    assert told["schema"] == SCHEMA
    assert told["tables"].keys() >= {"total", "queue", "interval", "day", "group", "agent"}
    total = told["tables"]["total"][0]["values"]
    assert total["asa"]["value"] == 5
    assert total["asa"]["between_days"]["days"] == 2
    chat = next(cell for cell in told["tables"]["queue"] if cell["queue"] == "chat")
    assert "asa" not in chat["values"]
    assert told["measures"].keys() == MEASURES.keys()
    assert [verdict["queue"] for verdict in told["targets"]] == ["phone", "chat"]


def test_unknown_cells_are_refused_with_the_known_ones() -> None:
    found = card(day([0]))

    with pytest.raises(KeyError, match="expected one of phone, got 'fax'"):
        found.value("asa", queue="fax")
    with pytest.raises(KeyError, match="expected cells of one of"):
        found.value("asa", queue="phone", agent="0")
    with pytest.raises(KeyError, match="expected one of"):
        found.value("speed")


def test_a_total_tells_no_intervals() -> None:
    made = frame()
    found = Scorecard([run(day([0]), made, detail=Detail.TOTAL)], frame=made)

    assert found.value("asa", queue="phone") == 0
    with pytest.raises(ValueError, match="expected one of total, queue, group"):
        found.rows(by=By.INTERVAL)
    assert found.to_dict()["tables"].keys() == {"total", "queue", "group"}


def test_without_waits_kept_percentiles_are_absent() -> None:
    made = frame()
    light = tally(call_log(day([0, 5])), agent_log(), made, keep_waits=False)
    found = Scorecard([light], frame=made)

    assert found.value("wait_p90") is None
    assert found.value("asa") == 2.5


def test_precision_is_the_half_width_relative_to_the_value() -> None:
    found = card(day([0] * 90), day([0] * 110))

    half_width = found["offered"].half_width
    assert half_width is not None
    assert relative_half_width(found, "offered") == half_width / 100
    assert reached(found, "offered", precision=half_width / 100)
    assert not reached(found, "offered", precision=half_width / 101)
    assert replications_needed(found, "offered", precision=1e9) == 2
    needed = replications_needed(found, "offered", precision=0.1)
    assert needed is not None
    assert needed > 100


def test_precision_is_unknown_for_one_run_or_a_value_of_zero() -> None:
    assert relative_half_width(card(day([0])), "offered") == float("inf")
    assert relative_half_width(card(day([]), day([])), "offered") == float("inf")
    assert replications_needed(card(day([0])), "offered", precision=0.01) is None


def test_means_agree_with_the_statistics_module() -> None:
    counts = [3, 1, 4, 1, 5]
    found = card(*(day([0] * n) for n in counts))["offered"]

    assert found.value == pytest.approx(mean(counts))
    assert found.spread is not None
    assert found.spread.sd == pytest.approx(stdev(counts))
