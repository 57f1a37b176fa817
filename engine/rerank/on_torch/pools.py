"""A batch of shoppers' pools on the device. u shoppers, N candidates, L levels of λ; pools keep the caller's order."""

from functools import cached_property

import numpy as np
import torch

from engine.rerank.inputs import Interests
from engine.rerank.on_torch.upload import DeviceItems


class DevicePools:
    """Scores, candidates and similarities. A candidate's number is its position in the caller's pool."""

    def __init__(
        self,
        scores: np.ndarray,
        candidates: np.ndarray,
        order: np.ndarray,
        texts: np.ndarray,
        value_rows: np.ndarray,
        levels: np.ndarray,
        barred: np.ndarray,
        known: DeviceItems,
    ) -> None:
        """scores, candidates, order, texts, value_rows [u, N], levels [L] and barred [u, N] or [u, 0] of a `Task`."""
        device = known.vectors.device
        self.known = known
        self.shape = (len(scores), len(levels), scores.shape[1])  # u, L, N
        self.order = torch.tensor(order, device=device)
        self.items = torch.tensor(candidates, device=device)  # int64 [u, N], -1 = none
        self.texts = torch.where(self.items >= 0, torch.tensor(texts, device=device), len(known.own) - 1)
        self.faces = torch.where(self.items >= 0, torch.tensor(value_rows, device=device), len(known.prices) - 1)
        self.valid = (self.items >= 0)[:, None, :]  # [u, 1, N]
        self.count = self.valid.sum(2)  # [u, 1]
        self.free = self.valid  # [u, 1, N], candidates that may be chosen
        if barred.shape[1]:
            closed = torch.tensor(barred, device=device)
            self.free = self.valid & ~closed[:, None, :]
            self.order = self.order.gather(1, closed.gather(1, self.order).int().argsort(dim=1, stable=True))
        self.scores = torch.where(self.valid, torch.tensor(scores, device=device)[:, None, :], 0)
        self.levels = [float(level) for level in levels]
        self.keep = torch.tensor((1.0 - levels).astype(np.float32), device=device)[:, None]  # [L, 1]
        self.give = torch.tensor((1.0 - (1.0 - levels)).astype(np.float32), device=device)[:, None]

    @cached_property
    def similarity(self) -> torch.Tensor:
        """Similarities float32 [u, N, N]; 0 where there is no candidate."""
        return self.known.similarities(self.texts, self.faces)

    @cached_property
    def own(self) -> torch.Tensor:
        """Squared norm of each candidate's features, float32 [u, 1, N]."""
        return self.known.own[self.texts][:, None, :]

    @cached_property
    def standard(self) -> torch.Tensor:
        """z-scored scores over the pool, float32 [u, 1, N]; 0 where all are equal."""
        wide, count = self.scores.double(), self.count[:, :, None].clamp(min=1)
        mean = wide.sum(2, keepdim=True) / count
        square = torch.where(self.valid, wide - mean, 0).square().sum(2, keepdim=True)
        spread = (square / count).sqrt().float()
        low = torch.where(self.valid, self.scores, torch.inf).amin(2, keepdim=True)
        high = torch.where(self.valid, self.scores, -torch.inf).amax(2, keepdim=True)
        scaled = (self.scores - mean.float()) / spread
        return torch.where((low < high) & (spread > 0) & self.valid, scaled, 0)

    def to_all(self, pick: torch.Tensor) -> torch.Tensor:
        """Similarity of each picked candidate [u, L] to all of its pool, [u, L, N]."""
        return self.similarity.gather(1, pick[:, :, None].expand(*self.shape))

    def among(self, pick: torch.Tensor, level: int, needs_gram: bool) -> torch.Tensor:
        """Similarities among the candidates picked at one level: pick [u, L, K] -> [u, K, K]."""
        chosen = pick[:, level]
        if not needs_gram:
            return self.known.similarities(self.texts.gather(1, chosen), self.faces.gather(1, chosen))
        cells = chosen[:, :, None] * self.shape[2] + chosen[:, None, :]
        return self.similarity.flatten(1).gather(1, cells.flatten(1)).view_as(cells)

    def broken_row(self, chosen: torch.Tensor | None) -> int:
        """A row read that is not finite, -1 = none: of the items chosen [u, L, K], or of the whole pools."""
        rows = torch.where(self.items >= 0, self.texts, -1) if chosen is None else chosen
        bad = torch.where((rows >= 0) & self.known.broken[rows], rows, -1)  # row -1 is "no candidate"
        return int(bad.max())


class BatchInterests:
    """Interests in the values of each candidate: G facets, the caller's order. Empty for methods that need none."""

    def __init__(
        self, candidates: np.ndarray, value_rows: np.ndarray, interests: Interests, device: torch.device
    ) -> None:
        """candidates and faces int64 [u, N], interests with shares of the same shoppers."""
        users, n = candidates.shape
        facets = len(interests.weights)
        code, share = np.full((users, facets, n), -1), np.zeros((users, facets, n))
        total, values = np.zeros((users, facets)), np.zeros((users, facets))
        for facet in range(facets):
            columns = interests.shares[:, interests.starts[facet] : interests.starts[facet + 1]]
            numbers = np.where(candidates >= 0, interests.codes[value_rows, facet], -1)
            row, place = np.nonzero(numbers >= 0)
            code[:, facet] = numbers
            share[row, facet, place] = columns[row, numbers[row, place]]
            total[:, facet] = columns.sum(axis=1, dtype=np.float64)
            ordered = np.sort(numbers, axis=1)
            values[:, facet] = (np.diff(ordered, axis=1, prepend=-1) != 0).sum(axis=1)
        self.code = torch.tensor(code, device=device)[:, None]  # int64 [u, 1, G, N], -1 unknown
        self.share = torch.tensor(share, device=device)[:, None]  # float64 [u, 1, G, N], 0 where unknown
        self.total = torch.tensor(total, device=device)[:, None, :, None]  # float64 [u, 1, G, 1], 0 = no profile
        self.values = torch.tensor(values, device=device)[:, None, :, None]  # known values in the pool
        self.weights = torch.tensor(interests.weights.astype(np.float64), device=device)[:, None]  # [G, 1]
