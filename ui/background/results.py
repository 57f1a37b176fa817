"""Results that pages and sessions share, computed once: curves and comparisons over many shoppers."""

import numpy as np

from engine.bench.bench import Bench
from engine.data import InputError, Problem
from engine.diagnosis.catalogue_map import MapExposure
from engine.diagnosis.catalogue_map import map_exposure as find_map_exposure
from engine.diagnosis.history_comparison import Personalization, personalization
from engine.diagnosis.homogenization import Homogenization, homogenization
from engine.diagnosis.lookalike_groups import PageGroups, page_groups
from engine.diagnosis.stories import Story
from engine.diagnosis.stories import stories as find_stories
from engine.diagnosis.suggested_policies import SuggestedPolicies, suggested_policies
from engine.evaluation.curve import Curve, trade_off, with_level
from engine.evaluation.evaluate import compare
from engine.evaluation.exceptions import ExceptionUse, exception_uses
from engine.evaluation.hindsight import Hindsight
from engine.evaluation.hindsight import hindsight as find_hindsight
from engine.evaluation.recommended import Recommended
from engine.evaluation.recommended import recommended as find_recommended
from engine.evaluation.relevance_floor import FloorResult, find_floor
from engine.evaluation.relevance_kept import KeptShares, kept_shares
from engine.evaluation.rows import Change
from engine.evaluation.target import Target, find_target
from engine.explain.rank_changes import RankChanges
from engine.explain.rank_changes import explain_rank_changes as find_rank_changes
from engine.explain.relevance import RelevanceReasons
from engine.explain.relevance import relevance_reasons as find_reasons
from engine.explain.rule_costs import RuleCost
from engine.explain.rule_costs import rule_costs as find_rule_costs
from engine.explain.rule_prices import RulePrice
from engine.explain.rule_prices import rule_prices as find_rule_prices
from engine.rerank import GRID
from engine.slates.effective_lambdas import LambdaPlan
from engine.slates.effective_lambdas import effective_lambdas as find_lambdas
from engine.slates.exposure_cost import relevance_kept
from engine.slates.exposure_floor import ExposureOutcome, exposure_outcome
from engine.slates.shop_lists import LEVELS, broken_by, shop_lists
from engine.slates.shopper_sweep import shopper_slate, shopper_sweep
from engine.strategy.strategy import DEFAULT, Against, Strategy
from ui.text.shoppers import EVERYONE, Who, groups, resolve

Array = np.ndarray
PRICED = 500  # shoppers of a group that rules are priced for


def curve(bench: Bench, strategy: Strategy, who: Who | None = None) -> Curve:
    """The trade-off over the λ grid, and at the strategy's own λ if that lies between, for everyone or some."""
    plain = strategy.at(exposure=None)
    rows = None if who is None or who.option == EVERYONE else who.rows
    some = None if rows is None else who.option  # type: ignore[union-attr]
    key = (_any_lambda(plain.at(floor=None)), some)

    def make() -> Curve:
        lists = None if rows is None else shop_lists(bench, plain).at(GRID, rows)
        return trade_off(bench, plain, GRID, rows, lists=lists)

    found = bench.memo("curves", 12).get(key, make)
    levels = bench.memo("levels of curves", 24)
    if strategy.diversity not in GRID:
        found = levels.get((plain, some), lambda: with_level(bench, found, plain, rows))
    if strategy.exposure is not None:
        found = levels.get((strategy, some), lambda: with_level(bench, found, strategy, rows))
    return found


def one_curve(bench: Bench, strategy: Strategy, who: Who) -> Curve:
    """One shopper's list at λ = 0 and as the strategy makes it."""
    assert who.row is not None, "asked of one shopper"
    plain, levels = strategy.at(exposure=None), (0.0, strategy.diversity)
    lists = shopper_sweep(bench, plain, who.row).items(*levels)
    found = trade_off(bench, plain, levels, who.rows, lists=lists)
    if strategy.exposure is None:
        return found
    return with_level(bench, found, strategy, who.rows, shopper_slate(bench, strategy, who.row).items)


