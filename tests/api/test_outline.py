"""What the headline shows adds up."""

import numpy as np

from api.outline import FATES, SECTIONS, headline
from callcenter.measures.codes import COUNTED, COUNTED_BY
from simulation.results import run
from simulation.scenario import loads
from tests.simulation.scenario.base import GOOD


def test_every_offered_leg_has_one_of_the_fates_and_every_other_a_line_too() -> None:
    rows = dict(zip(COUNTED, COUNTED_BY, strict=True))

    assert np.array_equal(sum(rows[name] for name in FATES), rows["offered"])
    shown = set(SECTIONS[0][1])
    assert {*FATES, "busy_signals", "closed", "self_served"} <= shown


def test_callers_nobody_answers_are_seen_to_leave() -> None:
    nobody = {f"group.{name}.absence": "100%" for name in ("agents", "experts")}
    impatient = {"queue.tax.patience": "1h"}
    document = run(loads(GOOD, nobody | impatient), replications=2).to_dict()

    calls = dict(enumerate(names for _, names in headline(document)))[0]

    assert "released" in calls
    values = document["scorecard"]["tables"]["total"][0]["values"]
    there = sum(values[name]["value"] for name in FATES if name in calls)
    assert there == values["offered"]["value"]
