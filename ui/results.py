"""Results that pages and sessions share, computed once: curves and comparisons over many shoppers."""

import numpy as np

from engine.data import InputError, Problem
from engine.experiments.atlas import Shown
from engine.experiments.atlas import shown as views
from engine.experiments.bench import Bench
from engine.experiments.curve import GRID, Curve, trade_off
from engine.experiments.evaluation import Row, compare
from engine.experiments.floor import Floored, find_floor
from engine.experiments.hindsight import Hindsight
from engine.experiments.hindsight import hindsight as judged
from engine.experiments.homogenization import Homogenization, homogenization
from engine.experiments.moves import Moves
from engine.experiments.moves import moves as told
from engine.experiments.once import Once
from engine.experiments.page_groups import PageGroups, page_groups
from engine.experiments.personalization import Personalization, personalization
from engine.experiments.prices import Price
from engine.experiments.prices import prices as priced
from engine.experiments.stories import Story
from engine.experiments.stories import stories as find
from engine.experiments.strategy import DEFAULT, Strategy
from engine.experiments.why import Why
from engine.experiments.why import why as reasons
from ui.shoppers import EVERYONE, Who, groups, resolve

Array = np.ndarray
_curves, _changes, _stories = Once(limit=12), Once(limit=24), Once(limit=4)
_shown: Once = Once(limit=12)
_floors: Once = Once(limit=6)
_broken, _prices = Once(limit=48), Once(limit=48)
_whys, _moves = Once(limit=200), Once(limit=200)
PRICED = 500  # shoppers of a group that rules are priced for
_hindsights: Once = Once(limit=12)
_sameness, _groups, _against, _histories = Once(limit=8), Once(limit=24), Once(limit=48), Once(limit=2)


def curve(bench: Bench, strategy: Strategy, who: Who | None = None) -> Curve:
    """The trade-off over the λ grid, and at the strategy's own λ if that lies between, for everyone or some."""
    grid = tuple(sorted({*GRID, strategy.diversity}))
    rows = None if who is None or who.option == EVERYONE else who.rows
    key = (bench, strategy.at(diversity=0.0), grid, None if rows is None else who.option)  # type: ignore[union-attr]
    return _curves.get(key, lambda: trade_off(bench, strategy, grid, rows))


def floored(bench: Bench, strategy: Strategy) -> Floored | Problem:
    """What the strategy's floor allows and buys; the problem where later purchases cannot judge it.

    Raises InputError where its rules are refused.
    """
    floor = strategy.floor
    assert floor is not None, "only a strategy with a floor has one to look for"

    def make() -> Floored | Problem:
        try:
            return find_floor(bench, strategy, floor)
        except InputError as error:
            if error.problems[0].column != "floor":
                raise
            return error.problems[0]

    return _floors.get((bench, strategy.at(diversity=0.0)), make)


def broken(bench: Bench, strategy: Strategy, who: Who) -> Array:
    """int [n]: how many lists of everyone, a group or one shopper cannot keep each of the strategy's n entries."""
    return _broken.get((bench, strategy, who.option), lambda: bench.slates(strategy, who.rows).broken.sum(axis=0))


def changes(bench: Bench, before: Strategy, after: Strategy, keys: tuple[str, ...]) -> list[Row]:
    """Paired changes over all shoppers with their intervals."""
    return _changes.get((bench, before, after, keys), lambda: compare(bench, before, after, keys))


def sameness(bench: Bench, strategy: Strategy, who: Who) -> Homogenization:
    """How alike the lists of everyone, or of a group, are."""
    return _sameness.get((bench, strategy, who.option), lambda: homogenization(bench, strategy, who.rows))


def same_page(bench: Bench, strategy: Strategy, who: Who, same: float) -> PageGroups:
    """Which of everyone, or of a group, see the same page."""
    return _groups.get((bench, strategy, who.option, same), lambda: page_groups(bench, strategy, who.rows, same))


def against_history(bench: Bench, strategy: Strategy, who: Who, lists: Array) -> Personalization:
    """Lists int64 [2, U, k] of λ = 0 and of the strategy against the histories of whom they are for."""
    _histories.get(bench, lambda: bench.evidence("all").read_histories())  # then a shopper's are cut out of all
    if who.row is not None:
        return personalization(bench, strategy, who.rows, lists)
    key = (bench, strategy, who.option)
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
        told = {surface: curve(bench, DEFAULT.at(surface=surface)) for surface in bench.surfaces}
        people = {option: who.rows for option in groups(bench) if (who := resolve(option, bench)) is not None}
        return find(bench, DEFAULT, told, people)

    return _stories.get(bench, make)
