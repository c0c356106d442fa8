"""The report of a frontier: a chart of service level against successes, and the figures behind it."""

import html
from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.report.charts import Chart
from api.report.shapes import LAYOUT, axis
from api.report.shell import assumed, drawn_figure, footer, header, section, whole
from api.report.tables import both, table
from api.words import ABSENT, Document, Language, Text, figure, text, title_of

_PERCENT: Final = 100.0
_NEAR: Final = 2.0
"""A target further below the points than so many times their spread would leave no room for them."""


def render_frontier(
    document: Document, *, lang: Language = Language.KO, notes: Mapping[str, list[str]]
) -> str:
    """Return the whole page.

    Args:
        document: A frontier as plain data.
        lang: What it opens in.
        notes: Sentences under the chart, by language.
    """
    drawn = [_against(document), _waiting(document)]
    return whole(
        title=title_of(document, lang),
        header=_header(document),
        sections=_sections(document, drawn, notes),
        footer=footer(document),
        drawn=drawn,
        lang=lang,
    )


def _header(document: Document) -> str:
    titles = {one.value: title_of(document, one) for one in Language}
    span = f"{document['first_day']} – {document['last_day']}"
    runs = document["replications"]
    meta = text(
        f"{span} · {runs} replications at each threshold, the same callers",
        f"{span} · 기준마다 같은 고객으로 반복 {runs}회",
    )
    return header(titles, meta=meta, about="")


def _sections(
    document: Document, drawn: list[Chart], notes: Mapping[str, list[str]]
) -> Iterator[str]:
    told = "".join(
        f'<p class="note">{both(text(en, ko))}</p>'
        for en, ko in zip(notes["en"], notes["ko"], strict=True)
    )
    yield section(
        "frontier",
        text("What callers pay for outbound work", "발신 업무에 인입 고객이 치르는 값"),
        "".join(map(drawn_figure, drawn)) + told,
    )
    yield section("points", text("The figures behind", "수치로 보기"), _points(document))
    yield section("campaigns", text("Campaigns", "캠페인"), _campaigns(document))
    if document["assumed"]:
        yield section("assumed", text("What is assumed", "가정한 입력값"), assumed(document))


# --- Charts ----------------------------------------------------------------------------------------------


def _column(document: Document, name: str, part: str = "value") -> list[float | None]:
    return [point["values"][name][part] for point in document["points"]]


def _percent(values: list[float | None]) -> list[float | None]:
    return [None if value is None else _PERCENT * value for value in values]


def _errors(document: Document, name: str, scale: float) -> dict[str, Any]:
    pairs = zip(_column(document, name), _column(document, name, "high"), strict=True)
    widths = [0.0 if v is None or high is None else scale * (high - v) for v, high in pairs]
    return {"type": "data", "array": widths, "color": "@muted", "thickness": 1}


def _against(document: Document) -> Chart:
    points = document["points"]
    x, y = _column(document, "successes"), _percent(_column(document, "service_level"))
    beaten = [point["dominated_by"] is not None for point in points]
    dots = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": x,
        "y": y,
        "text": [str(point["threshold"]) for point in points],
        "textposition": "top center",
        "name": text("agents kept idle", "대기 유지 인원"),
        "line": {"color": "@accent", "width": 1.5},
        "marker": {
            "size": 10,
            "color": ["@paper" if one else "@accent" for one in beaten],
            "line": {"color": "@accent", "width": 2},
        },
        "error_x": _errors(document, "successes", 1.0),
        "error_y": _errors(document, "service_level", _PERCENT),
        "hovertemplate": "%{text}: %{y:.1f} % · %{x:,.0f}",
    }
    return Chart(
        name="frontier",
        title=text("Service level against successes", "서비스레벨과 발신 성공"),
        says=text(
            "Each dot is a threshold: so many agents stay idle for callers. Hollow dots are beaten by "
            "another one; bars are 95 % intervals.",
            "점은 대기 유지 인원별 결과입니다. 속이 빈 점은 다른 기준보다 못한 것이고, "
            "막대는 95 % 구간입니다.",
        ),
        data=[dots, *_lines(document, x, y)],
        layout=LAYOUT
        | {
            "hovermode": "closest",
            "xaxis": axis(text("successes", "발신 성공")) | {"tickformat": ",.0f"},
            "yaxis": axis(text("service level, %", "서비스레벨, %")),
        },
        height=420,
    )


