"""From a model's scores to each shopper's N best candidates, without ever holding all scores at once."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from engine.data import Progress, silent
from engine.recommend import Scope, top_k

CHUNK, CELLS = 1_000, 25_000_000  # shoppers and scores at a time, at most: 100 MB


class Scorer(Protocol):
    """What retrieval needs of a model: scores float32 [U, n_eligible] of `items` (catalogue rows) for `users`."""

    items: npt.NDArray[np.int64]

    def score(self, users: npt.NDArray[np.int64], scope: Scope = "all") -> npt.NDArray[np.float32]: ...


@dataclass(frozen=True)
class Candidates:
    """Candidates of U shoppers.

    users   int64 [U]
    items   int64 [U, N], catalogue rows, best first, -1 = none; ties in catalogue order
    scores  float32 [U, N], descending, -inf where there is no item
    """

    users: npt.NDArray[np.int64]
    items: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


def at_once(n_items: int) -> int:
    """How many shoppers are scored at a time where each has this many scores."""
    return max(1, min(CHUNK, CELLS // max(n_items, 1)))


def retrieve(
    model: Scorer,
    users: npt.NDArray[np.int64],
    n: int,
    scope: Scope = "all",
    owned: sp.csr_array | None = None,
    report: Progress = silent,
) -> Candidates:
    """The `n` best eligible items of each shopper.

    users: user rows int64 [U]. owned: sparse [n_users, n_items] whose non-zero items are never returned.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}.")
    users = np.asarray(users, dtype=np.int64)
    items = np.full((len(users), n), -1, dtype=np.int64)
    scores = np.full((len(users), n), -np.inf, dtype=np.float32)
    left_out = None if owned is None else sp.csr_array(owned)[:, model.items]
    chunk = at_once(len(model.items))
    for at in range(0, len(users), chunk):
        report("retrieve", at, len(users))
        rows = slice(at, at + chunk)
        scored = model.score(users[rows], scope)
        if left_out is not None:
            _exclude(scored, users[rows], left_out)
        columns, scores[rows] = top_k(scored, n)
        items[rows] = np.where(columns < 0, -1, model.items[columns])
    report("retrieve", len(users), len(users))
    return Candidates(users, items, scores)


def _exclude(scores: npt.NDArray[np.float32], users: npt.NDArray[np.int64], owned: sp.csr_array) -> None:
    known = np.flatnonzero(users >= 0)
    rows, columns = owned[users[known]].nonzero()
    scores[known[rows], columns] = -np.inf
