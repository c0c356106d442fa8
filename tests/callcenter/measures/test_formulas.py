import json
import re
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, strategies as st

from callcenter.clock import HOUR, MINUTE, SECOND
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.targets import Definition, ServiceTarget
from callcenter.measures.catalogue import MEASURES, measure_named
from callcenter.measures.formulas import FLOWS, Kind, evaluate, needs, parse, unaccounted
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By, Stack
from callcenter.measures.tally import tally
from tests.callcenter.measures.builders import (
    OPEN,
    Row,
    agent_log,
    answered,
    call_log,
    frame,
    gone,
    turned_away,
)

TEN = OPEN + HOUR
T, S = 20 * SECOND, 5 * SECOND


def card(rows: list[Row], *, apart: bool = True) -> Scorecard:
    made = frame()
    log = call_log(rows, calls_apart=apart)
    return Scorecard([tally(log, agent_log(), made)], frame=made)


def test_every_definition_of_service_level_on_one_day() -> None:
    # Eleven answered in time, four late; three hung up: one shortly, one in time, one late. One each
    # balked, was busy, refused, released, called back, and still waits.
    rows = [
        *(answered(TEN, wait=T) for _ in range(11)),
        *(answered(TEN, wait=T + 1) for _ in range(4)),
        gone(TEN, outcome=Outcome.ABANDONED, wait=S),
        gone(TEN, outcome=Outcome.ABANDONED, wait=T),
        gone(TEN, outcome=Outcome.ABANDONED, wait=T + 1),
        gone(TEN, outcome=Outcome.BALKED),
        turned_away(TEN, outcome=Outcome.BUSY),
        gone(TEN, outcome=Outcome.QUEUE_FULL),
        gone(TEN, outcome=Outcome.RELEASED, wait=HOUR),
        gone(TEN, outcome=Outcome.CALLBACK_ACCEPTED, wait=MINUTE),
        gone(TEN, outcome=Outcome.OPEN) | {"ended": -1},
    ]
    found = card(rows)

    assert found.value("offered") == 23
    assert {letter: found.value(f"service_level_{letter}") for letter in "abcdefg"} == {
        "a": 11 / 15,
        "b": 11 / 19,
        "c": 11 / 21,
        "d": 14 / 23,
        "e": 11 / 16,
        "f": 11 / 23,
        "g": 11 / 21,
    }
    assert found.value("service_level_live") == 11 / 20
    assert found.value("answer_rate") == 15 / 23
    assert found.value("abandonment_rate") == 3 / 23
    assert found.value("abandonment_rate_long") == 2 / 21
    assert found.value("hang_up_rate") == 4 / 23
    assert found.value("blocking_rate") == 2 / 24
    assert found.value("blocked") == 2


def test_a_wait_of_exactly_the_threshold_is_in_time() -> None:
    found = card([answered(TEN, wait=T), answered(TEN, wait=T + 1), answered(TEN, wait=T - 1)])

    assert found.value("answered_within") == 2


def test_ringing_is_waiting_but_not_queueing() -> None:
    row = answered(TEN, wait=10 * SECOND)
    found = card([row | {"answered": row["answered"] + 3 * SECOND}])

    assert found.value("asa") == 13
    assert found.value("mean_ring") == 3
    assert found.value("mean_queue") == pytest.approx(10 / (9 * 3600))


def test_handling_is_talk_hold_and_after_call_work() -> None:
    found = card([answered(TEN, talk=100 * SECOND, wrap=30 * SECOND, hold=20 * SECOND)])

    parts = ("mean_talk", "mean_hold", "mean_wrap", "mean_handling")
    assert [found.value(name) for name in parts] == [80, 20, 30, 130]


def test_little_s_law_holds_for_a_queue_left_after_closing() -> None:
    found = card([answered(TEN, wait=HOUR), answered(18 * HOUR - 1, wait=2 * HOUR)])

    assert found.value("mean_queue") == pytest.approx(3 / 9)


def test_a_concern_settled_by_the_second_agent_is_not_settled_at_first_contact() -> None:
    first = answered(TEN, resolved=-1)
    passed_on = first | {"call": 0}
    second = answered(first["ended"], kind=LegKind.TRANSFER, call=0, attempt=1)
    found = card([passed_on, second, answered(TEN, call=1)], apart=False)

    assert found.value("calls") == 2
    assert found.value("transfer_rate") == pytest.approx(1 / 3)
    assert found.value("first_contact_resolution") == 1 / 2
    assert found.value("one_call_resolution") == 1


