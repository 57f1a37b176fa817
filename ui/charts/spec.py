"""Charts as plain dicts of Plotly's schema, in our look.

Plotly's figure objects check each value when it is set. A chart that is drawn again at every move of λ is written as a
dict instead, and checked once, as a whole, when Streamlit draws it.
"""

import re
from typing import Any

from ui.charts.theme import FONT, palette

Spec = dict[str, Any]
LETTER = 7.2  # pixels of a letter of 13 pixels


def spec(data: list[Spec], height: int, **layout: Any) -> Spec:
    """A chart of some traces; `layout` adds to our type, colours and margins, or replaces them."""
    return {"data": data, "layout": {**look(height), "xaxis": axis(), "yaxis": axis(), **layout}}


def look(height: int) -> Spec:
    """The layout of a chart: its type, colours and margins."""
    colours = palette()
    font = {"family": FONT, "size": 13, "color": colours.text}
    return {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 6, "b": 6},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font,
        # its font is named again, else Plotly takes the border's colour
        "hoverlabel": {"font": font, "bgcolor": colours.background, "bordercolor": colours.border},
        "showlegend": False,
        "dragmode": False,
    }


def axis(**more: Any) -> Spec:
    """An axis in our colours."""
    colours = palette()
    own = {"gridcolor": colours.border, "zeroline": False, "linecolor": colours.border}
    return {**own, "tickfont": {"color": colours.muted}, **more}


def note(text: str, **more: Any) -> Spec:
    """A text on the chart."""
    return {"text": text, "showarrow": False, **more}


def points(x: list[float], y: list[float], hover: str, marker: Spec, **more: Any) -> Spec:
    """Points, joined where `more` holds a line. hover: what is said of a point under the pointer."""
    mode = "lines+markers" if "line" in more else "markers"
    return {"type": "scatter", "x": x, "y": y, "mode": mode, "marker": marker, "hovertemplate": hover, **more}


def beside(texts: list[tuple[float, str]]) -> tuple[list[Spec], int]:
    """Texts at the right, each at its place on the y axis, and the margin in pixels that they need: a share of the
    width would be too little for them where the chart is narrow."""
    room = 16 + round(LETTER * max((len(re.sub("<[^>]*>", "", words)) for _, words in texts), default=0))
    at = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": room, "font": {"size": 13}}
    return [note(words, y=place, **at) for place, words in texts], room
