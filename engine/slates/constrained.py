"""Lists that keep a strategy's rules, for one group of shoppers after another.

Where a shopper's pool holds no list that keeps the rules, a wider pool is taken.
"""

from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from engine.bench.bench import Bench
from engine.bench.scores import min_max
from engine.recommend import Scope
from engine.rerank import Slates, infeasible_pools, joined
from engine.retrieval import Candidates, Scorer
from engine.slates.conflicts import refuse_conflicts
from engine.slates.rule_lookup import ResolvedRules, resolve
from engine.slates.similarity import facet_options
from engine.strategy.strategy import Strategy
from engine.surfaces import SURFACES

Array = np.ndarray
WIDE = 2_000  # candidates of a shopper whose pool cannot keep a rule
PROBE = 4  # shoppers: if none of their lists keeps the rules, check whether any list of the shop can
OF_VALUE = 20  # more of those that a minimum asks for


class Reranker(Protocol):
    """The re-ranker with all arguments filled in but the rules."""

    def __call__(self, pool: Candidates, rows: Array | None, **more: Any) -> Slates: ...


def constrained_slates(bench: Bench, strategy: Strategy, rows: Array | None, plain: Reranker) -> Slates:
    """The lists of `rows` of `bench.users` (None: all) under the strategy's rules.

    `rule` and the columns of `broken` number the strategy's entries, the constraints first. Raises InputError for a
    rule that names what this shop lacks.
    """
    wanted = np.arange(len(bench.users)) if rows is None else rows
    total = len(strategy.constraints) + len(strategy.rules)
    parts: list[tuple[Array, Slates]] = []

    def make(group: ResolvedRules, rows: Array, wide: bool) -> Array:
        """Make the lists of some of the group's rows; returns those rows whose list breaks a rule."""
        if not len(rows):
            return rows
        group_rows = wanted[rows]
        pool, scale = wider_pool(bench, strategy, group_rows, group) if wide else (bench.pool(strategy, group_rows), {})
        slates = plain(pool, group_rows, **_options(bench, strategy, group), **scale)
        parts.append((rows, _numbered(slates, group, total)))
        failed: Array = rows[slates.broken.any(axis=-1).reshape(-1, len(rows)).any(axis=0)]  # at any λ
        return failed

    def made(group: ResolvedRules, rows: Array) -> Array:
        """Make the lists of some of the group's rows, from a wider pool where necessary; returns those that break a
        rule.
        """
        if not bench.context.trained:  # a model has no further candidates
            return make(group, rows, wide=False)
        tight = infeasible_pools(bench.pool(strategy, wanted[rows]).items, group.constraints, group.facets, strategy.k)
        return make(group, np.concatenate([rows[tight], make(group, rows[~tight], wide=False)]), wide=True)

    for group in resolve(bench, strategy, bench.today, wanted):
        probe = group.rows[:PROBE]
        if len(made(group, probe)) == len(probe):
            refuse_conflicts(bench, strategy, group)
        made(group, group.rows[PROBE:])
    return joined(parts, len(wanted))


def _options(bench: Bench, strategy: Strategy, group: ResolvedRules) -> dict[str, Any]:
    """Further arguments of the re-ranker; limits need their facets' codes, which similarity may not mix."""
    likeness = facet_options(bench, strategy)
    weights = likeness.get("facet_weights", {"embedding": 1.0})
    facets = likeness.get("facets", {}) | group.facets
    return {"constraints": group.constraints, "rules": group.rules, "facets": facets, "facet_weights": weights}


def _numbered(slates: Slates, group: ResolvedRules, total: int) -> Slates:
    numbers = np.array([*group.numbers, -1])
    broken = np.zeros((*slates.broken.shape[:-1], total), bool)
    broken[..., numbers[: slates.broken.shape[-1]]] = slates.broken
    return replace(slates, rule=numbers[slates.rule], broken=broken)


def wider_pool(
    bench: Bench, strategy: Strategy, rows: Array, group: ResolvedRules
) -> tuple[Candidates, dict[str, str]]:
    """More candidates for some shoppers: their WIDE best, and the best of each value that a minimum asks for.

    Min-max scores keep the scale of the strategy's own pool, so that λ means the same for every shopper: candidates
    from below that pool have scores below 0.
    """
    surface, users = SURFACES[strategy.surface], bench.users[rows]

    def best(model: Scorer, n: int) -> Candidates:
        return surface.candidates(model, bench.history, users, n)

    pools = [best(bench.model, WIDE)]
    for limit in group.constraints:
        if limit.min is not None:
            some = _ItemSubset(bench.model, np.flatnonzero(group.facets[limit.facet] == limit.value))
            pools += [best(some, OF_VALUE)] if len(some.items) else []
    items = np.hstack([pool.items for pool in pools])
    scores = np.hstack([pool.scores for pool in pools])
    for row in items:  # each product once
        _, first = np.unique(row, return_index=True)
        twice = np.ones(len(row), bool)
        twice[first] = False
        row[twice] = -1
    scores = np.where(items >= 0, scores, 0)
    if strategy.normalize != "minmax":
        return Candidates(users, items, scores.astype(np.float32)), {}
    scaled = min_max(scores, bench.pool(strategy, rows))
    return Candidates(users, items, np.where(items >= 0, scaled, 0).astype(np.float32)), {"normalize": "none"}


class _ItemSubset:
    """A model that knows some of its items only."""

    def __init__(self, model: Scorer, rows: Array) -> None:
        self._model, self._columns = model, np.flatnonzero(np.isin(model.items, rows))
        self.items = model.items[self._columns]

    def score(self, users: Array, scope: Scope = "all") -> Array:
        scores: Array = self._model.score(users, scope)[:, self._columns]
        return scores
