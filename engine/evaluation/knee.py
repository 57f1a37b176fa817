"""The knee of a trade-off curve: the λ after which relevance is lost faster than diversity is gained."""

import numpy as np

from engine.evaluation.curve import Curve

Array = np.ndarray


def knee(curve: Curve, gain: str = "ild") -> float | None:
    """The λ at the knee of relevance kept over the measure `gain`; None where there is no knee, or nothing was
    measured.

    Relevance kept is nDCG as a share of that at λ = 0, or a single shopper's score where that was measured instead.
    """
    lost = curve.key("score_kept") or curve.key("ndcg_kept")
    if lost is None or curve.key(gain) is None:
        return None
    at = bend(curve.values(curve.key(gain) or gain), curve.values(lost))
    return None if at is None else curve.diversities[at]


def bend(gain: Array, relevance: Array) -> int | None:
    """The position where `relevance` bends down over `gain`, both float [L] along one curve; None for a straight line.

    Kneedle (Satopää et al. 2011) on a falling, concave curve: both axes are scaled to 0–1, and the knee is the point
    highest above the chord, if it clears their threshold with S = 1: one mean step of the gain. Only points that gain
    more than every one before count. NaN, fewer than three such points, or a curve that does not fall: None.
    """
    if not len(gain) or not (np.isfinite(gain).all() and np.isfinite(relevance).all()):
        return None
    before = np.maximum.accumulate(np.concatenate([[-np.inf], gain[:-1]]))
    rising = np.flatnonzero(gain > before)
    x, y = gain[rising], relevance[rising]
    if len(rising) < 3 or not y[0] > y[-1]:
        return None
    above = (x - x[0]) / (x[-1] - x[0]) - (y[0] - y) / (y[0] - y[-1])
    at = int(above.argmax())
    return int(rising[at]) if above[at] > 1 / (len(rising) - 1) else None
