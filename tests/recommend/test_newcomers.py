"""Products nobody has met and shoppers nobody knows: kin by brute force, hidden lines, a rule that can be learned."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset
from engine.encoders import item_vectors
from engine.recommend import Blend, BlendConfig, Ease, Hybrid, HybridConfig
from engine.recommend.blend import FOR_UNKNOWN_SHOPPERS, standardised
from engine.recommend.hybrid import newcomers, trees
from engine.recommend.hybrid.item_neighbours import BREADTHS, PRICE, SHARED, ItemNeighbours
from engine.recommend.hybrid.newcomers import Newcomers, hidden
from tests.fixtures.shops import journey

CUT = pd.Timestamp("2017-11-06")


@pytest.fixture(scope="module")
def history() -> Dataset:
    return journey().before(CUT)


@pytest.fixture(scope="module")
def shop(history: Dataset) -> Newcomers:
    return Newcomers.of(history, history.eligible()[::9], BlendConfig())


def likeness(data: Dataset, vectors: np.ndarray, row: int, item: int) -> float:
    """The definition, pair by pair."""
    like = float(vectors[row] @ vectors[item])
    a, b = data.items.iloc[row], data.items.iloc[item]
    like += sum(worth for facet, worth in SHARED.items() if facet in data.items and a[facet] == b[facet])
    return like - PRICE * abs(np.log(a["price"]) - np.log(b["price"]))


def test_kin_are_those_of_the_definition(history: Dataset) -> None:
    items, rows = history.eligible(), history.eligible()[[3, 40]]
    kin, vectors = ItemNeighbours.of(history, rows, items), item_vectors(history, "text")
    assert kin.near.shape == kin.similarity.shape and kin.n == len(items)
    for place, row in enumerate(rows):
        told = np.array([likeness(history, vectors, int(row), int(item)) for item in items if item != row])
        np.testing.assert_allclose(kin.similarity[place][:20], np.sort(told)[::-1][:20], atol=1e-4)
        assert row not in items[kin.near[place, :20]]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(0, 2**32 - 1), st.sampled_from(sorted(BREADTHS)))
def test_shares_are_shares(rows: int, seed: int, breadth: str) -> None:
    rng = np.random.default_rng(seed)
    near = np.stack([rng.permutation(60)[:55] for _ in range(rows)])
    like = -np.sort(-rng.normal(size=near.shape), axis=1).astype(np.float32)
    shares = ItemNeighbours(near, like, 60).shares(breadth)
    assert shares.shape == (rows, 60) and shares.data.min() >= 0
    np.testing.assert_allclose(np.asarray(shares.sum(axis=1)).ravel(), 1, rtol=1e-5)
    m, sharpness = BREADTHS[breadth]
    dense = shares.toarray()
    for row in range(rows):  # in step with likeness, and nothing beyond the m likest
        held = dense[row, near[row]]
        assert (np.diff(held) <= 1e-7).all() and (held[m:] == 0).all()
        assert held[1] / held[0] == pytest.approx(np.exp(sharpness * (like[row, 1] - like[row, 0])), rel=1e-3)


def test_hidden_products_leave_no_trace(history: Dataset) -> None:
    rows = history.eligible()[:5]
    rest = hidden(history, rows)
    assert rest.n_items == history.n_items and not rest.interactions["item"].isin(rows).any()
    lines = history.interactions["item"].isin(rows).sum()
    assert len(rest.interactions) == len(history.interactions) - lines and lines > 0
    assert not set(rows) & set(rest.eligible())


def test_what_kin_are_worth_is_what_known_products_are_worth(shop: Newcomers) -> None:
    users = np.flatnonzero(shop.signals.blend.known())[:5]
    _, lent, place, column, figures = next(shop.chunks(users))
    assert figures.shape == (len(place), len(shop.names)) and len(set(shop.names)) == len(shop.names)
    scores, terms = shop.signals.blend.weighed(users, "all")
    shares = {breadth: shop.neighbours.shares(breadth).toarray() for breadth in BREADTHS}
    np.testing.assert_allclose(lent, scores @ shares["some"].T, rtol=1e-3, atol=1e-4)
    for name in ("recent", "taste", "ease"):
        told = (terms[name] @ shares["few"].T)[place, column]
        np.testing.assert_allclose(figures[:, shop.names.index(f"kin.{name}.few")], told, rtol=1e-3, atol=1e-4)
    trend = (shares["many"] @ shop.signals.blend.common()["trend"])[column]
    np.testing.assert_allclose(figures[:, shop.names.index("kin.trend.many")], trend, rtol=1e-3, atol=1e-4)
    best = terms["regular"][place[:, None], shop.neighbours.near[column, : newcomers.NEAR]].max(axis=1)
    np.testing.assert_array_equal(figures[:, shop.names.index("kin.had_best")], best)


def test_without_trees_the_order_is_that_of_the_kin(shop: Newcomers) -> None:
    users = np.flatnonzero(shop.signals.blend.known())[:4]
    _, lent, *_ = next(shop.chunks(users))
    np.testing.assert_array_equal(
        np.argsort(-newcomers.scores(shop, [], users), axis=1, kind="stable"),
        np.argsort(-lent, axis=1, kind="stable"),
    )


def test_trees_rank_the_candidates_and_the_rest_stays_below(monkeypatch: pytest.MonkeyPatch, shop: Newcomers) -> None:
    monkeypatch.setattr(newcomers, "CANDIDATES", 4)
    monkeypatch.setattr(trees, "log_odds", lambda _, figures: np.arange(len(figures), dtype=np.float32) - 3)
    users = np.flatnonzero(shop.signals.blend.known())[:3]
    found = newcomers.scores(shop, [object()], users)
    _, lent, *_ = next(shop.chunks(users))
    for row in range(len(users)):
        chosen = np.argsort(-lent[row], kind="stable")[:4]
        assert set(np.argsort(-found[row], kind="stable")[:4]) == set(chosen)
        others = np.setdiff1d(np.arange(found.shape[1]), chosen)
        assert found[row, others].max() <= found[row, chosen].min()
        order = np.argsort(-lent[row][others], kind="stable")
        assert (np.diff(found[row, others][order]) <= 1e-6).all()


def test_a_model_scores_products_it_never_met(
    monkeypatch: pytest.MonkeyPatch, history: Dataset, tmp_path: Path
) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 20)
    rows = history.eligible()[::9]
    rest = hidden(history, rows)
    model = Hybrid(HybridConfig(candidates_all=10, candidates_new=10, neighbours=5, seeds=1, tenths=2)).fit(rest)
    assert "newcomers" in model._boosters
    users = np.flatnonzero(model.known())[:30]
    scores = model.score_items(rest, rows, users)
    assert scores.shape == (30, len(rows)) and np.isfinite(scores).all() and scores.std(axis=1).min() > 0
    np.testing.assert_array_equal(scores, model.score_items(history, rows, users))  # their own lines do not matter
    assert model.score_items(rest, rows[:0], users).shape == (30, 0)
    model.save(tmp_path)
    np.testing.assert_array_equal(Hybrid.load(tmp_path, history).score_items(rest, rows, users), scores)


def test_a_stranger_is_scored_by_the_terms_of_her_clicks(history: Dataset, tmp_path: Path) -> None:
    model = Blend().fit(history)
    clicks = model.items[[2, 30]]
    found = model.score_clicks(clicks)
    taken = np.zeros((1, len(model.items)), dtype=np.float32)
    taken[0, [2, 30]] = 1
    ease = taken @ closed_form(model._ease)
    shares = [np.log(_shares(codes, [2, 30]) + 1e-3) for codes in model._facets.codes]
    taste = sum(np.where(codes >= 0, share, 0) for codes, share in zip(model._facets.codes, shares, strict=True))
    known = np.maximum((model._facets.codes >= 0).sum(axis=0), 1)
    told = (
        FOR_UNKNOWN_SHOPPERS.trend * model.common()["trend"]
        + FOR_UNKNOWN_SHOPPERS.momentum * model.common()["momentum"]
        + FOR_UNKNOWN_SHOPPERS.ease * standardised(ease.astype(np.float32))[0]
        + FOR_UNKNOWN_SHOPPERS.taste * taste / known
    )
    np.testing.assert_allclose(found, told, rtol=1e-3, atol=2e-3)
    ranked = Hybrid(HybridConfig(candidates_all=10, candidates_new=10, neighbours=5, seeds=1, tenths=0)).fit(history)
    np.testing.assert_array_equal(ranked.score_clicks(clicks), found)


def test_clicks_that_tell_nothing_leave_the_trend(history: Dataset) -> None:
    model = Blend().fit(history)
    unknown = np.setdiff1d(np.arange(history.n_items), model.items)[:2]
    order = np.argsort(-(model.common()["trend"] + 0.2 * model.common()["momentum"]), kind="stable")
    for clicks in (unknown, unknown[:0]):
        np.testing.assert_array_equal(np.argsort(-model.score_clicks(clicks), kind="stable")[:20], order[:20])


def closed_form(ease: Ease) -> np.ndarray:
    """B = I - P / diag P, item by item."""
    X = ease.learned.toarray().astype(np.float64)
    P = np.linalg.inv(X.T @ X + ease.config.ridge_all * np.eye(X.shape[1]))
    return np.eye(len(P)) - P / np.diag(P)


def _shares(codes: np.ndarray, columns: list[int]) -> np.ndarray:
    """Each item's share of the clicks, by its value of a facet."""
    known = [codes[column] for column in columns if codes[column] >= 0]
    return np.array([known.count(code) / max(len(known), 1) for code in codes])
