"""How each shopper's list compares with their own history, at λ = 0 and under the strategy: is it narrower?"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import Measured, key_of, measure
from engine.evaluation.curve import before_and_now
from engine.strategy.strategy import Strategy

Array = np.ndarray
AGAINST = (
    "facet_narrowing", "narrowing", "history_similarity", "calibration_js", "calibration_kl",
    "repeat_share", "novelty", "serendipity",
)  # fmt: skip


@dataclass(frozen=True)
class Personalization:
    """The lists of λ = 0 and of the strategy, measured against each shopper's history; both in the order of `rows`."""

    before: Measured
    now: Measured

    def key(self, name: str) -> str | None:
        """The measured key for a name: itself, or that of the main facet; None if it was not measured."""
        return next((key for key in self.now.keys if key.partition(":")[0] == name), None)

    def narrower(self, name: str = "facet_narrowing") -> tuple[float, float] | None:
        """Share of the shoppers judged whose list is narrower than their history (ratio below 1), before and now;
        None where nobody can be judged, because hardly any product has a known value."""
        key = self.key(name)
        if key is None:
            return None
        before, now = (_below_one(measured.per_user[key]) for measured in (self.before, self.now))
        return None if np.isnan(before) or np.isnan(now) else (before, now)


def _below_one(ratios: Array) -> float:
    judged = ratios[~np.isnan(ratios)]
    return float((judged < 1.0 - 1e-9).mean()) if len(judged) else float("nan")


def personalization(
    bench: Bench,
    strategy: Strategy,
    rows: Array | None = None,
    lists: Array | None = None,
    names: Iterable[str] = AGAINST,
) -> Personalization:
    """Measure lists against histories; of all shoppers, or of some `rows` of `bench.users`.

    lists: int64 [2, U, k], those of λ = 0 and of the strategy, where they are known already.
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    keys = [key for name in names if (key := key_of(name, evidence))]
    if lists is None:
        lists = before_and_now(bench, strategy, rows)
    if rows is not None and len(rows) < len(bench.users):
        evidence = evidence.of(rows)
    before, now = (measure(items, evidence, keys) for items in lists)
    return Personalization(before, now)
