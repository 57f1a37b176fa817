"""LensKit's best: its own scorers, as the package `lenskit` ships them; validation chooses one for each scope.

ItemKNN and UserKNN read who bought what (implicit feedback); ImplicitMF too, or ln(1 + count) as confidence;
BiasedMF predicts ln(1 + count) as a rating; EASE is binary. An item that a scorer cannot score comes last.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.base import Peer, counts
from engine.data import Dataset, Progress
from engine.recommend import Config, Scope
from engine.recommend.counts import Floats, Ints


def _knn(kind: str, neighbours: int) -> Callable[[], Any]:
    def make() -> Any:
        from lenskit import knn

        return getattr(knn, f"{kind}Scorer")(max_nbrs=neighbours, feedback="implicit")

    return make


def _als(kind: str, **settings: Any) -> Callable[[], Any]:
    def make() -> Any:
        from lenskit import als

        return getattr(als, f"{kind}Scorer")(user_embeddings="prefer", **settings)

    return make


def _ease(regularization: float) -> Callable[[], Any]:
    def make() -> Any:
        from lenskit.knn import EASEScorer

        return EASEScorer(regularization=regularization)

    return make


SCORERS: dict[str, Callable[[], Any]] = {
    "ItemKNN, 20 neighbours": _knn("ItemKNN", 20),
    "ItemKNN, 200 neighbours": _knn("ItemKNN", 200),
    "UserKNN, 50 neighbours": _knn("UserKNN", 50),
    "UserKNN, 200 neighbours": _knn("UserKNN", 200),
    "ImplicitMF, 32 features": _als("ImplicitMF", embedding_size=32),
    "ImplicitMF, 64 features, weight 10": _als("ImplicitMF", embedding_size=64, weight=10.0),
    "ImplicitMF, 64 features, weight 10, counts": _als("ImplicitMF", embedding_size=64, weight=10.0, use_ratings=True),
    "BiasedMF, 32 features": _als("BiasedMF", embedding_size=32),
    "EASE, regularization 100": _ease(100.0),
    "EASE, regularization 500": _ease(500.0),
    "EASE, regularization 2000": _ease(2000.0),
}


class LensKitConfig(Config):
    scorer: str = next(iter(SCORERS))


class LensKit(Peer):
    name = "lenskit"
    config: LensKitConfig

    @classmethod
    def config_type(cls) -> type[LensKitConfig]:
        return LensKitConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        import structlog
        from lenskit.data import ItemList, from_interactions_df
        from lenskit.random import set_global_rng

        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))  # warnings and worse
        set_global_rng(0)
        X = counts(data, self.items, "log").tocoo()
        frame = pd.DataFrame({"user_id": X.row, "item_id": X.col, "rating": X.data})
        self._data = from_interactions_df(frame)
        self._candidates = ItemList(item_ids=np.arange(len(self.items)))
        self._scorer = SCORERS[self.config.scorer]()
        self._scorer.train(self._data)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        from lenskit.data import RecQuery

        scores = np.empty((len(users), len(self.items)), dtype=np.float32)
        for row, user in enumerate(users):
            query = RecQuery(user_id=int(user), user_items=self._data.user_row(int(user)))
            scores[row] = self._scorer(query, self._candidates).scores("numpy")
        lowest = np.nanmin(scores, axis=1, keepdims=True, initial=0.0)
        return np.where(np.isnan(scores), lowest - 1, scores).astype(np.float32)
