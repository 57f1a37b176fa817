"""What a kernel, or the graphics card, works on."""

from typing import NamedTuple

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.constraints.rules import ConstraintArrays
from engine.rerank.inputs import Interests, ItemFeatures


class Task(NamedTuple):
    """The pools of U shoppers, what is known of items and shoppers, the λ and the rules, and the lists to fill."""

    scores: np.ndarray  # float32 [U, N], on the scale wanted
    candidates: np.ndarray  # int64 [U, N], -1 = none
    order: np.ndarray  # int64 [U, N], the slots of each pool by falling score, candidates first
    features: ItemFeatures
    interests: Interests
    constraints: ConstraintArrays
    diversities: np.ndarray  # float64 [L]
    slots: np.ndarray  # EMPTY_SLOT's fields [U, L, k], written
    barred: np.ndarray  # bool [U, N], candidates that count as part of the pool but are never chosen; [U, 0]: none

    def of(self, rows: slice | np.ndarray) -> "Task":
        """The task of some shoppers; its lists are a copy where `rows` is an array."""
        features, constraints = self.features, self.constraints
        return self._replace(
            scores=plain(self.scores[rows], np.float32),
            candidates=plain(self.candidates[rows], np.int64),
            order=plain(self.order[rows], np.int64),
            features=features._replace(
                texts=_if_known(features.texts, rows), value_rows=_if_known(features.value_rows, rows)
            ),
            interests=self.interests._replace(shares=plain(self.interests.shares[rows], np.float32)),
            constraints=constraints._replace(guides=_if_known(constraints.guides, rows)),
            slots=self.slots[rows],
            barred=np.ascontiguousarray(self.barred[rows]),
        )


def no_bars(users: int) -> np.ndarray:
    """`barred` of a Task in which every candidate may be chosen."""
    return np.zeros((users, 0), bool)


def _if_known(numbers: np.ndarray, rows: slice | np.ndarray) -> np.ndarray:
    return plain(numbers[rows], np.int64) if len(numbers) else numbers
