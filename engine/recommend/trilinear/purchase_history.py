"""What each shopper bought: when, how often, and whether it is due again."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.data import Dataset
from engine.recommend.counts import Floats, Ints, ages, purchases

HALF_LIVES = (7.0, 30.0, 90.0, 365.0)  # days
FEATURES = ("week", "month", "season", "year", "owned", "recency", "due")
LIVELY = FEATURES.index("season")  # by which a long history is shortened


@dataclass(frozen=True)
class PurchaseHistory:
    """Entries of all shoppers, one a (shopper, product) pair, ordered by shopper and column.

    start int64 [n_users + 1]: the shopper u's entries are start[u] ... start[u + 1]; column int64 [N]: product;
    values float32 [N, 7]: ln(1 + days with a purchase, decayed) at four half-lives, 1, -ln(1 + days since the
    last), and -ln(those days / their usual gap) where they are more than the gap.
    """

    start: Ints
    column: Ints
    values: Floats

    @classmethod
    def of(cls, data: Dataset, items: Ints) -> Self:
        log, columns = purchases(data, items)
        key = log["user"].to_numpy(np.int64) * len(items) + columns
        day = np.floor(ages(data, log))
        keys, values = _per_pair(key, day)
        users, column = np.divmod(keys, max(len(items), 1))
        start = np.searchsorted(users, np.arange(data.n_users + 1))
        return cls(start.astype(np.int64), column.astype(np.int64), values)

    def entries(self, users: Ints) -> tuple[Ints, Ints]:
        """Of these shoppers: each entry's place in `users` and its number, int64 [E] both."""
        counts = self.start[users + 1] - self.start[users]
        place = np.repeat(np.arange(len(users)), counts)
        first = np.repeat(self.start[users] - (np.cumsum(counts) - counts), counts)
        return place, first + np.arange(len(place))

    def history(self, users: Ints, length: int) -> tuple[Ints, Floats]:
        """Their liveliest products, columns int64 [U, H] (-1 = none), and those entries' values [U, H, 7]."""
        place, number = self.entries(users)
        order = np.lexsort((self.column[number], -self.values[number, LIVELY], place))
        place, number = place[order], number[order]
        rank = np.arange(len(place)) - np.searchsorted(place, place)
        recent = rank < length
        place, number, rank = place[recent], number[recent], rank[recent]
        width = int(rank.max(initial=0)) + 1
        columns = np.full((len(users), width), -1, dtype=np.int64)
        values = np.zeros((len(users), width, len(FEATURES)), dtype=np.float32)
        columns[place, rank], values[place, rank] = self.column[number], self.values[number]
        return columns, values

    def stats(self, users: Ints) -> Floats:
        """float32 [U, 3]: ln of 1 + how many products, and their purchases of the last month and the year."""
        place, number = self.entries(users)
        chosen = np.expm1(self.values[number][:, [1, 3]])
        sums = [np.bincount(place, chosen[:, at], minlength=len(users)) for at in (0, 1)]
        counts = np.bincount(place, minlength=len(users))
        return np.log1p(np.stack([counts, *sums], axis=1)).astype(np.float32) / np.float32(5.0)


def _per_pair(key: Ints, day: npt.NDArray[np.float64]) -> tuple[Ints, Floats]:
    """Distinct keys, ascending, and their features from the distinct days of each."""
    order = np.lexsort((day, key))
    key, day = key[order], day[order]
    fresh = np.r_[True, (key[1:] != key[:-1]) | (day[1:] != day[:-1])][: len(key)]
    key, day = key[fresh], day[fresh]
    keys, first, count = np.unique(key, return_index=True, return_counts=True)
    group = np.repeat(np.arange(len(keys)), count)
    decayed = [np.bincount(group, np.exp2(-day / half), minlength=len(keys)) for half in HALF_LIVES]
    last = day[first]
    oldest = day[first + count - 1]
    gap = np.where(count > 1, (oldest - last) / np.maximum(count - 1, 1), np.inf)
    overdue = np.log(np.maximum(last / np.maximum(gap, 1.0), 1.0))
    values = [*np.log1p(decayed), np.ones(len(keys)), -np.log1p(last), -overdue]
    return keys.astype(np.int64), np.stack(values, axis=1).astype(np.float32)
