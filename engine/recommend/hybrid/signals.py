"""Everything known at one moment of a shopper and an item, as the figures that the ranker reads."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from engine.data import Dataset
from engine.recommend.base import Scope, dense
from engine.recommend.blend import Blend
from engine.recommend.counts import Floats, Ints, ages, purchases
from engine.recommend.hybrid.neighbours import ShopperNeighbours
from engine.recommend.hybrid.pairs import FIGURES, Pairs
from engine.recommend.plan import promoted

KINDS, MAKERS = ("subcategory", "category"), ("provider", "brand")  # the first of each that a shop has make its lines
MOST_FACETS = 8
LATELY = (7, 14, 28, 90)  # days, half-lives
MONTH = 28  # days
DENSE = ("ease", "taste", "leader", "blend", "neighbours", "neighbours_decayed")


@dataclass(frozen=True)
class Chunk:
    """Some shoppers' candidates. users int64 [U]; scores: name -> float32 [U, n_eligible]; mask: bool, the same."""

    users: Ints
    scores: dict[str, Floats]
    mask: npt.NDArray[np.bool_]


class Signals:
    """The state of a shop at the cut-off of `data`; `blend` is fitted on the same data. plan_days: how far ahead the
    promotion plan may be read; None = not at all."""

    def __init__(self, data: Dataset, blend: Blend, plan_days: float | None = None) -> None:
        self.blend, self.items = blend, blend.items
        log, columns = purchases(data, np.arange(data.n_items, dtype=np.int64))
        self._age = ages(data, log)
        self._user, self._item = log["user"].to_numpy(np.int64), columns
        self._pairs = Pairs(self._user, self._item, self._age, data.n_items)
        self._codes = _codes(data)
        self._met = {
            facet: Pairs(self._user, codes[self._item], self._age, int(codes.max(initial=-1)) + 1)
            for facet, codes in self._codes.items()
        }
        self._shoppers, self._products = self._of_shoppers(data.n_users), self._of_products(data.n_items)
        price = data.items["price"].to_numpy(np.float64) if "price" in data.items else np.full(data.n_items, np.nan)
        self._price = np.log(np.where(price > 0, price, np.nan))
        self._plan = None if plan_days is None else promoted(data, plan_days)[:, None]
        self._usual = self._usual_prices(data.n_users)
        self._bought = blend.purchases()  # sqrt of decayed counts [n_users, n_eligible]
        self._bought_ever = (self._bought > 0).astype(np.float32)
        self._neighbours = ShopperNeighbours(self._bought)

    @property
    def names(self) -> list[str]:
        """The columns of `figures`, each "group.figure"."""
        own, products = [f"own.{name}" for name in FIGURES], [f"product.{name}" for name in PRODUCT]
        return [*own, *products, *self.taste_names, *(f"together.{name}" for name in (*DENSE, "rank"))]

    def chunk(self, users: Ints, scope: Scope, n_blend: int, n_neighbours: int) -> Chunk:
        """Some shoppers' candidates: the best by the blend and by neighbours, for "new" without what they had."""
        blended, scores = self.blend.weighed(users, scope)
        scores = {name: scores[name] for name in ("ease", "taste", "leader")} | {"blend": blended}
        likest = self._neighbours.of(users)
        scores["neighbours"] = dense(likest @ self._bought_ever)
        scores["neighbours_decayed"] = dense(likest @ self._bought)
        mask = np.zeros(blended.shape, dtype=bool)
        barred = self.blend.owned(users) if scope == "new" else np.zeros_like(mask)
        for name, n in (("blend", n_blend), ("neighbours", n_neighbours)):
            ranked = np.where(barred, -np.inf, scores[name])
            width = min(n, ranked.shape[1])
            best = np.argpartition(-ranked, width - 1, axis=1)[:, :width]
            np.put_along_axis(mask, best, True, axis=1)
        return Chunk(users, scores, mask & ~barred)

    def neighbours(self, users: Ints) -> Floats:
        """What the most similar shoppers bought, decayed, float32 [U, n_eligible]."""
        return dense(self._neighbours.of(users) @ self._bought)

    def figures(self, chunk: Chunk) -> tuple[Ints, Ints, Floats]:
        """Row in the chunk int64 [P], column int64 [P] and figures float32 [P, F] of every candidate."""
        rows, columns = np.nonzero(chunk.mask)
        users, items = chunk.users[rows], self.items[columns]
        dense_ = [np.broadcast_to(chunk.scores[name], chunk.mask.shape)[rows, columns] for name in DENSE]
        together = np.stack([*dense_, ranks(rows, dense_[DENSE.index("blend")])], axis=1).astype(np.float32)
        parts = [self._pairs.of(users, items), self._products[items], self.tastes(users, items), together]
        return rows, columns, np.hstack(parts)

    @property
    def taste_names(self) -> list[str]:
        """The columns of `tastes`."""
        facets = [f"{facet}.{figure}" for facet in self._codes for figure in FIGURES]
        plan = [] if self._plan is None else ["price.promoted"]
        return [*facets, *(f"shopper.{name}" for name in SHOPPER), *plan, "price.log", "price.against_usual"]

    def tastes(self, users: Ints, items: Ints) -> Floats:
        """Figures float32 [P, F] of pairs of users [P] and catalogue rows [P] that are known of new products too."""
        met = [self._met[facet].of(users, codes[items]) for facet, codes in self._codes.items()]
        price = np.stack([self._price[items], self._price[items] - self._usual_of(users, items)], axis=1)
        plan = [] if self._plan is None else [self._plan[items]]
        return np.hstack([*met, self._shoppers[users], *plan, price.astype(np.float32)])

    def _of_shoppers(self, n: int) -> Floats:
        """float32 [n_users, len(SHOPPER)]; see SHOPPER."""
        trips = np.unique(np.stack([self._user, np.floor(self._age).astype(np.int64)]), axis=1)
        days = np.bincount(trips[0], minlength=n)
        recent = np.bincount(trips[0], np.exp2(-trips[1] / 30), minlength=n)
        last = np.full(n, np.inf)
        np.minimum.at(last, trips[0], trips[1])
        lines, products = np.bincount(self._user, minlength=n), np.bincount(self._pairs.users, minlength=n)
        month = np.bincount(self._user[self._age < MONTH], minlength=n)
        columns = [days, recent, last, products, lines, month, lines / np.maximum(days, 1)]
        columns.append(products / np.maximum(lines, 1))
        return np.stack(columns, axis=1).astype(np.float32)

    def _of_products(self, n: int) -> Floats:
        """float32 [n_items, len(PRODUCT)]; see PRODUCT."""
        values, figures = self._pairs.values, self._pairs.figures
        times, last, first, gap = (figures[:, FIGURES.index(name)] for name in ("times", "last", "first", "gap"))

        def per(weights: npt.NDArray[np.floating] | None = None) -> npt.NDArray[np.float64]:
            return np.bincount(values, weights, minlength=n).astype(np.float64)

        buyers = per()
        some = np.maximum(buyers, 1)
        known = np.isfinite(gap)
        repeated = np.bincount(values[known], minlength=n)
        gaps = np.bincount(values[known], gap[known], minlength=n) / np.maximum(repeated, 1)
        fresh = per((first < MONTH).astype(np.float64))
        since = np.zeros(n)
        np.maximum.at(since, values, first)
        lately = [per(np.exp2(-last / half_life)) for half_life in LATELY]
        again = per((times > 1).astype(np.float64)) / some
        columns = [buyers, again, per(times) / some, gaps, since, fresh, fresh / some, *lately]
        return np.stack(columns, axis=1).astype(np.float32)

    def _usual_prices(self, n_users: int) -> sp.csr_array:
        """Mean log price of what each shopper bought of each kind, +100 so that a known 0 is not an empty cell."""
        kind = self._kinds()
        priced = (kind[self._item] >= 0) & np.isfinite(self._price[self._item])
        where = (self._user[priced], kind[self._item[priced]])
        shape = (n_users, int(kind.max(initial=0)) + 1)
        total = sp.coo_array((self._price[self._item[priced]] + 100.0, where), shape=shape).tocsr()
        count = sp.coo_array((np.ones(int(priced.sum())), where), shape=shape).tocsr()
        total.data /= count.data
        return total

    def _usual_of(self, users: Ints, items: Ints) -> Floats:
        kind = self._kinds()[items]
        price = np.asarray(self._usual[users, np.maximum(kind, 0)]).ravel()
        usual: Floats = np.where((price != 0) & (kind >= 0), price - 100.0, np.nan)
        return usual

    def _kinds(self) -> Ints:
        name = next((name for name in KINDS if name in self._codes), None)
        return self._codes[name] if name else np.zeros(len(self._price), dtype=np.int64)


SHOPPER = ("trips", "trips_lately", "last_trip", "products", "lines", "lines_month", "lines_a_trip", "novelty")
PRODUCT = ("buyers", "again", "times", "gap", "since", "new_buyers", "new_share", *(f"lately_{d}" for d in LATELY))


def _codes(data: Dataset) -> dict[str, Ints]:
    """Per facet int64 [n_items], -1 unknown; with a kind and a maker also their crossing, called "line"."""
    codes = {facet: data.codes(facet)[0] for facet in data.facets()[:MOST_FACETS]}
    kind, maker = (next((name for name in names if name in codes), None) for names in (KINDS, MAKERS))
    if kind and maker:
        crossed = codes[kind] * (codes[maker].max(initial=0) + 1) + codes[maker]
        codes["line"] = np.where((codes[kind] >= 0) & (codes[maker] >= 0), crossed, -1)
    return codes


def ranks(rows: Ints, scores: Floats) -> Floats:
    """Each candidate's rank by score among those of its shopper, from 0; rows ascending."""
    order = np.lexsort((-scores, rows))
    starts = np.searchsorted(rows, rows[order], side="left")
    ranks = np.empty(len(rows), dtype=np.float32)
    ranks[order] = np.arange(len(rows)) - starts
    return ranks
