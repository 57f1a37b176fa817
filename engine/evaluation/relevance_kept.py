"""The share of relevance that lists keep: of the plain ranking, and of the ranking with the strategy's rules.

There are two references, because each hides what the other shows: compared with the ranking that already has the rules,
a pin that costs a quarter of all relevance costs nothing.

plain   λ 0 without rules, exceptions and exposure floor: each shopper's best candidates
ruled   λ 0 with the rules that hold today, without exposure floor; exceptions are lowered with λ, so they have no
        effect there
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure, table
from engine.data.problems import refuse
from engine.metrics import Estimate
from engine.slates.shop_lists import lists_of
from engine.statistics.intervals import ratio_intervals
from engine.strategy.strategy import Against, Strategy

Array = np.ndarray
Metric = Literal["ndcg", "revenue"]
REFERENCES: tuple[Against, ...] = ("plain", "ruled")


@dataclass(frozen=True)
class KeptShares:
    """Mean figure of some lists ÷ its mean in the reference's lists, for the same `n_users` shoppers.

    plain, ruled  shares with their 95 % bootstrap interval over shoppers; NaN where the reference has nothing to keep.
                  They are equal where no rule holds
    """

    metric: Metric
    plain: Estimate
    ruled: Estimate
    n_users: int

    def of(self, against: Against) -> Estimate:
        """The share of one of the two references."""
        return self.plain if against == "plain" else self.ruled


def kept_shares(bench: Bench, strategy: Strategy, metric: Metric = "ndcg", rows: Array | None = None) -> KeptShares:
    """The shares of later purchases' nDCG or revenue that the strategy's lists keep, for all shoppers or some `rows`.

    The strategy is taken as it is: lower its λ by `relevance_floor.capped` first where it has a floor. Raises
    InputError where later purchases, or prices, are not known.
    """
    require_held_out(bench, strategy, metric)
    evidence = bench.evidence(scope_of(strategy.surface))
    evidence = evidence if rows is None else evidence.of(rows)
    lists = [
        lists_of(bench, strategy, rows),
        plain_lists(bench, strategy, rows),
        lists_of(bench, ruled_ranking(strategy), rows),
    ]
    return shares(metric, *(measure(items, evidence, [metric]).per_user[metric] for items in lists))


def shares(metric: Metric, now: Array, plain: Array, ruled: Array) -> KeptShares:
    """The shares of per-shopper figures float [U]: the lists', and those of both references; NaN = not known."""
    return shares_of_sweep(metric, now[None], plain, ruled)[0]


def shares_of_sweep(metric: Metric, now: Array, plain: Array, ruled: Array) -> list[KeptShares]:
    """The same of lists at L values of λ, `now` float [L, U]: shoppers are redrawn once for all that count the same."""
    known = ~(np.isnan(now) | np.isnan(plain) | np.isnan(ruled))
    groups, of = np.unique(known, axis=0, return_inverse=True)
    shares: dict[int, KeptShares] = {}
    for number, judged in enumerate(groups):
        levels = np.flatnonzero(of.ravel() == number)
        lists = np.ascontiguousarray(now[levels][:, judged])
        of_plain, of_ruled = (_shares(lists, base[judged]) for base in (plain, ruled))
        for at, level in enumerate(levels.tolist()):
            shares[level] = KeptShares(metric, of_plain[at], of_ruled[at], int(judged.sum()))
    return [shares[level] for level in range(len(now))]


def _shares(now: Array, base: Array) -> list[Estimate]:
    """Mean of each row of `now` float [L, U] ÷ mean of base float [U]."""
    if not len(base) or not base.mean() > 0:
        return [Estimate(np.nan, np.nan, np.nan)] * len(now)
    lows, highs = ratio_intervals(now.T, base[:, None])
    means = now.mean(axis=1) / base.mean()
    return [Estimate(*map(float, estimate)) for estimate in zip(means, lows, highs, strict=True)]


def plain_ranking(strategy: Strategy) -> Strategy:
    """The strategy at λ 0 without rules, exceptions, floors and spread."""
    return ruled_ranking(strategy).at(constraints=(), rules=())


def ruled_ranking(strategy: Strategy) -> Strategy:
    """The strategy at λ 0 with its rules, without exceptions, floors and spread."""
    return strategy.list_by_list.at(diversity=0.0, floor=None, overrides=None)


def plain_lists(bench: Bench, strategy: Strategy, rows: Array | None = None) -> Array:
    """The lists of `plain_ranking`, each shopper's best candidates, int64 [U, k]; -1 = they have no more."""
    items = bench.pool(strategy, rows).items[:, : strategy.k]
    padded: Array = np.pad(items, ((0, 0), (0, strategy.k - items.shape[1])), constant_values=-1)
    return padded


def require_held_out(bench: Bench, strategy: Strategy, metric: Metric) -> None:
    """Raises InputError where this figure of later purchases is not known of the strategy's lists."""
    if bench.future is None:
        fix = "train with --until, tune there, and give the λ found as diversity, without a floor"
        problem = "no purchases after the cut-off are known to judge by"
        raise refuse("strategy", "no_held_out", problem, fix, loc=("floor",))
    if metric not in table(bench.evidence(scope_of(strategy.surface))):
        fix = "take ndcg, or add prices to the shop"
        raise refuse("strategy", "no_revenue", "this shop knows no prices", fix, loc=("floor",), value=metric)
