"""The one table of what can be measured of lists. Pages, `evaluate` and `metrics` all read it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import coo_array, csr_array

from engine import metrics
from engine.data import Dataset

Array = np.ndarray
T = TypeVar("T")


def _of_history(compute: Callable[["Evidence"], T]) -> "cached_property[T]":
    """What depends on the history alone: taken from the twin where there is one, else computed once."""

    def get(evidence: "Evidence") -> T:
        if evidence.twin is None:
            return compute(evidence)
        found: T = getattr(evidence.twin, compute.__name__)
        return found

    get.__doc__ = compute.__doc__
    return cached_property(get)


class Evidence:
    """What lists are judged against: the past that the model saw and, if held out, what was bought afterwards.

    history  interactions before the cut-off; popularity, profiles and novelty come from it alone
    users    int64 [U], the shoppers whose lists are judged, in the order of the lists
    vectors  float32 [n_items, d], the text embedding that reported ILD uses
    future   interactions from the cut-off on, or None: then relevance metrics are absent, not zero
    scope    "all": everything bought afterwards counts; "new": only what the shopper never had before
    twin     evidence on the same history and users in another scope: what both need is computed once
    """

    def __init__(
        self,
        history: Dataset,
        users: Array,
        vectors: Array,
        future: Dataset | None = None,
        scope: str = "all",
        n_eligible: int | None = None,
        twin: "Evidence | None" = None,
    ) -> None:
        self.history, self.users, self.vectors, self.future, self.scope = (
            history,
            users,
            vectors,
            future,
            scope,
        )
        self.twin = twin
        self.n_eligible = n_eligible or len(history.eligible())

    def of(self, rows: Array) -> "Evidence":
        """The evidence for some of the shoppers; `rows` number `users`."""
        part = Evidence(self.history, self.users[rows], self.vectors, self.future, self.scope, self.n_eligible)
        for shared in ("owned", "bought", "spending", "popularity", "counts", "facets"):  # the same for any shoppers
            part.__dict__[shared] = getattr(self, shared)
        for own in ("profiles", "taste", "spread", "kinds"):  # one row a shopper: cut out where they are known
            if own in self.__dict__:
                part.__dict__[own] = _cut(self.__dict__[own], rows)
        return part

    @property
    def has_history(self) -> bool:
        """Whether anybody did anything before the cut-off; a shop with only a catalogue has no such thing."""
        return len(self.history.interactions) > 0

    @_of_history
    def owned(self) -> csr_array:
        """Binary [n_users, n_items]: what every shopper had before the cut-off."""
        return self.history.relevant()

    @_of_history
    def bought(self) -> csr_array | None:
        """Binary [n_users, n_items]: what every shopper bought from the cut-off on."""
        return None if self.future is None else self.future.relevant()

    @_of_history
    def spending(self) -> csr_array | None:
        """Sparse [n_users, n_items]: money every shopper spent on what she bought from the cut-off on; None where
        the shop knows neither what a line cost nor what a product costs."""
        return None if self.future is None else self.future.spending()

    @cached_property
    def spent(self) -> csr_array | None:
        """Sparse [U, n_items]: what the judged shoppers went on to pay for what is relevant."""
        if self.spending is None or self.relevant is None:
            return None
        return self.spending[self.users].multiply(self.relevant).tocsr()

    @cached_property
    def relevant(self) -> csr_array | None:
        """Binary [U, n_items]: what the judged shoppers went on to buy."""
        if self.bought is None:
            return None
        bought = self.bought[self.users]
        return bought if self.scope == "all" else bought - bought.multiply(self.owned[self.users]).tocsr()

    @_of_history
    def popularity(self) -> Array:
        """float64 [n_items]: share of shoppers with a history who have the item."""
        known = max(int((np.diff(self.owned.indptr) > 0).sum()), 1)
        return np.asarray(self.owned.sum(axis=0)).ravel() / known

    @_of_history
    def counts(self) -> Array:
        """int64 [n_items]: interactions with each item."""
        items = self.history.positives()["item"].to_numpy()
        return np.bincount(items[items >= 0], minlength=self.history.n_items)

    @_of_history
    def expected(self) -> csr_array:
        """Binary [U, n_items]: no surprise to the shopper: what she had, or the hundred most owned items."""
        top = np.argsort(-self.popularity, kind="stable")[:100]
        popular = csr_array((np.ones(len(top)), (np.zeros(len(top), int), top)), shape=(1, self.history.n_items))
        everyone = csr_array(np.ones((len(self.users), 1))) @ popular
        return ((self.owned[self.users] + everyone) > 0).astype(np.float64).tocsr()

    def _purchases(self) -> tuple[Array, Array, Array]:
        """Every purchase of the judged shoppers: row among them, item, and age in days at the cut-off."""
        bought = self.history.positives()
        judged = self.history.cutoff or self.history.end
        assert judged is not None, "a shop with known users has interactions"
        row = np.full(self.history.n_users, -1)
        row[self.users] = np.arange(len(self.users))
        users, items = row[bought["user"].to_numpy()], bought["item"].to_numpy()
        mine = users >= 0
        ages = (judged - bought["timestamp"][mine]).dt.total_seconds().to_numpy() / 86_400
        return users[mine], items[mine], ages

    @_of_history
    def profiles(self) -> dict[str, Array]:
        """Per facet float64 [U, n_values]: recency-weighted shares of the shopper's history (half-life 120 days).

        Empty in a shop without a history.
        """
        if not self.has_history:
            return {}
        users, items, ages = self._purchases()
        return {
            facet: metrics.history_profile(users, codes[items], ages, (len(self.users), len(values)))
            for facet, (codes, values) in self.facets.items()
        }

    @_of_history
    def taste(self) -> Array:
        """float64 [U, d]: the mean of each history's text vectors, a purchase weighing 2^(-age / 120 days)."""
        users, items, ages = self._purchases()
        shape = (len(self.users), self.history.n_items)
        return metrics.taste(coo_array((metrics.recency(users, ages, shape[0]), (users, items)), shape), self.vectors)

    @_of_history
    def spread(self) -> Array:
        """float64 [U]: mean text distance of two products of each history."""
        return metrics.history_ild(self.owned[self.users], self.vectors)

    @_of_history
    def kinds(self) -> dict[str, csr_array]:
        """Per facet sparse [U, n_values]: distinct products of each history by value."""
        had = self.owned[self.users]
        return {facet: metrics.facet_counts(had, codes, len(values)) for facet, (codes, values) in self.facets.items()}

    def read_histories(self) -> None:
        """Compute now what is measured against histories, so that `of` cuts it out for any shoppers at no cost."""
        for part in (self.profiles, self.taste, self.spread, self.kinds) if self.has_history else ():
            assert part is not None

    @_of_history
    def facets(self) -> dict[str, tuple[Array, list[str]]]:
        """Per facet: value numbers int64 [n_items], -1 unknown, and the values' names."""
        return {facet: self.history.codes(facet) for facet in self.history.facets()}

    @property
    def main_facet(self) -> str | None:
        """The facet that variety is told in: the category, else the first one the shop has."""
        return "category" if "category" in self.facets else next(iter(self.facets), None)

    @property
    def broad_facet(self) -> str | None:
        """The facet that divides the shop most broadly: as many values as possible up to 30, else the main one."""
        sizes = {facet: len(values) for facet, (_, values) in self.facets.items() if 2 <= len(values) <= 30}
        return max(sizes, key=sizes.__getitem__) if sizes else self.main_facet

    def key(self, name: str) -> str | None:
        """A measure's key in the table: itself, or in the main facet; None if this shop's data do not allow it."""
        rows = table(self)
        return name if name in rows else next((k for k in (f"{name}:{self.main_facet}",) if k in rows), None)


