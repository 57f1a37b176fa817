"""A synthetic shop of any size, for measuring time and memory. Nothing in it is real.

    python -m benchmarks.synthetic_shop OUT [--users 32000] [--items 24000] [--lines 800000]

It has what costs a recommender time in real shops: a long tail of products (Zipf's law within each category), a long
tail of shoppers (log-normal numbers of lines), a few favourite categories and one favourite maker for each shopper, and
repeats (a third of all lines buys again what the shopper bought before). The same sizes and seed give the same shop.
"""

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data import Dataset
from engine.data.assemble import assemble

START, DAYS = pd.Timestamp("2024-01-01"), 364
CATEGORIES, KINDS, MAKERS, BRANDS = 120, 6, 400, 40  # kinds: of each category
FAVOURITES = 4  # categories of a shopper
REPEATS, AT_RANDOM = 0.35, 0.15  # shares of lines: bought again; drawn from the whole catalogue
ZIPF = 0.9  # popularity of a category's r-th product: r^-ZIPF
SPREAD = 1.0  # standard deviation of ln(lines of a shopper)
Ints = npt.NDArray[np.int64]


def synthetic_shop(n_users: int, n_items: int, n_lines: int, seed: int = 0) -> Dataset:
    """A Dataset with exactly these numbers of shoppers, products and purchase lines; each shopper has at least one.

    Raises ValueError with fewer lines than shoppers, or no product.
    """
    if n_items < 1 or not 1 <= n_users <= n_lines:
        raise ValueError(f"A shop needs a product and a line for each shopper: {n_users=}, {n_items=}, {n_lines=}.")
    rng = np.random.default_rng(seed)
    items = _catalogue(rng, n_items)
    category = pd.factorize(items["category"], sort=True)[0].astype(np.int64)
    user = np.repeat(np.arange(n_users), _lines_each(rng, n_users, n_lines))
    item = _bought(rng, user, category)
    day = rng.random(n_lines) * DAYS
    day = day[np.lexsort((day, user))]  # a shopper's lines in the order of time
    log = pd.DataFrame(
        {
            "user_id": _ids("S", user),
            "item_id": items["item_id"].to_numpy()[item],
            "timestamp": (START + pd.to_timedelta(np.floor(day * 86_400), unit="s")).astype("datetime64[s]"),
            "event": "buy",
        }
    )
    return assemble("synthetic", items, pd.DataFrame({"user_id": _ids("S", np.arange(n_users))}), log)


def _catalogue(rng: np.random.Generator, n: int) -> pd.DataFrame:
    category = rng.choice(CATEGORIES, n, p=_shares(CATEGORIES, 0.7))
    kind = category * KINDS + rng.integers(KINDS, size=n)
    maker = rng.choice(MAKERS, n, p=_shares(MAKERS, 0.8))
    return pd.DataFrame(
        {
            "item_id": _ids("P", np.arange(n)),
            "title": [f"Synthetic product {number} of kind {each}" for number, each in enumerate(kind)],
            "category": _ids("Category ", category),
            "subcategory": _ids("Kind ", kind),
            "brand": _ids("Brand ", maker % BRANDS),
            "provider": _ids("Maker ", maker),
            "price": np.round(np.exp(rng.normal(2.0, 0.8, n)), 2),
        }
    )


def _lines_each(rng: np.random.Generator, n_users: int, n_lines: int) -> Ints:
    """int64 [n_users], at least 1 each, n_lines in all."""
    weight = np.exp(rng.normal(0.0, SPREAD, n_users))
    lines: Ints = 1 + rng.multinomial(n_lines - n_users, weight / weight.sum()).astype(np.int64)
    return lines


def _bought(rng: np.random.Generator, user: Ints, category: Ints) -> Ints:
    """int64 [L]: the product of each line; `user` ascending."""
    n_users, n = int(user[-1]) + 1, len(user)
    order = np.lexsort((rng.random(len(category)), category))  # products by category, the most popular first
    present, first, size = np.unique(category[order], return_index=True, return_counts=True)
    favourites = rng.choice(len(present), (n_users, FAVOURITES), p=size / size.sum())
    # the nearest favourites are visited most: 1, 1/2, 1/3 ...
    chosen = favourites[user, rng.choice(FAVOURITES, n, p=_shares(FAVOURITES, 1.0))]
    anywhere = rng.random(n) < AT_RANDOM
    chosen[anywhere] = rng.choice(len(present), int(anywhere.sum()), p=size / size.sum())
    rank = _zipf_rank(rng.random(n), size[chosen])
    item = order[first[chosen] + rank]
    start = np.searchsorted(user, user, side="left")
    place = np.arange(n) - start
    again = (rng.random(n) < REPEATS) & (place > 0)
    earlier = np.where(again, start + np.floor(rng.random(n) * place).astype(np.int64), np.arange(n))
    while (earlier[earlier] != earlier).any():  # a repeat of a repeat is a repeat of the first
        earlier = earlier[earlier]
    bought: Ints = item[earlier]
    return bought


def _zipf_rank(draws: npt.NDArray[np.float64], size: Ints) -> Ints:
    """int64, from 0 to size - 1: ranks with density ∝ (rank + 1)^-ZIPF, its integral inverted at draws in [0, 1)."""
    power = 1.0 - ZIPF
    rank = (1.0 + draws * ((size + 1.0) ** power - 1.0)) ** (1.0 / power) - 1.0
    return np.minimum(rank.astype(np.int64), size - 1)


def _shares(n: int, power: float) -> npt.NDArray[np.float64]:
    weight = np.arange(1, n + 1) ** -power
    return weight / weight.sum()


def _ids(prefix: str, numbers: Ints) -> npt.NDArray[np.object_]:
    return np.array([f"{prefix}{number}" for number in numbers], dtype=object)


def main() -> None:
    parser = argparse.ArgumentParser(description="A synthetic shop of any size.")
    parser.add_argument("out", type=Path)
    for name, default in (("users", 32_000), ("items", 24_000), ("lines", 800_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    synthetic_shop(options.users, options.items, options.lines).save(options.out)


if __name__ == "__main__":
    main()
