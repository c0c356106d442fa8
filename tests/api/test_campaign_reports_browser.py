"""The reports of campaigns and frontiers in a real browser, from a file, without a network."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from api.frontiers import sentences
from api.report.campaigns import render_campaigns
from api.report.frontier import render_frontier
from simulation.campaign_results import run_campaigns
from simulation.frontier import frontier
from simulation.plan import Plan, compile_plan
from simulation.scenario import loads
from tests.dialled import CENTRE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(loads(CENTRE))


def opened(page: Page, text: str, file: Path) -> None:
    """Open a report; it must ask for nothing else."""
    file.write_text(text, "utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    assert asked == [file.as_uri()]


def colour_of(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_the_chart_of_a_frontier_shows_its_points_in_light_and_dark(
    page: Page, plan: Plan, tmp_path: Path
) -> None:
    told = frontier(plan, thresholds=(0, 2, 4), replications=2, wanted=2000).to_dict()
    opened(page, render_frontier(told, notes=sentences(told)), tmp_path / "경계.html")

    drawn: dict[str, Any] = page.evaluate(
        "(({x, y, text}) => ({x: [...x], y: [...y], text: [...text]}))"
        "(document.getElementById('chart-frontier').data[0])"
    )
    light = colour_of(page)
    page.click("#theme")

    values = [point["values"] for point in told["points"]]
    assert drawn["text"] == ["0", "2", "4"]
    assert drawn["x"] == [one["successes"]["value"] for one in values]
    assert drawn["y"] == pytest.approx([100 * one["service_level"]["value"] for one in values])
    assert colour_of(page) != light


def test_campaigns_are_called_by_their_names_in_either_language(
    page: Page, plan: Plan, tmp_path: Path
) -> None:
    told = run_campaigns(plan, replications=2).to_dict()
    opened(page, render_campaigns(told), tmp_path / "campaigns.html")
    names = "[...document.getElementById('chart-successes').data[0].x]"

    assert page.evaluate(names) == ["수도요금", "survey"]
    page.click("#language")
    page.wait_for_function(f"{names}[0] === 'water'")
    assert page.locator("#rates").get_by_text("RR1 =").is_visible()
