"""`blend`: own habits, co-purchases, trend and taste, weighed together, with its own weights for each scope.

The weights are chosen on a validation period before the cut-off (`engine.training.blend_tuning`); the defaults below
are round figures near what that choice gives on the sample. Similarity of an item's text to the shopper's history was
tried as one more term and left out: validation gave it next to no weight, and without it no encoder has to run first.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import scipy.sparse as sp
from pydantic import Field

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays
from engine.recommend.base import Config, Scope, dense
from engine.recommend.counts import Floats, Ints, decayed_counts, shoppers_lately
from engine.recommend.ease import Ease, EaseConfig
from engine.recommend.explain import Additive
from engine.recommend.taste import SHOPPERS_SEEN, Facets

HALF_LIVES = {"recent": 30.0, "regular": 365.0, "taste": 120.0}  # days
TREND, SOON, LATE = 14.0, 7.0, 28.0  # days; momentum compares the last two
Weight = Annotated[float, Field(ge=-1e3, le=1e3)]


class Weights(Config):
    """One weight a term; see `Blend.terms`. Only their ratios matter."""

    recent: Weight = 0.0
    regular: Weight = 0.0
    ease: Weight = 0.0
    trend: Weight = 0.0
    momentum: Weight = 0.0
    taste: Weight = 0.0
    leader: Weight = 0.0


FOR_ALL = Weights(recent=1.0, regular=1.0, ease=0.05, trend=0.06, momentum=0.35, taste=0.06, leader=0.03)
FOR_UNKNOWN_SHOPPERS = Weights(ease=0.05, trend=1.0, momentum=0.2, taste=0.2)  # chosen on the sample before 2017-12-04
FOR_NEW = Weights(ease=0.5, trend=0.15, momentum=0.4, taste=0.4, leader=0.3)


class BlendConfig(Config):
    """Weights and EASE's ridge for scope "all" and for scope "new"."""

    all: Weights = FOR_ALL
    new: Weights = FOR_NEW
    ridge_all: float = Field(default=300.0, gt=0, le=1e9)
    ridge_new: float = Field(default=300.0, gt=0, le=1e9)


class Blend(Additive):
    """Score = Σ_t weight_t · term_t."""

    name = "blend"
    config: BlendConfig

    @classmethod
    def config_type(cls) -> type[BlendConfig]:
        return BlendConfig

    def terms(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        """The terms in the order of Weights, float32 [U, n_eligible] or, the same for all, [1, n_eligible].

        recent, regular  ln(1 + the shopper's decayed purchases), half-life 30 and 365 days
        ease             EASE, standardised per shopper
        trend            ln of the shoppers who bought it lately, half-life 14 days
        momentum         the same at 7 days against 28 days
        taste            ln of the share of their purchases in the item's category, type, maker ..., their mean
        leader           ln of the item's share of the recent shoppers of its category, type ..., their mean
        """
        yield "recent", self.habit(users, "recent")
        yield "regular", self.habit(users, "regular")
        yield "ease", standardised(self._ease.score(users, scope))
        yield from ((name, row[None]) for name, row in self._trends.items())
        yield "taste", self._facets.taste(self._counts["taste"][users])
        yield "leader", self._leader[None]

    def habit(self, users: Ints, term: Literal["recent", "regular"]) -> Floats:
        """A term of habit, float32 [U, n_eligible]."""
        return dense(self._counts[term][users].log1p())

    def common(self) -> dict[str, Floats]:
        """The terms that are the same for all shoppers, float32 [n_eligible] by name."""
        return {**self._trends, "leader": self._leader}

    def _fit(self, data: Dataset, report: Progress) -> None:
        report("train.counts", 0, 2)
        self._counts = {name: decayed_counts(data, self.items, days) for name, days in HALF_LIVES.items()}
        report("train.counts", 1, 2)
        self._facets = Facets.of(data, self.items)
        shoppers = {days: shoppers_lately(data, self.items, days) for days in (SOON, TREND, LATE)}
        logs = {days: np.log(count + SHOPPERS_SEEN) for days, count in shoppers.items()}
        self._trends = {"trend": logs[TREND], "momentum": logs[SOON] - logs[LATE]}
        self._leader = self._facets.leader(shoppers[TREND])
        report("train.counts", 2, 2)
        self._ease = Ease(self._ease_config()).fit(data, report)

    def score_clicks(self, rows: Ints) -> Floats:
        """Scores float32 [n_eligible] for an unknown shopper who has just clicked or taken these catalogue rows.

        Rows that are not eligible have no effect; without any other row only the trend is left.
        """
        columns = np.flatnonzero(np.isin(self.items, rows))
        taken = sp.csr_array(
            (np.ones(len(columns), dtype=np.float32), columns, [0, len(columns)]), shape=(1, len(self.items))
        )
        terms = self.common()
        if len(columns):
            terms |= {
                "ease": standardised(self._ease.score_taken(taken, "all"))[0],
                "taste": self._facets.taste(taken)[0],
            }
        weights = FOR_UNKNOWN_SHOPPERS.model_dump()
        scores: Floats = np.sum([np.float32(weights[name]) * term for name, term in terms.items()], axis=0)
        return scores

    def weighed(self, users: Ints, scope: Scope) -> tuple[Floats, dict[str, Floats]]:
        """Scores float32 [U, n_eligible] of known shoppers, and the terms that they are made of."""
        weights: Weights = getattr(self.config, scope)
        scores = np.zeros((len(users), len(self.items)), dtype=np.float32)
        terms = dict(self.terms(users, scope))
        for name, term in terms.items():
            scores += np.float32(getattr(weights, name)) * term
        return scores, terms

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        weights: Weights = getattr(self.config, scope)
        for name, term in self.terms(users, scope):
            if weight := getattr(weights, name):
                yield name, np.float32(weight) * term

    def purchases(self) -> sp.csr_array:
        """float32 [n_users, n_eligible]: the square root of decayed purchases that EASE learned from."""
        return self._ease.learned

    def _score(self, users: Ints, scope: Scope) -> Floats:
        return self.weighed(users, scope)[0]

    def _ease_config(self) -> EaseConfig:
        return EaseConfig(ridge_all=self.config.ridge_all, ridge_new=self.config.ridge_new)

    def _arrays(self) -> Arrays:
        counts = {f"counts.{name}": matrix for name, matrix in self._counts.items()}
        ease = {f"ease.{name}": value for name, value in self._ease._arrays().items()}
        rows = {**self._trends, "leader": self._leader, "codes": self._facets.codes}
        return counts | ease | rows

    def _restore(self, arrays: Arrays) -> None:
        self._counts = {name: arrays[f"counts.{name}"] for name in HALF_LIVES}
        self._trends = {name: arrays[name] for name in ("trend", "momentum")}
        self._leader, self._facets = arrays["leader"], Facets(arrays["codes"])
        self._ease = Ease(self._ease_config())
        ease = {name: value for name, value in arrays.items() if name.startswith("ease.")}
        self._ease.adopt(self, {name.removeprefix("ease."): value for name, value in ease.items()})


def standardised(scores: Floats) -> Floats:
    """Each row with mean 0 and standard deviation 1; a constant row becomes 0."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    unit: Floats = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return unit