def test_a_caller_who_got_through_on_redialling_is_a_call_answered() -> None:
    first = gone(TEN, outcome=Outcome.ABANDONED, wait=MINUTE, call=0)
    again = answered(TEN + HOUR, call=0, kind=LegKind.REDIAL, attempt=1)
    lost = gone(TEN, outcome=Outcome.ABANDONED, wait=MINUTE, call=1)
    found = card([first, lost, again], apart=False)

    assert found.value("call_answer_rate") == 1 / 2
    assert found.value("calls_answered", interval="10:00") == 1
    assert found.value("first_contact_resolution") == 1
    assert found.value("answer_rate") == 1 / 3
    assert found.value("attempts_per_call") == 3 / 2


def test_a_call_that_comes_back_was_not_settled_at_once() -> None:
    first = answered(TEN, call=0, resolved=0)
    again = answered(TEN + HOUR, call=0, kind=LegKind.REPEAT, attempt=1)
    found = card([first, again], apart=False)

    assert found.value("repeats") == 1
    assert found.value("first_contact_resolution") == found.value("one_call_resolution") == 0
    assert found.value("settled_rate") == 1 / 2


def test_a_leg_belongs_to_the_interval_of_its_queue_entry() -> None:
    row = answered(TEN + HOUR - SECOND, wait=HOUR) | {"arrived": TEN - HOUR}
    found = card([row])

    assert found.value("offered", interval="10:00") == 1
    assert found.value("asa", interval="10:00") == 3600
    assert found.value("offered", interval="09:00") == 0
    assert found.value("asa", interval="09:00") is None


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_a_measure_says_all_there_is_to_say(measure: object) -> None:
    words = asdict(measure)  # type: ignore[call-overload]

    assert all(words[name] for name in ("name", "english", "korean", "population", "source"))
    assert re.search("[가-힣]|SL-", words["korean"])
    assert json.loads(json.dumps(words))["name"] == words["name"]


def test_every_base_that_a_formula_names_is_counted() -> None:
    made = frame()
    bases = Stack([tally(call_log([]), agent_log(), made)], frame=made).bases(By.TOTAL).keys()

    wanted = {base for measure in MEASURES.values() if measure.additive for base in needs(measure)}

    assert wanted - bases == {"cost"}, "and the cost where money is given"


def test_ratios_alone_have_a_denominator() -> None:
    assert all(
        (measure.denominator is not None) == (measure.kind is Kind.RATIO)
        for measure in MEASURES.values()
    )


def test_every_definition_has_its_measure() -> None:
    assert {definition.measure for definition in Definition} < MEASURES.keys()


def test_a_formula_is_read_as_it_is_written() -> None:
    above, below = parse("(a + b_c - d) / (e - f)")

    assert above.terms == (("a", 1), ("b_c", 1), ("d", -1))
    assert below is not None
    assert below.terms == (("e", 1), ("f", -1))
    with pytest.raises(ValueError, match="expected sums of bases"):
        parse("a * b")


def test_an_unknown_measure_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"asa.*got 'speed'"):
        measure_named("speed")


@given(st.lists(st.integers(0, 1000), min_size=len(FLOWS), max_size=len(FLOWS)), st.integers(-3, 3))
def test_a_lost_call_is_noticed(flows: list[int], lost: int) -> None:
    bases: dict[str, float] = dict(zip(FLOWS, flows, strict=True))
    bases["offered"] = sum(flows) + lost

    assert float(unaccounted(bases)) == lost


def test_formulas_work_on_plain_numbers_as_a_live_board_has_them() -> None:
    now = {"answered_within": 8, "answered": 9, "abandoned": 1, "balked": 0}

    assert float(evaluate(MEASURES["service_level_b"], now)) == 0.8
    assert np.isnan(float(evaluate(MEASURES["service_level_b"], dict.fromkeys(now, 0))))


def test_each_queue_is_held_to_its_own_threshold() -> None:
    made = frame(
        queues=("phone", "counter"),
        targets=(ServiceTarget(within=T), ServiceTarget(within=2 * T, definition=Definition.A)),
    )
    log = call_log([answered(TEN, wait=2 * T, queue=queue) for queue in (0, 1)])
    found = Scorecard([tally(log, agent_log(), made)], frame=made)

    assert found.value("service_level", queue="phone") == 0
    assert found.value("service_level", queue="counter") == 1
    assert found.estimate("service_level", queue="counter").measure.name == "service_level_a"
    assert found["service_level"].measure.name == "service_level_b"
