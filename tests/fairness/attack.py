"""A differencing attack, written without a look at the defence: exact fractions, every combination tried."""

from fractions import Fraction
from itertools import combinations

import numpy as np


def fewest_worked_out(told: np.ndarray) -> float:
    """The fewest shoppers on whom a combination of told sets, bool [S, U], rests; infinite where nothing is told.

    For ever larger choices of atoms (shoppers whom no set tells apart): can a combination be 0 on all others? That is
    so where the sets, cut to the others, have a lower rank than the whole sets.
    """
    if not len(told):
        return float("inf")
    atoms, sizes = np.unique(told, axis=1, return_counts=True)
    sizes, atoms = sizes[atoms.any(axis=0)], atoms[:, atoms.any(axis=0)]
    full, best = rank(atoms), float("inf")
    numbers = range(len(sizes))
    for many in range(1, len(sizes) + 1):
        if many > best or many > 12:  # no atom is empty, and the attacker is after few
            break
        for chosen in combinations(numbers, many):
            weight = int(sizes[list(chosen)].sum())
            if weight < best and weight <= 12:
                rest = np.delete(atoms, chosen, axis=1)
                if rank(rest) < full:
                    best = weight
    return best


def rank(matrix: np.ndarray) -> int:
    """By exact elimination."""
    rows = [[Fraction(int(x)) for x in row] for row in matrix]
    found = 0
    for column in range(matrix.shape[1]):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(found + 1, len(rows)):
            if rows[r][column]:
                times = rows[r][column] / rows[found][column]
                rows[r] = [x - times * y for x, y in zip(rows[r], rows[found], strict=True)]
        found += 1
    return found
