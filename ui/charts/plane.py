"""The picture of a plane of λ × σ: one figure as colour, nDCG kept as contours, and points that can be clicked."""

from engine.evaluation.pairs.plane import Plane
from ui.charts.spec import Spec, axis, points, spec
from ui.charts.theme import palette, sequence

HEIGHT = 420


def plane_chart(
    plane: Plane, figure: str, scale: float, texts: list[list[str]], now: tuple[float, float],
    best: tuple[float, float] | None, keep: float, titles: tuple[str, str, str],
) -> Spec:  # fmt: skip
    """The chart as a dict of Plotly's schema.

    figure: the name of what the colour shows, times `scale`. texts: what is said of each pair under the pointer, by σ,
    then λ. now, best: pairs (λ, σ) that are marked. keep: the share kept whose contour is drawn thick. titles: of
    the axes of λ and σ, and of the colour.
    """
    colours, across, up = palette(), list(plane.diversities), list(plane.spreads)
    shades = [[place / 2, colour] for place, colour in enumerate(sequence())]
    data: list[Spec] = [{
        "type": "heatmap", "x": across, "y": up, "z": (scale * plane.figures[figure]).tolist(), "colorscale": shades,
        "hoverinfo": "skip", "zsmooth": "best",
        "colorbar": {"thickness": 12, "tickfont": {"color": colours.muted},
                     "title": {"text": titles[2], "side": "right", "font": {"size": 13}}},
    }]  # fmt: skip
    kept = (100 * plane.kept).tolist()
    contour: Spec = {"type": "contour", "x": across, "y": up, "z": kept, "hoverinfo": "skip", "showscale": False}
    for line, width, start, end in ((colours.background, 1, 80, 100), (colours.warn, 3, 100 * keep, 100 * keep)):
        lines = {"coloring": "lines", "showlabels": True, "start": start, "end": end, "size": 5,
                 "labelfont": {"color": line, "size": 12}}  # fmt: skip
        flat = [[0, line], [1, line]]
        data.append({**contour, "contours": lines, "line": {"width": width}, "colorscale": flat})
    pairs = [(level, spread) for spread in up for level in across]
    grid = {"size": 9, "color": "rgba(0,0,0,0)", "line": {"color": colours.background, "width": 1}}
    x, y = [level for level, _ in pairs], [spread for _, spread in pairs]
    said = [text for row in texts for text in row]
    data.append(points(x, y, "%{text}<extra></extra>", grid, customdata=[list(pair) for pair in pairs], text=said))
    for pair, symbol, size in ((best, "star", 20), (now, "circle-open", 18)):
        if pair is not None:
            marker = {
                "symbol": symbol,
                "size": size,
                "color": colours.warn,
                "line": {"color": colours.warn, "width": 3},
            }
            data.append(points([pair[0]], [pair[1]], "<extra></extra>", marker, hoverinfo="skip"))
    layout = {
        "xaxis": axis(title=_title(titles[0]), range=[-0.05, 1.05], showgrid=False),
        "yaxis": axis(title=_title(titles[1]), range=[-0.05, 1.05], showgrid=False),
        "margin": {"l": 56, "r": 8, "t": 10, "b": 48}, "clickmode": "event+select",
    }  # fmt: skip
    return spec(data, HEIGHT, **layout)


def _title(text: str) -> Spec:
    return {"text": text, "font": {"size": 13}}
