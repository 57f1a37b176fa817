"""Scores of different models on one scale, so that λ means the same: per shopper, over their own pool."""

import numpy as np

NORMALIZE = ("none", "minmax", "rank")


def normalized(scores: np.ndarray, candidates: np.ndarray, how: str) -> tuple[np.ndarray, np.ndarray]:
    """Scores on the scale `how` and their candidates, each [C, N], in falling order of the raw score.

    minmax: 0 = worst, 1 = best of the pool. rank: the same for the rank, equal scores share their mean rank.
    A pool whose scores are all equal becomes 1: nothing in it is worse than its best.
    Slots without a candidate go last.
    Falling order, stable: scores that float32 can no longer tell apart after scaling keep their raw order.
    """
    valid = candidates >= 0
    ordered = np.where(valid, scores, -np.inf)
    if (ordered[:, 1:] > ordered[:, :-1]).any():  # retrieval gives pools in falling order; a caller of `sweep` need not
        order = np.argsort(-ordered, axis=1, kind="stable")
        valid, ordered, candidates = (np.take_along_axis(each, order, axis=1) for each in (valid, ordered, candidates))
    ordered = ordered.astype(np.float64)
    value = ordered if how == "minmax" else -_mean_rank(ordered)
    best = np.max(value, axis=1, keepdims=True, where=valid, initial=-np.inf)
    worst = np.min(value, axis=1, keepdims=True, where=valid, initial=np.inf)
    spread = best - worst
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(spread > 0, (value - worst) / spread, 1.0)
    return np.where(valid, scaled, 0.0).astype(np.float32), candidates


def _mean_rank(falling: np.ndarray) -> np.ndarray:
    """Ranks 0, 1, … of rows already in falling order; equal values share the mean of their ranks."""
    n = falling.shape[1]
    place = np.arange(n)
    new = np.ones(falling.shape, bool)
    new[:, 1:] = falling[:, 1:] != falling[:, :-1]
    first = np.maximum.accumulate(np.where(new, place, 0), axis=1)
    closing = np.roll(new, -1, axis=1)
    closing[:, -1:] = True
    last = np.minimum.accumulate(np.where(closing, place, n)[:, ::-1], axis=1)[:, ::-1]
    return (first + last) / 2
