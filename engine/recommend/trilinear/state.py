"""A fitted formula: its parameters and the snapshot it was fitted to; scores, cold start, explanations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import torch
from torch import Tensor

from engine.data import Dataset
from engine.recommend.arrays import Arrays, under
from engine.recommend.base import Scope
from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear import why
from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.catalogue import Catalogue
from engine.recommend.trilinear.cold import catalogue_of, encoding
from engine.recommend.trilinear.config import TrilinearConfig
from engine.recommend.trilinear.formula import SCOPES, Formula, Sizes
from engine.recommend.trilinear.snapshot import Snapshot

CHUNK = 256  # shoppers scored at once


@dataclass
class State:
    """vectors [n, d]: M_θ(X_i)·W_a(X_a) of the eligible items; learned: the encoder's parameters that were tuned."""

    net: Formula
    sizes: Sizes
    snapshot: Snapshot
    groups: Floats
    vectors: Tensor
    learned: dict[str, Tensor]
    config: TrilinearConfig

    @classmethod
    def of(
        cls,
        net: Formula,
        sizes: Sizes,
        catalogue: Catalogue,
        snapshot: Snapshot,
        groups: Floats,
        learned: dict[str, Tensor],
        config: TrilinearConfig,
    ) -> Self:
        vectors = item_vectors(net, catalogue, snapshot.promoted)
        return cls(
            net, sizes, snapshot, groups, vectors, {name: value.cpu() for name, value in learned.items()}, config
        )

    def scores(self, users: Ints, scope: Scope) -> Floats:
        """float32 [U, n]."""
        scores = np.empty((len(users), len(self.vectors)), dtype=np.float32)
        for at in range(0, len(users), CHUNK):
            batch = self._batch(users[at : at + CHUNK])
            with torch.inference_mode():
                scores[at : at + CHUNK] = self.net(self.vectors, batch)[SCOPES.index(scope)].numpy()
        return scores

    def shoppers(self, users: Ints) -> Tensor:
        """W_u(X_u) of known shoppers [U, d]."""
        batch = self._batch(users)
        with torch.inference_mode():
            return self.net.shoppers(self.vectors, batch.history, batch.times, batch.shopper)

    def cold(self, data: Dataset, rows: Ints, shoppers: Tensor) -> Floats:
        """float32 [U, R]: the product and the global β alone."""
        catalogue = catalogue_of(data, rows, self.learned)
        with torch.inference_mode():
            vectors = item_vectors(self.net, catalogue, np.zeros(len(rows), dtype=np.float32))  # [R, d]
            scores = shoppers @ vectors.T + self.net.bias  # [U, R]
        cold: Floats = scores.numpy()
        return cold

    def parts(self, users: Ints, scope: Scope) -> dict[str, Floats]:
        """The terms of all n products, float32 [U, n]; see `why.terms`."""
        columns = np.tile(np.arange(len(self.vectors), dtype=np.int64), (len(users), 1))
        with torch.inference_mode():
            return why.terms(self.net, self.vectors, self._batch(users), columns, SCOPES.index(scope))

    @cached_property
    def encode(self) -> Callable[[Sequence[str]], Floats]:
        """texts -> float32 [m, d_text], by the encoder as it was tuned; it is loaded when it is first asked for."""
        return encoding(self.learned)

    def nearest(self, users: Ints, columns: Ints, items: Ints, k: int) -> why.NearestItems:
        with torch.inference_mode():
            return why.nearest(self.net, self.vectors, self._batch(users), columns, items, k)

    def arrays(self) -> Arrays:
        """All of it, for one safetensors file."""
        net = {f"net.{name}": value.detach().numpy() for name, value in self.net.state_dict().items()}
        learned = {f"learned.{name}": value.numpy() for name, value in self.learned.items()}
        snapshot = {f"moment.{name}": value for name, value in self.snapshot.arrays().items()}
        sizes = np.array([self.sizes.items, self.sizes.text, self.sizes.shopper, *self.sizes.facets], dtype=np.int64)
        return net | learned | snapshot | {"sizes": sizes, "groups": self.groups, "vectors": self.vectors.numpy()}

    @classmethod
    def restored(cls, arrays: Mapping[str, np.ndarray], config: TrilinearConfig) -> Self:
        n, text, shopper, *facets = (int(size) for size in arrays["sizes"])
        sizes = Sizes(n, text, tuple(facets), shopper)
        with torch.random.fork_rng(devices=[]):
            net = Formula(sizes, config.dim, config.heads, config.dropout)
        net.load_state_dict({name: torch.from_numpy(value) for name, value in under(arrays, "net.").items()})
        learned = {name: torch.from_numpy(value) for name, value in under(arrays, "learned.").items()}
        snapshot = Snapshot.restored(under(arrays, "moment."))
        vectors = torch.from_numpy(arrays["vectors"])
        return cls(net.eval(), sizes, snapshot, arrays["groups"], vectors, learned, config)

    def _batch(self, users: Ints) -> Batch:
        return Batch.of(self.snapshot, users, self.groups, self.config.history)


def item_vectors(net: Formula, catalogue: Catalogue, promoted: Floats) -> Tensor:
    """M_θ(X_i)·W_a(X_a) -> [R, d]."""
    numbers = torch.from_numpy(np.stack([catalogue.price, promoted], axis=1))  # [R, 2]
    with torch.no_grad():
        return net.items(torch.from_numpy(catalogue.text), torch.from_numpy(catalogue.codes), numbers)
