"""Campaigns on the live board: what has been dialled so far, and what came of it."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from callcenter.clock import HOUR, MINUTE, Tick
from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition
from callcenter.measures.catalogue import OF_CAMPAIGNS
from callcenter.measures.dialled import DIALLED, NOBODY, CampaignNow, Dialling
from callcenter.measures.live import DayLog, Place, board
from callcenter.telephony.call_log import NONE
from callcenter.telephony.names import Names
from tests.callcenter.measures.builders import BLANK, Row, agent_log, answered, call_log

TEN = 10 * HOUR
NAMES = Names(
    queues=("phone", "tax", "survey"), groups=("desk",), agents=("ann",), agent_group=(0,)
)
CODES = ("survey", "tax")
SURVEY, TAX = 0, 1
Attempt = tuple[Row, int, int]


def spoken(at: Tick, found: Disposition, *, campaign: int = TAX) -> Attempt:
    row = answered(at, talk=2 * MINUTE, wrap=MINUTE, kind=LegKind.OUTBOUND, queued=NONE)
    return row | {"answered": at + MINUTE}, campaign, found


def unheard(at: Tick, found: Disposition, *, campaign: int = TAX) -> Attempt:
    dropped = found is Disposition.DROPPED
    outcome = Outcome.DROPPED if dropped else Outcome.NOT_REACHED
    more = {"kind": LegKind.OUTBOUND, "outcome": outcome, "arrived": at, "ended": at + MINUTE}
    return BLANK | more, campaign, found


def at(moment: Tick, *attempts: Attempt, callers: Sequence[Row] = ()) -> Dialling:
    made = [*attempts, *((row, NONE, NONE) for row in callers)]
    day = DayLog(
        day=date(2026, 7, 1),
        calls=call_log([row for row, _, _ in made]),
        agents=agent_log(()),
        names=NAMES,
        places=[Place("sim1", str(number)) for number in range(len(made))],
        campaigns=CODES,
        campaign=np.array([campaign for _, campaign, _ in made], dtype=np.int64),
        disposition=np.array([found for *_, found in made], dtype=np.int64),
    )
    return board(day, now=moment).dialling


def tax(moment: Tick, *attempts: Attempt) -> CampaignNow:
    return at(moment, *attempts).campaigns[TAX]


MORNING = (
    spoken(TEN, Disposition.SUCCESS),
    spoken(TEN + 5 * MINUTE, Disposition.REFUSAL),
    unheard(TEN + 6 * MINUTE, Disposition.NO_ANSWER),
    unheard(TEN + 7 * MINUTE, Disposition.DROPPED),
)


def test_attempts_are_counted_by_what_they_came_to() -> None:
    found = tax(11 * HOUR, *MORNING)

    counts = {
        name: found.count(name) for name in ("attempts", "live_answers", "successes", "dropped")
    }
    assert counts == {"attempts": 4, "live_answers": 3, "successes": 1, "dropped": 1}
    assert found.contacts == 2
    assert found.figures["drop_rate"] == pytest.approx(1 / 3)
    assert found.figures["contacts_per_hour"] == pytest.approx(2 / (6 / 60))
    assert (found.on_line, found.latest) == (0, TEN + 7 * MINUTE)


def test_campaigns_are_told_apart_and_together() -> None:
    found = at(11 * HOUR, *MORNING, spoken(TEN, Disposition.SUCCESS, campaign=SURVEY))

    assert [one.campaign for one in found.campaigns] == ["survey", "tax"]
    assert [one.count("successes") for one in found.campaigns] == [1, 1]
    assert (found.total.count("attempts"), found.total.contacts) == (5, 3)


def test_an_attempt_that_lasts_is_one_and_a_live_answer_once_somebody_speaks() -> None:
    said = spoken(TEN, Disposition.SUCCESS)
    answers = said[0]["answered"]

    ringing, speaking, over = (tax(moment, said) for moment in (answers, answers + 1, TEN + HOUR))

    assert (ringing.count("attempts"), ringing.count("live_answers"), ringing.on_line) == (1, 0, 1)
    assert (speaking.count("live_answers"), speaking.count("successes")) == (1, 0)
    assert (over.count("successes"), over.on_line) == (1, 0)


def test_an_answer_of_which_nobody_said_what_came_is_a_contact_and_nothing_else() -> None:
    row, campaign, _ = spoken(TEN, Disposition.SUCCESS)

    found = tax(11 * HOUR, (row, campaign, NONE))

    assert (found.count("attempts"), found.contacts, found.count("successes")) == (1, 1, 0)


def test_callers_are_no_attempts_and_a_day_without_any_has_no_rates() -> None:
    nobody = at(11 * HOUR, callers=[answered(TEN)])

    assert [one.count("attempts") for one in nobody.campaigns] == [0, 0]
    assert nobody.total.figures == NOBODY.total.figures
    assert NOBODY.total.figures["drop_rate"] is None


def test_every_figure_is_one_of_the_scorecard() -> None:
    assert DIALLED.items() <= OF_CAMPAIGNS.items()
