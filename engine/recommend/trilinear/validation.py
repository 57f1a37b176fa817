"""How good the model is on the validation window: the figures of its curve, by which training ends."""

import numpy as np
import torch
from torch import Tensor

from engine.metrics.slates import discount
from engine.recommend.counts import Floats
from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.examples import LIKED, TrainingWindow
from engine.recommend.trilinear.formula import SCOPES, Formula
from engine.recommend.trilinear.objective import TrainingObjective

K, CHUNK = 10, 256
Figures = dict[str, float]


@torch.no_grad()
def validate(
    net: Formula, vectors: Tensor, window: TrainingWindow, groups: Floats, length: int, objective: TrainingObjective
) -> Figures:
    """{all, new: nDCG@10 of the scope; loss: L; sameness: D}, means over the window's shoppers."""
    columns = np.arange(len(window.snapshot.open), dtype=np.int64)
    shown = torch.from_numpy(window.snapshot.open.astype(np.float32)).to(vectors.device)  # [n]
    gains: dict[str, list[Tensor]] = {scope: [] for scope in SCOPES}
    parts, sizes = [], []
    for at in range(0, len(window.users), CHUNK):
        users = window.users[at : at + CHUNK]
        batch = Batch.of(window.snapshot, users, groups, length).to(vectors.device)
        labels = torch.from_numpy(window.asked(users, columns)).to(vectors.device)  # [B, n]
        scores = net(vectors, batch).float()  # [2, B, n]
        parts.append([float(value) for value in objective.parts(scores, labels, shown, batch)])
        sizes.append(len(users))
        hidden = (shown == 0).expand(len(users), -1).clone()  # [B, n]
        wanted = labels >= (LIKED if window.ratings else 1.0)  # [B, n]
        for number, scope in enumerate(SCOPES):
            if scope == "new":
                hidden[batch.place, batch.column] = True
            gains[scope].append(ndcg(scores[number].masked_fill(hidden, -torch.inf), wanted & ~hidden))
    means = {scope: float(torch.cat(values).nanmean()) for scope, values in gains.items()}
    loss, same = np.average(parts, axis=0, weights=sizes)
    return {**means, "loss": float(loss), "sameness": float(same)}


def ndcg(scores: Tensor, wanted: Tensor) -> Tensor:
    """nDCG@10 [B] of scores [B, n] for bool wanted [B, n]; NaN where nothing is wanted."""
    width = min(K, scores.shape[1])
    best = scores.topk(width, dim=1)  # [B, k]
    hits = wanted.gather(1, best.indices) & best.values.isfinite()  # [B, k]
    discounts = torch.as_tensor(discount(width), dtype=scores.dtype, device=scores.device)  # [k]
    n_relevant = wanted.sum(dim=1).clamp(max=width)  # [B]
    ideal = torch.cat([discounts.new_zeros(1), discounts.cumsum(0)])[n_relevant]  # [B]
    return (hits * discounts).sum(dim=1) / ideal  # 0 / 0 is NaN


def worth(figures: Figures, untrained: Figures, objective: TrainingObjective) -> float:
    """What training maximises: nDCG as a share of the untrained model's, mean of the scopes, less λ times D as a
    share of the untrained model's; the loss itself where ratings are learned."""
    if objective.loss.of_ratings:
        return -figures["loss"] - objective.diversity * figures["sameness"]
    shares = [figures[scope] / untrained[scope] for scope in SCOPES if untrained[scope] > 0]
    same = figures["sameness"] / max(abs(untrained["sameness"]), 1e-6)
    return float(np.mean(shares)) - objective.diversity * same if shares else -figures["loss"]
