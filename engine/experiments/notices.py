"""Why λ changed nothing, and what is worth doing next: found from the data in front of the user, never assumed."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.experiments.bench import Bench
from engine.experiments.curve import GRID, Curve
from engine.experiments.strategy import Strategy

Array = np.ndarray
Cause = Literal["lambda_zero", "pool_too_small", "similarity_constant", "not_normalised", "gaps_too_wide"]


@dataclass(frozen=True)
class Unchanged:
    """Why lists equal those of λ = 0. `first` is the first λ of the grid that changes any, None if none does."""

    cause: Cause
    first: float | None
    spread: float  # standard deviation of the cosines within the pools looked at
    score_range: float  # mean range of the scores as the re-ranker saw them


def unchanged(bench: Bench, strategy: Strategy, rows: Array) -> Unchanged | None:
    """Why λ changes none of the lists of `rows`, or None if it changes some."""
    lists = bench.sweep(strategy, [0.0, strategy.diversity], rows).items
    if not np.array_equal(lists[0], lists[1]):
        return None
    pool = bench.candidates(strategy.surface, strategy.pool)
    items = pool.items[rows[:50]]  # a few shoppers tell as much as all
    vectors = bench.vectors(strategy.similarity)
    spread = float(np.mean([_spread(vectors[row[row >= 0]]) for row in items]))
    scores = np.where(pool.items[rows] >= 0, pool.scores[rows], np.nan)
    score_range = float(np.nanmean(np.nanmax(scores, axis=1) - np.nanmin(scores, axis=1)))
    sweep = bench.sweep(strategy, GRID, rows).items
    moved = [λ for λ, at in zip(GRID, sweep, strict=True) if not np.array_equal(at, sweep[0])]
    return Unchanged(_cause(strategy, spread, score_range, items), moved[0] if moved else None, spread, score_range)


def _cause(strategy: Strategy, spread: float, score_range: float, items: Array) -> Cause:
    if strategy.diversity == 0:
        return "lambda_zero"
    if (items >= 0).sum(axis=1).max() <= strategy.k:
        return "pool_too_small"
    if spread < 0.02:
        return "similarity_constant"
    if strategy.normalize == "none" and not 0.2 <= score_range <= 5:
        return "not_normalised"
    return "gaps_too_wide"


def _spread(vectors: Array) -> float:
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    return float(cosines.std()) if len(cosines) else 0.0


@dataclass(frozen=True)
class Advice:
    """One thing worth doing: its kind, the figures its sentence needs, and the setting that shows it."""

    kind: str
    figures: dict[str, float]
    page: Literal["tune", "compare"]
    settings: dict[str, object]


KEEP = 0.99  # the share of nDCG that advice on λ promises to keep


def advice(curves: dict[str, Curve], strategy: Strategy) -> list[Advice]:
    """What to do next, most useful first, from the curves of both surfaces under the strategy in use."""
    found = []
    for surface, curve in curves.items():
        best = room(curve)
        if best is not None:
            found.append(_room_advice(surface, curve, best, strategy))
    alike = _more_alike(curves, strategy)
    return found + ([alike] if alike else [])


def room(curve: Curve, keep: float = KEEP) -> float | None:
    """The largest λ up to which mean nDCG stays at `keep` of that at λ = 0; None without held-out purchases."""
    if "ndcg" not in curve.measured[0].per_user:
        return None
    enough = curve.values("ndcg_kept") >= keep
    return curve.diversities[int(np.argmin(enough)) - 1 if not enough.all() else -1]


def _room_advice(surface: str, curve: Curve, best: float, strategy: Strategy) -> Advice:
    at, then = curve.at(strategy.diversity), curve.at(best)
    kind = "room_up" if best > strategy.diversity else "too_far" if best < strategy.diversity else "at_the_edge"
    figures = {
        "best": best,
        "now": strategy.diversity,
        "kept": float(curve.values("ndcg_kept")[at]),
        "lost": 1 - float(curve.values("ndcg_kept")[at]),
        "kept_then": float(curve.values("ndcg_kept")[then]),
        "reach": float(curve.values("coverage")[at]),
        "reach_then": float(curve.values("coverage")[then]),
    }
    return Advice(f"{kind}_{surface}", figures, "tune", {"surface": surface, "diversity": best, "shopper": "all"})


def _more_alike(curves: dict[str, Curve], strategy: Strategy) -> Advice | None:
    """The surface whose lists reach least of the catalogue, against the other one."""
    if len(curves) < 2:
        return None
    reach = {s: float(c.values("coverage")[c.at(strategy.diversity)]) for s, c in curves.items()}
    low, high = min(reach, key=reach.__getitem__), max(reach, key=reach.__getitem__)
    top = curves[low].values("top_share")[curves[low].at(strategy.diversity)]
    figures = {"low": reach[low], "high": reach[high], "top": float(top)}
    return Advice(f"narrow_{low}", figures, "compare", {"surface": low, "diversity": max(strategy.diversity, 0.5)})
