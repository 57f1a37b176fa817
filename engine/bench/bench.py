"""The facts about one shop, one model and one cut-off, with which lists are made and judged. Pages and commands share
it.
"""

from collections.abc import Callable, Hashable
from copy import copy
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
import pandas as pd

from engine.bench.context import SHOPPERS, Context
from engine.bench.evidence import Evidence
from engine.bench.histories import Histories
from engine.bench.memo import Memo
from engine.data import Cancelled, Dataset, Progress, silent
from engine.data.problems import refuse
from engine.encoders import Kind, default_encoder, item_vectors
from engine.recommend import ReadsText, Recommender
from engine.rerank import METHODS
from engine.retrieval import Candidates, Scorer
from engine.strategy.similarity_weights import EMBEDDING
from engine.strategy.strategy import Strategy
from engine.surfaces import SURFACES

Array = np.ndarray
T = TypeVar("T")
PRICE = "price"
TYPICAL = 75  # percentile of the number of lines that makes a shopper worth looking at first
EXAMPLES = 60  # shoppers offered by name; any other id can be typed
BIG = 2_000_000_000  # scores of everyone for everything: beyond, few shoppers' candidates are found alone
FEW = 20  # times as many shoppers are everyone
POOLS = 16  # pools of some shoppers that stay in memory
BY_VALUE = ("xquad", "calibrated", "richness")  # methods that spread a facet's values, whatever the vectors say
BY_HISTORY = ("calibrated",)  # methods that keep the proportions of a shopper's history


