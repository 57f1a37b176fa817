"""What lists are worth at pairs of λ and σ, kept on disk as they are computed."""

from pathlib import Path

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of, measure
from engine.data.storage import cache
from engine.slates.crowding_key import crowding_key
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Strategy

Pair = tuple[float, float]  # λ, σ
FIGURES = ("ndcg", "revenue", "coverage", "shared_products", "gini", "ild")
VERSION = 1  # raise it when the same shop and strategy would get other figures


class PairFigures:
    """FIGURES of a strategy's lists at pairs of λ and σ, as far as the shop's data allow them.

    known  by pair, then by name: what was computed before and is on disk, and what `compute` has added
    """

    def __init__(self, bench: Bench, base: Strategy) -> None:
        self._bench, self._base = bench, base
        self._evidence = bench.evidence(scope_of(base.surface))
        self._names = [name for name in FIGURES if key_of(name, self._evidence)]
        self._file: Path = cache.cache_file("plane", VERSION, crowding_key(bench, base).name)
        arrays = cache.read(self._file) or {}
        stored = arrays.get("pairs", np.empty((0, 2)))
        self.known: dict[Pair, dict[str, float]] = {
            (float(level), float(spread)): {name: float(arrays[name][at]) for name in self._names}
            for at, (level, spread) in enumerate(stored.tolist())
        }

    def compute(self, pair: Pair) -> None:
        """Add a pair, if it is not there. At λ = 1 prices do nothing, unless exceptions have a λ of their own."""
        if pair in self.known:
            return
        level, spread = pair
        if level == 1 and spread and not self._base.overrides:
            self.compute((level, 0.0))
            self.known[pair] = self.known[level, 0.0]
        else:
            lists = lists_of(self._bench, self._base.at(diversity=level, spread=spread))
            measured = measure(lists, self._evidence, self._names)
            self.known[pair] = {name: measured.value(name)[0] for name in self._names}
        figures = {name: np.array([values[name] for values in self.known.values()]) for name in self._names}
        cache.write(self._file, {"pairs": np.array(list(self.known)), **figures})
