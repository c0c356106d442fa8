"""A real queue log, counted twice: by our events and by pandas, which knows nothing of them."""

from pathlib import Path

import pandas as pd
import pytest

from callcenter.clock import DAY, SECOND
from callcenter.domain.calls import Outcome
from callcenter.telephony.adapters.queue_log import QueueLog, Rules
from callcenter.telephony.adapters.queue_log_lines import lines_of_table
from callcenter.telephony.adapters.report import Summary, summary
from callcenter.telephony.adapters.scribe import Oddity, Remark
from callcenter.telephony.call_log import NONE
from callcenter.telephony.events import CallConnected, CallOfferEnded, Told
from callcenter.telephony.fold import Fold
from callcenter.telephony.names import Names

NUMBERS = (1109, 1126, 1127, 1128, 1141, 1144)
ALIASES = {f"Local/{number}@callback-agent": f"Agent/{number}" for number in NUMBERS}


@pytest.fixture(scope="module")
def path(shared_data: Path) -> Path:
    return shared_data / "asterisk_queue_log_sample.csv"


@pytest.fixture(scope="module")
def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def found(path: Path) -> list[Told | Remark]:
    with path.open(newline="") as lines:
        log = QueueLog(source="pbx1", rules=Rules(aliases=ALIASES))
        return list(log.read(lines_of_table(lines, file="sample")))


@pytest.fixture(scope="module")
def told(found: list[Told | Remark]) -> list[Told]:
    return [one for one in found if isinstance(one, Told)]


@pytest.fixture(scope="module")
def fold(told: list[Told]) -> Fold:
    midnight = told[0].at // DAY * DAY
    fold = Fold(Names(origin=midnight))
    for one in told:
        fold.apply(one)
    return fold


@pytest.fixture(scope="module")
def summed(found: list[Told | Remark]) -> Summary:
    return summary(found)


def rows(table: pd.DataFrame, *events: str) -> pd.DataFrame:
    return table[table.event.isin(events)]


def test_who_entered_was_answered_or_gave_up(table: pd.DataFrame, summed: Summary) -> None:
    assert summed.queued == len(rows(table, "ENTERQUEUE")) == 52
    assert summed.answered == len(rows(table, "CONNECT")) == 46
    assert summed.abandoned == len(rows(table, "ABANDON")) == 4
    assert summed.exited == 0
    assert summed.queued == summed.answered + summed.abandoned + summed.still_open


def test_mean_waits_and_talks(table: pd.DataFrame, summed: Summary) -> None:
    ends = rows(table, "COMPLETEAGENT", "COMPLETECALLER", "ATTENDEDTRANSFER")
    waits = rows(table, "CONNECT").htime.astype(int)

    assert summed.mean_wait_us == pytest.approx(waits.mean() * SECOND)
    assert summed.mean_talk_us == pytest.approx(ends.ttime.astype(int).mean() * SECOND)


def test_each_wait_is_the_time_between_two_lines(table: pd.DataFrame, fold: Fold) -> None:
    calls, _ = fold.log()
    first = rows(table, "ENTERQUEUE").set_index("callid").date_time.astype(int)
    last = rows(table, "CONNECT").set_index("callid").date_time.astype(int)

    answered = calls.answered != NONE
    waits = (calls.answered - calls.queued)[answered] // SECOND

    assert sorted(waits.tolist()) == sorted((last - first).dropna().astype(int).tolist())


def test_every_unanswered_ring_of_every_agent(table: pd.DataFrame, told: list[Told]) -> None:
    rings = rows(table, "RINGNOANSWER")
    by_agent = rings.groupby("type").htime.apply(lambda ms: ms.astype(int).sum() * 1_000)

    events = [one.event for one in told if isinstance(one.event, CallOfferEnded)]

    assert len(events) == len(rings) == 150
    for agent, expected in by_agent.items():
        assert sum(event.ring_us or 0 for event in events if event.agent == agent) == expected


def test_answers_by_agent(table: pd.DataFrame, told: list[Told]) -> None:
    expected = rows(table, "CONNECT").type.value_counts().to_dict()
    events = [one.event for one in told if isinstance(one.event, CallConnected)]

    assert {agent: sum(e.agent == agent for e in events) for agent in expected} == expected


def test_lines_of_outbound_calls_are_skipped_with_their_kind_and_number(
    table: pd.DataFrame, summed: Summary
) -> None:
    outbound = table.event.str.startswith("OUT")
    reasons = {(reason.oddity, reason.verb): reason for reason in summed.reasons}

    assert {reason.verb for reason in summed.reasons if reason.oddity is Oddity.UNKNOWN} == set(
        table[outbound].event
    )
    for verb, count in table[outbound].event.value_counts().items():
        assert reasons[Oddity.UNKNOWN, str(verb)].count == count
        assert (
            reasons[Oddity.UNKNOWN, str(verb)].lines[0] == table.index[table.event == verb][0] + 2
        )


def test_calls_cut_off_at_the_end_are_still_open(table: pd.DataFrame, fold: Fold) -> None:
    closing = ("COMPLETEAGENT", "COMPLETECALLER", "ATTENDEDTRANSFER", "ABANDON")
    over = set(rows(table, *closing).callid)
    entered = rows(table, "ENTERQUEUE").callid

    assert [leg.call for leg in fold.open_calls] == [call for call in entered if call not in over]
    assert all(leg.outcome is Outcome.OPEN for leg in fold.open_calls)


def test_starts_and_reloads(table: pd.DataFrame, summed: Summary) -> None:
    assert summed.events["source.started"] == len(rows(table, "QUEUESTART"))
    assert summed.events["source.reconfigured"] == len(rows(table, "CONFIGRELOAD"))


def test_agents_come_and_go_as_the_log_says(table: pd.DataFrame, fold: Fold) -> None:
    assert set(fold.agents) == {f"Agent/{number}" for number in NUMBERS}
    lines = rows(table, "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF")
    last = lines.groupby("type").event.last()

    there = {name for name, agent in fold.agents.items() if agent.state}
    assert there == set(last[last == "AGENTCALLBACKLOGIN"].index)
