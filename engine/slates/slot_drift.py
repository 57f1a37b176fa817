"""How much the slots of lists have drifted from those of earlier lists of the same strategy."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST = 10


@dataclass(frozen=True)
class MovedProduct:
    """A product whose share of all slots changed: in how many lists it stood before, and in how many it stands now."""

    item_id: str
    before: int
    now: int


@dataclass(frozen=True)
class SlotDrift:
    """How slots differ from earlier ones.

    moved     the share in [0, 1] of all slots that other products have now: half the sum, over products, of the
              differences between their shares of all slots. Lists of more shoppers do not count as a change
    products  those whose share changed most, the largest change first
    since     when the earlier lists were made; None where that is not known
    causes    what has changed since then, of "data", "model", "rules", "encoder", "version"; empty where not known
    """

    moved: float
    products: tuple[MovedProduct, ...]
    since: str | None = None
    causes: tuple[str, ...] = ()


def slot_drift(before: pd.Series, now: pd.Series, since: str | None = None, causes: tuple[str, ...] = ()) -> SlotDrift:
    """The drift from one number of slots for each product to another; series by item id, a product left out has none.

    >>> drift = slot_drift(pd.Series({"a": 3, "b": 1}), pd.Series({"a": 2, "b": 1, "c": 1}))
    >>> drift.moved, [(product.item_id, product.before, product.now) for product in drift.products]
    (0.25, [('a', 3, 2), ('c', 0, 1)])
    """
    ids = before.index.union(now.index)
    counts = np.array([series.reindex(ids, fill_value=0).to_numpy(np.int64) for series in (before, now)])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    change = np.abs(shares[1] - shares[0])
    largest = [row for row in np.argsort(-change, kind="stable")[:MOST] if change[row] > 0]
    products = tuple(MovedProduct(str(ids[row]), int(counts[0, row]), int(counts[1, row])) for row in largest)
    return SlotDrift(float(change.sum() / 2), products, since, causes)
