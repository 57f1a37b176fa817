"""The k best, with ties settled: against numpy's stable sort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.recommend import top_k

few_values = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0])


@settings(max_examples=200, deadline=None)
@given(
    scores=st.tuples(st.integers(0, 5), st.integers(0, 12)).flatmap(
        lambda shape: arrays(np.float32, shape, elements=few_values)
    ),
    k=st.integers(1, 15),
)
def test_equals_a_stable_sort(scores: np.ndarray, k: int) -> None:
    columns, values = top_k(scores, k)
    assert columns.shape == values.shape == (len(scores), k)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    best = np.take_along_axis(scores, order, axis=1)
    width = order.shape[1]
    np.testing.assert_array_equal(values[:, :width], best)
    np.testing.assert_array_equal(columns[:, :width], np.where(np.isneginf(best), -1, order))
    assert (columns[:, width:] == -1).all() and np.isneginf(values[:, width:]).all()


def test_k_is_at_least_one() -> None:
    with pytest.raises(ValueError, match="k must be"):
        top_k(np.zeros((1, 3), dtype=np.float32), 0)
