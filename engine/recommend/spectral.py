"""EASE where its matrix is too large to invert: the leading eigenvectors exactly, the rest by a polynomial.

With G = XᵀX and ρ the ridge, EASE needs P = (G + ρI)⁻¹ (see `ridge`). The largest eigenvalues l of G, with their
eigenvectors V, are treated exactly. On what is left, with eigenvalues in [0, τ], 1 / (l + ρ) is replaced by the
polynomial p whose largest relative error is the smallest there is (a Chebyshev polynomial; Saad 2003, Iterative Methods
for Sparse Linear Systems, §6.11.1). So

    P ≈ p(G) + V (1 / (l + ρ) - p(l)) Vᵀ        with relative error at most 1 / T_{m+1}(1 + 2ρ / τ)

for a polynomial of degree m. Nothing of the size n_items² or n_users² is ever held: scores cost sparse products with X.
V comes from subspace iteration with a fixed start (Halko, Martinsson & Tropp 2011, §4.5); the bound is that of exact
eigenvectors.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse as sp
from numpy.polynomial import chebyshev, polynomial

from engine.data import Report, silent
from engine.data.problems import part
from engine.recommend.counts import Floats
from engine.recommend.sparse import COLUMNS, dense_times_sparse, sparse_times_dense

RANKS = (128, 256, 512, 1024)  # eigenvectors: the first number that is enough
DEGREES = (1, 2)  # of the polynomial: the first that is enough
TOLERANCE = (
    2e-3  # relative error of P that is enough; at 0.0022, EASE lost 0.0006 of nDCG@10 on the sample (ridge 300, all)
)
ITERATIONS = 6
DEPENDENT = 1e-13  # columns whose squared length falls below this share of the longest are combinations of others
LEAST_BOUND = 1e-3  # of the ridge: below, the error is under 1e-6, and the polynomial's coefficients would cancel out
MARGIN = 1 / 8  # share of the eigenvectors that are found beyond those that τ is read from
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Basis:
    """The leading eigenpairs of XᵀX. vectors: float32 [n, r]; values: float64 [r], descending; bound: τ, the largest
    eigenvalue that is left."""

    vectors: Floats
    values: Doubles
    bound: float


@dataclass(frozen=True)
class Spectral:
    """P for one ridge. coefficients: float64 [m + 1], p's, the constant first; correction: float32 [r], what an
    eigenvector gets beside p; diagonal: float32 [n], diag P; error: the bound of the relative error."""

    ridge: float
    coefficients: Doubles
    correction: Floats
    diagonal: Floats
    error: float


def leading(X: sp.csr_array, ridge: float, report: Report = silent) -> Basis:
    """As many eigenpairs as `ridge`, the smallest in use, needs for TOLERANCE; the most of RANKS where none is enough.

    X: float32 [n_users, n].
    """
    widest = min(X.shape)
    ranks = [rank for rank in RANKS if rank < widest] or [widest]
    start: Doubles = np.zeros((X.shape[1], 0))
    for at, rank in enumerate(ranks):
        basis = _eigenpairs(X, rank, start, part(report, "train.ease", at / len(ranks), (at + 1) / len(ranks)))
        if error(basis.bound, ridge, DEGREES[-1]) <= TOLERANCE:
            break
        start = basis.vectors.astype(np.float64)
    report("train.ease", 1, 1)
    return basis


def error(bound: float, ridge: float, degree: int) -> float:
    """The largest relative error of the best polynomial of that degree on eigenvalues in [0, bound]."""
    return float(1.0 / np.cosh((degree + 1) * np.arccosh(1.0 + 2.0 * ridge / max(bound, LEAST_BOUND * ridge))))


def solve(X: sp.csr_array, basis: Basis, ridge: float) -> Spectral:
    """P for one ridge from the eigenpairs of XᵀX."""
    degree = next((m for m in DEGREES if error(basis.bound, ridge, m) <= TOLERANCE), DEGREES[-1])
    coefficients = best_polynomial(basis.bound, ridge, degree)
    correction = 1.0 / (basis.values + ridge) - polynomial.polyval(basis.values, coefficients)
    diagonal = (basis.vectors.astype(np.float64) ** 2) @ correction + coefficients[0]
    for power, coefficient in enumerate(coefficients[1:], 1):
        diagonal += coefficient * _diagonal_of_power(X, power)
    return Spectral(
        ridge,
        coefficients,
        correction.astype(np.float32),
        diagonal.astype(np.float32),
        error(basis.bound, ridge, degree),
    )


def scores(solution: Spectral, basis: Basis, rows: sp.csr_array, X: sp.csr_array) -> Floats:
    """Scores XB = X - XP / diag P, float32 [U, n], of shoppers with rows [U, n]; X [n_users, n] was learned from."""
    own: Floats = rows.toarray()
    projected = np.float32(solution.coefficients[0]) * own
    projected += _beyond_the_constant(solution.coefficients.astype(np.float32), rows, X)
    projected += ((rows @ basis.vectors) * solution.correction) @ basis.vectors.T
    projected /= solution.diagonal
    own -= projected
    return own


def _beyond_the_constant(coefficients: Floats, rows: sp.csr_array, X: sp.csr_array) -> Floats:
    """float32 [U, n]: Σ_{m ≥ 1} c_m · rows (XᵀX)^m, as (Σ c_m · rows Xᵀ (XXᵀ)^(m-1)) X by Horner's rule."""
    near: Floats = (rows @ X.T).toarray()  # [U, n_users]
    weights = coefficients[-1] * near
    for coefficient in coefficients[-2:0:-1]:
        weights = dense_times_sparse(dense_times_sparse(weights, X), X.T.tocsr()) + coefficient * near
    product: Floats = dense_times_sparse(weights, X)
    return product


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


def _eigenpairs(X: sp.csr_array, rank: int, start: Doubles, report: Report) -> Basis:
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
    return Basis(vectors.astype(np.float32), values, left)


def _orthonormal(vectors: npt.NDArray[np.floating]) -> Doubles:
    """An orthonormal basis of the columns; those that are combinations of others are dropped."""
    values, turned = scipy.linalg.eigh(vectors.T @ vectors)
    kept = values > DEPENDENT * values[-1]
    basis: Doubles = vectors @ (turned[:, kept] / np.sqrt(values[kept]))
    return basis


def _squares(matrix: sp.csr_array) -> Doubles:
    """float64 [n]: the squared length of each column."""
    squares: Doubles = np.asarray(matrix.power(2).sum(axis=0), dtype=np.float64).ravel()
    return squares


def _diagonal_of_power(X: sp.csr_array, power: int) -> Doubles:
    """float64 [n]: the diagonal of XᵀX (power 1) or of its square (power 2), a block of columns at a time."""
    exact = X.astype(np.float64)
    if power == 1:
        return _squares(exact)
    transposed, columns = exact.T.tocsr(), exact.tocsc()
    blocks = (columns[:, at : at + COLUMNS] for at in range(0, X.shape[1], COLUMNS))
    return np.concatenate([_squares(transposed @ block) for block in blocks])
