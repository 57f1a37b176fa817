"""One metric card of a measure: its name, its help and what it means, worded alike on every page."""

from typing import Any

from ui.text.words import joined, t


def measure_card(key: str, blocks: list[dict[str, Any]], *remarks: str) -> dict[str, Any]:
    """An entry of `ui.component.cards`. key: `name` or `name:facet`; remarks follow what the measure means."""
    name = key.partition(":")[0]
    return {
        "key": key,
        "label": t(f"measure.{name}"),
        "help": t(f"measure.{name}_help"),
        "note": joined(t(f"measure.{name}_means"), *remarks),
        "blocks": blocks,
    }
