"""The crowding prices of a strategy with how they were found, and the same in the form in which they are stored."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from engine.rerank import CrowdedSlots, PriceScale
from engine.slates.crowding_files import StoredPrices

Array = np.ndarray
ROUNDING = 1e-9  # by which a price may exceed σ


@dataclass(frozen=True)
class Crowding:
    """The prices that a strategy charges, and the lists over which they were found.

    scale   how slots become prices
    lists   prices float64 [n_items], slots int64 [n_items] of everybody's lists
    gap     how much of the welfare that lists could have at most these lack, as a share of it: proven at λ = 0 without
            rules that lists must keep, else an estimate
    proven  whether `gap` is a bound
    made_at when they were found: UTC, ISO 8601
    """

    scale: PriceScale
    lists: CrowdedSlots
    gap: float
    proven: bool
    made_at: str

    def stored(self, ids: Array) -> StoredPrices:
        """The prices and slots of the products that have any, with the facts that `of_stored` reads back.

        ids: object [n_items], the id of each catalogue row.
        """
        known = np.flatnonzero((self.lists.prices > 0) | (self.lists.slots > 0))
        facts = {
            "scale": asdict(self.scale), "gap": self.gap, "proven": self.proven, "made_at": self.made_at,
            "passes": self.lists.passes, "error": self.lists.error,
        }  # fmt: skip
        return StoredPrices(ids[known], self.lists.prices[known], self.lists.slots[known], facts)


def of_stored(stored: StoredPrices, ids: Array) -> Crowding | None:
    """The crowding that `Crowding.stored` wrote; None where the file has products, prices or slots that cannot be."""
    rows = pd.Index(ids).get_indexer(pd.Index(stored.ids, dtype=object))
    note = stored.note
    try:
        scale = PriceScale(**note["scale"])
        facts = int(note["passes"]), float(note["error"])
        gap, proven, made_at = float(note["gap"]), bool(note["proven"]), str(note["made_at"])
    except (KeyError, TypeError, ValueError):
        return None
    if (rows < 0).any() or len(np.unique(rows)) < len(rows):
        return None
    if not _within(stored.prices, scale.spread * (1 + ROUNDING)) or not _within(stored.slots, scale.lists):
        return None
    prices, slots = np.zeros(len(ids)), np.zeros(len(ids), np.int64)
    prices[rows], slots[rows] = stored.prices, stored.slots
    return Crowding(scale, CrowdedSlots(prices, slots, *facts), gap, proven, made_at)


def _within(values: Array, most: float) -> bool:
    return bool(((values >= 0) & (values <= most)).all())
