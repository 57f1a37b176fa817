"""Lists under rules by integer programming (HiGHS through SciPy): slow, so used only where the greedy pass fails.

Every rule may be exceeded at a high price, so there is always a list; the rules that it exceeds are those that no list
of these candidates keeps.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from engine.metrics.slates import discount
from engine.rerank.constraints.program import Program
from engine.rerank.constraints.rules import NO_CAP, ConstraintArrays, Limit, Pin, places_of, pool_constraint_arrays
from engine.rerank.slates import Array

PRICE, PIN_PRICE = 100.0, 300.0  # of one too many or too few, and of a pin not placed; a whole list's relevance is < 10
FEW, MANY = 120, 500  # candidates: beyond FEW the likely ones are tried first, beyond MANY then only MORE times as many
MORE = 5
NEVER = 1_000_000  # a slot beyond any list


class BestList(NamedTuple):
    """The best list and the rules that it exceeds.

    items   int64 [size], rows of the candidates, the top slot first
    excess  int64 [C + P], by how many each rule is exceeded, 0 = kept
    """

    items: np.ndarray
    excess: np.ndarray


def best_list(
    scores: np.ndarray, codes: np.ndarray, at: np.ndarray, constraints: ConstraintArrays, size: int
) -> BestList | None:
    """The result of `solve` among the most likely candidates; where that list breaks a rule, among more of them, or
    all.
    """
    n, best = len(scores), None
    for scale, enough in ((1, FEW), (MORE, MANY)):
        few = np.arange(n) if n <= enough else _likely(scores, codes, at, constraints, size, scale)
        solution = solve(scores[few], codes[few], places_of(at, few), constraints, size)
        if solution is not None:
            best = BestList(few[solution.items], solution.excess)
            if not solution.excess.any() or len(few) == n:
                break
    return best


def _likely(
    scores: np.ndarray, codes: np.ndarray, at: np.ndarray, constraints: ConstraintArrays, size: int, scale: int
) -> np.ndarray:
    """What a good list likely holds: pins, the best candidates, those of each value, in all and in each minimum."""
    order = np.argsort(-scores, kind="stable")
    counted = [order[codes[order, c] >= 0] for c in np.flatnonzero(constraints.least > 0)]
    chosen = [order[: scale * FEW // 2], at[at >= 0], *(mine[: scale * size] for mine in counted)]
    for mine in (order, *counted):
        for c in range(codes.shape[1]):
            known = mine[codes[mine, c] >= 0]
            _, first = np.unique(codes[known, c], return_index=True)
            chosen.append(known[np.sort(first)][: 2 * scale * size])
        chosen.append(mine[(codes[mine] < 0).all(axis=1)][:size])  # what no limit speaks of
    return np.unique(np.concatenate(chosen))


def conflicting_rules(
    scores: Array,
    candidates: Array,
    constraints: Sequence[Limit],
    pins: Sequence[Pin],
    facets: Mapping[str, Array],
    k: int,
) -> list[int]:
    """Numbers of rules, the limits first, that no list of k candidates keeps together, though without any of them one
    could; [] if there is a list that keeps all.

    scores: float [N], which candidates to try first; candidates: int [N], rows of the facets' codes. The others as for
    `sweep`. Found by leaving out one rule at a time (the deletion filter of Chinneck & Dravnieks, "Locating minimal
    infeasible constraint sets in linear programs", 1991).

    Two items of brand 0 are asked for, and no more than one of any brand:

    >>> limits = [Limit("brand", min=2, value=0), Limit("brand", max=1)]
    >>> conflicting_rules(np.array([3.0, 2.0, 1.0]), np.arange(3), limits, [], {"brand": np.array([0, 0, 1])}, k=2)
    [0, 1]
    """
    arrays = pool_constraint_arrays(constraints, pins, facets, candidates, k)
    codes, size, at = arrays.codes[candidates], min(k, len(candidates)), places_of(arrays.pins, candidates)

    def possible(limits: ConstraintArrays) -> bool:
        best = best_list(scores, codes, at, limits, size)
        return best is not None and not best.excess.any()

    if possible(arrays):
        return []
    needed = []
    for rule in range(codes.shape[1] + len(at)):
        without = without_rule(arrays, rule)
        if possible(without):
            needed.append(rule)
        else:
            arrays = without
    return needed


def without_rule(constraints: ConstraintArrays, rule: int) -> ConstraintArrays:
    """The same constraints without one rule."""
    limits = len(constraints.most)
    if rule < limits:
        free = np.arange(limits) == rule
        return constraints._replace(
            most=np.where(free, NO_CAP, constraints.most), least=np.where(free, 0, constraints.least)
        )
    free = np.arange(len(constraints.pins)) == rule - limits
    return constraints._replace(
        opens=np.where(free, NEVER, constraints.opens), closes=np.where(free, NEVER, constraints.closes)
    )


def solve(
    scores: np.ndarray, codes: np.ndarray, at: np.ndarray, constraints: ConstraintArrays, size: int
) -> BestList | None:
    """The list of the highest position-weighted relevance that exceeds the rules least.

    scores: [n]; codes: int64 [n, C]; at: int64 [P], which candidate a pin is, -1 = none of them; size <= n.
    None where the solver finds no list in time.
    """
    program = Program(codes, at, constraints, size)
    worth = (scores - scores.min()) / (float(np.ptp(scores)) or 1.0)
    gain = worth[:, None] * discount(size)
    price = [-gain.ravel(), np.full(codes.shape[1], PRICE), np.full(len(at), PIN_PRICE)]
    solution = program.solve(np.concatenate(price))
    return None if solution is None else BestList(*solution)
