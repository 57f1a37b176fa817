"""The settings of an audit's statistics."""

from dataclasses import dataclass

import numpy as np

from engine.data.labels import SMALLEST_GROUP
from engine.fairness.bootstrap import DRAWS
from engine.fairness.corrections import alpha_of
from engine.fairness.permutation import PERMUTATIONS


@dataclass(frozen=True)
class Plan:
    """Bootstrap draws, minimum number of permutations, seed, and the size of the smallest group with figures."""

    draws: int = DRAWS
    permutations: int = PERMUTATIONS
    seed: int = 0
    threshold: int = SMALLEST_GROUP

    def __post_init__(self) -> None:
        """Raises ValueError for a count below 1, or a threshold below 2."""
        if self.draws < 1 or self.permutations < 1 or self.threshold < 2 or self.seed < 0:
            raise ValueError(f"draws and permutations ≥ 1, seed ≥ 0, threshold ≥ 2, got {self}")

    def deals(self, family: int) -> int:
        """Permutations: so many that the smallest p they can give is at most half of 0.05 / family."""
        return max(self.permutations, int(np.ceil(2 / alpha_of(family))) - 1)
