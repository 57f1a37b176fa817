"""Spread between shoppers beside other ways of showing more products, at equal nDCG, on the sample shop.

    python -m benchmarks.spread [--models blend,hybrid] [--untils DATE,…]     writes benchmarks/results/spread.json

Lists of 10 from the 500 best candidates, λ = 0 for all (ours also at λ = 0.3), relevance min-max over each pool. Every
method is run at a ladder of strengths. nDCG kept is mean nDCG of later purchases as a share of that at strength 0. At
each level of nDCG kept a method has the highest reach (products in some list ÷ eligible products) and the fewest
products shared by two lists of all points of its ladder, joined by straight lines, that keep as much. Intervals: 100
halves of the shoppers, drawn without replacement, the same for all methods. Stated besides: what prices learned on one
half of the shoppers do for the other half, and how much of the welfare is lost at most (λ = 0).
"""

import argparse
import itertools
import json
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import exposure_rivals as rivals
from benchmarks.peers.report import machine, versions
from benchmarks.spread_finding import finding
from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import open_shop, shop_folder
from engine.evaluation.relevance_floor import capped
from engine.metrics import gini
from engine.rerank import find_crowding_prices, slots_of
from engine.rerank.normalize import normalized
from engine.slates.crowding import crowding
from engine.slates.make import make_slates
from engine.slates.priced import priced
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Strategy
from engine.training.training import load_or_train

UNTILS, MODELS, SURFACES = ("2017-12-04", "2017-11-06", "2017-10-09"), ("blend", "hybrid"), ("new", "for_you")
K, POOL = 10, 500
SPREADS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
LADDERS: dict[str, tuple[float, ...]] = {
    "popularity_penalty": (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45),
    "p_mmf": (0.0, 1e-4, 1e-3, 1e-2, 0.1, 1.0),
    "fair_rec": (0, 1, 2, 3, 4, 5),
    "tfrom": (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3),
    "random": (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7),
}
LEVELS = (1.0, 0.99, 0.98, 0.97, 0.96, 0.95)
DRAWS, SEED = 100, 0
RESULT = Path(__file__).parent / "results" / "spread.json"
Array = np.ndarray
Row = dict[str, Any]


def ladders(bench: Bench, surface: str) -> dict[str, Array]:
    """The lists [S, U, k] of each method at each of its strengths."""
    base = Strategy(method="mmr", diversity=0.0, k=K, pool=POOL, surface=surface)
    pool = bench.pool(base)
    relevance, candidates = normalized(pool.scores, pool.items, "minmax")
    relevance = relevance.astype(np.float64)
    eligible, items = len(bench.model.items), bench.history.n_items
    popularity = bench.evidence("all").counts.astype(np.float64)
    others: dict[str, Callable[[float], Array]] = {
        "popularity_penalty": lambda s: rivals.popularity_penalty(relevance, candidates, K, s, popularity),
        "p_mmf": lambda s: rivals.p_mmf_products(relevance, candidates, K, s, items),
        "fair_rec": lambda s: rivals.fair_rec(relevance, candidates, K, int(s), eligible),
        "tfrom": lambda s: rivals.tfrom(relevance, candidates, K, s, eligible),
        "random": lambda s: rivals.random_reranking(relevance, candidates, K, s),
    }
    made = {f"spread λ {level:g}": _spread(bench, base.at(diversity=level)) for level in (0.0, 0.3)}
    plain = rivals.random_reranking(relevance, candidates, K, 0.0)
    for name, make in others.items():
        made[name] = np.stack([make(s) if s else plain for s in LADDERS[name]])
    return made


def _spread(bench: Bench, base: Strategy) -> Array:
    return np.stack([make_slates(bench, base.at(spread=spread)).items for spread in SPREADS])


