"""The plane of λ × σ: what a strategy's lists are worth at every pair, computed coarse first, and the best pair.

Every pair is a strategy of its own: its prices are found alone, never from its neighbour's, so that a point is the same
whether it was computed alone or with others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import key_of, measure
from engine.evaluation.curve import kept_share
from engine.evaluation.pairs.balance import most_balanced
from engine.evaluation.pairs.pair_figures import Pair, PairFigures
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.evaluation.relevance_kept import Metric, plain_lists, ruled_ranking
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
COARSE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
FINE = tuple(step / 10 for step in range(11))
KEPT = 8  # planes in memory


@dataclass(frozen=True)
class Plane:
    """Figures of a strategy's lists over λ and σ.

    diversities, spreads  the L values of λ and the S values of σ, rising
    figures  FIGURES by name, as far as the shop's data allow, float64 [S, L]; NaN where not computed yet
    kept     what the mean of a metric of later purchases is as a share of that of a reference, float64 [S, L]; NaN
             where not computed yet, and everywhere where later purchases are not known
    """

    diversities: tuple[float, ...]
    spreads: tuple[float, ...]
    figures: dict[str, Array]
    kept: Array

    @property
    def done(self) -> int:
        """How many pairs are computed."""
        return int((~np.isnan(self.figures["coverage"])).sum())

    def best(self, keep: float) -> Pair | None:
        """The pair (λ, σ) that is the best compromise between variety within lists and products reached (`balance`),
        among those that keep at least `keep`, by the estimate alone; None where no pair is known to keep as much."""
        variety, reach = ((self.figures[name] - self.figures[name][0, 0]).ravel() for name in ("ild", "coverage"))
        at = most_balanced(variety, reach, (self.kept >= keep).ravel())
        if at is None:
            return None
        spread, level = np.unravel_index(at, self.kept.shape)
        return self.diversities[level], self.spreads[spread]


def plane(
    bench: Bench,
    strategy: Strategy,
    floor: Floor = DEFAULT_FLOOR,
    diversities: Sequence[float] = COARSE,
    spreads: Sequence[float] = COARSE,
) -> Iterator[Plane]:
    """The plane after each pair, the corners first and then ever finer; the last is whole.

    Pairs are kept on disk as they are computed, so that a plane that was stopped goes on where it was, and a finer one
    begins with the pairs of a coarse one. Exposure floor and relevance floor are left out. floor: whose metric and
    reference `kept` has. Raises InputError as `make_slates` does, ValueError for a σ above 0 where `normalize` is
    "none".
    """
    base = _base(strategy)
    pairs = PairFigures(bench, base)
    reference = _reference(bench, base, floor)
    order = [(diversities[column], spreads[row]) for row, column in coarse_first(len(spreads), len(diversities))]
    for pair in order:
        pairs.compute(pair)
        yield _plane(pairs.known, diversities, spreads, floor.metric, reference)


def stored_plane(
    bench: Bench,
    strategy: Strategy,
    floor: Floor = DEFAULT_FLOOR,
    diversities: Sequence[float] = COARSE,
    spreads: Sequence[float] = COARSE,
) -> Plane | None:
    """The plane if every pair of it is on disk, else None."""
    base = _base(strategy)
    memo = bench.memo("planes", KEPT)
    key = (base, floor.metric, floor.against, tuple(diversities), tuple(spreads))
    stored: Plane | None = memo.peek(key)
    if stored is None:
        known = PairFigures(bench, base).known
        if {(level, spread) for spread in spreads for level in diversities} <= set(known):
            reference = _reference(bench, base, floor)
            stored = memo.get(key, lambda: _plane(known, diversities, spreads, floor.metric, reference))
    return stored


def _base(strategy: Strategy) -> Strategy:
    return strategy.list_by_list.at(floor=None).at_any_lambda


def _plane(
    known: dict[Pair, dict[str, float]], diversities: Sequence[float], spreads: Sequence[float], metric: Metric,
    reference: float,
) -> Plane:  # fmt: skip
    names = next(iter(known.values()))
    figures = {
        name: np.array(
            [[known.get((level, spread), {}).get(name, np.nan) for level in diversities] for spread in spreads]
        )
        for name in names
    }
    unknown = np.full((len(spreads), len(diversities)), np.nan)
    return Plane(tuple(diversities), tuple(spreads), figures, kept_share(figures.get(metric, unknown), reference))


def coarse_first(rows: int, columns: int) -> list[tuple[int, int]]:
    """All pairs of a row and a column, those of the coarsest grid first; within a grid row by row."""
    return sorted(
        ((row, column) for row in range(rows) for column in range(columns)),
        key=lambda pair: (max(_fineness(pair[0], rows), _fineness(pair[1], columns)), pair),
    )


def _fineness(place: int, size: int) -> int:
    """0 for the ends of a line, 1 for its middle, 2 for the quarters, and so on."""
    ends, fineness = (0, size - 1), 0
    while place not in ends:
        middle = (ends[0] + ends[1]) // 2
        ends, fineness = ((ends[0], middle) if place <= middle else (middle, ends[1])), fineness + 1
    return fineness


def _reference(bench: Bench, strategy: Strategy, floor: Floor) -> float:
    evidence = bench.evidence(scope_of(strategy.surface))
    if key_of(floor.metric, evidence) is None:
        return np.nan
    lists = plain_lists(bench, strategy) if floor.against == "plain" else lists_of(bench, ruled_ranking(strategy))
    return float(measure(lists, evidence, [floor.metric]).value(floor.metric)[0])
