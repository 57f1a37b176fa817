"""Advice on λ and σ from the candidates: those that surely keep the floor, and the best compromise among them."""

from dataclasses import dataclass

import numpy as np

from engine.data.storage.tensors import Arrays
from engine.evaluation.pairs.balance import most_balanced
from engine.evaluation.pairs.pair_choice import Candidates, Pair, order_of_tests
from engine.metrics import Estimate
from engine.statistics.fixed_sequence import CHANCE, redrawn_shares
from engine.strategy.strategy import Floor

Array = np.ndarray
FIGURES = ("ild", "coverage", "shared_products")  # the first two are what λ and σ are for


@dataclass(frozen=True)
class AdvisedPair:
    """The pair of λ and σ to take for all shoppers' lists of a strategy, whatever its own.

    floor    the strategy's own, or DEFAULT_FLOOR where it has none (`default`)
    met      whether (0, 0) surely keeps the floor; where rules alone break it, nothing is advised but (0, 0)
    pair     (λ, σ) advised: the best compromise of the pairs that surely keep the floor
    kept     what `pair` keeps of the floor's reference, judged by the `n_users` shoppers who did not choose
    hoped    (λ, σ): the best compromise of the pairs that keep the floor by the estimate on either half
    likely   what `hoped` keeps, judged by all shoppers: an estimate, chosen by the same purchases
    before, after, then  FIGURES of all shoppers' lists at (0, 0) with the strategy's rules, at `pair`, and at `hoped`
    """

    floor: Floor
    default: bool
    met: bool
    n_users: int
    pair: Pair
    kept: Estimate
    hoped: Pair
    likely: Estimate
    before: dict[str, float]
    after: dict[str, float]
    then: dict[str, float]


def advise(choice: Candidates, half: Array, floor: Floor, default: bool) -> AdvisedPair:
    """The advice among candidates. half: bool [U], the shoppers who choose.

    Raises ValueError where one of the halves has nothing that could be kept.
    """
    order = order_of_tests(choice.kept[:, half], choice.reference[half], floor.keep)
    shares, draws, n_users = redrawn_shares(choice.kept[:, ~half], choice.reference[~half])
    sure = np.quantile(draws, CHANCE, axis=0) >= floor.keep
    passed = np.zeros(len(order), bool)
    passed[order[: next((number for number, at in enumerate(order) if not sure[at]), len(order))]] = True
    whole, redrawn, _ = redrawn_shares(choice.kept, choice.reference)
    best, hoped = (_best(choice, allowed) for allowed in (passed, shares >= floor.keep))
    figures = [dict(zip(FIGURES, choice.figures[at].tolist(), strict=True)) for at in (0, best, hoped)]
    kept, likely = _estimate(shares, draws, best), _estimate(whole, redrawn, hoped)
    pairs = choice.pairs[best], choice.pairs[hoped]
    return AdvisedPair(floor, default, bool(passed[0]), n_users, pairs[0], kept, pairs[1], likely, *figures)


def _best(choice: Candidates, allowed: Array) -> int:
    """The best compromise between the gains over (0, 0); (0, 0) itself where none is allowed."""
    variety, reach = (choice.figures - choice.figures[0]).T[:2]
    best = most_balanced(variety, reach, allowed)
    return 0 if best is None else best


def _estimate(shares: Array, draws: Array, at: int) -> Estimate:
    low, high = np.quantile(draws[:, at], [0.025, 0.975])
    return Estimate(float(shares[at]), float(low), float(high))


def to_arrays(advised: AdvisedPair) -> Arrays:
    """The advice as arrays, without its floor."""
    return {
        "facts": np.array([advised.met, advised.n_users]),
        "pairs": np.array([advised.pair, advised.hoped]),
        "shares": np.array([advised.kept, advised.likely]),
        "figures": np.array([[at[name] for name in FIGURES] for at in (advised.before, advised.after, advised.then)]),
    }


def from_arrays(arrays: Arrays, floor: Floor, default: bool) -> AdvisedPair:
    """The advice that `to_arrays` has written."""
    met, n_users = arrays["facts"].tolist()
    pair, hoped = (tuple(values) for values in arrays["pairs"].tolist())
    kept, likely = (Estimate(*values) for values in arrays["shares"].tolist())
    figures = [dict(zip(FIGURES, values, strict=True)) for values in arrays["figures"].tolist()]
    return AdvisedPair(floor, default, bool(met), n_users, pair, kept, hoped, likely, *figures)
