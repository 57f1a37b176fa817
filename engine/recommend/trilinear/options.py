"""Options of the training, each off by default and one small function."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

EPS = 1e-12


def adversarial(text: Tensor, gradient: Tensor, epsilon: float) -> Tensor:
    """Text vectors [n, d_text] moved by ε against the loss, each along its own gradient (FGM, Miyato et al. 2017)."""
    lengths = gradient.norm(dim=1, keepdim=True)  # [n, 1]
    moved: Tensor = text.detach() + epsilon * gradient / lengths.clamp(min=EPS)  # [n, d_text]
    return moved


def hide_words(texts: Sequence[str], share: float, rng: np.random.Generator) -> list[str]:
    """Each text without a random share of its words; at least one word stays."""
    return [_hide(text.split(), share, rng) for text in texts]


def average(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Mean of the parameters of several epochs (Izmailov et al. 2018, SWA)."""
    return {name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]}


def _hide(words: Sequence[str], share: float, rng: np.random.Generator) -> str:
    visible = [word for word, chance in zip(words, rng.random(len(words)), strict=True) if chance >= share]
    return " ".join(visible or words[:1])
