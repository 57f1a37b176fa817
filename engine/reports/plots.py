"""Plots of a report as SVG: no script, no outside font, the same bytes every time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.reports.markup import Html, tag

WIDTH, LABEL, ROOM = 720, 190, 70  # pixels: the whole, the labels' column, the figures' column
ROW, AXIS = 34, 26
BEFORE, NOW = "#85918B", "#00735A"


@dataclass(frozen=True)
class Bar:
    """One line of a plot. now, before: (value, low, high) or None; mark: where the line stands that they are held
    against; note: what is written at the right. A line without `now` is a heading, or says why nothing is told."""

    label: str
    now: tuple[float, float, float] | None = None
    before: tuple[float, float, float] | None = None
    mark: float | None = None
    note: str = ""


def intervals(bars: Sequence[Bar], title: str) -> Html:
    """Points with their intervals, before above now."""
    ends = [end for bar in bars for part in (bar.now, bar.before) if part for end in part]
    scale = _Scale.of(ends, from_zero=False)

    def draw(bar: Bar, y: float) -> list[Html]:
        parts = []
        for part, colour, at in ((bar.before, BEFORE, y - 6), (bar.now, NOW, y + 6 if bar.before else y)):
            if part is not None:
                value, low, high = (scale(end) for end in part)
                parts += [
                    _line(low, at, high, at, colour, 2),
                    tag("circle", cx=f"{value:.1f}", cy=f"{at:.1f}", r=4, fill=colour),
                ]
        return parts

    return _plot(bars, title, scale, draw)


def shares(bars: Sequence[Bar], title: str) -> Html:
    """Bars from 0, before above now, with a mark each."""
    ends = [0.0] + [end for bar in bars for part in (bar.now, bar.before) if part for end in part]
    scale = _Scale.of(ends + [bar.mark for bar in bars if bar.mark is not None], from_zero=True)

    def draw(bar: Bar, y: float) -> list[Html]:
        parts = []
        for part, colour, at in ((bar.before, BEFORE, y - 12), (bar.now, NOW, y + 1 if bar.before else y - 6)):
            if part is not None:
                width = max(scale(part[0]) - scale(0.0), 0.5)
                parts.append(
                    tag("rect", x=f"{scale(0.0):.1f}", y=f"{at:.1f}", width=f"{width:.1f}", height=11, fill=colour)
                )
        if bar.mark is not None:
            parts.append(_line(scale(bar.mark), y - 15, scale(bar.mark), y + 15, "#1F2421", 2))
        return parts

    return _plot(bars, title, scale, draw)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, ends: Sequence[float], from_zero: bool) -> "_Scale":
        """An axis with four to eight round steps that holds all values."""
        low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        low = min(low, 0.0) if from_zero else low
        size = (high - low) or abs(high) or 1.0
        power = 10.0 ** np.floor(np.log10(size / 4))
        step = next(power * part for part in (1, 2, 2.5, 5, 10) if size / (power * part) <= 6)
        return cls(float(np.floor(low / step) * step), float(np.ceil(high / step) * step), float(step))

    def __call__(self, value: float) -> float:
        return LABEL + (WIDTH - LABEL - ROOM) * (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]


def _plot(bars: Sequence[Bar], title: str, scale: _Scale, draw: Callable[[Bar, float], list[Html]]) -> Html:
    height = ROW * len(bars) + AXIS
    digits = max(
        0, -int(np.floor(np.log10(scale.step) + 1e-9)) + (scale.step / 10 ** np.floor(np.log10(scale.step)) == 2.5)
    )
    parts = [tag("title", title)]
    for tick in scale.ticks:
        parts.append(_line(scale(tick), 0, scale(tick), height - AXIS, "#E2E5E2", 1))
        parts.append(_words(scale(tick), height - 8, f"{tick:,.{digits}f}".replace("-", "−"), "middle", "#5A615D"))
    for number, bar in enumerate(bars):
        y = ROW * number + ROW / 2
        if bar.now is None and not bar.note:
            parts.append(_words(0, y + 4, bar.label, "start", "#1F2421", "bold"))
            continue
        parts.append(
            _words(LABEL - 10, y + 4, bar.label if len(bar.label) < 28 else bar.label[:26] + "…", "end", "#1F2421")
        )
        parts += draw(bar, y)
        where = (WIDTH, "end") if bar.now is not None else (LABEL + 8, "start")
        parts.append(_words(where[0], y + 4, bar.note, where[1], "#1F2421" if bar.now else "#5A615D"))
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {height}", role="img", xmlns="http://www.w3.org/2000/svg")


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: int) -> Html:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return tag("line", **{key: f"{end:.1f}" for key, end in ends.items()}, stroke=colour, stroke_width=width)


def _words(x: float, y: float, words: str, anchor: str, colour: str, weight: str = "normal") -> Html:
    return tag(
        "text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, fill=colour, font_size=12, font_weight=weight
    )
