"""Tiny shops whose right answers are known, and recommenders that are fitted sooner than the usual ones."""

import numpy as np
import pandas as pd

from engine.data import Dataset
from engine.recommend import RECOMMENDERS, Config, HybridConfig, Model, TrilinearConfig

QUICK: dict[str, Config] = {
    "hybrid": HybridConfig(candidates_all=50, candidates_new=50, neighbours=20, seeds=1, tenths=2),
    "trilinear": TrilinearConfig(windows=2, epochs=1),
}
START = pd.Timestamp("2024-01-01")


def shop(purchases: list[tuple[int, int, float]], n_users: int, n_items: int, **items: list[str]) -> Dataset:
    """A Dataset from (user, item, day) purchases."""
    rows = sorted(purchases, key=lambda row: row[2])
    users, bought, days = (list(part) for part in zip(*rows, strict=True))
    log = pd.DataFrame(
        {
            "user": np.array(users, dtype=np.int32),
            "item": np.array(bought, dtype=np.int32),
            "timestamp": (START + pd.to_timedelta(days, unit="D")).astype("datetime64[s]"),
            "event": pd.Categorical(["buy"] * len(rows)),
        }
    )
    return Dataset(
        name="tiny",
        items=pd.DataFrame({"item_id": [f"i{i}" for i in range(n_items)], **items}),
        users=pd.DataFrame({"user_id": [f"u{u}" for u in range(n_users)]}),
        interactions=log,
    )


def checkerboard(n: int = 12) -> Dataset:
    """Shopper u bought item i where u + i is even, except i = u: a recommender should fill that gap."""
    pairs = [(u, i, 10.0) for u in range(n) for i in range(n) if (u + i) % 2 == 0 and u != i]
    return shop(pairs, n, n, category=["even" if i % 2 == 0 else "odd" for i in range(n)])


def quick(name: str) -> Model:
    """A recommender with fewer candidates, trees and epochs than usual: for what does not depend on how many."""
    return RECOMMENDERS[name](QUICK.get(name))
