"""Comparisons as tables for a terminal; they read the plain comparison document."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.outline import SECTIONS, sure_words
from api.words import Document, Language, figure, give_or_take, text

_WORDS: Final = {
    "better": text("better", "개선"),
    "worse": text("worse", "악화"),
    "higher": text("higher", "증가"),
    "lower": text("lower", "감소"),
    "same": text("the same", "같음"),
    "undecided": text("undecided", "판단 유보"),
    "other days": text("other days", "영업일 수 다름"),
}
_COLOURS: Final = {"better": "green", "worse": "red"}


def show(console: Console, document: Document, *, measures: Sequence[str], lang: Language) -> None:
    """Print one table for each scenario compared with the first."""
    for other in document["others"]:
        console.print(_table(document, other, measures=measures, lang=lang))
    words = {
        "en": "Paired over {runs} replications with the same callers (seed {seed}); ± at {level:.0f} %. "
        "“undecided”: the interval of the difference holds zero; more replications may decide. "
        "“other days”: a total over another number of open days.",
        "ko": "같은 고객으로 {runs}회 반복해 짝지어 비교했습니다(시드 {seed}, ± {level:.0f} %). "
        "‘판단 유보’는 차이의 구간이 0을 포함한다는 뜻이며, 반복을 늘리면 가려질 수 있습니다. "
        "‘영업일 수 다름’은 영업일 수가 다른 기간의 합계라는 뜻입니다.",
    }[lang]
    if document["replications"] == 1:
        words = {
            "en": "One replication with the same callers (seed {seed}) says nothing of chance: "
            "two or more give ± and a verdict.",
            "ko": "같은 고객으로 1회만 반복했습니다(시드 {seed}). 우연의 크기를 알 수 없으므로 "
            "±와 판정에는 2회 이상의 반복이 필요합니다.",
        }[lang]
    note = words.format(
        runs=document["replications"], seed=document["seed"], level=100 * document["confidence"]
    )
    console.print(Line(note, style="dim"))


def _table(
    document: Document, other: Mapping[str, Any], *, measures: Sequence[str], lang: Language
) -> Table:
    base = document["base"]["label"]
    title = {"en": f"{other['label']} against {base}", "ko": f"{base} 대비 {other['label']}"}
    heads = {"en": ("difference", "±", "verdict"), "ko": ("차이", "±", "판정")}
    table = plain_table(title[lang])
    table.add_column("")
    for name in (base, other["label"], *heads[lang]):
        table.add_column(name, justify="right", no_wrap=True)
    found = {row["measure"]: row for row in other["differences"]}
    for name in _shown(document, found, measures):
        table.add_row(*_row(document, found[name], lang))
    return table


def _shown(
    document: Document, found: Mapping[str, Mapping[str, Any]], measures: Sequence[str]
) -> list[str]:
    wanted = [_resolved(document, name) for name in measures]
    if wanted:
        return [name for name in wanted if name in found]
    headline = [_resolved(document, name) for _, names in SECTIONS for name in names]
    return [
        name for name in headline if name in found and (found[name]["base"] or found[name]["other"])
    ]


def _resolved(document: Document, name: str) -> str:
    letter = str(document["service_level"]["total"]).removeprefix("SL-").lower()
    return f"service_level_{letter}" if name == "service_level" else name


def _row(document: Document, row: Mapping[str, Any], lang: Language) -> list[str | Line]:
    described = document["measures"][row["measure"]]
    unit, currency = row["unit"], document["currency"]
    change = figure(row["difference"], unit, lang=lang, currency=currency)
    if row["difference"] > 0:
        change = f"+{change}"
    if unit == "share":
        change = change.replace(" %", {"en": " points", "ko": " %p"}[lang])
    return [
        described["korean" if lang is Language.KO else "english"],
        figure(row["base"], unit, lang=lang, currency=currency),
        figure(row["other"], unit, lang=lang, currency=currency),
        change,
        give_or_take(row["half_width"], unit),
        _verdict(row, lang),
    ]


def _verdict(row: Mapping[str, Any], lang: Language) -> Line:
    word = _WORDS[row["word"]][lang]
    if row["confidence"] is not None and row["word"] != "same":
        word += f" ({sure_words(row['confidence'])})"
    return Line(word, style=_COLOURS.get(row["word"], ""))
