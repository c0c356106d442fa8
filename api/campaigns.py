"""Campaigns for a terminal: what each came to, when it is done, how its leads ended.

Works on the plain document (docs/result-schema.md).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from api.console import plain_table
from api.report.campaigns import ENDS, name_of
from api.words import ABSENT, Document, Language, Text, figure, text, title_of

Row = Mapping[str, Any]
Cell = Callable[[Row], str]
_PERCENT: Final = 100


def show(console: Console, document: Document, *, lang: Language) -> None:
    """Print what campaigns come to."""
    span = f"{document['first_day']} – {document['last_day']}"
    about = text(
        f"{span} · {document['replications']} replications · seed {document['seed']}",
        f"{span} · 반복 {document['replications']}회 · 시드 {document['seed']}",
    )
    console.print(Line(""))
    console.print(Line(title_of(document, lang), style="bold"))
    console.print(Line(about[lang], style="dim"))
    for table in (_work, _finish, _ends, _rates):
        console.print(table(document, lang))
    console.print(Line(_meanwhile(document)[lang]))
    if document["assumed"]:
        console.print(Line(_assumed(document)[lang], style="yellow"))


def _table(
    document: Document,
    lang: Language,
    title: Text,
    columns: Iterable[tuple[Text, Cell]],
    note: str = "",
) -> Table:
    """Return one row a campaign, and one of all together."""
    columns = list(columns)
    table = plain_table(title[lang], caption=note or None)
    table.add_column("", no_wrap=True)
    for words, _ in columns:
        table.add_column(words[lang], justify="right", no_wrap=True)
    rows = [*document["campaigns"], document["total"]]
    for row in rows if len(rows) > 2 else rows[:1]:  # noqa: PLR2004 - one campaign is its own total
        style = "" if "name" in row else "bold"
        table.add_row(Line(name_of(row)[lang], style=style), *(cell(row) for _, cell in columns))
    return table


def _value(name: str, unit: str, *, error: bool = False) -> Cell:
    def cell(row: Row) -> str:
        found = row["values"][name]
        written = figure(found["value"], unit, bare=True)
        if not error or found["high"] is None:
            return written
        return f"{written} ±{found['high'] - found['value']:,.0f}"

    return cell


def _work(document: Document, lang: Language) -> Table:
    source = document["measures"]["drop_rate"]["source"]
    currency = document["currency"]
    quotas = any(one["quota"] is not None for one in document["campaigns"])

    def quota(row: Row) -> str:
        return ABSENT if row.get("quota") is None else f"{row['quota']:,}"

    def leads(row: Row) -> str:
        return f"{sum(row['ends'].values()):,.0f}"

    def cost(row: Row) -> str:
        found = row["cost_per_success"]
        return ABSENT if found is None else figure(found["value"], "money", bare=True)

    columns: list[tuple[Text, Cell]] = [
        (text("leads", "대상"), leads),
        *([(text("quota", "목표"), quota)] if quotas else []),
        (text("tried", "시도"), _value("attempts", "legs")),
        (text("live", "연결"), _value("live_answers", "legs")),
        (text("success", "성공"), _value("successes", "legs", error=True)),
        (text("drop %", "포기율 %"), _value("drop_rate", "share")),
        (text("per h", "시간당"), _value("contacts_per_hour", "per hour")),
        (text("hours", "시간"), _value("outbound_hours", "h")),
    ]
    if currency is not None:
        columns.append((text(f"{currency} each", "건당 비용"), cost))
    note = text(
        f"drop %: dropped / live answers, {source}.", f"포기율: 포기호 / 통화 연결, {source}."
    )
    return _table(document, lang, text("Campaigns", "캠페인"), columns, note[lang])


def _finish(document: Document, lang: Language) -> Table:
    def share(row: Row) -> str:
        found = row["finished"]
        low, high = (f"{_PERCENT * found[end]:.0f}" for end in ("low", "high"))
        return f"{_PERCENT * found['share']:.0f} % ({low}-{high})"

    def day(quantile: str) -> Cell:
        return lambda row: row["finish_day"][quantile] or ABSENT

    columns = [
        (text(f"finished by {document['by']}", f"{document['by']}까지 완료"), share),
        (text("5 % by", "5 %"), day("p5")),
        (text("50 % by", "50 %"), day("p50")),
        (text("95 % by", "95 %"), day("p95")),
    ]
    note = text(
        "Share of runs with its 95 % interval; the day by which so many runs were finished.",
        "반복의 비율과 95 % 구간, 그만큼의 반복이 끝난 날입니다.",
    )
    return _table(document, lang, text("When they are done", "완료 시점"), columns, note[lang])


def _ends(document: Document, lang: Language) -> Table:
    def many(end: str) -> Cell:
        return lambda row: f"{row['ends'][end]:,.0f}"

    total = document["total"]["ends"]
    columns = [(words, many(end)) for end, words in ENDS.items() if total[end]]
    return _table(document, lang, text("How leads end", "대상의 결과"), columns)


def _rates(document: Document, lang: Language) -> Table:
    def rate(name: str) -> Cell:
        return lambda row: figure(row["rates"][name], "share", bare=True)

    columns = [(text(f"{name} %", f"{name} %"), rate(name)) for name in document["rates"]]
    note = "; ".join(f"{name} = {one['formula']}" for name, one in document["rates"].items())
    return _table(document, lang, text("AAPOR's rates", "AAPOR 비율"), columns, note)


def _meanwhile(document: Document) -> Text:
    level, asa = (document["inbound"][name]["value"] for name in ("service_level", "asa"))
    gone = document["inbound"]["abandonment_rate"]["value"]
    return text(
        f"Meanwhile callers: {figure(level, 'share')} in time, ASA {figure(asa, 's')}, "
        f"{figure(gone, 'share')} abandoned.",
        f"같은 기간 인입: 서비스레벨 {figure(level, 'share')}, 평균응답 "
        f"{figure(asa, 's', lang=Language.KO)}, 포기율 {figure(gone, 'share')}.",
    )


def _assumed(document: Document) -> Text:
    count = len(document["assumed"])
    return text(
        f"{count} inputs of these campaigns are assumed: `callcenter campaign swing` says which matter.",
        f"이 캠페인의 입력값 {count}개는 가정입니다. "
        "`callcenter campaign swing`이 중요한 순서를 보여 줍니다.",
    )
