"""The largest λ that keeps what was promised, found on shoppers whose later purchases are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.experiments.intervals import redrawn_means

Array = np.ndarray
CHANCE = 0.05  # that the promise does not hold for shoppers like these


@dataclass(frozen=True)
class Promise:
    """What each λ of an ascending grid keeps of a figure, as shares of its mean at λ = 0; float64 [L], 1 at λ = 0.

    diversities  the grid, ascending from 0
    kept         mean at λ ÷ mean at 0
    low, high    its 95 % bootstrap interval over shoppers
    sure         its one-sided lower bound (95 % unless asked otherwise), which decides
    at           the position of the λ chosen; 0 where no λ above 0 can be promised
    n_users      shoppers who count: those whose figure is known
    """

    diversities: tuple[float, ...]
    kept: Array
    low: Array
    high: Array
    sure: Array
    at: int
    n_users: int

    @property
    def diversity(self) -> float:
        """The λ chosen."""
        return self.diversities[self.at]


def promise(
    figures: Array, diversities: Sequence[float], keep: float, chance: float = CHANCE, draws: int = 1000, seed: int = 0
) -> Promise:
    """The largest λ whose mean figure is at least `keep` of that at λ = 0, at confidence 1 − chance.

    figures: float [L, U], the same U shoppers at each of L λ that ascend from 0; NaN = unknown. The λ are tested in
    that order, each on its one-sided bootstrap bound, and the first that fails ends the search. A sequence that is
    fixed beforehand needs no correction for the number of λ: a wrong promise needs the first λ that breaks it to pass
    its own test (Maurer et al. 1995; Bauer 1991; as risk control in Learn-then-Test, Angelopoulos et al. 2021,
    arXiv:2110.01052, section 3). A draw in which nobody has anything at λ = 0 counts as nothing kept.
    Raises ValueError for a grid that does not ascend from 0 or is not as long as `figures`, where no shopper is known,
    or where their mean at λ = 0 is not above 0.
    """
    if len(diversities) != len(figures) or diversities[0] != 0 or (np.diff(diversities) <= 0).any():
        raise ValueError(f"give one λ for each of {len(figures)} rows, ascending from 0, got {diversities}")
    known = ~np.isnan(figures).any(axis=0)
    counted = figures[:, known]
    if not known.any() or not counted[0].mean() > 0:
        raise ValueError("nobody has anything at λ = 0 that could be kept")
    means = redrawn_means(counted.T, draws, seed)
    ratios = np.divide(means, means[:, :1], out=np.zeros_like(means), where=means[:, :1] > 0)
    ratios[:, 0] = 1.0
    sure, low, high = np.quantile(ratios, [chance, 0.025, 0.975], axis=0)
    broken = np.flatnonzero(sure < keep)
    at = int(broken[0]) - 1 if len(broken) else len(figures) - 1
    kept = counted.mean(axis=1) / counted[0].mean()
    return Promise(tuple(diversities), kept, low, high, sure, at, int(known.sum()))
