"""Money later spent on the products of a list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.metrics import revenue


def test_by_hand() -> None:
    spent = csr_array(np.array([[0.0, 2.5, 4.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    found = revenue(np.array([[1, 0], [0, 1], [-1, 2]]), spent)
    np.testing.assert_array_equal(found, [2.5, np.nan, 0.0])


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_equals_a_sum_over_slots_and_never_falls_with_a_longer_list(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    amounts = rng.random((4, 6)) * (rng.random((4, 6)) < 0.5)
    slates = np.stack([rng.permutation(6)[: k + 1] for _ in range(4)])
    found = revenue(slates, csr_array(amounts))
    for user in range(4):
        if amounts[user].any():
            assert found[user] == pytest.approx(sum(amounts[user, item] for item in slates[user]))
        else:
            assert np.isnan(found[user])
    shorter = revenue(slates[:, :k], csr_array(amounts))
    assert (np.nan_to_num(shorter) <= np.nan_to_num(found) + 1e-12).all()


def test_returned_goods_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        revenue(np.array([[0]]), csr_array(np.array([[-1.0]])))
