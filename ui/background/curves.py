"""The effect of a strategy at every λ, and the λ that its floor allows, computed once for all pages and sessions."""

import numpy as np

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.evaluation.curve import Curve, trade_off, with_level
from engine.evaluation.recommended import Recommended
from engine.evaluation.recommended import recommended as find_recommended
from engine.evaluation.relevance_floor import FloorResult, find_floor
from engine.evaluation.relevance_kept import KeptShares, kept_shares
from engine.evaluation.target import Target, find_target
from engine.explain.rule_costs import RuleCost
from engine.explain.rule_costs import rule_costs as find_rule_costs
from engine.rerank import GRID
from engine.slates.shop_lists import broken_by, shop_lists
from engine.slates.shopper_sweep import shopper_slate, shopper_sweep
from engine.strategy.strategy import Strategy
from ui.text.shoppers import EVERYONE, Who

Array = np.ndarray


def curve(bench: Bench, strategy: Strategy, who: Who | None = None) -> Curve:
    """The trade-off over the λ grid and at the strategy's own λ, for all shoppers or for those of `who`."""
    plain = strategy.list_by_list
    rows = None if who is None or who.option == EVERYONE else who.rows
    some = None if rows is None else who.option  # type: ignore[union-attr]
    key = (plain.at(floor=None).at_any_lambda, some)

    def make() -> Curve:
        if rows is None or who.row is not None:  # type: ignore[union-attr]
            return trade_off(bench, plain, GRID, rows)
        return trade_off(bench, plain, GRID, rows, lists=shop_lists(bench, plain).at(GRID, rows))

    result = bench.memo("curves", 12).get(key, make)
    levels = bench.memo("levels of curves", 24)
    if strategy.diversity not in GRID:
        result = levels.get((plain, some), lambda: with_level(bench, result, plain, rows))
    if strategy.is_shared:
        result = levels.get((strategy, some), lambda: with_level(bench, result, strategy, rows))
    return result


def one_curve(bench: Bench, strategy: Strategy, row: int) -> Curve:
    """The measures of the list of the shopper in `row` at λ = 0, without exposure floor and spread, and as it is."""
    plain, levels, rows = strategy.list_by_list, (0.0, strategy.diversity), np.array([row])
    lists = shopper_sweep(bench, plain, row).items(*levels)
    result = trade_off(bench, plain, levels, rows, lists=lists)
    if not strategy.is_shared:
        return result
    return with_level(bench, result, strategy, rows, shopper_slate(bench, strategy, row).items)


def floor_result(bench: Bench, strategy: Strategy) -> FloorResult | Problem:
    """What the strategy's floor allows and buys, exposure aside; the problem where later purchases cannot judge it.

    Raises InputError where its rules are refused.
    """
    floor = strategy.floor
    assert floor is not None, "only a strategy with a floor has one to look for"
    plain = strategy.list_by_list

    def make() -> FloorResult | Problem:
        try:
            return find_floor(bench, plain, floor)
        except InputError as error:
            if error.problems[0].loc != ("floor",):
                raise
            return error.problems[0]

    return bench.memo("floors", 6).get(plain.at_any_lambda, make)


def recommended(bench: Bench, strategy: Strategy) -> Recommended | None:
    """The λ recommended for a strategy, or None without later purchases to evaluate it. Raises InputError
    where its rules are refused."""
    if strategy.floor is None:
        return find_recommended(bench, strategy.list_by_list)
    result = floor_result(bench, strategy)
    return Recommended(strategy.floor, False, result.test) if isinstance(result, FloorResult) else None


def shares_kept(bench: Bench, strategy: Strategy) -> KeptShares:
    """The share of nDCG that the lists of all shoppers keep, compared with both references."""
    points = curve(bench, strategy)
    shares = points.kept_shares(points.at(strategy.diversity))
    return kept_shares(bench, strategy) if shares is None else shares


def rule_costs(bench: Bench, strategy: Strategy) -> list[RuleCost]:
    """The cost of each rule in the metric of the strategy's floor, as a share of the plain ranking at λ 0."""
    at_zero = strategy.list_by_list.at(diversity=0.0, overrides=None)
    metric = strategy.floor.metric if strategy.floor else "ndcg"
    return bench.memo("rule costs", 12).get(at_zero, lambda: find_rule_costs(bench, at_zero, metric))


def target(bench: Bench, strategy: Strategy, key: str, wanted: float) -> Target | Problem:
    """The least λ at which a figure reaches a target, floor and exposure aside; the problem where it cannot be judged.

    Raises InputError where the strategy's rules are refused.
    """
    plain = strategy.list_by_list.at(floor=None)

    def make() -> Target | Problem:
        try:
            return find_target(bench, plain, key, wanted)
        except InputError as error:
            if error.problems[0].loc != ("target",):
                raise
            return error.problems[0]

    return bench.memo("targets", 12).get((plain.at_any_lambda, key, wanted), make)


def broken(bench: Bench, strategy: Strategy, who: Who) -> Array:
    """int [n]: how many lists of everyone, a group or one shopper cannot keep each of the strategy's n entries."""
    if who.row is not None:
        own: Array = shopper_slate(bench, strategy, who.row).broken[0].astype(int)
        return own
    return bench.memo("broken", 48).get(
        (strategy, who.option), lambda: broken_by(bench, strategy, who.rows).sum(axis=0)
    )
