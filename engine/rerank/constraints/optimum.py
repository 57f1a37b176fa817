"""The best list there is under rules, for small pools; the greedy pass is compared with it."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.rerank.constraints.exact import PIN_PRICE, PRICE
from engine.rerank.constraints.program import Program
from engine.rerank.constraints.rules import Limit, Pin, places_of, pool_constraint_arrays
from engine.rerank.slates import Array


def optimum(
    scores: Array,
    similarity: Array,
    candidates: Array,
    k: int,
    diversity: float,
    constraints: Sequence[Limit] = (),
    pins: Sequence[Pin] = (),
    facets: Mapping[str, Array] | None = None,
) -> np.ndarray | None:
    """The list with the highest (1-λ)·Σ relevance + λ·Σ distance over pairs (max-sum dispersion, `msd`) that keeps
    the rules: rows of the facets, int64 [k]. None where no list keeps them.

    scores: float [n]; similarity: float [n, n], in [-1, 1]; candidates: int [n], n >= k. Exact, by integer
    programming with one variable a pair: some 20 candidates take a second.

    Items 0 and 1 are the same, so at λ = 0.5 items 0 and 2 are the best list:

    >>> similarity = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> sorted(optimum(np.array([1.0, 0.9, 0.8]), similarity, np.arange(3), k=2, diversity=0.5).tolist())
    [0, 2]
    """
    arrays = pool_constraint_arrays(constraints, pins, facets or {}, candidates, k)
    first, second = np.triu_indices(len(candidates), 1)
    program = Program(arrays.codes[candidates], places_of(arrays.pins, candidates), arrays, k, more=len(first))
    for pair, (i, j) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        program.link(program.extra + pair, i)
        program.link(program.extra + pair, j)
    relevance = np.repeat((1 - diversity) * np.asarray(scores, float), k)
    distance = diversity * (1 - np.asarray(similarity, float)[first, second])
    price = [-relevance, np.full(len(constraints), PRICE), np.full(len(pins), PIN_PRICE), -distance]
    solution = program.solve(np.concatenate(price))
    if solution is None or solution[1].any():
        return None
    best: np.ndarray = np.asarray(candidates)[solution[0]]
    return best
