"""Metrics of slates: relevance, diversity, homogenization, personalization, exposure.

Plain array functions. slates int64 [U, k] hold catalogue rows; -1 = empty slot, anywhere in the row,
left out. Nothing to judge: NaN, left to the caller to drop (``mean_and_count``).

| file          | question                                    | result                                  |
|---------------|---------------------------------------------|-----------------------------------------|
| relevance     | Is it what the shopper wanted?              | [U] in [0, 1], higher is better         |
| similarity    | How alike are the items of one slate?       | [U] distance; pairs                     |
| facets        | How does one slate spread over a facet?     | [U] bits, counts, shares                |
| calibration   | Does it keep the proportions of a history?  | [U] bits, 0 = as in the history         |
| popularity    | Does it show more than best-sellers?        | [U] shares, bits                        |
| agreement     | Do two slates of one shopper agree?         | [U] in [0, 1]                           |
| overlap       | Do different shoppers see the same?         | one number over all pairs of shoppers   |
| concentration | Who gets the slots, who the attention?      | one number; exposure: shares            |
"""

from engine.metrics.agreement import jaccard, rbo
from engine.metrics.calibration import calibration_js, calibration_kl, history_profile
from engine.metrics.concentration import coverage, exposure, gini, shannon_entropy, top_share
from engine.metrics.facets import facet_count, facet_entropy, hhi, richness_loss
from engine.metrics.overlap import (
    Estimate,
    dice_overlap,
    jaccard_overlap,
    overlap_interval,
    shared_products,
)
from engine.metrics.popularity import average_popularity, head_items, novelty, tail_share
from engine.metrics.relevance import discounted_kept, hit_rate, mrr, ndcg, recall, serendipity
from engine.metrics.similarity import ild, ilmd, look_alike_pairs
from engine.metrics.slates import check_slates, mean_and_count

__all__ = [
    "Estimate",
    "average_popularity",
    "calibration_js",
    "calibration_kl",
    "check_slates",
    "coverage",
    "dice_overlap",
    "discounted_kept",
    "exposure",
    "facet_count",
    "facet_entropy",
    "gini",
    "head_items",
    "hhi",
    "history_profile",
    "hit_rate",
    "ild",
    "ilmd",
    "jaccard",
    "jaccard_overlap",
    "look_alike_pairs",
    "mean_and_count",
    "mrr",
    "ndcg",
    "novelty",
    "overlap_interval",
    "rbo",
    "recall",
    "richness_loss",
    "serendipity",
    "shannon_entropy",
    "shared_products",
    "tail_share",
    "top_share",
]
