"""How far apart the items of a slate are when similarity is mixed from vectors, facets and price.

Unknown is not different: a pair is compared in what is known of both its items (Gower, "A general coefficient of
similarity and some of its properties", Biometrics 1971), and left out where nothing is.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.facets import UNKNOWN_CODE, slot_codes
from engine.metrics.similarity import check_vectors, ild, pair_cosines
from engine.metrics.slates import EMPTY, Flags, Floats, Ints, blocks, check_slates, divide

EMBEDDING, PRICE = "embedding", "price"
PairSimilarity = tuple[
    NDArray[np.floating], Flags
]  # likeness of each pair of slots [u, k(k−1)/2], and where it is known


def facet_distance(slates: ArrayLike, codes: ArrayLike) -> Floats:
    """Share of a slate's pairs with different values, float64 [U] in [0, 1]: Gini–Simpson without replacement.

    Of the items whose value is known; fewer than two: NaN.

    One of the three pairs has the same value:
    >>> facet_distance([[0, 1, 2]], [0, 0, 1]).round(3).tolist()
    [0.667]
    """
    return mixed_distance(slates, np.zeros((len(np.asarray(codes)), 1)), {"facet": codes}, {"facet": 1.0})


def price_distance(slates: ArrayLike, prices: ArrayLike) -> Floats:
    """Mean over pairs of 1 − cheaper / dearer price, float64 [U] in [0, 1]: that ratio is exp(−|ln p − ln q|).

    Of the items whose price is known, a number above 0; fewer than two: NaN.

    The second product costs twice as much:
    >>> price_distance([[0, 1]], [5.0, 10.0]).round(3).tolist()
    [0.5]
    """
    return mixed_distance(slates, np.zeros((len(np.asarray(prices)), 1)), {PRICE: prices}, {PRICE: 1.0})


def mixed_distance(
    slates: ArrayLike,
    embeddings: ArrayLike,
    facets: Mapping[str, ArrayLike] | None = None,
    facet_weights: Mapping[str, float] | None = None,
) -> Floats:
    """Intra-list distance as a re-ranker mixes it: mean over pairs of Σ w·distance / Σ w, float64 [U] in [0, 2].

    facets: codes int [n_items] by name, "price" as prices; facet_weights: w ≥ 0 by name, "embedding" the vectors'
    (as `engine.rerank.rerank` takes them); without them the vectors alone. Both sums run over the sources that are
    known of both items of a pair, a zero row being an unknown text. No such pair: NaN.

    Perpendicular texts have distance 1, equal categories 0; each weighs half:
    >>> mixed_distance([[0, 1]], np.eye(2), {"category": [0, 0]}, {"embedding": 0.5, "category": 0.5}).tolist()
    [0.5]
    """
    weights = {name: w for name, w in (facet_weights or {EMBEDDING: 1.0}).items() if w > 0}
    if set(weights) == {EMBEDDING}:
        return ild(slates, embeddings)
    vectors = check_vectors(embeddings)
    checked = check_slates(slates, len(vectors))
    values = {name: _slot_values(checked, name, (facets or {})[name]) for name in weights if name != EMBEDDING}
    distance = np.full(len(checked), np.nan)
    for block, text in _texts(checked, vectors if EMBEDDING in weights else None):
        total, weight = np.zeros(()), np.zeros(())
        for name, w in weights.items():
            alike, known = text if name == EMBEDDING else _similarity(name, values[name][block])
            total = total + w * np.where(known, alike, 0.0)
            weight = weight + w * known
        mixed = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
        distance[block] = 1.0 - divide(mixed.sum(axis=1), (weight > 0).sum(axis=1))
    return distance


def _texts(slates: Ints, vectors: NDArray[np.floating] | None) -> Iterator[tuple[slice, PairSimilarity]]:
    """By blocks of users: how alike the texts are; without vectors nothing is known of them."""
    if vectors is not None:
        yield from ((block, (cosines, known)) for block, cosines, known in pair_cosines(slates, vectors))
        return
    pairs = slates.shape[1] * (slates.shape[1] - 1) // 2
    yield from ((block, (np.zeros(()), np.zeros((), bool))) for block in blocks(len(slates), 32 * max(pairs, 1)))


def _slot_values(slates: Ints, name: str, values: ArrayLike) -> NDArray[np.generic]:
    """A facet's code or the price of each slot [U, k]; -1 or NaN where it is empty or unknown."""
    if name != PRICE:
        return slot_codes(slates, values)
    price = np.where(slates == EMPTY, np.nan, np.asarray(values, dtype=np.float64)[slates])
    return np.where((price > 0) & np.isfinite(price), price, np.nan)


def _similarity(name: str, values: NDArray[np.generic]) -> PairSimilarity:
    first, second = (values[:, of] for of in np.triu_indices(values.shape[1], 1))
    if name != PRICE:
        return (first == second).astype(np.float64), (first != UNKNOWN_CODE) & (second != UNKNOWN_CODE)
    ratio = np.minimum(first, second) / np.maximum(first, second)
    return ratio, ~np.isnan(ratio)
