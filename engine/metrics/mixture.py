"""How far apart the items of a slate are when likeness is mixed from vectors, facets and price.

The mean over pairs is linear, so the mixture's intra-list distance is the weighted sum of each source's own.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.facets import UNKNOWN, same_value, slot_codes
from engine.metrics.similarity import ild
from engine.metrics.slates import EMPTY, Floats, check_slates, divide

EMBEDDING, PRICE = "embedding", "price"


def facet_distance(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Share of a slate's pairs with different values, float64 [U] in [0, 1]; an unknown value differs from all.

    1 − Σ n_c·(n_c − 1) / (n·(n − 1)): Gini–Simpson without replacement. Fewer than two items: NaN.
    """
    values = slot_codes(slates, codes)
    filled = (np.asarray(slates) != EMPTY).sum(axis=1)
    alike = np.where(values != UNKNOWN, same_value(values) - 1, 0).sum(axis=1)
    return 1.0 - divide(alike, filled * (filled - 1))


def price_distance(slates: ArrayLike, prices: ArrayLike) -> Floats:
    """Mean over pairs of 1 − cheaper / dearer price, float64 [U] in [0, 1]; an unknown price differs from all.

    exp(−|ln p − ln q|) is the cheaper price over the dearer one. Fewer than two items: NaN.
    """
    table = np.asarray(prices, dtype=np.float64)
    checked = check_slates(slates, len(table))
    price = np.where(checked == EMPTY, np.nan, table[checked])
    price = np.where(price > 0, price, np.nan)
    filled = (checked != EMPTY).sum(axis=1)
    alike = np.zeros(len(checked))
    for slot in range(1, checked.shape[1]):
        one, others = price[:, slot : slot + 1], price[:, :slot]
        alike += np.nan_to_num(np.minimum(one, others) / np.maximum(one, others), nan=0.0).sum(axis=1)
    return 1.0 - divide(2 * alike, filled * (filled - 1))


def mixed_distance(
    slates: ArrayLike,
    embeddings: ArrayLike,
    facets: Mapping[str, ArrayLike] | None = None,
    facet_weights: Mapping[str, float] | None = None,
) -> Floats:
    """Intra-list distance as a re-ranker sees it: Σ w·distance over its sources, float64 [U] in [0, 2].

    facets: codes int [n_items] by name, "price" as prices; facet_weights: w ≥ 0 by name, "embedding" the vectors'
    (as `engine.rerank.rerank` takes them); without them the vectors alone.
    """
    weights = dict(facet_weights or {EMBEDDING: 1.0})
    known = facets or {}
    total = np.zeros(len(np.asarray(slates)))
    for name, weight in weights.items():
        if name == EMBEDDING:
            part = ild(slates, embeddings)
        else:
            part = price_distance(slates, known[name]) if name == PRICE else facet_distance(slates, known[name])
        total += weight / sum(weights.values()) * part
    return total
