"""`hybrid`: two stages. Candidates from the blend and from neighbours, then a ranker over some hundred figures.

The ranker learns from the weeks before the cut-off: what was known at their start, and what was bought in them. Then
everything known at the cut-off itself is ranked. Scores of known shoppers' candidates are computed once, at the end of
`fit`; all other products follow below them in the order of the blend.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import Field

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays, under
from engine.recommend.base import Config, Model, Scope
from engine.recommend.blend import Blend, BlendConfig
from engine.recommend.counts import Floats, Ints
from engine.recommend.hybrid import explained, newcomers, trees
from engine.recommend.hybrid.signals import Chunk, Signals

CHUNK = 250  # shoppers at a time
NEWCOMERS = "newcomers"
TEACHING_BYTES = (
    1 << 30
)  # figures that the ranker learns from; where all buyers' are more, every second, third ... buyer


class HybridConfig(Config):
    """Settings of the hybrid model.

    blend: the first stage. weeks: how long the period is that the ranker learns from. candidates_all,
    candidates_new: the blend's best, for each scope; neighbours: those that the most similar shoppers add. seeds:
    rankers that are averaged. habit, lately: weights of the blend's `regular` and `recent` beside their log-odds: what
    the shopper comes back to, and few others do; raised together they increase coverage (docs/models.md). tenths: of
    the catalogue, that are hidden to learn what becomes of new products; 0 = not learned. promotions: read the
    promotion plan of the `weeks` ahead, where the shop has one.
    """

    blend: BlendConfig = BlendConfig()
    weeks: int = Field(default=4, ge=1, le=26)
    candidates_all: int = Field(default=200, ge=10, le=2000)
    candidates_new: int = Field(default=500, ge=10, le=2000)
    neighbours: int = Field(default=100, ge=1, le=2000)
    seeds: int = Field(default=3, ge=1, le=10)
    habit: float = Field(default=1.0, ge=0, le=100)
    lately: float = Field(default=0.0, ge=0, le=100)
    tenths: int = Field(default=10, ge=0, le=newcomers.TENTHS)
    promotions: bool = False

    @property
    def plan_days(self) -> float | None:
        return self.weeks * 7.0 if self.promotions else None


class Hybrid(Model):
    """Score of a candidate = the ranker's log-odds that the shopper buys it within `weeks`, and weighted habits."""

    name = "hybrid"
    config: HybridConfig

    @classmethod
    def config_type(cls) -> type[HybridConfig]:
        return HybridConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        self._blend = Blend(self.config.blend).fit(data, report)
        self._data: Dataset | None = data
        self._present: Signals | None = None
        self._ranked: dict[str, sp.csr_array] = {}
        self._boosters: dict[str, list[Any]] = {}  # of each scope, and of newcomers; none where too little was bought
        self.importance: dict[str, dict[str, float]] = {}
        self._until = data.cutoff
        now = data.cutoff if data.cutoff is not None else data.end
        assert now is not None, "eligible items have been bought"
        since = now - pd.Timedelta(weeks=self.config.weeks)
        past, later = data.before(since), data.since(since)
        if len(past.eligible()) == 0:
            return
        before = self._signals(past, Blend(self.config.blend).fit(past))
        self._present = self._signals(data, self._blend)
        for scope in get_args(Scope):
            boosters = self._learned(before, later, scope, report)
            if boosters:
                self._boosters[scope] = boosters
                self.importance[scope] = trees.shares(boosters, before.names)
                self._ranked[scope] = self._ranking(self._present, boosters, scope, report)
        chosen = self.config
        teachers = newcomers.learned(past, later, chosen.blend, chosen.tenths, chosen.seeds, report, chosen.plan_days)
        if teachers:
            self._boosters[NEWCOMERS] = teachers

    @classmethod
    def load(cls, folder: Path, data: Dataset | None) -> Self:
        model = super().load(folder, data)
        model._data = data if data is None or model._until is None else data.before(model._until)
        return model

    def score_items(self, data: Dataset, rows: Ints, users: Ints) -> Floats:
        """Scores float32 [U, R] of any catalogue rows of the shop as the model learned it, for known shoppers.

        They use text and attributes alone, as if the products were new; they compare with each other, not with `score`.
        """
        users = self._checked(users, "all")
        if len(rows) == 0 or len(users) == 0:
            return np.zeros((len(users), len(rows)), dtype=np.float32)
        shop = newcomers.Newcomers.of(data, np.asarray(rows, dtype=np.int64), self.config.blend, self.config.plan_days)
        return newcomers.scores(shop, self._boosters.get(NEWCOMERS, []), users)

    def score_clicks(self, rows: Ints) -> Floats:
        """See `Blend.score_clicks`: the ranker has no figures of an unknown shopper."""
        return self._blend.score_clicks(rows)

    def explain(self, users: Ints, items: Ints, scope: Scope = "all") -> dict[str, Floats]:
        """What each group of figures adds to the log-odds of catalogue rows `items` [U, k], above or below what it
        adds for the shopper's average candidate: float32 [U, k] by name; NaN for what is no candidate.

        Where the order is the blend's, the terms of the blend. Raises ValueError for a model that was loaded without
        its shop.
        """
        users = self._checked(users, scope)
        if scope not in self._ranked:
            return self._blend.explain(users, items, scope)
        if self._data is None or scope not in self._boosters:
            raise ValueError("This model was loaded without its shop or its trees, so it cannot say why.")
        if self._present is None:
            self._present = self._signals(self._data, self._blend)
        known = np.flatnonzero(self._known(users))
        chunk, rows = self._candidates(self._present, users[known], scope), np.asarray(items, dtype=np.int64)
        habit = self._habit(users[known])
        return explained.terms(self._present, chunk, self._boosters[scope], habit, known, rows)

    def _learned(self, signals: Signals, later: Dataset, scope: Scope, report: Progress) -> list[object]:
        """Rankers that tell what was bought `later`; none where too little of it was among the candidates."""
        bought = later.relevant()[:, signals.items].tocsr()
        buyers = np.flatnonzero(signals.blend.known() & (np.diff(bought.indptr) > 0))
        width, height = self._width(scope), len(signals.names)
        max_buyers = TEACHING_BYTES // (4 * width * height)
        buyers = buyers[:: -(-len(buyers) // max_buyers) or 1]
        figures = np.empty((len(buyers) * width, height), dtype=np.float32)  # memory is taken as rows are written
        is_bought = np.zeros(len(figures), dtype=bool)
        end = 0
        for users in _parts(buyers, f"train.candidates_{scope}", report):
            chunk = self._candidates(signals, users, scope)
            rows, columns, values = signals.figures(chunk)
            written = slice(end, end := end + len(values))
            figures[written] = values
            is_bought[written] = bought[users].toarray()[rows, columns] > 0
        if int(is_bought.sum()) < trees.LEAST_BOUGHT:
            return []
        report(f"train.ranker_{scope}", 0, self.config.seeds * trees.TREES)
        return trees.grow(
            figures[:end],
            is_bought[:end],
            signals.names,
            self.config.seeds,
            lambda done, total: report(f"train.ranker_{scope}", done, total),
        )

    def _ranking(self, signals: Signals, boosters: list[object], scope: Scope, report: Progress) -> sp.csr_array:
        """Sparse [n_users, n_eligible] of every known shopper's candidates: how far each is above their last one, +
        1."""
        where, above, per_user = [], [], np.zeros(self.n_users, dtype=np.int64)
        for chunk in _parts(np.flatnonzero(signals.blend.known()), f"train.ranking_{scope}", report):
            rows, columns, values = signals.figures(self._candidates(signals, chunk, scope))
            odds = trees.log_odds(boosters, values) + self._habit(chunk)[rows, columns]
            least = np.full(len(chunk), np.inf, dtype=np.float32)
            np.minimum.at(least, rows, odds)
            per_user[chunk] = np.bincount(rows, minlength=len(chunk))
            where.append(columns.astype(np.int32))
            above.append(1 + odds - least[rows])
        start = np.concatenate([[0], np.cumsum(per_user)])
        parts = (np.concatenate(above), np.concatenate(where), start)
        return sp.csr_array(parts, shape=(self.n_users, len(self.items)))

    def _width(self, scope: Scope) -> int:
        """The most candidates that a shopper has."""
        blended: int = getattr(self.config, f"candidates_{scope}")
        return blended + self.config.neighbours

    def _habit(self, users: Ints) -> Floats:
        """float32 [U, n_eligible]: both terms of habit, weighed."""
        habit = np.float32(self.config.habit) * self._blend.habit(users, "regular")
        if self.config.lately:
            habit = habit + np.float32(self.config.lately) * self._blend.habit(users, "recent")
        return habit

    def _signals(self, data: Dataset, blend: Blend) -> Signals:
        return Signals(data, blend, self.config.plan_days)

    def _candidates(self, signals: Signals, users: Ints, scope: Scope) -> Chunk:
        return signals.chunk(users, scope, getattr(self.config, f"candidates_{scope}"), self.config.neighbours)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        scores = self._blend.score(users, scope)
        if scope not in self._ranked:
            return scores
        ranked = self._ranked[scope][users].toarray()
        others = np.where(ranked > 0, -np.inf, scores)
        best = others.max(axis=1, keepdims=True, initial=-np.inf, where=ranked == 0)
        spread = scores.std(axis=1, keepdims=True)
        below = (scores - np.where(np.isfinite(best), best, 0.0)) / np.where(spread > 0, spread, 1.0)
        combined: Floats = np.where(ranked > 0, ranked, np.minimum(below, 0.0)).astype(np.float32)
        return combined

    def _arrays(self) -> Arrays:
        blend = {f"blend.{name}": value for name, value in self._blend._arrays().items()}
        grown = {f"trees.{name}": trees.written(boosters) for name, boosters in self._boosters.items()}
        until = {} if self._until is None else {"until": np.array([self._until.value])}  # ns
        return blend | grown | until | {f"ranked.{scope}": matrix for scope, matrix in self._ranked.items()}

    def _restore(self, arrays: Arrays) -> None:
        self._blend = Blend(self.config.blend)
        self._blend.adopt(self, under(arrays, "blend."))
        self._present = None
        self._until = pd.Timestamp(int(arrays["until"][0])) if "until" in arrays else None
        self._ranked = under(arrays, "ranked.")
        self._boosters = {name: trees.read(text) for name, text in under(arrays, "trees.").items()}


def _parts(users: Ints, step: str, report: Progress) -> Iterator[Ints]:
    for at in range(0, len(users), CHUNK):
        report(step, at, len(users))
        yield users[at : at + CHUNK]
    report(step, len(users), len(users))
