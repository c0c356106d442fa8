"""Charts as Plotly figures, for a notebook."""

from typing import TYPE_CHECKING

from api.report.charts import CHARTS, charts, settled
from api.report.shapes import LIGHT
from api.words import Document, Language

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def figure_of(document: Document, chart: str, *, lang: Language = Language.EN) -> "Figure":
    """Return a chart of a result.

    Raises:
        ValueError: There is no such chart, or the result has nothing to show in it.
    """
    from plotly.graph_objects import Figure

    draw = CHARTS.get(chart)
    drawn = None if draw is None else draw(document)
    if drawn is None:
        known = ", ".join(one.name for one in charts(document))
        raise ValueError(f"expected one of {known}, got {chart!r}")
    layout = {**drawn.layout, "title": {"text": drawn.title}, "height": drawn.height + 60}
    layout["margin"] = {**drawn.layout["margin"], "t": 90}
    spec = settled({"data": drawn.data, "layout": layout}, lang=lang, palette=LIGHT)
    return Figure(spec)
