"""A λ for each shopper by how varied their history is, and the lists made at these: what `per_shopper` compares."""

import numpy as np

from engine.bench.bench import Bench
from engine.slates.make import make_slates
from engine.slates.spread_rank import shift_lambda, spread_rank
from engine.strategy.strategy import Strategy

Array = np.ndarray
STEP = 0.05  # shoppers whose λ round to one multiple of it share a run


def personal(spread: Array, base: float, strength: float = 0.5) -> Array:
    """float64 [U]: λ by how varied each history is, around `base`, whose mean over shoppers stays `base`.

    spread: float [U], such as `Evidence.spread`; NaN (no history) takes `base`. strength in [0, 1]: 0 is one λ for all,
    1 uses all the room between 0 and 1 that keeps the mean (`spread_rank`, `shift_lambda`). Who likes variety gets
    more of it: Di Noia et al. 2014 ("An analysis of users' propensity toward diversity"), Eskandanian et al. 2017.
    Raises ValueError outside these ranges.
    """
    if not (0 <= base <= 1 and 0 <= strength <= 1):
        raise ValueError(f"base and strength lie in [0, 1], got {base} and {strength}")
    return shift_lambda(base, spread_rank(spread), strength)


def slates_at(bench: Bench, strategy: Strategy, levels: Array, rows: Array | None = None, step: float = STEP) -> Array:
    """int64 [U, k]: every shopper's list at their own λ, rounded to a multiple of `step`, the strategy's own aside.

    levels: float [U] in [0, 1], in the order of `bench.users`, or of `rows`. Shoppers of one λ are re-ranked together,
    so that all of it takes as long as one list for everybody; a sweep over the λ found would make each list once for
    every λ. Raises ValueError for a λ outside [0, 1], another length, or a step that is not in (0, 1].
    """
    everyone = np.arange(len(bench.users)) if rows is None else rows
    levels = np.asarray(levels, dtype=np.float64)
    if levels.shape != everyone.shape or not ((levels >= 0) & (levels <= 1)).all() or not 0 < step <= 1:
        raise ValueError(f"give one λ in [0, 1] for each of {len(everyone)} shoppers, and a step in (0, 1]")
    rounded = np.minimum(np.round(np.round(levels / step) * step, 10), 1.0)
    items = np.full((len(everyone), strategy.k), -1, dtype=np.int64)
    for level in np.unique(rounded):
        here = np.flatnonzero(rounded == level)
        items[here] = make_slates(bench, strategy.at(diversity=float(level)), everyone[here]).items
    return items
