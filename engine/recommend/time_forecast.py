"""How long a training, or making the candidates of every shopper, will take on this machine, before it starts.

Nearly all of the time goes into products of a sparse with a dense matrix, and of two dense ones. Their number follows
from the size of the shop; what one costs here is timed on a small product of each kind. Models that also learn trees or
epochs take longer than that by what was measured once (`AFTER`), in the same proportion on a slower machine.
`benchmarks/big_shop.py` measures runs beside it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
import scipy.sparse as sp

from engine.recommend import ridge, spectral
from engine.recommend.forecast import JUDGES, Size
from engine.recommend.sparse import sparse_times_dense

ROWS, COLUMNS, ENTRIES, WIDTH, SIDE = 20_000, 20_000, 200_000, 128, 768  # of the timed products
USUAL = 3e-11  # seconds of a multiplication in a product of dense matrices, where AFTER was measured
STARTED = 3.0  # seconds until libraries are loaded and the shop is open
PER_LINE = 3e-6  # seconds: sort orders and sums, while lines become sparse matrices
PER_SCORE = 3e-8  # seconds: terms other than EASE, ranks, and the best of them
PER_LIST = 5e-4  # seconds: a list of 10 from a pool of 500, and its row in a table
SCORED_TWICE = 2  # the blend's judges are scored for their candidates, then once more for the terms of these
SCALES = {"popularity": 0.2, "frequency": 0.2, "ease": 1.0, "blend": 3.0, "hybrid": 3.0, "trilinear": 2.0}
SOLVED = {"popularity": 0, "frequency": 0, "ease": 1, "blend": 3, "hybrid": 2, "trilinear": 3}  # how often EASE is
AFTER = {"hybrid": (150.0, 0.035), "trilinear": (20.0, 0.02)}  # seconds beyond that: always, and for each shopper


@dataclass(frozen=True)
class Speed:
    """Seconds of one multiplication in a product of a sparse and a dense matrix, and in one of two dense matrices."""

    sparse: float
    dense: float

    @classmethod
    def measured(cls) -> Self:
        """The best of three timings of each, less than half a second in all."""
        rng = np.random.default_rng(0)
        cells = rng.integers(ROWS * COLUMNS, size=ENTRIES)
        values = np.ones(ENTRIES)
        matrix = sp.csr_array((values, (cells // COLUMNS, cells % COLUMNS)), shape=(ROWS, COLUMNS))
        right, square = np.ones((COLUMNS, WIDTH)), np.ones((SIDE, SIDE))
        sparse = min(_timed(lambda: sparse_times_dense(matrix, right)) for _ in range(3))
        dense = min(_timed(lambda: square @ square) for _ in range(3))
        return cls(sparse / (matrix.nnz * WIDTH), dense / SIDE**3)

    def seconds(self, work: "Work") -> float:
        return self.sparse * work.sparse + self.dense * work.dense


@dataclass(frozen=True)
class Work:
    """Multiplications in products of a sparse and a dense matrix, and in products of two dense matrices."""

    sparse: float
    dense: float

    def __add__(self, other: "Work") -> "Work":
        return Work(self.sparse + other.sparse, self.dense + other.dense)

    def times(self, n: float) -> "Work":
        return Work(n * self.sparse, n * self.dense)


@cache
def machine_speed() -> Speed:
    """`Speed.measured`, once in a process."""
    return Speed.measured()


def training_seconds(name: str, size: Size, speed: Speed) -> float:
    """About how many seconds training the model `name` takes. More of anything never takes less."""
    seconds = STARTED + SCALES[name] * PER_LINE * size.lines + speed.seconds(_solving(size).times(SOLVED[name]))
    if name in ("blend", "hybrid"):
        scored = 2 * SCORED_TWICE * min(size.users, JUDGES) if name == "blend" else 2 * size.users
        seconds += candidate_seconds(size, scored, speed)
    always, each = AFTER.get(name, (0.0, 0.0))
    return seconds + (always + each * size.users) * speed.dense / USUAL


def candidate_seconds(size: Size, n_lists: int, speed: Speed) -> float:
    """About how many seconds the best products of so many lists take, of a model that uses EASE."""
    return speed.seconds(_scoring(size).times(n_lists)) + PER_SCORE * n_lists * size.items * speed.dense / USUAL


def lists_seconds(name: str, size: Size, n_lists: int, speed: Speed) -> float:
    """About how many seconds the candidates and lists of so many shoppers take."""
    listed = (STARTED + PER_LIST * n_lists) * speed.dense / USUAL
    if SOLVED.get(name, 1):
        return listed + candidate_seconds(size, n_lists, speed)
    return listed + PER_SCORE * n_lists * size.items * speed.dense / USUAL


def _solving(size: Size) -> Work:
    """EASE solved once, for two ridges."""
    shape = (size.users, size.items)
    if ridge.is_small(shape):
        return Work(2 * size.pairs * min(shape), 2 * min(shape) ** 3)
    widths = [min(round(rank * (1 + spectral.MARGIN)), *shape) for rank in spectral.RANKS]
    steps, squares = spectral.ITERATIONS, sum(width**2 for width in widths)
    iterated = Work((2 * steps + 1) * size.pairs * sum(widths), (2 * steps * size.items + size.users) * squares)
    return iterated + Work(size.pairs * size.items, size.items**2 * widths[-1])  # the diagonal


def _scoring(size: Size) -> Work:
    """One shopper's scores of all products."""
    shape = (size.users, size.items)
    if ridge.is_small(shape):
        return Work(size.pairs, 0)
    width, degree = min(spectral.RANKS[-1], *shape), spectral.DEGREES[-1]
    return Work(2 * degree * size.pairs / 2, 2 * (degree + 1) * width * size.items / 2)  # in single precision


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
