"""The advised pair of λ and σ: chosen on one half of the shoppers, and promised on the other.

Whoever chooses the best of many pairs by some shoppers' purchases finds one that looks better there than it is. So one
half of the shoppers chooses, by the estimate alone, and only the other half, which had no say, judges how far towards
that pair lists may go so that the floor is surely kept. Prices of spread are found over all shoppers' lists: they use
no purchase after the cut-off.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.bench.bench import Bench
from engine.bench.identity import lists_identity
from engine.data import InputError, Progress, silent
from engine.data.storage import cache
from engine.data.storage.tensors import Arrays
from engine.evaluation.pair_choice import choose_pair, figures_of
from engine.evaluation.recommended import DEFAULT_FLOOR
from engine.evaluation.relevance_floor import floor_path, path_test
from engine.evaluation.relevance_kept import require_held_out
from engine.metrics import Estimate
from engine.slates.priced import shopper_keys
from engine.statistics.fixed_sequence import FixedSequence
from engine.strategy.strategy import Floor, Strategy

Array = np.ndarray
FIGURES = ("coverage", "shared_products", "ild")
KEPT = 12  # results in memory
SHARES = ("kept", "low", "high", "sure")  # of a FixedSequence
VERSION = 1  # raise it when the same shop and strategy would get another pair


@dataclass(frozen=True)
class AdvisedPair:
    """The pair of λ and σ to take for all shoppers' lists of a strategy, whatever its own.

    floor    the strategy's own, or DEFAULT_FLOOR where it has none (`default`)
    chosen   (λ, σ) with the best compromise of both gains among the pairs that keep the floor, by the estimate on the
             choosing half
    test     what the steps from (0, 0) to `chosen` keep, on the other half; not `met` where even (0, 0) breaks the
             floor
    pair     (λ, σ) advised: the last step that surely keeps the floor
    likely   what `chosen` keeps on the other half, an estimate with its interval
    before, after, hoped  FIGURES of all shoppers' lists at (0, 0) with the strategy's rules, at `pair`, and at `chosen`
    """

    floor: Floor
    default: bool
    chosen: tuple[float, float]
    test: FixedSequence
    pair: tuple[float, float]
    likely: Estimate
    before: dict[str, float]
    after: dict[str, float]
    hoped: dict[str, float]

    @property
    def is_whole(self) -> bool:
        """Whether the pair that was chosen is surely as good as the floor asks."""
        return self.pair == self.chosen


def advised_pair(bench: Bench, strategy: Strategy, report: Progress = silent) -> AdvisedPair | None:
    """The advised pair, computed once for each strategy and kept on disk; its λ, σ and exposure floor do not matter
    (with overrides, λ does: it shifts theirs).

    report: called with "pair.choose" and "pair.promise"; it may raise to cancel. None where later purchases cannot
    judge it, or raw scores give prices no scale. Raises InputError for rules that this shop cannot keep.
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
    floor = base.floor or DEFAULT_FLOOR
    half, free = choosing_half(bench), base.at(floor=None)
    try:
        require_held_out(bench, base, floor.metric)
        chosen = choose_pair(bench, free, floor, half, report)
        path, judges = floor_path(free.at(diversity=chosen[0], spread=chosen[1])), np.flatnonzero(~half)
        test = path_test(bench, path, floor, judges, report)
        whole = path_test(bench, [path[0], path[-1]], floor, judges) if len(path) > 1 else test
    except InputError as error:
        if error.problems[0].loc != ("floor",):
            raise
        return None
    likely = Estimate(*(float(getattr(whole, name)[-1]) for name in ("kept", "low", "high")))
    pair = (path[test.at].diversity, path[test.at].spread)
    figures = [figures_of(bench, step, FIGURES) for step in (path[0], path[test.at], path[-1])]
    advised = AdvisedPair(floor, base.floor is None, chosen, test, pair, likely, *figures)
    _write(bench, base, advised)
    return advised


def _file(bench: Bench, base: Strategy) -> Path:
    return cache.cache_file("pair", VERSION, *lists_identity(bench, base))


def _write(bench: Bench, base: Strategy, pair: AdvisedPair) -> None:
    test = pair.test
    arrays: Arrays = {name: np.asarray(getattr(test, name), np.float64) for name in ("diversities", *SHARES)}
    arrays |= {"counts": np.array([test.at, test.met, test.n_users]), "pairs": np.array([pair.chosen, pair.pair])}
    arrays["likely"] = np.array(pair.likely)
    arrays["figures"] = np.array([[at[name] for name in FIGURES] for at in (pair.before, pair.after, pair.hoped)])
    cache.write(_file(bench, base), arrays)


def _read(bench: Bench, base: Strategy) -> AdvisedPair | None:
    """The pair on disk; None where there is none, or its file is damaged."""
    arrays = cache.read(_file(bench, base))
    if arrays is None:
        return None
    at, met, n_users = arrays["counts"].tolist()
    levels = tuple(arrays["diversities"].tolist())
    shares = {name: arrays[name] for name in SHARES}
    test = FixedSequence(levels, **shares, at=at, met=bool(met), n_users=n_users)
    chosen, pair = (tuple(values) for values in arrays["pairs"].tolist())
    likely = Estimate(*arrays["likely"].tolist())
    figures = [dict(zip(FIGURES, values, strict=True)) for values in arrays["figures"].tolist()]
    return AdvisedPair(base.floor or DEFAULT_FLOOR, base.floor is None, chosen, test, pair, likely, *figures)
