"""The bench on which lists are made and judged: one shop, one model, one cut-off. Pages and commands share it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.data import Dataset, Report, silent
from engine.encoders import Kind, item_vectors
from engine.experiments.measures import Evidence
from engine.experiments.once import Once
from engine.experiments.strategy import Strategy
from engine.recommend import Recommender
from engine.rerank import Slates, rerank, sweep
from engine.retrieval import Candidates
from engine.surfaces import SURFACES

Array = np.ndarray


class Bench:
    """One shop judged at one cut-off.

    data    the whole shop; `history` is what the model saw, `future` (None without a cut-off) what came after
    model   a fitted recommender; `card` is what its training recorded
    users   int64 [U]: every shopper known before the cut-off; lists come in this order
    """

    def __init__(self, data: Dataset, model: Recommender, card: dict[str, Any], report: Report = silent) -> None:
        self.data, self.model, self.card, self.report = data, model, card, report
        until = card["until"]
        self.history = data.before(until) if until else data
        self.future = data.since(until) if until else None
        self.users = np.unique(self.history.interactions["user"].to_numpy()).astype(np.int64)
        self._once = Once()

    def vectors(self, similarity: Kind) -> Array:
        """float32 [n_items, d], unit rows: "text", "behaviour" or "both"."""

        def make() -> Array:
            return item_vectors(self.history, similarity, report=self.report)

        return self._once.get(("vectors", similarity), make)

    def candidates(self, surface: str, pool: int) -> Candidates:
        """The `pool` best candidates of every shopper on a surface, best first."""
        size = max(pool, 500)  # one retrieval serves every smaller pool

        def make() -> Candidates:
            return SURFACES[surface].candidates(self.model, self.history, self.users, size, self.report)

        found = self._once.get(("candidates", surface, size), make)
        return Candidates(found.users, found.items[:, :pool], found.scores[:, :pool])

    def evidence(self, scope: str) -> Evidence:
        """What all shoppers' lists on this bench are judged against; scope "all" or "new"."""

        def make() -> Evidence:
            vectors = self.vectors("text")
            return Evidence(self.history, self.users, vectors, self.future, scope, len(self.model.items))

        return self._once.get(("evidence", scope), make)

    def slates(self, strategy: Strategy, rows: Array | None = None) -> Slates:
        """The strategy's lists, [U, k] or [len(rows), k]; `rows` number `users`."""
        scores, items, vectors, options = self._inputs(strategy, rows)
        return rerank(scores, items, vectors, diversity=strategy.diversity, **options)

    def sweep(self, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Slates:
        """The same strategy at every λ of `diversities`, in one pass: arrays [L, U, k]."""
        scores, items, vectors, options = self._inputs(strategy, rows)
        return sweep(scores, items, vectors, diversities=list(diversities), **options)

    def scores(self, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
        """float32 like `items` [U, k]: the model's own score of each item listed, NaN in empty slots."""
        pool = self.candidates(strategy.surface, strategy.pool)
        pick = slice(None) if rows is None else rows
        match = pool.items[pick][:, None, :] == items[:, :, None]
        found = np.take_along_axis(pool.scores[pick], match.argmax(axis=2), axis=1)
        return np.where(items >= 0, found, np.nan)

    def shares(self, strategy: Strategy, items: Array, rows: Array | None = None) -> Array:
        """The same scores, min-max over each shopper's pool: 1 = her best candidate, 0 = her last."""
        pool = self.candidates(strategy.surface, strategy.pool)
        pick = slice(None) if rows is None else rows
        known = np.where(pool.items[pick] >= 0, pool.scores[pick], np.nan)
        low, high = np.nanmin(known, axis=1)[:, None], np.nanmax(known, axis=1)[:, None]
        width = np.where(high > low, high - low, 1.0)
        scores = self.scores(strategy, items, rows)
        return np.where(high > low, (scores - low) / width, 1.0 + 0.0 * scores)

    def _inputs(self, strategy: Strategy, rows: Array | None) -> tuple[Array, Array, Array, dict[str, Any]]:
        pool = self.candidates(strategy.surface, strategy.pool)
        pick = slice(None) if rows is None else rows
        options = {"k": strategy.k, "method": strategy.method, "normalize": strategy.normalize}
        return pool.scores[pick], pool.items[pick], self.vectors(strategy.similarity), options

    def had(self, row: int) -> Array:
        """int [n]: the item of every purchase (the event that counts as relevant) in the shopper's history."""
        lines = self._once.get("positives", self.history.positives)
        mine: Array = lines["item"].to_numpy()[lines["user"].to_numpy() == self.users[row]]
        return mine

    def row(self, user_id: str) -> int | None:
        """The row of a shopper's list, or None if she is not known before the cut-off."""
        ids = self._once.get("ids", lambda: pd.Index(self.history.users["user_id"].to_numpy()[self.users]))
        return int(ids.get_loc(user_id)) if user_id in ids else None


def scope_of(surface: str) -> str:
    """The relevance scope that judges a surface: `new` only counts what the shopper never had before."""
    return SURFACES[surface].scope
