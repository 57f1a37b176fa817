"""Slate against history: does a shopper's list keep the proportions of what they bought?

Profiles [U, n_values] hold the shares of the facet's values in each history; rows are divided by their sum,
so weights do as well. The slate's shares count slots alike, unknown values left out. A row of zeros (no
history) or a slate without a known value: NaN.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.facets import UNKNOWN_CODE, same_value, slot_codes
from engine.metrics.slates import Flags, Floats, check_users, divide

SMOOTHING = 0.01  # Steck 2018, section 3: q̃ = (1 - α)·q + α·p with α = 0.01
HALF_LIFE = 120.0  # days


def _compare(slates: ArrayLike, codes: ArrayLike, profiles: ArrayLike) -> tuple[Floats, Floats, Floats, Flags]:
    """Per slot: history share p, slate share q, weight 1/(slots with the same value); and who can be judged.

    Summing a term over slots with that weight sums it over the slate's distinct values, so that no dense
    [U, n_values] of the slates is needed: values outside the slate have q = 0 and a closed form.
    """
    values = slot_codes(slates, codes)
    history = np.asarray(profiles, dtype=np.float64)
    check_users(values, history, "profiles")
    if not np.isfinite(history).all() or history.min(initial=0.0) < 0:
        raise ValueError("profiles must be finite and not negative")
    if values.max(initial=UNKNOWN_CODE) >= history.shape[1]:
        raise ValueError(f"slates hold facet value {values.max()}, but profiles have {history.shape[1]} values")
    known = values != UNKNOWN_CODE
    sums = history.sum(axis=1, keepdims=True)
    seen = np.take_along_axis(history, np.where(known, values, 0), axis=1)
    p = np.where(known, divide(seen, sums), 0.0)
    same = same_value(values)
    q = np.where(known, divide(same, known.sum(axis=1, keepdims=True)), 0.0)
    return p, q, np.where(known, 1.0 / same, 0.0), known.any(axis=1) & (sums[:, 0] > 0)


def calibration_kl(slates: ArrayLike, codes: ArrayLike, profiles: ArrayLike) -> Floats:
    """Kullback–Leibler divergence KL(p‖q̃) in bits, float64 [U] in [0, log2 100]; 0 = as in the history.

    q̃ = 0.99·q + 0.01·p (Steck 2018, eq. 6 and 7).

    A history of one value, and a list of it:
    >>> calibration_kl([[0, 1]], [0, 0], [[1.0, 0.0]]).tolist()
    [0.0]
    """
    p, q, weight, judged = _compare(slates, codes, profiles)
    smoothed = (1.0 - SMOOTHING) * q + SMOOTHING * p
    ratio = np.where(p > 0, p, 1.0) / np.where(p > 0, smoothed, 1.0)
    inside = (weight * p * np.log2(ratio)).sum(axis=1)
    outside = (1.0 - (weight * p).sum(axis=1)) * -np.log2(SMOOTHING)
    return np.where(judged, np.maximum(inside + outside, 0.0), np.nan)


def calibration_js(slates: ArrayLike, codes: ArrayLike, profiles: ArrayLike) -> Floats:
    """Jensen–Shannon divergence of p and q in bits, float64 [U] in [0, 1] (Lin 1991; not its root).

    A history of value 0, a list of value 1:
    >>> calibration_js([[1]], [0, 1], [[1.0, 0.0]]).tolist()
    [1.0]
    """
    p, q, weight, judged = _compare(slates, codes, profiles)
    middle = np.where(q > 0, (p + q) / 2.0, 1.0)
    from_p = p * np.log2(np.where(p > 0, p, middle) / middle)
    from_q = q * np.log2(np.where(q > 0, q, middle) / middle)
    inside = (weight * (from_p + from_q)).sum(axis=1)
    outside = 1.0 - (weight * p).sum(axis=1)
    return np.where(judged, np.clip((inside + outside) / 2.0, 0.0, 1.0), np.nan)


def recency(users: ArrayLike, ages: ArrayLike, n_users: int, half_life: float = HALF_LIFE) -> Floats:
    """What each interaction weighs in its history: 2^(−days since it / half_life), 1 for the newest; float64 [n].

    users: whose interaction it is, below ``n_users``; ages in days. Counted from each shopper's newest one, which
    changes no share, so that an old history does not underflow.

    The same shopper's purchases, 0 and 30 days old, at a half-life of 30 days:
    >>> recency([0, 0], [0.0, 30.0], 1, 30.0).tolist()
    [1.0, 0.5]
    """
    who, age = np.asarray(users), np.asarray(ages, dtype=np.float64)
    newest = np.full(n_users, np.inf)
    np.minimum.at(newest, who, age)
    weights: Floats = np.exp2((newest[who] - age) / half_life)
    return weights


def history_profile(
    users: ArrayLike,
    codes: ArrayLike,
    ages: ArrayLike,
    shape: tuple[int, int],
    half_life: float = HALF_LIFE,
) -> Floats:
    """Recency-weighted facet shares of each history, float64 ``shape`` = [U, n_values]; rows sum to 1 or 0.

    One entry an interaction: user row, facet value of its item (-1 = unknown, dropped) and age in days
    before the moment of judging. An interaction weighs 2^(−age / half_life).
    Raises ValueError: unequal lengths, rows or values out of range, a negative age (an interaction after
    the cut-off would leak), half_life ≤ 0.

    >>> history_profile([0, 0], [0, 1], [0.0, 0.0], (1, 2)).tolist()
    [[0.5, 0.5]]
    """
    who, what, age = np.asarray(users), np.asarray(codes), np.asarray(ages, dtype=np.float64)
    n_users, n_values = shape
    if not who.shape == what.shape == age.shape or who.ndim != 1:
        raise ValueError(f"users, codes and ages must be equally long, got {who.shape}, {what.shape}, {age.shape}")
    if not half_life > 0:
        raise ValueError(f"half_life must be more than 0 days, got {half_life}")
    if not np.isfinite(age).all() or age.min(initial=0.0) < 0:
        raise ValueError("ages must be finite and not negative: an interaction after the cut-off would leak")
    known = what != UNKNOWN_CODE
    who, what, age = who[known].astype(np.int64), what[known].astype(np.int64), age[known]
    if who.size and (who.min() < 0 or who.max() >= n_users or what.min() < 0 or what.max() >= n_values):
        raise ValueError(f"users or codes lie outside the shape {shape}")
    weights = recency(who, age, n_users, half_life)
    profile = np.bincount(who * n_values + what, weights, minlength=n_users * n_values).reshape(shape)
    return np.nan_to_num(divide(profile, profile.sum(axis=1, keepdims=True)), nan=0.0)
