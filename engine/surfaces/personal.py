"""Lists made for one shopper: all products, or only those that they never had."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.data import Dataset, Progress, silent
from engine.recommend import Scope
from engine.retrieval import Candidates, Scorer, retrieve


@dataclass(frozen=True)
class PersonalSurface:
    """Lists for one shopper. Scope "new" leaves out what they had before the cut-off."""

    name: str
    scope: Scope

    def candidates(
        self,
        model: Scorer,
        data: Dataset,
        users: npt.NDArray[np.int64],
        n: int,
        report: Progress = silent,
    ) -> Candidates:
        owned = data.relevant() if self.scope == "new" else None
        return retrieve(model, users, n, self.scope, owned, report)
