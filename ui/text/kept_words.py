"""Relevance kept in words: compared with the plain ranking and with the ranking under rules, with intervals."""

from typing import Any

import numpy as np

from engine.evaluation.curve import Curve
from engine.evaluation.relevance_kept import KeptShares
from engine.metrics import Estimate
from engine.statistics.intervals import mean_interval
from ui.text.words import t

SCORES = ("score_kept_plain", "score_kept")


def share(estimate: Estimate) -> str:
    """A share with its interval, such as "99.4% (98.9% to 99.8%)"."""
    if not np.isfinite(estimate.value):
        return "–"
    value, low, high = (f"{100 * end:.1f}" for end in estimate)
    return t("kept.share", value=value, low=low, high=high)


def sentence(shares: KeptShares, ruling: bool) -> str:
    """A sentence on the relevance kept. With rules in use it names both references, because they differ."""
    words = {"metric": t(f"floor.of_{shares.metric}"), "n": f"{shares.n_users:,}", "plain": share(shares.plain)}
    return t("kept.both", ruled=share(shares.ruled), **words) if ruling else t("kept.one", **words)


def blocks(curve: Curve, at: int, one: bool) -> list[dict[str, Any]]:
    """The relevance that the lists at one λ keep, as blocks of a metric card; [] if it cannot be evaluated."""
    shares = curve.kept_shares(at)
    if shares is not None and not one:
        estimates = [(shares.plain, "plain"), (shares.ruled, "ruled")]
    elif curve.key("score_kept"):
        estimates = [(_score(curve, at, key, one), name) for key, name in zip(SCORES, ("plain", "ruled"), strict=True)]
    else:
        return []
    if np.array_equal(estimates[0][0], estimates[1][0], equal_nan=True):  # no rule makes them differ
        return [_block(estimates[0][0], "")]
    return [_block(estimate, t(f"kept.of_{name}")) for estimate, name in estimates]


def _score(curve: Curve, at: int, key: str, one: bool) -> Estimate:
    values = curve.measured[at].per_user[key]
    if one or np.isnan(values).all():
        return Estimate(float(values[0]), np.nan, np.nan)
    low, high = mean_interval(values[:, None])
    return Estimate(float(np.nanmean(values)), float(low[0]), float(high[0]))


def _block(estimate: Estimate, title: str) -> dict[str, Any]:
    """Value and interval; without an interval, one list's own score, nothing above 100 % is said."""
    known, sure = np.isfinite(estimate.value), np.isfinite(estimate.low)
    more = bool(known and not sure and estimate.value > 1)
    value = "–" if not known else "100" if more else f"{100 * estimate.value:.1f}"
    low, high = (f"{100 * end:.1f}" for end in estimate[1:])
    return {
        "title": title, "value": value, "unit": "%" if known else "", "change": "", "tone": "",
        "from": t("kept.interval", low=low, high=high) if sure else t("kept.or_more") if more else "", "spark": None,
    }  # fmt: skip
