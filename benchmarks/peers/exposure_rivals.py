"""Other ways of showing more products over all lists together, each with one strength; every product is a provider.

All take relevance float [U, N] in [0, 1] of candidates int64 [U, N] (-1 = none) and give lists int64 [U, k].
"""

import numpy as np

from engine.rerank import p_mmf

Array = np.ndarray


def _top(worth: Array, candidates: Array, k: int) -> Array:
    """The k candidates of highest worth."""
    order = np.argsort(np.where(candidates >= 0, -worth, np.inf), axis=1, kind="stable")[:, :k]
    return np.take_along_axis(candidates, order, axis=1)


def popularity_penalty(relevance: Array, candidates: Array, k: int, strength: float, popularity: Array) -> Array:
    """Relevance less strength · log popularity, the most popular product at 1."""
    share = np.log1p(popularity) / np.log1p(popularity.max())
    return _by_relevance(_top(relevance - strength * share[candidates], candidates, k), relevance, candidates)


def random_reranking(relevance: Array, candidates: Array, k: int, strength: float, seed: int = 0) -> Array:
    """Relevance plus strength · uniform noise."""
    noise = np.random.default_rng(seed).random(relevance.shape)
    return _by_relevance(_top(relevance + strength * noise, candidates, k), relevance, candidates)


def p_mmf_products(relevance: Array, candidates: Array, k: int, strength: float, n_items: int) -> Array:
    """P-MMF (Xu et al., WWW 2023), products in place of providers with equal shares; strength is its weight."""
    shares = np.full(n_items, (1 + 1 / n_items) * max(1 / n_items, 2 / len(candidates)))
    return p_mmf(relevance, candidates, np.arange(n_items), shares, k, weight=strength).items


def fair_rec(relevance: Array, candidates: Array, k: int, rounds: int, eligible: int) -> Array:
    """FairRec (Patro et al., WWW 2020, algorithm 1): for some rounds shoppers in turn take their best product of which
    copies are left, equally many of each; the rest of a list are the shopper's best. Strength: rounds, at most k.
    """
    users = len(candidates)
    copies = np.full(int(candidates.max()) + 1, max(1, users * k // eligible))
    worth = np.where(candidates >= 0, relevance, -np.inf)
    items = np.full((users, k), -1, np.int64)
    for turn in range(rounds):
        for user in range(users):
            left = np.where((copies[candidates[user]] > 0) & (candidates[user] >= 0), worth[user], -np.inf)
            best = int(left.argmax())
            if left[best] > -np.inf:
                items[user, turn] = candidates[user, best]
                copies[items[user, turn]] -= 1
                worth[user, best] = -np.inf
    rest = _top(worth, candidates, k)
    for user in range(users):
        had = items[user][items[user] >= 0]
        items[user] = np.concatenate([had, rest[user]])[:k]
    return _by_relevance(items, relevance, candidates)


def tfrom(relevance: Array, candidates: Array, k: int, strength: float, eligible: int) -> Array:
    """TFROM (Wu et al., SIGIR 2021, offline, uniform fairness): place by place, the shopper who has lost most first,
    each takes their best product whose exposure stays below a cap; without one, the product with least exposure.
    Strength: the equal share of exposure ÷ the cap, from 0 (no cap) to 1.
    """
    users = len(candidates)
    gain = 1 / np.log2(np.arange(2, k + 2))
    cap = np.inf if strength == 0 else users * gain.sum() / eligible / strength
    exposure, worth = np.zeros(int(candidates.max()) + 1), np.where(candidates >= 0, relevance, -np.inf)
    best = np.cumsum(-np.sort(-worth, axis=1)[:, :k] * gain, axis=1)
    had, items = np.zeros(users), np.full((users, k), -1, np.int64)
    for place in range(k):
        so_far = had / np.maximum(best[:, place - 1], 1e-9) if place else had
        for user in np.argsort(so_far, kind="stable"):
            got = exposure[candidates[user]]
            allowed = np.where(got + gain[place] <= cap, worth[user], -np.inf)
            slot = int(allowed.argmax())
            if allowed[slot] == -np.inf:
                slot = int(np.where(worth[user] > -np.inf, got, np.inf).argmin())
            items[user, place] = candidates[user, slot]
            had[user] += worth[user, slot] * gain[place]
            exposure[items[user, place]] += gain[place]
            worth[user, slot] = -np.inf
    return items


def _by_relevance(items: Array, relevance: Array, candidates: Array) -> Array:
    """The same lists with their products by falling relevance, as ours have them at λ = 0."""
    match = candidates[:, None, :] == items[:, :, None]
    worth = np.where(items >= 0, np.take_along_axis(relevance, match.argmax(axis=2), axis=1), -np.inf)
    return np.take_along_axis(items, np.argsort(-worth, axis=1, kind="stable"), axis=1)
