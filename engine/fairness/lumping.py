"""Which providers are named: the largest, and none whose figures rest on too few shoppers."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from engine.data.labels import OTHERS, UNKNOWN, of_shop

Array = np.ndarray
MOST = 30  # values that are named
HEAD = 0.8  # of what is sold


@dataclass(frozen=True)
class Providers:
    """One way of grouping products: `by`, the values' names, and int64 [n_items], each item's value."""

    by: str
    names: tuple[str, ...]
    codes: Array


def with_unknown(by: str, codes: Array, names: list[str]) -> Providers:
    """Providers from codes int64 [n_items] with −1 for unknown, which becomes a value of its own."""
    labels = tuple(map(of_shop, names))
    if (codes >= 0).all():
        return Providers(by, labels, codes)
    return Providers(by, (*labels, UNKNOWN), np.where(codes >= 0, codes, len(names)))


def by_size(providers: Providers, sold: Array) -> Providers:
    """Large: the fewest values that together sell 80 %, with the one that crosses it; small: the others.

    sold float64 [n_items]. Values of equal sales are ordered by name.
    """
    sums = np.bincount(providers.codes, sold, minlength=len(providers.names))
    order = np.argsort(-sums, kind="stable")
    below = np.cumsum(sums[order]) - sums[order]
    large = np.zeros(len(sums), dtype=bool)
    large[order] = below < HEAD * sums.sum()
    return Providers(f"{providers.by}_size", ("large", "small"), (~large[providers.codes]).astype(np.int64))


def lumped(providers: Providers, sold: Array, given: csr_array, bought: csr_array, threshold: int) -> Providers | None:
    """The 30 largest by sales [V], and all others as one; None where that leaves nothing to compare.

    given, bought sparse [U, V]: who is shown and who bought what. A value that 1 to threshold − 1 shoppers are shown or
    bought joins the others, and the smallest values join them until the figures of the others may be released as well.
    """
    touched = [np.bincount(matrix.tocoo().coords[1], minlength=len(sold)) for matrix in (given, bought)]
    few = np.any([(reach > 0) & (reach < threshold) for reach in touched], axis=0)
    order = [v for v in np.argsort(-sold, kind="stable").tolist() if not few[v]][:MOST]
    while order and _too_few(given, bought, order, threshold):
        order.pop()
    if len(order) + (len(order) < len(sold)) < 2 or not order:
        return None
    place = np.full(len(sold), len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    names = [providers.names[v] for v in order] + [OTHERS] * (len(order) < len(sold))
    return Providers(providers.by, tuple(names), place[providers.codes])


def _too_few(given: csr_array, bought: csr_array, named: list[int], threshold: int) -> bool:
    """Whether those not named are shown to, or bought by, at least one shopper but fewer than the threshold."""
    rest = np.ones(given.shape[1])
    rest[named] = 0.0
    reach = [int(((matrix != 0).astype(np.float64) @ rest > 0).sum()) for matrix in (given, bought)]
    return any(0 < number < threshold for number in reach)
