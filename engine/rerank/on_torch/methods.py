"""The methods on the device: how the terms of all candidates start, and how each pick changes them.

The definitions, clipping and float32 are those of the kernels for the processor, where the papers are named; terms of
facet values are summed in float64, as there. u shoppers, L levels of λ, N candidates, G facets.
"""

import math
from typing import ClassVar

import numpy as np
import torch

from engine.rerank.on_torch.pools import BatchInterests, DevicePools

EPS = float(np.finfo(np.float32).eps)
TINY = float(np.finfo(np.float32).tiny)
MAX_LOG_WEIGHT = 40.0  # as in dpp
BLEND = 0.01  # as in calibrated
ABSENT = math.log2(1 / BLEND)
RISES = 16  # candidates whose coverage is summed at a time (cover)
Terms = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class Chooser:
    """What one method knows of a batch of slates while they are filled."""

    needs_similarity: ClassVar[bool] = True

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        """Nothing is chosen yet; `steps` items will be."""
        self.pools = pools

    def takes_next_best(self, level: float, step: int) -> bool:
        """Whether relevance alone decides: the first pick, and every pick at λ = 0."""
        return step == 0 or level == 0

    def terms(self) -> Terms:
        """Relevance term, diversity term and gain of each candidate, each [u, L or 1, N]."""
        variety = self.variety()
        return self.pools.scores, variety, self.pools.keep * self.pools.scores + self.pools.give * variety

    def variety(self) -> torch.Tensor:
        """Diversity term of each candidate, float32 [u, L, N]."""
        raise NotImplementedError

    def take(self, pick: torch.Tensor) -> None:
        """Add the candidates picked, int64 [u, L], to the slates."""
        raise NotImplementedError

    def full(self, value: float) -> torch.Tensor:
        """float32 [u, L, N] of one value."""
        return torch.full(self.pools.shape, value, dtype=torch.float32, device=self.pools.items.device)


class Mmr(Chooser):
    """Maximal marginal relevance."""

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        self.closest = self.full(0)  # clipped below at 0

    def variety(self) -> torch.Tensor:
        return -self.closest.clamp(max=1)

    def take(self, pick: torch.Tensor) -> None:
        torch.maximum(self.closest, self.pools.to_all(pick), out=self.closest)


class Msd(Chooser):
    """Max-sum dispersion."""

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        self.distance = self.full(0)

    def variety(self) -> torch.Tensor:
        return self.distance

    def take(self, pick: torch.Tensor) -> None:
        self.distance = self.distance + (1 - self.pools.to_all(pick).clamp(-1, 1))


