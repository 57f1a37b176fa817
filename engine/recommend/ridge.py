"""EASE's closed form, solved on the smaller side.

P = (XᵀX + ρI)⁻¹ and B = I - P / diag P (Steck 2019, Embarrassingly Shallow Autoencoders); scores are XB.
By the matrix inversion lemma, with K = (XXᵀ + ρI)⁻¹: XP = KX and P_jj = (1 - x_jᵀ K x_j) / ρ, so that

    XB = X - (KX) / diag P

needs a users x users inverse only. Nothing is approximated.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from engine.recommend.counts import Floats, Ints
from engine.recommend.sparse import COLUMNS, dense_times_sparse, sparse_times_dense

BYTES = 1 << 30  # the most memory that an inverse may take while it is made; beyond, see `spectral`
BYTES_PER_CELL = 28  # of the matrix: its sparse product 20, then itself, its factor, its inverse and a copy in float32


@dataclass(frozen=True)
class Solution:
    """ridge ρ; inverse float32: K [L, L] over the learning shoppers, or P [n, n] where `dual` is false;
    diagonal float32 [n], diag P."""

    ridge: float
    dual: bool
    inverse: Floats
    diagonal: Floats


def memory(shape: tuple[int, int]) -> int:
    """Bytes that `solve` takes at its height, for X of that shape."""
    return BYTES_PER_CELL * min(shape) ** 2


def is_small(shape: tuple[int, int]) -> bool:
    """Whether X of that shape is solved exactly here: up to 6,192 shoppers or products. The work grows with the cube:
    2·10¹¹ operations at that size, eight seconds at 30 billion a second, and a blend is solved five times."""
    return memory(shape) <= BYTES


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
        chunk = columns[at : at + COLUMNS]
        quadratic[at : at + COLUMNS] = chunk.multiply(sparse_times_dense(chunk, K)).sum(axis=1)
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
    projected[seen] = dense_times_sparse(solution.inverse[place[seen]], learning)
    if not seen.all():  # x P = (x - x XᵀKX) / ρ for whoever was not learned from
        near = (X[~seen] @ learning.T).toarray() @ solution.inverse
        projected[~seen] = (own[~seen] - dense_times_sparse(near, learning)) / solution.ridge
    own -= projected / solution.diagonal
    return own
