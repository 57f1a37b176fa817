"""Metrics of slates: relevance, diversity, homogenization, personalization, exposure.

Plain array functions. slates int64 [U, k] hold catalogue rows; -1 = empty slot, anywhere in the row,
left out. Nothing to judge: NaN, left to the caller to drop (``mean_and_count``).

| file          | question                                    | result                                  |
|---------------|---------------------------------------------|-----------------------------------------|
| relevance     | Is it what the shopper wanted?              | [U] in [0, 1], higher is better         |
| similarity    | How alike are the items of one slate?       | [U] distance; pairs                     |
| mixture       | … when facets and price count as well?      | [U] distance                            |
| facets        | How does one slate spread over a facet?     | [U] bits, counts, shares                |
| calibration   | Does it keep the proportions of a history?  | [U] bits, 0 = as in the history         |
| personalization | Is the list narrower than the shopper?    | [U] cosine, ratios, shares              |
| popularity    | Does it show more than best-sellers?        | [U] shares, bits                        |
| agreement     | Do two slates of one shopper agree?         | [U] in [0, 1]                           |
| overlap       | Do different shoppers see the same?         | one number over all pairs of shoppers   |
| distribution  | How is that overlap spread over the pairs?  | shares of pairs                         |
| look_alikes   | Which groups see nearly the same page?      | group number [U]                        |
| concentration | Who gets the slots, who the attention?      | one number; curve; exposure: shares     |
| shelf         | How do all lists spread over a facet?       | one number over all slots; shares       |
"""

from engine.metrics.agreement import jaccard, rbo
from engine.metrics.calibration import calibration_js, calibration_kl, history_profile, recency
from engine.metrics.concentration import coverage, exposure, gini, gini_of, lorenz, shannon_entropy, top_share
from engine.metrics.distribution import overlap_distribution, shared_distribution
from engine.metrics.facets import facet_count, facet_entropy, hhi, richness_loss
from engine.metrics.look_alikes import LookAlikeGroups, look_alike_groups
from engine.metrics.mixture import facet_distance, mixed_distance, price_distance
from engine.metrics.overlap import (
    Estimate,
    dice_overlap,
    jaccard_overlap,
    overlap_interval,
    overlap_of_samples,
    shared_products,
)
from engine.metrics.personalization import (
    facet_counts,
    facet_narrowing,
    history_ild,
    history_similarity,
    narrowing,
    repeat_share,
    taste,
)
from engine.metrics.popularity import average_popularity, head_items, novelty, tail_share
from engine.metrics.relevance import discounted_kept, hit_rate, mrr, ndcg, recall, revenue, serendipity
from engine.metrics.shelf import occupancy, shelf_evenness, shelf_hhi, shelf_shares
from engine.metrics.similarity import ild, ilmd, look_alike_pairs
from engine.metrics.slates import check_slates, mean_and_count

__all__ = [
    "Estimate",
    "LookAlikeGroups",
    "average_popularity",
    "calibration_js",
    "calibration_kl",
    "check_slates",
    "coverage",
    "dice_overlap",
    "discounted_kept",
    "exposure",
    "facet_count",
    "facet_counts",
    "facet_distance",
    "facet_entropy",
    "facet_narrowing",
    "gini",
    "gini_of",
    "head_items",
    "hhi",
    "history_ild",
    "history_profile",
    "history_similarity",
    "hit_rate",
    "ild",
    "ilmd",
    "jaccard",
    "jaccard_overlap",
    "look_alike_groups",
    "look_alike_pairs",
    "lorenz",
    "mean_and_count",
    "mixed_distance",
    "mrr",
    "narrowing",
    "ndcg",
    "novelty",
    "occupancy",
    "overlap_distribution",
    "overlap_interval",
    "overlap_of_samples",
    "price_distance",
    "rbo",
    "recall",
    "recency",
    "repeat_share",
    "revenue",
    "richness_loss",
    "serendipity",
    "shannon_entropy",
    "shared_distribution",
    "shared_products",
    "shelf_evenness",
    "shelf_hhi",
    "shelf_shares",
    "tail_share",
    "taste",
    "top_share",
]
