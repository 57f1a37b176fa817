"""What each rule costs, as a share of the plain ranking's relevance by later purchases: lists are made without it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.evaluation.relevance_kept import Metric, plain_lists, require_held_out
from engine.explain.rule_prices import MOST, lists_without
from engine.metrics import Estimate
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import redrawn_means
from engine.strategy.rules import Entry
from engine.strategy.strategy import Strategy
from engine.words.numbers import sign

Array = np.ndarray
DIGITS = 3  # decimals of a cost as it is printed, in points with one


@dataclass(frozen=True)
class RuleCost:
    """One rule, by the `number` of the strategy's entry, and its cost.

    The cost is the share of the plain ranking's figure that lists keep without the rule, less what they keep with it,
    with all other rules unchanged. Below 0 the rule helps.
    """

    number: int
    entry: Entry
    cost: Estimate


def rule_costs(bench: Bench, strategy: Strategy, metric: Metric = "ndcg", max_rules: int = MOST) -> list[RuleCost]:
    """The cost of each entry that holds today, at the strategy's λ, the most expensive first.

    max_rules: only so many entries are tried, the first ones. Two rules that ask for the same cost nothing each. Raises
    InputError as `kept_shares` does.
    """
    require_held_out(bench, strategy, metric)
    evidence = bench.evidence(scope_of(strategy.surface))

    def figures(items: Array) -> Array:
        return measure(items, evidence, [metric]).per_user[metric]

    plain, now = figures(plain_lists(bench, strategy)), figures(lists_of(bench, strategy))
    costs = [
        RuleCost(number, strategy.all_entries[number], cost(plain, now, figures(items)))
        for number, items in lists_without(bench, strategy, max_rules=max_rules).items()
    ]
    return sorted(costs, key=lambda entry: -np.nan_to_num(entry.cost.value))


def cost(plain: Array, now: Array, without: Array) -> Estimate:
    """(mean without the rule − mean with it) ÷ mean of the plain ranking, of per-shopper figures float [U].

    With its 95 % bootstrap interval over shoppers; NaN where the plain ranking has nothing.
    """
    figures = np.column_stack([plain, now, without])
    figures = figures[~np.isnan(figures).any(axis=1)]
    if not len(figures) or not figures[:, 0].mean() > 0:
        return Estimate(np.nan, np.nan, np.nan)
    base, with_rule, without_rule = redrawn_means(figures).T
    drawn = np.divide(without_rule - with_rule, base, out=np.full_like(base, np.nan), where=base > 0)
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    means = figures.mean(axis=0)
    return Estimate(float((means[2] - means[1]) / means[0]), float(low), float(high))


def responsible(costs: Sequence[RuleCost]) -> list[RuleCost]:
    """The rules that cost something beyond chance, and more than what is printed as 0.0 points.

    All of them where no rule does so by itself, because then they do together.
    """
    return [entry for entry in costs if sign(*entry.cost, DIGITS) == "more"] or list(costs)
