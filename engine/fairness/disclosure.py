"""Could somebody who adds and subtracts the released figures work out a figure of too few shoppers?

What is released of a set of shoppers (their number, the sum behind a mean, the squares behind an error) adds up over
shoppers. So a reader can form every linear combination of the released sets, and no other. Shoppers who are in exactly
the same released sets form an atom. A combination that leaves only atoms of fewer than `threshold` shoppers together is
a disclosure: a single hidden cell, or the sum of some (Willenborg & de Waal 2001, ch. 4; Cox 1980).

The combinations are found exactly, by elimination modulo a prime. Where several can still be combined, the fewest
shoppers in one are bounded from below by a linear programme, so that doubt counts as a disclosure.
"""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Array = np.ndarray
PRIME = 2_147_483_647  # products of two residues fit into int64
DENOMINATORS = 60


def disclosed(released: Array, threshold: int) -> bool:
    """Whether the released sets, bool [S, U], let a figure of 1 to threshold − 1 shoppers be worked out."""
    atoms, sizes = np.unique(released, axis=1, return_counts=True)
    inside = atoms.any(axis=0)
    atoms, sizes = np.unique(atoms[:, inside], axis=0), sizes[inside]  # a set released twice reveals nothing more
    small = sizes < threshold
    if not small.any():
        return False
    hidden = _combinations(atoms[:, ~small], atoms[:, small])
    return any(_too_few(component, sizes[small][columns], threshold) for component, columns in _components(hidden))


def _combinations(large: Array, small: Array) -> Array:
    """A basis [d, A] (reduced echelon, residues) of the combinations of rows that are 0 on every large atom."""
    rows = np.concatenate([large, small], axis=1).astype(np.int64)
    rank = 0
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[rank:, column])
        if not len(pivots):
            continue
        rows[[rank, rank + pivots[0]]] = rows[[rank + pivots[0], rank]]
        rows[rank] = rows[rank] * pow(int(rows[rank, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != rank]
        rows[others] = (rows[others] - rows[others, column][:, None] * rows[rank]) % PRIME
        rank += 1
        if rank == len(rows):
            break
    empty = ~rows[:, : large.shape[1]].any(axis=1)
    basis = rows[empty, large.shape[1] :]
    return basis[basis.any(axis=1)]


def _components(basis: Array) -> Iterator[tuple[Array, Array]]:
    """The parts of a basis [d, A] that share no atom, each with its atoms' numbers."""
    d = len(basis)
    row, column = np.nonzero(basis)
    links = coo_array((np.ones(len(row)), (row, column + d)), shape=(d + basis.shape[1],) * 2)
    count, which = connected_components(links, directed=False)
    for number in range(count):
        rows, columns = np.flatnonzero(which[:d] == number), np.flatnonzero(which[d:] == number)
        if len(rows):
            yield basis[np.ix_(rows, columns)], columns


def _too_few(basis: Array, sizes: Array, threshold: int) -> bool:
    """Whether some combination of the basis [d, A] rests on fewer than `threshold` shoppers, or may do so."""
    if any(sizes[row != 0].sum() < threshold for row in basis):
        return True
    if len(basis) == 1:
        return False
    rows = _rational(basis)
    return rows is None or any(_fewest(rows, sizes, atom) < threshold - 1e-6 for atom in range(len(sizes)))


def _fewest(rows: Array, sizes: Array, atom: int) -> float:
    """At most the shoppers in any combination v whose largest entry is v[atom] = 1: the least Σ size·|v|, |v| ≤ 1."""
    d, n = rows.shape
    eye = np.eye(n)
    done = linprog(
        np.concatenate([np.zeros(d), sizes]),
        A_ub=np.block([[rows.T, -eye], [-rows.T, -eye]]),
        b_ub=np.zeros(2 * n),
        A_eq=np.concatenate([rows[:, atom], np.zeros(n)])[None],
        b_eq=[1.0],
        bounds=[(None, None)] * d + [(0, 1)] * n,
        method="highs",
    )
    if done.status == 2:  # no combination has its largest entry there
        return float("inf")
    return float(done.fun) if done.status == 0 else 0.0


def _rational(basis: Array) -> Array | None:
    """The fractions that the residues stand for, float64; None where one has no small denominator."""
    result = np.full(basis.shape, np.nan)
    for denominator in range(1, DENOMINATORS + 1):
        top = basis * denominator % PRIME
        top = np.where(top > PRIME // 2, top - PRIME, top)
        fits = np.isnan(result) & (np.abs(top) < 10_000)
        result[fits] = top[fits] / denominator
    return None if np.isnan(result).any() else result
