"""L(U, Y) + λ·D(Y) of one batch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.config import LossName
from engine.recommend.trilinear.diversity import sameness
from engine.recommend.trilinear.formula import SCOPES
from engine.recommend.trilinear.losses import LOSSES

PART = 32  # shoppers of a step whose slates are judged


@dataclass(frozen=True)
class Facts:
    """What D needs of all products: codes int64 [n] of one facet, n_values of it (0 = unknown included), and unit
    rows [n, d_text] of the untuned text, so that what D measures by is not itself trained.
    """

    codes: Tensor
    n_values: int
    unit: Tensor


@dataclass(frozen=True)
class TrainingObjective:
    """loss: L's row in its table; diversity: λ; temperature: of D's softmax slate."""

    loss: LossName
    diversity: float
    temperature: float
    facts: Facts

    def parts(self, scores: Tensor, labels: Tensor, drawn: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """L and D, means over the two scopes, of scores [2, B, C], labels [B, C] and drawn [C].

        drawn: 1 / the chance of a product in this batch, 0 = not drawn, 0 also for what could not be recommended.
        """
        owned = torch.zeros_like(labels, dtype=torch.bool)  # [B, C]
        owned[batch.place, batch.column] = True
        shown = weights(labels, owned, drawn)  # [B, C]
        losses, samenesses = [], []
        for scope in range(len(SCOPES)):
            fresh = 1.0 if SCOPES[scope] == "all" else (~owned).float()  # [B, C]
            losses.append(self.relevance(scores[scope], labels, shown * fresh))
            samenesses.append(self.sameness(scores[scope], shown * fresh, batch))
        return torch.stack(losses).mean(), torch.stack(samenesses).mean()

    def relevance(self, scores: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
        """L []."""
        if self.loss.of_ratings:
            return LOSSES[self.loss](scores, (labels - 1).clamp(min=0), (labels > 0) * (weight > 0).float())
        return LOSSES[self.loss](scores, labels, weight)

    def sameness(self, scores: Tensor, weight: Tensor, batch: Batch) -> Tensor:
        """D []; while training an estimate from the first PART shoppers, who come in random order, and none where
        λ is 0: D takes longer than all the rest."""
        if torch.is_grad_enabled():
            if self.diversity == 0:
                return scores.new_zeros(())
            scores, weight = scores[:PART], weight[:PART]  # [P, C]
        facts = self.facts
        codes, unit = facts.codes[batch.columns], facts.unit[batch.columns]
        return sameness(scores, weight, codes, facts.n_values, unit, self.temperature)

    def __call__(self, scores: Tensor, labels: Tensor, drawn: Tensor, batch: Batch) -> Tensor:
        """L + λ·D [], both divided by ln C (not for ratings), so that gradients have one size in any shop."""
        relevance, same = self.parts(scores, labels, drawn, batch)
        size = 1.0 if self.loss.of_ratings else math.log(max(scores.shape[2], 2))
        return (relevance + self.diversity * same) / size


def weights(labels: Tensor, owned: Tensor, drawn: Tensor) -> Tensor:
    """[B, C]: 1 / the chance that a product is among a shopper's examples. What the shopper bought before or buys now
    is always among them: those are the products that compete for a place, and a small draw would seldom hold them."""
    sure = (labels > 0) | owned  # [B, C]
    return torch.where(sure, 1.0, drawn[None, :])