def _any_lambda(strategy: Strategy) -> Strategy:
    """What a curve over all λ depends on: with overrides also the λ from which they are turned."""
    return strategy if strategy.overrides else strategy.at(diversity=0.0)


def floor_result(bench: Bench, strategy: Strategy) -> FloorResult | Problem:
    """What the strategy's floor allows and buys, exposure aside; the problem where later purchases cannot judge it.

    Raises InputError where its rules are refused.
    """
    floor = strategy.floor
    assert floor is not None, "only a strategy with a floor has one to look for"
    plain = strategy.at(exposure=None)

    def make() -> FloorResult | Problem:
        try:
            return find_floor(bench, plain, floor)
        except InputError as error:
            if error.problems[0].loc != ("floor",):
                raise
            return error.problems[0]

    return bench.memo("floors", 6).get(_any_lambda(plain), make)


def recommended(bench: Bench, strategy: Strategy) -> Recommended | None:
    """The λ to take under a strategy, whatever its own; None where later purchases cannot judge it. Raises InputError
    where its rules are refused."""
    if strategy.floor is None:
        return find_recommended(bench, strategy.at(exposure=None))
    found = floor_result(bench, strategy)
    return Recommended(strategy.floor, False, found.test) if isinstance(found, FloorResult) else None


def shares_kept(bench: Bench, strategy: Strategy) -> KeptShares:
    """What all shoppers' lists keep of later purchases' nDCG, of both references."""
    known = curve(bench, strategy)
    found = known.kept_shares(known.at(strategy.diversity))
    return kept_shares(bench, strategy) if found is None else found


def rule_costs(bench: Bench, strategy: Strategy) -> list[RuleCost]:
    """What each rule costs of the plain ranking at λ 0, in the figure that the strategy's floor keeps."""
    at_zero = strategy.at(diversity=0.0, overrides=None, exposure=None)
    metric = strategy.floor.metric if strategy.floor else "ndcg"
    return bench.memo("rule costs", 12).get(at_zero, lambda: find_rule_costs(bench, at_zero, metric))


def target(bench: Bench, strategy: Strategy, key: str, wanted: float) -> Target | Problem:
    """The least λ at which a figure reaches a target, floor and exposure aside; the problem where it cannot be judged.

    Raises InputError where the strategy's rules are refused.
    """
    plain = strategy.at(floor=None, exposure=None)

    def make() -> Target | Problem:
        try:
            return find_target(bench, plain, key, wanted)
        except InputError as error:
            if error.problems[0].loc != ("target",):
                raise
            return error.problems[0]

    return bench.memo("targets", 12).get((_any_lambda(plain), key, wanted), make)


def effective_lambdas(bench: Bench, strategy: Strategy) -> LambdaPlan:
    """What the strategy's overrides give each list at its λ."""
    return bench.memo("levels", 12).get(strategy, lambda: find_lambdas(bench, strategy, [strategy.diversity]))


def exceptions(bench: Bench, asked: Strategy, used: Strategy, costs: bool = False) -> list[ExceptionUse]:
    """What each exception asks for, gets and, where asked, costs those it is for."""
    return bench.memo("exceptions", 12).get((asked, used, costs), lambda: exception_uses(bench, asked, used, costs))


def policies(bench: Bench) -> SuggestedPolicies:
    """The policies that the shop's log suggests. Raises InputError where it can suggest none."""
    return bench.cached("policies", lambda: suggested_policies(bench))


def exposure_result(bench: Bench, strategy: Strategy) -> tuple[ExposureOutcome, dict[str, tuple[float, float, float]]]:
    """What the strategy's exposure floor does, and what it keeps of relevance. Raises InputError out of reach."""

    def make() -> tuple[ExposureOutcome, dict[str, tuple[float, float, float]]]:
        found = exposure_outcome(bench, strategy)
        assert found is not None, "asked only where there is an exposure floor"
        return found, relevance_kept(bench, strategy)

    return bench.memo("exposed", 12).get(strategy, make)


