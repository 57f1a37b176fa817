"""The numbers of a snapshot for some shoppers and some products, as tensors."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear.snapshot import Snapshot


@dataclass(frozen=True)
class Batch:
    """B shoppers, C products (columns of the model's n), H products of a history, E own entries."""

    columns: Tensor  # int64 [C]
    history: Tensor  # int64 [B, H], columns of all n, -1 = none
    times: Tensor  # [B, H, 7], see `own.FEATURES`
    shopper: Tensor  # [B, S], statistics and groups
    place: Tensor  # int64 [E], shopper of an own entry
    column: Tensor  # int64 [E], its place among the C
    own: Tensor  # [E, 7]
    pairs: Tensor  # [B, C, 2]
    rows: Tensor  # [C, 3]

    @classmethod
    def of(cls, snapshot: Snapshot, users: Ints, groups: Floats, length: int, columns: Ints | None = None) -> Self:
        """groups float32 [n_users, G]; columns ascending, None = all n."""
        every = columns is None or len(columns) == len(snapshot.rows)
        columns = np.arange(len(snapshot.rows), dtype=np.int64) if columns is None else columns
        history, times = snapshot.purchases.history(users, length)
        place, number = snapshot.purchases.entries(users)
        at = np.searchsorted(columns, snapshot.purchases.column[number])
        here = columns[np.minimum(at, len(columns) - 1)] == snapshot.purchases.column[number]
        pairs = snapshot.pairs(users)
        return cls(
            columns=torch.from_numpy(columns),
            history=torch.from_numpy(history),
            times=torch.from_numpy(times),
            shopper=torch.from_numpy(np.hstack([snapshot.purchases.stats(users), groups[users]])),
            place=torch.from_numpy(place[here]),
            column=torch.from_numpy(at[here]),
            own=torch.from_numpy(snapshot.purchases.values[number[here]]),
            pairs=torch.from_numpy(pairs if every else pairs[:, columns]),
            rows=torch.from_numpy(snapshot.rows[columns]),
        )

    def to(self, device: str | torch.device) -> "Batch":
        return self if str(device) == "cpu" else Batch(**{name: value.to(device) for name, value in vars(self).items()})
