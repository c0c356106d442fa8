"""The charts, as plain Plotly data that knows both languages and no colour of its own.

A text is `{"en": ..., "ko": ...}` and a colour is the name of one, such as `@accent`: the page (or
`settled`, for a notebook) puts in what is wanted, so that language and theme change without new data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.report.shapes import LAYOUT, axis, band, line, panel, target_line, times
from api.words import Document, Language, Text, service_level_of, text

Cells = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One picture."""

    name: str
    title: Text
    says: Text
    """What it shows, for those who do not see it and for those who do."""
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    height: int


def charts(document: Document) -> list[Chart]:
    """Return all pictures that the result has something to show for."""
    found = (draw(document) for draw in CHARTS.values())
    return [chart for chart in found if chart is not None]


def open_intervals(document: Document) -> list[Mapping[str, Any]]:
    """Return the intervals of the day in which a door is open."""
    cells = document["scorecard"]["tables"].get("interval", [])
    return [cell for cell in cells if "offered_per_day" in cell["values"]]


def values(
    cells: Cells, measure: str, *, part: str = "value", scale: float = 1.0
) -> list[float | None]:
    """Return one column; absent where a population is empty."""
    column = [cell["values"].get(measure, {}).get(part) for cell in cells]
    return [None if value is None else value * scale for value in column]


def estimate(
    cells: Cells, x: list[str], measure: str, *, scale: float = 1.0, top: float | None = None
) -> list[dict[str, Any]]:
    """Return a band around nothing yet: upper and lower edge of the interval for the mean."""
    middle = values(cells, measure, scale=scale)
    widths = values(cells, measure, part="half_width", scale=scale)
    pairs = list(zip(middle, widths, strict=True))
    lower = [None if m is None else max(m - (w or 0.0), 0.0) for m, w in pairs]
    upper = [None if m is None else m + (w or 0.0) for m, w in pairs]
    if top is not None:
        upper = [None if value is None else min(value, top) for value in upper]
    return band(x, lower, upper)


# --- Through the day -------------------------------------------------------------------------------------


def staffing(document: Document) -> Chart | None:
    """Arrivals above, the people who meet them below."""
    cells = open_intervals(document)
    if not cells:
        return None
    x = [str(cell["interval"]) for cell in cells]
    minutes = document["scorecard"]["interval_minutes"]
    arrivals = {
        "type": "bar",
        "x": x,
        "y": values(cells, "offered_per_day"),
        "name": text("offered", "요청호"),
        "marker": {"color": "@bars"},
        "hovertemplate": "%{y:.1f}",
        "yaxis": "y",
    }
    present = line(
        x,
        values(cells, "agents_present"),
        text("agents present", "착석 상담사"),
        "@second",
        axis="y2",
    )
    busy = line(
        x, values(cells, "agents_busy"), text("of them busy", "그중 응대 중"), "@accent", axis="y2"
    )
    for trace in (present, busy):
        trace["line"]["shape"] = "hvh"
    busy |= {"fill": "tozeroy", "fillcolor": "@accent-soft"}
    calls = text(f"calls a day per {minutes:.0f} min", f"하루 {minutes:.0f}분당 호수")
    return Chart(
        name="staffing",
        title=text("Arrivals and staffing", "인입과 인력 배치"),
        says=text(
            "Bars: calls offered in each interval of an average open day. Below: agents present, and how "
            "many of them are busy with a call or its after-call work.",
            "막대: 평균적인 운영일의 시간대별 요청호. 아래: 착석 상담사와 그중 통화·후처리 중인 상담사.",
        ),
        data=[arrivals, present, busy],
        layout=LAYOUT
        | {
            "xaxis": times(x, anchor="y2"),
            "yaxis": axis(calls, domain=[0.58, 1], zero=True),
            "yaxis2": axis(text("agents", "상담사 수"), domain=[0, 0.46], zero=True),
        },
        height=460,
    )


def service(document: Document) -> Chart | None:
    """Service level by interval, with the band in which the mean lies."""
    cells = open_intervals(document)
    measure = service_level_of(document)
    if not any(measure in cell["values"] for cell in cells):
        return None
    x = [str(cell["interval"]) for cell in cells]
    data = estimate(cells, x, measure, scale=100, top=100)
    data.append(line(x, values(cells, measure, scale=100), _all(document), "@accent", unit=" %"))
    data += _by_queue(document, scale=100)
    data += _goal_line(document, x)
    return Chart(
        name="service",
        title=text("Service level through the day", "시간대별 서비스레벨"),
        says=text(
            "Share of calls answered in time, by the interval in which they were offered. The band holds "
            "the mean with 95 % confidence; the dotted line is the target.",
            "목표시간 안에 응대한 비율(요청 시각 기준). 띠는 평균의 95 % 신뢰구간, 점선은 목표.",
        ),
        data=data,
        layout=LAYOUT | {"xaxis": times(x), "yaxis": axis("%", span=[0, 102])},
        height=340,
    )


