"""Pools of unit vectors, our lists of them, and MMR by its formula with the lead of every choice."""

import numpy as np
from hypothesis import strategies as st

from engine.rerank import Prices, rerank
from engine.strategy.strategy import Strategy

CLEAR = 1e-4  # candidates nearer than this may change places by rounding

shapes = st.tuples(st.integers(2, 40), st.integers(2, 8), st.integers(1, 12), st.integers(1, 40), st.integers(0, 2**32))
levels = st.sampled_from([0.05, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99]) | st.floats(0.01, 0.99)


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def drawn(n: int, d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors [n, d] and one to search with, none more than a right angle from another."""
    rng = np.random.default_rng(seed)
    return unit(rng.random((n, d)) + 0.01), unit(rng.random(d) + 0.01)


def span_of(vectors: np.ndarray, query: np.ndarray, pool: int) -> float:
    best = np.sort(vectors @ query)[::-1][:pool]
    return float(best[0] - best[-1])


def ours(
    vectors: np.ndarray, query: np.ndarray, strategy: Strategy, prices: np.ndarray | None = None, ordered: bool = True
) -> list[int]:
    """prices: float [n], what each product costs. ordered: in the order of the list, or as products were chosen."""
    scores = vectors @ query
    pool = np.argsort(-scores, kind="stable")[: strategy.pool]
    made = rerank(
        scores[pool][None], pool[None], vectors,
        k=strategy.k, method="mmr", diversity=strategy.diversity, normalize=strategy.normalize,
        prices=None if prices is None else Prices(prices, ordered=ordered),
    )  # fmt: skip
    return [int(item) for item in made.items[0] if item >= 0]


def oracle(
    vectors: np.ndarray, query: np.ndarray, level: float, k: int, pool: int, costs: np.ndarray | None = None
) -> tuple[list[int], float]:
    """MMR by its formula on cosines, less the `costs` [n] of products, and the least lead of a chosen product over the
    next."""
    vectors, query = vectors.astype(np.float64), query.astype(np.float64)
    scores, alike = vectors @ query, vectors @ vectors.T
    order = np.argsort(-scores)
    left, chosen = list(order[:pool]), []
    lead = scores[order[pool - 1]] - scores[order[pool]] if pool < len(order) else np.inf
    scores = scores if costs is None else scores - costs
    while left and len(chosen) < k:
        nearest = [max((alike[item, other] for other in chosen), default=0.0) for item in left]
        gains = np.array([(1 - level) * scores[item] - level * near for item, near in zip(left, nearest, strict=True)])
        if not chosen:
            gains = scores[left]  # all begin with the most relevant
        best = int(gains.argmax())
        lead = min(lead, gains[best] - np.delete(gains, best).max(initial=-np.inf))
        chosen.append(int(left.pop(best)))
    return chosen, float(lead)


def prices_of(n: int, seed: int, spread: float) -> np.ndarray:
    """Prices [n] in [0, spread]; every third product has none, as in a shop."""
    return spread * np.random.default_rng(seed).random(n) * (np.arange(n) % 3 > 0)
