import pytest

from simulation.results import run
from simulation.scenario import loads

MENU = """
scenario: menu
calendar: {{first: 2009-03-02, last: 2009-03-02, open: {{mon-fri: 09:00-18:00}}}}
queue:
  phone:
    arrivals: {{per_hour: 100}}
    ivr: {{duration: {duration}, self_service: 100%}}
    talk: 60s
group:
  agents: {{headcount: 5, always: true, serves: {{phone: 1}}}}
"""


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("duration", ["0s", "1us", "20s"])
def test_whoever_needs_only_the_menu_is_served_by_it_however_short_it_is(
    duration: str, engine: str
) -> None:
    card = run(loads(MENU.format(duration=duration)), replications=2, engine=engine).scorecard

    assert card["self_served"].value == card["arrived"].value
    assert card["offered"].value == 0
