"""The lists of any strategy, with or without rules, an exposure floor, and overrides."""

from collections.abc import Sequence

import numpy as np

from engine.bench.bench import Bench
from engine.rerank import Slates, at_level, stacked
from engine.slates.crowding import crowding_prices
from engine.slates.effective_lambdas import overridden_slates
from engine.slates.uniform import uniform, uniform_sweep
from engine.strategy.strategy import Strategy

Array = np.ndarray


def make_slates(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Slates:
    """The strategy's lists, [U, k] or [len(rows), k]; `rows` number `bench.users`.

    Raises InputError for what this shop's data do not allow, naming the field.
    """
    if strategy.overrides:
        prices = crowding_prices(bench, strategy)
        return at_level(overridden_slates(bench, strategy, [strategy.diversity], rows, prices), 0)
    return uniform(bench, strategy, rows)


def sweep_slates(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Slates:
    """The same strategy at every λ of `diversities`: arrays [L, U, k]; in one pass unless there is an exposure floor
    or spread.

    Each is what `make_slates` makes of `strategy.at(diversity=λ)`: overrides are shifted with λ, so that 0 is pure
    relevance for everybody. Raises InputError as `make_slates` does.
    """
    if strategy.overrides and strategy.spread:
        return stacked([make_slates(bench, strategy.at(diversity=float(level)), rows) for level in diversities])
    if strategy.overrides:
        return overridden_slates(bench, strategy, diversities, rows)
    return uniform_sweep(bench, strategy, diversities, rows)
