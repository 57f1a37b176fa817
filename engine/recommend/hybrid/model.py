"""`hybrid`: two stages. Candidates from the blend and from neighbours, then a ranker over some hundred figures.

The ranker learns from the weeks before the cut-off: what was known at their start, and what was bought in them. Then
everything known at the cut-off itself is ranked. Scores of known shoppers' candidates are made once, at the end of
`fit`; what is no candidate follows below them in the order of the blend.
"""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp
from pydantic import Field

from engine.data import Dataset, Report
from engine.recommend.arrays import Arrays
from engine.recommend.base import Config, Model, Scope
from engine.recommend.blend import Blend, BlendConfig
from engine.recommend.counts import Floats, Ints
from engine.recommend.hybrid import trees
from engine.recommend.hybrid.signals import Chunk, Signals

CHUNK = 250  # shoppers at a time
LEAST_BOUGHT = 300  # bought candidates, with fewer there is no ranker and the blend's order stands


class HybridConfig(Config):
    """blend: the first stage. weeks: how long the period is that the ranker learns from. candidates_all,
    candidates_new: the blend's best, for each scope; neighbours: those that likest shoppers add. seeds: rankers that
    are averaged."""

    blend: BlendConfig = BlendConfig()
    weeks: int = Field(default=4, ge=1, le=26)
    candidates_all: int = Field(default=200, ge=10, le=2000)
    candidates_new: int = Field(default=500, ge=10, le=2000)
    neighbours: int = Field(default=100, ge=1, le=2000)
    seeds: int = Field(default=3, ge=1, le=10)


class Hybrid(Model):
    """Score of a candidate = the ranker's log-odds that she buys it within `weeks`."""

    name = "hybrid"
    config: HybridConfig

    @classmethod
    def config_type(cls) -> type[HybridConfig]:
        return HybridConfig

    def _fit(self, data: Dataset, report: Report) -> None:
        self._blend = Blend(self.config.blend).fit(data, report)
        self._ranked: dict[str, sp.csr_array] = {}
        self.importance: dict[str, dict[str, float]] = {}
        now = data.cutoff if data.cutoff is not None else data.end
        assert now is not None, "eligible items have been bought"
        since = now - pd.Timedelta(weeks=self.config.weeks)
        past, later = data.before(since), data.since(since)
        if len(past.eligible()) == 0:
            return
        before = Signals(past, Blend(self.config.blend).fit(past))
        present = Signals(data, self._blend)
        for scope in get_args(Scope):
            boosters = self._learned(before, later, scope, report)
            if boosters:
                self.importance[scope] = trees.shares(boosters, before.names)
                self._ranked[scope] = self._ranking(present, boosters, scope, report)

    def _learned(self, signals: Signals, later: Dataset, scope: Scope, report: Report) -> list[object]:
        """Rankers that tell what was bought `later`; none where too little of it was among the candidates."""
        bought, figures, found = later.relevant()[:, signals.items].tocsr(), [], []
        buyers = np.flatnonzero(signals.blend.known() & (np.diff(bought.indptr) > 0))
        for part in _parts(buyers, f"train.candidates_{scope}", report):
            chunk = self._candidates(signals, part, scope)
            rows, columns, values = signals.figures(chunk)
            figures.append(values)
            found.append(bought[part].toarray()[rows, columns] > 0)
        if sum(int(part.sum()) for part in found) < LEAST_BOUGHT:
            return []
        report(f"train.ranker_{scope}", 0, 1)
        grown = trees.grow(np.concatenate(figures), np.concatenate(found), signals.names, self.config.seeds)
        report(f"train.ranker_{scope}", 1, 1)
        return grown

    def _ranking(self, signals: Signals, boosters: list[object], scope: Scope, report: Report) -> sp.csr_array:
        """Sparse [n_users, n_eligible] of every known shopper's candidates: how far each is above her last one, + 1."""
        shape = (self.n_users, len(self.items))
        users, where, above = [], [], []
        for part in _parts(np.flatnonzero(signals.blend.known()), f"train.ranking_{scope}", report):
            rows, columns, values = signals.figures(self._candidates(signals, part, scope))
            odds = trees.log_odds(boosters, values)
            least = np.full(len(part), np.inf, dtype=np.float32)
            np.minimum.at(least, rows, odds)
            users.append(part[rows])
            where.append(columns)
            above.append(1 + odds - least[rows])
        triple = (np.concatenate(above), (np.concatenate(users), np.concatenate(where)))
        return sp.coo_array(triple, shape=shape).tocsr()

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
        found: Floats = np.where(ranked > 0, ranked, np.minimum(below, 0.0)).astype(np.float32)
        return found

    def _arrays(self) -> Arrays:
        blend = {f"blend.{name}": value for name, value in self._blend._arrays().items()}
        return blend | {f"ranked.{scope}": matrix for scope, matrix in self._ranked.items()}

    def _restore(self, arrays: Arrays) -> None:
        self._blend = Blend(self.config.blend)
        self._blend.adopt(self, {k.removeprefix("blend."): v for k, v in arrays.items() if k.startswith("blend.")})
        self._ranked = {k.removeprefix("ranked."): v for k, v in arrays.items() if k.startswith("ranked.")}


def _parts(users: Ints, step: str, report: Report) -> Iterator[Ints]:
    for at in range(0, len(users), CHUNK):
        report(step, at, len(users))
        yield users[at : at + CHUNK]
    report(step, len(users), len(users))
