"""The formula against a plain loop, its gradients against finite differences, its terms against their sum."""

import numpy as np
import torch

from engine.recommend.trilinear import why
from engine.recommend.trilinear.formula import Formula
from tests.recommend.trilinear.cases import SIZES, USERS, N, batch, inputs, net


def softmax(values: np.ndarray) -> np.ndarray:
    exps = np.exp(values - values.max())
    return exps / exps.sum()


def by_loop(made: Formula, scope: int) -> np.ndarray:
    """Ŷ_ui = Σ_d M·W_u·W_a + α·(X_b·W_b) + β, one pair at a time in numpy."""
    w = {name: value.detach().numpy() for name, value in made.named_parameters()}
    text, codes, numbers = (part.numpy() for part in inputs())
    x = {name: value.numpy() for name, value in vars(batch()).items()}
    meaning = text * made.scale @ w["text.weight"].T + w["text.bias"]
    gate = 1 + numbers @ w["numbers.weight"].T
    gate = gate + w["facets.0.weight"][codes[:, 0]] + w["facets.1.weight"][codes[:, 1]]
    scores = np.zeros((USERS, N))
    for u in range(USERS):
        past = x["history"][u][x["history"][u] >= 0]
        vectors = (meaning * gate)[past]
        logits = vectors @ w["queries.weight"].T + x["times"][u, : len(past)] @ w["times.weight"].T
        pooled = np.concatenate([softmax(logits[:, head]) @ vectors for head in range(logits.shape[1])])
        shopper = w["user.weight"] @ np.concatenate([pooled, x["shopper"][u]]) + w["user.bias"]
        for i in range(N):
            shared = np.concatenate([x["pairs"][u, i], x["rows"][i]])
            own = np.zeros(7)
            mine = (x["place"] == u) & (x["column"] == i)
            if mine.any():
                own = x["own"][mine][0]
            behaviour = np.concatenate([own, shared * mine.any(), shared])
            scores[u, i] = sum(meaning[i, d] * shopper[d] * gate[i, d] for d in range(len(shopper)))
            scores[u, i] += w["alpha"][scope] * behaviour @ w["behaviour"][scope]
            scores[u, i] += w["bias"] + w["item_bias"][i] + x["shopper"][u] @ w["shopper_bias.weight"][0]
    return scores


def test_the_formula_equals_a_plain_loop() -> None:
    made = net()
    scores = made(made.items(*inputs()), batch()).detach().numpy()
    for scope in (0, 1):
        np.testing.assert_allclose(scores[scope], by_loop(made, scope), rtol=1e-9)


def test_gradients_equal_finite_differences() -> None:
    whole = Whole(net())
    names = [name for name, _ in whole.named_parameters()]

    def total(*values: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(whole, dict(zip(names, values, strict=True)), ())

    assert torch.autograd.gradcheck(total, tuple(whole.parameters()), atol=1e-6)


class Whole(torch.nn.Module):
    """Products and scores in one call."""

    def __init__(self, made: Formula) -> None:
        super().__init__()
        self.made = made

    def forward(self) -> torch.Tensor:
        return self.made(self.made.items(*inputs()), batch()).square().mean()


def test_the_terms_add_up_to_the_score() -> None:
    made = net()
    vectors, columns = made.items(*inputs()), np.array([[0, 1], [3, 2], [6, 4]])
    for scope in (0, 1):
        with torch.no_grad():
            parts = why.terms(made, vectors, batch(), columns, scope)
            scores = made(vectors, batch())[scope].numpy()
        np.testing.assert_allclose(sum(parts.values()), np.take_along_axis(scores, columns, axis=1), rtol=1e-9)


def test_an_untrained_product_says_nothing_and_attention_is_shared_out() -> None:
    fresh = Formula(SIZES, 4, 2, 0.0).double()
    vectors, some = fresh.items(*inputs()), batch()
    assert (fresh.shoppers(vectors, some.history, some.times, some.shopper) == 0).all()
    shares = net().attention(vectors, some.history, some.times)
    torch.testing.assert_close(shares.sum(dim=1), torch.ones_like(shares[:, 0]))
    assert (shares[some.history < 0] == 0).all()
