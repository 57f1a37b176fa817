"""The greedy pass on the device: one step for every λ of every shopper of a batch together."""

import torch

from engine.rerank.on_torch.methods import Chooser
from engine.rerank.on_torch.pools import DevicePools

Parts = dict[str, torch.Tensor]


def slates(chooser: Chooser, pools: DevicePools, steps: int) -> Parts:
    """The parts of a slot by name, each [u, L, steps]; slots beyond the pool are empty."""
    users, levels, n = pools.shape
    taken = ~pools.free.expand(users, levels, n).clone()
    picks, terms = [], []
    for step in range(steps):
        # the most relevant item first; at λ = 0 the top-k in order
        next_best = pools.order[:, step, None].expand(users, levels)
        fixed = [chooser.takes_next_best(level, step) for level in pools.levels]
        relevance, diversity, gain = chooser.terms()
        pick = next_best
        if not all(fixed):
            pick = _first_best(gain.masked_fill(taken, -torch.inf))
            pick = torch.where(torch.tensor(fixed, device=pick.device), next_best, pick) if any(fixed) else pick
        at = pick[:, :, None]
        taken.scatter_(2, at, True)
        picks.append(pick)
        terms.append([term.expand(users, levels, n).gather(2, at).float() for term in (relevance, diversity, gain)])
        if step + 1 < steps:
            chooser.take(pick)
    chosen = torch.stack(picks, 2)
    relevance, diversity, gain = (torch.cat(series, 2) for series in zip(*terms, strict=True))
    similarity, nearest = _closest(chosen, pools, chooser.needs_similarity)
    filled = torch.arange(steps, device=chosen.device) < pools.free.sum(2)[:, :, None]
    explained = filled & (torch.arange(steps, device=chosen.device) > 0)
    items = pools.items[:, None].expand(users, levels, n)
    return {
        "items": torch.where(filled, items.gather(2, chosen), -1),
        "relevance": torch.where(filled, relevance, torch.nan),
        "diversity": torch.where(filled, diversity, torch.nan),
        "gains": torch.where(filled, gain, torch.nan),
        "similarity": torch.where(explained, similarity, torch.nan),
        "nearest": torch.where(explained, items.gather(2, chosen.gather(2, nearest)), -1),
    }


def _first_best(gain: torch.Tensor) -> torch.Tensor:
    """Place of the highest gain [u, L, N]; among equals the earliest, which argmax does not promise on a card."""
    places = torch.arange(gain.shape[2], device=gain.device)
    best = gain == gain.amax(2, keepdim=True)
    return torch.where(best, places, gain.shape[2] - 1).amin(2)


def _closest(chosen: torch.Tensor, pools: DevicePools, needs_gram: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Similarity to the closest item chosen before, and its rank: chosen [u, L, K] -> twice [u, L, K]."""
    steps = chosen.shape[2]
    later = torch.ones((steps, steps), dtype=torch.bool, device=chosen.device).triu()
    similar, ranks = [], []
    for level in range(pools.shape[1]):  # one at a time: K × K similarities of every λ may be many
        before = pools.among(chosen, level, needs_gram).masked_fill(later, -torch.inf)
        similar.append(before.amax(2).clamp(-1, 1))
        ranks.append(_first_best(before))
    return torch.stack(similar, 1), torch.stack(ranks, 1)
