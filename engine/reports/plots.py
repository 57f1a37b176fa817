"""Plots of a report as SVG: no script, no outside font, the same bytes every time. Here they are laid out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, LABEL, ROOM = 720, 190, 70  # pixels: the whole, the labels' column, the figures' column
ROW, AXIS = 34, 26
BEFORE, NOW = "#85918B", "#00735A"
TEXT, QUIET, GRID = "#1F2421", "#5A615D", "#E2E5E2"


@dataclass(frozen=True)
class Bar:
    """One line of a plot. now, before: (value, low, high) or None; mark: where the line stands that they are held
    against; note: what is written at the right. A line without `now` is a heading, or says why nothing is told."""

    label: str
    now: tuple[float, float, float] | None = None
    before: tuple[float, float, float] | None = None
    mark: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: int
    kind: str = "line"


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    colour: str
    kind: str = "circle"


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    colour: str
    kind: str = "rect"


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    anchor: str
    colour: str
    weight: str = "normal"
    kind: str = "text"


Shape = Line | Circle | Rect | Text


@dataclass(frozen=True)
class Plot:
    """Shapes in the order in which they are drawn; width and height in pixels."""

    title: str
    shapes: Sequence[Shape]
    height: int
    width: int = WIDTH


def intervals(bars: Sequence[Bar], title: str) -> Plot:
    """Points with their intervals, before above now."""
    ends = [end for bar in bars for estimate in (bar.now, bar.before) if estimate for end in estimate]
    scale = _Scale.of(ends, from_zero=False)

    def draw(bar: Bar, y: float) -> list[Shape]:
        shapes: list[Shape] = []
        for estimate, colour, at in ((bar.before, BEFORE, y - 6), (bar.now, NOW, y + 6 if bar.before else y)):
            if estimate is not None:
                value, low, high = (scale(end) for end in estimate)
                shapes += [Line(low, at, high, at, colour, 2), Circle(value, at, colour)]
        return shapes

    return _plot(bars, title, scale, draw)


def shares(bars: Sequence[Bar], title: str) -> Plot:
    """Bars from 0, before above now, with a mark each."""
    ends = [0.0] + [end for bar in bars for estimate in (bar.now, bar.before) if estimate for end in estimate]
    scale = _Scale.of(ends + [bar.mark for bar in bars if bar.mark is not None], from_zero=True)

    def draw(bar: Bar, y: float) -> list[Shape]:
        shapes: list[Shape] = []
        for estimate, colour, at in ((bar.before, BEFORE, y - 12), (bar.now, NOW, y + 1 if bar.before else y - 6)):
            if estimate is not None:
                shapes.append(Rect(scale(0.0), at, max(scale(estimate[0]) - scale(0.0), 0.5), colour))
        if bar.mark is not None:
            shapes.append(Line(scale(bar.mark), y - 15, scale(bar.mark), y + 15, TEXT, 2))
        return shapes

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
        step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if size / (power * factor) <= 6)
        return cls(float(np.floor(low / step) * step), float(np.ceil(high / step) * step), float(step))

    def __call__(self, value: float) -> float:
        return LABEL + (WIDTH - LABEL - ROOM) * (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> list[float]:
        return [self.low + at * self.step for at in range(round((self.high - self.low) / self.step) + 1)]

    @property
    def digits(self) -> int:
        """How many a tick needs: one more than the step's power of ten where it is 2.5 times that."""
        power = np.floor(np.log10(self.step) + 1e-9)
        return max(0, -int(power) + int(self.step / 10 ** np.floor(np.log10(self.step)) == 2.5))


def _plot(bars: Sequence[Bar], title: str, scale: _Scale, draw: Callable[[Bar, float], list[Shape]]) -> Plot:
    height = ROW * len(bars) + AXIS
    shapes: list[Shape] = []
    for tick in scale.ticks:
        words = f"{tick:,.{scale.digits}f}".replace("-", "−")
        shapes.append(Line(scale(tick), 0, scale(tick), height - AXIS, GRID, 1))
        shapes.append(Text(scale(tick), height - 8, words, "middle", QUIET))
    for number, bar in enumerate(bars):
        y = ROW * number + ROW / 2
        shapes += _row(bar, y, draw)
    return Plot(title, shapes, height)


def _row(bar: Bar, y: float, draw: Callable[[Bar, float], list[Shape]]) -> list[Shape]:
    """The label of a bar, what is drawn of it, and its note."""
    if bar.now is None and not bar.note:
        return [Text(0, y + 4, bar.label, "start", TEXT, "bold")]
    label = bar.label if len(bar.label) < 28 else bar.label[:26] + "…"
    note = Text(WIDTH, y + 4, bar.note, "end", TEXT)
    if bar.now is None:
        note = Text(LABEL + 8, y + 4, bar.note, "start", QUIET)
    return [Text(LABEL - 10, y + 4, label, "end", TEXT), *draw(bar, y), note]
