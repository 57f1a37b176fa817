"""Spread in a large shop: time and memory of one σ, and how both grow.

    python -m benchmarks.spread_large     writes benchmarks/results/spread_large.json

Synthetic: every shopper has 200 candidates, drawn by a popularity that falls with rank to the power 0.8, and scores
that follow popularity and chance; vectors have 64 dimensions. Lists of 10 by mmr at λ 0.3, σ 0.4. Shops of 25,000,
50,000 and 100,000 shoppers with half as many products, each in a process of its own. Time is that of finding the
prices, lists included; beside it the time of the same lists once without prices. Memory is the highest of the process,
and what it held before.
"""

import json
import multiprocessing
import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from engine.rerank import Prices, PriceScale, find_crowding_prices, rerank
from engine.rerank.warm import warm

RESULT = Path(__file__).parent / "results" / "spread_large.json"
SHOPPERS = (25_000, 50_000, 100_000)
POOL, K, DIVERSITY, SPREAD, OFFSET = 200, 10, 0.3, 0.4, 0.001


def shop(shoppers: int, products: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores float32 [U, N], candidates int64 [U, N], best first, and vectors float32 [n, 64]."""
    random = np.random.default_rng(7)
    popularity = np.arange(1, products + 1) ** -0.8
    drawn = np.sort(random.choice(products, (shoppers, POOL + 60), p=popularity / popularity.sum()), axis=1)
    scores = np.log(popularity[drawn]) / 10 + random.random(drawn.shape)
    scores[:, 1:][drawn[:, 1:] == drawn[:, :-1]] = -np.inf  # nobody has a candidate twice
    best = np.argsort(-scores, axis=1)[:, :POOL]
    scores, drawn = (np.take_along_axis(values, best, axis=1) for values in (scores, drawn))
    items = np.where(np.isfinite(scores), drawn, -1)
    vectors = random.standard_normal((products, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(items >= 0, scores, 0).astype(np.float32), items.astype(np.int64), vectors


def peak() -> float:
    """The most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def measure(shoppers: int) -> dict[str, Any]:
    products = shoppers // 2
    warm(methods=["mmr"])
    scores, items, vectors = shop(shoppers, products)
    held = peak()
    options: dict[str, Any] = {"k": K, "method": "mmr", "diversity": DIVERSITY}
    start = time.perf_counter()
    plain = rerank(scores, items, vectors, **options).items
    once = time.perf_counter() - start
    shopper_keys, product_keys = (
        np.random.default_rng(n).integers(0, 2**63, n).astype(np.uint64) for n in (shoppers, products)
    )

    def make(prices: np.ndarray) -> np.ndarray:
        given = Prices(prices, OFFSET * SPREAD, shopper_keys, product_keys, False)
        made: np.ndarray = rerank(scores, items, vectors, prices=given, **options).items
        return made

    start = time.perf_counter()
    lists = find_crowding_prices(make, products, PriceScale(SPREAD, shoppers, shoppers * K / products))
    found = time.perf_counter() - start
    reach = [len(np.unique(shown[shown >= 0])) / products for shown in (plain, lists.items)]
    return {
        "shoppers": shoppers, "products": products, "seconds": round(found, 1), "passes": lists.passes,
        "seconds_of_lists_without_prices": round(once, 2), "times_as_long": round(found / once, 1), "peak_gb":
        round(peak(), 2), "of_it_before_gb": round(held, 2), "reach_before_and_with_spread": [round(share, 4) for share
        in reach],
    }  # fmt: skip


def main() -> None:
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        rows = pool.map(measure, SHOPPERS, chunksize=1)
    first, last = rows[0], rows[-1]
    growth = last["seconds"] / first["seconds"]
    finding = (
        f"One σ for {last['shoppers']:,} shoppers and {last['products']:,} products takes {last['seconds']:g} s and "
        f"{last['peak_gb']:g} GB on {os.cpu_count()} cores; for a quarter of both {first['seconds']:g} s and "
        f"{first['peak_gb']:g} GB ({growth:.1f} times less time)."
    )
    RESULT.write_text(json.dumps({"finding": finding, "cores": os.cpu_count(), "rows": rows}, indent=1) + "\n")
    print(finding)


if __name__ == "__main__":
    main()
