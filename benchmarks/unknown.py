"""Do products of unknown value win or lose slots by being unknown?

    python -m benchmarks.unknown              writes benchmarks/results/unknown.json
    python -m benchmarks.unknown --users 60   a quick look, writes nothing

In each pool a tenth of the values of one source is blanked at random, anew for each shopper, and the share of
slots with a blanked product is divided by their share at λ 0. Beside it what the same lists would be if unknown were
like nothing: a value of its own for each blanked product. Intervals are 95 %, over shoppers (a ratio of means: delta
method). torch runs on the processor, on fewer shoppers; `same` is the share of its lists that equal numba's. It is
below 1 only for dpp where a pool has fewer categories than the list has slots: then what is left of every candidate is
rounding.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from engine.bench.bench import Bench
from engine.data import default_cutoff, open_shop, shop_folder
from engine.rerank import METHODS, api, sweep
from engine.rerank.inputs import FACET_METHODS
from engine.rerank.on_torch import torch_path as on_torch
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

LEVELS = (0.0, 0.3, 0.6, 0.9)
BLANK, K, POOL, ITEMS, DIM, SEED = 0.1, 10, 200, 3000, 32, 0
TORCH_USERS = 100
LOW, HIGH = 0.8, 1.1
RESULT = Path(__file__).parent / "results" / "unknown.json"


class Shop(NamedTuple):
    """Pools [U, N], vectors [n_items, d], facets (codes or "price") and profiles by name."""

    scores: np.ndarray
    candidates: np.ndarray
    vectors: np.ndarray
    facets: dict[str, np.ndarray]
    profiles: dict[str, np.ndarray]


def synthetic(users: int, tastes: bool) -> Shop:
    """Ten categories that texts tell, a skewed brand and a price; tastes: pools hold what a shopper's categories do."""
    rng = np.random.default_rng(SEED)
    category, brand = rng.integers(0, 10, ITEMS), (rng.zipf(1.5, ITEMS) - 1).clip(max=99)
    centres = rng.standard_normal((10, DIM))
    vectors = centres[category] + 0.7 * rng.standard_normal((ITEMS, DIM)) + 0.5 * rng.standard_normal(DIM)
    price = np.exp(rng.normal(1, 1, ITEMS))
    wanted = rng.dirichlet(np.full(10, 0.5), users)
    pull = np.log(wanted + 0.01)[:, category] if tastes else 0
    full = 0.7 * pull + rng.standard_normal((users, ITEMS))
    candidates = np.argsort(-full, axis=1)[:, :POOL]
    scores = np.take_along_axis(full, candidates, axis=1).astype(np.float32)
    facets = {"category": category, "brand": brand, "price": price}
    profiles = {"category": wanted, "brand": rng.dirichlet(np.ones(100), users)}
    return Shop(scores, candidates, vectors.astype(np.float32), facets, profiles)


def sample(users: int) -> Shop:
    """The bundled shop's own pools, by the blend."""
    folder = shop_folder("sample")
    data = open_shop(folder)
    bench = Bench(data, *load_or_train("blend", folder, data, default_cutoff(data)))
    evidence = bench.evidence("all")
    rows = np.sort(np.random.default_rng(SEED).permutation(len(bench.users))[:users])
    pool = bench.pool(Strategy.checked({"method": "mmr", "diversity": 0.0}, "benchmark"), rows)
    names = ("category", "subcategory", "provider")
    facets = {name: evidence.facets[name][0] for name in names}
    profiles = {name: evidence.profiles[name][rows] for name in names}
    return Shop(pool.scores, pool.items, bench.vectors("text"), facets, profiles)


def blanked(shop: Shop, source: str, weights: dict[str, float], apart: bool) -> tuple[np.ndarray, Any, dict[str, Any]]:
    """Which candidates [U·N] are blanked, and the arguments of `sweep`: each pool has its own copy of its products.

    apart: instead of unknown, a value that no other product has.
    """
    rng = np.random.default_rng(SEED + 1)
    items = shop.candidates.ravel()
    blank = rng.random(len(items)) < BLANK
    vectors = shop.vectors[items]
    facets = {name: values[items] for name, values in shop.facets.items() if weights.get(name)}
    profiles = {name: shop.profiles[name] for name in facets if name in shop.profiles}
    if source == "embedding":
        vectors[blank] = 0
    elif source == "price":
        facets[source][blank] = np.nan
    else:
        facets[source][blank] = -1
    if apart and source not in ("embedding", "price"):
        facets[source] = np.where(blank, facets[source].max() + 1 + np.arange(len(blank)), facets[source])
        wide = facets[source].max() + 1 - profiles[source].shape[1]
        profiles = {} if wide else profiles
    pools = shop.scores, np.arange(len(items)).reshape(shop.candidates.shape), vectors
    return blank, pools, {"facets": facets, "facet_weights": weights, "profiles": profiles}


