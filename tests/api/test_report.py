"""The report: what stands in it, before any browser looks at it."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from api.report import render
from api.report.charts import CHARTS, charts, open_intervals, settled
from api.report.figures import figure_of
from api.report.shapes import DARK, LIGHT
from api.words import Language
from simulation.results import RunResult


class Outline(HTMLParser):
    """Reads what a page refers to and whether it is well nested."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.refers: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.refers += [given[name] or "" for name in ("src", "href", "action") if name in given]

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(told: RunResult) -> str:
    return render(told.to_dict())


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


def without_scripts(page: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_the_page_is_well_nested_and_refers_to_itself_only(outline: Outline) -> None:
    assert outline.open == []
    assert all(target.startswith("#") for target in outline.refers)
    assert {target[1:] for target in outline.refers} <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))


def test_headings_go_down_step_by_step(outline: Outline) -> None:
    levels = [int(tag[1]) for tag in outline.headings]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_policy_forbids_every_request(page: str) -> None:
    assert "default-src 'none'" in page
    assert page.count("plotly.js v") == 1


def test_it_says_what_was_run_and_how_to_get_it_again(page: str, told: RunResult) -> None:
    text = without_scripts(page)

    for fact in (told.digest, "replications", told.versions["numpy"], "fast", "따라하기"):
        assert fact in text


def test_what_a_scenario_says_is_text_and_never_markup(page: str) -> None:
    text = without_scripts(page)

    assert "Chosen &lt;/script&gt;&lt;b&gt;freely&lt;/b&gt;." in text
    assert "a &lt;report&gt;" in text
    assert "rounded &amp; old" in text
    assert "<b>freely" not in page


def test_published_figures_assumptions_and_definitions_are_there(page: str) -> None:
    text = without_scripts(page)

    assert "5,000 calls" in text
    assert "24 people" in text
    assert "nobody said what it costs" in text
    assert "queue.tax.talk" in text
    assert "answered_within / (answered + abandoned + balked)" in text


def test_what_leaves_a_run_with_little_to_tell_is_on_the_page(document: dict[str, Any]) -> None:
    page = render({**document, "warnings": ["queue.tax: nobody <b>can</b> answer it"]})

    assert "queue.tax: nobody &lt;b&gt;can&lt;/b&gt; answer it" in page
    assert "Probably not meant" not in render({**document, "warnings": []})


def test_both_languages_are_in_the_page_and_one_is_open(told: RunResult) -> None:
    korean, english = (render(told.to_dict(), lang=lang) for lang in (Language.KO, Language.EN))

    for page in (korean, english):
        for words in (
            "시간대별 서비스레벨",
            "Service level through the day",
            "평균응답시간",
            "점유율",
        ):
            assert words in page
    assert '<html lang="ko" data-lang="ko">' in korean
    assert '<html lang="en" data-lang="en">' in english


def test_every_chart_says_what_it_shows(outline: Outline, page: str) -> None:
    for name in CHARTS:
        assert f"chart-{name}" in outline.ids
    assert page.count('role="img" aria-label=') == len(CHARTS)
    assert page.count("<figcaption>") == len(CHARTS)


def test_chart_data_are_the_figures_of_the_result(document: dict[str, Any]) -> None:
    drawn = {chart.name: chart for chart in charts(document)}
    cells = open_intervals(document)
    offered = [cell["values"]["offered_per_day"]["value"] for cell in cells]
    level = [100 * cell["values"]["service_level_b"]["value"] for cell in cells]

    assert drawn["staffing"].data[0]["y"] == offered
    assert any(trace["y"] == level for trace in drawn["service"].data)


def test_the_data_cannot_close_the_script(told: RunResult) -> None:
    page = render(told.to_dict())
    inside = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page)

    assert inside is not None
    assert "<" not in inside[1]
    assert json.loads(inside[1])


def test_a_single_day_has_no_chart_of_days(document: dict[str, Any]) -> None:
    card = document["scorecard"]
    one_day = {name: table for name, table in card["tables"].items() if name != "day"}
    changed = document | {"scorecard": card | {"tables": one_day, "days": 1}}

    assert "days" not in {chart.name for chart in charts(changed)}
    assert 'id="days"' not in render(changed)


def test_a_result_without_anything_still_makes_a_page(document: dict[str, Any]) -> None:
    card = document["scorecard"]
    empty = document | {
        "scorecard": card | {"tables": {"total": []}, "targets": []},
        "title": {},
    }

    assert charts(empty) == []
    assert "<h1>tutorial</h1>" in render(empty)


@pytest.mark.parametrize("lang", list(Language))
def test_a_settled_chart_has_one_language_and_real_colours(
    document: dict[str, Any], lang: Language
) -> None:
    for chart in charts(document):
        for palette in (LIGHT, DARK):
            text = json.dumps(settled(chart.data, lang=lang, palette=palette), ensure_ascii=False)
            assert '"@' not in text
            assert '"ko"' not in text


def test_both_themes_know_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two #rrggbb colours, by WCAG."""

    def luminance(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(palette: dict[str, str]) -> None:
    for text in ("ink", "muted", "accent", "good", "bad"):
        for ground in ("paper", "panel"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)


def test_a_figure_for_a_notebook_is_asked_for_by_name(document: dict[str, Any]) -> None:
    figure = figure_of(document, "waiting", lang=Language.KO)

    assert "대기시간" in figure.layout.title.text
    with pytest.raises(ValueError, match="expected one of staffing, service"):
        figure_of(document, "moods")
