"""How a training step is taken: which shoppers, which learning rates."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.optim import Optimizer

from engine.recommend.counts import Ints
from engine.recommend.trilinear.config import TrilinearConfig
from engine.recommend.trilinear.examples import TrainingWindow

QUICK = 5.0  # W_b, α and β learn faster: few numbers, of which every pair of a batch is an example


def optimizer(formula: Iterable[nn.Parameter], encoder: Iterable[nn.Parameter], config: TrilinearConfig) -> Optimizer:
    """AdamW. Matrices decay; W_b, α and β, which have a prior or a base rate to stay at, do not."""
    large: list[nn.Parameter] = []
    small: list[nn.Parameter] = []
    for value in formula:
        (large if value.ndim > 1 and value.shape[0] > 2 else small).append(value)
    groups: list[dict[str, Any]] = [{"params": large}]
    groups.append({"params": small, "lr": QUICK * config.rate, "weight_decay": 0.0})
    if learning := list(encoder):
        groups.append({"params": learning, "lr": config.encoder_rate})
    adamw = torch.optim.AdamW(groups, lr=config.rate, weight_decay=config.weight_decay)
    for group in adamw.param_groups:
        group["initial_lr"] = group["lr"]
    return adamw


def set_rates(optimizer: Optimizer, share: float) -> None:
    """Every group's learning rate becomes this share of what it began with."""
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] * share


def decay(epoch: int, epochs: int) -> float:
    """Share of the learning rate in an epoch from 1 to `epochs`: half a cosine (Loshchilov & Hutter 2017)."""
    return 0.5 * (1 + math.cos(math.pi * (epoch - 1) / epochs))


def batches(
    windows: list[TrainingWindow], size: int, rng: np.random.Generator
) -> Iterator[tuple[TrainingWindow, Ints]]:
    """Shoppers of one window at a time, all in random order."""
    parts = []
    for window in windows:
        users = rng.permutation(window.users)
        parts += [(window, users[at : at + size]) for at in range(0, len(users), size)]
    for number in rng.permutation(len(parts)):
        yield parts[number]
