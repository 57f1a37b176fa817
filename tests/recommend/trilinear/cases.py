"""A tiny formula and a batch with random numbers."""

import numpy as np
import torch

from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.formula import Formula, Sizes

N, D_TEXT, USERS, PAST = 7, 5, 3, 4
FACETS = (3, 4)
SIZES = Sizes(N, D_TEXT, FACETS, 3)


def net(seed: int = 0, dim: int = 4, heads: int = 2) -> Formula:
    """Every parameter random, so that no term is zero by its start."""
    torch.manual_seed(seed)
    made = Formula(SIZES, dim, heads, dropout=0.0).double().eval()
    for value in made.parameters():
        torch.nn.init.normal_(value, std=0.5)
    return made


def inputs(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    text = torch.from_numpy(rng.normal(size=(N, D_TEXT)))
    codes = torch.from_numpy(np.stack([rng.integers(0, size, N) for size in FACETS], axis=1))
    return text, codes, torch.from_numpy(rng.normal(size=(N, 2)))


def batch(seed: int = 0) -> Batch:
    """Shopper u had the products u and u + 2, and a history that is longer for a higher u."""
    rng = np.random.default_rng(seed)
    history = np.full((USERS, PAST), -1)
    for user in range(USERS):
        history[user, : user + 1] = rng.choice(N, user + 1, replace=False)
    place = np.repeat(np.arange(USERS), 2)
    return Batch(
        columns=torch.arange(N),
        history=torch.from_numpy(history),
        times=torch.from_numpy(rng.normal(size=(USERS, PAST, 7))),
        shopper=torch.from_numpy(rng.normal(size=(USERS, 3))),
        place=torch.from_numpy(place),
        column=torch.from_numpy(place + np.tile([0, 2], USERS)),
        own=torch.from_numpy(rng.normal(size=(len(place), 7))),
        pairs=torch.from_numpy(rng.normal(size=(USERS, N, 2))),
        rows=torch.from_numpy(rng.normal(size=(N, 3))),
    )
