"""D: how alike a slate is expected to be, differentiable, for the objective L + λ·D.

A shopper's slate is taken as draws from p = softmax(score / temperature) over the products. D is the chance that
two different draws are alike, so the diagonal (a product drawn twice) is taken out of both parts:

    concentration = (Σ_c P_c² - Σ_i p_i²) / (1 - Σ_i p_i²), P_c = Σ_{i in c} p_i   (expected HHI over categories)
    similarity    = (|Eᵀp|² - Σ_i p_i²|e_i|²) / (1 - Σ_i p_i²)                    (expected cosine, pᵀSp)
    D             = (concentration + similarity) / 2, in [-1/2, 1]
"""

import torch
from torch import Tensor

EPS, NONE = 1e-6, 1e-30  # a row of weights that are all 0 must stay finite


def slate(scores: Tensor, weight: Tensor, temperature: float) -> Tensor:
    """p [B, C] from scores [B, C] and weights [B, C] (1 / the chance of being drawn, 0 = not shown)."""
    return torch.softmax(scores / temperature + weight.clamp(min=NONE).log(), dim=1)


def concentration(p: Tensor, codes: Tensor, n_values: int) -> Tensor:
    """[B], 0 ... 1: chance that two different products of p [B, C] share their code [C]; 0 = unknown is like none."""
    same = p.new_zeros(len(p), n_values).index_add(1, codes, p)[:, 1:]  # [B, V]
    known = (p * (codes > 0)).square().sum(dim=1)  # [B]
    return (same.square().sum(dim=1) - known) / _apart(p)


def similarity(p: Tensor, unit: Tensor) -> Tensor:
    """[B], -1 ... 1: expected cosine of two different products of p [B, C], unit rows [C, d]."""
    mean = p @ unit  # [B, d]
    itself = p.square() @ unit.square().sum(dim=1)  # [B]
    return (mean.square().sum(dim=1) - itself) / _apart(p)


def sameness(scores: Tensor, weight: Tensor, codes: Tensor, n_values: int, unit: Tensor, temperature: float) -> Tensor:
    """D [], the mean over shoppers who have a product to be shown."""
    p = slate(scores, weight, temperature)  # [B, C]
    return (concentration(p, codes, n_values) + similarity(p, unit)).mean() / 2


def _apart(p: Tensor) -> Tensor:
    return (1 - p.square().sum(dim=1)).clamp(min=EPS)
