"""The curve over spread σ: what a strategy's lists are worth at every σ, at its own λ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import Progress, silent
from engine.evaluation.pairs.plane import FINE
from engine.evaluation.relevance_kept import kept_shares
from engine.metrics import Estimate
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Against, Strategy

WHOLE = ("coverage", "shared_products")


@dataclass(frozen=True)
class SpreadPoint:
    """What the lists of all shoppers are worth at one σ.

    spread           σ in [0, 1]
    ndcg_kept        mean nDCG as a share of the reference's, with its 95 % interval; NaN without later purchases
    coverage         share in [0, 1] of the eligible products that stand in some list
    shared_products  products that two lists share on average, 0 to k
    """

    spread: float
    ndcg_kept: Estimate
    coverage: float
    shared_products: float


@dataclass(frozen=True)
class SpreadCurve:
    """The figures of a strategy by σ.

    points  by rising σ, without exposure floor
    now     the strategy itself, which is not on their line where it has an exposure floor
    """

    points: tuple[SpreadPoint, ...]
    now: SpreadPoint

    def widest(self, keep: float) -> SpreadPoint | None:
        """The point with the largest σ that keeps `keep` of nDCG, by the estimate alone; None where none does."""
        enough = [point for point in self.points if point.ndcg_kept.value >= keep]
        return enough[-1] if enough else None


def spread_curve(
    bench: Bench, strategy: Strategy, spreads: Sequence[float] = FINE, against: Against = "plain",
    report: Progress = silent,
) -> SpreadCurve:  # fmt: skip
    """A strategy's lists at every σ of `spreads`, and as it is; λ and rules stay, the exposure floor is left out.

    against: the reference of nDCG kept, as for `relevance_kept`. report: called before each σ; it may raise to cancel.
    Raises InputError as `make_slates` does, ValueError for a σ above 0 where `normalize` is "none".
    """
    points = []
    for number, spread in enumerate(spreads):
        report("spread", number, len(spreads) + 1)
        points.append(_point(bench, strategy.at(spread=spread, exposure=None), against))
    report("spread", len(spreads), len(spreads) + 1)
    return SpreadCurve(tuple(points), _point(bench, strategy, against))


def _point(bench: Bench, strategy: Strategy, against: Against) -> SpreadPoint:
    measured = measure(lists_of(bench, strategy), bench.evidence(scope_of(strategy.surface)), WHOLE)
    kept = Estimate(np.nan, np.nan, np.nan)
    if bench.future is not None:
        kept = kept_shares(bench, strategy).of(against)
    coverage, shared = (measured.value(name)[0] for name in WHOLE)
    return SpreadPoint(strategy.spread, kept, float(coverage), float(shared))
