"""Cards that compare lists with their shoppers' own histories, for Tune, Overview and Homogenization."""

from typing import Any

from engine.diagnosis.history_comparison import Personalization
from ui.text import figures
from ui.widgets import measure_cards


def entries(
    parts: dict[str, Personalization], names: tuple[str, ...], k: int, one: bool = False
) -> list[dict[str, Any]]:
    """Cards for the named figures that this shop's data allow, with a block for each part: title -> its figures.

    `one`: of one shopper, not a mean.
    """
    first = next(iter(parts.values()))
    return [
        measure_cards.entry(key, _blocks(parts, key, k, one), *_counted(parts, key, one))
        for key in filter(None, map(first.key, names))
    ]


def _blocks(parts: dict[str, Personalization], key: str, k: int, one: bool) -> list[dict[str, Any]]:
    return [
        figures.block(key, results.now.value(key)[0], results.before.value(key)[0], k, title=title, one=one)
        for title, results in parts.items()
    ]


def _counted(parts: dict[str, Personalization], key: str, one: bool) -> list[str]:
    """How many shoppers each part counts, once where it is the same."""
    return [] if one else list(dict.fromkeys(figures.counted(results.now, key) for results in parts.values()))
