"""The page around charts and tables. Nothing in it asks the network for anything."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any, Final

from api.outline import headline
from api.report import tables
from api.report.charts import Chart, charts
from api.report.shapes import DARK, FONT, LIGHT
from api.report.tables import both, figures, named
from api.words import (
    NOT_MEANT,
    Document,
    Language,
    Text,
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

_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)


def render(document: Document, *, lang: Language = Language.KO) -> str:
    """Return the whole page; `lang` is what it opens in, the other is one click away."""
    drawn = charts(document)
    title = html.escape(title_of(document, lang))
    return (
        f'<!doctype html>\n<html lang="{lang}" data-lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f"{_header(document)}\n<main>\n{''.join(_sections(document, drawn))}</main>\n"
        f"{_footer(document)}\n"
        f'<script type="application/json" id="charts">{_data(drawn)}</script>\n'
        f"<script>{_plotly()}</script>\n<script>{_asset('page.js')}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return (files("api.report") / "assets" / name).read_text("utf-8")


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def _style() -> str:
    def variables(palette: Mapping[str, str]) -> str:
        return "".join(f"--{name}: {colour}; " for name, colour in palette.items())

    return (
        f":root {{ color-scheme: light; --font: {FONT}; {variables(LIGHT)}}}\n"
        f':root[data-theme="dark"] {{ color-scheme: dark; {variables(DARK)}}}\n'
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme]) "
        f"{{ color-scheme: dark; {variables(DARK)}}} }}\n"
        f"{_asset('page.css')}"
        # On paper everything is light; doubled names outweigh whatever theme the screen has.
        f"@media print {{ :root:root:root {{ color-scheme: light; {variables(LIGHT)}}} }}\n"
        f":root[data-paper][data-paper] {{ color-scheme: light; {variables(LIGHT)}}}\n"
    )


def _data(drawn: list[Chart]) -> str:
    content = json.dumps([asdict(chart) for chart in drawn], ensure_ascii=False, allow_nan=False)
    return content.replace("<", "\\u003c")  # so that no text can close the script


# --- Parts ---------------------------------------------------------------------------------------------


def _header(document: Document) -> str:
    titles = {lang.value: title_of(document, lang) for lang in Language}
    days, runs = document["scorecard"]["days"], document["replications"]
    span = document["first_day"]
    if days > 1:
        span = f"{span} – {document['last_day']}"
    meta = text(
        f"{span} · {runs} replication{'' if runs == 1 else 's'}", f"{span} · 반복 {runs}회 모의실험"
    )
    about = f'<p class="about">{html.escape(document["about"])}</p>' if document["about"] else ""
    return (
        '<header><div class="tools">'
        '<button type="button" id="language"><span lang="ko">English</span>'
        '<span lang="en">한국어</span></button>'
        f'<button type="button" id="theme">{both(text("Light / dark", "밝게 / 어둡게"))}</button>'
        f'</div><h1>{both(titles)}</h1><p class="meta">{both(meta)}</p>{about}</header>'
    )


def _sections(document: Document, drawn: list[Chart]) -> Iterator[str]:
    by_name = {chart.name: chart for chart in drawn}
    daily = by_name.pop("days", None)
    inside = _cards(document) + _warnings(document) + tables.targets(document)
    yield _section("summary", text("In short", "요약"), inside)
    if by_name:
        inside = "".join(_figure(chart) for chart in by_name.values())
        inside += _folded(
            text("The figures behind", "수치로 보기"), tables.cut(document, "interval")
        )
        yield _section("day", text("Through the day", "시간대별"), inside)
    if daily is not None:
        inside = _figure(daily)
        inside += _folded(text("The figures behind", "수치로 보기"), tables.cut(document, "day"))
        yield _section("days", text("Day by day", "일자별"), inside)
    for by, words in (
        ("queue", text("Queues", "대기열")),
        ("group", text("Groups", "상담 그룹")),
        ("agent", text("Agents", "상담사")),
    ):
        if len(document["scorecard"]["tables"].get(by, [])) > 1:
            yield _section(by, words, tables.cut(document, by))
    if campaigns := tables.cut(document, "campaign"):
        yield _section("campaign", text("Campaigns", "캠페인"), campaigns)
    if document["published"]:
        words = text("Against what was published", "공표값과 견주어")
        yield _section("published", words, tables.published(document))
    yield _section(
        "scorecard", text("Scorecard", "종합 지표"), _note() + tables.scorecard(document)
    )
    if document["assumed"]:
        yield _section("assumed", text("What is assumed", "가정한 입력값"), _assumed(document))
    yield _section("definitions", text("Definitions", "지표 정의"), _definitions(document))


def _section(name: str, title: Text, inside: str) -> str:
    return f'<section id="{name}"><h2>{both(title)}</h2>{inside}</section>\n'


def _folded(title: Text, inside: str) -> str:
    return f"<details><summary>{both(title)}</summary>{inside}</details>" if inside else ""


def _figure(chart: Chart) -> str:
    label = html.escape(chart.says["ko"] + " / " + chart.says["en"], quote=True)
    return (
        f"<figure><h3>{both(chart.title)}</h3>"
        f'<div class="chart" id="chart-{chart.name}" role="img" aria-label="{label}" '
        f'style="height:{chart.height}px"></div><figcaption>{both(chart.says)}</figcaption></figure>'
    )


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


def _assumed(document: Document) -> str:
    words = text(
        "No source gives these inputs. Replace them by figures of your own first.",
        "출처에 없어 가정한 값입니다. 실제 수치가 있으면 먼저 바꾸십시오.",
    )
    items = "".join(
        f"<dt><code>{html.escape(path)}</code></dt><dd>{html.escape(why)}</dd>"
        for path, why in document["assumed"].items()
    )
    return f'<p class="note">{both(words)}</p><dl class="assumed">{items}</dl>'


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


def _footer(document: Document) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in document["versions"].items())
    facts = (
        (text("scenario", "시나리오"), document["scenario"]),
        (text("digest", "지문"), document["digest"]),
        (text("seed", "시드"), str(document["seed"])),
        (text("engine", "엔진"), document["engine"]),
        (text("versions", "버전"), versions),
    )
    rows = "".join(f"<dt>{both(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in facts)
    words = text(
        "The same scenario, seed and versions give the same figures.",
        "시나리오, 시드, 버전이 같으면 결과도 같습니다.",
    )
    return f'<footer><p>{both(words)}</p><dl class="facts">{rows}</dl></footer>'
