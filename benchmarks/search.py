"""Search on constructed queries: fused against words alone and meaning alone, the cost of λ, intents, and latency.

    python -m benchmarks.search [--furniture DIR]      writes results/search.json; minutes

The queries are constructed (`search_queries`), not typed by shoppers. All rankings read the same understood query, with
the same corrections. The weights of the fusion and the limits of spelling were chosen on 150 types of the sample, which
are left out here, on all types of the furniture shop and on the shoppers' words: of these the figures are no proof.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from benchmarks.peers.report import machine, rounded, versions, write
from benchmarks.search_queries import KINDS, Query, constructed
from engine.data import open_shop
from engine.metrics import ndcg
from engine.search import SearchIndex, SearchRequest, open_index, search
from engine.search.fusion import scaled_meaning
from engine.search.pages import Pool, page
from engine.search.search import retrieve
from engine.search.understanding import Understood, understand
from engine.statistics.intervals import mean_interval, redrawn_means
from engine.statistics.paired import paired

K, LEVEL, CHOSEN_ON, MOST = 10, 0.3, 150, 300
RRF = 60
BASES = ("bm25", "dense")
HERE = Path(__file__).parent / "results" / "search.json"
Line = dict[str, Any]


def rankings(index: SearchIndex, query: Query) -> dict[str, np.ndarray]:
    """The first ten catalogue rows by each ranking, int64 [10], -1 = none."""
    understood = understand(index, SearchRequest(query.text))
    evidence = retrieve(index, understood)
    kept = understood.filters.holds(index.data, index.rows)
    words, meaning = evidence.lexical, evidence.meaning
    share = words / words.max() if words.any() else words
    scores = {
        "fused": evidence.relevance,
        "bm25": np.where(words > 0, words, -np.inf),
        "dense": index.likeness(completed(understood)),
        "dense, common words as typed": meaning,
        "fixed weight 0.5": 0.5 * share + 0.5 * scaled_meaning(meaning),
        "rrf": np.where(words > 0, 1 / (RRF + _ranks(words)), 0) + 1 / (RRF + _ranks(meaning)),
    }
    found = {name: _first(index, np.where(kept, each, -np.inf)) for name, each in scores.items()}
    found[f"fused, λ {LEVEL}"] = _diverse(index, np.where(kept, evidence.relevance, -np.inf))
    return found


def completed(understood: Understood) -> str:
    """The text with every cut word completed: search itself reads a common word ("sand") as it was typed."""
    words = {word.typed: word.used[0] for word in understood.words if word.how == "completed"}
    return " ".join(words.get(word, word) for word in understood.text.split())


def _diverse(index: SearchIndex, scores: np.ndarray) -> np.ndarray:
    """The first ten by MMR at λ 0.3 over the best 200, as `search` makes them."""
    best = np.argsort(-scores, kind="stable")[:200]
    best = best[np.isfinite(scores[best])]
    slates = page(Pool(best, scores[best], index.vectors, "", index.codes[0], None), "mmr", LEVEL, K, 0)
    items = slates.items[0]
    return np.where(items >= 0, index.rows[items], -1)


def _ranks(scores: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.sort(-scores), -scores, side="left") + 1


def _first(index: SearchIndex, scores: np.ndarray) -> np.ndarray:
    best = np.argsort(-scores, kind="stable")[:K]
    best = best[np.isfinite(scores[best])]
    return np.concatenate([index.rows[best], np.full(K - len(best), -1)])


def judged(index: SearchIndex, queries: list[Query]) -> dict[str, np.ndarray]:
    """nDCG@10 of each ranking, float [Q]."""
    lists = [rankings(index, query) for query in queries]
    at = np.repeat(np.arange(len(queries)), [len(query.relevant) for query in queries])
    items = np.concatenate([query.relevant for query in queries])
    relevant = sp.coo_array((np.ones(len(at)), (at, items)), shape=(len(queries), index.data.n_items)).tocsr()
    return {name: ndcg(np.stack([each[name] for each in lists]), relevant) for name in lists[0]}


def unheld(index: SearchIndex, queries: list[Query]) -> np.ndarray:
    """Which queries have no word that a product holds, as typed."""
    asked = [understand(index, SearchRequest(query.text, correction=False)) for query in queries]
    return np.array([not any(word.how == "known" for word in each.words) for each in asked])


def figures(shop: str, values: dict[str, np.ndarray], groups: dict[str, np.ndarray]) -> list[Line]:
    """Each ranking in each group of queries, with its interval; fused against the others, paired."""
    found: list[Line] = []
    for group, chosen in groups.items():
        for name, scores in values.items():
            low, high = mean_interval(scores[chosen][:, None])
            mean = {"ndcg": float(scores[chosen].mean()), "low": float(low[0]), "high": float(high[0])}
            line: Line = {"shop": shop, "queries": group, "n": int(chosen.sum()), "ranking": name, **rounded(mean)}
            if name != "fused":
                test = paired(values["fused"][chosen], scores[chosen])
                ends = {"difference": test.difference, "difference_low": test.low, "difference_high": test.high}
                line |= {**{f"fused_{key}": value for key, value in rounded(ends).items()}}
            found.append(line)
    return found


def mixes(shop: str, values: dict[str, np.ndarray], groups: dict[str, np.ndarray]) -> list[Line]:
    """The mean of the four kinds, each counted alike; queries are redrawn within their kind."""
    found: list[Line] = []
    for name, scores in values.items():
        parts = [groups[kind] for kind in KINDS]
        mean = float(np.mean([scores[part].mean() for part in parts]))
        line: Line = {"shop": shop, "queries": "mix", "ranking": name, "ndcg": round(mean, 5)}
        if name != "fused":
            gaps = [values["fused"][part] - scores[part] for part in parts]
            draws = np.mean([redrawn_means(gap[:, None])[:, 0] for gap in gaps], axis=0)
            low, high = np.percentile(draws, [2.5, 97.5])
            ends = {
                "fused_difference": float(np.mean([gap.mean() for gap in gaps])),
                "fused_difference_low": float(low),
            }
            line |= rounded(ends | {"fused_difference_high": float(high)})
        found.append(line)
    return found


def intents(index: SearchIndex, queries: list[Query]) -> Line:
    """How often the first intent of a verbatim type is a category that the type's products have."""
    categories = index.data.items["category"].to_numpy()
    asked = [query for query in queries if query.kind == "verbatim"]
    named = [search(index, SearchRequest(query.text)).intents.categories for query in asked]
    right = [bool(n) and n[0].category in set(categories[q.relevant]) for n, q in zip(named, asked, strict=True)]
    return {"verbatim_types": len(asked), "first_intent_right": round(float(np.mean(right)), 4)}


