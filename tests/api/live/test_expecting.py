"""What a scenario lets a house expect of the switch that lives it."""

from pathlib import Path

from api.live.expecting import announced_of
from api.settings import Settings
from callcenter.desk.campaign_watch import Announced

BUCHEON = Path(__file__).parents[3] / "configs" / "scenarios" / "bucheon-2009.yaml"


def test_campaigns_are_announced_by_their_field_and_their_code() -> None:
    found = announced_of(Settings(scenario=BUCHEON))()

    assert found["water-bills"] == Announced(ko="수도요금", en="water bills", quota=None)
    assert len(found) == 11


def test_a_house_without_a_scenario_announces_none() -> None:
    assert announced_of(Settings(scenario=None))() == {}
