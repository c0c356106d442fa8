"""The marks that charts are made of, and the two themes they are coloured by."""

from typing import Any, Final

from api.words import Text, text

Column = list[float | None]

LIGHT: Final[dict[str, str]] = {
    "ink": "#16202b",
    "muted": "#566575",
    "rule": "#dbe2e9",
    "paper": "#ffffff",
    "panel": "#f5f7fa",
    "accent": "#0a58ca",
    "accent-soft": "rgba(10, 88, 202, 0.16)",
    "second": "#b4460f",
    "bars": "#9fb6cf",
    "good": "#14713f",
    "bad": "#b3261e",
    "heat0": "#f2f6fb",
    "heat1": "#a9c7ec",
    "heat2": "#2f6fc4",
    "heat3": "#0b2c61",
    "line0": "#7a3e9d",
    "line1": "#0f766e",
    "line2": "#a16207",
    "line3": "#be185d",
    "line4": "#4d7c0f",
    "line5": "#475569",
}
DARK: Final[dict[str, str]] = {
    "ink": "#e7edf3",
    "muted": "#a3b1bf",
    "rule": "#2c3844",
    "paper": "#10161d",
    "panel": "#18212b",
    "accent": "#6ea8fe",
    "accent-soft": "rgba(110, 168, 254, 0.22)",
    "second": "#f0a35e",
    "bars": "#4a627c",
    "good": "#57c785",
    "bad": "#f2837b",
    "heat0": "#182430",
    "heat1": "#2b5288",
    "heat2": "#6ea8fe",
    "heat3": "#dbe9ff",
    "line0": "#c89be6",
    "line1": "#5ec9bd",
    "line2": "#e0b45a",
    "line3": "#f08ab8",
    "line4": "#a5d267",
    "line5": "#a9b7c8",
}

FONT: Final = (
    "Pretendard, 'Noto Sans KR', 'Noto Sans CJK KR', 'Apple SD Gothic Neo', 'Malgun Gothic', "
    "system-ui, 'Segoe UI', sans-serif"
)

LAYOUT: Final[dict[str, Any]] = {
    "font": {"family": FONT, "size": 13, "color": "@ink"},
    "paper_bgcolor": "@paper",
    "plot_bgcolor": "@paper",
    "margin": {"l": 58, "r": 16, "t": 34, "b": 40},
    "hovermode": "x unified",
    "hoverlabel": {"bgcolor": "@panel", "bordercolor": "@rule", "font": {"color": "@ink"}},
    "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    "bargap": 0.25,
}


def axis(
    title: Text | str | None = None,
    *,
    domain: list[float] | None = None,
    span: list[float] | None = None,
    zero: bool = False,
    anchor: str | None = None,
) -> dict[str, Any]:
    """Return a quiet axis."""
    found: dict[str, Any] = {
        "gridcolor": "@rule",
        "linecolor": "@rule",
        "zeroline": False,
        "automargin": True,
    }
    if title is not None:
        found["title"] = {"text": title, "standoff": 8, "font": {"size": 12, "color": "@muted"}}
    if domain is not None:
        found["domain"] = domain
    if span is not None:
        found["range"] = span
    if zero:
        found["rangemode"] = "tozero"
    if anchor is not None:
        found["anchor"] = anchor
    return found


def times(labels: list[str], *, anchor: str | None = None) -> dict[str, Any]:
    """Return an axis of times of day with as many labels as fit."""
    step = -(-len(labels) // _MOST_LABELS)
    return axis(anchor=anchor) | {"tickvals": labels[::step]}


_MOST_LABELS: Final = 13


def line(
    x: list[str], y: Column, name: Text, colour: str, *, axis: str = "y", unit: str = ""
) -> dict[str, Any]:
    """Return a line; it breaks where a value is absent."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "name": name,
        "line": {"color": colour, "width": 2.5},
        "hovertemplate": "%{y:.1f}" + unit,
        "yaxis": axis,
    }


def band(x: list[str], lower: Column, upper: Column) -> list[dict[str, Any]]:
    """Return the two edges of a band, the space between them filled."""
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"width": 0, "color": "@accent"},
        "hoverinfo": "skip",
        "showlegend": False,
        "name": text("95 % interval", "95 % 신뢰구간"),
    }
    return [
        edge | {"y": lower},
        edge | {"y": upper, "fill": "tonexty", "fillcolor": "@accent-soft", "showlegend": True},
    ]


def panel(x: list[str], y: Column, name: Text, colour: str) -> dict[str, Any]:
    """Return bars of a day."""
    return {
        "type": "bar",
        "x": x,
        "y": y,
        "name": name,
        "marker": {"color": colour},
        "hovertemplate": "%{y:,.0f}",
    }


def target_line(x: list[str], value: float) -> dict[str, Any]:
    """Return a dotted level through the whole chart."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x[0], x[-1]],
        "y": [value, value],
        "name": text("target", "목표"),
        "line": {"color": "@muted", "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }
