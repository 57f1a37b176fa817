"""The greedy methods by definition, in float64, without any incremental trick.

`alike` [N, N] is the similarity of the pool's items, its diagonal their squared norms; `wants` is a list of
(weight, codes [N], profile [n_values] or None) for the methods that choose by facet values.
"""

from itertools import combinations

import numpy as np


def unit(embeddings):
    rows = embeddings.astype(np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)


def similarity(embeddings, facets=None, facet_weights=None):
    """Mixed similarity of all items, float64; the diagonal is 1, less the embedding's weight for a zero row."""
    weights = facet_weights or {"embedding": 1.0}
    total = sum(weights.values())
    vectors = unit(embeddings)
    alike = weights.get("embedding", 0) / total * (vectors @ vectors.T)
    for name, weight in weights.items():
        if name == "embedding":
            continue
        part = np.eye(len(vectors))
        values = facets[name]
        for i in range(len(vectors)):
            for j in range(len(vectors)):
                if i != j and name == "price" and values[i] > 0 and values[j] > 0:
                    part[i, j] = min(values[i], values[j]) / max(values[i], values[j])
                elif i != j and name != "price" and values[i] >= 0:
                    part[i, j] = values[i] == values[j]
        alike = alike + weight / total * part
    return alike


def zscored(scores):
    scores = scores.astype(np.float64)
    return (scores - scores.mean()) / scores.std() if scores.std() > 0 else scores * 0


def stand_in(scores, embeddings, facets, weights):
    """Embeddings and facets of one pool, each unknown value taken from the lender, and who borrows; pair by pair."""
    whole = {"embedding": embeddings.astype(np.float64), **{name: np.asarray(facets[name]) for name in facets or {}}}
    known = {"embedding": embeddings.any(axis=1)}
    known |= {name: values > 0 if name == "price" else values >= 0 for name, values in (facets or {}).items()}
    sources = [name for name, weight in weights.items() if weight > 0]
    order = np.argsort(-scores, kind="stable").tolist()

    def alike(i, j):
        shared = {name: whole[name][[i, j]] for name in sources if known[name][i] and known[name][j]}
        own = {name: values for name, values in shared.items() if name != "embedding"}
        vectors = shared.get("embedding", np.zeros((2, 1)))
        return sum(similarity(vectors, own, {name: weights[name]})[0, 1] * weights[name] for name in shared)

    result = {name: values.copy() for name, values in whole.items()}
    borrows = np.zeros(len(scores), bool)
    for name in sources:
        for place, i in enumerate(order):
            others = [j for j in order[place + 1 :] + order[:place][::-1] if known[name][j]]
            if not known[name][i] and others:
                result[name][i] = whole[name][max(others, key=lambda j: round(alike(i, j), 4))]
                borrows[i] = True
    return result.pop("embedding"), result, borrows


def likeness(embeddings, facets, weights):
    """Gower's similarity of all items, by what is known of both; 0 where that is nothing, the diagonal 1."""
    total = weight = np.zeros((len(embeddings), len(embeddings)))
    for name, share in (weights or {"embedding": 1.0}).items():
        values = embeddings.any(axis=1) if name == "embedding" else facets[name]
        told = values if name == "embedding" else values > 0 if name == "price" else values >= 0
        both = np.outer(told, told) * share
        total = total + both * similarity(embeddings, facets, {name: 1.0})
        weight = weight + both
    alike = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    np.fill_diagonal(alike, 1)
    return alike


def terms(method, scores, alike, chosen, diversity, wants=()):
    """(relevance, diversity) of every candidate, given those chosen; scores [N]."""
    one = {"mmr": _mmr, "msd": _msd, "dpp": _dpp, "ssd": _ssd, "cover": _cover}.get(method)
    if one:
        return one(scores, alike, chosen, diversity)
    term = {"xquad": _xquad, "calibrated": _calibrated}[method]
    return scores, sum(weight * term(codes, profile, chosen) for weight, codes, profile in wants)


def gain(method, relevance, variety, diversity):
    if method == "dpp":
        return relevance + variety
    return (1 - diversity) * relevance + diversity * variety


