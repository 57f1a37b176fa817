"""Which products are new: one answer for rules, constraints and audits."""

import numpy as np
import pandas as pd

from engine.data import Dataset

Array = np.ndarray
NEW_DAYS = 28


def arrived(history: Dataset) -> Array:
    """Which products are new, bool [n_items].

    A product is new if it was launched in the 28 days before the cut-off or later, the first of these days included;
    where the shop does not say so, if it first appears in the log then. A product neither launched nor in the log is
    new. In a shop without a log no product is.
    """
    now = history.cutoff or history.end
    if now is None:
        return np.zeros(history.n_items, dtype=bool)
    logs = [log[["item", "timestamp"]] for log in (history.interactions, history.anonymous) if log is not None]
    lines = pd.concat(logs) if len(logs) > 1 else logs[0]
    first = lines[lines["item"] >= 0].groupby("item")["timestamp"].min().reindex(range(history.n_items))
    if "launched_at" in history.items:
        first = pd.to_datetime(history.items["launched_at"]).reset_index(drop=True).fillna(first)
    is_new: Array = (first.isna() | (first >= now - pd.Timedelta(days=NEW_DAYS))).to_numpy()
    return is_new
