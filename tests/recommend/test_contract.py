"""What every recommender must do, whichever it is."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Dataset
from engine.recommend import RECOMMENDERS, Explains, Model, Scope
from engine.recommend.hybrid import trees
from tests.fixtures.shops import journey, synthetic
from tests.recommend.shops import checkerboard, quick, shop

CUT = pd.Timestamp("2017-11-06")
MODELS = sorted(RECOMMENDERS)
SCOPES = ("all", "new")


@pytest.fixture(scope="module", autouse=True)
def few_purchases_are_enough() -> Iterator[None]:
    """For the hybrid model to grow trees for both scopes and for products that are new."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "LEAST_BOUGHT", 50)
        yield


@pytest.fixture(scope="module")
def history() -> Dataset:
    return journey().before(CUT)


@pytest.fixture(scope="module")
def fitted(history: Dataset) -> dict[str, Model]:
    return {name: quick(name).fit(history) for name in MODELS}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", MODELS)
def test_scores_have_one_finite_column_per_eligible_item(
    fitted: dict[str, Model], history: Dataset, name: str, scope: str
) -> None:
    users = np.array([0, 5, 3], dtype=np.int64)
    scores = fitted[name].score(users, scope)
    np.testing.assert_array_equal(fitted[name].items, history.eligible())
    assert scores.shape == (3, len(history.eligible())) and scores.dtype == np.float32
    assert np.isfinite(scores).all() and scores.std(axis=1).min() > 0
    assert fitted[name].score(users[:0], scope).shape == (0, len(history.eligible()))


@pytest.mark.parametrize("name", MODELS)
def test_scores_do_not_depend_on_who_is_asked_with_whom(fitted: dict[str, Model], name: str) -> None:
    users = np.arange(20, dtype=np.int64)
    together = fitted[name].score(users)
    alone = np.vstack([fitted[name].score(users[at : at + 1]) for at in users])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", MODELS)
def test_a_stored_model_scores_as_before(
    fitted: dict[str, Model], history: Dataset, tmp_path: Path, name: str, scope: str
) -> None:
    users = np.array([-1, 0, 7], dtype=np.int64)
    fitted[name].save(tmp_path)
    again = RECOMMENDERS[name].load(tmp_path, history)
    assert again.config == fitted[name].config
    np.testing.assert_array_equal(again.score(users, scope), fitted[name].score(users, scope))
    assert {file.suffix for file in tmp_path.iterdir()} == {".safetensors"}


@pytest.mark.parametrize("name", MODELS)
def test_nothing_after_the_cut_off_reaches_a_model(fitted: dict[str, Model], name: str) -> None:
    whole = journey()
    late = whole.interactions["timestamp"] >= CUT
    changed = whole.interactions.copy()
    changed.loc[late, "item"] = np.int32(0)  # another future
    other = quick(name).fit(replace(whole, interactions=changed).before(CUT))
    users = np.arange(10, dtype=np.int64)
    assert late.any()
    np.testing.assert_array_equal(other.score(users), fitted[name].score(users))


@pytest.mark.parametrize("name", MODELS)
def test_an_unknown_shopper_gets_the_trend(fitted: dict[str, Model], name: str) -> None:
    scores = fitted[name].score(np.array([-1, -1, 0], dtype=np.int64))
    np.testing.assert_array_equal(scores[0], fitted["popularity"].score(np.array([0]))[0])
    np.testing.assert_array_equal(scores[0], scores[1])


@pytest.mark.parametrize("name", MODELS)
def test_a_shopper_without_history_gets_the_trend(name: str) -> None:
    data = shop([(0, 0, 1.0), (0, 1, 2.0), (1, 1, 3.0), (1, 2, 3.0)], n_users=3, n_items=4)
    scores = RECOMMENDERS[name]().fit(data).score(np.array([2]))
    assert scores.shape == (1, 3)
    assert scores[0].argmax() == 1  # two shoppers had it; item 3, never bought, is not eligible


