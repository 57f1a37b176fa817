"""Which categories a query may mean: a vote of its first results, weighted by their scores."""

from dataclasses import dataclass
from math import log2
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
VOTES = 10  # results that vote
SEVERAL = 1.0  # bits: as much as two categories that are equally likely
FLAT = 0.25  # where no category has more than this share of the votes, the query's category is not known
WEAK = 0.45  # nor is it where neither words nor meaning of any product answer better than this
Certainty = Literal["one", "several", "unknown"]


@dataclass(frozen=True)
class Intent:
    """A category that the query may mean, and its share of the votes."""

    category: str
    p: float


@dataclass(frozen=True)
class Intents:
    """categories: those with a vote, by falling share; shares sum to 1. entropy: of the shares, in bits. strength: how
    well the best product answers, 0 to 1."""

    categories: tuple[Intent, ...] = ()
    entropy: float = 0.0
    strength: float = 1.0

    @property
    def certainty(self) -> Certainty:
        """ "one" category, "several", or "unknown": no votes, scattered ones, or only by products that answer badly."""
        if not self.categories or self.categories[0].p <= FLAT or self.strength < WEAK:
            return "unknown"
        return "several" if self.entropy >= SEVERAL else "one"

    @property
    def ambiguity(self) -> float:
        """The entropy as a share, in [0, 1], of the most that `VOTES` votes can have."""
        return min(1.0, self.entropy / log2(VOTES))


def vote(scores: Floats, codes: Ints, names: list[str], strength: float = 1.0) -> Intents:
    """The intents by the first `VOTES` results: scores float [n] >= 0, best first, and their category numbers.

    >>> vote(np.array([0.5, 0.25, 0.25]), np.array([1, 0, 1]), ["Juice", "Milk"]).categories
    (Intent(category='Milk', p=0.75), Intent(category='Juice', p=0.25))
    """
    votes = np.zeros(len(names))
    first, weights = codes[:VOTES], np.asarray(scores[:VOTES], dtype=np.float64)
    known = first >= 0
    np.add.at(votes, first[known], weights[known])
    if not votes.sum():
        return Intents()
    shares = votes / votes.sum()
    chosen = np.lexsort((np.arange(len(names)), -shares))[: int((shares > 0).sum())]
    entropy = float(-(shares[chosen] * np.log2(shares[chosen])).sum())
    return Intents(tuple(Intent(names[at], float(shares[at])) for at in chosen), max(0.0, entropy), strength)
