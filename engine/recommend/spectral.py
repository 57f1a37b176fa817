"""EASE where its matrix is too large to invert: the leading eigenvectors exactly, the rest by a polynomial.

With G = XᵀX and ρ the ridge, EASE needs P = (G + ρI)⁻¹ (see `ridge`). The largest eigenvalues l of G, with their
eigenvectors V, are treated exactly. On what is left, R = G - V l Vᵀ with eigenvalues in [0, τ], 1 / (l + ρ) is replaced
by the polynomial p whose largest relative error is the smallest there is (a Chebyshev polynomial; Saad 2003, Iterative
Methods for Sparse Linear Systems, §6.11.1). So

    P ≈ V 1 / (l + ρ) Vᵀ + p(R) (I - VVᵀ)        with relative error at most 1 / T_{m+1}(1 + 2ρ / τ)

for a polynomial of degree m. Nothing of the size n_items² or n_users² is ever held: scores cost sparse products with X.
V comes from subspace iteration with a fixed start (Halko, Martinsson & Tropp 2011, §4.5); the bound is that of exact
eigenvectors.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse as sp
from numpy.polynomial import chebyshev, polynomial

from engine.data import Progress, silent
from engine.data.problems import sub_progress
from engine.recommend.counts import Floats
from engine.recommend.sparse import COLUMNS, sparse_times_dense

RANKS = (128, 256, 512, 1024)  # eigenvectors: the first number that is enough
DEGREES = (1, 2, 3)  # of the polynomial, the first that is enough; each costs two sparse products a score
TOLERANCE = 2e-3  # relative error of P that is enough: on the sample the nDCG is that of the exact solution
ITERATIONS = 6
DEPENDENT = 1e-13  # columns whose squared length falls below this share of the longest are combinations of others
LEAST_BOUND = 1e-3  # of the ridge: below, the error is under 1e-6, and the polynomial's coefficients would cancel out
CELLS = 50_000_000  # of a dense block [n_users, columns], at most: 400 MB
MARGIN = 1 / 8  # share of the eigenvectors that are found beyond those that τ is read from
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Eigenbasis:
    """The leading eigenpairs of XᵀX. vectors: [n, r], float64 to solve with, float32 to score with; values: float64
    [r], descending; bound: τ, the largest eigenvalue that is left."""

    vectors: npt.NDArray[np.floating]
    values: Doubles
    bound: float

    def stored(self) -> Self:
        """In single precision, which is enough for scores."""
        return replace(self, vectors=self.vectors.astype(np.float32))


@dataclass(frozen=True)
class Spectral:
    """P for one ridge. coefficients: float64 [m + 1], p's, the constant first; diagonal: float32 [n], diag P; error:
    the bound of the relative error."""

    ridge: float
    coefficients: Doubles
    diagonal: Floats
    error: float


def leading(X: sp.csr_array, ridge: float, report: Progress = silent) -> Eigenbasis:
    """As many eigenpairs as `ridge`, the smallest in use, needs for TOLERANCE; the most of RANKS where none is enough.

    X: float32 [n_users, n].
    """
    widest = min(X.shape)
    ranks = [rank for rank in RANKS if rank < widest] or [widest]
    start = np.zeros((X.shape[1], 0))
    for at, rank in enumerate(ranks):
        basis = _eigenpairs(X, rank, start, sub_progress(report, "train.ease", at / len(ranks), (at + 1) / len(ranks)))
        if error(basis.bound, ridge, DEGREES[-1]) <= TOLERANCE:
            break
        start = basis.vectors
    report("train.ease", 1, 1)
    return basis


def error(bound: float, ridge: float, degree: int) -> float:
    """The largest relative error of the best polynomial of that degree on eigenvalues in [0, bound]."""
    return float(1.0 / np.cosh((degree + 1) * np.arccosh(1.0 + 2.0 * ridge / max(bound, LEAST_BOUND * ridge))))


def solve(
    X: sp.csr_array, basis: Eigenbasis, ridges: Iterable[float], report: Progress = silent
) -> dict[float, Spectral]:
    """P for each ridge from the eigenpairs of XᵀX."""
    degrees = {ridge: _degree(basis.bound, ridge) for ridge in ridges}
    diagonals = _diagonals(X, basis, max(degrees.values()), report)
    solutions = {}
    for ridge, degree in degrees.items():
        coefficients = best_polynomial(basis.bound, ridge, degree)
        diagonal = coefficients @ diagonals[: degree + 1] + basis.vectors**2 @ (1.0 / (basis.values + ridge))
        solutions[ridge] = Spectral(ridge, coefficients, diagonal.astype(np.float32), error(basis.bound, ridge, degree))
    return solutions


def _degree(bound: float, ridge: float) -> int:
    return next((m for m in DEGREES if error(bound, ridge, m) <= TOLERANCE), DEGREES[-1])


def scores(solution: Spectral, basis: Eigenbasis, rows: sp.csr_array, X: sp.csr_array) -> Floats:
    """Scores XB = X - XP / diag P, float32 [U, n], of shoppers with rows [U, n]; X [n_users, n] was learned from.

    V is taken out before each product with XᵀX, whose largest eigenvalues would blow up what rounding left of it.
    """
    own: Floats = rows.toarray()
    V, transposed = basis.vectors.astype(np.float32, copy=False), X.T.tocsr()
    along: Floats = (rows @ V).T  # [r, U]
    rest = own.T - V @ along  # [n, U]
    *lower, highest = solution.coefficients.astype(np.float32)
    projected, inverse = highest * rest, (1.0 / (basis.values + solution.ridge)).astype(np.float32)
    for at, coefficient in enumerate(reversed(lower)):
        if at:
            projected -= V @ (V.T @ projected)
        projected = sparse_times_dense(transposed, sparse_times_dense(X, projected))
        projected += coefficient * rest
    projected += V @ (inverse[:, None] * along - V.T @ projected)
    projected /= solution.diagonal[:, None]
    own -= projected.T
    return own


def best_polynomial(bound: float, ridge: float, degree: int) -> Doubles:
    """Coefficients [degree + 1] of p with the least max |1 - (l + ridge) p(l)| over l in [0, bound]."""
    bound = max(bound, LEAST_BOUND * ridge)
    basis = np.zeros(degree + 2)
    basis[-1] = 1.0  # T_{degree + 1}
    residual: Doubles = np.zeros(1)
    for coefficient in chebyshev.cheb2poly(basis)[::-1]:  # Horner in 1 - 2l / bound
        residual = polynomial.polyadd(polynomial.polymul(residual, [1.0, -2.0 / bound]), [coefficient])
    residual = residual[: degree + 2] / chebyshev.chebval(1.0 + 2.0 * ridge / bound, basis)
    quotient: Doubles = polynomial.polydiv(polynomial.polysub([1.0], residual), [ridge, 1.0])[0]
    return quotient


def _eigenpairs(X: sp.csr_array, rank: int, start: npt.NDArray[np.floating], report: Progress) -> Eigenbasis:
    """The `rank` leading eigenpairs of XᵀX and MARGIN more, by subspace iteration from `start` and fixed others."""
    exact = X.astype(np.float64)
    transposed = exact.T.tocsr()
    width = min(rank + int(np.ceil(rank * MARGIN)), min(X.shape))
    rng = np.random.default_rng(0)
    vectors = np.hstack([start, rng.standard_normal((X.shape[1], max(width - start.shape[1], 0)))])[:, :width]
    for done in range(ITERATIONS):
        report("train.ease", done, ITERATIONS)
        vectors = _orthonormal(sparse_times_dense(transposed, sparse_times_dense(exact, vectors)))
    images = sparse_times_dense(exact, vectors)
    values, turned = scipy.linalg.eigh(images.T @ images)
    values, vectors = np.maximum(values[::-1], 0.0), vectors @ turned[:, ::-1]
    left = float(values[rank - 1]) if len(values) < min(X.shape) and len(values) >= rank else 0.0
    return Eigenbasis(vectors, values, left)


def _orthonormal(vectors: npt.NDArray[np.floating]) -> Doubles:
    """An orthonormal basis of the columns; those that are combinations of others are dropped."""
    values, turned = scipy.linalg.eigh(vectors.T @ vectors)
    independent = values > DEPENDENT * values[-1]
    basis: Doubles = vectors @ (turned[:, independent] / np.sqrt(values[independent]))
    return basis


def _diagonals(X: sp.csr_array, basis: Eigenbasis, degree: int, report: Progress) -> Doubles:
    """float64 [degree + 1, n]: the diagonals of I - VVᵀ and of R to R^degree, a block of columns at a time.

    diag R² holds the squared lengths of R's columns, diag R³ those of X times R's columns.
    """
    exact = X.astype(np.float64)
    transposed, columns = exact.T.tocsr(), exact.tocsc()
    diagonals = np.zeros((degree + 1, X.shape[1]))
    squares = basis.vectors**2
    diagonals[0] = 1.0 - squares.sum(axis=1)
    diagonals[1] = exact.power(2).sum(axis=0) - squares @ basis.values
    width = min(COLUMNS, max(1, CELLS // X.shape[0]))
    for at in range(0, X.shape[1] if degree > 1 else 0, width):
        report("train.ease", at, X.shape[1])
        some = slice(at, at + width)
        left = (transposed @ columns[:, some]).toarray()
        left -= basis.vectors @ (basis.values * basis.vectors[some]).T
        diagonals[2, some] = _lengths(left)
        if degree > 2:
            diagonals[3, some] = _lengths(sparse_times_dense(exact, left))
    report("train.ease", 1, 1)
    return diagonals


def _lengths(matrix: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """The squared length of each column."""
    lengths: npt.NDArray[np.floating] = np.einsum("ij,ij->j", matrix, matrix)
    return lengths
