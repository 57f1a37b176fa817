"""Ŷ_ui = M_θ(X_i)·W_u(X_u)·W_a(X_a) + α·(X_b·W_b) + β, in one file.

The product is Σ over d of three vectors multiplied element by element (a CP form, Carroll & Chang 1970; as a
recommender with attributes as context: Rendle & Schmidt-Thieme 2010, Pairwise interaction tensor factorization).
The profile pools a history with learned queries (Lin et al. 2017, A structured self-attentive sentence embedding),
so that a shopper's vector does not depend on the product asked about and the catalogue is scored in one product.
Two sets of (α, W_b), one for each scope: a habit says what a shopper buys again, not what they will discover.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.recommend.trilinear.batch import Batch
from engine.recommend.trilinear.purchase_history import FEATURES
from engine.recommend.trilinear.snapshot import ITEMS, PAIRS

SCOPES = ("all", "new")
OWN, SHARED = len(FEATURES), len(PAIRS) + len(ITEMS)
PRIOR = (  # where W_b starts: near the blend's weights, so that a short log and an untrained model make sense
    (0.3, 1.0, 0.3, 1.0, 0.5, 0.1, 0.0, *(0.0,) * SHARED, 0.05, 0.06, 0.06, 0.35, 0.03),
    (*(0.0,) * (OWN + SHARED), 0.5, 0.4, 0.15, 0.4, 0.3),
)


@dataclass(frozen=True)
class Sizes:
    """items n; text d_text; facets: codes of each facet; shopper S numbers of a shopper beside their history."""

    items: int
    text: int
    facets: tuple[int, ...]
    shopper: int


class Formula(nn.Module):
    """The parameters θ, W_u, W_a, α, W_b, β. Vectors of products are [n, d]; of shoppers [B, d]."""

    def __init__(self, sizes: Sizes, dim: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.text = nn.Linear(sizes.text, dim)  # M_θ's projection
        self.facets = nn.ModuleList(nn.Embedding(values, dim) for values in sizes.facets)
        self.numbers = nn.Linear(2, dim, bias=False)  # ln price, promoted
        self.queries = nn.Linear(dim, heads, bias=False)
        self.times = nn.Linear(OWN, heads, bias=False)
        self.user = nn.Linear(heads * dim + sizes.shopper, dim)  # W_u
        self.alpha = nn.Parameter(torch.ones(2))
        self.behaviour = nn.Parameter(torch.tensor(PRIOR))  # W_b [2, F]
        self.item_bias = nn.Parameter(torch.zeros(sizes.items))
        self.bias = nn.Parameter(torch.zeros(()))
        self.shopper_bias = nn.Linear(sizes.shopper, 1, bias=False)  # X·W of ratings; moves no ranking
        self.drop = nn.Dropout(dropout)
        self.scale = sizes.text**0.5  # unit rows of text become numbers around 1
        for layer in (*self.facets, self.numbers, self.shopper_bias, self.user):
            nn.init.zeros_(layer.weight)  # W_a starts as a gate of 1 and stays there for a value never trained on;
        nn.init.zeros_(self.user.bias)  # W_u at 0: an untrained product says nothing

    def items(self, text: Tensor, codes: Tensor, numbers: Tensor) -> Tensor:
        """M_θ(X_i)·W_a(X_a) of text [n, d_text], codes [n, F], numbers [n, 2] -> [n, d]."""
        meaning: Tensor = self.text(self.drop(text) * self.scale)  # [n, d]
        gate = 1 + self.numbers(numbers)  # [n, d]
        for at, facet in enumerate(self.facets):
            gate = gate + facet(codes[:, at])  # [n, d]
        vectors: Tensor = meaning * gate
        return vectors

    def attention(self, vectors: Tensor, history: Tensor, times: Tensor) -> Tensor:
        """Shares [B, H, K] of history [B, H] (columns of vectors [n, d], -1 = none), times [B, H, 7]."""
        known = (history >= 0)[..., None]  # [B, H, 1]
        logits = self.queries(vectors)[history.clamp(min=0)] + self.times(times)  # [B, H, K]
        shares: Tensor = torch.softmax(logits.masked_fill(~known, -1e9), dim=1)  # [B, H, K]
        return shares * known

    def shoppers(self, vectors: Tensor, history: Tensor, times: Tensor, shopper: Tensor) -> Tensor:
        """W_u(X_u) of history [B, H], times [B, H, 7], shopper [B, S] -> [B, d]."""
        shares = self.attention(vectors, history, times)  # [B, H, K]
        past = vectors[history.clamp(min=0)]  # [B, H, d]
        pooled = torch.einsum("bhk,bhd->bkd", shares, past).flatten(1)  # [B, K·d]
        profile: Tensor = self.user(torch.cat([self.drop(pooled), shopper], dim=1))  # [B, d]
        return profile

    def habits(self, batch: Batch, scope: int) -> Tensor:
        """α·(X_b·W_b) of a scope -> [B, C]."""
        own, again, shared = torch.split(self.weights(scope), [OWN, SHARED, SHARED])
        scores: Tensor = batch.pairs @ shared[: len(PAIRS)] + batch.rows @ shared[len(PAIRS) :]  # [B, C]
        habits = batch.own @ own + self.features(batch, batch.place, batch.column) @ again  # [E]
        return scores.index_put((batch.place, batch.column), habits, accumulate=True)

    def weights(self, scope: int) -> Tensor:
        """α·W_b of a scope -> [F]."""
        return self.alpha[scope] * self.behaviour[scope]  # [F]

    @staticmethod
    def features(batch: Batch, place: Tensor, column: Tensor) -> Tensor:
        """What is known of a pair whether the shopper had the product or not, at places and columns [E] -> [E, 5]."""
        return torch.cat([batch.pairs[place, column], batch.rows[column]], dim=1)  # [E, 5]

    def beta(self, batch: Batch) -> Tensor:
        """β -> [B, C]."""
        shopper: Tensor = self.shopper_bias(batch.shopper)  # [B, 1]
        return self.bias + self.item_bias[batch.columns] + shopper  # [B, C]

    def forward(self, vectors: Tensor, batch: Batch) -> Tensor:
        """Ŷ for both scopes, from all products' vectors [n, d] -> [2, B, C]."""
        shopper = self.shoppers(vectors, batch.history, batch.times, batch.shopper)  # [B, d]
        shared = shopper @ vectors[batch.columns].T + self.beta(batch)  # [B, C]
        return torch.stack([shared + self.habits(batch, scope) for scope in range(len(SCOPES))])
