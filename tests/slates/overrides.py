"""The oracle of overrides: what λ each shopper has, by a plain loop, and the lists of a strategy without any."""

from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.bench.segments import segments
from engine.slates.make import make_slates
from engine.slates.rule_lookup import facet
from engine.strategy.strategy import Strategy

Array = np.ndarray
BASE = {"method": "mmr", "diversity": 0.3, "k": 6, "pool": 40}
STAPLES = ["Milk", "Eggs", "Bread/buns/rolls", "Tropical fruit", "Soft drinks"]
MAKERS = {"embedding": 0.4, "provider": 0.6}
POLICY = {"name": "staples", "facet": "category", "values": STAPLES, "diversity": 0.2, "facet_weights": MAKERS}
REST = {"name": "rest", "facet": "department", "values": ["Produce"], "diversity": 0.7}
AGE = {"segment": {"by": "age", "group": "45-54"}, "diversity": 0.55}
HEAVY = {"segment": {"by": "history", "group": "heavy"}, "diversity": 0.1}
PARTS = {"segments": [AGE, HEAVY], "personal": {"strength": 0.8}, "policies": [POLICY, REST]}


def made(overrides: dict[str, Any], **more: Any) -> Strategy:
    return Strategy.checked(BASE | {"overrides": overrides} | more, "s.json")


def by_hand(bench: Bench, strategy: Strategy) -> list[tuple[float, dict[str, float] | None]]:
    """λ and the mixture of every list, before the guard: one shopper after the other."""
    overrides = strategy.overrides
    assert overrides
    spread = pd.Series(bench.evidence("all").spread)
    place = ((spread.rank() - 1) / (spread.notna().sum() - 1) * 2 - 1).fillna(0.0)
    best = make_slates(bench, strategy.at(overrides=None, diversity=0.0, constraints=(), rules=())).items  # the k best
    found = []
    for row in range(len(bench.users)):
        level, weights = strategy.diversity, None
        for policy in overrides.policies:
            codes, names = facet(bench, policy.facet)
            wanted = policy.model_dump()["values"]
            inside = [names[codes[item]] in wanted for item in best[row] if item >= 0]
            if sum(inside) > len(inside) / 2:
                level = level if policy.diversity is None else policy.diversity
                weights = policy.facet_weights and dict(policy.facet_weights)
                break
        if overrides.personal:
            step = round(float(place[row]) * 20) / 20
            level += overrides.personal.strength * step * min(level, 1 - level)
        for each in overrides.segments:
            if row in segments(bench, each.segment.by)[each.segment.group]:
                level = each.diversity
                break
        found.append((level, weights))
    return found


class PlainLists:
    """The plain strategy's lists, a row each shopper; at a λ and a mixture made for all when first asked for."""

    def __init__(self, bench: Bench, strategy: Strategy) -> None:
        self._bench, self._strategy = bench, strategy
        self._made: dict[Any, Array] = {}

    def at(self, level: float, weights: dict[str, float] | None) -> Array:
        asked = round(level, 10), tuple((weights or {}).items())
        if asked not in self._made:
            changes = {"facet_weights": weights} if weights else {}
            plain = self._strategy.at(overrides=None, **changes).at(diversity=asked[0])
            self._made[asked] = make_slates(self._bench, plain).items
        return self._made[asked]

    def figures(self, key: str, level: float, weights: dict[str, float] | None) -> Array:
        """A measure of each of these lists."""
        asked = key, round(level, 10), tuple((weights or {}).items())
        if asked not in self._made:
            evidence = self._bench.evidence(scope_of(self._strategy.surface))
            self._made[asked] = measure(self.at(level, weights), evidence, [key]).per_user[key]
        return self._made[asked]
