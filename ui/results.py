"""Results that pages and sessions share, computed once: curves and comparisons over many shoppers."""

import numpy as np

from engine.data import InputError, Problem
from engine.experiments.atlas import Shown
from engine.experiments.atlas import shown as views
from engine.experiments.bench import Bench
from engine.experiments.curve import GRID, Curve, trade_off, with_exposure
from engine.experiments.evaluation import Row, compare
from engine.experiments.exceptions import ExceptionUse, exception_uses
from engine.experiments.exposure import Served, relevance_kept, served
from engine.experiments.floor import LEVELS, Floored, find_floor
from engine.experiments.hindsight import Hindsight
from engine.experiments.hindsight import hindsight as judged
from engine.experiments.homogenization import Homogenization, homogenization
from engine.experiments.kept import KeptShares, kept_shares
from engine.experiments.levels import Levels
from engine.experiments.levels import levels as find_levels
from engine.experiments.moves import Moves
from engine.experiments.moves import moves as told
from engine.experiments.once import Once
from engine.experiments.page_groups import PageGroups, page_groups
from engine.experiments.personalization import Personalization, personalization
from engine.experiments.prices import Price
from engine.experiments.prices import prices as priced
from engine.experiments.product_types import Suggestion, suggested_policies
from engine.experiments.recommended import Recommended
from engine.experiments.recommended import recommended as find_recommended
from engine.experiments.rule_costs import RuleCost
from engine.experiments.rule_costs import rule_costs as find_rule_costs
from engine.experiments.stories import Story
from engine.experiments.stories import stories as find
from engine.experiments.strategy import DEFAULT, Against, Strategy
from engine.experiments.target import Target, find_target
from engine.experiments.why import Why
from engine.experiments.why import why as reasons
from ui.shoppers import EVERYONE, Who, groups, resolve

Array = np.ndarray
_served, _exposed, _levels, _targets, _policies = (Once(limit=12) for _ in range(5))
_curves, _changes, _stories = Once(limit=12), Once(limit=24), Once(limit=4)
_shown, _exceptions = Once(limit=12), Once(limit=12)
_floors, _costs, _kept = Once(limit=6), Once(limit=12), Once(limit=24)
_broken, _prices = Once(limit=48), Once(limit=48)
_whys, _moves = Once(limit=200), Once(limit=200)
PRICED = 500  # shoppers of a group that rules are priced for
_hindsights: Once = Once(limit=12)
_sameness, _groups, _against, _histories = Once(limit=8), Once(limit=24), Once(limit=48), Once(limit=2)


def curve(bench: Bench, strategy: Strategy, who: Who | None = None) -> Curve:
    """The trade-off over the λ grid, and at the strategy's own λ if that lies between, for everyone or some."""
    grid, plain = tuple(sorted({*GRID, strategy.diversity})), strategy.at(exposure=None)
    rows = None if who is None or who.option == EVERYONE else who.rows
    some = None if rows is None else who.option  # type: ignore[union-attr]
    key = (bench, _turned(plain), grid, some)
    found = _curves.get(key, lambda: trade_off(bench, plain, grid, rows))
    if strategy.exposure is None:
        return found
    return _served.get((bench, strategy, some), lambda: with_exposure(bench, found, strategy, rows))


def one_curve(bench: Bench, strategy: Strategy, who: Who) -> Curve:
    """One shopper's list at λ = 0 and as the strategy makes it."""
    plain = trade_off(bench, strategy.at(exposure=None), (0.0, strategy.diversity), who.rows)
    return plain if strategy.exposure is None else with_exposure(bench, plain, strategy, who.rows)


def _turned(strategy: Strategy) -> Strategy:
    """What a curve over all λ depends on: with overrides also the λ from which they are turned."""
    return strategy if strategy.overrides else strategy.at(diversity=0.0)


def floored(bench: Bench, strategy: Strategy) -> Floored | Problem:
    """What the strategy's floor allows and buys, exposure aside; the problem where later purchases cannot judge it.

    Raises InputError where its rules are refused.
    """
    floor = strategy.floor
    assert floor is not None, "only a strategy with a floor has one to look for"
    plain = strategy.at(exposure=None)

    def make() -> Floored | Problem:
        try:
            return find_floor(bench, plain, floor)
        except InputError as error:
            if error.problems[0].column != "floor":
                raise
            return error.problems[0]

    return _floors.get((bench, _turned(plain)), make)


def recommended(bench: Bench, strategy: Strategy) -> Recommended | None:
    """The λ to take under a strategy, whatever its own; None where later purchases cannot judge it. Raises InputError
    where its rules are refused."""
    if strategy.floor is None:
        return find_recommended(bench, strategy.at(exposure=None))
    found = floored(bench, strategy)
    return Recommended(strategy.floor, False, found.promise) if isinstance(found, Floored) else None


def kept(bench: Bench, strategy: Strategy) -> KeptShares:
    """What all shoppers' lists keep of later purchases' nDCG, of both references."""
    return _kept.get((bench, strategy, bench.today), lambda: kept_shares(bench, strategy))


def rule_costs(bench: Bench, strategy: Strategy) -> list[RuleCost]:
    """What each rule costs of the plain ranking at λ 0, in the figure that the strategy's floor keeps."""
    at_zero = strategy.at(diversity=0.0, overrides=None, exposure=None)
    metric = strategy.floor.metric if strategy.floor else "ndcg"
    return _costs.get((bench, at_zero, bench.today), lambda: find_rule_costs(bench, at_zero, metric))


