"""The products that a training step uses."""

import numpy as np
import numpy.typing as npt

from engine.recommend.counts import Floats, Ints

SMOOTHING = 0.75  # popularity to this power, as in word2vec (Mikolov et al. 2013): rare products are seen too


def chances(popularity: Floats, size: int) -> npt.NDArray[np.float64]:
    """float64 [n]: chance of each product to be drawn, proportional to popularity^0.75 up to 1, `size` in all.

    Products are drawn independently (Poisson sampling), so the chances are exact, and weighting by 1 / chance makes
    the sampled sum of exp(score) an unbiased estimate of the sum over all. All are 1 where there are no more.
    """
    n = len(popularity)
    if size >= n:
        return np.ones(n)
    share = (popularity.astype(np.float64) + 1.0) ** SMOOTHING
    low, high = 0.0, size / share.min()
    for _ in range(60):  # Σ min(1, scale·share) = size
        scale = (low + high) / 2
        low, high = (scale, high) if np.minimum(1.0, scale * share).sum() < size else (low, scale)
    chance: npt.NDArray[np.float64] = np.minimum(1.0, high * share)
    return chance


def draw(chance: npt.NDArray[np.float64], sure: Ints, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Ascending columns int64 [C], the drawn products and the `sure` ones; and float32 [C], 1 / the chance of those
    that were drawn, 0 for those that are there for being sure alone."""
    drawn = rng.random(len(chance)) < chance
    taken = drawn.copy()
    taken[sure] = True
    columns = np.flatnonzero(taken).astype(np.int64)
    return columns, np.where(drawn[columns], 1.0 / chance[columns], 0.0).astype(np.float32)
