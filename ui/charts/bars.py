"""Bars of positive and negative contributions."""

from collections.abc import Sequence

from engine.words import numbers
from ui.charts.base import cut
from ui.charts.spec import Spec, axis, beside, spec
from ui.charts.theme import palette

ROW = 27  # pixels


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign, a typographic minus; 0 has none."""
    return numbers.signed(value, digits, numbers.MINUS)


def bars(rows: Sequence[tuple[str, float]], width: int = 36, digits: int = 2) -> Spec:
    """One bar a row, (label, value): to the right and green above 0, to the left and orange below it; the value with
    its sign stands at the right. Labels are cut to `width` characters."""
    colours = palette()
    places = list(range(len(rows)))[::-1]
    values = [float(value) for _, value in rows]
    spoken = [f"{cut(label, 200)}: {signed(value, digits)}" for label, value in rows]
    bar = {
        "type": "bar", "x": values, "y": places, "orientation": "h", "width": 0.56, "text": spoken,
        "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": [colours.now if value >= 0 else colours.warn for value in values], "line": {"width": 0}},
    }  # fmt: skip
    notes, margin = beside([(place, signed(value, digits)) for place, value in zip(places, values, strict=True)])
    low, high = min(*values, 0.0), max(*values, 0.0)
    room = (high - low) * 0.03 or 1.0
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": -0.5, "y1": len(rows) - 0.5}
    labels = axis(
        tickvals=places, ticktext=[cut(label, width) for label, _ in rows], range=[-0.6, len(rows) - 0.4],
        showgrid=False, showline=False, automargin=True, tickfont={"color": colours.text},
    )  # fmt: skip
    return spec(
        [bar], ROW * len(rows) + 12, margin={"l": 0, "r": margin, "t": 6, "b": 6}, annotations=notes,
        shapes=[zero | {"line": {"color": colours.muted, "width": 1}}],
        xaxis=axis(range=[low - room, high + room], visible=False), yaxis=labels,
    )  # fmt: skip
