"""How much memory a training will take at its peak, computed before it starts as the sum of its arrays.

`benchmarks/training_size.py` measures trainings of several sizes beside it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from engine.data import Dataset
from engine.recommend import ridge, spectral
from engine.recommend.hybrid.model import CHUNK as RANKED_AT_ONCE
from engine.recommend.hybrid.model import TEACHING_BYTES, HybridConfig
from engine.recommend.trilinear.config import TrilinearConfig

LIBRARIES = 350_000_000  # bytes: torch, numba and their like, loaded when a training begins
PER_LINE = 250  # bytes: columns, sort orders and sums while lines become a sparse matrix
PER_PAIR = 8 + 4  # bytes: an entry of a sparse matrix, and its part in a product
SCORED_AT_ONCE = 1_000  # shoppers
TERMS = 9  # score arrays [shoppers, products] that the blend holds at once
POOL = 90_000  # bytes: candidates of a validation shopper with their terms, and what the search makes of them
JUDGES = 4_000  # validation shoppers at most
CANDIDATES, PER_CANDIDATE = 500, 8 + 4  # of a shopper; bytes of each: its row and its score
CELLS = 25_000_000  # scores at once (`engine.retrieval`)
LISTED = 3_000  # bytes of a list: its slots, why each was filled, and its rows of a table
TEXT = 384 * 4  # bytes of a product's text vector
FIGURES = 110  # of a pair, that hybrid's trees read
PAIR_FIGURES = 10 * 4 + 6 * 8  # bytes: what is known of one pair, and its sort keys


@dataclass(frozen=True)
class Size:
    """The size of a training: shoppers, products that can be recommended, purchase lines, (shopper, product) pairs."""

    users: int
    items: int
    lines: int
    pairs: int

    @classmethod
    def of(cls, history: Dataset) -> Self:
        bought = history.positives()
        keys = bought["user"].to_numpy(np.int64) * history.n_items + bought["item"].to_numpy(np.int64)
        return cls(history.n_users, len(history.eligible()), len(bought), len(np.unique(keys)))


def forecast(name: str, size: Size) -> int:
    """Bytes that training the model `name` adds, at its peak, to a process that has opened the shop."""
    return PER_LINE * size.lines + {
        "popularity": _counts, "frequency": _counts, "ease": _ease, "blend": _blend, "hybrid": _hybrid,
        "trilinear": _trilinear,
    }[name](size)  # fmt: skip


def lists_memory(size: Size, n_lists: int) -> int:
    """Bytes that candidates and lists of so many shoppers add, at their peak, to a process that has opened a model."""
    held = n_lists * (CANDIDATES * PER_CANDIDATE + LISTED)
    seen = 0 if ridge.is_small((size.users, size.items)) else 8 * size.users
    chunk = min(SCORED_AT_ONCE, max(1, CELLS // max(size.items, 1)), n_lists)
    return LIBRARIES + held + chunk * (4 * TERMS * size.items + seen)


def _counts(size: Size) -> int:
    return 4 * PER_PAIR * size.pairs


def _solutions(size: Size) -> tuple[int, int]:
    """Bytes while EASE is solved for two ridges, and of what is left of each solution."""
    shape = (size.users, size.items)
    if ridge.is_small(shape):
        return ridge.memory(shape) + 4 * min(shape) ** 2, 4 * min(shape) ** 2
    width = round(min(spectral.RANKS[-2] * (1 + spectral.MARGIN), *shape))
    return 8 * width * (2 * size.users + 4 * size.items), 4 * width * size.items


def _ease(size: Size) -> int:
    return LIBRARIES + _solutions(size)[0] + 6 * PER_PAIR * size.pairs


def _scores(size: Size, at_once: int) -> int:
    """Bytes while the blend scores some shoppers."""
    seen = 0 if ridge.is_small((size.users, size.items)) else 3 * size.users
    return 4 * min(at_once, size.users) * (TERMS * size.items + seen)


def _blend(size: Size) -> int:
    solving, solved = _solutions(size)
    known = LIBRARIES + 30 * PER_PAIR * size.pairs + 4 * solved
    return known + max(solving, _scores(size, SCORED_AT_ONCE) + POOL * min(size.users, JUDGES))


def _hybrid(size: Size) -> int:
    config = HybridConfig()
    solving, solved = _solutions(size)
    widths = [config.candidates_all + config.neighbours, config.candidates_new + config.neighbours]
    ranked = 8 * size.users * min(sum(widths) + max(widths), 3 * size.items)  # one more while it is put together
    teaching = round(1.3 * min(TEACHING_BYTES, 4 * FIGURES * size.users * min(max(widths), size.items)))
    known = LIBRARIES + 40 * PER_PAIR * size.pairs + 8 * PAIR_FIGURES * size.pairs + 3 * solved + 2 * TEXT * size.items
    return known + max(solving, teaching + ranked + _scores(size, RANKED_AT_ONCE))


def _trilinear(size: Size) -> int:
    from engine.recommend.trilinear.snapshot import KEPT, PAIRS  # torch comes with it

    config = TrilinearConfig()
    solving, solved = _solutions(size)
    cells = size.users * size.items
    moments = config.windows + 1
    cached = 2 * len(PAIRS) * cells if cells <= KEPT else solved
    batch = 4 * config.batch * size.items * 40  # scores, features and gradients of a step
    return LIBRARIES + moments * (cached + 8 * PER_PAIR * size.pairs) + 2 * TEXT * size.items + max(solving, batch)
