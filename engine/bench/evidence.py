"""The evidence by which lists are judged: the past that a model saw, and what was bought afterwards."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import coo_array, csr_array

from engine import metrics
from engine.data import Dataset
from engine.data.labels import main_facet

Array = np.ndarray
T = TypeVar("T")


def _of_history(compute: Callable[["Evidence"], T]) -> "cached_property[T]":
    """What depends on the history alone: taken from the twin where there is one, else computed once."""

    def get(evidence: "Evidence") -> T:
        if evidence.parent is None:
            return compute(evidence)
        value: T = getattr(evidence.parent, compute.__name__)
        return value

    get.__doc__ = compute.__doc__
    return cached_property(get)


class Evidence:
    """The past that the model saw and, if held out, what was bought afterwards.

    history  interactions before the cut-off; popularity, profiles and novelty come from it alone
    users    int64 [U], the shoppers whose lists are judged, in the order of the lists
    vectors  float32 [n_items, d], the text embedding that reported ILD uses
    future   interactions from the cut-off on, or None: then relevance metrics are absent, not zero
    scope    "all": everything bought afterwards counts; "new": only what the shopper never had before
    parent   evidence on the same history and users in another scope: what both need is computed once
    """

    def __init__(
        self,
        history: Dataset,
        users: Array,
        vectors: Array,
        future: Dataset | None = None,
        scope: str = "all",
        n_eligible: int | None = None,
        parent: "Evidence | None" = None,
    ) -> None:
        self.history, self.future, self.parent = history, future, parent
        self.users, self.vectors, self.scope = users, vectors, scope
        self.n_eligible = n_eligible or len(history.eligible())

    def of(self, rows: Array) -> "Evidence":
        """The evidence for some of the shoppers; `rows` number `users`."""
        subset = Evidence(self.history, self.users[rows], self.vectors, self.future, self.scope, self.n_eligible)
        for shared in ("owned", "bought", "spending", "popularity", "counts", "facets"):  # the same for any shoppers
            subset.__dict__[shared] = getattr(self, shared)
        for own in ("profiles", "taste", "spread", "kinds"):  # one row a shopper: cut out where they are known
            if own in self.__dict__:
                subset.__dict__[own] = _cut(self.__dict__[own], rows)
        return subset

    @property
    def has_history(self) -> bool:
        """Whether anybody did anything before the cut-off; never in a shop that has only a catalogue."""
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
        """Money that every shopper spent on what they bought from the cut-off on, sparse [n_users, n_items].

        None where the shop knows neither what a line cost nor what a product costs.
        """
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
        """int64 [n_items]: interactions with each item, also those of unknown shoppers."""
        return self.history.sold()

    @_of_history
    def expected(self) -> csr_array:
        """Binary [U, n_items]: what is no surprise to the shopper: what they had, and the hundred most owned items."""
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
        """Compute now what depends on histories, so that `of` only has to select rows for any shoppers."""
        for computed in (self.profiles, self.taste, self.spread, self.kinds) if self.has_history else ():
            assert computed is not None

    @_of_history
    def facets(self) -> dict[str, tuple[Array, list[str]]]:
        """Per facet: value numbers int64 [n_items], -1 unknown, and the values' names.

        A facet whose value is known of no product that can be shown is left out.
        """
        facets = {facet: self.history.codes(facet) for facet in self.history.facets()}
        shown = self.history.eligible()
        return {facet: (codes, names) for facet, (codes, names) in facets.items() if (codes[shown] >= 0).any()}

    @property
    def main_facet(self) -> str | None:
        """The facet in which variety is reported: the category, else the first one the shop has."""
        return main_facet(self.facets)

    @property
    def broad_facet(self) -> str | None:
        """The facet with the most values up to 30, which divides the shop most broadly; else the main one."""
        sizes = {facet: len(values) for facet, (_, values) in self.facets.items() if 2 <= len(values) <= 30}
        return max(sizes, key=sizes.__getitem__) if sizes else self.main_facet


def _cut(values: Any, rows: Array) -> Any:
    """Some shoppers' rows of an array, or of every array in a dict."""
    return {name: array[rows] for name, array in values.items()} if isinstance(values, dict) else values[rows]
