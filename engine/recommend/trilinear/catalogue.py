"""What is known of products before anybody bought them: X_i (text) and X_a (attributes)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.data import Dataset, Progress, silent
from engine.encoders import item_vectors
from engine.recommend.counts import Floats, Ints


@dataclass(frozen=True)
class Catalogue:
    """Of some rows of the catalogue: text float32 [n, d_text], unit rows or 0; codes int64 [n, F], each facet's
    value number from 1 on, 0 = unknown; price float32 [n], ln price, standardised over the shop's products."""

    text: Floats
    codes: Ints
    price: Floats

    @classmethod
    def of(cls, data: Dataset, rows: Ints, report: Progress = silent) -> Self:
        text = item_vectors(data, "text", report=report, rows=rows)[rows]
        return cls(text, facet_codes(data)[rows], log_prices(data)[rows])


def facet_codes(data: Dataset) -> Ints:
    """int64 [n_items, F], 0 = unknown."""
    codes = [data.codes(facet)[0] + 1 for facet in data.facets(with_empty=True)]
    return np.array(codes, dtype=np.int64).reshape(len(codes), data.n_items).T


def facet_sizes(data: Dataset) -> list[int]:
    """How many codes each facet has, the unknown one included."""
    return [len(data.codes(facet)[1]) + 1 for facet in data.facets(with_empty=True)]


def log_prices(data: Dataset) -> Floats:
    """float32 [n_items]; 0, the mean, where no price is known."""
    if "price" not in data.items:
        return np.zeros(data.n_items, dtype=np.float32)
    prices = np.log1p(data.items["price"].to_numpy(dtype=np.float64, na_value=np.nan))
    known = np.isfinite(prices)
    spread = float(prices[known].std()) if known.any() else 0.0
    centre = float(prices[known].mean()) if known.any() else 0.0
    return np.where(known, (prices - centre) / (spread or 1.0), 0.0).astype(np.float32)


def group_flags(data: Dataset) -> Floats:
    """float32 [n_users, G]: one-hot of every group column; an unknown value sets none."""
    columns = [name for name in data.users if name != "user_id"]
    flags: list[npt.NDArray[np.float32]] = [np.zeros((data.n_users, 0), dtype=np.float32)]
    for name in columns:
        values = data.users[name]
        flags += [(values == value).to_numpy(np.float32)[:, None] for value in sorted(values.dropna().unique())]
    return np.hstack(flags)