def _cut(found: Any, rows: Array) -> Any:
    """Some shoppers' rows of an array, or of every array in a dict."""
    return {name: part[rows] for name, part in found.items()} if isinstance(found, dict) else found[rows]


@dataclass(frozen=True)
class Measure:
    """One row of the table. `per_user` measures give float [U], the others one float for all lists together."""

    compute: Callable[[Array, Evidence], Array | float]
    per_user: bool = True
    held_out: bool = False  # needs interactions after the cut-off


def _facet(function: Callable[[Array, Array], Array], facet: str) -> Measure:
    return Measure(lambda slates, e: function(slates, e.facets[facet][0]))


PLAIN: dict[str, Measure] = {
    "ndcg": Measure(lambda s, e: metrics.ndcg(s, e.relevant), held_out=True),
    "recall": Measure(lambda s, e: metrics.recall(s, e.relevant), held_out=True),
    "hit_rate": Measure(lambda s, e: metrics.hit_rate(s, e.relevant), held_out=True),
    "mrr": Measure(lambda s, e: metrics.mrr(s, e.relevant), held_out=True),
    "serendipity": Measure(lambda s, e: metrics.serendipity(s, e.relevant, e.expected), held_out=True),
    "ild": Measure(lambda s, e: metrics.ild(s, e.vectors)),
    "ilmd": Measure(lambda s, e: metrics.ilmd(s, e.vectors)),
    "look_alike_pairs": Measure(lambda s, e: metrics.look_alike_pairs(s, e.vectors)),
    "average_popularity": Measure(lambda s, e: metrics.average_popularity(s, e.popularity)),
    "novelty": Measure(lambda s, e: metrics.novelty(s, e.popularity)),
    "tail_share": Measure(lambda s, e: metrics.tail_share(s, e.counts)),
    "history_similarity": Measure(lambda s, e: metrics.history_similarity(s, e.vectors, e.taste)),
    "narrowing": Measure(lambda s, e: metrics.narrowing(s, e.vectors, e.spread)),
    "repeat_share": Measure(lambda s, e: metrics.repeat_share(s, e.owned[e.users])),
    "coverage": Measure(lambda s, e: metrics.coverage(s, e.n_eligible), per_user=False),
    "gini": Measure(lambda s, e: metrics.gini(s, e.n_eligible), per_user=False),
    "shannon_entropy": Measure(lambda s, e: metrics.shannon_entropy(s, e.n_eligible), per_user=False),
    "top_share": Measure(lambda s, e: metrics.top_share(s, e.n_eligible), per_user=False),
    "shared_products": Measure(lambda s, e: metrics.shared_products(s), per_user=False),
    "jaccard_overlap": Measure(lambda s, e: metrics.jaccard_overlap(s), per_user=False),
    "dice_overlap": Measure(lambda s, e: metrics.dice_overlap(s), per_user=False),
}

