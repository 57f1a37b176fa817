"""The choice of a pair of λ and σ that keeps a floor by the estimate: the best compromise of both gains."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import Progress
from engine.evaluation.balance import most_balanced
from engine.evaluation.relevance_kept import plain_lists, ruled_ranking
from engine.slates.shop_lists import lists_of, shop_lists
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
LADDER = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # the λ and σ among which a pair is chosen
GAINS = ("ild", "coverage")  # variety within lists, products reached: what λ and σ are for


def choose_pair(bench: Bench, base: Strategy, floor: Floor, half: Array, report: Progress) -> tuple[float, float]:
    """The best compromise (λ, σ) along the border of what keeps the floor by the estimate on `half`, bool [U].

    base: without floors and spread. Both gains are over the lists of (0, 0), in the figures GAINS of all shoppers.
    (0, 0) where not even that keeps the floor.
    """
    shop_lists(bench, base)  # those without spread, at every λ in one pass
    kept = _kept(bench, base, floor, half)
    start = figures_of(bench, base.at(diversity=0.0), GAINS)
    pairs: list[tuple[float, float]] = []
    gains: list[list[float]] = []
    for level, spread in border(lambda level, spread: kept(level, spread) >= floor.keep):
        report("pair.choose", LADDER.index(spread), len(LADDER))
        values = figures_of(bench, base.at(diversity=level, spread=spread), GAINS)
        pairs.append((level, spread))
        gains.append([values[name] - start[name] for name in GAINS])
    if not pairs:
        return 0.0, 0.0
    variety, reach = np.array(gains).T
    best = most_balanced(variety, reach, np.ones(len(pairs), bool))
    assert best is not None, "every pair of the border is allowed"
    return pairs[best]


def border(keeps: Callable[[float, float], bool]) -> Iterator[tuple[float, float]]:
    """For each σ of LADDER the largest λ of LADDER that keeps the floor, and no larger than that of the σ before.

    It ends at the first σ at which none does. Where what is kept falls as λ and σ rise, these are all pairs that can
    gain most; it takes at most two tests for each step of the ladder.
    """
    place = len(LADDER) - 1
    for spread in LADDER:
        while place >= 0 and not keeps(LADDER[place], spread):
            place -= 1
        if place < 0:
            return
        yield LADDER[place], spread


def figures_of(bench: Bench, strategy: Strategy, names: Sequence[str]) -> dict[str, float]:
    """Figures of all shoppers' lists, by name."""
    measured = measure(lists_of(bench, strategy), bench.evidence(scope_of(strategy.surface)), list(names))
    return {name: measured.value(name)[0] for name in names}


def _kept(bench: Bench, base: Strategy, floor: Floor, half: Array) -> Callable[[float, float], float]:
    """What lists at λ and σ keep of the floor's figure, as a share of its mean in the floor's reference, on `half`."""
    evidence = bench.evidence(scope_of(base.surface))

    def mean(lists: Array) -> float:
        figures = measure(lists, evidence, [floor.metric]).per_user[floor.metric][half]
        return float(np.nanmean(figures)) if not np.isnan(figures).all() else 0.0

    plain = floor.against == "plain"
    reference = mean(plain_lists(bench, base) if plain else lists_of(bench, ruled_ranking(base)))

    def kept(level: float, spread: float) -> float:
        return mean(lists_of(bench, base.at(diversity=level, spread=spread))) / reference if reference else 0.0

    return kept
