"""Does the figure of a value rest on one product, such as a pinned one? And what would be left without it?

A maker whose one product is pinned first everywhere seems to be well served, while all its others may be shown less
than they sell. So each value's figure is given with the same figure without its most seen product, and is flagged where
that product gets at least RESTS_ON_ONE of the value's attention and at least TIMES its share of the value's sales.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from engine.fairness.attention import attention
from engine.metrics.slates import divide

Array = np.ndarray
RESTS_ON_ONE = 0.5  # of the attention of a value of two products or more
TIMES = 2.0  # the product's share of the value's attention ÷ its share of the value's sales


@dataclass(frozen=True)
class TopProduct:
    """The most seen product of a value, and whether the value rests on it.

    top_item: row of the product, -1 = none, or withheld. The shares, in [0, 1], are of the value's attention and
    sales; the two without it of what all values get and sell without it. NaN: not known, or withheld.
    """

    top_item: int = -1
    top_share: float = np.nan
    top_sales_share: float = np.nan
    without_top: float = np.nan
    merit_without_top: float = np.nan
    rests_on_one: bool = False


class OneProduct:
    """The most seen product of every value, by one set of lists.

    slates int64 [U, k]; bought sparse [U, n_items]; codes int64 [n_items], each item's value; weights float [k], the
    attention of the ranks; offered [V], products of each value; threshold: shoppers on whom a figure of one product, or
    of all others of its value, has to rest so that it may be released.
    """

    def __init__(
        self, slates: Array, bought: csr_array, codes: Array, weights: Array, offered: Array, threshold: int
    ) -> None:
        seen = attention(slates, np.arange(len(codes)), len(codes), weights)
        self.seen, self.sold = (np.asarray(matrix.sum(axis=0)).ravel() for matrix in (seen, bought))
        self.given, self.bought, self.codes, self.offered = seen, bought, codes, offered
        self.threshold = threshold

    def of(self, v: int) -> TopProduct:
        """The most seen product of a value."""
        members = np.flatnonzero(self.codes == v)
        if not len(members) or not self.seen[members].sum() > 0:
            return TopProduct()
        top = int(members[self.seen[members].argmax()])
        others = members[members != top]
        if not self._releasable(self.given, np.array([top])) or not self._releasable(self.given, others):
            return TopProduct()
        share = float(self.seen[top] / self.seen[members].sum())
        without = float(divide(self.seen[others].sum(), self.seen.sum() - self.seen[top]))
        sales = merit = np.nan
        if self._releasable(self.bought, np.array([top])) and self._releasable(self.bought, others):
            sales = float(divide(self.sold[top], self.sold[members].sum()))
            merit = float(divide(self.sold[others].sum(), self.sold.sum() - self.sold[top]))
        rests = bool(self.offered[v] >= 2 and share >= RESTS_ON_ONE and not share < TIMES * sales)
        return TopProduct(top, share, sales, without, merit, rests)

    def _releasable(self, matrix: csr_array, items: Array) -> bool:
        """Whether these items reach nobody, or as many shoppers as a figure has to rest on."""
        reach = int((matrix[:, items].sum(axis=1) > 0).sum())
        return reach == 0 or reach >= self.threshold
