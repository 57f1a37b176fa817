"""The largest λ that keeps what a floor asks for, found on shoppers whose later purchases are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.statistics.intervals import redrawn_means

Array = np.ndarray
CHANCE = 0.05  # that the λ found does not keep it for shoppers like these


@dataclass(frozen=True)
class FixedSequence:
    """What each λ of an ascending grid keeps of a figure, as shares of its mean in the reference; float64 [L].

    diversities  the grid, ascending from 0
    kept         mean at λ ÷ mean of the reference: the lists of λ = 0 (then 1 there), unless others were given
    low, high    its 95 % bootstrap interval over shoppers
    sure         its one-sided lower bound (95 % unless asked otherwise), which decides
    at           the position of the λ chosen; 0 where no λ above 0 is sure to keep it
    met          whether what was asked for is kept at the λ chosen; False where not even λ = 0 surely keeps it
    n_users      shoppers who count: those whose figure is known
    """

    diversities: tuple[float, ...]
    kept: Array
    low: Array
    high: Array
    sure: Array
    at: int
    met: bool
    n_users: int

    @property
    def diversity(self) -> float:
        """The λ chosen."""
        return self.diversities[self.at]


def fixed_sequence(
    figures: Array, diversities: Sequence[float], keep: float, chance: float = CHANCE, draws: int = 1000, seed: int = 0,
    reference: Array | None = None,
) -> FixedSequence:  # fmt: skip
    """The largest λ whose mean figure is at least `keep` of the reference's, at confidence 1 − chance.

    figures: float [L, U], the same U shoppers at each of L λ that ascend from 0; NaN = unknown. reference: float [U],
    their figures in the lists compared with; None: those of λ = 0. The λ are tested in that order, each on its
    one-sided bootstrap bound, and the first that fails ends the search. A sequence that is fixed beforehand needs no
    correction for the number of λ: a wrong λ is chosen only if the first λ that breaks the floor passes its own test
    (Maurer et al. 1995; Bauer 1991; as risk control in Learn-then-Test, Angelopoulos et al. 2021, arXiv:2110.01052,
    section 3). With a reference of its own λ = 0 is tested like the others, and is chosen all the same where it fails
    (`met`). A draw in which nobody has anything in the reference counts as nothing kept. Raises ValueError for a grid
    that does not ascend from 0 or is not as long as `figures`, where no shopper is known, or where their mean in the
    reference is not above 0.
    """
    if len(diversities) != len(figures) or diversities[0] != 0 or (np.diff(diversities) <= 0).any():
        raise ValueError(f"give one λ for each of {len(figures)} rows, ascending from 0, got {diversities}")
    base = figures[0] if reference is None else reference
    shares, ratios, n_users = redrawn_shares(figures, base, draws, seed)
    if reference is None:
        ratios[:, 0] = 1.0
    sure, low, high = np.quantile(ratios, [chance, 0.025, 0.975], axis=0)
    broken = np.flatnonzero(sure < keep)
    first = int(broken[0]) if len(broken) else len(figures)
    return FixedSequence(tuple(diversities), shares, low, high, sure, max(first - 1, 0), first > 0, n_users)


def redrawn_shares(figures: Array, base: Array, draws: int = 1000, seed: int = 0) -> tuple[Array, Array, int]:
    """What lists keep of a figure, and how much that moves when shoppers are drawn anew.

    figures: float [L, U]; base: float [U], the figures compared with; NaN = unknown, and whoever has one unknown does
    not count. Returns mean figure ÷ mean base, float64 [L]; the same of each draw, float64 [draws, L], 0 where nobody
    drawn has anything in the base; and how many shoppers count. Raises ValueError where nobody does, or their mean base
    is not above 0.
    """
    known = ~np.isnan(figures).any(axis=0) & ~np.isnan(base)
    counted = np.vstack([base[known], figures[:, known]])
    if not known.any() or not counted[0].mean() > 0:
        raise ValueError("nobody has anything in the lists compared with at λ = 0 that could be kept")
    means = redrawn_means(counted.T, draws, seed)
    ratios = np.divide(means[:, 1:], means[:, :1], out=np.zeros_like(means[:, 1:]), where=means[:, :1] > 0)
    return counted[1:].mean(axis=1) / counted[0].mean(), ratios, int(known.sum())
