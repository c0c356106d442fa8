"""Assumptions of campaigns by their swing, for a terminal.

Works on the plain document (docs/result-schema.md).
"""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.words import Document, Language, figure, text, title_of

_PERCENT: Final = 100
_BAR: Final = 12


def show(console: Console, document: Document, *, lang: Language) -> None:
    """Print the assumptions, the one that matters most first."""
    console.print(Line(""))
    console.print(Line(title_of(document, lang), style="bold"))
    if not document["factors"]:
        words = text(
            "No input of the campaigns is labelled assumed: nothing to vary.",
            "캠페인의 입력값 가운데 가정으로 표시된 것이 없습니다.",
        )
        console.print(Line(words[lang]))
        return
    console.print(_table(document, lang))
    base = document["base"]
    words = text(
        f"As written: {base['successes']['value']:,.0f} successes, "
        f"{figure(base['service_level']['value'], 'share')} in time. Each input by itself, the same "
        f"callers and citizens, {document['replications']} replications; campaigns that say the same "
        "are varied together.",
        f"작성된 값: 발신 성공 {base['successes']['value']:,.0f}건, 적시응답 "
        f"{figure(base['service_level']['value'], 'share')}. 입력값을 하나씩만 바꾸어 같은 고객으로 "
        f"{document['replications']}회 반복했습니다. 값이 같은 캠페인은 함께 바꿉니다.",
    )
    console.print(Line(words[lang]))


def _table(document: Document, lang: Language) -> Table:
    spread = f"{_PERCENT * document['spread']:g} %"
    titles = text(
        f"What is assumed, lowered and raised by {spread}: change in successes",
        f"가정한 입력값을 {spread} 낮추고 높였을 때 발신 성공의 변화",
    )
    table = plain_table(titles[lang])
    table.add_column(text("input", "입력값")[lang], no_wrap=True)
    table.add_column(text("fields", "분야")[lang], justify="right", no_wrap=True)
    for words in (text("low", "낮춤"), text("high", "높임"), text("swing", "폭")):
        table.add_column(words[lang], justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    widest = document["factors"][0]["swing"] or 1.0
    for one in document["factors"]:
        bar = "█" * round(_BAR * one["swing"] / widest)
        table.add_row(*_row(one), f"{one['swing']:,.0f}", bar)
    return table


def _row(one: Mapping[str, Any]) -> list[str]:
    name = one["path"].removeprefix("campaigns.")
    return [name, str(len(one["campaigns"])), *(_change(one[end]) for end in ("low", "high"))]


def _change(end: Mapping[str, Any]) -> str:
    found = end["successes"]
    error = "" if found["high"] is None else f" ±{found['high'] - found['value']:,.0f}"
    return f"{found['value']:+,.0f}{error}"
