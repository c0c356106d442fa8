"""Results as tables for a terminal; they read the plain result document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

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
    NOT_MEANT,
    Document,
    Language,
    figure,
    give_or_take,
    heading,
    resolved,
    title_of,
    totals,
    unit_of,
)

_FEW: Final = 3
_WIDTH: Final = 100
"""Of tables that do not go to a terminal, which would say how wide it is."""


def terminal() -> Console:
    """Return where tables are printed."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def show(console: Console, document: Document, *, by: str, lang: Language) -> None:
    """Print everything a planner wants to see first."""
    console.print(_head(document, lang))
    console.print(scorecard_table(document, lang))
    for table in (
        cut_table(document, by, lang),
        cut_table(document, "campaign", lang),
        published_table(document, lang),
        targets_table(document, lang),
    ):
        if table is not None:
            console.print(table)
    console.print(_foot(document, lang))


def _head(document: Document, lang: Language) -> RenderableType:
    days = document["scorecard"]["days"]
    first, last = document["first_day"], document["last_day"]
    span = first if days == 1 else f"{first} – {last}"
    runs = document["replications"]
    counted = {
        "en": f"{span} · {_many(runs, 'replication')} · seed {document['seed']} · "
        f"{document['engine']} engine · {document['digest'][:12]}",
        "ko": f"{span} · 반복 {runs}회 · 시드 {document['seed']} · 엔진 {document['engine']} · "
        f"{document['digest'][:12]}",
    }
    return Group(
        Line(""), Line(title_of(document, lang), style="bold"), Line(counted[lang], style="dim")
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def plain_table(title: str, *, caption: str | None = None) -> Table:
    """Return an empty table in the style of the house."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        caption=caption,
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )


def scorecard_table(document: Document, lang: Language) -> Table:
    """Return the headline scorecard: values, intervals, and how single days differ."""
    level = f"{100 * document['scorecard']['confidence']:.0f} %"
    words = {
        "en": ("Scorecard", f"± at {level}", "a day: from", "to",
               "± is how well the mean is known; 8 days in 10 lie between from and to."),
        "ko": ("종합 지표", f"± ({level})", "하루: 부터", "까지",
               "±는 평균의 오차이고, 열 날 가운데 여드레가 부터~까지에 든다."),
    }[lang]  # fmt: skip
    table = plain_table(words[0], caption=words[4])
    table.add_column("")
    for name in ("", *words[1:4]):
        table.add_column(name, justify="right", no_wrap=True)
    for section, names in headline(document):
        table.add_row(Line(section[lang], style="bold cyan"))
        for name in names:
            table.add_row(*_scorecard_row(document, name, lang))
    return table


def _scorecard_row(document: Document, name: str, lang: Language) -> list[str]:
    found = totals(document)[name]
    unit, currency = unit_of(document, name), document["scorecard"]["currency"]
    days = found.get("between_days") or {}
    return [
        f"  {heading(document, name, lang)}",
        figure(found["value"], unit, lang=lang, currency=currency),
        give_or_take(found["half_width"], unit),
        figure(days["p10"], unit, bare=True) if days else "",
        figure(days["p90"], unit, bare=True) if days else "",
    ]


def cut_table(document: Document, by: str, lang: Language) -> Table | None:
    """Return the table of one way to cut the run; none where there is nothing to cut."""
    cells = cut_cells(document, by)
    if not cells:
        return None
    table = plain_table(CUTS[by][lang])
    table.add_column("", no_wrap=True)
    shown = cut_columns(document, by, cells)
    for name in shown:
        table.add_column(column_heading(document, name, lang), justify="right")
    for cell in cells:
        table.add_row(str(cell[by]), *(_cell(document, cell, name, lang) for name in shown))
    return table


def _cell(document: Document, cell: Mapping[str, Any], name: str, lang: Language) -> str:
    found = found_in(document, cell, name)
    if found is None:
        return ABSENT
    unit = unit_of(document, resolved(document, name, queue=cell.get("queue")))
    return figure(found["value"], unit, lang=lang, bare=True)


def published_table(document: Document, lang: Language) -> Table | None:
    """Return published figures beside simulated ones."""
    if not document["published"]:
        return None
    words = {
        "en": ("Published and simulated", "published", "simulated", "±", "difference"),
        "ko": ("공표값과 모의값", "공표", "모의", "±", "차이"),
    }[lang]
    table = plain_table(words[0])
    table.add_column("")
    for name in words[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for found in document["published"]:
        unit = unit_of(document, found["measure"])
        simulated = found["simulated"]
        table.add_row(
            heading(document, found["measure"], lang),
            f"{figure(found['published'], unit, bare=True)} {found['unit']}".strip(),
            figure(simulated, unit, bare=True),
            give_or_take(found["half_width"], unit),
            difference(found["published"], simulated),
        )
    return table


def targets_table(document: Document, lang: Language) -> Table | None:
    """Return the targets and whether they are kept."""
    goals = document["scorecard"]["targets"]
    if not goals:
        return None
    words = {
        "en": ("Targets", "wanted", "simulated", "±", "kept", "days kept"),
        "ko": ("목표", "목표값", "모의", "±", "달성", "달성한 날"),
    }[lang]
    table = plain_table(words[0])
    table.add_column("")
    for name in words[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for goal in goals:
        unit = unit_of(document, goal["measure"])
        table.add_row(
            f"{goal['queue']}: {heading(document, goal['measure'], lang)}",
            f"{bound_sign(goal['bound'])} {figure(goal['goal'], unit, lang=lang)}",
            figure(goal["value"], unit, lang=lang),
            give_or_take(goal["half_width"], unit),
            _kept(goal, lang),
            figure(goal["days_kept"], "share"),
        )
    return table


def _kept(goal: Mapping[str, Any], lang: Language) -> Line:
    if goal["kept"] is None:
        return Line(ABSENT)
    word = verdict_word(kept=goal["kept"], lang=lang)
    sure = goal["confidence"]
    if sure is not None:
        sure = sure if goal["kept"] else 1 - sure
        word += f" ({sure_words(sure)})"
    return Line(word, style="green" if goal["kept"] else "red")


def _foot(document: Document, lang: Language) -> RenderableType:
    lines: list[RenderableType] = list(_warnings(document, lang))
    count = len(document["assumed"])
    if count:
        words = {
            "en": f"{_many(count, 'input')} of this scenario {'is' if count == 1 else 'are'} assumed, "
            "not known: `callcenter check` and the HTML report list them with reasons.",
            "ko": f"이 시나리오의 입력값 가운데 {count}개는 가정입니다. "
            "이유는 `callcenter check`와 HTML 보고서에 있습니다.",
        }
        lines.append(Line(words[lang], style="yellow"))
    precision = document.get("precision")
    if precision:
        lines.append(Line(_precision_words(document, precision, lang)))
    return Group(*lines)


def _warnings(document: Document, lang: Language) -> Iterator[RenderableType]:
    """Give what leaves a run with little to tell; a saved result may be older than these."""
    warnings = document.get("warnings", [])
    for warning in warnings[:_FEW]:
        yield Line(f"{NOT_MEANT[lang]}: {warning}", style="yellow")
    if len(warnings) > _FEW:
        more = len(warnings) - _FEW
        words = {
            "en": f"{more} more like it: see `callcenter check`.",
            "ko": f"그 밖에 {more}건: `callcenter check` 참조.",
        }
        yield Line(words[lang], style="yellow")


def _precision_words(document: Document, precision: Mapping[str, Any], lang: Language) -> str:
    name = heading(document, precision["measure"], lang)
    got = ABSENT if precision["got"] is None else f"{100 * precision['got']:.2g} %"
    wanted, runs = f"{100 * precision['wanted']:.2g} %", document["replications"]
    if lang is Language.KO:
        reached = "도달" if precision["reached"] else "미도달"
        return f"정밀도: {name} ± {got} (목표 {wanted}, {reached}), 반복 {runs:,}회."
    reached = "reached" if precision["reached"] else "not reached"
    return f"Precision: {name} known to ± {got} (wanted {wanted}: {reached}) after {runs:,} replications."
