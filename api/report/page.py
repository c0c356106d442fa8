"""The report of one result: what stands in it, and in which order."""

import html
from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.outline import headline
from api.report import tables
from api.report.charts import Chart, charts
from api.report.shell import assumed, drawn_figure, folded, footer, header, section, whole
from api.report.tables import both, figures, named
from api.words import (
    NOT_MEANT,
    Document,
    Language,
    figure,
    give_or_take,
    resolved,
    text,
    title_of,
    totals,
    unit_of,
)

CARDS: Final = (
    "offered_per_day", "service_level", "answer_rate", "asa", "abandonment_rate", "occupancy",
    "first_contact_resolution", "cost_per_contact",
)  # fmt: skip
"""Measures that everybody asks for first."""


def render(document: Document, *, lang: Language = Language.KO) -> str:
    """Return the whole page; `lang` is what it opens in, the other is one click away."""
    drawn = charts(document)
    return whole(
        title=title_of(document, lang),
        header=_header(document),
        sections=_sections(document, drawn),
        footer=footer(document),
        drawn=drawn,
        lang=lang,
    )


# --- Parts ---------------------------------------------------------------------------------------------


def _header(document: Document) -> str:
    days, runs = document["scorecard"]["days"], document["replications"]
    span = document["first_day"]
    if days > 1:
        span = f"{span} – {document['last_day']}"
    meta = text(
        f"{span} · {runs} replication{'' if runs == 1 else 's'}", f"{span} · 반복 {runs}회 모의실험"
    )
    titles = {lang.value: title_of(document, lang) for lang in Language}
    return header(titles, meta=meta, about=document["about"])


def _sections(document: Document, drawn: list[Chart]) -> Iterator[str]:
    by_name = {chart.name: chart for chart in drawn}
    daily = by_name.pop("days", None)
    inside = _cards(document) + _warnings(document) + tables.targets(document)
    yield section("summary", text("In short", "요약"), inside)
    if by_name:
        inside = "".join(drawn_figure(chart) for chart in by_name.values())
        inside += folded(
            text("The figures behind", "수치로 보기"), tables.cut(document, "interval")
        )
        yield section("day", text("Through the day", "시간대별"), inside)
    if daily is not None:
        inside = drawn_figure(daily)
        inside += folded(text("The figures behind", "수치로 보기"), tables.cut(document, "day"))
        yield section("days", text("Day by day", "일자별"), inside)
    for by, words in (
        ("queue", text("Queues", "대기열")),
        ("group", text("Groups", "상담 그룹")),
        ("agent", text("Agents", "상담사")),
    ):
        if len(document["scorecard"]["tables"].get(by, [])) > 1:
            yield section(by, words, tables.cut(document, by))
    if campaigns := tables.cut(document, "campaign"):
        yield section("campaign", text("Campaigns", "캠페인"), campaigns)
    if document["published"]:
        words = text("Against what was published", "공표값과 견주어")
        yield section("published", words, tables.published(document))
    yield section("scorecard", text("Scorecard", "종합 지표"), _note() + tables.scorecard(document))
    if document["assumed"]:
        yield section("assumed", text("What is assumed", "가정한 입력값"), assumed(document))
    yield section("definitions", text("Definitions", "지표 정의"), _definitions(document))


def _cards(document: Document) -> str:
    names = [resolved(document, name) for name in CARDS]
    cards = (_card(document, name) for name in names if name in totals(document))
    return f'<ul class="cards">{"".join(cards)}</ul>'


def _card(document: Document, name: str) -> str:
    found, unit = totals(document)[name], unit_of(document, name)
    error = give_or_take(found["half_width"], unit)
    days = found.get("between_days") or {}
    spread = ""
    if days and days["days"] > 1:
        low, high = figure(days["p10"], unit, bare=True), figure(days["p90"], unit, bare=True)
        words = text(f"8 days in 10: {low} – {high}", f"열 날 중 여드레: {low} – {high}")
        spread = f'<span class="spread">{both(words)}</span>'
    return (
        f'<li data-measure="{name}"><span class="label">{both(named(document, name))}</span>'
        f'<span class="value">{both(figures(document, found["value"], unit))}</span>'
        f'<span class="error">{error}</span>{spread}</li>'
    )


def _note() -> str:
    words = text(
        "± says how well the mean over all replications is known (95 % confidence). It says nothing about "
        "a single day: the last two columns do.",
        "±는 모든 반복의 평균이 얼마나 정확한지를 뜻합니다(95 % 신뢰수준). "
        "하루하루의 차이는 마지막 두 열에 있습니다.",
    )
    return f'<p class="note">{both(words)}</p>'


def _warnings(document: Document) -> str:
    """Say what leaves the run with little to tell."""
    return "".join(
        f'<p class="note"><strong>{both(NOT_MEANT)}</strong>: {html.escape(warning)}</p>'
        for warning in document.get("warnings", [])
    )


def _definitions(document: Document) -> str:
    shown = [name for _, names in headline(document) for name in names]
    shown += [resolved(document, name) for name in CARDS]
    described: Mapping[str, Any] = document["scorecard"]["measures"]
    items = "".join(
        f'<dt id="def-{name}">{both(named(document, name))}</dt>'
        f"<dd><code>{html.escape(described[name]['formula'])}</code> "
        f"<span>{html.escape(described[name]['population'])}</span> "
        f"<small>{html.escape(described[name]['source'])}</small></dd>"
        for name in dict.fromkeys(shown)
        if name in described
    )
    return f'<dl class="definitions">{items}</dl>'
