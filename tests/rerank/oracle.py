"""The four methods by definition, in float64, without any incremental trick."""

import numpy as np


def unit(embeddings):
    rows = embeddings.astype(np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)


def zscored(scores):
    scores = scores.astype(np.float64)
    return (scores - scores.mean()) / scores.std() if scores.std() > 0 else scores * 0


def terms(method, scores, vectors, chosen, diversity):
    """(relevance, diversity) of every candidate, given those chosen; scores [N], vectors [N, d]."""
    return {"mmr": _mmr, "msd": _msd, "dpp": _dpp, "ssd": _ssd}[method](scores, vectors, chosen, diversity)


def gain(method, relevance, variety, diversity):
    if method == "dpp":
        return relevance + variety
    return (1 - diversity) * relevance + diversity * variety


def _mmr(scores, vectors, chosen, diversity):
    cosines = np.clip(vectors @ vectors[chosen].T, 0, 1)
    return scores, -cosines.max(axis=1) if chosen else np.zeros(len(scores))


def _msd(scores, vectors, chosen, diversity):
    return scores, (1 - vectors @ vectors[chosen].T).sum(axis=1)


def _dpp(scores, vectors, chosen, diversity):
    """Log determinant with the candidate less the one without it, of the plain similarity kernel."""
    kernel = vectors @ vectors.T
    np.fill_diagonal(kernel, 1)

    def logdet(rows):
        return np.linalg.slogdet(kernel[np.ix_(rows, rows)])[1] if rows else 0.0

    rest = [logdet([*chosen, j]) - logdet(chosen) if j not in chosen else 0.0 for j in range(len(scores))]
    return 2 * (1 - diversity) * zscored(scores), np.array(rest)


def _ssd(scores, vectors, chosen, diversity):
    """Distance of (vector, 1) to the span of the chosen ones, by least squares."""
    biased = np.hstack([vectors, np.ones((len(vectors), 1))])
    if not chosen:
        return zscored(scores), np.linalg.norm(biased, axis=1)
    basis = biased[chosen].T
    fit = np.linalg.lstsq(basis, biased.T, rcond=None)[0]
    return zscored(scores), np.linalg.norm(biased.T - basis @ fit, axis=0)