@contextmanager
def torch_path() -> Iterator[None]:
    """`sweep` takes the torch form, on the processor."""
    real = on_torch.rerank_on_device

    def fill(*arguments: Any) -> int:
        return real(*arguments[:-1], "cpu")

    with patch.object(api, "card", lambda device: "torch"), patch.object(on_torch, "rerank_on_device", fill):
        yield


def ratios(blank: np.ndarray, items: np.ndarray) -> list[list[float]]:
    """Share of blanked slots over that at λ 0, and its interval, for each further λ of items [L, U, k]."""
    shares = blank[items].mean(axis=2)
    base = shares[0].mean()
    found = []
    for share in shares[1:]:
        ratio = share.mean() / base
        half = 1.96 * float(np.std((share - ratio * shares[0]) / base)) / np.sqrt(len(share))
        found.append([round(float(figure), 3) for figure in (ratio, ratio - half, ratio + half)])
    return found


def study(name: str, shop: Shop, source: str, weights: dict[str, float]) -> Iterator[dict[str, Any]]:
    blank, pools, options = blanked(shop, source, weights, apart=False)
    few = tuple(part[:TORCH_USERS] for part in pools[:2])
    part = options | {"profiles": {key: rows[:TORCH_USERS] for key, rows in options["profiles"].items()}}
    coded = source not in ("embedding", "price")
    for method in METHODS:
        if method in FACET_METHODS and (not coded or "embedding" in weights):
            continue
        how: dict[str, Any] = {"k": K, "method": method, "diversities": LEVELS, "normalize": "minmax"}
        items = sweep(*pools, **how, **options, device="cpu").items
        row = {"shop": name, "blank": source, "weights": weights, "method": method, "ratio": ratios(blank, items)}
        if method != "richness":
            with torch_path():
                other = sweep(*few, pools[2], **how, **part).items
            same = (other == items[:, :TORCH_USERS]).all(axis=2).mean()
            row |= {"torch": ratios(blank, other), "same": round(float(same), 3)}
        if coded and method in ("mmr", "msd", "dpp", "ssd", "cover"):
            _, _, others = blanked(shop, source, weights, apart=True)
            row["like_nothing"] = ratios(blank, sweep(*pools, **how, **others, device="cpu").items)
        print(*row.values(), flush=True)
        yield row


CASES = (
    ("category", {"category": 1.0}),
    ("brand", {"brand": 1.0}),
    ("price", {"price": 1.0}),
    ("embedding", {"embedding": 1.0}),
    ("category", {"embedding": 0.5, "category": 0.5}),
)
SAMPLE = (
    *((name, {name: 1.0}) for name in ("category", "subcategory", "provider")),
    *((name, {"embedding": 0.5, name: 0.5}) for name in ("category", "subcategory", "provider")),
)


def finding(rows: list[dict[str, Any]]) -> str:
    every = [(ratio[0], row) for row in rows for ratio in row["ratio"]]
    outside = sorted({(row["method"], row["blank"]) for ratio, row in every if not LOW <= ratio <= HIGH})
    naive = [ratio[0] for row in rows for ratio in row.get("like_nothing", ())]
    figures = [ratio for ratio, _ in every]
    row = min(rows, key=lambda row: min(row["ratio"]))
    lowest, low, high = min(row["ratio"])
    return (
        f"Of values blanked at random the share of slots is {np.median(figures):.2f} times that at λ 0 (median of "
        f"{len(figures)}; {min(figures):.2f} to {max(figures):.2f}); lowest for {row['method']} with unknown "
        f"{row['blank']}, {lowest:.2f} ({low:.2f} to {high:.2f}); outside {LOW} to {HIGH}: "
        f"{', '.join(f'{method} with unknown {blank}' for method, blank in outside) or 'none'}. "
        f"Were unknown like nothing: {min(naive):.2f} to {max(naive):.2f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="The share of slots of products whose values are unknown.")
    parser.add_argument("--users", type=int, default=1000)
    users = parser.parse_args().users
    shops = [("even", synthetic(users, tastes=False)), ("tastes", synthetic(users, tastes=True))]
    rows = [row for name, shop in shops for case in CASES for row in study(name, shop, *case)]
    rows += [row for case in SAMPLE for row in study("sample", sample(users // 2), *case)]
    setting = {"blanked": BLANK, "k": K, "pool": POOL, "levels": LEVELS[1:], "users": users, "torch": TORCH_USERS}
    print(finding(rows))
    if users >= 400:
        result = {"finding": finding(rows), "setting": setting, "rows": rows}
        RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
