"""A target: the smallest λ at which a measured figure reaches a given value."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.evidence import Evidence
from engine.bench.measures import key_of, table
from engine.data.labels import SMALLEST_GROUP
from engine.data.problems import refuse
from engine.evaluation.curve import Curve, trade_off
from engine.rerank import GRID
from engine.statistics.intervals import half_samples, redrawn_means, simultaneous_low
from engine.strategy.strategy import Strategy

Array = np.ndarray
FALLING = {  # measures that variety lowers: their target is an upper limit
    "hhi", "shelf_hhi", "richness_loss", "calibration_kl", "calibration_js", "look_alike_pairs", "average_popularity",
    "history_similarity", "repeat_share", "gini", "top_share", "shared_products", "jaccard_overlap", "dice_overlap",
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """Where a figure reaches `wanted`, on a curve over λ.

    at_most      whether `wanted` is a most (a measure that variety lowers) and not a least
    diversity    the smallest λ that surely reaches it; None where none does
    best         the λ with the best sure value, and that value: what can be had where `diversity` is None
    values       float64 [L], the figure at each λ; sure: its bound on the bad side, all L holding together at 95 %
    curve        the strategy at every λ, with nDCG where later purchases are known
    """

    key: str
    wanted: float
    at_most: bool
    diversity: float | None
    best: tuple[float, float]
    values: Array
    sure: Array
    curve: Curve


def find_target(
    bench: Bench, strategy: Strategy, key: str, wanted: float, diversities: Sequence[float] = GRID
) -> Target:
    """The smallest λ of an ascending grid whose figure reaches `wanted` for shoppers like these, at 95 % confidence.

    key: any key of `measures.table`, or `name` for `name:main facet`. The bounds hold for all λ at once
    (`intervals.simultaneous_low`), so the choice among them is covered, and a figure need not rise with λ. Per-shopper
    means are redrawn by bootstrap, figures of all lists together by half-samples. Raises InputError for a key that
    cannot be measured here, a target that is not a finite number, or too few shoppers to judge by.
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    measured_key = key_of(key, evidence)
    if measured_key is None or not np.isfinite(wanted):
        problem = "this shop's data give no such figure" if measured_key is None else "a target is a finite number"
        fix = (
            f"take one of {', '.join(table(evidence))}" if measured_key is None else "write facet_entropy:category:3.2"
        )
        raise refuse("command line", "target", problem, fix, loc=("target",), value=f"{key}:{wanted}")
    costs = [k for k in ("ndcg", "ild") if key_of(k, evidence)]
    curve = trade_off(bench, strategy, diversities, keys=dict.fromkeys([*costs, measured_key]))
    if (counted := min(measured.value(measured_key)[1] for measured in curve.measured)) < SMALLEST_GROUP:
        problem, fix = f"only {counted} shoppers have such a figure", f"it takes at least {SMALLEST_GROUP} of them"
        raise refuse("command line", "too_few_shoppers", problem, fix, loc=("target",), value=measured_key)
    sign = -1.0 if measured_key.partition(":")[0] in FALLING else 1.0
    values = curve.values(measured_key)
    sure = sign * simultaneous_low(sign * values, sign * _samples(curve, measured_key, evidence))
    reached = np.flatnonzero(sign * sure >= sign * wanted)
    top = int(np.argmax(sign * sure))
    least = diversities[reached[0]] if len(reached) else None
    return Target(measured_key, wanted, sign < 0, least, (diversities[top], float(sure[top])), values, sure, curve)


def _samples(curve: Curve, key: str, evidence: Evidence) -> Array:
    """float64 [draws, L]: the figure at each λ, the same shoppers redrawn for all."""
    if key in curve.measured[0].per_user:
        known = np.stack([measured.per_user[key] for measured in curve.measured], axis=1)
        return redrawn_means(known[~np.isnan(known).all(axis=1)])
    compute, lists = table(evidence)[key].compute, curve.items
    halves = half_samples(lists.shape[1], draws=100)
    return np.array([[float(compute(items[rows], evidence)) for items in lists] for rows in halves])
