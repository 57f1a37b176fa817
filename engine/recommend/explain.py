"""Why a model scores a product as it does: what each term of its formula adds."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from engine.data import Dataset
from engine.recommend.base import Model, Scope
from engine.recommend.counts import Floats, Ints

CHUNK = 64  # shoppers at a time: a model of 20 terms holds 60 MB for 12,500 items
TREND = "trend"


@runtime_checkable
class Explains(Protocol):
    """A model that can explain its scores."""

    def explain(self, users: Ints, items: Ints, scope: Scope = "all") -> dict[str, Floats]:
        """What each term adds to the score of catalogue rows `items` [U, k], above or below what it adds for the
        shopper's average product: float32 [U, k] by the term's name.

        The terms of an item sum to its score less the shopper's mean score: over all eligible products, or over their
        candidates where the model ranks no more than those. NaN for -1 and for an item that the model does not rank.
        Raises
        ValueError where the model cannot explain it.
        """
        ...


@runtime_checkable
class ReadsText(Protocol):
    """A model whose score depends on the words of a product's text."""

    def words(self, data: Dataset, user: int, item: int) -> list[tuple[str, float]]:
        """The words of a catalogue row's text in their order, and how much each adds to the score of one shopper."""
        ...


class Additive(Model):
    """A model whose score is a sum of terms. It returns them by `_parts`, and they explain its scores."""

    @abstractmethod
    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        """The terms of known shoppers, weighed: float32 [U, n_eligible] or, the same for all, [1, n_eligible]."""

    def explain(self, users: Ints, items: Ints, scope: Scope = "all") -> dict[str, Floats]:
        """See `Explains`. users int64 [U], -1 = unknown; shoppers without a history are scored by "trend" alone.

        Raises ValueError for a user row, a shape of `items` or a scope that does not exist.
        """
        users = self._checked(users, scope)
        columns, here = self._scored(items, len(users))
        known = self._known(users)
        terms: dict[str, Floats] = {}

        def add(name: str, rows: Ints, term: Floats) -> None:
            above = term - term.mean(axis=1, keepdims=True, dtype=np.float64)
            every = np.broadcast_to(above, (len(rows), len(self.items)))
            into = terms.setdefault(name, np.zeros(columns.shape, dtype=np.float32))
            into[rows] = np.take_along_axis(every, columns[rows], axis=1)

        rows = np.flatnonzero(known)
        for at in range(0, len(rows), CHUNK):
            chunk = rows[at : at + CHUNK]
            for name, term in self._parts(users[chunk], scope):
                add(name, chunk, term)
        if not known.all():
            add(TREND, np.flatnonzero(~known), self._trend[None])
        return {name: np.where(here, values, np.float32(np.nan)) for name, values in terms.items()}

    def _scored(self, items: Any, n_users: int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """The score column of each catalogue row [U, k], 0 where there is none, and whether there is one."""
        rows = np.asarray(items, dtype=np.int64)
        if rows.ndim != 2 or len(rows) != n_users:
            raise ValueError(f"items are catalogue rows [U, k] for {n_users} users (-1 = none), not {rows.shape}.")
        columns = np.minimum(np.searchsorted(self.items, rows), len(self.items) - 1)
        here = self.items[columns] == rows
        return np.where(here, columns, 0), here
