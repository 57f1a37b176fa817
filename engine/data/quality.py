"""A shop's data at a glance: what is missing, unusual or duplicated. Nothing here changes the data."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.dataset import Dataset
from engine.data.reading.columns import TEXTS
from engine.data.repairs import doubled_shoppers

FEWEST = 20  # priced items of a category that are enough to say what is usual there
FAR = 5.0  # robust standard deviations of the log-price from the median
TO_SIGMA = 1.4826  # the median absolute deviation of a normal distribution, times this, is its σ
LARGEST = 5  # groups of items with one text that are told

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Prices:
    """outliers: catalogue rows, the farthest first, `usual` [n] the median price each was held against. zero, missing:
    numbers of items. judged: items whose price could be judged."""

    outliers: Rows
    usual: npt.NDArray[np.float64]
    zero: int
    missing: int
    judged: int


@dataclass(frozen=True)
class Collisions:
    """Items whose text is another's as well: how many, in how many groups, the largest as (text, items)."""

    items: int
    groups: int
    largest: list[tuple[str, int]]


@dataclass(frozen=True)
class Span:
    """first and last day of the log, days in between without an event, and the longest run of them."""

    first: pd.Timestamp
    last: pd.Timestamp
    days: int
    silent: int
    longest: int


@dataclass(frozen=True)
class Quality:
    """missing: {table: {column: share of rows without a value}}. prices: None without a price column. doubled: shoppers
    whose id is another's but for its spelling. span: None without a log. The rest are numbers of items, shoppers and
    lines."""

    missing: dict[str, dict[str, float]]
    prices: Prices | None
    collisions: Collisions
    uncategorised: int
    never_wanted: int
    once_only: int
    duplicate_lines: int
    doubled: int
    span: Span | None


def quality(data: Dataset) -> Quality:
    """All figures of quality of one shop; takes about two seconds a million lines."""
    log = data.interactions
    return Quality(
        missing={"items": missing(data.items), "users": missing(data.users), "interactions": missing(log)},
        prices=prices(data.items) if "price" in data.items else None,
        collisions=collisions(data.items),
        uncategorised=int(data.items["category"].isna().sum()) if "category" in data.items else data.n_items,
        never_wanted=int((data.sold() == 0).sum()),
        once_only=int((np.bincount(log["user"].to_numpy(np.int64), minlength=1) == 1).sum()),
        duplicate_lines=int(log.duplicated().sum()),
        doubled=len(doubled_shoppers(data)),
        span=span(log["timestamp"]) if len(log) else None,
    )


def missing(table: pd.DataFrame) -> dict[str, float]:
    """Share of rows without a value, by column, the emptiest first; columns that are full are left out."""
    shares = table.isna().mean() if len(table) else pd.Series(dtype="float64")
    return {str(name): float(share) for name, share in shares.sort_values(ascending=False).items() if share > 0}


def prices(items: pd.DataFrame) -> Prices:
    """Prices far from what is usual: |ln p − median| > 5 · 1.4826 · MAD, within the category where it has 20 priced
    items or more, else over all items. Where more than half of the prices are the same (MAD 0) nothing is judged.

    Hampel's identifier (Davies & Gather 1993), on the logarithm, since prices spread by factors.
    """
    price = items["price"].to_numpy(dtype=np.float64)
    known = np.isfinite(price)
    priced = np.flatnonzero(known & (price > 0))
    logs = np.log(price[priced])
    group = pd.Series(pd.factorize(items["category"])[0][priced] if "category" in items else -1, index=range(len(logs)))
    sizes = group.map(group.value_counts())
    group = group.where((group >= 0) & (sizes >= FEWEST), -1)
    middle, spread = _robust(logs, group.to_numpy().astype(np.int64))
    far = np.abs(logs - middle) > FAR * spread
    odd = np.flatnonzero(far & (spread > 0))
    odd = odd[np.argsort(-np.abs(logs - middle)[odd] / spread[odd], kind="stable")]
    return Prices(
        outliers=priced[odd].astype(np.int64),
        usual=np.exp(middle[odd]),
        zero=int((known & (price == 0)).sum()),
        missing=int((~known).sum()),
        judged=int((spread > 0).sum()),
    )


def _robust(logs: npt.NDArray[np.float64], group: Rows) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Median and robust σ of each one's group [n]; group -1 is held against all."""
    values, groups = pd.Series(logs), pd.Series(group)
    middle = values.groupby(groups).transform("median")
    distance = (values - middle).abs()
    spread = distance.groupby(groups).transform("median")
    alone = (groups == -1).to_numpy()
    if alone.any():
        overall = float(values.median())
        middle = middle.mask(alone, overall)
        spread = spread.mask(alone, float((values - overall).abs().median()))
    return middle.to_numpy(), TO_SIGMA * spread.to_numpy()


def collisions(items: pd.DataFrame) -> Collisions:
    """Items that the text encoder cannot tell apart: title, category and description are the same but for case and
    spaces. Items without any text are one group."""
    parts = [items[name].fillna("").astype("str") for name in TEXTS if name in items]
    if not parts:
        return Collisions(0, 0, [])
    text = reduce(lambda left, right: left.str.cat(right.str.strip(), sep=". "), parts[1:], parts[0].str.strip())
    squeezed = text.str.casefold().str.replace(r"\s+", " ", regex=True)
    sizes = squeezed.value_counts()
    shared = sizes[sizes > 1]
    first = dict(zip(squeezed[::-1], text[::-1], strict=True))
    largest = sorted(shared.items(), key=lambda pair: (-pair[1], str(pair[0])))[:LARGEST]
    return Collisions(
        int(shared.sum()), len(shared), [(first[str(key)].strip(" ."), int(count)) for key, count in largest]
    )


def span(times: pd.Series) -> Span:
    """The time that a log (timestamps, ascending) covers, in calendar days UTC, and the days without an event."""
    days = np.unique(times.to_numpy().astype("datetime64[D]"))
    gaps = np.diff(days).astype(np.int64) - 1
    total = int((days[-1] - days[0]).astype(np.int64)) + 1
    return Span(pd.Timestamp(days[0]), pd.Timestamp(days[-1]), total, int(gaps.sum()), int(gaps.max(initial=0)))
