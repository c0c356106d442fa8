"""The page around charts and tables. Nothing in it asks the network for anything."""

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Final

from api.report.charts import Chart
from api.report.shapes import DARK, FONT, LIGHT
from api.report.tables import both
from api.words import Document, Language, Text, text

_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)


def whole(
    *,
    title: str,
    header: str,
    sections: Iterable[str],
    footer: str,
    drawn: list[Chart],
    lang: Language,
) -> str:
    """Return a whole page; `lang` is what it opens in, the other is one click away."""
    return (
        f'<!doctype html>\n<html lang="{lang}" data-lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f"{header}\n<main>\n{''.join(sections)}</main>\n"
        f"{footer}\n"
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


def header(titles: Text, *, meta: Text, about: str) -> str:
    """Return the title, what it is about, and the buttons for language and theme."""
    told = f'<p class="about">{html.escape(about)}</p>' if about else ""
    return (
        '<header><div class="tools">'
        '<button type="button" id="language"><span lang="ko">English</span>'
        '<span lang="en">한국어</span></button>'
        f'<button type="button" id="theme">{both(text("Light / dark", "밝게 / 어둡게"))}</button>'
        f'</div><h1>{both(titles)}</h1><p class="meta">{both(meta)}</p>{told}</header>'
    )


def section(name: str, title: Text, inside: str) -> str:
    """Return a part of the page under a heading."""
    return f'<section id="{name}"><h2>{both(title)}</h2>{inside}</section>\n'


def folded(title: Text, inside: str) -> str:
    """Return what opens when it is asked for; nothing around nothing."""
    return f"<details><summary>{both(title)}</summary>{inside}</details>" if inside else ""


def drawn_figure(chart: Chart) -> str:
    """Return the place of a chart, its title and what it says."""
    label = html.escape(chart.says["ko"] + " / " + chart.says["en"], quote=True)
    return (
        f"<figure><h3>{both(chart.title)}</h3>"
        f'<div class="chart" id="chart-{chart.name}" role="img" aria-label="{label}" '
        f'style="height:{chart.height}px"></div><figcaption>{both(chart.says)}</figcaption></figure>'
    )


def assumed(document: Document) -> str:
    """Return the list of inputs no source gives."""
    words = text(
        "No source gives these inputs. Replace them by figures of your own first.",
        "출처에 없어 가정한 값입니다. 실제 수치가 있으면 먼저 바꾸십시오.",
    )
    items = "".join(
        f"<dt><code>{html.escape(path)}</code></dt><dd>{html.escape(why)}</dd>"
        for path, why in document["assumed"].items()
    )
    return f'<p class="note">{both(words)}</p><dl class="assumed">{items}</dl>'


def footer(document: Document) -> str:
    """Return what it takes to get the same figures again."""
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