def figures(items: Array, ndcg: Array, base: float, n_items: int, eligible: int) -> tuple[float, float, float]:
    """nDCG kept, reach and shared products of some lists [U, k] with nDCG [U]."""
    slots, users = slots_of(items, n_items), len(items)
    shared = float((slots * (slots - 1.0)).sum() / (users * (users - 1)))
    return float(np.nanmean(ndcg) / base), (slots > 0).sum() / eligible, shared


def at_levels(points: list[tuple[float, float, float]]) -> tuple[Array, Array]:
    """The most reach and the fewest shared products along a ladder that keep at least each of LEVELS."""
    reach, shared = [], []
    for level in LEVELS:
        kept = [point[1:] for point in points if point[0] >= level]
        for (a, *x), (b, *y) in pairwise(points):
            if (a - level) * (b - level) < 0:
                part = (level - a) / (b - a)
                kept.append(tuple(p + part * (q - p) for p, q in zip(x, y, strict=True)))
        reach.append(max((point[0] for point in kept), default=np.nan))
        shared.append(min((point[1] for point in kept), default=np.nan))
    return np.array(reach), np.array(shared)


def compared(bench: Bench, surface: str) -> Row:
    """Ours against each rival at each level, with paired intervals."""
    evidence = bench.evidence(scope_of(surface))
    lists = ladders(bench, surface)
    ndcg = {
        name: np.stack([measure(items, evidence, ["ndcg"]).per_user["ndcg"] for items in made])
        for name, made in lists.items()
    }
    n_items, eligible = bench.history.n_items, len(bench.model.items)

    def along(name: str, rows: Array) -> list[tuple[float, float, float]]:
        base = float(np.nanmean(ndcg[name][0][rows]))
        pairs = zip(lists[name], ndcg[name], strict=True)
        return [figures(items[rows], own[rows], base, n_items, eligible) for items, own in pairs]

    everyone, rng = np.arange(len(bench.users)), np.random.default_rng(SEED)
    halves = [rng.choice(everyone, len(everyone) // 2, replace=False) for _ in range(DRAWS)]
    drawn = {name: np.array([at_levels(along(name, rows)) for rows in halves]) for name in lists}  # [D, 2, levels]
    whole = {name: along(name, everyone) for name in lists}
    row: Row = {"points": {name: _rounded(points) for name, points in whole.items()}, "at_levels": {}}
    for name in lists:
        reach, shared = at_levels(whole[name])
        row["at_levels"][name] = {"reach": _rounded(reach), "shared": _rounded(shared)}
        if not name.startswith("spread"):
            ahead = drawn["spread λ 0"] - drawn[name]
            low, high = np.nanquantile(ahead, [0.025, 0.975], axis=0)
            row["at_levels"][name] |= {
                "ours_less_theirs_reach": _rounded(np.stack([low[0], high[0]], axis=1)),
                "ours_less_theirs_shared": _rounded(np.stack([low[1], high[1]], axis=1)),
            }
    row["gini"] = {
        name: _rounded([gini(items, eligible) for items in made]) for name, made in lists.items() if "spread" in name
    }
    return row


def fixed(bench: Bench, surface: str) -> list[Row]:
    """Ours at fixed σ, with intervals, the gap and what it took; and at the promised floor of 99 %."""
    evidence, rows = bench.evidence(scope_of(surface)), []
    base = Strategy(method="mmr", diversity=0.0, k=K, pool=POOL, surface=surface)
    before = measure(make_slates(bench, base).items, evidence, ["ndcg"]).per_user["ndcg"]
    floor = base.at(spread=1.0, floor={"metric": "ndcg", "keep": 0.99})
    chosen = {f"σ {spread:g}": base.at(spread=spread) for spread in SPREADS} | {"floor 99 %": capped(bench, floor)}
    n_items, eligible = bench.history.n_items, len(bench.model.items)
    for name, strategy in chosen.items():
        began, items = time.monotonic(), make_slates(bench, strategy).items
        ndcg, outcome = measure(items, evidence, ["ndcg"]).per_user["ndcg"], crowding(bench, strategy)
        kept, reach, shared = figures(items, ndcg, float(np.nanmean(before)), n_items, eligible)
        row: Row = {"at": name, "spread": strategy.spread, "seconds": round(time.monotonic() - began, 1)}
        row |= {"kept": _rounded([kept, *ratio_interval(ndcg, before)]), "reach": _rounded(reach)}
        row |= {"shared": _rounded(shared), "gini": _rounded(gini(items, eligible))}
        if outcome is not None:
            row |= {"passes": outcome.lists.passes, "gap": _rounded(outcome.gap), "proven": outcome.proven}
        rows.append(row)
    return rows


def from_the_other_half(bench: Bench, surface: str) -> list[Row]:
    """Lists of one half of the shoppers at prices found on the other half, beside those at the prices of everyone."""
    rows, evidence = [], bench.evidence(scope_of(surface))
    half = np.sort(np.random.default_rng(SEED).choice(len(bench.users), len(bench.users) // 2, replace=False))
    other = np.setdiff1d(np.arange(len(bench.users)), half)
    for spread in (0.2, 0.4, 0.8):
        strategy = Strategy(method="mmr", diversity=0.0, k=K, pool=POOL, surface=surface, spread=spread)
        outcome = crowding(bench, strategy)
        assert outcome is not None
        scale = type(outcome.scale)(spread, len(other), outcome.scale.per_product / 2)
        make = partial(_lists_of, bench, strategy, other)
        learned = find_crowding_prices(make, bench.history.n_items, scale).prices
        row: Row = {"spread": spread}
        for name, prices in (("own", outcome.lists.prices), ("other_half", learned)):
            items = _lists_of(bench, strategy, half, prices)
            ndcg = measure(items, evidence.of(half), ["ndcg"]).per_user["ndcg"]
            _, reach, shared = figures(items, ndcg, 1.0, bench.history.n_items, len(bench.model.items))
            row[name] = {
                "ndcg": _rounded(np.nanmean(ndcg)),
                "reach": _rounded(reach),
                "shared": _rounded(shared),
            }
        rows.append(row)
    return rows


def _lists_of(bench: Bench, strategy: Strategy, rows: Array, prices: Array) -> Array:
    items: Array = priced(bench, strategy, (), rows, prices).items
    return items


def _rounded(values: Any) -> Any:
    return np.round(np.asarray(values, np.float64), 4).tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--untils", default=",".join(UNTILS))
    options = parser.parse_args()
    done = itertools.product(options.models.split(","), options.untils.split(","), SURFACES)
    data, results = open_shop("sample"), _others(set(done))
    for until in options.untils.split(","):
        for model in options.models.split(","):
            bench = Bench(data, *load_or_train(model, shop_folder("sample"), data, until))
            for surface in SURFACES:
                row = {"model": model, "until": until, "surface": surface, "shoppers": len(bench.users)}
                row |= {"fixed": fixed(bench, surface), "other_half": from_the_other_half(bench, surface)}
                results.append(row | compared(bench, surface))
                print(json.dumps({key: results[-1][key] for key in ("model", "until", "surface", "fixed")}), flush=True)
                report = {"finding": finding(results, tuple(LADDERS), LEVELS),
                          "machine": machine(), "versions": versions(), "levels": LEVELS,
                          "spreads": SPREADS, "ladders": LADDERS, "pool": POOL, "k": K, "rows": results}  # fmt: skip
                RESULT.write_text(json.dumps(report, indent=1))


def _others(redone: set[tuple[str, ...]]) -> list[Row]:
    """The rows of earlier runs that this one does not measure again."""
    stored = json.loads(RESULT.read_text())["rows"] if RESULT.exists() else []
    return [row for row in stored if (row["model"], row["until"], row["surface"]) not in redone]


if __name__ == "__main__":
    main()
