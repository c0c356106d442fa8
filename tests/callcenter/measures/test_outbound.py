"""Measures of campaigns on logs made by hand."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from callcenter.clock import DAY, HOUR, MINUTE
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.measures.catalogue import MEASURES, OF_CAMPAIGNS, measures_of
from callcenter.measures.formulas import Kind, needs
from callcenter.measures.frame import Frame
from callcenter.measures.outbound import CAMPAIGNS, Attempts, finish_days, finished_by
from callcenter.measures.scorecard import Scorecard
from callcenter.measures.stack import By
from callcenter.measures.tally import Detail, Tally, tallies
from callcenter.telephony.call_log import NONE, CallLog
from tests.callcenter.measures.builders import BLANK, Row, agent_log, answered, call_log, frame

TEN = 10 * HOUR
TAX, SURVEY = 1, 2
CALLING = ((9 * HOUR, 18 * HOUR),), ((9 * HOUR, 18 * HOUR), (DAY + 9 * HOUR, DAY + 12 * HOUR))


def centre(*, days: int = 2, warm_up: int = 0, until: int | None = None) -> Frame:
    made = frame(days=days, warm_up=warm_up, until=until)
    return replace(made, campaigns=("tax", "survey"), calling=CALLING)


def spoken(at: int, *, campaign: int = TAX, minutes: int = 3) -> Row:
    more = {"kind": LegKind.OUTBOUND, "queue": campaign, "queued": NONE}
    return answered(at, talk=(minutes - 1) * MINUTE, wrap=MINUTE, **more)


def unanswered(at: int, *, campaign: int = TAX, outcome: Outcome = Outcome.NOT_REACHED) -> Row:
    more = {"kind": LegKind.OUTBOUND, "queue": campaign, "outcome": outcome}
    return BLANK | more | {"arrived": at, "ended": at + MINUTE}


def log_of(rows: list[tuple[Row, Disposition]], *more: Row) -> tuple[CallLog, list[Disposition]]:
    return call_log([*more, *(row for row, _ in rows)]), [word for _, word in rows]


def tally_of(
    rows: list[tuple[Row, Disposition]],
    *more: Row,
    made: Frame,
    left: tuple[int, int] = (0, 5),
    detail: Detail = Detail.INTERVALS,
) -> Tally:
    calls, words = log_of(rows, *more)
    told = Attempts(
        disposition=np.array(words, np.int8),
        leads=np.array([10, 20]),
        left=np.array(left),
        finished=np.array(left) == 0,
    )
    return tallies([(calls, agent_log())], made, detail=detail, attempts=[told])[0]


ROWS = [
    (spoken(TEN), Disposition.SUCCESS),
    (spoken(TEN + HOUR, minutes=5), Disposition.REFUSAL),
    (unanswered(TEN + HOUR), Disposition.NO_ANSWER),
    (spoken(TEN, campaign=SURVEY), Disposition.PARTIAL),
    (unanswered(DAY + TEN, campaign=SURVEY, outcome=Outcome.DROPPED), Disposition.DROPPED),
    (spoken(DAY + TEN, campaign=SURVEY), Disposition.SUCCESS),
]


def test_attempts_are_counted_by_what_came_of_them() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    assert card.value("attempts") == 6
    assert card.value("live_answers") == 5
    assert card.value("successes", campaign="tax") == 1
    assert card.value("refusals", campaign="tax") == 1
    assert card.value("partials", campaign="survey") == 1
    assert card.value("successes", campaign="survey", day="2009-01-06") == 1
    assert card.value("successes", day="2009-01-05") == 1


def test_dropped_calls_are_held_against_live_answers_as_the_law_does() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    assert card.value("drop_rate", campaign="survey") == 1 / 3
    assert card.value("drop_rate", campaign="tax") == 0
    assert card.value("drop_rate") == 1 / 5


def test_an_hour_of_work_is_an_agents_and_a_contact_somebody_spoken_to() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    assert card.value("outbound_hours", campaign="tax") == pytest.approx(8 / 60)
    assert card.value("contacts_per_hour", campaign="tax") == pytest.approx(2 / (8 / 60))
    assert card.value("contacts_per_hour") == pytest.approx(4 / (14 / 60))


def test_a_day_counts_on_which_the_campaign_may_call() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    assert card.value("successes_per_day", campaign="tax") == 1
    assert card.value("successes_per_day", campaign="survey") == 1 / 2
    assert card.value("successes_per_day") == 2 / 2


def test_leads_are_told_of_the_whole_run_only() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    assert (card.value("leads"), card.value("leads_left")) == (30, 5)
    assert card.value("leads_left", campaign="survey") == 5
    assert card.value("leads_left", day="2009-01-06") is None


def test_what_happens_outside_the_measured_time_does_not_count() -> None:
    made = centre(warm_up=TEN + 30 * MINUTE, until=DAY + TEN + MINUTE)
    card = Scorecard([tally_of(ROWS, made=made)], frame=made)

    assert card.value("attempts", campaign="tax") == 2
    assert card.value("outbound_hours", campaign="survey") == pytest.approx(1 / 60)


def test_a_campaign_is_finished_when_its_last_attempt_is_over() -> None:
    made = centre()
    runs = [tally_of(ROWS, made=made), tally_of(ROWS, made=made, left=(3, 0))]
    card = Scorecard(runs, frame=made)

    assert card.value("finished_share", campaign="tax") == 1 / 2
    assert card.value("finished_share") == 1 / 2
    assert card.value("finish_day", campaign="tax") == pytest.approx(
        (TEN + HOUR + 4 * MINUTE) / DAY
    )
    assert card.stack.finish_days.tolist() == [[0, -1], [-1, 1]]


def test_finished_by_a_date_means_by_its_end() -> None:
    days = np.array([[0, -1], [-1, 1]])
    made = centre()

    on = [finished_by(date(2009, 1, d), frame=made, days=days).sum() for d in (4, 5, 6, 9)]

    assert on == [0, 1, 2, 2]


def test_a_run_of_no_replication_that_finished_tells_no_day() -> None:
    made = centre()
    tables = tally_of(ROWS, made=made, left=(1, 1)).outbound
    assert tables is not None

    assert finish_days(tables[None]).tolist() == [[-1, -1]]


def test_attempts_are_no_callers() -> None:
    card = Scorecard([tally_of(ROWS, answered(TEN), made=centre())], frame=centre())

    assert (card.value("offered"), card.value("answered"), card.value("attempts")) == (1, 1, 6)


@pytest.mark.parametrize("detail", Detail)
def test_totals_are_the_same_at_every_detail(detail: Detail) -> None:
    made = centre()
    runs = [tally_of(ROWS, made=made, detail=detail)] * 2
    card = Scorecard(runs, frame=made)

    assert card.value("successes", campaign="tax") == 1
    assert (By.CAMPAIGN_DAY in card.stack.available) == (detail is not Detail.TOTAL)


def test_days_are_spread_over_those_on_which_the_campaign_may_call() -> None:
    card = Scorecard([tally_of(ROWS, made=centre())], frame=centre())

    tax, survey = (card.estimate("attempts", campaign=name).spread for name in ("tax", "survey"))

    assert tax is not None
    assert survey is not None
    assert (tax.days, survey.days) == (1, 2)


def test_a_centre_without_campaigns_does_not_speak_of_them() -> None:
    made = frame()
    found = tallies([(call_log([answered(TEN)]), agent_log())], made)[0]
    told = Scorecard([found], frame=made).to_dict()

    assert found.outbound is None
    assert measures_of(made) is MEASURES
    assert "campaign" not in told["tables"]
    assert told["measures"].keys() == MEASURES.keys()


def test_a_centre_with_campaigns_tells_each_and_all() -> None:
    told = Scorecard([tally_of(ROWS, made=centre())], frame=centre()).to_dict()

    assert [cell["campaign"] for cell in told["tables"]["campaign"]] == ["tax", "survey"]
    assert told["measures"].keys() == MEASURES.keys() | OF_CAMPAIGNS.keys()
    assert told["tables"]["total"][0]["values"].keys() >= OF_CAMPAIGNS.keys()


def test_every_measure_of_campaigns_has_its_bases_and_words() -> None:
    stack = Scorecard([tally_of(ROWS, made=centre())], frame=centre()).stack

    for measure in CAMPAIGNS:
        assert needs(measure) <= stack.bases(By.CAMPAIGN).keys()
        assert (measure.denominator is not None) == (measure.kind is Kind.RATIO)
        assert re.search("[가-힣]", measure.korean)
        assert measure.population
        assert measure.source
    assert not OF_CAMPAIGNS.keys() & MEASURES.keys()
