"""Paired tests: is one model better than another for the same shoppers, or is it chance?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.statistics.intervals import mean_interval

Array = np.ndarray
FLIPS = 10_000
CHUNK = 1_000  # sign vectors held at once


@dataclass(frozen=True)
class Paired:
    """Mean of (new − old) over shoppers whom both could be judged for, its 95 % bootstrap interval over shoppers, and
    the two-sided p of the sign-flip test; NaN where there is nobody."""

    difference: float
    low: float
    high: float
    p: float
    n_users: int


def paired(new: Array, old: Array, seed: int = 0) -> Paired:
    """Test per-shopper figures float [U] of two models against each other; NaN on either side leaves the shopper out.

    Under "no difference" each shopper's difference is as likely as its negative (Fisher 1935, §21; Smucker et al.
    2007 for rankings): p = (1 + flips at least as far from 0) / (1 + FLIPS). Raises ValueError for other shapes.
    """
    if new.shape != old.shape or new.ndim != 1:
        raise ValueError(f"new and old must both be [users], got {new.shape} and {old.shape}")
    differences = new - old
    differences = differences[~np.isnan(differences)]
    n = len(differences)
    if n == 0:
        return Paired(np.nan, np.nan, np.nan, np.nan, 0)
    low, high = mean_interval(differences[:, None], seed=seed)
    mean, nonzero = float(differences.mean()), differences[differences != 0]  # a tie stays one, however it is flipped
    far = 0
    rng = np.random.default_rng(seed)
    for _ in range(FLIPS // CHUNK if len(nonzero) else 0):
        signs = rng.integers(0, 2, size=(CHUNK, len(nonzero)), dtype=np.int8) * 2 - 1
        flipped = signs @ nonzero
        far += int((np.abs(flipped) >= abs(nonzero.sum()) * (1 - 1e-12)).sum())
    p = (1 + far) / (1 + FLIPS) if len(nonzero) else 1.0
    return Paired(mean, float(low[0]), float(high[0]), p, n)


def adjusted(ps: Sequence[float]) -> list[float]:
    """The ps of one family of tests by Benjamini–Hochberg (1995): the share of false alarms to expect; NaN stays."""
    from engine.fairness.corrections import adjusted as of_family  # pages that test nothing load no statistics

    return [float(q) for q in of_family(np.asarray(ps, dtype=np.float64))]
