"""What is true of every campaign, whatever happens in it."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, strategies as st

from callcenter.domain.calls import LegKind, Outcome
from callcenter.domain.outbound import Disposition, LeadEnd
from callcenter.telephony.call_log import NONE
from simulation.engines import ENGINES, engine
from simulation.engines.port import Engine
from simulation.lead_ends import lead_ends
from tests.scene_campaigns import ACampaign
from tests.scenes import Scene, live
from tests.strategies import scenes

EITHER = st.sampled_from([engine(name) for name in ENGINES])
CAMPAIGNS = scenes(always=frozenset({"campaigns"}))
Row = dict[str, Any]
LIVE = {Outcome.ANSWERED, Outcome.DROPPED}


def attempts(run: Engine, scene: Scene) -> list[Row]:
    day = live(run, scene)
    rows = [day.calls.row(row) for row in range(len(day.calls))]
    return [row for row in rows if row["kind"] == LegKind.OUTBOUND]


def by_lead(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["call"]].append(row)
    return found


def campaign_of(scene: Scene, row: Row) -> ACampaign:
    return scene.campaigns[row["queue"] - len(scene.queues)]


@given(run=EITHER, scene=CAMPAIGNS)
def test_what_is_written_of_an_attempt_is_what_its_outcome_says(run: Engine, scene: Scene) -> None:
    for row in attempts(run, scene):
        assert row["outcome"] in {Outcome.ANSWERED, Outcome.NOT_REACHED, Outcome.DROPPED}
        assert row["queued"] == NONE
        assert row["arrived"] <= row["ended"]
        assert (row["answered"] != NONE) == (row["outcome"] == Outcome.ANSWERED)
        assert (row["resolved"] != NONE) == (row["outcome"] == Outcome.ANSWERED)
        with_agent = {row[name] != NONE for name in ("agent", "group", "assigned", "wrapped")}
        assert len(with_agent) == 1
        if campaign_of(scene, row).mode == 0:
            assert with_agent == {True}
            assert row["outcome"] != Outcome.DROPPED
        elif campaign_of(scene, row).mode == 1 and row["outcome"] != Outcome.ANSWERED:
            assert with_agent == {False}
        elif row["outcome"] == Outcome.DROPPED:
            assert with_agent == {False}
            assert campaign_of(scene, row).cap > 0


@given(run=EITHER, scene=CAMPAIGNS)
def test_attempts_are_numbered_and_never_exceed_the_limit(run: Engine, scene: Scene) -> None:
    for rows in by_lead(attempts(run, scene)).values():
        assert [row["attempt"] for row in rows] == list(range(len(rows)))
        assert len(rows) <= campaign_of(scene, rows[0]).attempts
        assert len({row["queue"] for row in rows}) == 1


@given(run=EITHER, scene=CAMPAIGNS)
def test_nobody_is_called_twice_at_once(run: Engine, scene: Scene) -> None:
    for rows in by_lead(attempts(run, scene)).values():
        assert all(one["ended"] <= other["arrived"] for one, other in pairwise(rows))


@given(run=EITHER, scene=CAMPAIGNS)
def test_nobody_is_called_outside_hours(run: Engine, scene: Scene) -> None:
    for row in attempts(run, scene):
        calling = campaign_of(scene, row).calling
        assert any(start <= row["arrived"] < end for start, end, _ in calling)


@given(run=EITHER, scene=CAMPAIGNS)
def test_nobody_on_the_do_not_call_list_is_called(run: Engine, scene: Scene) -> None:
    leads = [lead for campaign in scene.campaigns for lead in campaign.leads]
    first = len(scene.start) + len(scene.calls)
    for row in attempts(run, scene):
        assert leads[row["call"] - first].callable


@given(run=EITHER, scene=CAMPAIGNS)
def test_every_lead_ends_in_one_state_that_its_attempts_bear_out(run: Engine, scene: Scene) -> None:
    tables, workload = scene.tables(), scene.workload()
    calls, _ = run(tables, workload)

    ends, dispositions = lead_ends(calls, tables, workload)

    rows = by_lead([calls.row(r) for r in range(len(calls)) if calls.kind[r] == LegKind.OUTBOUND])
    first = len(workload.arrived)
    assert len(ends) == sum(len(campaign.leads) for campaign in scene.campaigns)
    for lead, end in enumerate(ends):
        own = rows.get(first + lead, [])
        if not own:
            assert end in {LeadEnd.NOT_TRIED, LeadEnd.DO_NOT_CALL}
            assert (end == LeadEnd.DO_NOT_CALL) == (not workload.leads.callable[lead])
        elif end == LeadEnd.SUCCESS:
            assert own[-1]["resolved"] == 1
        elif end == LeadEnd.EXHAUSTED:
            assert len(own) == campaign_of(scene, own[0]).attempts
    untried = np.isin(ends, (LeadEnd.NOT_TRIED, LeadEnd.DO_NOT_CALL))
    assert untried.sum() == len(ends) - len(rows)
    for row, found in zip(attempts(run, scene), dispositions, strict=True):
        assert (found == Disposition.SUCCESS) == (row["resolved"] == 1)
        assert (found == Disposition.DROPPED) == (row["outcome"] == Outcome.DROPPED)
        assert (found >= Disposition.WRONG_NUMBER) == (row["outcome"] in LIVE)


@given(run=EITHER, scene=CAMPAIGNS)
def test_no_call_begins_once_a_quota_is_reached(run: Engine, scene: Scene) -> None:
    rows = attempts(run, scene)
    leads = [lead for campaign in scene.campaigns for lead in campaign.leads]
    first = len(scene.start) + len(scene.calls)
    for row in rows:
        before = [one for one in rows if one["resolved"] == 1 and one["ended"] < row["arrived"]]
        campaign = campaign_of(scene, row)
        same = sum(one["queue"] == row["queue"] for one in before)
        assert campaign.quota < 0 or same < campaign.quota
        cell = leads[row["call"] - first].cell
        if cell >= 0:
            full = sum(leads[one["call"] - first].cell == cell for one in before)
            assert full < scene.cells[cell]