@pytest.mark.parametrize("name", MODELS)
def test_recommend_ranks_by_score_and_never_repeats_in_scope_new(
    fitted: dict[str, Model], history: Dataset, name: str
) -> None:
    users = np.arange(30, dtype=np.int64)
    model, owned = fitted[name], history.relevant().toarray()[users]
    items, scores = model.recommend(users, 10)
    assert (np.diff(scores, axis=1) <= 0).all()
    np.testing.assert_allclose(scores[:, 0], model.score(users).max(axis=1))
    fresh, _ = model.recommend(users, 10, "new")
    taken = np.take_along_axis(owned, np.maximum(fresh, 0), axis=1) * (fresh >= 0)
    assert taken.sum() == 0
    assert np.take_along_axis(owned, np.maximum(items, 0), axis=1).sum() > 0 or name == "popularity"


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", MODELS)
def test_the_terms_tell_two_products_apart_as_their_scores_do(
    fitted: dict[str, Model], name: str, scope: Scope
) -> None:
    model, users = fitted[name], np.array([0, 5, 3, 17], dtype=np.int64)
    assert isinstance(model, Explains)
    items, scores = model.recommend(users, 6, scope)
    total = sum(model.explain(users, items, scope).values())
    np.testing.assert_allclose(np.diff(total, axis=1), np.diff(scores, axis=1), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_recommend_runs_out_with_minus_one(name: str) -> None:
    model = RECOMMENDERS[name]().fit(checkerboard())
    items, scores = model.recommend(np.array([0]), 20, "new")
    assert (items[0] >= 0).sum() == 7  # 12 items, 5 of them bought before
    assert (items[0, 7:] == -1).all() and np.isneginf(scores[0, 7:]).all()


@pytest.mark.parametrize("name", MODELS)
def test_bad_questions_are_refused(fitted: dict[str, Model], history: Dataset, name: str) -> None:
    with pytest.raises(ValueError, match="scope"):
        fitted[name].score(np.array([0]), "some")  # type: ignore[arg-type]
    for users in ([history.n_users], [-2], [[0]]):
        with pytest.raises(ValueError, match="user"):
            fitted[name].score(np.array(users))
    with pytest.raises(ValueError, match="Nothing to recommend"):
        RECOMMENDERS[name]().fit(history.before("2000-01-01"))


@pytest.mark.parametrize("name", MODELS)
def test_another_shops_model_is_refused(fitted: dict[str, Model], tmp_path: Path, name: str) -> None:
    fitted[name].save(tmp_path)
    with pytest.raises(ValueError, match="another shop"):
        RECOMMENDERS[name].load(tmp_path, checkerboard())
    with pytest.raises(ValueError, match="holds a"):
        RECOMMENDERS[next(other for other in MODELS if other != name)].load(tmp_path, journey())
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{broken}")
    with pytest.raises(ValueError, match="not a stored model"):
        RECOMMENDERS[name].load(tmp_path, journey())


@pytest.mark.parametrize("name", MODELS)
def test_configs_are_frozen_and_refuse_what_they_do_not_know(name: str) -> None:
    kind = RECOMMENDERS[name].config_type()
    with pytest.raises(ValueError, match="extra"):
        kind(colour="red")
    field = next(iter(kind.model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(kind(), field, 1)
    bad = {"all": {"ease": float("nan")}} if name == "blend" else {"half_life": -1.0}
    with pytest.raises(ValueError, match=r"ease|half_life"):
        kind(**bad)
    with pytest.raises(TypeError, match="takes a"):
        RECOMMENDERS[name]("config")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", MODELS)
def test_other_shapes_of_shop_work(name: str) -> None:
    data = synthetic()
    model = RECOMMENDERS[name]().fit(data)
    items, _ = model.recommend(np.arange(data.n_users, dtype=np.int64), 5)
    assert set(items.ravel()) <= {-1, *data.eligible().tolist()}
    assert (items[:, 0] >= 0).all()
