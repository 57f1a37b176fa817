"""L: what the model is asked to fit. One row of the table for each loss.

scores [B, C] of the drawn products; target [B, C]: 1 bought, 0 not, or the rating as a share of its scale;
weight [B, C]: 1 / the chance that a product was drawn, 0 = no example. Each is the mean over shoppers.

softmax  Yi et al. 2019, Sampling-bias-corrected neural modeling for large corpus item recommendations: logits less
         ln(chance of being drawn), so that the sum over the drawn ones estimates the sum over all
kl       KL(y || p) of two Bernoulli distributions, p = σ(score), y the rating's share
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from engine.recommend.trilinear.config import LossName

EPS, NONE = 1e-6, 1e-30  # a row of weights that are all 0 must stay finite


def softmax(scores: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Mean of -ln p over a shopper's purchases, over the drawn products [B, C] -> []."""
    normaliser = torch.logsumexp(scores + weight.clamp(min=NONE).log(), dim=1, keepdim=True)  # [B, 1]
    wanted = target * (weight > 0)  # [B, C]
    loss = (wanted * (normaliser - scores)).sum(dim=1) / wanted.sum(dim=1).clamp(min=1)  # [B]
    return loss.sum() / (wanted.sum(dim=1) > 0).sum().clamp(min=1)


def bce(scores: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Binary cross-entropy summed over the products, so that a shopper counts like a shopper [B, C] -> []."""
    loss = functional.binary_cross_entropy_with_logits(scores, target, reduction="none")  # [B, C]
    return _per_shopper(loss * weight, target * (weight > 0))


def mse(scores: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Squared error of σ(score) on the rating's scale [B, C] -> []."""
    return _mean((torch.sigmoid(scores) - target) ** 2, weight)


def kl(scores: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """KL(y || σ(score)) [B, C] -> []."""
    cross = functional.binary_cross_entropy_with_logits(scores, target, reduction="none")  # [B, C]
    return _mean(cross - torch.special.entr(target) - torch.special.entr(1 - target), weight)


LOSSES: dict[LossName, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    LossName.SOFTMAX: softmax,
    LossName.BCE: bce,
    LossName.MSE: mse,
    LossName.KL: kl,
}


def _per_shopper(loss: Tensor, wanted: Tensor) -> Tensor:
    return (loss.sum(dim=1) / wanted.sum(dim=1).clamp(min=1)).mean()


def _mean(loss: Tensor, weight: Tensor) -> Tensor:
    return (loss * weight).sum() / weight.sum().clamp(min=EPS)
