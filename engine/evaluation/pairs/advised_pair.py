"""The advised pair of λ and σ: chosen on one half of the shoppers, and promised on the other.

Whoever chooses the best of many pairs by some shoppers' purchases finds one that looks better there than it is. So one
half of the shoppers only says which pairs are worth a test, and in which order; the other half, which had no say, tests
them in that order at 95 % and stops at the first that does not surely keep the floor. All that passed before surely
keep it together, however many there are; among them the best compromise is advised. This is Pareto testing
(Laufer-Goldshtein et al., "Efficiently controlling multiple risks with Pareto testing", ICLR 2023; fixed-sequence
testing as in Learn-then-Test, Angelopoulos et al. 2021). Prices of spread are found over all shoppers' lists: they use
no purchase after the cut-off.
"""

from pathlib import Path

import numpy as np

from engine.bench.bench import Bench
from engine.data import InputError, Progress, silent
from engine.data.labels import SMALLEST_GROUP
from engine.data.storage import cache
from engine.evaluation.pairs.pair_advice import FIGURES, AdvisedPair, advise, from_arrays, to_arrays
from engine.evaluation.pairs.pair_choice import candidates
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.evaluation.relevance_kept import require_held_out
from engine.slates.crowding_key import crowding_key
from engine.slates.priced import shopper_keys
from engine.strategy.strategy import Strategy

Array = np.ndarray
KEPT = 12  # results in memory
VERSION = 1  # raise it when the same shop and strategy would get another pair


def advised_pair(bench: Bench, strategy: Strategy, report: Progress = silent) -> AdvisedPair | None:
    """The advised pair, computed once for each strategy and kept on disk; its λ, σ and exposure floor do not matter
    (with overrides, λ does: it shifts theirs).

    report: called with "pair.choose"; it may raise to cancel. None where later purchases cannot judge it, or raw scores
    give prices no scale. Raises InputError for rules that this shop cannot keep.
    """
    base = _base(strategy)
    if base.normalize == "none":
        return None

    def make() -> AdvisedPair | None:
        known = _read(bench, base)
        return known if known is not None else _find(bench, base, report)

    return bench.memo("advised pairs", KEPT).get(base, make)


def known_pair(bench: Bench, strategy: Strategy) -> AdvisedPair | None:
    """The advised pair if it was computed before, in this process or another; else None."""
    base = _base(strategy)
    memo = bench.memo("advised pairs", KEPT)
    pair: AdvisedPair | None = memo.peek(base)
    if pair is None and (pair := _read(bench, base)) is not None:
        stored = pair
        memo.get(base, lambda: stored)
    return pair


def choosing_half(bench: Bench) -> Array:
    """bool [U]: the shoppers who choose; the others judge. It depends on their ids alone."""
    half: Array = shopper_keys(bench, None) % 2 == 0
    return half


def _base(strategy: Strategy) -> Strategy:
    return strategy.list_by_list.at_any_lambda


def _find(bench: Bench, base: Strategy, report: Progress) -> AdvisedPair | None:
    floor, half = base.floor or DEFAULT_FLOOR, choosing_half(bench)
    try:
        require_held_out(bench, base, floor.metric)
    except InputError as error:
        if error.problems[0].loc != ("floor",):
            raise
        return None
    choice = candidates(bench, base.at(floor=None), floor, half, FIGURES, report)
    judged = ~np.isnan(choice.kept).any(axis=0) & ~np.isnan(choice.reference)
    if any(
        (judged & side).sum() < SMALLEST_GROUP or not choice.reference[judged & side].any() for side in (half, ~half)
    ):
        return None
    advised = advise(choice, half, floor, base.floor is None)
    cache.write(_file(bench, base), to_arrays(advised))
    return advised


def _file(bench: Bench, base: Strategy) -> Path:
    return cache.cache_file("pair", VERSION, crowding_key(bench, base).name, base.floor)


def _read(bench: Bench, base: Strategy) -> AdvisedPair | None:
    """The advice on disk; None where there is none, or its file is damaged."""
    arrays = cache.read(_file(bench, base))
    return None if arrays is None else from_arrays(arrays, base.floor or DEFAULT_FLOOR, base.floor is None)
