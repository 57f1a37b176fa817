"""The bubble guard: shoppers whose list is too narrow beside their own history get more variety, nobody else."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of, measure
from engine.slates.effective_lambdas import effective_lambdas
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

Array = np.ndarray


@dataclass(frozen=True)
class Guarded:
    """Lists under guard, in the order of `bench.users` or of the rows asked for.

    items          int64 [U, k]
    diversities    float64 [U], each shopper's λ: the strategy's own, or the least that makes their list wide enough
    before, after  float64 [U], list ÷ history at the strategy's λ and as listed; NaN = cannot be judged, left alone
    lifted         bool [U]: their λ is above the strategy's
    short          bool [U]: no λ makes their list wide enough, so they get the widest one
    """

    items: Array
    diversities: Array
    before: Array
    after: Array
    lifted: Array
    short: Array


def guard(
    bench: Bench, strategy: Strategy, least: float = 1.0, key: str = "narrowing", rows: Array | None = None
) -> Guarded:
    """What a guard in a strategy's overrides would do alone: lists of which none is narrower than `least` of the
    shopper's history, as far as λ can do that.

    key: `narrowing` (text distances) or `facet_narrowing` (kinds of product), both 1 for a random list from their own
    history. Raises InputError where the shop has no histories, for a `least` that is not above 0, or for λ 0.
    """
    wish = {"guard": {"key": key, "least": least}}
    guarded = Strategy.checked({**strategy.model_dump(), "overrides": wish}, "guard")
    told = effective_lambdas(bench, guarded, [strategy.diversity], rows)
    evidence = bench.evidence(scope_of(strategy.surface))
    found = key_of(key, evidence) or key
    judged = evidence if rows is None else evidence.of(rows)
    lists = [make_slates(bench, each, rows).items for each in (strategy.at(overrides=None), guarded)]
    before, after = (measure(items, judged, [found]).per_user[found] for items in lists)
    return Guarded(lists[1], told.diversities[0], before, after, told.lifted[0], told.short[0])
