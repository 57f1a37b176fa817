"""The results of evaluations and comparisons as rows. The order of the fields is that of the command's JSON."""

from dataclasses import dataclass

import numpy as np

from engine.metrics.overlap import Estimate


@dataclass(frozen=True)
class Figure:
    """A metric of a model's lists at one λ and one spread σ, with its 95 % interval, over n_users shoppers; scope is
    "all" or "new"."""

    model: str
    method: str
    diversity: float
    spread: float
    scope: str
    metric: str
    value: float
    low: float
    high: float
    n_users: int


@dataclass(frozen=True)
class GroupFigure(Figure):
    """The same for a group of group_size shoppers; NaN where the group is too small for figures."""

    by: str
    group: str
    group_size: int


@dataclass(frozen=True)
class ModelTest:
    """A paired test of one model against another: the mean difference with its 95 % interval, p, and q by
    Benjamini–Hochberg over all rows."""

    model: str
    against: str
    method: str
    diversity: float
    scope: str
    metric: str
    difference: float
    low: float
    high: float
    p: float
    n_users: int
    q: float


@dataclass(frozen=True)
class Change:
    """What a metric becomes from one strategy's lists to another's, and the difference with its 95 % interval."""

    metric: str
    before: float
    after: float
    difference: float
    low: float
    high: float
    n_users: int


@dataclass(frozen=True)
class ModelScore:
    """A metric of a model's own lists with its 95 % interval; None = not known."""

    scope: str
    metric: str
    value: float | None
    low: float | None
    high: float | None
    n_users: int

    @property
    def figure(self) -> float:
        """The value; NaN where it is not known."""
        return np.nan if self.value is None else self.value

    @property
    def known(self) -> Estimate | None:
        """The figure with both ends; None where one of the three is not known."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return Estimate(self.value, self.low, self.high)
