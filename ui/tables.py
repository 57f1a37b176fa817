"""Shown lists and figures as tables to take away: plain numbers, column names that do not change with the language."""

from collections.abc import Mapping, Sequence

import pandas as pd

from engine.experiments.bench import Bench
from engine.experiments.curve import Curve
from engine.experiments.lists import Shown, Slot
from ui import products


def one_list(bench: Bench, slots: Sequence[Slot]) -> pd.DataFrame:
    """One shopper's list: what each place holds, the terms that chose it, and why it is there."""
    rows = [
        _product(bench, slot.rank, slot.item)
        | {
            "rank_without_diversity": slot.base_rank,
            "relevance": slot.share,
            "relevance_term": slot.relevance,
            "diversity_term": slot.diversity,
            "gain": slot.gain,
            "times_bought": slot.bought,
            "reason": " ".join(str(part["text"]) for part in products.why(bench, slot)),
        }
        for slot in slots
    ]
    return pd.DataFrame(rows)


def most_shown(bench: Bench, shown: Sequence[Shown]) -> pd.DataFrame:
    """The products that a group's lists show most: share of the lists now, and without diversity."""
    return pd.DataFrame(
        [
            _product(bench, entry.rank, entry.item)
            | {"share_of_lists": entry.share, "share_without_diversity": entry.base_share}
            for entry in shown
        ]
    )


def indicators(curves: dict[str, Curve], names: Sequence[str], levels: Mapping[str, float]) -> pd.DataFrame:
    """Each figure of each surface, without diversity and at its λ of `levels`."""
    return pd.DataFrame(
        [
            {
                "surface": surface,
                "figure": name,
                "diversity": levels[surface],
                "without_diversity": curve.values(name)[0],
                "now": curve.values(name)[curve.at(levels[surface])],
            }
            for surface, curve in curves.items()
            for name in names
        ]
    )


def _product(bench: Bench, rank: int, item: int) -> dict[str, object]:
    items = bench.data.items
    known = [name for name in ("category", "price") if name in items]
    return {
        "rank": rank,
        "item_id": products.item_id(bench, item),
        "title": products.title(bench, item),
        **{name: items[name].iat[item] for name in known},
    }