class _Projection(Chooser):
    """What the chosen items leave of each candidate: rows of a Cholesky factor grow with each pick.

    Of the kernel weight_i·(similarity + bias)·weight_j, as in `projection.project`.
    """

    bias: ClassVar[float] = 0.0

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        users, levels, n = pools.shape
        self.weight, self.residual = self.start()
        self.rounding = EPS * self.weight * self.weight  # left of an item like those chosen: it spans nothing new
        self.factors = torch.empty((users, levels, steps, n), device=pools.items.device)
        self.chosen = 0

    def start(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight and squared norm of each candidate, float32 [u, L, N]."""
        raise NotImplementedError

    def take(self, pick: torch.Tensor) -> None:
        at = pick[:, :, None]
        product = self.weight * (self.pools.to_all(pick) + self.bias) * self.weight.gather(2, at)
        if self.chosen:
            rows = self.factors[:, :, : self.chosen]
            own = rows.gather(3, at[:, :, None].expand(-1, -1, self.chosen, 1))
            product -= (own.mT @ rows).squeeze(2)
        left = self.residual.gather(2, at)
        factor = torch.where(left > self.rounding.gather(2, at), product / (left.sqrt() + EPS), 0)
        self.factors[:, :, self.chosen] = factor
        self.residual = (self.residual - factor.square()).clamp(min=0)
        self.chosen += 1


class Dpp(_Projection):
    """Determinantal point process, greedy MAP."""

    def start(self) -> tuple[torch.Tensor, torch.Tensor]:
        keep, standard = self.pools.keep, self.pools.standard
        best = torch.where(self.pools.valid, standard, -torch.inf).amax(2, keepdim=True)
        shift = (keep * best - MAX_LOG_WEIGHT).clamp(min=0)
        self.quality = 2 * (keep * standard - shift)
        weight = (self.quality / 2).exp()
        return weight, weight * weight + EPS

    def terms(self) -> Terms:
        gain = torch.maximum(self.residual, self.rounding).clamp(min=TINY).double().log()
        return self.quality, gain - self.quality, gain


class Ssd(_Projection):
    """Sliding spectrum decomposition."""

    bias: ClassVar[float] = 1.0

    def start(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self.full(1), self.bias + self.pools.own.expand(self.pools.shape)

    def terms(self) -> Terms:
        quality, variety = self.pools.standard, self.residual.sqrt()
        return quality, variety, self.pools.keep * quality + self.pools.give * variety


class Cover(Chooser):
    """Facility location."""

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        self.reach = pools.similarity.clamp(min=0)
        self.reach.diagonal(dim1=1, dim2=2).copy_(torch.where(pools.valid, pools.own, 0)[:, 0])
        self.reach.masked_fill_((pools.faces != pools.items)[:, None] & pools.valid, 0)  # borrowers
        self.covered = self.full(0)

    def takes_next_best(self, level: float, step: int) -> bool:
        return level == 0 or (level == 1 and step == 0)

    def variety(self) -> torch.Tensor:
        roots, rises = self.covered.sqrt()[:, :, None], self.full(0)
        for start in range(0, self.pools.shape[2], RISES):
            rows = slice(start, start + RISES)
            after = (self.reach[:, None, rows] + self.covered[:, :, None]).sqrt_()
            rises[:, :, rows] = after.sub_(roots).sum(3)
        return rises

    def take(self, pick: torch.Tensor) -> None:
        self.covered += self.reach.gather(1, pick[:, :, None].expand(*self.pools.shape))


class _ByValue(Chooser):
    """Counts of each candidate's facet values in the slate."""

    needs_similarity: ClassVar[bool] = False

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        users, levels, n = pools.shape
        shape = (users, levels, len(wants.weights), n)
        self.wants = wants
        self.codes = wants.code.expand(shape)
        self.count = torch.zeros(shape, dtype=torch.float64, device=pools.items.device)
        self.known = torch.zeros((*shape[:3], 1), dtype=torch.float64, device=pools.items.device)
        self.heads = torch.zeros(shape, dtype=torch.bool, device=pools.items.device)  # first of its value

    def variety(self) -> torch.Tensor:
        return (self.wants.weights * self.bits()).sum(2).float()

    def bits(self) -> torch.Tensor:
        """Diversity term by facet, float64 [u, L, G, N]."""
        raise NotImplementedError

    def take(self, pick: torch.Tensor) -> None:
        at = pick[:, :, None, None].expand(*self.codes.shape[:3], 1)
        value = self.codes.gather(3, at)
        self.heads.scatter_(3, at, (value >= 0) & (self.count.gather(3, at) == 0))
        self.count += (self.codes == value) & (value >= 0)
        self.known += value >= 0


class Xquad(_ByValue):
    """Explicit query aspect diversification."""

    def __init__(self, pools: DevicePools, wants: BatchInterests, steps: int) -> None:
        super().__init__(pools, wants, steps)
        similar = 1 / wants.values.clamp(min=1)  # without a profile
        share = torch.where(wants.total > 0, wants.share, similar)
        self.wanted = torch.where(wants.code >= 0, share, 0)

    def bits(self) -> torch.Tensor:
        return torch.where(self.count == 0, self.wanted, 0)


class Calibrated(_ByValue):
    """Steck's calibration: minus the divergence of the shopper's profile and the slate's shares, in bits."""

    def bits(self) -> torch.Tensor:
        share, after = self.wants.share, self.known + 1
        stays, grows = _bits(share, self.count, after), _bits(share, self.count + 1, after)
        now = self._divergence(_bits(share, self.count, self.known))
        return -torch.where(self.codes >= 0, self._divergence(stays) + grows - stays, now)

    def _divergence(self, bits: torch.Tensor) -> torch.Tensor:
        """Of all values of a shopper, from what each costs at its count: [u, L, G, N] -> [u, L, G, 1]."""
        spared = torch.where(self.heads, bits - self.wants.share * ABSENT, 0)
        return self.wants.total * ABSENT + spared.sum(3, keepdim=True)


def _bits(share: torch.Tensor, items: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """A value's part of the divergence, with `items` of `known` items."""
    mixed = (1 - BLEND) * items / known.clamp(min=1) + BLEND * share
    present = torch.where(share > 0, share * (share / mixed).log2(), 0)
    return torch.where(items > 0, present, share * ABSENT)


METHODS: dict[str, type[Chooser]] = {
    "mmr": Mmr,
    "msd": Msd,
    "dpp": Dpp,
    "ssd": Ssd,
    "cover": Cover,
    "xquad": Xquad,
    "calibrated": Calibrated,
}
