"""Lists and figures as tables for download: plain numbers, and column names that are the same in every language."""

from collections.abc import Mapping, Sequence

import pandas as pd

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve
from engine.explain.rank_changes import RankChange, RankChanges
from engine.explain.slots import ItemExposure, Slot
from engine.strategy.strategy import Strategy
from ui.text import products
from ui.text.rank_change_words import crossing_text as crossing_text
from ui.text.rank_change_words import rule


def one_list(bench: Bench, strategy: Strategy, slots: Sequence[Slot], rank_changes: RankChanges) -> pd.DataFrame:
    """One shopper's list: the product at each rank, the terms that chose it, its reason, and why it moved."""
    rows = [
        _product(bench, slot.rank, slot.item)
        | {
            "rank_without_diversity": slot.base_rank,
            "relevance": slot.share,
            "relevance_term": slot.relevance,
            "diversity_term": slot.diversity,
            "gain": slot.gain,
            "times_bought": slot.bought,
            "reason": " ".join(str(reason["text"]) for reason in products.why(bench, slot)),
        }
        | _rank_change_row(bench, strategy, move)
        for slot, move in zip(slots, rank_changes.changes, strict=False)  # dropouts come after the places
    ]
    return _whole(pd.DataFrame(rows))


def rank_change_table(bench: Bench, strategy: Strategy, rank_changes: RankChanges) -> pd.DataFrame:
    """Why each product of a list moved since the list before; products that dropped out have no rank."""
    rows = [
        _product(bench, move.rank, move.item)
        | {"rank_before": move.before, "relevance": move.share}
        | _rank_change_row(bench, strategy, move)
        for move in rank_changes.changes
    ]
    return _whole(pd.DataFrame(rows))


def _rank_change_row(bench: Bench, strategy: Strategy, move: RankChange) -> dict[str, object]:
    """The columns that say why a product moved: shares from 0 to 1, product ids, another λ and the rank there."""
    turn = move.crossing
    return {
        "relevance_given_up": move.relevance_lost,
        "redundancy_removed": move.redundancy_removed,
        "displaced": _id(bench, move.displaced),
        "duplicate_of": _id(bench, move.duplicate),
        "duplicate_likeness": move.similarity,
        "rule": rule(bench, strategy, move),
        "rule_kept_out": _id(bench, move.instead),
        "other_diversity": None if turn is None else turn.diversity,
        "rank_there": 0 if turn is None else turn.place,
        "counterfactual": crossing_text(bench, strategy, move),
    }


def _id(bench: Bench, item: int) -> str | None:
    return products.item_id(bench, item) if item >= 0 else None


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Ranks as whole numbers, empty where a product is not in the list."""
    for column in table.columns.intersection(["rank", "rank_before", "rank_there"]):
        table[column] = table[column].astype("Int64").mask(table[column] == 0)
    return table


def most_shown(bench: Bench, shown: Sequence[ItemExposure]) -> pd.DataFrame:
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
