"""Lists of a strategy without overrides: its rules and its exposure floor, at one λ for every shopper."""

from collections.abc import Sequence

import numpy as np

from engine.bench.bench import Bench
from engine.rerank import Slates, stacked
from engine.slates.exposure_floor import exposure_lifts
from engine.slates.priced import priced, unpriced_sweep
from engine.strategy.strategy import Strategy

Array = np.ndarray


def uniform(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Slates:
    """The lists [U, k] of all shoppers or of `rows`."""
    return priced(bench, strategy, exposure_lifts(bench, strategy), rows)


def uniform_sweep(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Slates:
    """The lists [L, U, k] at every λ of `diversities`; in one pass where there is no exposure floor."""
    if strategy.exposure is not None:
        return stacked([uniform(bench, strategy.at(diversity=float(level)), rows) for level in diversities])
    return unpriced_sweep(bench, strategy, diversities, rows)