def broken(bench: Bench, strategy: Strategy, who: Who) -> Array:
    """int [n]: how many lists of everyone, a group or one shopper cannot keep each of the strategy's n entries."""
    if who.row is not None:
        own: Array = shopper_slate(bench, strategy, who.row).broken[0].astype(int)
        return own
    return bench.memo("broken", 48).get(
        (strategy, who.option), lambda: broken_by(bench, strategy, who.rows).sum(axis=0)
    )


def changes(bench: Bench, before: Strategy, after: Strategy, keys: tuple[str, ...]) -> list[Change]:
    """Paired changes over all shoppers with their intervals."""
    return bench.memo("changes", 24).get((before, after, keys), lambda: compare(bench, before, after, keys))


def sameness(bench: Bench, strategy: Strategy, who: Who, baseline: Against = "plain") -> Homogenization:
    """How alike the lists of everyone, or of a group, are, beside those of relevance alone or of the rules at λ 0."""
    key = (strategy, who.option, baseline)
    return bench.memo("sameness", 8).get(key, lambda: homogenization(bench, strategy, who.rows, baseline))


def same_page(bench: Bench, strategy: Strategy, who: Who, same: float) -> PageGroups:
    """Which of everyone, or of a group, see the same page."""
    return bench.memo("groups", 24).get(
        (strategy, who.option, same), lambda: page_groups(bench, strategy, who.rows, same)
    )


def against_history(bench: Bench, strategy: Strategy, who: Who, lists: Array) -> Personalization:
    """Lists int64 [2, U, k] of λ = 0 and of the strategy against the histories of whom they are for."""
    bench.cached(
        "histories read", lambda: bench.evidence("all").read_histories()
    )  # then a shopper's are cut out of all
    if who.row is not None:
        return personalization(bench, strategy, who.rows, lists)
    key = (strategy, who.option, hash(lists[0].tobytes()))  # the baseline may be chosen
    return bench.memo("against", 48).get(key, lambda: personalization(bench, strategy, who.rows, lists))


def map_exposure(bench: Bench, strategy: Strategy, who: Who) -> MapExposure:
    """How often everyone's lists, or a group's, show each product; for one shopper, everyone's."""
    rows = None if who.row is not None or who.option == EVERYONE else who.rows
    key = (strategy, None if rows is None else who.option)
    return bench.memo("shown", 12).get(key, lambda: find_map_exposure(bench, strategy, rows))


def relevance_reasons(bench: Bench, surface: str, row: int, item: int) -> RelevanceReasons:
    """Why one product is relevant to one shopper on a surface."""
    return bench.memo("whys", 200).get((surface, row, item), lambda: find_reasons(bench, surface, row, item))


def rank_changes(bench: Bench, strategy: Strategy, row: int, before: Strategy | None = None) -> RankChanges:
    """Why each product of one shopper's list moved since λ = 0, or since another list."""
    return bench.memo("moves", 200).get(
        (strategy, row, before), lambda: find_rank_changes(bench, strategy, row, before)
    )


def rule_prices(bench: Bench, strategy: Strategy, who: Who | None = None) -> list[RulePrice]:
    """What each rule costs one shopper's list, or those of everyone or a group; of many, PRICED are drawn once."""
    rows = np.arange(len(bench.users)) if who is None else who.rows
    if len(rows) > PRICED:
        rows = np.sort(np.random.default_rng(0).choice(rows, PRICED, replace=False))
    key = (strategy, None if who is None else who.option)
    return bench.memo("prices", 48).get(key, lambda: find_rule_prices(bench, strategy, rows))


def hindsight(bench: Bench, strategy: Strategy) -> list[Hindsight]:
    """The effect of a strategy's rules, judged by later purchases."""
    return bench.memo("hindsights", 12).get(strategy, lambda: find_hindsight(bench, strategy))


def stories(bench: Bench) -> tuple[Story, ...]:
    """The stories of this shop, with the default settings."""

    def make() -> tuple[Story, ...]:
        told = {surface: trade_off(bench, DEFAULT.at(surface=surface), LEVELS) for surface in bench.surfaces}
        people = {option: who.rows for option in groups(bench) if (who := resolve(option, bench)) is not None}
        return find_stories(bench, DEFAULT, told, people)

    return bench.cached("stories", make)
