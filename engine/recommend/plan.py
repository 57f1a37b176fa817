"""The promotion plan: promotions that are known before they begin."""

import numpy as np

from engine.data import Dataset
from engine.recommend.counts import Floats


def promoted(data: Dataset, days: float) -> Floats:
    """float32 [n_items]: 1 where a promotion runs in the `days` after the cut-off, which a plan knows ahead."""
    flags = np.zeros(data.n_items, dtype=np.float32)
    now = data.cutoff if data.cutoff is not None else data.end
    if data.promotions is None or now is None:
        return flags
    plan = data.promotions
    runs = (plan["starts_at"] < now + np.timedelta64(round(days * 86_400), "s")) & (plan["ends_at"] >= now)
    flags[data.items["item_id"].isin(plan.loc[runs, "item_id"]).to_numpy()] = 1.0
    return flags
