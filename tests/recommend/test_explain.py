"""What the terms of a score add: they sum to it, and each is what the score loses without it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset
from engine.recommend import (
    Additive,
    Blend,
    BlendConfig,
    Ease,
    Explains,
    Frequency,
    Popularity,
    ReadsText,
    Trilinear,
    Weights,
)
from tests.fixtures.shops import journey
from tests.recommend.shops import shop

USERS = np.array([0, 5, 3], dtype=np.int64)
MODELS = (Blend, Ease, Frequency, Popularity)
TERMS = tuple(Weights.model_fields)


@pytest.fixture(scope="module")
def history() -> Dataset:
    return journey().before(pd.Timestamp("2017-11-06"))


@pytest.fixture(scope="module")
def fitted(history: Dataset) -> dict[type, Additive]:
    return {kind: kind().fit(history) for kind in MODELS}


@pytest.fixture(scope="module")
def blend() -> Blend:
    data = journey().before(pd.Timestamp("2017-06-01"))
    return Blend().fit(data)


def above(model: Additive, users: np.ndarray, scope: str) -> np.ndarray:
    scores = model.score(users, scope).astype(np.float64)  # type: ignore[arg-type]
    return scores - scores.mean(axis=1, keepdims=True)


@pytest.mark.parametrize("scope", ["all", "new"])
@pytest.mark.parametrize("kind", MODELS)
def test_the_terms_sum_to_the_score_less_the_mean(fitted: dict[type, Additive], kind: type, scope: str) -> None:
    model = fitted[kind]
    assert isinstance(model, Explains) and not isinstance(model, ReadsText)
    terms = model.explain(USERS, np.tile(model.items, (3, 1)), scope)  # type: ignore[arg-type]
    np.testing.assert_allclose(sum(terms.values()), above(model, USERS, scope), rtol=1e-4, atol=1e-4)
    for values in terms.values():
        assert values.dtype == np.float32
        np.testing.assert_allclose(values.mean(axis=1), 0, atol=1e-4)


def test_a_score_in_closed_form() -> None:
    """Shopper 0 bought product 0 just now and product 1 a half-life ago; nobody bought anything else."""
    data = shop([(0, 1, 0.0), (0, 0, 120.0)], 1, 2).before("2024-04-30 00:00:01")
    terms = Frequency().fit(data).explain(np.array([0]), np.array([[1, 0]]))
    np.testing.assert_allclose(terms["recent"], [[-0.25, 0.25]], atol=1e-6)
    assert set(terms) == {"recent", "trend"} and np.abs(terms["trend"]).max() < 1e-4


def test_terms_without_a_weight_are_left_out(fitted: dict[type, Additive]) -> None:
    items = np.tile(fitted[Blend].items[:2], (3, 1))
    assert set(fitted[Blend].explain(USERS, items, "all")) == set(TERMS)
    assert set(fitted[Blend].explain(USERS, items, "new")) == set(TERMS) - {"recent", "regular"}


@settings(max_examples=25, deadline=None)
@given(
    weights=st.lists(st.floats(-2, 2, width=32), min_size=len(TERMS), max_size=len(TERMS)),
    scope=st.sampled_from(["all", "new"]),
    seed=st.integers(0, 1_000),
)
def test_each_term_is_what_the_score_loses_without_it(
    blend: Blend, weights: list[float], scope: str, seed: int
) -> None:
    """Brute force: score again with one weight at 0."""
    rng = np.random.default_rng(seed)
    users, items = np.flatnonzero(blend.known())[rng.integers(0, 20, 2)], rng.choice(blend.items, (2, 3))
    columns = np.searchsorted(blend.items, items)
    given_ = dict(zip(TERMS, weights, strict=True))

    def scored(**changed: float) -> np.ndarray:
        chosen = Weights(**(given_ | changed))
        blend.config = BlendConfig(all=chosen, new=chosen)
        return np.take_along_axis(above(blend, users, scope), columns, axis=1)

    whole = scored()
    found = blend.explain(users, items, scope)  # type: ignore[arg-type]
    assert set(found) == {name for name, weight in given_.items() if weight}
    for name in TERMS:
        np.testing.assert_allclose(found.get(name, 0.0), whole - scored(**{name: 0.0}), atol=1e-3)


@pytest.mark.parametrize("kind", MODELS)
def test_who_has_no_history_is_explained_by_the_trend(fitted: dict[type, Additive], kind: type) -> None:
    model = fitted[kind]
    users, items = np.array([-1, 5]), np.tile(model.items[:4], (2, 1))
    terms = model.explain(users, items)
    np.testing.assert_allclose(terms["trend"][0], above(model, users[:1], "all")[0, :4], rtol=1e-4, atol=1e-4)
    assert all((values[0] == 0).all() for name, values in terms.items() if name != "trend")
    np.testing.assert_allclose(sum(terms.values())[1], above(model, users[1:], "all")[0, :4], rtol=1e-4, atol=1e-4)


def test_what_cannot_be_scored_is_nan_and_bad_questions_are_refused(fitted: dict[type, Additive]) -> None:
    model = fitted[Blend]
    unknown = int(np.setdiff1d(np.arange(journey().n_items + 1), model.items)[-1])
    for values in model.explain(np.array([0]), np.array([[-1, int(model.items[0]), unknown]])).values():
        assert np.isnan(values[0]).tolist() == [True, False, True]
    for items in (np.array([1]), np.array([[1], [2]])):
        with pytest.raises(ValueError, match="items are catalogue rows"):
            model.explain(np.array([0]), items)
    with pytest.raises(ValueError, match="scope"):
        model.explain(np.array([0]), np.array([[1]]), "some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="user"):
        model.explain(np.array([-2]), np.array([[1]]))
    assert issubclass(Trilinear, Additive)
