"""Losses, D and sampling: closed forms, brute force, and what must hold for any numbers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.recommend.trilinear import LossName
from engine.recommend.trilinear.diversity import concentration, sameness, similarity, slate
from engine.recommend.trilinear.losses import LOSSES, softmax
from engine.recommend.trilinear.sampling import chances, draw

B, C, D = 3, 6, 4
seeds = st.integers(0, 10_000)


def random(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """scores [B, C], codes [C] (0 = unknown among them), unit rows [C, D]."""
    rng = np.random.default_rng(seed)
    unit = rng.normal(size=(C, D))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    codes = rng.integers(0, 4, C)
    return torch.from_numpy(rng.normal(size=(B, C)) * 2), torch.from_numpy(codes), torch.from_numpy(unit)


def test_sampled_softmax_with_all_products_is_the_full_softmax() -> None:
    scores, _, _ = random(1)
    target = torch.eye(B, C, dtype=torch.float64)
    full = torch.nn.functional.cross_entropy(scores, torch.arange(B))
    torch.testing.assert_close(softmax(scores, target, torch.ones_like(scores)), full)


def test_the_sampled_sum_estimates_the_full_one_without_bias() -> None:
    rng = np.random.default_rng(3)
    popularity, values = rng.gamma(1.0, 30.0, 50).astype(np.float32), rng.gamma(1.0, 1.0, 50)
    chance = chances(popularity, 12)
    assert chance.sum() == pytest.approx(12) and chance.max() <= 1 and chance[popularity.argmax()] == chance.max()
    sums = []
    for _ in range(4_000):
        columns, weight = draw(chance, np.array([0]), rng)
        assert 0 in columns
        sums.append((values[columns] * weight).sum())
    assert np.mean(sums) == pytest.approx(values.sum(), rel=0.05)
    assert (chances(popularity, 50) == 1).all()


def test_losses_in_closed_form() -> None:
    scores, target = torch.zeros(2, 4), torch.tensor([[1.0, 0, 0, 0], [1, 1, 0, 0]])
    every = torch.ones(2, 4)
    assert float(LOSSES[LossName.SOFTMAX](scores, target, every)) == pytest.approx(np.log(4))
    assert float(LOSSES[LossName.BCE](scores, target, every)) == pytest.approx(np.log(2) * (4 + 2) / 2)
    rated = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 0]])
    shares = torch.tensor([[1.0, 0.3, 0.3, 0.3], [0.3, 0.5, 0.3, 0.3]])
    assert float(LOSSES[LossName.MSE](scores, shares, rated)) == pytest.approx((0.25 + 0) / 2)
    assert float(LOSSES[LossName.KL](scores, shares, rated)) == pytest.approx((np.log(2) + 0) / 2)


def test_a_shopper_without_examples_costs_nothing_and_gives_finite_gradients() -> None:
    for loss in LOSSES.values():
        scores = torch.zeros(1, 4, requires_grad=True)
        value = loss(scores, torch.zeros(1, 4), torch.zeros(1, 4))
        torch.autograd.backward(value)
        assert float(value.detach()) == 0 and scores.grad is not None and torch.isfinite(scores.grad).all()


def by_pairs(p: np.ndarray, alike: np.ndarray) -> float:
    """Mean likeness of two different draws from p."""
    pairs = [(i, j) for i in range(len(p)) for j in range(len(p)) if i != j]
    return sum(p[i] * p[j] * alike[i, j] for i, j in pairs) / sum(p[i] * p[j] for i, j in pairs)


@given(seeds)
def test_both_parts_of_d_equal_brute_force(seed: int) -> None:
    scores, codes, unit = random(seed)
    p = slate(scores, torch.ones_like(scores), 0.7)
    known = codes.numpy() > 0
    same = (codes.numpy()[:, None] == codes.numpy()) & known[:, None] & known
    for user in range(B):
        one = p[user].numpy()
        assert float(concentration(p, codes, 4)[user]) == pytest.approx(by_pairs(one, same), abs=1e-9)
        assert float(similarity(p, unit)[user]) == pytest.approx(by_pairs(one, (unit @ unit.T).numpy()), abs=1e-9)


@given(seeds)
def test_d_stays_in_its_range_and_does_not_depend_on_the_order_of_products(seed: int) -> None:
    scores, codes, unit = random(seed)
    every = torch.ones_like(scores)
    value = sameness(scores, every, codes, 4, unit, 0.5)
    assert -0.5 - 1e-9 <= float(value) <= 1 + 1e-9
    order = torch.from_numpy(np.random.default_rng(seed).permutation(C))
    torch.testing.assert_close(sameness(scores[:, order], every, codes[order], 4, unit[order], 0.5), value)


def test_d_is_1_for_twins_and_falls_when_it_is_descended() -> None:
    scores, _, unit = random(5)
    twins = unit[:1].expand(C, D)
    assert float(sameness(scores, torch.ones_like(scores), torch.ones(C, dtype=torch.int64), 4, twins, 1.0)) == (
        pytest.approx(1)
    )
    codes = torch.tensor([1, 1, 1, 2, 3, 3])
    moving = scores.clone().requires_grad_()
    before = sameness(moving, torch.ones_like(scores), codes, 4, unit, 1.0)
    torch.autograd.backward(before)
    assert moving.grad is not None
    after = sameness(scores - moving.grad, torch.ones_like(scores), codes, 4, unit, 1.0)
    assert float(after) < float(before)
