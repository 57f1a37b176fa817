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
from engine.evaluation.relevance_kept import plain_lists, ruled_ranking
from engine.slates.shop_lists import lists_of
from engine.strategy.strategy import Against, Strategy

Array = np.ndarray
COARSE = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
FINE = tuple(step / 10 for step in range(11))
FIGURES = ("ndcg", "coverage", "shared_products", "gini")


@dataclass(frozen=True)
class Plane:
    """Figures of a strategy's lists over λ and σ.

    diversities, spreads  the L values of λ and the S values of σ, rising
    figures  by name, float64 [S, L]; NaN where not computed yet. "ndcg_kept" is mean nDCG as a share of that of the
             reference, NaN everywhere where later purchases are not known
    against  the reference of nDCG kept, as for `relevance_kept`
    """

    diversities: tuple[float, ...]
    spreads: tuple[float, ...]
    figures: dict[str, Array]
    against: Against

    @property
    def done(self) -> int:
        """How many pairs are computed."""
        return int((~np.isnan(self.figures["coverage"])).sum())

    def best(self, keep: float, figure: str = "coverage") -> tuple[float, float] | None:
        """The pair (λ, σ) with the highest figure among those that keep at least `keep` of nDCG, by the estimate alone;
        of equal ones the lowest σ, then λ. None where no pair is known to keep as much."""
        enough = self.figures["ndcg_kept"] >= keep
        if not enough.any():
            return None
        values = np.where(enough, self.figures[figure], -np.inf)
        spread, level = np.unravel_index(int(values.argmax()), values.shape)
        return self.diversities[level], self.spreads[spread]


def plane(
    bench: Bench,
    strategy: Strategy,
    diversities: Sequence[float] = COARSE,
    spreads: Sequence[float] = COARSE,
    against: Against = "plain",
) -> Iterator[Plane]:
    """The plane after each pair, the corners first and then ever finer; the last is whole.

    Exposure floor and relevance floor are left out. At λ = 1 prices do nothing, so that column is computed once. Raises
    InputError as `make_slates` does, ValueError for a σ above 0 where `normalize` is "none".
    """
    base, evidence = strategy.at(exposure=None, floor=None), bench.evidence(scope_of(strategy.surface))
    names = [name for name in FIGURES if key_of(name, evidence)]
    whole = {name: np.full((len(spreads), len(diversities)), np.nan) for name in names}
    reference = _reference(bench, base, against) if "ndcg" in names else np.nan
    for row, column in coarse_first(len(spreads), len(diversities)):
        if diversities[column] == 1 and row and not base.overrides:
            values = {name: grid[0, column] for name, grid in whole.items()}
        else:
            pair = base.at(diversity=diversities[column], spread=spreads[row])
            measured = measure(lists_of(bench, pair), evidence, names)
            values = {name: measured.value(name)[0] for name in names}
        for name, value in values.items():
            whole[name][row, column] = value
        figures = {name: grid.copy() for name, grid in whole.items()}
        figures["ndcg_kept"] = kept_share(whole.get("ndcg", np.full_like(whole["coverage"], np.nan)), reference)
        yield Plane(tuple(diversities), tuple(spreads), figures, against)


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


def _reference(bench: Bench, strategy: Strategy, against: Against) -> float:
    evidence = bench.evidence(scope_of(strategy.surface))
    lists = plain_lists(bench, strategy) if against == "plain" else lists_of(bench, ruled_ranking(strategy))
    return float(measure(lists, evidence, ["ndcg"]).value("ndcg")[0])
