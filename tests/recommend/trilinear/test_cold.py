"""Products nobody has met, and why something is relevant."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Dataset
from engine.recommend import Explains, ReadsText
from engine.recommend.trilinear import Trilinear, TrilinearConfig
from tests.fixtures.shops import journey, synthetic

USERS = np.arange(6, dtype=np.int64)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return journey().before(pd.Timestamp("2017-11-06"))


@pytest.fixture(scope="module")
def model(data: Dataset) -> Trilinear:
    made = Trilinear(TrilinearConfig(dim=8, heads=2, windows=2, epochs=2)).fit(data)
    made._state.net.user.weight.data += 0.1  # whatever epoch was kept, the product says something
    return made


def test_a_product_nobody_met_is_scored_by_text_and_attributes_alone() -> None:
    shop = synthetic()
    made = Trilinear(TrilinearConfig(dim=8, epochs=2)).fit(shop)
    made._state.net.user.weight.data += 0.1
    assert 79 not in made.items  # item 080 is new
    scores = made.score_items(shop, np.array([79, 0, 1]), USERS)
    assert scores.shape == (6, 3) and np.isfinite(scores).all() and scores.std() > 0


def test_cold_scores_are_the_product_of_the_formula(model: Trilinear, data: Dataset) -> None:
    cold = model.score_items(data, model.items, USERS)
    terms = model.explain(USERS, np.tile(model.items, (len(USERS), 1)))
    np.testing.assert_allclose(cold - cold.mean(axis=1, keepdims=True), terms["text"], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("scope", ["all", "new"])
def test_the_terms_add_up_to_the_score_less_the_mean(model: Trilinear, scope: str) -> None:
    items = np.tile(model.items[[0, 7, 3]], (len(USERS), 1))
    terms = model.explain(USERS, items, scope)  # type: ignore[arg-type]
    scores = model.score(USERS, scope)  # type: ignore[arg-type]
    above = (scores - scores.mean(axis=1, keepdims=True))[:, [0, 7, 3]]
    np.testing.assert_allclose(sum(terms.values()), above, rtol=1e-4, atol=1e-4)
    assert {"text", "ease", "taste", "trend", "base"} <= set(terms)
    assert isinstance(model, Explains) and isinstance(model, ReadsText)


def test_the_nearest_products_come_from_the_history(model: Trilinear, data: Dataset) -> None:
    near = model.nearest(USERS, np.tile(model.items[:2], (len(USERS), 1)), k=3)
    assert near.items.shape == near.weight.shape == (6, 2, 3)
    had = data.relevant()
    for user in USERS:
        found = near.items[user][near.items[user] >= 0]
        assert len(found) and had[[user]].toarray()[0, found].all()
        assert not (near.items[user] == model.items[:2, None]).any()  # nothing explains itself
    assert (np.diff(near.weight, axis=2) <= 1e-6).all()


def test_a_stored_model_answers_as_before(model: Trilinear, data: Dataset, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = Trilinear.load(tmp_path, data)
    rows = model.items[:9]
    np.testing.assert_array_equal(again.score_items(data, rows, USERS), model.score_items(data, rows, USERS))
    assert again.curve == model.curve
