"""Lists at one λ for every shopper, where prices may be added to relevance. Rules are kept, overrides are ignored."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from engine.bench.bench import Bench
from engine.rerank import Lift, Slates, rerank, sweep
from engine.retrieval import Candidates
from engine.slates.constrained import constrained_slates
from engine.slates.similarity import facet_options, profiles
from engine.strategy.strategy import Strategy

Array = np.ndarray


def priced(bench: Bench, strategy: Strategy, prices: Sequence[Lift] = (), rows: Array | None = None) -> Slates:
    """The lists [U, k] of all shoppers or of `rows`; `prices` are added to relevance."""
    return _make(rerank, bench, strategy, rows, prices, diversity=strategy.diversity)


def unpriced_sweep(bench: Bench, strategy: Strategy, diversities: Sequence[float], rows: Array | None = None) -> Slates:
    """The lists [L, U, k] at every λ of `diversities`, in one pass."""
    return _make(sweep, bench, strategy, rows, (), diversities=list(diversities))


def _make(
    make: Callable[..., Slates],
    bench: Bench,
    strategy: Strategy,
    rows: Array | None,
    prices: Sequence[Lift],
    **levels: Any,
) -> Slates:
    def plain(pool: Candidates, rows: Array | None, **more: Any) -> Slates:
        options: dict[str, Any] = {"k": strategy.k, "method": strategy.method, "normalize": strategy.normalize}
        options |= levels | facet_options(bench, strategy) | profiles(bench, strategy, rows) | more
        options["rules"] = [*options.get("rules", ()), *prices]
        return make(pool.scores, pool.items, bench.vectors(strategy.similarity), **options)

    if strategy.entries(bench.today) and (rows is None or len(rows)):
        slates = constrained_slates(bench, strategy, rows, plain)
    else:
        slates = plain(bench.pool(strategy, rows), rows)
    bench.device = slates.device
    return slates
