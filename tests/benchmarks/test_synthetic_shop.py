"""The synthetic shop has the sizes asked for and what makes real shops costly; large-shop training works on it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic_shop import synthetic_shop
from engine.recommend import Blend, Model, ridge
from engine.retrieval import retrieve


@settings(max_examples=15, deadline=None)
@given(n_users=st.integers(1, 60), n_items=st.integers(1, 80), extra=st.integers(0, 500), seed=st.integers(0, 99))
def test_it_has_the_sizes_asked_for(n_users: int, n_items: int, extra: int, seed: int) -> None:
    shop = synthetic_shop(n_users, n_items, n_users + extra, seed)
    assert (shop.n_users, shop.n_items, len(shop.interactions)) == (n_users, n_items, n_users + extra)
    assert np.bincount(shop.interactions["user"], minlength=n_users).min() >= 1


@pytest.mark.parametrize("sizes", [(0, 5, 5), (5, 0, 5), (5, 5, 4)])
def test_impossible_sizes_are_refused(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="A shop needs"):
        synthetic_shop(*sizes)


def test_it_is_the_same_twice_and_another_with_another_seed() -> None:
    assert synthetic_shop(50, 60, 900).hash == synthetic_shop(50, 60, 900).hash
    assert synthetic_shop(50, 60, 900).hash != synthetic_shop(50, 60, 900, seed=1).hash


def test_few_products_sell_much_shoppers_come_back_and_keep_to_categories() -> None:
    shop = synthetic_shop(2_000, 1_500, 50_000)
    log = shop.interactions
    counts = np.sort(np.bincount(log["item"], minlength=shop.n_items))[::-1]
    assert counts[:150].sum() > 0.3 * len(log) > counts[:15].sum()
    pairs = len(log.drop_duplicates(["user", "item"]))
    assert 0.3 < 1 - pairs / len(log) < 0.7
    category = pd.Series(shop.items["category"].to_numpy()[log["item"]])
    shares = pd.crosstab(log["user"].to_numpy(), category, normalize="index")
    assert (shares**2).sum(axis=1).mean() > 3 * float((category.value_counts(normalize=True) ** 2).sum())


def test_a_blend_by_the_large_shop_solver_makes_the_lists_of_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = synthetic_shop(600, 500, 12_000)
    history = shop.before(shop.end - pd.Timedelta(weeks=4))
    exact: Model = Blend().fit(history)
    monkeypatch.setattr(ridge, "BYTES", 0)
    large: Model = Blend().fit(history)
    users = np.arange(600, dtype=np.int64)
    for scope in ("all", "new"):
        mine, theirs = (retrieve(model, users, 10, scope).items for model in (large, exact))
        assert np.mean([len(np.intersect1d(a, b)) for a, b in zip(mine, theirs, strict=True)]) > 9.8