class Bench:
    """One shop at one cut-off, with one model.

    data    the whole shop; `history` is what the model saw, `future` (None without a cut-off) what came after
    model   a fitted recommender; `card` is what its training recorded
    users   int64 [U]: every shopper known before the cut-off; lists come in this order
    context what the lists are made for; `surfaces` and `similarities` say what can be asked of this bench
    """

    context: ClassVar[Context] = SHOPPERS
    surfaces: ClassVar[tuple[str, ...]] = ("for_you", "new")
    similarities: ClassVar[tuple[Kind, ...]] = ("text", "behaviour", "both")

    def __init__(
        self, data: Dataset, model: Recommender | Scorer, card: dict[str, Any], report: Progress = silent
    ) -> None:
        self.data, self.card, self.report = data, card, report
        self.model: Scorer = model
        until = card["until"]
        self.history = data.before(until) if until else data
        self.future = data.since(until) if until else None
        self.users = np.unique(self.history.interactions["user"].to_numpy()).astype(np.int64)
        self.device: str | None = None  # where lists were made last
        self.today = date.today()  # rules with a schedule hold or not by this day
        self.folder: Path | None = None  # of the shop; what is found at great cost may be stored there
        self._once = Memo()

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of `make` for `key`: computed when it is first asked for, and kept with this bench."""
        return self._once.get(key, make)

    def forget(self, key: Hashable) -> None:
        """Drop the result for `key`, so that it is computed again."""
        self._once.forget(key)

    def memo(self, name: str, limit: int) -> Memo:
        """A memo of the `limit` last used results of one kind, under the rules of this day; it is dropped with the
        bench.
        """
        return self.cached(("memo", name, self.today), lambda: Memo(limit))

    def close(self) -> None:
        """Let go of everything, although others may hold this bench still: its memory is free at once.

        Whoever uses it later gets BenchClosed, also in the middle of a computation.
        """
        self.__dict__.clear()
        self.__class__ = _Closed

    def on_day(self, day: date) -> Self:
        """The same bench on another day. Results stay shared, because only rules with a schedule depend on the day."""
        other = copy(self)
        other.today = day
        return other

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that similarity can be mixed from in this shop: `Strategy.facet_weights` may name these."""
        priced = PRICE in self.history.items and bool((self.history.items[PRICE] > 0).any())
        telling = [name for name, (_, values) in self.evidence("all").facets.items() if len(values) > 1]
        return (EMBEDDING, *telling, *([PRICE] if priced else []))

    @property
    def methods(self) -> tuple[str, ...]:
        """The re-ranking methods that this shop's data allow."""
        evidence = self.evidence("all")
        lacking = (() if evidence.main_facet else BY_VALUE) + (() if evidence.has_history else BY_HISTORY)
        return tuple(name for name in METHODS if name not in lacking)

    @property
    def encoder(self) -> str:
        """The fingerprint of the encoder that reads the products' texts."""
        return self.cached("encoder", lambda: default_encoder().fingerprint)

    def vectors(self, similarity: Kind) -> Array:
        """Item vectors of one kind, "text", "behaviour" or "both": float32 [n_items, d], unit rows, read-only."""

        def make() -> Array:
            vectors = item_vectors(self.history, similarity, report=self.report)
            vectors.setflags(write=False)  # so that a graphics card may keep its copy between calls
            return vectors

        return self._once.get(("vectors", similarity), make)

    def candidates(self, surface: str, pool: int) -> Candidates:
        """The `pool` best candidates of every shopper on a surface, best first.

        Raises InputError for a surface that this shop's data do not allow.
        """
        if surface not in self.surfaces:
            fix = f"take {' or '.join(self.surfaces)}"
            raise refuse("strategy", "no_surface", "this shop has no such lists", fix, column="surface", value=surface)
        size = _retrieved(pool)

        def make() -> Candidates:
            return SURFACES[surface].candidates(self.model, self.history, self.users, size, self.report)

        return _first(self._once.get(("candidates", surface, size), make), pool)

    def pool(self, strategy: Strategy, rows: Array | None = None) -> Candidates:
        """The candidates that the strategy's lists are chosen from, of all shoppers or of `rows`."""
        if rows is not None and self._too_few(strategy, rows):
            return self._own_pool(strategy, rows)
        candidates = self.candidates(strategy.surface, strategy.pool)
        if rows is None:
            return candidates
        return Candidates(candidates.users[rows], candidates.items[rows], candidates.scores[rows])

    def _too_few(self, strategy: Strategy, rows: Array) -> bool:
        """Whether these rows are too few to find everyone's candidates for: in a big shop that takes many minutes."""
        everyone = len(self.users) * len(self.model.items)
        if everyone < BIG or len(rows) * FEW > len(self.users):
            return False
        if not self.context.trained or strategy.surface not in self.surfaces:
            return False
        size = _retrieved(strategy.pool)
        return self._once.peek(("candidates", strategy.surface, size)) is None

    def _own_pool(self, strategy: Strategy, rows: Array) -> Candidates:
        """The candidates of `rows` alone."""
        surface, size = SURFACES[strategy.surface], _retrieved(strategy.pool)

        def make() -> Candidates:
            return surface.candidates(self.model, self.history, self.users[rows], size, self.report)

        found = self.memo("pools of some", POOLS).get((strategy.surface, size, rows.tobytes()), make)
        return _first(found, strategy.pool)

    def evidence(self, scope: str) -> Evidence:
        """The evidence by which all shoppers' lists on this bench are judged; scope "all" or "new"."""

        def make() -> Evidence:
            vectors, parent = self.vectors("text"), self.evidence("all") if scope != "all" else None
            return Evidence(self.history, self.users, vectors, self.future, scope, len(self.model.items), parent)

        return self._once.get(("evidence", scope), make)

    def history_of(self, row: int) -> Dataset:
        """The shop with the shopper's purchases before the cut-off alone (the event that counts as relevant)."""
        return self._once.get("histories", lambda: Histories(self.history)).of(int(self.users[row]))

    def purchased_items(self, row: int) -> Array:
        """int [n]: the item of every purchase in the shopper's history."""
        items: Array = self.history_of(row).interactions["item"].to_numpy()
        return items

    def names(self, rows: Array | None = None) -> Array:
        """The id of the shopper for whom each list is made: all of them, or those of `rows`."""
        ids: Array = self.history.users["user_id"].to_numpy()[self.users if rows is None else self.users[rows]]
        return ids

    def row(self, user_id: str) -> int | None:
        """The row of a shopper's list, or None if the shopper is not known before the cut-off."""
        ids = self._once.get("ids", lambda: pd.Index(self.history.users["user_id"].to_numpy()[self.users]))
        return int(ids.get_loc(user_id)) if user_id in ids else None

    def ask(self, text: str) -> int | None:
        """The row of the list for a free text, where the context is askable; None for an empty one."""
        return None

    def subjects(self, rows: Array) -> Array:
        """int64 [len(rows)]: the catalogue row of the product that each list is about; -1 = it is about none."""
        return np.full(len(rows), -1, dtype=np.int64)

    def examples(self) -> Array:
        """Rows of lists worth offering by name: from the shopper with the most typical number of lines outwards."""
        lines = np.bincount(self.history.interactions["user"].to_numpy(), minlength=self.history.n_users)[self.users]
        nearest: Array = np.argsort(np.abs(lines - np.percentile(lines, TYPICAL)), kind="stable")
        return nearest[:EXAMPLES]

    def words(self, row: int, item: int) -> list[tuple[str, float]] | None:
        """What each word of a product's text adds to its score, in the order of the text; None where the model reads
        no text. Raises ValueError where it cannot say."""
        model = self.model
        return model.words(self.history, int(self.users[row]), item) if isinstance(model, ReadsText) else None


def _retrieved(pool: int) -> int:
    """How many candidates are found for a pool: one retrieval serves every smaller pool."""
    return max(pool, 500)


def _first(candidates: Candidates, n: int) -> Candidates:
    """The `n` best of each shopper's candidates."""
    return Candidates(candidates.users, candidates.items[:, :n], candidates.scores[:, :n])


class BenchClosed(Cancelled):
    """Raised by a bench that was closed: open the shop again."""


class _Closed(Bench):
    """What a bench is once it is closed."""

    def __getattr__(self, name: str) -> Any:
        raise BenchClosed


def scope_of(surface: str) -> str:
    """The relevance scope by which a surface is judged: `new` counts only products the shopper never had before."""
    return SURFACES[surface].scope
