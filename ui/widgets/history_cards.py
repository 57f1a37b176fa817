"""Cards that hold lists against their shoppers' own histories; Tune, Overview and Homogenization show them."""

from typing import Any

from engine.diagnosis.history_comparison import Personalization
from ui.text import figures
from ui.text.words import joined, t


def entries(
    parts: dict[str, Personalization], names: tuple[str, ...], k: int, one: bool = False
) -> list[dict[str, Any]]:
    """Cards for the named figures that this shop's data allow, with a block for each part: title -> its figures.

    `one`: of one shopper, not a mean.
    """
    first = next(iter(parts.values()))
    found = []
    for name in names:
        key = first.key(name)
        if key is None:
            continue
        found.append(
            {
                "key": key,
                "label": t(f"measure.{name}"),
                "help": t(f"measure.{name}_help"),
                "note": joined(t(f"measure.{name}_means"), *_counted(parts, key, one)),
                "blocks": [
                    figures.block(key, part.now.value(key)[0], part.before.value(key)[0], k, title=title, one=one)
                    for title, part in parts.items()
                ],
            }
        )
    return found


def _counted(parts: dict[str, Personalization], key: str, one: bool) -> list[str]:
    """How many shoppers each part counts, once where it is the same."""
    return [] if one else list(dict.fromkeys(figures.counted(part.now, key) for part in parts.values()))