def _lines(
    document: Document, x: list[float | None], y: list[float | None]
) -> Iterator[dict[str, Any]]:
    across = [value for value in x if value is not None] or [0.0]
    up = [value for value in y if value is not None] or [0.0]
    goal = _PERCENT * document["target"]["goal"] if document["target"] is not None else None
    if goal is not None and min(up) - goal <= _NEAR * (max(up) - min(up)):
        ends = [min(across), max(across)]
        yield _level(ends, [goal, goal], text("target", "목표"))
    if document["wanted"] is not None:
        wanted = float(document["wanted"])
        yield _level([wanted, wanted], [min(up), max(up)], text("wanted", "목표건수"))


def _level(x: list[float], y: list[float], name: Text) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": "@second", "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _waiting(document: Document) -> Chart:
    labels = [str(point["threshold"]) for point in document["points"]]
    bars = {
        "type": "bar",
        "x": labels,
        "y": _percent(_column(document, "abandonment_rate")),
        "error_y": _errors(document, "abandonment_rate", _PERCENT),
        "name": text("abandoned, %", "포기율, %"),
        "marker": {"color": "@bars"},
        "hovertemplate": "%{y:.2f} %",
    }
    finished = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": labels,
        "y": [_PERCENT * point["finished"]["share"] for point in document["points"]],
        "name": text("all finished, % of runs", "모두 완료, 반복의 %"),
        "line": {"color": "@good", "width": 2.5},
        "yaxis": "y2",
        "hovertemplate": "%{y:.0f} %",
    }
    return Chart(
        name="cost",
        title=text(
            "Callers who give up, and campaigns that finish", "포기하는 고객과 끝나는 캠페인"
        ),
        says=text(
            f"By the number of agents kept idle; finished means by {document['by']}.",
            f"대기 유지 인원별 결과입니다. 완료는 {document['by']}까지를 뜻합니다.",
        ),
        data=[bars, finished],
        layout=LAYOUT
        | {
            "xaxis": axis(text("agents kept idle", "대기 유지 인원")) | {"type": "category"},
            "yaxis": axis(text("abandoned, %", "포기율, %"), zero=True),
            "yaxis2": axis(text("finished, %", "완료, %"), span=[0.0, 105.0])
            | {"overlaying": "y", "side": "right", "showgrid": False, "dtick": 25},
        },
        height=320,
    )


# --- Tables ----------------------------------------------------------------------------------------------


def _points(document: Document) -> str:
    measures: Mapping[str, Any] = document["measures"]
    headings = [
        text("agents kept idle", "대기 유지 인원"),
        *(text(one["english"], one["korean"]) for one in measures.values()),
        text("all finished", "모두 완료"),
    ]
    rows = (
        [
            str(point["threshold"]),
            *(
                _interval(point["values"][name], described["unit"])
                for name, described in measures.items()
            ),
            _chance(point["finished"]),
        ]
        for point in document["points"]
    )
    return table(
        text("By threshold, with 95 % intervals", "기준별 결과, 95 % 구간"), headings, rows
    )


def _interval(found: Mapping[str, float | None], unit: str) -> str:
    if found["value"] is None:
        return ABSENT
    value = html.escape(figure(found["value"], unit, bare=True))
    if found["low"] is None:
        return value
    low, high = (figure(found[end], unit, bare=True) for end in ("low", "high"))
    return f"{value} <small>({low} – {high})</small>"


def _chance(found: Mapping[str, Any]) -> str:
    low, high = (f"{_PERCENT * found[end]:.0f}" for end in ("low", "high"))
    return f"{_PERCENT * found['share']:.0f} % <small>({low} – {high})</small>"


def _campaigns(document: Document) -> str:
    labels = [str(point["threshold"]) for point in document["points"]]
    headings = [text("campaign", "캠페인"), *(text(one, one) for one in labels)]
    rows = (
        [
            both(text(one["name"], one["field"])),
            *(_finish(point["campaigns"][place]) for point in document["points"]),
        ]
        for place, one in enumerate(document["campaigns"])
    )
    caption = text(
        "Successes, and the day half of the runs are finished by, by number of agents kept idle",
        "대기 유지 인원별 성공 건수와, 반복의 절반이 끝나는 날",
    )
    return table(caption, headings, rows)


def _finish(found: Mapping[str, Any]) -> str:
    day = found["finish_day"]["p50"] or ABSENT
    return f"{figure(found['successes']['value'], 'contacts', bare=True)} <small>{day}</small>"