def latency(index: SearchIndex, queries: list[Query], most: int = 200) -> Line:
    """Seconds of a whole search, warm, with MMR at λ 0.3 over a pool of 200."""
    index.warm()
    chosen = [queries[at] for at in np.random.default_rng(0).permutation(len(queries))[:most]]
    for query in chosen[:20]:
        search(index, SearchRequest(query.text))
    seconds = []
    for query in chosen:
        start = time.perf_counter()
        search(index, SearchRequest(query.text))
        seconds.append(time.perf_counter() - start)
    median, p95 = (round(1000 * float(each), 1) for each in np.percentile(seconds, [50, 95]))
    return {"products": len(index.rows), "median_ms": median, "p95_ms": p95, "load": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--furniture", help="the prepared furniture shop; left out without it")
    options = parser.parse_args()
    shops = {"sample": ("sample", CHOSEN_ON)} | ({"furniture": (options.furniture, 0)} if options.furniture else {})
    table: list[Line] = []
    head: Line = {}
    for shop, (folder, skip) in shops.items():
        index = open_index(open_shop(folder))
        queries = constructed(index.data, np.sort(index.rows), shop, MOST, skip)
        values = judged(index, queries)
        kinds = np.array([query.kind for query in queries])
        groups = {kind: kinds == kind for kind in KINDS}
        groups["words no title holds"] = groups["words"] & unheld(index, queries)
        table += figures(shop, values, groups) + mixes(shop, values, groups)
        head[shop] = {"latency": latency(index, queries), "intents": intents(index, queries)}
        print(json.dumps(head[shop], ensure_ascii=False))
    result = {"finding": finding(table), **machine(), **versions(), **head, "rows": table}
    write(HERE, result)
    print(result["finding"])


def finding(table: list[Line]) -> str:
    """One line: fused against both on the mix of the four kinds."""
    parts = []
    for line in table:
        if line["queries"] == "mix" and line["ranking"] in BASES:
            gap, low, high = (line[f"fused_difference{end}"] for end in ("", "_low", "_high"))
            parts.append(f"{line['shop']}: fused {gap:+.3f} ({low:+.3f} to {high:+.3f}) against {line['ranking']}")
    return "nDCG@10 on the mix of four constructed kinds of queries, " + "; ".join(parts)


if __name__ == "__main__":
    main()
