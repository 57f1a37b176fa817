"""Which pairs of λ and σ may be advised, and in which order they are tested: one half of the shoppers says so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.data import Progress
from engine.evaluation.relevance_kept import plain_lists, ruled_ranking
from engine.slates.shop_lists import lists_of, shop_lists
from engine.statistics.fixed_sequence import redrawn_shares
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
Pair = tuple[float, float]  # λ, σ
LADDER = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)  # the λ and σ that are tried


@dataclass(frozen=True)
class Candidates:
    """The pairs that keep the floor by the estimate of the choosing half, (0, 0) always among them.

    pairs    n pairs (λ, σ), (0, 0) first
    kept     float [n, U], the floor's metric of every shopper's list; NaN = not known
    reference  float [U], the same of the floor's reference
    figures  float [n, F], figures of all shoppers' lists together
    """

    pairs: list[Pair]
    kept: Array
    reference: Array
    figures: Array


def candidates(
    bench: Bench, base: Strategy, floor: Floor, half: Array, names: Sequence[str], report: Progress
) -> Candidates:
    """base: without floors and spread. half: bool [U], who chooses. names: of the F figures.

    For each σ of LADDER, from 0, all λ are tried from the largest that kept the floor at a smaller σ downwards; it ends
    at the first σ at which none keeps it. report: called with "pair.choose" before each σ.
    """
    shop_lists(bench, base)  # those without spread, at every λ in one pass
    evidence = bench.evidence(scope_of(base.surface))
    plain = floor.against == "plain"
    compared = plain_lists(bench, base) if plain else lists_of(bench, ruled_ranking(base))
    reference = measure(compared, evidence, [floor.metric]).per_user[floor.metric]
    least = floor.keep * _mean(reference[half])
    pairs, kept, figures, highest = [], [], [], len(LADDER) - 1
    for number, spread in enumerate(LADDER):
        report("pair.choose", number, len(LADDER))
        enough = []
        for place in range(highest, -1, -1):
            pair = LADDER[place], spread
            lists = lists_of(bench, base.at(diversity=pair[0], spread=spread))
            measured = measure(lists, evidence, [floor.metric, *names])
            values = measured.per_user[floor.metric]
            if pair == (0.0, 0.0) or _mean(values[half]) >= least:
                enough.append(place)
                pairs.append(pair)
                kept.append(values)
                figures.append([measured.value(name)[0] for name in names])
        if not enough:
            break
        highest = max(enough)
    order = sorted(range(len(pairs)), key=lambda at: pairs[at])
    return Candidates([pairs[at] for at in order], np.array(kept)[order], reference, np.array(figures)[order])


def order_of_tests(kept: Array, reference: Array, keep: float) -> list[int]:
    """Positions of L strategies, from the one that most clearly keeps `keep` of a reference to the one that least does.

    kept: float [L, U], their figures; reference: float [U]. Clear is the distance of the share kept from `keep` in
    standard errors. Of equal ones, the first.
    """
    shares, draws, _ = redrawn_shares(kept, reference)
    error = draws.std(axis=0)
    sure = np.where(shares == keep, 0.0, np.copysign(np.inf, shares - keep))
    clear = np.where(error > 0, (shares - keep) / np.where(error > 0, error, 1), sure)
    order: list[int] = np.argsort(-clear, kind="stable").tolist()
    return order


def _mean(figures: Array) -> float:
    return float(np.nanmean(figures)) if not np.isnan(figures).all() else 0.0
