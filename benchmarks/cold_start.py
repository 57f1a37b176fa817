"""Products and shoppers that nobody has met, on the sample shop, before and after 2017-12-04.

    python -m benchmarks.cold_start            writes benchmarks/results/cold_start.json (about ten minutes)
    python -m benchmarks.cold_start --seeds 1  a quick look, writes nothing

Products: a tenth of those that could be shown loses every line before the cut-off, models are trained on the rest, and
the tenth is ranked among itself for every known shopper who went on to buy one of it. Shoppers: a tenth loses every
line; each is known only by the CLICKS products that they bought last, as if clicked now, and is judged on what they
bought after the cut-off ("new": without what they had clicked). Several seeds draw several tenths; intervals are
bootstrapped over shoppers, and a shopper who is judged in several draws counts once, by their mean.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.peers.report import machine, versions
from engine import metrics
from engine.data import Dataset, open_shop
from engine.encoders import item_vectors
from engine.recommend import Blend, Hybrid, HybridConfig, Popularity, Trilinear, top_k
from engine.recommend.hybrid import newcomers
from engine.statistics.intervals import mean_interval

CUTOFF = "2017-12-04"
SHARE, K, CLICKS = 0.1, 10, 5
RESULT = Path(__file__).parent / "results" / "cold_start.json"
Array = np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    data = open_shop("sample")
    history, wanted = data.before(CUTOFF), data.since(CUTOFF).relevant()
    items: dict[str, list[Array]] = {}
    shoppers: dict[str, list[Array]] = {}
    for seed in range(options.seeds):
        for found, part in (
            (items, cold_items(history, wanted, seed)),
            (shoppers, cold_shoppers(history, wanted, seed)),
        ):
            for name, values in part.items():
                found.setdefault(name, []).append(values)
    report = {
        "finding": "",
        "cutoff": CUTOFF,
        "seeds": options.seeds,
        "held_out": {"items": int(SHARE * len(history.eligible())), "clicks": CLICKS},
        "recall_items": {name: told(values) for name, values in items.items()},
        "ndcg_shoppers": {name: told(values) for name, values in shoppers.items()},
        "machine": machine(),
        "versions": versions(),
    }
    report["finding"] = finding(report)
    print(json.dumps(report, indent=1))
    if options.seeds >= 3:
        RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def told(draws: list[Array]) -> dict[str, float]:
    """Mean over shoppers of their mean over draws, with its interval."""
    together = np.stack(draws)
    judged = ~np.isnan(together).all(axis=0)
    values = np.full(together.shape[1], np.nan)
    values[judged] = np.nanmean(together[:, judged], axis=0)
    low, high = mean_interval(values[:, None])
    return {
        "value": round(float(np.nanmean(values)), 4),
        "low": round(float(low[0]), 4),
        "high": round(float(high[0]), 4),
        "n_users": int((~np.isnan(values)).sum()),
        "draws": [round(float(np.nanmean(draw)), 4) for draw in draws],
    }


def finding(report: dict) -> str:  # type: ignore[type-arg]
    items, shoppers = report["recall_items"], report["ndcg_shoppers"]
    return (
        f"Products held out: recall@{K} {items['hybrid']['value']:.3f} from text and attributes, text-kNN "
        f"{items['text-knn']['value']:.3f}, category popularity {items['category popularity']['value']:.3f}. Shoppers "
        f"held out, {CLICKS} products known: nDCG@{K} {shoppers['blend, all']['value']:.3f} "
        f"({shoppers['blend, all']['low']:.3f} to {shoppers['blend, all']['high']:.3f}), the trend alone "
        f"{shoppers['trend, all']['value']:.3f}."
    )


def cold_items(history: Dataset, wanted: sparse.csr_array, seed: int) -> dict[str, Array]:
    """recall@K float64 [n_users] of each way to rank products without a history; NaN who bought none of them."""
    eligible = history.eligible()
    rows = np.sort(np.random.default_rng(seed).choice(eligible, int(SHARE * len(eligible)), replace=False))
    rest = without(history, ~history.interactions["item"].isin(rows).to_numpy())
    known = np.diff(rest.relevant().indptr) > 0
    users = np.flatnonzero(known & (np.diff(wanted[:, rows].tocsr().indptr) > 0)).astype(np.int64)
    few = HybridConfig(candidates_all=10, candidates_new=10, neighbours=1)  # of known products: no matter here, quick
    scores = {
        "hybrid": Hybrid(few).fit(rest).score_items(rest, rows, users),
        "hybrid without trees": newcomers.scores(newcomers.Newcomers.of(rest, rows, few.blend), [], users),
        "trilinear": Trilinear().fit(rest).score_items(rest, rows, users),
        "text-knn": text_knn(rest, rows, users),
        "text, mean profile": text_profile(rest, rows, users),
        "category popularity": np.tile(category_popularity(rest, rows), (len(users), 1)),
    }
    found = {}
    for name, of in scores.items():
        columns, _ = top_k(of, K)
        found[name] = np.full(history.n_users, np.nan)
        found[name][users] = metrics.recall(columns, wanted[users][:, rows])
    return found


def text_knn(rest: Dataset, rows: Array, users: Array) -> Array:
    """Σ of cos⁸ of a product's text with the texts of what the shopper had, [U, R]: the power, chosen on earlier
    cut-offs, makes it a vote of the nearest."""
    known = rest.eligible()
    vectors = item_vectors(rest, "text", rows=np.concatenate([rows, known]))
    alike = np.maximum(vectors[known] @ vectors[rows].T, 0) ** 8
    return np.asarray(rest.relevant()[users][:, known] @ alike, dtype=np.float32)


def text_profile(rest: Dataset, rows: Array, users: Array) -> Array:
    """Cosine of a product's text with the mean text of what the shopper had, [U, R]."""
    vectors = item_vectors(rest, "text", rows=np.concatenate([rows, rest.eligible()]))
    taste = rest.relevant()[users] @ vectors
    taste /= np.maximum(np.linalg.norm(taste, axis=1, keepdims=True), 1e-9)
    return np.asarray(taste @ vectors[rows].T, dtype=np.float32)


