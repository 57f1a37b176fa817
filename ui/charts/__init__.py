"""Charts in the look of the app: palette, axes, bars, slopes, ranks."""

from ui.charts.base import (
    CONFIG,
    QUIET,
    beside,
    blank,
    cut,
    dress,
    dumbbells,
    show,
)

__all__ = [
    "CONFIG",
    "QUIET",
    "beside",
    "blank",
    "cut",
    "dress",
    "dumbbells",
    "show",
]
