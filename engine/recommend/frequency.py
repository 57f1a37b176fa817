"""`frequency`: what the shopper buys often and lately, which is hard to beat on repeats."""

from collections.abc import Iterator

from pydantic import Field

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays
from engine.recommend.base import Config, Scope, dense
from engine.recommend.counts import Floats, Ints, decayed_counts
from engine.recommend.explain import TREND, Additive


class FrequencyConfig(Config):
    """half_life: days after which a purchase counts half."""

    half_life: float = Field(default=120.0, gt=0, le=3650)


TIE = 1e-4  # a purchase loses this share in about 25 minutes at a half-life of 120 days


class Frequency(Additive):
    """Score = Σ 0.5^(age / half_life) over the shopper's purchases of the item, plus at most TIE by the item's trend.

    Products of one basket would tie, and so would all that the shopper never bought; the trend settles both.
    """

    name = "frequency"
    config: FrequencyConfig

    @classmethod
    def config_type(cls) -> type[FrequencyConfig]:
        return FrequencyConfig

    def _fit(self, data: Dataset, report: Progress) -> None:
        self._counts = decayed_counts(data, self.items, self.config.half_life)
        report("train.counts", 1, 1)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        scores: Floats = dense(self._counts[users]) + self._ties()
        return scores

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        yield "recent", dense(self._counts[users])
        yield TREND, self._ties()[None]

    def _ties(self) -> Floats:
        ties: Floats = TIE * (self._trend / self._trend.max())
        return ties

    def _arrays(self) -> Arrays:
        return {"counts": self._counts}

    def _restore(self, arrays: Arrays) -> None:
        self._counts = arrays["counts"]
