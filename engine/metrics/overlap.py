"""How much the slates of different shoppers have in common, over all pairs of shoppers.

A pair of empty slates has no overlap to speak of and is left out; an empty slate against a filled one is 0.
A slate is a set: an item twice in it is refused.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from engine.metrics.slates import EMPTY, Ints, check_slates, divide

EXACT_USERS = 20_000  # up to here every pair is counted: 2·10^8 of them in seconds
ROWS = 256  # shoppers at a time, so that a block of pairs stays below 256 × 20,000 numbers
HEAVY = 32  # items in more than 1/32 of the slates are multiplied as a dense matrix

Measure = Literal["jaccard", "dice"]


class Estimate(NamedTuple):
    value: float
    low: float
    high: float


def _incidence(slates: Ints) -> sparse.csr_array:
    """Which shopper sees which of the items shown, float32 [U, distinct items]."""
    filled = slates != EMPTY
    items, place = np.unique(slates[filled], return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(filled.sum(axis=1))])
    shape = (len(slates), len(items))
    return sparse.csr_array((np.ones(place.size, np.float32), place, starts), shape=shape)


def _n_pairs(slates: Ints) -> int:
    """Pairs of shoppers, those of two empty slates left out."""
    n_users, n_empty = len(slates), int((slates == EMPTY).all(axis=1).sum())
    return (n_users * (n_users - 1) - n_empty * (n_empty - 1)) // 2


def common_blocks(slates: Ints, upper: bool = True) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """A·Aᵀ by blocks of rows: the first row's number, and the products in common, float32 [rows, columns].

    ``upper`` leaves out the columns before the first row. A few items that almost everybody sees would fill the
    sparse product, so they go through a dense one.
    """
    shown = _incidence(slates)
    popular = np.asarray(shown.sum(axis=0)).ravel() > len(slates) / HEAVY
    heavy = shown[:, popular].toarray()  # [U, at most 32·k]
    light = shown[:, ~popular].tocsr()
    for start in range(0, len(slates), ROWS):
        first = start if upper else 0
        common = heavy[start : start + ROWS] @ heavy[first:].T
        few = (light[start : start + ROWS] @ light[first:].T).tocoo()
        common[few.coords] += few.data
        yield start, common


def _mean_overlap(slates: Ints, measure: Measure) -> float:
    """Mean over all pairs, from A·Aᵀ by blocks of rows on and above the diagonal."""
    n_pairs = _n_pairs(slates)
    if not n_pairs:
        return float("nan")
    sizes = (slates != EMPTY).sum(axis=1).astype(np.float32)
    return sum(_sum_pairs(common, sizes[start:], measure) for start, common in common_blocks(slates)) / n_pairs


def _sum_pairs(common: NDArray[np.float32], sizes: NDArray[np.float32], measure: Measure) -> float:
    """Σ of the measure over the pairs (r, c > r) of a block [rows, columns] that starts on the diagonal."""
    common[np.tril_indices(len(common))] = 0.0  # a shopper paired with themselves, and pairs already seen
    return float(_overlaps(common, sizes[: len(common)], sizes, measure).sum())


def _overlaps(
    common: NDArray[np.float32], rows: NDArray[np.float32], columns: NDArray[np.float32], measure: Measure
) -> NDArray[np.float64]:
    """The measure of every pair of a block, float64 in the shape of ``common``, which is overwritten."""
    both = rows[:, None] + columns
    if measure == "jaccard":
        both -= common
    else:
        common *= 2.0
    measured: NDArray[np.float64] = np.divide(common, np.maximum(both, 1.0), dtype=np.float64)
    return measured


def overlap_of_samples(slates: ArrayLike, samples: ArrayLike, measure: Measure = "jaccard") -> NDArray[np.float64]:
    """Mean overlap within each of several samples of the shoppers, float64 [S]; what resampling needs.

    samples int [S, m]: rows of the slates, each at most once in a sample. All pairs are visited once, for all samples
    together: with w the sample's indicator and J the overlaps, the sum over its pairs is wᵀJw / 2. As jaccard_overlap
    of ``slates[sample]``, within 1e-6; more than 20,000 shoppers take more than seconds here.

    >>> overlap_of_samples([[0, 1], [0, 1], [2, 3]], [[0, 1], [0, 2]]).tolist()
    [1.0, 0.0]
    """
    checked, rows = check_slates(slates, distinct=True), np.asarray(samples)
    chosen = np.zeros((len(rows), len(checked)), dtype=np.float32)
    chosen[np.arange(len(rows))[:, None], rows] = 1.0
    sizes = (checked != EMPTY).sum(axis=1).astype(np.float32)
    total = np.zeros(len(rows))
    for start, common in common_blocks(checked):
        block = slice(start, start + len(common))
        common[np.tril_indices(len(common))] = 0.0
        pairs = _overlaps(common, sizes[block], sizes[start:], measure).astype(np.float32)
        total += np.einsum("sr,sr->s", chosen[:, block], chosen[:, start:] @ pairs.T, dtype=np.float64)
    n, empty = rows.shape[1], (sizes[rows] == 0).sum(axis=1)
    return divide(total, (n * (n - 1) - empty * (empty - 1)) // 2)


def drawn(slates: Ints, seed: int) -> Ints:
    """The slates that are compared pair by pair: all, or EXACT_USERS of them."""
    if len(slates) <= EXACT_USERS:
        return slates
    return slates[np.random.default_rng(seed).choice(len(slates), EXACT_USERS, replace=False)]


def _overlap(slates: ArrayLike, measure: Measure, seed: int) -> float:
    return _mean_overlap(drawn(check_slates(slates, distinct=True), seed), measure)


def jaccard_overlap(slates: ArrayLike, seed: int = 0) -> float:
    """Mean |A ∩ B| / |A ∪ B| over all pairs of shoppers, in [0, 1]; NaN without a pair.

    Exact to 20,000 shoppers, beyond that over 20,000 of them drawn with ``seed`` (see overlap_interval).

    >>> jaccard_overlap([[0, 1, 2], [1, 2, 3]])
    0.5
    """
    return _overlap(slates, "jaccard", seed)


def dice_overlap(slates: ArrayLike, seed: int = 0) -> float:
    """Mean 2·|A ∩ B| / (|A| + |B|) (Sørensen–Dice) over all pairs, as jaccard_overlap.

    >>> round(dice_overlap([[0, 1, 2], [1, 2, 3]]), 3)
    0.667
    """
    return _overlap(slates, "dice", seed)


def overlap_interval(
    slates: ArrayLike, measure: Measure = "jaccard", level: float = 0.95, draws: int = 200, seed: int = 0
) -> Estimate:
    """Mean overlap with the interval in which it lies for shoppers like these.

    Subsampling without replacement (Politis & Romano 1994), since a shopper drawn twice would overlap with
    themselves: ``draws`` subsamples of b of n shoppers, their deviations scaled by √(b / (n − b)). Where
    more than 20,000 shoppers are sampled, n is 20,000: the interval holds the error of that sample too.
    Raises ValueError: fewer than 8 shoppers, level outside (0, 1), unknown measure.

    Lists that are all the same overlap fully, whoever the shoppers are:
    >>> tuple(map(float, overlap_interval([[0, 1]] * 8)))
    (1.0, 1.0, 1.0)
    """
    checked = check_slates(slates, distinct=True)
    if len(checked) < 8:
        raise ValueError(f"an interval needs at least 8 shoppers, got {len(checked)}")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie in (0, 1), got {level}")
    if measure not in ("jaccard", "dice"):
        raise ValueError(f"measure must be 'jaccard' or 'dice', got {measure!r}")
    value = _overlap(checked, measure, seed)
    n_users = min(len(checked), EXACT_USERS)
    size = max(2, min(n_users // 4, 500))
    rng = np.random.default_rng([seed, 1])
    samples = (checked[rng.choice(len(checked), size, replace=False)] for _ in range(draws))
    overlaps = np.array([_mean_overlap(sample, measure) for sample in samples])
    deviations = (overlaps[~np.isnan(overlaps)] - value) * np.sqrt(size / (n_users - size))
    if not deviations.size:
        return Estimate(value, float("nan"), float("nan"))
    low, high = value - np.quantile(deviations, [(1 + level) / 2, (1 - level) / 2])
    return Estimate(value, max(0.0, float(low)), min(1.0, float(high)))


def shared_products(slates: ArrayLike) -> float:
    """Mean number of products that two shoppers both see, in [0, k]; exact from the counts of each item.

    >>> shared_products([[0, 1, 2], [1, 2, 3]])
    2.0
    """
    checked = check_slates(slates, distinct=True)
    n_pairs = _n_pairs(checked)
    seen_by = np.unique(checked[checked != EMPTY], return_counts=True)[1].astype(np.float64)
    return float((seen_by * (seen_by - 1.0) / 2.0).sum() / n_pairs) if n_pairs else float("nan")
