"""The bubble guard: shoppers whose list is too narrow beside their own history get more variety, nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data.problems import refuse
from engine.experiments.bench import Bench, scope_of
from engine.experiments.curve import GRID
from engine.experiments.measures import measure
from engine.experiments.strategy import Strategy

Array = np.ndarray


@dataclass(frozen=True)
class Guarded:
    """Lists under guard, in the order of `bench.users` or of the rows asked for.

    items          int64 [U, k]
    diversities    float64 [U], each shopper's λ: the strategy's own, or the least that makes her list wide enough
    before, after  float64 [U], list ÷ history at the strategy's λ and as listed; NaN = cannot be judged, left alone
    lifted         bool [U]: her λ is above the strategy's
    short          bool [U]: no λ makes her list wide enough, so she has the widest one
    """

    items: Array
    diversities: Array
    before: Array
    after: Array
    lifted: Array
    short: Array


def guard(
    bench: Bench,
    strategy: Strategy,
    least: float = 1.0,
    key: str = "narrowing",
    rows: Array | None = None,
    grid: Sequence[float] = GRID,
) -> Guarded:
    """Lists of which none is narrower than `least` of the shopper's history, as far as λ can do that; one sweep.

    key: `narrowing` (text distances) or `facet_narrowing` (kinds of product), both 1 for a random list from her own
    history. λ is raised from the strategy's own along the grid, to the first that reaches `least`. Raises InputError
    where the shop has no histories, or for a `least` that is not above 0.
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    found = evidence.key(key) if key.partition(":")[0].endswith("narrowing") else None
    if found is None:
        fix = "take narrowing or facet_narrowing, in a shop with a log"
        raise refuse("command line", "no_narrowing", "lists cannot be compared with histories by this", fix, value=key)
    if not 0 < least < np.inf:
        raise refuse("command line", "guard", "not a share of a history", "write it like 0.8", value=str(least))
    if rows is not None:
        evidence = evidence.of(rows)
    base = strategy.diversity
    levels = np.array([base, *(level for level in grid if level > base)])
    lists = bench.sweep(strategy, levels.tolist(), rows).items
    ratios = np.stack([measure(items, evidence, [found]).per_user[found] for items in lists])
    at, short = widened(ratios, least)
    pick = np.arange(ratios.shape[1])
    return Guarded(lists[at, pick], levels[at], ratios[0], ratios[at, pick], at > 0, short)


def widened(ratios: Array, least: float) -> tuple[Array, Array]:
    """Which of L ascending λ each shopper gets, int64 [U], and whose list stays too narrow at all of them, bool [U].

    ratios: float64 [L, U], list ÷ history at each λ. The first λ that reaches `least`, else the first of those with
    the widest list; 0 where the ratio at the first λ is not known.
    """
    known = np.where(np.isnan(ratios), -np.inf, ratios)
    enough = known >= least
    short = ~enough.any(axis=0) & ~np.isnan(ratios[0])
    at = np.where(enough.any(axis=0), enough.argmax(axis=0), known.argmax(axis=0))
    return np.where(np.isnan(ratios[0]), 0, at), short
