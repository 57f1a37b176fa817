import numpy as np
import pytest

from engine import metrics


def test_any_integers_come_out_as_int64():
    for given in ([[0, -1]], np.array([[0, -1]], dtype=np.int32), np.array([[0, 5]], dtype=np.uint8)):
        assert metrics.check_slates(given).dtype == np.int64


def test_good_slates_pass_unchanged():
    slates = np.array([[3, -1, -1, 0], [-1, -1, -1, -1]])
    assert metrics.check_slates(slates, n_items=4, distinct=True) is slates


@pytest.mark.parametrize(
    ("slates", "problem"),
    [
        ([0, 1], "must be .users, k."),
        ([[0.0, 1.0]], "integer catalogue rows, got float64"),
        ([[True]], "integer catalogue rows, got bool"),
        ([[0, -2]], "slates hold -2"),
        ([[4]], "catalogue row 4, but there are 4 items"),
        ([[0, 1], [2, 2]], "user row 1 holds item 2 more than once"),
    ],
)
def test_bad_slates_are_named(slates, problem):
    with pytest.raises(ValueError, match=problem):
        metrics.check_slates(slates, n_items=4, distinct=True)


def test_no_shoppers_and_no_slots():
    assert metrics.facet_count(np.empty((0, 5), dtype=int), [0, 1]).shape == (0,)
    assert np.isnan(metrics.ild(np.empty((3, 0), dtype=int), np.eye(2))).tolist() == [True] * 3


def test_mean_and_count():
    assert metrics.mean_and_count([1.0, np.nan, 2.0]) == (1.5, 2)
    value, n_users = metrics.mean_and_count([np.nan])
    assert np.isnan(value)
    assert n_users == 0
