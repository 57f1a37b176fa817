"""Pools for the re-ranker's tests: random ones, and a hypothesis strategy for odd ones."""

import numpy as np
from hypothesis import strategies as st

FIELDS = ("items", "relevance", "diversity", "gains", "nearest", "similarity")


def random_pools(users=20, pool=40, dim=16, n_items=300, seed=0):
    """Scores float32 [U, N] unsorted, candidates int64 [U, N] distinct, embeddings float32 [n_items, d]."""
    rng = np.random.default_rng(seed)
    embeddings = (rng.standard_normal((n_items, dim)) + rng.standard_normal(dim)).astype(np.float32)
    candidates = np.stack([rng.choice(n_items, pool, replace=False) for _ in range(users)])
    return rng.random((users, pool)).astype(np.float32), candidates, embeddings


def same(left, right):
    """Whether two Slates are equal in every field, bit for bit; empty slots are equal."""
    return all(np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True) for name in FIELDS)


@st.composite
def odd_pools(draw):
    """Small pools with ties, gaps (-1), zero vectors and duplicate vectors: what real shops hold."""
    users, pool, n_items = draw(st.integers(1, 4)), draw(st.integers(1, 8)), 10
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    embeddings = rng.integers(-2, 3, (n_items, draw(st.integers(1, 4)))).astype(np.float32)
    candidates = np.stack([rng.permutation(n_items)[:pool] for _ in range(users)])
    candidates[rng.random(candidates.shape) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = -1
    scores = rng.integers(0, 4, candidates.shape).astype(np.float32)
    return scores, candidates, embeddings
