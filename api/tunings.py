"""A tuned threshold for a terminal: what was tried, what is proposed, and what to write down.

Works on the plain document (docs/result-schema.md).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.outline import sure_words
from api.words import ABSENT, Document, Language, figure, text, title_of

_PERCENT: Final = 100


def show(console: Console, document: Document, override: str | None, *, lang: Language) -> None:
    """Print the search, the proposal, and the YAML that makes it so."""
    console.print(Line(""))
    console.print(Line(title_of(document, lang), style="bold"))
    console.print(_table(document, lang))
    for line in sentences(document, lang):
        console.print(Line(line))
    if override is not None:
        console.print(Line(""))
        console.print(override, markup=False, highlight=False, soft_wrap=True)


def _table(document: Document, lang: Language) -> Table:
    runs = document["replications"]
    title = text(
        f"Agents kept idle, {runs} replications each, the same callers",
        f"대기 유지 인원, 같은 고객으로 반복 {runs}회",
    )
    table = plain_table(title[lang])
    heads = text("keep", "유지"), text("in time %", "적시응답 %"), text("ASA s", "ASA 초")
    more = text("successes", "발신 성공"), text("target", "목표"), text("sure", "확실성")
    for words in (*heads, *more):
        table.add_column(words[lang], justify="right", no_wrap=True)
    for one in document["searched"]:
        table.add_row(str(one["keep_idle"]), *_cells(one, lang))
    if document["stepped"] is not None:
        words = text("by interval", "시간대별")
        table.add_row(words[lang], *_cells(document["stepped"], lang))
    return table


def _cells(one: Mapping[str, Any], lang: Language) -> list[str | Line]:
    values, verdict = one["values"], one["kept"]
    error = values["service_level"]["high"] - values["service_level"]["value"]
    level = figure(values["service_level"]["value"], "share", bare=True)
    kept = Line(ABSENT)
    if verdict is not None:
        words = text("kept", "달성") if verdict["value"] else text("missed", "미달")
        kept = Line(words[lang], style="green" if verdict["value"] else "red")
    return [
        f"{level} ±{_PERCENT * error:.1f}",
        figure(values["asa"]["value"], "s", bare=True),
        f"{values['successes']['value']:,.0f}",
        kept,
        _certainty(verdict),
    ]


def _certainty(verdict: Mapping[str, Any] | None) -> str:
    if verdict is None or verdict["sure"] is None:
        return ABSENT
    return sure_words(verdict["sure"])


def sentences(document: Document, lang: Language) -> Iterator[str]:
    """Say what is proposed and how sure it is."""
    wanted = ", ".join(
        f"{queue} {_PERCENT * target['share']:g} % / {target['within_seconds']:g} s"
        for queue, target in document["targets"].items()
        if target["share"] is not None
    )
    sure = f"{_PERCENT * document['sure']:g} %"
    chosen = document["chosen"]
    if chosen is None:
        yield text(
            f"No number tried keeps {wanted} with {sure} certainty.",
            f"시도한 인원 가운데 {wanted}을(를) {sure} 확실하게 지키는 것이 없습니다.",
        )[lang]
        return
    values, steps = chosen["values"], chosen["keep_idle_from"]
    by = text("numbers by interval", "시간대별 인원") if steps else None
    rule = str(chosen["keep_idle"]) if by is None else by[lang]
    level = figure(values["service_level"]["value"], "share")
    successes = f"{values['successes']['value']:,.0f}"
    yield text(
        f"Keep {rule} idle: {successes} successes, {level} in time; {wanted} holds with "
        f"{_certainty(chosen['kept'])} certainty, before {document['replications']} runs of other callers.",
        f"대기 유지 {rule}: 발신 성공 {successes}건, 적시응답 {level}. 다른 고객으로 "
        f"{document['replications']}회 확인한 {wanted}의 확실성은 {_certainty(chosen['kept'])}입니다.",
    )[lang]
    if not steps:
        yield text(
            "Numbers by interval do not surely bring more.",
            "시간대별로 나누어도 확실히 더 많아지지 않습니다.",
        )[lang]