def category_popularity(rest: Dataset, rows: Array) -> Array:
    """How many shoppers had a product's category, [R]."""
    codes, names = rest.codes("category")
    had = rest.relevant()
    place = sparse.csr_array(
        (np.ones(len(codes)), (np.arange(len(codes)), np.maximum(codes, 0))), shape=(len(codes), len(names))
    )
    buyers = np.asarray(((had @ place) > 0).sum(axis=0)).ravel()
    return np.where(codes[rows] >= 0, buyers[codes[rows]], 0).astype(np.float32)


def cold_shoppers(history: Dataset, wanted: sparse.csr_array, seed: int) -> dict[str, Array]:
    """nDCG@K float64 [n_users] of lists for shoppers known by a few products; NaN who was not held out."""
    bought = np.flatnonzero(np.diff(history.relevant().indptr) > 0)
    judged = np.flatnonzero(np.diff(wanted.indptr) > 0)
    users = np.random.default_rng(seed).permutation(np.intersect1d(bought, judged))
    users = np.sort(users[: int(SHARE * len(bought))])
    rest = without(history, ~history.interactions["user"].isin(users).to_numpy())
    clicks = last_products(history, users)
    blend, trend = Blend().fit(rest), Popularity().fit(rest)
    scores = {
        "blend": np.stack([blend.score_clicks(np.array(each)) for each in clicks]),
        "trend": np.tile(trend.score(np.array([-1])), (len(users), 1)),
    }
    clicked = np.stack([np.isin(blend.items, each) for each in clicks])
    bought_of = {"all": wanted[users], "new": later_only(wanted[users], clicks)}
    found = {}
    for scope, relevant in bought_of.items():
        for name, of in scores.items():
            columns, _ = top_k(np.where(clicked, -np.inf, of).astype(np.float32) if scope == "new" else of, K)
            found[f"{name}, {scope}"] = np.full(history.n_users, np.nan)
            found[f"{name}, {scope}"][users] = metrics.ndcg(blend.items[columns], relevant)
    return found


def last_products(history: Dataset, users: Array) -> list[list[int]]:
    """The CLICKS products that each shopper bought last."""
    log = history.positives().iloc[::-1][["user", "item"]].drop_duplicates()
    groups = log[log["user"].isin(users)].groupby("user")["item"].apply(lambda items: items.tolist()[:CLICKS])
    return [groups[user] for user in users]


def later_only(wanted: sparse.csr_array, clicks: list[list[int]]) -> sparse.csr_array:
    """`wanted` [U, n_items] without the products that were clicked."""
    left = wanted.tolil()
    for row, each in enumerate(clicks):
        left[row, each] = 0
    return sparse.csr_array(left)


def without(history: Dataset, kept: Array) -> Dataset:
    log: pd.DataFrame = history.interactions[kept].reset_index(drop=True)
    return replace(history, interactions=log)


if __name__ == "__main__":
    main()
