"""Why a product is relevant: the terms of the formula, and the products of a history that contribute most."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.formula import OWN, SHARED, Formula
from engine.recommend.trilinear.snapshot import features


class NearestItems(NamedTuple):
    """items int64 [U, m, k]: catalogue rows of the history, the strongest first, -1 = no more; weight float32
    [U, m, k]: attention (mean over heads) times cosine of the two vectors."""

    items: Ints
    weight: Floats


def terms(net: Formula, vectors: Tensor, batch: Batch, columns: Ints, scope: int) -> dict[str, Floats]:
    """Contributions float32 [U, k] of each term, for columns [U, k] of a batch over all n products."""
    at = torch.from_numpy(columns)  # [U, k]
    shopper = net.shoppers(vectors, batch.history, batch.times, batch.shopper)  # [U, d]
    product = torch.einsum("ud,ukd->uk", shopper, vectors[at])  # [U, k]
    values = behaviours(batch, at) * net.weights(scope)  # [U, k, F]
    by_name = {"text": product, **dict(zip(features(), values.unbind(dim=2), strict=True))}
    by_name["base"] = net.beta(batch).gather(1, at)  # [U, k]
    return {name: value.numpy() for name, value in by_name.items()}


def behaviours(batch: Batch, at: Tensor) -> Tensor:
    """X_b of columns [U, k] -> [U, k, F]."""
    place = torch.arange(len(at))[:, None].expand_as(at)  # [U, k]
    shared = Formula.features(batch, place.reshape(-1), at.reshape(-1)).view(*at.shape, SHARED)  # [U, k, 5]
    own = batch.pairs.new_zeros(*batch.pairs.shape[:2], OWN + 1)  # [U, n, 8]
    own[batch.place, batch.column, :OWN], own[batch.place, batch.column, OWN] = batch.own, 1.0
    mine = own[place, at]  # [U, k, 8]
    return torch.cat([mine[..., :OWN], shared * mine[..., OWN:], shared], dim=2)  # [U, k, F]


def nearest(net: Formula, vectors: Tensor, batch: Batch, columns: Ints, items: Ints, k: int) -> NearestItems:
    """See Near; columns [U, m]."""
    shares = net.attention(vectors, batch.history, batch.times).mean(dim=2)  # [U, H]
    unit = torch.nn.functional.normalize(vectors, dim=1)  # [n, d]
    past, target = unit[batch.history.clamp(min=0)], unit[torch.from_numpy(columns)]  # [U, H, d], [U, m, d]
    weight = torch.einsum("uhd,umd->umh", past, target) * shares[:, None]  # [U, m, H]
    itself = batch.history[:, None] == torch.from_numpy(columns)[..., None]  # [U, m, H]
    weight = weight.masked_fill(itself | (batch.history < 0)[:, None], -torch.inf)  # a product is no reason for itself
    best = weight.topk(min(k, weight.shape[2]), dim=2)  # [U, m, k]
    columns_near = batch.history[:, None].expand_as(weight).gather(2, best.indices).numpy()  # [U, m, k]
    none = np.isneginf(best.values.numpy())
    rows = np.where(none, -1, items[np.maximum(columns_near, 0)])
    return NearestItems(rows.astype(np.int64), np.where(none, 0, best.values.numpy()).astype(np.float32))
