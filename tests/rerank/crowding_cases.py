"""Small shops in which every choice of lists can be tried, for the tests and the benchmark of crowding prices."""

from collections.abc import Callable
from itertools import combinations, product

import numpy as np

from engine.rerank import CrowdedSlates, Prices, PriceScale, find_crowding_prices, rerank

Array = np.ndarray


def small_shop(seed: int) -> tuple[Array, Array, Array, int]:
    """Relevance [U, N] in [0, 1] of candidates [U, N], vectors and k: few enough to try every list."""
    rng = np.random.default_rng(seed)
    users, items, k = int(rng.integers(1, 5)), int(rng.integers(2, 7)), int(rng.integers(1, 3))
    candidates = np.stack([rng.permutation(items) for _ in range(users)])
    liked = rng.random(items) * rng.random()  # what all shoppers like
    relevance = np.clip(liked[candidates] + rng.random((users, items)) * rng.random(), 0, 1).astype(np.float32)
    return relevance, candidates, rng.normal(size=(items, 3)).astype(np.float32), min(k, items)


def crowded(
    relevance: Array,
    candidates: Array,
    vectors: Array,
    k: int,
    spread: float,
    method: str = "mmr",
    diversity: float = 0,
) -> tuple[CrowdedSlates, PriceScale]:
    """Lists by the public functions, and the scale of their prices."""
    users, items = len(candidates), len(vectors)
    scale = PriceScale(spread, users, users * k / items)
    keys = np.random.default_rng(1).integers(2**63, size=users + items, dtype=np.uint64)

    def make(prices: Array) -> Array:
        charges = Prices(prices, spread * 0.001, keys[:users], keys[users:], ordered=False)
        made: Array = rerank(relevance, candidates, vectors, k, method, diversity, prices=charges).items
        return made

    return find_crowding_prices(make, items, scale), scale


def best_possible(worth: list[Array], sets: list[tuple[int, ...]], items: int, potential: Callable[[Array], Array]):
    """The highest Σ worth − Σ potential(slots) of all choices of one of `sets` (products) for each shopper."""
    holds = np.zeros((len(sets), items))
    for number, some in enumerate(sets):
        holds[number, list(some)] = 1
    choices = np.array(list(product(range(len(sets)), repeat=len(worth))))
    values = sum(worth[u][choices[:, u]] for u in range(len(worth)))
    return float((values - potential(holds[choices].sum(axis=1)).sum(axis=1)).max())


def relevance_of(relevance: Array, candidates: Array, items: Array) -> Array:
    """The relevance [U, k] of listed items [U, k]."""
    match = candidates[:, None, :] == items[:, :, None]
    return np.take_along_axis(relevance, match.argmax(axis=2), axis=1)


def by_item(relevance: Array, candidates: Array) -> Array:
    """Relevance [U, n_items] in the order of the catalogue, where every product is a candidate."""
    return np.take_along_axis(relevance, np.argsort(candidates, axis=1), axis=1).astype(float)


def dispersion(own: Array, vectors: Array, some: tuple[int, ...], diversity: float) -> float:
    """(1-λ)·Σ relevance + λ·Σ pairwise distance of a set of products: what `msd` builds up."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    apart = 1 - np.clip(unit @ unit.T, -1, 1)
    pairs = sum(apart[i, j] for i, j in combinations(some, 2))
    return float((1 - diversity) * own[list(some)].sum() + diversity * pairs)
