"""Advice: why λ changed nothing, and the recommended next steps, from the lists in view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.bench.bench import Bench
from engine.evaluation.curve import Curve, before_and_now
from engine.evaluation.recommended import Recommended
from engine.rerank import GRID
from engine.slates.make import sweep_slates
from engine.slates.shopper_sweep import shopper_sweep
from engine.slates.similarity import similarity
from engine.strategy.strategy import Strategy

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
    items = pool.items[:50]  # a sample of the shoppers is enough
    spread = float(np.mean([_spread(similarity(bench, strategy, row[row >= 0])) for row in items]))
    known = np.where(pool.items >= 0, pool.scores, np.nan)
    known = known[np.isfinite(known).any(axis=1)]
    score_range = float(np.mean(np.nanmax(known, axis=1) - np.nanmin(known, axis=1))) if len(known) else 0.0
    candidates = int((pool.items >= 0).sum(axis=1).max())
    lists = _on_grid(bench, strategy.list_by_list, rows)
    first = next((level for level, at in zip(GRID, lists, strict=True) if not np.array_equal(at, lists[0])), None)
    return Unchanged(_cause(strategy, candidates, spread, score_range), first, candidates, spread, score_range)


def _on_grid(bench: Bench, strategy: Strategy, rows: Array) -> Array:
    """The lists int64 [L, U, k] at each λ of GRID; one shopper's are kept with the bench."""
    if len(rows) == 1:
        return shopper_sweep(bench, strategy, int(rows[0])).items(*GRID)
    lists: Array = sweep_slates(bench, strategy, GRID, rows).items
    return lists


def _cause(strategy: Strategy, candidates: int, spread: float, score_range: float) -> Cause:
    if candidates <= strategy.k:
        return "few_candidates" if candidates < strategy.pool else "pool_too_small"
    if spread < 0.02:
        return "similarity_constant"
    if strategy.normalize == "none" and not 0.2 <= score_range <= 5:
        return "not_normalised"
    return "gaps_too_wide"


def _spread(similarity: Array) -> float:
    pairs = similarity[np.triu_indices(len(similarity), 1)]
    return float(pairs.std()) if len(pairs) else 0.0


@dataclass(frozen=True)
class Advice:
    """One piece of advice: its kind, the figures its sentence needs, and the settings that show it.

    recommended: for advice on λ, the recommendation that it rests on.
    """

    kind: str
    figures: dict[str, float]
    page: Literal["tune", "compare"]
    settings: dict[str, object]
    recommended: Recommended | None = None


def advice(
    curves: dict[str, Curve], strategies: Mapping[str, Strategy], best: Mapping[str, Recommended | None]
) -> list[Advice]:
    """The recommended next steps, the most useful first.

    It uses the curves of all surfaces under the strategy in use on each, and the λ recommended there.
    """
    entries = [
        _level_advice(surface, curve, recommended, strategies[surface])
        for surface, curve in curves.items()
        if (recommended := best.get(surface)) is not None
    ]
    coverage_advice = _more_alike(curves, strategies)
    return entries + ([coverage_advice] if coverage_advice else [])


def _level_advice(surface: str, curve: Curve, best: Recommended, strategy: Strategy) -> Advice:
    """Advice on λ: it can rise, should fall or is right, or the rules alone break the floor."""
    test, floor = best.test, best.floor
    level = strategy.diversity
    kind = "room_up" if best.diversity > level else "too_far" if best.diversity < level else "at_the_edge"
    now = curve.kept_shares(curve.at(level), floor.metric)
    figures = {"best": best.diversity, "keep": floor.keep}
    figures |= {name: float(getattr(test, name)[test.at]) for name in ("kept", "low", "high")}
    if now is not None:
        figures |= {f"now_{name}": value for name, value in now.of(floor.against)._asdict().items()}
    settings = {"surface": surface, "diversity": best.diversity, "shopper": "all"}
    return Advice(kind if test.met else "rules_break", figures, "tune", settings, best)


def _more_alike(curves: dict[str, Curve], strategies: Mapping[str, Strategy]) -> Advice | None:
    """Advice on the surface whose lists cover least of the catalogue, compared with the other one."""
    if len(curves) < 2:
        return None
    levels = {surface: strategies[surface].diversity for surface in curves}
    reach = {s: float(c.values("coverage")[c.at(levels[s])]) for s, c in curves.items()}
    low, high = min(reach, key=reach.__getitem__), max(reach, key=reach.__getitem__)
    top = curves[low].values("top_share")[curves[low].at(levels[low])]
    figures = {"low": reach[low], "high": reach[high], "top": float(top)}
    return Advice(f"narrow_{low}", figures, "compare", {"surface": low, "diversity": max(levels[low], 0.5)})
