"""Results that pages and sessions share, computed once: curves and comparisons over many shoppers."""

from engine.experiments.bench import Bench
from engine.experiments.curve import GRID, Curve, trade_off
from engine.experiments.evaluation import Row, compare
from engine.experiments.once import Once
from engine.experiments.strategy import Strategy
from ui.shoppers import EVERYONE, Who

_curves, _changes = Once(limit=12), Once(limit=24)


def curve(bench: Bench, strategy: Strategy, who: Who | None = None) -> Curve:
    """The trade-off over the λ grid, and at the strategy's own λ if that lies between, for everyone or some."""
    grid = tuple(sorted({*GRID, strategy.diversity}))
    rows = None if who is None or who.option == EVERYONE else who.rows
    key = (bench, strategy.at(diversity=0.0), grid, None if rows is None else who.option)  # type: ignore[union-attr]
    return _curves.get(key, lambda: trade_off(bench, strategy, grid, rows))


def changes(bench: Bench, before: Strategy, after: Strategy, keys: tuple[str, ...]) -> list[Row]:
    """Paired changes over all shoppers with their intervals."""
    return _changes.get((bench, before, after, keys), lambda: compare(bench, before, after, keys))
