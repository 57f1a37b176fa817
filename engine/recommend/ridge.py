"""EASE's closed form, solved on the smaller side.

P = (XᵀX + ρI)⁻¹ and B = I - P / diag P (Steck 2019, Embarrassingly Shallow Autoencoders); scores are XB.
By the matrix inversion lemma, with K = (XXᵀ + ρI)⁻¹: XP = KX and P_jj = (1 - x_jᵀ K x_j) / ρ, so that

    XB = X - (KX) / diag P

needs a users x users inverse only. Nothing is approximated.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from engine.recommend.counts import Floats, Ints

COLUMNS = 1_000  # items at a time, so that [n_users, n_items] is never dense
warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
MAX_SIDE = 20_000  # rows of the matrix to invert: 3.2 GB in float64


@dataclass(frozen=True)
class Solution:
    """ridge ρ; inverse float32: K [L, L] over the learning shoppers, or P [n, n] where `dual` is false;
    diagonal float32 [n], diag P."""

    ridge: float
    dual: bool
    inverse: Floats
    diagonal: Floats


def learners(X: sp.csr_array) -> Ints:
    """The user rows to learn from, ascending: all, but at most MAX_SIDE of the most active where both the
    users and the items are more than that."""
    if min(X.shape) <= MAX_SIDE:
        return np.arange(X.shape[0], dtype=np.int64)
    active = np.argsort(-np.diff(X.indptr), kind="stable")[:MAX_SIDE]
    return np.sort(active).astype(np.int64)


def solve(X: sp.csr_array, ridge: float) -> Solution:
    """Solve for the learning shoppers' rows X [L, n]."""
    import torch  # a second to load, and pages open before it is needed

    dual = X.shape[0] < X.shape[1]
    exact = X.astype(np.float64)
    gram = (exact @ exact.T if dual else exact.T @ exact).toarray()
    gram[np.diag_indices_from(gram)] += ridge
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(torch.from_numpy(gram))).numpy()
    diagonal = _diagonal(exact, inverse, ridge) if dual else np.diagonal(inverse)
    return Solution(ridge, dual, inverse.astype(np.float32), diagonal.astype(np.float32))


def _diagonal(X: sp.csr_array, K: np.ndarray, ridge: float) -> np.ndarray:
    columns = X.T.tocsr()
    quadratic = np.empty(X.shape[1])
    for at in range(0, X.shape[1], COLUMNS):
        part = columns[at : at + COLUMNS]
        quadratic[at : at + COLUMNS] = part.multiply(_product(part, K)).sum(axis=1)
    return (1.0 - quadratic) / ridge


def scores(solution: Solution, X: sp.csr_array, learning: sp.csr_array, place: Ints) -> Floats:
    """Scores XB, float32 [U, n], of the shoppers with rows X [U, n].

    learning: the rows [L, n] that were learned from; place: int64 [U], each shopper's row in it, or -1.
    """
    own: Floats = X.toarray()
    if not solution.dual:
        own -= (X @ solution.inverse) / solution.diagonal
        return own
    seen = place >= 0
    projected = np.empty_like(own)
    projected[seen] = _times(solution.inverse[place[seen]], learning)
    if not seen.all():  # x P = (x - x XᵀKX) / ρ for whoever was not learned from
        near = (X[~seen] @ learning.T).toarray() @ solution.inverse
        projected[~seen] = (own[~seen] - _times(near, learning)) / solution.ridge
    own -= projected / solution.diagonal
    return own


def _times(A: Floats, X: sp.csr_array) -> Floats:
    """A [U, L] dense times X [L, n] sparse: (Xᵀ Aᵀ)ᵀ."""
    return _product(X.T.tocsr(), np.ascontiguousarray(A.T)).T


def _product(sparse: sp.csr_array, matrix: np.ndarray) -> np.ndarray:
    """Sparse times dense on all cores; scipy's product runs on one."""
    import torch

    rows, columns = (torch.from_numpy(part.astype(np.int64)) for part in (sparse.indptr, sparse.indices))
    data = torch.from_numpy(sparse.data)
    left = torch.sparse_csr_tensor(rows, columns, data, size=sparse.shape, check_invariants=False)
    product: np.ndarray = (left @ torch.from_numpy(matrix)).numpy()
    return product