def _all(document: Document) -> Text:
    if len(document["scorecard"]["tables"].get("queue", [])) > 1:
        return text("all queues", "전체")
    return text("service level", "서비스레벨")


def _goal_line(document: Document, x: list[str]) -> list[dict[str, Any]]:
    """Return the service level wanted, where all queues want the same."""
    wanted = {
        goal["goal"]
        for goal in document["scorecard"]["targets"]
        if str(goal["measure"]).startswith("service_level")
    }
    return [target_line(x, 100 * wanted.pop())] if len(wanted) == 1 else []


def _by_queue(document: Document, *, scale: float) -> list[dict[str, Any]]:
    """Return a thin line for each queue, where there are a few."""
    tables = document["scorecard"]["tables"]
    names = [str(cell["queue"]) for cell in tables.get("queue", [])]
    if not 1 < len(names) <= MOST_QUEUES:
        return []
    found = []
    for number, name in enumerate(names):
        measure = service_level_of(document, queue=name)
        cells = [
            cell
            for cell in tables["queue_interval"]
            if cell["queue"] == name and measure in cell["values"]
        ]
        x = [str(cell["interval"]) for cell in cells]
        trace = line(
            x, values(cells, measure, scale=scale), text(name, name), f"@line{number}", unit=" %"
        )
        trace["line"] |= {"width": 1.5, "dash": "dash"}
        found.append(trace)
    return found


MOST_QUEUES: Final = 6


def waiting(document: Document) -> Chart | None:
    """Waits by interval: the mean with its band, and what one in ten exceeds."""
    cells = open_intervals(document)
    if not any("asa" in cell["values"] for cell in cells):
        return None
    x = [str(cell["interval"]) for cell in cells]
    data = estimate(cells, x, "asa")
    data.append(
        line(
            x,
            values(cells, "asa"),
            text("average speed of answer", "평균응답시간"),
            "@accent",
            unit=" s",
        )
    )
    if any("wait_p90" in cell["values"] for cell in cells):
        name = text("one in ten waits longer", "열에 하나는 이보다 김")
        data.append(line(x, values(cells, "wait_p90"), name, "@second", unit=" s"))
    return Chart(
        name="waiting",
        title=text("Waiting through the day", "시간대별 대기시간"),
        says=text(
            "Seconds from entering the queue to the answer: the mean with its 95 % band, and the wait that "
            "nine answered callers in ten do not exceed.",
            "대기열 진입부터 응대까지의 시간(초): 평균과 95 % 신뢰구간, "
            "그리고 응대 고객 열에 아홉이 넘지 않는 대기시간.",
        ),
        data=data,
        layout=LAYOUT | {"xaxis": times(x), "yaxis": axis(text("seconds", "초"), zero=True)},
        height=340,
    )


def queue(document: Document) -> Chart | None:
    """Length of the queue by interval."""
    cells = open_intervals(document)
    if not any("mean_queue" in cell["values"] for cell in cells):
        return None
    x = [str(cell["interval"]) for cell in cells]
    longest = {
        "type": "bar",
        "x": x,
        "y": values(cells, "max_queue"),
        "name": text("longest of a run", "최대 (반복별 평균)"),
        "marker": {"color": "@bars"},
        "hovertemplate": "%{y:.1f}",
        "yaxis": "y2",
    }
    data = [longest, *estimate(cells, x, "mean_queue")]
    data.append(line(x, values(cells, "mean_queue"), text("mean", "평균"), "@accent"))
    return Chart(
        name="queue",
        title=text("Callers waiting", "대기호"),
        says=text(
            "Mean number of callers in the queue with its 95 % band (above) and the longest queue of the "
            "whole run, averaged over replications (below).",
            "평균 대기호와 95 % 신뢰구간(위), 운영 기간 중 최대 대기호의 반복 평균(아래).",
        ),
        data=data,
        layout=LAYOUT
        | {
            "xaxis": times(x, anchor="y2"),
            "yaxis": axis(text("callers, mean", "평균"), domain=[0.56, 1], zero=True),
            "yaxis2": axis(text("callers, longest", "최대"), domain=[0, 0.44], zero=True),
        },
        height=420,
    )


