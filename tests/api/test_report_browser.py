"""The report in a real browser, from a file, without a network."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from api.report import render
from api.report.charts import CHARTS, open_intervals
from api.words import Language, figure
from simulation.results import RunResult

pytestmark = pytest.mark.browser


@pytest.fixture
def report(told: RunResult, tmp_path: Path, page: Page) -> Page:
    """Open the report and keep a list of what it asks for."""
    file = tmp_path / "보고서.html"
    file.write_text(render(told.to_dict()), "utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    assert asked == [file.as_uri()], "the page asked for something else"
    return page


def traces(page: Page, chart: str) -> list[dict[str, Any]]:
    script = f"""document.getElementById('chart-{chart}').data.map(
        one => ({{name: one.name, x: Array.from(one.x), y: one.y ? Array.from(one.y) : null}}))"""
    found: list[dict[str, Any]] = page.evaluate(script)
    return found


def test_every_chart_is_drawn(report: Page) -> None:
    for name in CHARTS:
        drawing = report.locator(f"#chart-{name} svg.main-svg").first
        drawing.scroll_into_view_if_needed()
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 600
        assert box["height"] > 100
    assert report.locator("#chart-service .scatterlayer .trace").count() >= 3
    assert report.locator("#chart-occupancy .heatmaplayer image").count() == 1


def test_the_figures_drawn_and_written_are_those_of_the_result(
    report: Page, told: RunResult
) -> None:
    card = told.to_dict()["scorecard"]
    cells = open_intervals(told.to_dict())
    total = card["tables"]["total"][0]["values"]

    staffing = traces(report, "staffing")
    assert staffing[0]["x"] == [cell["interval"] for cell in cells]
    assert staffing[0]["y"] == [cell["values"]["offered_per_day"]["value"] for cell in cells]
    wanted = [100 * cell["values"]["service_level_b"]["value"] for cell in cells]
    assert any(trace["y"] == wanted for trace in traces(report, "service"))
    for name in ("offered_per_day", "service_level_b", "asa", "occupancy"):
        card_text = report.locator(f"[data-measure={name}] .value").inner_text()
        unit = card["measures"][name]["unit"]
        assert card_text.strip() == figure(total[name]["value"], unit, lang=Language.KO)


def test_one_click_changes_the_language_of_words_and_charts(report: Page) -> None:
    assert report.locator("h1").inner_text().startswith("따라하기")
    assert traces(report, "staffing")[0]["name"] == "요청호"

    report.click("#language")
    report.wait_for_function("document.getElementById('chart-staffing').data[0].name === 'offered'")

    assert report.locator("h1").inner_text().startswith("Tutorial")
    assert report.locator("html").get_attribute("lang") == "en"


def test_one_click_changes_the_theme_of_page_and_charts(report: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    paper = "document.getElementById('chart-staffing').layout.paper_bgcolor"
    before = report.evaluate(ground), report.evaluate(paper)

    report.click("#theme")
    report.wait_for_function(f"{paper} !== '{before[1]}'")

    assert report.evaluate(ground) != before[0]


@pytest.mark.parametrize("width", [390, 1024, 1680])
def test_nothing_sticks_out_on_any_screen(report: Page, width: int) -> None:
    report.set_viewport_size({"width": width, "height": 900})
    report.wait_for_timeout(300)

    assert report.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_on_paper(report: Page) -> None:
    paper = report.pdf(prefer_css_page_size=True)

    assert paper.startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_paper_is_light_whatever_the_screen_is(
    report: Page, scheme: Literal["dark", "light"]
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    chart = "document.getElementById('chart-service').layout"
    report.emulate_media(color_scheme=scheme)
    on_screen = report.evaluate(ground)

    report.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert report.evaluate(f"{chart}.paper_bgcolor") == "#ffffff"
    assert report.evaluate(f"{chart}.width") == 680
    report.emulate_media(color_scheme=scheme, media="print")
    assert report.evaluate(ground) == "rgb(255, 255, 255)"
    report.emulate_media(color_scheme=scheme, media="screen")
    report.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert report.evaluate(ground) == on_screen


def test_a_key_opens_the_figures_behind_a_chart(report: Page) -> None:
    summary = report.locator("#day summary")
    summary.focus()
    report.keyboard.press("Enter")

    assert report.locator("#day table").is_visible()
    assert report.locator("#day tbody tr").count() == len(traces(report, "staffing")[0]["x"])