FROM_HISTORY = {  # measures that look at what shoppers had
    "average_popularity", "novelty", "tail_share", "history_similarity", "narrowing", "repeat_share",
    "calibration_kl", "calibration_js", "facet_narrowing",
}  # fmt: skip


def table(evidence: Evidence) -> dict[str, Measure]:
    """Every measure that this shop's data allow, by its key; facet measures are keyed `name:facet`."""
    found = {key: m for key, m in PLAIN.items() if not m.held_out or evidence.future is not None}
    if evidence.spending is not None:
        found["revenue"] = Measure(lambda s, e: metrics.revenue(s, e.spent), held_out=True)
    for facet in evidence.facets:
        found[f"facet_entropy:{facet}"] = _facet(metrics.facet_entropy, facet)
        found[f"facet_count:{facet}"] = _facet(metrics.facet_count, facet)
        found[f"hhi:{facet}"] = _facet(metrics.hhi, facet)
        found[f"shelf_hhi:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.shelf_hhi(s, e.facets[f][0]),  # type: ignore[misc]
            per_user=False,
        )
        found[f"richness_loss:{facet}"] = _facet(metrics.richness_loss, facet)
        found[f"calibration_kl:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.calibration_kl(s, e.facets[f][0], e.profiles[f])  # type: ignore[misc]
        )
        found[f"calibration_js:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.calibration_js(s, e.facets[f][0], e.profiles[f])  # type: ignore[misc]
        )
        found[f"facet_narrowing:{facet}"] = Measure(
            lambda s, e, f=facet: metrics.facet_narrowing(s, e.facets[f][0], e.kinds[f])  # type: ignore[misc]
        )
    if not evidence.has_history:
        found = {key: m for key, m in found.items() if key.partition(":")[0] not in FROM_HISTORY}
    return found


@dataclass(frozen=True)
class Measured:
    """What was measured of one set of lists: per-shopper values float [U] and values of all lists together."""

    per_user: dict[str, Array]
    whole: dict[str, float]
    lists: int

    @property
    def keys(self) -> list[str]:
        """Every key that was measured."""
        return [*self.per_user, *self.whole]

    def value(self, key: str) -> tuple[float, int]:
        """The printed figure and the number of shoppers counted (per-shopper means leave NaN out)."""
        if key in self.whole:
            return self.whole[key], self.lists
        return metrics.mean_and_count(self.per_user[key])


def measure(slates: Array, evidence: Evidence, keys: Iterable[str] | None = None) -> Measured:
    """Measure lists int64 [U, k] against the evidence; all measures, or only the named ones."""
    rows = table(evidence)
    chosen = list(rows) if keys is None else list(keys)
    per_user = {key: np.asarray(rows[key].compute(slates, evidence)) for key in chosen if rows[key].per_user}
    whole = {key: float(rows[key].compute(slates, evidence)) for key in chosen if not rows[key].per_user}
    return Measured(per_user, whole, len(slates))


def exposures(slates: Array, evidence: Evidence) -> dict[str, dict[str, float]]:
    """Per facet, each value's share of all position-weighted attention; the shares sum to 1."""
    shares = {}
    for facet, (codes, values) in evidence.facets.items():
        found = metrics.exposure(slates, codes)
        shares[facet] = dict(zip(values, found.tolist(), strict=False))
    return shares
