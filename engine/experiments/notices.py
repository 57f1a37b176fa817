"""Why λ changed nothing, and what is worth doing next: found from the data in front of the user, never assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.experiments.bench import Bench
from engine.experiments.curve import GRID, Curve, before_and_now
from engine.experiments.strategy import Strategy

Array = np.ndarray
Cause = Literal["pool_too_small", "few_candidates", "similarity_constant", "not_normalised", "gaps_too_wide"]


@dataclass(frozen=True)
class Unchanged:
    """Why lists equal those of λ = 0.

    first       the first λ of the grid that changes any of them, None if none does
    candidates  the most that any of the shoppers has
    spread      standard deviation of the similarities within the pools looked at
    score_range mean range of the scores as the re-ranker saw them
    """

    cause: Cause
    first: float | None
    candidates: int
    spread: float
    score_range: float


def unchanged(bench: Bench, strategy: Strategy, rows: Array, lists: Array | None = None) -> Unchanged | None:
    """Why λ changes none of the lists of `rows`, or None if it changes some or is 0.

    lists: int64 [2, U, k], those of λ = 0 and of the strategy, where they are known already.
    """
    if strategy.diversity == 0:
        return None
    if lists is None:
        lists = before_and_now(bench, strategy, rows)
    if not np.array_equal(lists[0], lists[1]):
        return None
    pool = bench.pool(strategy, rows)
    items = pool.items[:50]  # a few shoppers tell as much as all
    spread = float(np.mean([_spread(bench.likeness(strategy, row[row >= 0])) for row in items]))
    known = np.where(pool.items >= 0, pool.scores, np.nan)
    known = known[np.isfinite(known).any(axis=1)]
    score_range = float(np.mean(np.nanmax(known, axis=1) - np.nanmin(known, axis=1))) if len(known) else 0.0
    candidates = int((pool.items >= 0).sum(axis=1).max())
    sweep = bench.sweep(strategy.at(exposure=None), GRID, rows).items
    moved = [level for level, at in zip(GRID, sweep, strict=True) if not np.array_equal(at, sweep[0])]
    first = moved[0] if moved else None
    return Unchanged(_cause(strategy, candidates, spread, score_range), first, candidates, spread, score_range)


def _cause(strategy: Strategy, candidates: int, spread: float, score_range: float) -> Cause:
    if candidates <= strategy.k:
        return "few_candidates" if candidates < strategy.pool else "pool_too_small"
    if spread < 0.02:
        return "similarity_constant"
    if strategy.normalize == "none" and not 0.2 <= score_range <= 5:
        return "not_normalised"
    return "gaps_too_wide"


def _spread(likeness: Array) -> float:
    pairs = likeness[np.triu_indices(len(likeness), 1)]
    return float(pairs.std()) if len(pairs) else 0.0


@dataclass(frozen=True)
class Advice:
    """One thing worth doing: its kind, the figures its sentence needs, and the setting that shows it."""

    kind: str
    figures: dict[str, float]
    page: Literal["tune", "compare"]
    settings: dict[str, object]


KEEP = 0.99  # the share of nDCG that advice on λ promises to keep


def advice(curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> list[Advice]:
    """What to do next, most useful first, from the curves of both surfaces under the strategy in use on each.

    Where a floor says how far λ may go, nothing is said of that.
    """
    found = []
    for surface, curve in curves.items():
        best = room(curve)
        if best is not None and strategies[surface].floor is None:
            found.append(_room_advice(surface, curve, best, strategies[surface]))
    alike = _more_alike(curves, strategies)
    return found + ([alike] if alike else [])


def room(curve: Curve, keep: float = KEEP) -> float | None:
    """The largest λ up to which mean nDCG stays at `keep` of that at λ = 0; None where it cannot be judged."""
    kept = curve.values("ndcg_kept")
    if not np.isfinite(kept[0]):
        return None  # nobody bought anything that was listed: there is nothing to keep
    short = np.flatnonzero(~(kept >= keep))
    return curve.diversities[short[0] - 1 if len(short) else -1]


def _room_advice(surface: str, curve: Curve, best: float, strategy: Strategy) -> Advice:
    at, then = curve.at(strategy.diversity), curve.at(best)
    kind = "room_up" if best > strategy.diversity else "too_far" if best < strategy.diversity else "at_the_edge"
    figures = {
        "best": best,
        "kept": float(curve.values("ndcg_kept")[at]),
        "lost": 1 - float(curve.values("ndcg_kept")[at]),
        "kept_then": float(curve.values("ndcg_kept")[then]),
        "reach_then": float(curve.values("coverage")[then]),
    }
    return Advice(f"{kind}_{surface}", figures, "tune", {"surface": surface, "diversity": best, "shopper": "all"})


def _more_alike(curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> Advice | None:
    """The surface whose lists reach least of the catalogue, against the other one."""
    if len(curves) < 2:
        return None
    levels = {surface: strategies[surface].diversity for surface in curves}
    reach = {s: float(c.values("coverage")[c.at(levels[s])]) for s, c in curves.items()}
    low, high = min(reach, key=reach.__getitem__), max(reach, key=reach.__getitem__)
    top = curves[low].values("top_share")[curves[low].at(levels[low])]
    figures = {"low": reach[low], "high": reach[high], "top": float(top)}
    return Advice(f"narrow_{low}", figures, "compare", {"surface": low, "diversity": max(levels[low], 0.5)})
