"""What groups keep of something, one row a group: the share with its interval, and a line where all is kept."""

from collections.abc import Sequence

import numpy as np

from engine.metrics import Estimate
from ui.charts.spec import Spec, axis, beside, points, spec
from ui.charts.theme import palette

ROW = 30  # pixels


def kept_chart(rows: Sequence[tuple[str, Estimate | None]]) -> Spec:
    """The chart as a dict of Plotly's schema: (label, share kept), 1 = all, drawn in per cent; None is a heading.

    Orange where less than all is kept for sure, green where more, else grey.
    """
    colours = palette()
    places = list(range(len(rows)))[::-1]
    data: list[Spec] = []
    texts = []
    for place, (label, share) in zip(places, rows, strict=True):
        if share is None:
            continue
        value, low, high = (100 * end for end in share)
        colour = colours.warn if high < 100 else colours.now if low > 100 else colours.muted
        words = f"{value:.1f}% ({low:.1f} … {high:.1f})"
        ends = {"mode": "lines", "line": {"color": colour, "width": 2}, "hoverinfo": "skip"}
        data.append({"type": "scatter", "x": [low, high], "y": [place, place], **ends})
        marker = {"size": 9, "color": colour, "line": {"color": colours.background, "width": 1}}
        data.append(points([value], [place], f"{label}: {words}<extra></extra>", marker))
        texts.append((float(place), f"<b>{value:.1f}%</b>"))  # the interval is drawn, and said under the pointer
    notes, room = beside(texts)
    reach = [100 * end for _, share in rows if share for end in share if np.isfinite(end)] + [100.0]
    air = 0.05 * (max(reach) - min(reach)) or 1.0
    all_kept = {"type": "line", "x0": 100, "x1": 100, "y0": -0.5, "y1": len(rows) - 0.5}
    labels = [label if share else f"<b>{label}</b>" for label, share in rows]
    return spec(
        data, ROW * len(rows) + 36, margin={"l": 0, "r": room, "t": 6, "b": 28}, annotations=notes,
        shapes=[all_kept | {"line": {"color": colours.text, "width": 1.5, "dash": "dot"}}],
        xaxis=axis(range=[min(reach) - air, max(reach) + air], ticksuffix="%", nticks=4, tickangle=0),
        yaxis=axis(tickvals=places, ticktext=labels, range=[-0.6, len(rows) - 0.4], showgrid=False, automargin=True,
                   tickfont={"color": colours.text}),
    )  # fmt: skip
