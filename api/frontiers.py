"""A frontier for a terminal: what callers pay for outbound work, threshold by threshold.

Works on the plain document (docs/result-schema.md).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.outline import bound_sign, sure_words
from api.words import ABSENT, Document, Language, figure, text, title_of

_COLUMNS: Final = (
    ("service_level", text("in time %", "적시응답 %"), "share"),
    ("asa", text("ASA s", "ASA 초"), "s"),
    ("abandonment_rate", text("lost %", "포기율 %"), "share"),
    ("citizens_satisfied", text("satis. %", "만족 %"), "share"),
    ("successes", text("successes", "발신 성공"), "contacts"),
)
_WITH_ERROR: Final = ("service_level", "successes")
_WIDE: Final = 56
_HIGH: Final = 11
_PERCENT: Final = 100


def show(console: Console, document: Document, *, lang: Language) -> None:
    """Print the table, the chart and what it comes to."""
    console.print(Line(""))
    console.print(Line(title_of(document, lang), style="bold"))
    console.print(Line(_about(document)[lang], style="dim"))
    console.print(_table(document, lang))
    for line in chart(document, lang):
        console.print(Line(line))
    for line in sentences(document)[lang]:
        console.print(Line(line))


def _about(document: Document) -> dict[str, str]:
    span = f"{document['first_day']} – {document['last_day']}"
    return text(
        f"{span} · {document['replications']} replications at each threshold, the same callers · "
        f"seed {document['seed']}",
        f"{span} · 기준마다 같은 고객으로 반복 {document['replications']}회 · 시드 {document['seed']}",
    )


def _table(document: Document, lang: Language) -> Table:
    titles = text(
        "Inbound service against outbound successes",
        "인입 서비스레벨과 발신 성공의 균형",
    )
    table = plain_table(titles[lang])
    columns = [one for one in _COLUMNS if one[0] in document["measures"]]
    heads = {
        "en": ("keep", "done", "wanted", "target"),
        "ko": ("유지", "완료", "건수", "목표"),
    }
    keep, finished, wanted, target = heads[lang]
    table.add_column(keep, justify="right", no_wrap=True)
    for _, words, _ in columns:
        table.add_column(words[lang], justify="right", no_wrap=True)
    table.add_column(finished, justify="right", no_wrap=True)
    if document["wanted"] is not None:
        table.add_column(wanted, justify="right", no_wrap=True)
    table.add_column(target, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for point in document["points"]:
        table.add_row(*_row(document, point, columns, lang))
    return table


def _row(
    document: Document, point: Mapping[str, Any], columns: list[Any], lang: Language
) -> list[str | Line]:
    cells: list[str | Line] = [str(point["threshold"])]
    for name, _, unit in columns:
        cells.append(_told(point["values"][name], name=name, unit=unit))
    cells.append(_chance(point["finished"]))
    if document["wanted"] is not None:
        cells.append(_chance(point["reached"]))
    cells.append(_kept(point["kept"], lang))
    cells.append(_remark(document, point, lang))
    return cells


def _told(found: Mapping[str, float | None], *, name: str, unit: str) -> str:
    value, high = found["value"], found["high"]
    if value is None:
        return ABSENT
    written = figure(value, unit, bare=True)
    if high is None or name not in _WITH_ERROR:
        return written
    if unit == "share":
        return f"{written} ±{_PERCENT * (high - value):.1f}"
    return f"{written} ±{high - value:,.0f}"


def _chance(found: Mapping[str, Any]) -> str:
    return f"{_PERCENT * found['share']:.0f} %"


def _kept(found: Mapping[str, Any] | None, lang: Language) -> Line:
    if found is None:
        return Line(ABSENT)
    words = text("kept", "달성") if found["value"] else text("missed", "미달")
    return Line(words[lang], style="green" if found["value"] else "red")


def _remark(document: Document, point: Mapping[str, Any], lang: Language) -> Line:
    if point["dominated_by"] is not None:
        return Line(f"< {point['dominated_by']}", style="dim")
    if point["best"]:
        return Line(text("best", "최선")[lang], style="bold green")
    if point["threshold"] == document["written"]:
        return Line(text("written", "현재 설정")[lang])
    return Line("")


# --- The chart ------------------------------------------------------------------------------------------


def chart(document: Document, lang: Language) -> Iterator[str]:
    """Draw service level upwards and successes to the right; a point is its threshold."""
    places = {
        point["threshold"]: (
            float(point["values"]["successes"]["value"] or 0),
            float(point["values"]["service_level"]["value"] or 0),
        )
        for point in document["points"]
    }
    across, up = ([place[axis] for place in places.values()] for axis in (0, 1))
    rows = [[" "] * _WIDE for _ in range(_HIGH)]
    for threshold, (x, y) in places.items():
        column = _scaled(x, min(across), max(across), _WIDE - 3)
        _put(rows[_HIGH - 1 - _scaled(y, min(up), max(up), _HIGH - 1)], column, str(threshold))
    labels = {0: f"{_PERCENT * max(up):6.1f} %", _HIGH - 1: f"{_PERCENT * min(up):6.1f} %"}
    yield text("service level", "서비스레벨")[lang]
    for number, row in enumerate(rows):
        yield f"{labels.get(number, ''):>8} │{''.join(row)}".rstrip()
    yield f"{'':>8} └{'─' * _WIDE}"
    low, high = f"{min(across):,.0f}", f"{max(across):,.0f}"
    name = text("successes", "발신 성공")[lang]
    yield f"{'':>10}{low}{name.center(_WIDE - len(low) - len(high))}{high}"


def _scaled(value: float, low: float, high: float, most: int) -> int:
    return round(most * (value - low) / (high - low)) if high > low else 0


def _put(row: list[str], column: int, label: str) -> None:
    """Write a label where there is room, as near to its place as it gets, with a gap after another."""
    for start in sorted(range(len(row) - len(label) + 1), key=lambda at: abs(at - column)):
        around = row[max(0, start - 1) : start + len(label) + 1]
        if all(cell == " " for cell in around):
            row[start : start + len(label)] = label
            return


# --- Sentences ------------------------------------------------------------------------------------------


def sentences(document: Document) -> dict[str, list[str]]:
    """Say what the frontier comes to, in both languages."""
    return {lang.value: list(_said(document, lang)) for lang in Language}


def _said(document: Document, lang: Language) -> Iterator[str]:
    yield text(
        "keep: an outbound call begins only while more than so many agents are idle; done: share of runs "
        f"in which all campaigns were finished by {document['by']}.",
        "유지: 쉬는 상담사가 이보다 많을 때만 발신합니다. "
        f"완료: {document['by']}까지 모든 캠페인이 끝난 반복의 비율입니다.",
    )[lang]
    yield from _of_wanted(document, lang)
    yield from _of_best(document, lang)
    yield from _of_lists(document, lang)
    if any(point["dominated_by"] is not None for point in document["points"]):
        yield text(
            "< K: keeping K idle is surely better in service level or successes, and no worse in the other.",
            "< K: K명 유지가 서비스레벨이나 발신 성공에서 확실히 낫고 다른 쪽도 못하지 않습니다.",
        )[lang]


def _of_wanted(document: Document, lang: Language) -> Iterator[str]:
    if document["wanted"] is not None:
        yield text(
            f"wanted: share of runs that came to {document['wanted']:,} successes by {document['by']}.",
            f"건수: {document['by']}까지 {document['wanted']:,}건에 이른 반복의 비율입니다.",
        )[lang]


def _of_best(document: Document, lang: Language) -> Iterator[str]:
    target = document["target"]
    if target is None:
        return
    goal = f"{bound_sign(target['bound'])} {figure(target['goal'], 'share')}"
    best = next((point for point in document["points"] if point["best"]), None)
    if best is None:
        yield text(
            f"No threshold keeps the target {goal}.",
            f"목표 {goal}를 지키는 기준이 없습니다.",
        )[lang]
        return
    sure = best["kept"]["sure"]
    said = "" if sure is None else f" ({sure_words(sure)})"
    value = best["values"]["successes"]["value"]
    yield text(
        f"Most successes with the target {goal} kept{said}: keep {best['threshold']} idle, {value:,.0f}.",
        f"목표 {goal}를 지키면서{said} 성공이 가장 많은 기준: {best['threshold']}명 유지, {value:,.0f}건.",
    )[lang]


def _of_lists(document: Document, lang: Language) -> Iterator[str]:
    """Say where it is the lists that end the work, not the agents."""
    full = [
        str(point["threshold"])
        for point in document["points"]
        if point["finished"]["share"] == 1 and not any(c["quota"] for c in document["campaigns"])
    ]
    if len(full) > 1:
        which = ", ".join(full)
        yield text(
            f"At {which} the lists run out before the days do: more successes there take longer lists "
            "(--lists 2 shows what the agents could do).",
            f"{which}에서는 기간보다 대상 목록이 먼저 끝납니다. 더 많은 성공에는 더 긴 목록이 필요합니다"
            "(--lists 2로 상담사의 여력을 볼 수 있습니다).",
        )[lang]
