"""A snapshot: everything the formula knows of shoppers and products at one moment, and nothing later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from engine.data import Dataset
from engine.recommend.arrays import Arrays, under
from engine.recommend.counts import Floats, Ints, decayed_counts, shoppers_lately
from engine.recommend.plan import promoted
from engine.recommend.solved import Solved
from engine.recommend.taste import SHOPPERS_SEEN, Facets
from engine.recommend.trilinear import purchase_history as purchase_history
from engine.recommend.trilinear.purchase_history import PurchaseHistory

PAIRS = ("ease", "taste")
ITEMS = ("trend", "momentum", "leader")
EASE_HALF_LIFE, TASTE_HALF_LIFE, RIDGE = 60.0, 120.0, 300.0
SOON, TREND, LATE = 7.0, 14.0, 28.0  # days
CALM = 10.0  # shoppers of the usual pace added to a product's own: few buyers make no momentum
PLAIN = ("rows", "open", "promoted", "counts")  # arrays of a moment that are stored under their names
KEPT = 60_000_000  # (shopper, product) pairs of a moment whose features are computed once: 240 MB in float16


@dataclass
class Snapshot:
    """purchases: what each shopper bought. rows float32 [n, 3]: trend, momentum, leader of the products, standardised.
    open bool [n]: products that could be recommended then. promoted float32 [n]. The rest makes `pairs`."""

    purchases: PurchaseHistory
    rows: Floats
    open: npt.NDArray[np.bool_]
    promoted: Floats
    facets: Facets
    counts: sp.csr_array
    ease: Solved
    kept: npt.NDArray[np.float16] | None = None

    @classmethod
    def of(cls, data: Dataset, items: Ints, plan_days: float | None = None) -> Self:
        """What `data`, already cut off, says of `items`; with the promotion plan of the next `plan_days`."""
        X = decayed_counts(data, items, EASE_HALF_LIFE)
        X.data = np.sqrt(X.data)
        facets = Facets.of(data, items)
        plan = np.zeros(len(items), dtype=np.float32) if plan_days is None else promoted(data, plan_days)[items]
        return cls(
            purchases=PurchaseHistory.of(data, items),
            rows=_item_rows(data, items, facets),
            open=np.isin(items, data.eligible()),
            promoted=plan,
            facets=facets,
            counts=decayed_counts(data, items, TASTE_HALF_LIFE),
            ease=Solved.of(X, [RIDGE]),
        )

    def pairs(self, users: Ints) -> Floats:
        """float32 [U, n, 2]: EASE and taste of the shoppers, standardised per shopper."""
        if self.kept is not None:
            return self.kept[users].astype(np.float32)
        ease = self.ease.scores(RIDGE, users)
        return np.stack([standardised(ease), standardised(self.facets.taste(self.counts[users]))], axis=2)

    def cache_pairs(self, chunk: int = 256) -> None:
        """Compute the pairs of all shoppers once, where they fit into memory, and drop what they were computed from."""
        n_users, n = self.ease.X.shape
        if n_users * n > KEPT:
            return
        features = np.empty((n_users, n, len(PAIRS)), dtype=np.float16)
        for at in range(0, n_users, chunk):
            users = np.arange(at, min(at + chunk, n_users), dtype=np.int64)
            features[users] = self.pairs(users)
        self.kept = features
        self.ease = self.ease.emptied()

    def arrays(self) -> Arrays:
        own = {"start": self.purchases.start, "column": self.purchases.column, "values": self.purchases.values}
        plain = {name: getattr(self, name) for name in PLAIN}
        ease = {f"ease.{name}": value for name, value in self.ease.arrays().items()}
        return own | plain | ease | {"codes": self.facets.codes}

    @classmethod
    def restored(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Self:
        got: Arrays = dict(arrays)
        earlier = {f"ease.{name}0": got[name] for name in ("head", "inverse", "diagonal") if name in got}
        earlier |= {f"ease.{name}": got[name] for name in ("X", "learners") if name in got}  # as version 0.1 stored it
        own = PurchaseHistory(got["start"], got["column"], got["values"])
        plain = {name: got[name] for name in PLAIN}
        return cls(
            purchases=own, facets=Facets(got["codes"]), ease=Solved.restored(under(earlier | got, "ease.")), **plain
        )


def standardised(scores: Floats) -> Floats:
    """Each row with mean 0 and standard deviation 1; a constant row becomes 0."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    unit: Floats = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-6)
    return unit


def _item_rows(data: Dataset, items: Ints, facets: Facets) -> Floats:
    """float32 [n, 3], centred: another season's level of trade must not look like another taste."""
    shoppers = {days: shoppers_lately(data, items, days) for days in (SOON, TREND, LATE)}
    soon, trend, late = (shoppers[days] for days in (SOON, TREND, LATE))
    usual = soon.sum() / max(late.sum(), 1e-9)
    momentum = np.log((soon + CALM * usual + SHOPPERS_SEEN) / (late + CALM + SHOPPERS_SEEN))
    rows = np.stack([np.log(trend + SHOPPERS_SEEN), momentum, facets.leader(trend)], axis=1)
    centred: Floats = (rows - rows.mean(axis=0)).astype(np.float32)
    return centred


def features() -> tuple[str, ...]:
    """The columns of X_b, in the order of W_b. Those that a pair has whether the shopper had the product or not come
    twice, first for what they had: a trend moves what people discover far more than what they buy again."""
    shared = (*PAIRS, *ITEMS)
    return (*purchase_history.FEATURES, *(f"owned {name}" for name in shared), *shared)