def target(bench: Bench, strategy: Strategy, key: str, wanted: float) -> Target | Problem:
    """The least λ at which a figure reaches a target, floor and exposure aside; the problem where it cannot be judged.

    Raises InputError where the strategy's rules are refused.
    """
    plain = strategy.at(floor=None, exposure=None)

    def make() -> Target | Problem:
        try:
            return find_target(bench, plain, key, wanted)
        except InputError as error:
            if error.problems[0].file != "command line":
                raise
            return error.problems[0]

    return _targets.get((bench, _turned(plain), key, wanted), make)


def levels(bench: Bench, strategy: Strategy) -> Levels:
    """What the strategy's overrides give each list at its λ."""
    return _levels.get((bench, strategy), lambda: find_levels(bench, strategy, [strategy.diversity]))


def exceptions(bench: Bench, asked: Strategy, used: Strategy, costs: bool = False) -> list[ExceptionUse]:
    """What each exception asks for, gets and, where asked, costs those it is for."""
    return _exceptions.get((bench, asked, used, costs), lambda: exception_uses(bench, asked, used, costs))


def policies(bench: Bench) -> Suggestion:
    """The policies that the shop's log suggests. Raises InputError where it can suggest none."""
    return _policies.get(bench, lambda: suggested_policies(bench))


def exposed(bench: Bench, strategy: Strategy) -> tuple[Served, dict[str, tuple[float, float, float]]]:
    """What the strategy's exposure floor does, and what it keeps of relevance. Raises InputError out of reach."""

    def make() -> tuple[Served, dict[str, tuple[float, float, float]]]:
        found = served(bench, strategy)
        assert found is not None, "asked only where there is an exposure floor"
        return found, relevance_kept(bench, strategy)

    return _exposed.get((bench, strategy), make)


def broken(bench: Bench, strategy: Strategy, who: Who) -> Array:
    """int [n]: how many lists of everyone, a group or one shopper cannot keep each of the strategy's n entries."""
    return _broken.get((bench, strategy, who.option), lambda: bench.slates(strategy, who.rows).broken.sum(axis=0))


def changes(bench: Bench, before: Strategy, after: Strategy, keys: tuple[str, ...]) -> list[Row]:
    """Paired changes over all shoppers with their intervals."""
    return _changes.get((bench, before, after, keys), lambda: compare(bench, before, after, keys))


def sameness(bench: Bench, strategy: Strategy, who: Who, baseline: Against = "plain") -> Homogenization:
    """How alike the lists of everyone, or of a group, are, beside those of relevance alone or of the rules at λ 0."""
    key = (bench, strategy, who.option, baseline)
    return _sameness.get(key, lambda: homogenization(bench, strategy, who.rows, baseline))


def same_page(bench: Bench, strategy: Strategy, who: Who, same: float) -> PageGroups:
    """Which of everyone, or of a group, see the same page."""
    return _groups.get((bench, strategy, who.option, same), lambda: page_groups(bench, strategy, who.rows, same))


def against_history(bench: Bench, strategy: Strategy, who: Who, lists: Array) -> Personalization:
    """Lists int64 [2, U, k] of λ = 0 and of the strategy against the histories of whom they are for."""
    _histories.get(bench, lambda: bench.evidence("all").read_histories())  # then a shopper's are cut out of all
    if who.row is not None:
        return personalization(bench, strategy, who.rows, lists)
    key = (bench, strategy, who.option, hash(lists[0].tobytes()))  # the baseline may be chosen
    return _against.get(key, lambda: personalization(bench, strategy, who.rows, lists))


def shown(bench: Bench, strategy: Strategy, who: Who) -> Shown:
    """How often everyone's lists, or a group's, show each product; one shopper stands among everyone."""
    rows = None if who.row is not None or who.option == EVERYONE else who.rows
    key = (bench, strategy, None if rows is None else who.option)
    return _shown.get(key, lambda: views(bench, strategy, rows))


def why(bench: Bench, surface: str, row: int, item: int) -> Why:
    """Why one product is relevant to one shopper on a surface."""
    return _whys.get((bench, surface, row, item), lambda: reasons(bench, surface, row, item))


def moves(bench: Bench, strategy: Strategy, row: int, before: Strategy | None = None) -> Moves:
    """Why each product of one shopper's list moved since λ = 0, or since another list."""
    return _moves.get((bench, strategy, row, before), lambda: told(bench, strategy, row, before))


def prices(bench: Bench, strategy: Strategy, who: Who | None = None) -> list[Price]:
    """What each rule costs one shopper's list, or those of everyone or a group; of many, PRICED are drawn once."""
    rows = np.arange(len(bench.users)) if who is None else who.rows
    if len(rows) > PRICED:
        rows = np.sort(np.random.default_rng(0).choice(rows, PRICED, replace=False))
    key = (bench, strategy, None if who is None else who.option)
    return _prices.get(key, lambda: priced(bench, strategy, rows))


def hindsight(bench: Bench, strategy: Strategy) -> list[Hindsight]:
    """What a strategy's rules did, told after the fact."""
    return _hindsights.get((bench, strategy, bench.today), lambda: judged(bench, strategy))


def stories(bench: Bench) -> tuple[Story, ...]:
    """What can be told of this shop, with the default settings."""

    def make() -> tuple[Story, ...]:
        told = {surface: trade_off(bench, DEFAULT.at(surface=surface), LEVELS) for surface in bench.surfaces}
        people = {option: who.rows for option in groups(bench) if (who := resolve(option, bench)) is not None}
        return find(bench, DEFAULT, told, people)

    return _stories.get(bench, make)
