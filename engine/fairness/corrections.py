"""Corrections for many tests, sizes of effects, and the smallest gap that could have been found."""

import numpy as np
from scipy import stats

from engine.fairness.moments import Moments
from engine.metrics.slates import divide

Array = np.ndarray
FALSE_DISCOVERIES = 0.05
POWER = 0.85  # aimed at, so that 80 % is kept although the standard error is itself estimated


def adjusted(p: Array) -> Array:
    """q float64 [T] of Benjamini & Hochberg 1995: the smallest false discovery rate at which each test is significant.

    q of the i-th smallest p is min over j ≥ i of p_j·m/j; NaN is no test and stays NaN.
    """
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def hedges_g(moments: Moments) -> Array:
    """Difference in pooled standard deviations, [G, M], with the correction 1 − 3/(4·df − 1) (Hedges 1981).

    About 0.2 is called small, 0.5 medium, 0.8 large (Cohen 1988). NaN without spread.
    """
    freedom = moments.n + moments.n_rest - 2
    pooled = (moments.n - 1) * moments.variance + (moments.n_rest - 1) * moments.variance_rest
    spread = np.sqrt(np.maximum(divide(pooled, freedom), 0.0))
    return divide(moments.difference, spread) * (1 - divide(3.0, 4 * freedom - 1))


def alpha_of(family: int) -> float:
    """The level at which one test of a family is sure to be significant: 0.05 / family.

    By Bonferroni; Benjamini–Hochberg rejects at least as much.
    """
    return FALSE_DISCOVERIES / max(family, 1)


def detectable(error: Array | float, family: int) -> Array:
    """Smallest difference that a normal test finds in at least 80 % of cases as the only true one of `family`.

    (z(1 − α/2) + z(0.85)) · standard error, α = 0.05 / family (Cohen 1988, ch. 2).
    """
    return np.asarray((stats.norm.isf(alpha_of(family) / 2) + stats.norm.ppf(POWER)) * error)


def cohens_h(first: Array, second: Array) -> Array:
    """Difference of two shares on the arcsine scale, 2·asin √p − 2·asin √q (Cohen 1988, ch. 6)."""
    clipped = [np.clip(share, 0.0, 1.0) for share in (first, second)]
    return np.asarray(2 * np.arcsin(np.sqrt(clipped[0])) - 2 * np.arcsin(np.sqrt(clipped[1])))
