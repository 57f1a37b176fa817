"""Pools for the re-ranker's tests: random ones, and a hypothesis strategy for odd ones."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from engine.rerank.inputs import FACET_METHODS
from tests.rerank.oracle import similarity, stand_in

FIELDS = ("items", "relevance", "diversity", "gains", "nearest", "instead", "rule", "similarity")
BY_SIMILARITY = ("mmr", "msd", "dpp", "ssd", "cover")
MIX = {"embedding": 0.5, "price": 0.2, "category": 0.2, "brand": 0.1}


def random_pools(users=20, pool=40, dim=16, n_items=300, seed=0):
    """Scores float32 [U, N] unsorted, candidates int64 [U, N] distinct, embeddings float32 [n_items, d]."""
    rng = np.random.default_rng(seed)
    embeddings = (rng.standard_normal((n_items, dim)) + rng.standard_normal(dim)).astype(np.float32)
    candidates = np.stack([rng.choice(n_items, pool, replace=False) for _ in range(users)])
    return rng.random((users, pool)).astype(np.float32), candidates, embeddings


def random_facets(n_items=300, seed=0):
    """Two coded facets with unknown values, and prices of which some are unknown."""
    rng = np.random.default_rng(seed)
    prices = np.exp(rng.normal(1, 1, n_items))
    prices[rng.random(n_items) < 0.1] = np.nan
    prices[rng.random(n_items) < 0.1] = 0
    return {"category": rng.integers(-1, 7, n_items), "brand": rng.integers(-1, 20, n_items), "price": prices}


def random_profiles(users=20, seed=0):
    """History shares of the two coded facets; some shoppers have none."""
    rng = np.random.default_rng(seed)
    profiles = {name: rng.random((users, n)) ** 3 * (rng.random((users, n)) < 0.7) for name, n in VALUES}
    for shares in profiles.values():
        shares[rng.random(users) < 0.1] = 0
    return profiles


VALUES = (("category", 7), ("brand", 22))  # the last brands have no item


def extras(method, pools, seed=0):
    """What xquad, calibrated and richness need beyond the pools."""
    if method not in FACET_METHODS:
        return {}
    return {"facets": random_facets(len(pools[2]), seed), "profiles": random_profiles(len(pools[0]), seed)}


def mixed_extras(pools, seed=0):
    """Facets, profiles and weights that mix all kinds of similarity."""
    return {
        "facets": random_facets(len(pools[2]), seed),
        "profiles": random_profiles(len(pools[0]), seed),
        "facet_weights": MIX,
    }


def of_users(extra, users):
    """The same extras for some of the users."""
    profiles = {name: shares[users] for name, shares in extra.get("profiles", {}).items()}
    return extra | ({"profiles": profiles} if profiles else {})


def part(slates, *cut):
    """The same cut of all arrays."""
    return replace(slates, **{name: getattr(slates, name)[cut] for name in FIELDS})


def same(left, right):
    """Whether two Slates are equal in every field, bit for bit; empty slots are equal."""
    return all(np.array_equal(getattr(left, name), getattr(right, name), equal_nan=True) for name in FIELDS)


def one_user(method, scores, candidates, embeddings, extra, user):
    """What the oracle needs of one user: scores and items of their pool, similarities and wanted shares, completed."""
    valid = candidates[user] >= 0
    items, scores = candidates[user][valid], scores[user][valid]
    facets = {name: codes[items] for name, codes in extra.get("facets", {}).items()}
    weights = extra.get("facet_weights")
    named = weights or dict.fromkeys(facets, 1.0)
    named = {name: w for name, w in named.items() if name not in ("embedding", "price")}
    seen = named if method in FACET_METHODS else weights or {"embedding": 1.0}
    vectors, facets, borrows = stand_in(scores, embeddings[items], facets, seen)
    alike = similarity(vectors, facets, weights)
    if method == "cover":
        alike[borrows] = 0  # they need not be covered
    total = sum(named.values())
    profiles = extra.get("profiles", {})
    wants = [(w / total, facets[name], profiles[name][user] if name in profiles else None) for name, w in named.items()]
    return scores, items, alike, wants


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
