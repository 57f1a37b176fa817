"""`popularity`: what many shoppers bought lately, the same for everybody."""

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays
from engine.recommend.base import TREND_HALF_LIFE, Config, Scope
from engine.recommend.counts import Floats, Ints, shoppers_lately
from engine.recommend.explain import TREND, Additive


class PopularityConfig(Config):
    """half_life: days after which a shopper's last purchase of an item counts half."""

    half_life: float = Field(default=TREND_HALF_LIFE, gt=0, le=3650)


class Popularity(Additive):
    """Score = Σ over shoppers of 0.5^(age of their last purchase / half_life)."""

    name = "popularity"
    config: PopularityConfig

    @classmethod
    def config_type(cls) -> type[PopularityConfig]:
        return PopularityConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        self._scores = shoppers_lately(data, self.items, self.config.half_life)
        report("train.trend", 1, 1)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        return np.tile(self._scores, (len(users), 1))

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        yield TREND, self._scores[None]

    def _arrays(self) -> Arrays:
        return {"scores": self._scores}

    def _restore(self, arrays: Arrays) -> None:
        self._scores = arrays["scores"]