def _mmr(scores, alike, chosen, diversity):
    return scores, -np.clip(alike[:, chosen], 0, 1).max(axis=1) if chosen else np.zeros(len(scores))


def _msd(scores, alike, chosen, diversity):
    return scores, (1 - alike[:, chosen]).sum(axis=1)


def _dpp(scores, alike, chosen, diversity):
    """Log determinant with the candidate less the one without it, of the plain similarity kernel."""
    kernel = alike.copy()
    np.fill_diagonal(kernel, 1)

    def logdet(rows):
        return np.linalg.slogdet(kernel[np.ix_(rows, rows)])[1] if rows else 0.0

    rest = [logdet([*chosen, j]) - logdet(chosen) if j not in chosen else 0.0 for j in range(len(scores))]
    return 2 * (1 - diversity) * zscored(scores), np.array(rest)


def _ssd(scores, alike, chosen, diversity):
    """Distance of (features, 1) to the span of the chosen ones, by least squares."""
    value, direction = np.linalg.eigh(alike)  # features whose inner products are the similarities
    biased = np.hstack([direction * np.sqrt(np.maximum(value, 0)), np.ones((len(alike), 1))])
    if not chosen:
        return zscored(scores), np.linalg.norm(biased, axis=1)
    basis = biased[chosen].T
    fit = np.linalg.lstsq(basis, biased.T, rcond=1e-10)[0]
    return zscored(scores), np.linalg.norm(biased.T - basis @ fit, axis=0)


def _cover(scores, alike, chosen, diversity):
    clipped = np.clip(alike, 0, 1)
    covered = clipped[:, chosen].sum(axis=1)
    return scores, np.sqrt(covered[:, None] + clipped).sum(axis=0) - np.sqrt(covered).sum()


def _xquad(codes, profile, chosen):
    known = codes[codes >= 0]
    if profile is None or not profile.sum():
        profile = np.bincount(known, minlength=1) > 0
    shares = profile / max(profile.sum(), 1e-300)
    fresh = (codes >= 0) & ~np.isin(codes, codes[chosen])
    return np.where(fresh, shares[codes], 0.0)


def _calibrated(codes, profile, chosen):
    return -np.array([divergence(codes[[*chosen, j]], profile) for j in range(len(codes))])


def divergence(codes, profile):
    """KL(p ‖ 0.99·q + 0.01·p) in bits of a list's codes; 0 without a profile."""
    if not profile.sum():
        return 0.0
    p = profile / profile.sum()
    counts = np.bincount(codes[codes >= 0], minlength=len(p))
    q = counts / max(counts.sum(), 1)
    wanted = p > 0
    return float((p[wanted] * np.log2(p[wanted] / (0.99 * q + 0.01 * p)[wanted])).sum())


def richness_loss(codes, size):
    """ln(N / |C|) of the chosen items' codes; ln K where none is known."""
    known = codes[codes >= 0]
    return np.log(len(known) / len(set(known.tolist()))) if len(known) else np.log(max(size, 1))


def scaled(scores):
    spread = np.float64(scores.max()) - scores.min()
    return (scores - np.float64(scores.min())) / spread if spread > 0 else np.ones(len(scores))


def richness_objective(scores, wants, chosen, diversity):
    """(1-λ)·mean(1 - s) + λ·Σ weight·ln(N / |C|) of a set."""
    rows = list(chosen)
    loss = sum(weight * richness_loss(codes[rows], len(rows)) for weight, codes, _ in wants)
    return (1 - diversity) * (1 - scaled(scores)[rows]).mean() + diversity * loss


def best_richness(scores, wants, size, diversity):
    """The best set by trying all: places by falling score; ties by Σ s, then by place."""
    order = np.argsort(-scores, kind="stable")
    s = scaled(scores)

    def worse(places):
        rows = order[list(places)]
        return (round(richness_objective(scores, wants, rows, diversity), 10), round(-s[rows].sum(), 10), places)

    return order[list(min(map(worse, combinations(range(len(scores)), size)))[2])]
