"""The protocol of every surface."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from engine.data import Dataset, Progress, silent
from engine.recommend import Scope
from engine.retrieval import Candidates, Scorer


class Surface(Protocol):
    """An occasion: it gives candidates with their scores, and its `scope` says which later purchases count."""

    @property
    def name(self) -> str: ...

    @property
    def scope(self) -> Scope: ...

    def candidates(
        self,
        model: Scorer,
        data: Dataset,
        users: npt.NDArray[np.int64],
        n: int,
        report: Progress = silent,
    ) -> Candidates:
        """The `n` best candidates of each shopper. `data` is the history, cut off where the model's was."""
        ...
