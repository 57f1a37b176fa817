"""The protocol of every recommender, and the base class of the built-in ones."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np
import scipy.sparse as sp
from pydantic import BaseModel, ConfigDict

from engine.data import Dataset, Progress, silent
from engine.data.storage.private import make_folder
from engine.recommend.arrays import Arrays, read_arrays, write_arrays
from engine.recommend.counts import Floats, Ints, shoppers_lately
from engine.recommend.known import Known
from engine.recommend.top import top_k

Scope = Literal["all", "new"]
FILE = "model.safetensors"
TREND_HALF_LIFE = 14.0  # days


class Recommender(Protocol):
    """Anything that scores a shop's eligible items for its shoppers.

    items: int64 [n_eligible], the catalogue rows of the score columns.
    scope: "all" ranks everything; "new" ranks for discovery, where what the shopper had is left out.
    """

    name: ClassVar[str]
    items: Ints

    def fit(self, data: Dataset, report: Progress = silent) -> Self: ...
    def score(self, users: Ints, scope: Scope = "all") -> Floats: ...
    def recommend(self, users: Ints, k: int, scope: Scope = "all") -> tuple[Ints, Floats]: ...
    def save(self, folder: Path) -> None: ...
    @classmethod
    def load(cls, folder: Path, data: Dataset) -> Self: ...


class Config(BaseModel):
    """Settings of a model: frozen, and unknown or out-of-range values are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Model(ABC):
    """A recommender over a Dataset. A model defines how it learns (`_fit`) and scores (`_score`), and of which arrays
    it consists (`_arrays`, `_restore`); the rest is the same for all.
    """

    name: ClassVar[str]
    config: Config
    items: Ints
    n_users: int

    def __init__(self, config: Config | None = None) -> None:
        kind = type(self).config_type()
        if config is not None and not isinstance(config, kind):
            raise TypeError(f"{self.name} takes a {kind.__name__}, not {type(config).__name__}.")
        self.config = kind() if config is None else config

    @classmethod
    @abstractmethod
    def config_type(cls) -> type[Config]: ...

    @abstractmethod
    def _fit(self, data: Dataset, report: Progress) -> None: ...

    @abstractmethod
    def _score(self, users: Ints, scope: Scope) -> Floats: ...

    @abstractmethod
    def _arrays(self) -> Arrays: ...

    @abstractmethod
    def _restore(self, arrays: Arrays) -> None: ...

    def fit(
        self, data: Dataset, report: Progress = silent, work: Path | None = None, start: "Start | None" = None
    ) -> Self:
        """Learn from all interactions in `data`, which is already cut off. Raises ValueError where no item is eligible.

        work: a folder of this training alone, where a model that trains for long keeps its checkpoints and continues
        from them after a kill; it is removed at the end. Models that take seconds ignore it.
        start: an earlier fit of the same kind to begin from; models with a closed form ignore it too.
        """
        self._work, self._start = work, start
        self.items, self.n_users = data.eligible(), data.n_users
        if len(self.items) == 0:
            raise ValueError(
                f"Nothing to recommend in {data.name!r}: no item has {data.min_interactions} or more "
                f"interactions before {data.cutoff or 'the end'}. Give a longer log or a later date."
            )
        self._trend = shoppers_lately(data, self.items, TREND_HALF_LIFE)
        self._owned = data.relevant()[:, self.items]
        self._fit(data, report)
        return self

    def score(self, users: Ints, scope: Scope = "all") -> Floats:
        """Relevance, float32 [U, n_eligible], finite; comparable within a shopper only.

        users: user rows int64 [U]; -1 = an unknown shopper. Shoppers without a history get the trend.
        """
        users = self._checked(users, scope)
        scores = np.tile(self._trend, (len(users), 1))
        known = self._known(users)
        if known.any():
            scores[known] = self._score(users[known], scope)
        return scores

    def recommend(self, users: Ints, k: int, scope: Scope = "all") -> tuple[Ints, Floats]:
        """The k best items (catalogue rows int64 [U, k], -1 = none) and their scores (float32 [U, k])."""
        scores = self.score(users, scope)
        if scope == "new":
            scores[self.owned(users)] = -np.inf
        columns, values = top_k(scores, k)
        return np.where(columns < 0, -1, self.items[columns]), values

    def owned(self, users: Ints) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        """bool [U, n_eligible]: what each shopper had in the data that the model learned from."""
        had = np.zeros((len(users), len(self.items)), dtype=bool)
        known = self._known(users)
        had[known] = self._owned[users[known]].toarray() > 0
        return had

    def save(self, folder: Path) -> None:
        """Write the model to `folder` (safetensors only), all or nothing."""
        make_folder(folder)
        shared = {"items": self.items, "trend": self._trend, "owned": self._owned}
        own = {f"own.{name}": value for name, value in self._arrays().items()}
        notes = {"model": self.name, "config": self.config.model_dump(mode="json")}
        write_arrays(folder / FILE, shared | own, notes)

    @classmethod
    def load(cls, folder: Path, data: Dataset | None) -> Self:
        """The model saved in `folder`. Raises ValueError if it is of another kind or of another shop than `data`.

        With data=None it is taken as it was, its rows those of the shop at that time (see `known`).
        """
        arrays, notes = read_arrays(folder / FILE)
        if notes["model"] != cls.name:
            raise ValueError(f"{folder} holds a {notes['model']} model, not {cls.name}.")
        model = cls(cls.config_type().model_validate(notes["config"]))
        model.items, model._trend, model._owned = (arrays[name] for name in ("items", "trend", "owned"))
        model.n_users = model._owned.shape[0]
        if data is not None and (model.n_users != data.n_users or model.items[-1] >= data.n_items):
            raise ValueError(f"{folder} was trained on another shop than {data.name!r}. Train it again.")
        own = {name: value for name, value in arrays.items() if name.startswith("own.")}
        model._restore({name.removeprefix("own."): value for name, value in own.items()})
        return model

    def known(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """bool [n_users]: who has a history to be scored by."""
        return self._known(np.arange(self.n_users, dtype=np.int64))

    def adopt(self, other: "Model", arrays: Arrays) -> None:
        """Become the part of a restored model `other` that these arrays were stored by."""
        self.items, self.n_users = other.items, other.n_users
        self._trend, self._owned = other._trend, other._owned
        self._restore(arrays)

    def _known(self, users: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        per_user = np.append(np.diff(self._owned.indptr), 0)  # the last entry answers for -1
        known: np.ndarray[tuple[int], np.dtype[np.bool_]] = per_user[users] > 0
        return known

    def _checked(self, users: Any, scope: str) -> Ints:
        if scope not in ("all", "new"):
            raise ValueError(f"scope is 'all' or 'new', not {scope!r}.")
        rows = np.asarray(users, dtype=np.int64)
        if rows.ndim != 1 or (len(rows) and not -1 <= rows.min() <= rows.max() < self.n_users):
            raise ValueError(f"users are rows from 0 to {self.n_users - 1} (-1 = unknown), one dimension.")
        return rows


@dataclass(frozen=True)
class Start:
    """What a training may start from: a fitted model of the same kind, and the ids of its shoppers and products."""

    model: Model
    known: Known


def dense(matrix: sp.csr_array) -> Floats:
    """A sparse matrix as float32 array."""
    array: Floats = matrix.toarray().astype(np.float32, copy=False)
    return array
