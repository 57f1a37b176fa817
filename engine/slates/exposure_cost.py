"""The cost of an exposure floor in relevance."""

import numpy as np

from engine.bench.bench import Bench
from engine.bench.measures import measure
from engine.bench.scores import shares_of
from engine.metrics.slates import discount
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import ratio_interval
from engine.strategy.strategy import Strategy
from engine.surfaces import SURFACES


def relevance_kept(bench: Bench, strategy: Strategy) -> dict[str, tuple[float, float, float]]:
    """The share of relevance that lists keep under the exposure floor, each with its 95 % interval.

    "score": the model's scores, min-max over each pool and discounted by rank; "ndcg": of later purchases, where they
    are known. Means over all shoppers, the same on both sides; 1 = nothing is lost.
    """
    plain = strategy.at(exposure=None)
    after, before = (lists_of(bench, variant) for variant in (strategy, plain))
    ranks = discount(strategy.k)
    figures = {"score": [np.nan_to_num(shares_of(bench, plain, items)) @ ranks for items in (after, before)]}
    if bench.future is not None:
        evidence = bench.evidence(SURFACES[strategy.surface].scope)
        figures["ndcg"] = [measure(items, evidence, ["ndcg"]).per_user["ndcg"] for items in (after, before)]
    return {
        name: (float(np.nanmean(new) / np.nanmean(old)), *ratio_interval(new, old))
        for name, (new, old) in figures.items()
    }
