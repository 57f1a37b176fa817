"""How similar products are under a strategy: its mixture of vectors and facets, as the re-ranker takes it."""

from typing import Any

import numpy as np

from engine import metrics
from engine.bench.bench import BY_VALUE, PRICE, Bench
from engine.data.problems import Loc, refuse
from engine.rerank import pairwise_similarity
from engine.strategy.similarity_weights import EMBEDDING
from engine.strategy.strategy import Strategy

Array = np.ndarray


def similarity(bench: Bench, strategy: Strategy, items: Array) -> Array:
    """Similarity of some items as the strategy's facets mix it, float32 [m, m]; 1 = the same.

    Overrides are ignored; `effective_lambdas.without_overrides` gives the strategy of one list.
    """
    return pairwise_similarity(items, bench.vectors(strategy.similarity), **facet_options(bench, strategy))


def mixed_distance(bench: Bench, strategy: Strategy, items: Array) -> Array:
    """Mean distance within the lists `items` [U, k] as the strategy mixes similarity, float64 [U].

    Overrides are ignored, so all lists are measured in the same way.
    """
    return metrics.mixed_distance(items, bench.vectors(strategy.similarity), **facet_options(bench, strategy))


def facet_options(bench: Bench, strategy: Strategy, where: Loc = ()) -> dict[str, Any]:
    """`facets` and `facet_weights` for the re-ranker.

    Raises InputError for a facet that this shop lacks, naming `where` it was written.
    """
    weights = dict(strategy.facet_weights)
    known = bench.evidence("all").facets
    if strategy.method in BY_VALUE and not set(weights) & set(known):
        main = bench.evidence("all").main_facet
        if main is None:
            problem, fix = "this shop has no category, brand or other value that it needs", "take another method"
            raise refuse("strategy", "no_values", problem, fix, loc=where or ("method",), value=strategy.method)
        weights = {main: 1.0}
    for name in weights:
        if name not in (*bench.sources, *known):
            fix = f"this shop has {', '.join(bench.sources)}"
            raise refuse(
                "strategy", "unknown_facet", "this shop has no such facet", fix, loc=where or (name,), value=name
            )
    if set(weights) == {EMBEDDING}:
        return {}
    facets = {name: _values(bench, name) for name in weights if name != EMBEDDING}
    return {"facets": facets, "facet_weights": weights}


def profiles(bench: Bench, strategy: Strategy, rows: Array | None) -> dict[str, Any]:
    """`profiles` of the re-ranker, for the methods that read them."""
    evidence, pick = bench.evidence("all"), slice(None) if rows is None else rows
    if strategy.method not in BY_VALUE or not evidence.has_history:
        return {}
    covered = [name for name in facet_options(bench, strategy)["facets"] if name in evidence.profiles]
    return {"profiles": {name: evidence.profiles[name][pick] for name in covered}}


def _values(bench: Bench, facet: str) -> Array:
    if facet == PRICE:
        return bench.history.items[PRICE].to_numpy(np.float64)
    return bench.evidence("all").facets[facet][0]
