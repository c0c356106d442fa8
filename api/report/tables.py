"""The report's tables, in both languages at once: the page shows one of them."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

from api.outline import (
    CUTS,
    bound_sign,
    column_heading,
    cut_cells,
    cut_columns,
    difference,
    found_in,
    headline,
    sure_words,
    verdict_word,
)
from api.words import (
    ABSENT,
    Document,
    Language,
    Text,
    figure,
    give_or_take,
    heading,
    resolved,
    text,
    totals,
    unit_of,
)


def both(words: Text) -> str:
    """Write one text in both languages; escaped."""
    if len(set(words.values())) == 1:
        return html.escape(words["en"])
    return "".join(f'<span lang="{lang}">{html.escape(words[lang])}</span>' for lang in Language)


def named(document: Document, measure: str) -> Text:
    """Return what a measure is called."""
    return {lang.value: heading(document, measure, lang) for lang in Language}


def figures(document: Document, value: float | None, unit: str) -> Text:
    """Write a value in both languages."""
    currency = document["scorecard"]["currency"]
    return {lang.value: figure(value, unit, lang=lang, currency=currency) for lang in Language}


def table(
    caption: Text, headings: Sequence[Text], rows: Iterable[Sequence[str]], *, kind: str = ""
) -> str:
    """Return a table whose first column names the rows; cells are HTML already."""
    head = "".join(f'<th scope="col">{both(one)}</th>' for one in headings)
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="scroll"><table class="{kind}"><caption>{both(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[str]) -> str:
    first, *rest = row
    if not rest:
        return f'<tr class="section"><th colspan="9" scope="rowgroup">{first}</th></tr>'
    cells = "".join(f"<td>{cell}</td>" for cell in rest)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


NOTHING = text("", "")


def scorecard(document: Document) -> str:
    """Return the headline scorecard."""
    level = f"{100 * document['scorecard']['confidence']:.0f} %"
    headings = (
        text("measure", "지표"),
        text("mean", "평균"),
        text(f"± ({level})", f"± ({level})"),
        text("one day in ten below", "열 날 중 하루는 이하"),
        text("one day in ten above", "열 날 중 하루는 이상"),
    )
    rows: list[list[str]] = []
    for section, names in headline(document):
        rows.append([both(dict(section))])
        rows += [_scorecard_row(document, name) for name in names]
    return table(text("Scorecard", "종합 지표"), headings, rows, kind="numbers")


def _scorecard_row(document: Document, name: str) -> list[str]:
    found, unit = totals(document)[name], unit_of(document, name)
    days: dict[str, Any] = found.get("between_days") or {}
    return [
        f'<a href="#def-{name}">{both(named(document, name))}</a>',
        both(figures(document, found["value"], unit)),
        give_or_take(found["half_width"], unit),
        figure(days.get("p10"), unit, bare=True),
        figure(days.get("p90"), unit, bare=True),
    ]


def cut(document: Document, by: str) -> str:
    """Return the table of one way to cut the run; nothing where there is nothing to cut."""
    cells = cut_cells(document, by)
    if not cells:
        return ""
    names = cut_columns(document, by, cells)
    headings = [
        NOTHING,
        *(
            {lang.value: column_heading(document, name, lang) for lang in Language}
            for name in names
        ),
    ]
    rows = (
        [html.escape(str(cell[by])), *(_cell(document, cell, name) for name in names)]
        for cell in cells
    )
    return table(dict(CUTS[by]), headings, rows, kind="numbers")


def _cell(document: Document, cell: Any, name: str) -> str:
    found = found_in(document, cell, name)
    if found is None:
        return ABSENT
    unit = unit_of(document, resolved(document, name, queue=cell.get("queue")))
    return figure(found["value"], unit, bare=True)


def published(document: Document) -> str:
    """Return published figures beside simulated ones; nothing if none were published."""
    if not document["published"]:
        return ""
    headings = (
        text("figure", "지표"),
        text("published", "공표값"),
        text("simulated", "모의값"),
        text("±", "±"),
        text("difference", "차이"),
        text("source", "출처"),
    )
    rows = []
    for one in document["published"]:
        unit = unit_of(document, one["measure"])
        remark = f"<small>{html.escape(one['note'])}</small>" if one["note"] else ""
        stated = f"{figure(one['published'], unit, bare=True)} {one['unit']}".strip()
        rows.append(
            [
                both(named(document, one["measure"])),
                html.escape(stated),
                figure(one["simulated"], unit, bare=True),
                give_or_take(one["half_width"], unit),
                difference(one["published"], one["simulated"]),
                f"{html.escape(one['source'])}{remark}",
            ]
        )
    return table(
        text("Published and simulated", "공표값과 모의값"), headings, rows, kind="numbers told"
    )


def targets(document: Document) -> str:
    """Return the targets with their verdicts; nothing if nothing is demanded."""
    goals = document["scorecard"]["targets"]
    if not goals:
        return ""
    headings = (
        text("queue", "대기열"),
        text("measure", "지표"),
        text("wanted", "목표"),
        text("simulated", "모의값"),
        text("±", "±"),
        text("verdict", "판정"),
        text("days kept", "달성한 날"),
    )
    rows = []
    for goal in goals:
        unit = unit_of(document, goal["measure"])
        wanted = figures(document, goal["goal"], unit)
        rows.append(
            [
                html.escape(goal["queue"]),
                both(named(document, goal["measure"])),
                both({lang: f"{bound_sign(goal['bound'])} {wanted[lang]}" for lang in wanted}),
                both(figures(document, goal["value"], unit)),
                give_or_take(goal["half_width"], unit),
                verdict(goal),
                figure(goal["days_kept"], "share"),
            ]
        )
    return table(text("Targets", "서비스 목표"), headings, rows, kind="numbers second-told")


def verdict(goal: Any) -> str:
    """Return whether a goal is kept, and how sure that is, as a badge that does not rely on colour."""
    if goal["kept"] is None:
        return ABSENT
    kept = bool(goal["kept"])
    words = {lang.value: verdict_word(kept=kept, lang=lang) for lang in Language}
    sure = goal["confidence"]
    share = (
        ""
        if sure is None
        else f" <small>{html.escape(sure_words(sure if kept else 1 - sure))}</small>"
    )
    mark = "✓" if kept else "✗"
    return f'<span class="badge {"good" if kept else "bad"}">{mark} {both(words)}</span>{share}'