def occupancy(document: Document) -> Chart | None:
    """Occupancy of each group in each interval, as colours."""
    labels = [str(cell["interval"]) for cell in open_intervals(document)]
    cells = document["scorecard"]["tables"].get("group_interval", [])
    groups = list(dict.fromkeys(str(cell["group"]) for cell in cells))
    if not groups or not labels:
        return None
    known = {
        (cell["group"], cell["interval"]): cell["values"].get("occupancy", {}).get("value")
        for cell in cells
        if cell["values"].get("agents_present", {}).get("value", 0) > HARDLY_ANYBODY
    }
    rows = [[known.get((group, label)) for label in labels] for group in reversed(groups)]
    rows = [[None if value is None else 100 * value for value in row] for row in rows]
    heat = {
        "type": "heatmap",
        "x": labels,
        "y": list(reversed(groups)),
        "z": rows,
        "zmin": 0,
        "zmax": 100,
        "colorscale": [[0, "@heat0"], [0.5, "@heat1"], [0.8, "@heat2"], [1, "@heat3"]],
        "colorbar": {"ticksuffix": " %", "thickness": 12, "outlinewidth": 0},
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{y} %{x}: %{z:.1f} %<extra></extra>",
    }
    return Chart(
        name="occupancy",
        title=text("Occupancy by group", "그룹별 점유율"),
        says=text(
            "Share of the time available for calls that was spent on them, by group and interval: the "
            "stronger the colour, the busier.",
            "수신 가능 시간 가운데 호 처리에 쓴 비율(그룹 × 시간대). 색이 뚜렷할수록 바쁨.",
        ),
        data=[heat],
        layout=LAYOUT
        | {
            "hovermode": "closest",
            "xaxis": times(labels),
            "yaxis": axis() | {"showgrid": False, "ticksuffix": " ", "automargin": True},
        },
        height=140 + 34 * len(groups),
    )


HARDLY_ANYBODY: Final = 0.02
"""Agents present below which a share of their time says nothing: somebody finished a call at lunch."""


# --- Day by day --------------------------------------------------------------------------------------------


def days(document: Document) -> Chart | None:
    """Volumes and service level of each day of the calendar."""
    cells = [
        cell
        for cell in document["scorecard"]["tables"].get("day", [])
        if "offered" in cell["values"]
    ]
    if len(cells) < FEWEST_DAYS:
        return None
    x = [str(cell["day"]) for cell in cells]
    measure = service_level_of(document)
    data = [
        panel(x, values(cells, "answered"), text("answered", "응대호"), "@bars"),
        panel(x, values(cells, "abandoned"), text("abandoned", "포기호"), "@bad"),
        *[trace | {"yaxis": "y2"} for trace in estimate(cells, x, measure, scale=100, top=100)],
        line(
            x,
            values(cells, measure, scale=100),
            text("service level", "서비스레벨"),
            "@accent",
            axis="y2",
            unit=" %",
        ),
    ]
    data[-1]["line"]["width"] = 1.5
    data += _published_mean(document, x)
    data += [trace | {"yaxis": "y2"} for trace in _goal_line(document, x)]
    return Chart(
        name="days",
        title=text("Day by day", "일자별 추이"),
        says=text(
            "Calls answered and abandoned on each day of the calendar, averaged over replications; dotted: "
            "the published daily average, where there is one. Below: the day's service level.",
            "날짜별 응대호와 포기호(반복 평균), 점선은 공표된 일평균. 아래: 그날의 서비스레벨.",
        ),
        data=data,
        layout=LAYOUT
        | {
            "barmode": "stack",
            "bargap": 0.15,
            "xaxis": axis(anchor="y2")
            | {
                "type": "date" if len(x) > MANY_DAYS else "category",
                "tickformat": "%Y-%m",
                "hoverformat": "%Y-%m-%d",
            },
            "yaxis": axis(text("calls", "호"), domain=[0.5, 1], zero=True),
            "yaxis2": axis("%", domain=[0, 0.4], span=[0, 102]),
        },
        height=460,
    )


FEWEST_DAYS: Final = 2
MANY_DAYS: Final = 45
"""From here on the axis tells months instead of days."""


def _published_mean(document: Document, x: list[str]) -> list[dict[str, Any]]:
    known = [one for one in document["published"] if one["measure"] == "answered_per_day"]
    if not known:
        return []
    trace = target_line(x, known[0]["published"])
    trace["name"] = text("published daily average", "공표 일평균")
    return [trace]


CHARTS: Final[Mapping[str, Callable[[Document], Chart | None]]] = {
    "staffing": staffing,
    "service": service,
    "waiting": waiting,
    "queue": queue,
    "occupancy": occupancy,
    "days": days,
}
"""Every chart by name, in the order of the page."""


# --- One language, one theme --------------------------------------------------------------------------


def settled(value: Any, *, lang: Language, palette: Mapping[str, str]) -> Any:
    """Put one language's texts and one theme's colours into chart data."""
    match value:
        case {"en": _, "ko": _}:
            return value[lang]
        case dict():
            return {key: settled(one, lang=lang, palette=palette) for key, one in value.items()}
        case list():
            return [settled(one, lang=lang, palette=palette) for one in value]
        case str() if value.startswith("@"):
            return palette[value[1:]]
        case _:
            return value
