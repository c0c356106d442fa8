"""The report of campaigns: what each came to, how its leads ended, and when it is done."""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from api.report.charts import Chart
from api.report.shapes import LAYOUT, axis
from api.report.shell import assumed, drawn_figure, footer, header, section, whole
from api.report.tables import both, table
from api.words import ABSENT, Document, Language, Text, figure, text, title_of

ENDS: Final[Mapping[str, Text]] = {
    "success": text("success", "성공"),
    "partial": text("partial", "일부 응답"),
    "refused": text("refused", "거절"),
    "wrong_number": text("wrong no.", "결번·오번호"),
    "exhausted": text("exhausted", "시도 소진"),
    "unfinished": text("unfinished", "진행 중"),
    "not_tried": text("not tried", "미시도"),
    "do_not_call": text("do not call", "수신 거부"),
    "closed": text("closed", "종료"),
}
"""How leads end, in the order they are shown."""
TOTAL: Final = text("all together", "전체")
_PERCENT: Final = 100.0
Row = Mapping[str, Any]


def render_campaigns(document: Document, *, lang: Language = Language.KO) -> str:
    """Return the whole page."""
    drawn = [_successes(document)]
    return whole(
        title=title_of(document, lang),
        header=_header(document),
        sections=_sections(document, drawn),
        footer=footer(document),
        drawn=drawn,
        lang=lang,
    )


def _header(document: Document) -> str:
    titles = {one.value: title_of(document, one) for one in Language}
    span, runs = f"{document['first_day']} – {document['last_day']}", document["replications"]
    meta = text(f"{span} · {runs} replications", f"{span} · 반복 {runs}회 모의실험")
    return header(titles, meta=meta, about="")


def _sections(document: Document, drawn: list[Chart]) -> Iterator[str]:
    rows = [*document["campaigns"], document["total"]]
    inside = "".join(map(drawn_figure, drawn)) + _work(document, rows)
    yield section("campaigns", text("Campaigns", "캠페인"), inside)
    yield section("finish", text("When they are done", "완료 시점"), _finish(document, rows))
    yield section("ends", text("How leads end", "대상의 결과"), _ends(rows))
    yield section("rates", text("AAPOR's rates", "AAPOR 비율"), _rates(document, rows))
    if document["assumed"]:
        yield section("assumed", text("What is assumed", "가정한 입력값"), assumed(document))


def _successes(document: Document) -> Chart:
    found = [one["values"]["successes"] for one in document["campaigns"]]
    widths = [0.0 if one["high"] is None else one["high"] - one["value"] for one in found]
    bars = {
        "type": "bar",
        "x": [name_of(one) for one in document["campaigns"]],
        "y": [one["value"] for one in found],
        "error_y": {"type": "data", "array": widths, "color": "@muted", "thickness": 1},
        "name": text("successes", "발신 성공"),
        "marker": {"color": "@accent"},
        "hovertemplate": "%{y:,.0f}",
    }
    wanted = {
        "type": "scatter",
        "mode": "markers",
        "x": [name_of(one) for one in document["campaigns"]],
        "y": [one["quota"] for one in document["campaigns"]],
        "name": text("quota", "목표"),
        "marker": {"symbol": "line-ew-open", "size": 22, "color": "@second"},
        "hovertemplate": "%{y:,.0f}",
    }
    quotas = any(one["quota"] is not None for one in document["campaigns"])
    return Chart(
        name="successes",
        title=text("Successes by field", "분야별 발신 성공"),
        says=text(
            "Mean over the replications, with 95 % intervals.", "반복의 평균과 95 % 구간입니다."
        ),
        data=[bars, wanted] if quotas else [bars],
        layout=LAYOUT
        | {
            "xaxis": axis() | {"type": "category"},
            "yaxis": axis(text("successes", "발신 성공"), zero=True),
        },
        height=360,
    )


# --- Tables ----------------------------------------------------------------------------------------------


def name_of(row: Row) -> Text:
    """Return what a campaign is called; the row of all together has no name."""
    return text(row["name"], row["field"]) if "name" in row else TOTAL


def _work(document: Document, rows: Sequence[Row]) -> str:
    measures = document["measures"]
    names = list(rows[0]["values"])
    headings = [
        text("campaign", "캠페인"),
        *(text(measures[name]["english"], measures[name]["korean"]) for name in names),
        text("cost per success", "성공 1건 비용"),
    ]
    cells = (
        [
            both(name_of(row)),
            *(_interval(row["values"][name], measures[name]["unit"]) for name in names),
            _cost(row["cost_per_success"], document),
        ]
        for row in rows
    )
    source = measures["drop_rate"]["source"]
    note = text(f"Share dropped: {source}.", f"발신 포기율: {source}.")
    caption = text("Means with 95 % intervals", "평균과 95 % 구간")
    return table(caption, headings, cells) + f'<p class="note">{both(note)}</p>'


def _interval(found: Mapping[str, float | None], unit: str) -> str:
    if found["value"] is None:
        return ABSENT
    value = html.escape(figure(found["value"], unit, bare=unit != "share"))
    if found["low"] is None or found["low"] == found["high"]:
        return value
    low, high = (figure(found[end], unit, bare=True) for end in ("low", "high"))
    return f"{value} <small>({low} – {high})</small>"


def _cost(found: Mapping[str, float | None] | None, document: Document) -> str:
    if found is None or found["value"] is None:
        return ABSENT
    words = {
        one.value: figure(found["value"], "money", lang=one, currency=document["currency"])
        for one in Language
    }
    return both(words)


def _finish(document: Document, rows: Sequence[Row]) -> str:
    headings = [
        text("campaign", "캠페인"),
        text(f"finished by {document['by']}", f"{document['by']}까지 완료"),
        text("5 % by", "5 %"),
        text("50 % by", "50 %"),
        text("95 % by", "95 %"),
    ]
    cells = (
        [
            both(name_of(row)),
            _chance(row["finished"]),
            *(row["finish_day"][quantile] or ABSENT for quantile in ("p5", "p50", "p95")),
        ]
        for row in rows
    )
    caption = text(
        "Share of runs, with Wilson's 95 % interval; the day by which so many runs were finished",
        "반복의 비율과 윌슨 95 % 구간, 그만큼의 반복이 끝난 날",
    )
    return table(caption, headings, cells)


def _chance(found: Row) -> str:
    low, high = (f"{_PERCENT * found[end]:.0f}" for end in ("low", "high"))
    return f"{_PERCENT * found['share']:.0f} % <small>({low} – {high})</small>"


def _ends(rows: Sequence[Row]) -> str:
    headings = [text("campaign", "캠페인"), *ENDS.values()]
    cells = ([both(name_of(row)), *(f"{row['ends'][end]:,.0f}" for end in ENDS)] for row in rows)
    return table(text("Leads, on average", "대상 수, 평균"), headings, cells)


def _rates(document: Document, rows: Sequence[Row]) -> str:
    names = list(document["rates"])
    headings = [text("campaign", "캠페인"), *(text(one, one) for one in names)]
    cells = (
        [both(name_of(row)), *(figure(row["rates"][name], "share") for name in names)]
        for row in rows
    )
    formulas = "; ".join(f"{name} = {one['formula']}" for name, one in document["rates"].items())
    caption = text("Standard Definitions, 10th edition", "표준 정의 10판")
    return table(caption, headings, cells) + f'<p class="note">{html.escape(formulas)}</p>'
