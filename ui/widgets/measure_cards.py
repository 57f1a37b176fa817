"""The metric card of one measure: its name, its help and what it means, worded alike on every page."""

from typing import Any

from ui.text.words import joined, t


def entry(
    key: str, blocks: list[dict[str, Any]], *remarks: str, note: str = "", words: str = "measure", **blanks: object
) -> dict[str, Any]:
    """An entry of `ui.component.cards` for the measure `key`: `name` or `name:facet`.

    words: the table that holds `name`, `name_help` and `name_means`, with their blanks. remarks follow the meaning;
    note: what stands in its place.
    """
    name = key.partition(":")[0]
    return {
        "key": key,
        "label": t(f"{words}.{name}"),
        "help": t(f"{words}.{name}_help", **blanks),
        "note": note or joined(t(f"{words}.{name}_means", **blanks), *remarks),
        "blocks": blocks,
    }
