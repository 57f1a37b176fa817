"""Lists of a strategy without overrides: its rules, its exposure floor and its spread, at one λ for every shopper."""

from collections.abc import Sequence

import numpy as np

from engine.bench.bench import Bench
from engine.rerank import Slates, stacked
from engine.slates.crowding import crowding_prices
from engine.slates.exposure_floor import exposure_lifts
from engine.slates.priced import priced, priced_sweep
from engine.strategy.strategy import Strategy

Array = np.ndarray


def uniform(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Slates:
    """The lists [U, k] of all shoppers or of `rows`."""
    return priced(bench, strategy, exposure_lifts(bench, strategy), rows, crowding_prices(bench, strategy))


def uniform_sweep(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Slates:
    """The lists [L, U, k] at every λ of `diversities`; in one pass where nothing is found over all lists together."""
    if strategy.is_shared:
        return stacked([uniform(bench, strategy.at(diversity=float(level)), rows) for level in diversities])
    return priced_sweep(bench, strategy, diversities, rows)
