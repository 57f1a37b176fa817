"""Which products are new: one answer for rules, constraints and audits."""

import numpy as np
import pandas as pd

from engine.data import Dataset

Array = np.ndarray
NEW_DAYS = 28


def arrived(history: Dataset) -> Array:
    """bool [n_items]: launched in the 28 days before the cut-off or later, the first of these days included; where the
    shop does not say so, first met in the log then. A product neither launched nor met is new. Nothing is, in a shop
    without a log."""
    now = history.cutoff or history.end
    if now is None:
        return np.zeros(history.n_items, dtype=bool)
    lines = history.interactions
    first = lines[lines["item"] >= 0].groupby("item")["timestamp"].min().reindex(range(history.n_items))
    if "launched_at" in history.items:
        first = pd.to_datetime(history.items["launched_at"]).reset_index(drop=True).fillna(first)
    is_new: Array = (first.isna() | (first >= now - pd.Timedelta(days=NEW_DAYS))).to_numpy()
    return is_new
