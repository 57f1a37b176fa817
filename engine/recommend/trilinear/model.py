"""`trilinear`: the neural recommender, Ŷ_ui = M_θ(X_i)·W_u(X_u)·W_a(X_a) + α·(X_b·W_b) + β.

The formula is in `formula`, its objective in `objective`, its training in `trainer`. This file makes it a Model.
"""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine.data import Dataset, Progress
from engine.recommend.arrays import Arrays
from engine.recommend.base import Scope
from engine.recommend.counts import Floats, Ints
from engine.recommend.explain import Additive
from engine.recommend.trilinear.config import TrilinearConfig

if TYPE_CHECKING:  # torch is loaded when a model is made, not when its name is looked up
    from engine.recommend.trilinear.formula import Formula
    from engine.recommend.trilinear.why import NearestItems


class Trilinear(Additive):
    """curve: a row of validation figures an epoch, {epoch, all, new (nDCG@10), loss, sameness, worth}; the first is
    the untrained model's; empty where the log is too short for a validation window."""

    name = "trilinear"
    config: TrilinearConfig
    curve: list[dict[str, float]]

    @classmethod
    def config_type(cls) -> type[TrilinearConfig]:
        return TrilinearConfig

    @property
    def net(self) -> "Formula":
        """The fitted parameters."""
        return self._state.net

    def score_items(self, data: Dataset, rows: Ints, users: Ints) -> Floats:
        """Scores float32 [U, R] of any catalogue rows for known shoppers.

        They use text and attributes alone, as if the products were new; they compare with each other, not with `score`.
        """
        return self._state.cold(data, rows, self._state.shoppers(self._checked(users, "all")))

    def words(self, data: Dataset, user: int, item: int) -> list[tuple[str, float]]:
        """What each word of a catalogue row's text adds to the product M_θ(X_i)·W_u(X_u)·W_a(X_a) of a known shopper,
        in the order of the text: how much lower the product comes out without the word (see `occlusion`).

        Raises ValueError for a shopper without a history, or where another encoder is set than the model was made with.
        """
        users = self._checked(np.array([user]), "all")
        if not self._known(users).all():
            raise ValueError("The model knows no history of this shopper.")
        from engine.recommend.trilinear.words import words

        return words(self._state, data, users, item, self.items)

    def nearest(self, users: Ints, items: Ints, k: int = 3) -> "NearestItems":
        """The k products of a shopper's history that contribute most to each of `items` [U, m]: by attention times
        similarity of vectors.
        """
        return self._state.nearest(self._checked(users, "all"), self._columns(items), self.items, k)

    def _fit(self, data: Dataset, report: Progress) -> None:
        from engine.recommend.trilinear.fitting import fitted

        self._state, self.curve = fitted(data, self.items, self.config, report, self._work, self._start)
        if self._work is not None:
            shutil.rmtree(self._work, ignore_errors=True)

    def _score(self, users: Ints, scope: Scope) -> Floats:
        return self._state.scores(users, scope)

    def _parts(self, users: Ints, scope: Scope) -> Iterator[tuple[str, Floats]]:
        """The product ("text"), one for every feature of X_b, and β ("base")."""
        yield from self._state.parts(users, scope).items()

    def _arrays(self) -> Arrays:
        names = ("epoch", "all", "new", "loss", "sameness", "worth")
        curve = np.array([[row[name] for name in names] for row in self.curve], dtype=np.float64)
        return self._state.arrays() | {"curve": curve.reshape(-1, len(names))}

    def _restore(self, arrays: Arrays) -> None:
        from engine.recommend.trilinear.state import State

        names = ("epoch", "all", "new", "loss", "sameness", "worth")
        self.curve = [dict(zip(names, map(float, row), strict=True)) for row in arrays["curve"]]
        self._state = State.restored(arrays, self.config)

    def _columns(self, items: Ints) -> Ints:
        rows = np.asarray(items, dtype=np.int64)
        columns = np.searchsorted(self.items, rows)
        columns = np.minimum(columns, len(self.items) - 1)
        if (self.items[columns] != rows).any():
            raise ValueError("items are catalogue rows that are eligible; see `items`.")
        return columns
