"""The two-stage model: its figures by brute force, its ranker on a shop whose rule is known."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset
from engine.recommend import Blend, Explains, Hybrid, HybridConfig
from engine.recommend.hybrid import trees
from engine.recommend.hybrid.explained import GROUPS, TASTE
from engine.recommend.hybrid.neighbours import ShopperNeighbours
from engine.recommend.hybrid.pairs import FIGURES, HALF_LIVES, Pairs
from engine.recommend.hybrid.signals import Signals
from tests.fixtures.shops import journey
from tests.recommend.shops import shop

CUT = pd.Timestamp("2017-11-06")


def figure(pairs: Pairs, user: int, value: int) -> dict[str, float]:
    found = pairs.of(np.array([user]), np.array([value]))[0]
    return dict(zip(FIGURES, found.tolist(), strict=True))


def test_figures_of_a_weekly_buyer() -> None:
    ages = np.array([3.2, 10.9, 17.5, 17.1])  # twice on one day
    found = figure(Pairs(np.zeros(4, int), np.full(4, 2), ages, 5), 0, 2)
    assert (found["times"], found["last"], found["first"], found["gap"]) == (3, 3, 17, 7)
    assert found["gap_spread"] == 0 and found["due"] == pytest.approx(3 / 7)
    assert found["decayed_7"] == pytest.approx(sum(2 ** (-day / 7) for day in (3, 10, 17)))


def test_strangers_have_counts_of_zero_and_nothing_else() -> None:
    pairs = Pairs(np.array([1]), np.array([0]), np.array([2.0]), 3)
    for user, value in ((0, 0), (1, 2), (1, -1)):
        found = figure(pairs, user, value)
        assert found["times"] == found["decayed_180"] == 0
        assert np.isnan([found[name] for name in ("last", "first", "gap", "gap_spread", "due")]).all()
    assert np.isnan(figure(Pairs(*(np.zeros(0, int),) * 2, np.zeros(0), 3), 0, 0)["last"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.floats(0, 60)), max_size=40))
def test_figures_equal_a_plain_loop(lines: list[tuple[int, int, float]]) -> None:
    users, values, ages = (np.array(part) for part in zip(*lines, strict=True)) if lines else (np.zeros(0, int),) * 3
    pairs = Pairs(users.astype(np.int64), values.astype(np.int64), ages.astype(float), 4)
    for user in range(4):
        for value in range(4):
            days = sorted({int(age) for u, v, age in lines if (u, v) == (user, value)})
            found = figure(pairs, user, value)
            assert found["times"] == len(days)
            gaps = [later - earlier for earlier, later in pairwise(days)]
            for name, told in (
                ("last", days[0] if days else None),
                ("first", days[-1] if days else None),
                ("gap", float(np.mean(gaps)) if gaps else None),
                ("gap_spread", float(np.std(gaps)) if len(gaps) > 1 else None),
            ):
                assert np.isnan(found[name]) if told is None else found[name] == pytest.approx(told, abs=1e-3)
            for half_life in HALF_LIVES:
                total = sum(2.0 ** (-day / half_life) for day in days)
                assert found[f"decayed_{half_life}"] == pytest.approx(total, rel=1e-4)


def test_neighbours_are_those_of_brute_force(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recommend.hybrid.neighbours.NEIGHBOURS", 3)
    monkeypatch.setattr("engine.recommend.hybrid.neighbours.CHUNK", 4)
    bought = np.random.default_rng(0).random((9, 6)) * (np.random.default_rng(1).random((9, 6)) > 0.4)
    bought[8] = 0
    found = ShopperNeighbours(sp.csr_array(bought.astype(np.float32))).of(np.arange(len(bought))).toarray()
    unit = bought / np.maximum(np.linalg.norm(bought, axis=1, keepdims=True), 1e-12)
    for row in range(8):
        like = unit @ unit[row]
        like[row] = 0
        near = np.argsort(-like)[:3]
        np.testing.assert_allclose(found[row, near], like[near] / like[near].sum(), rtol=1e-5)
        assert (found[row] > 0).sum() <= 3
    assert found[8].sum() == 0


@pytest.fixture(scope="module")
def signals() -> Signals:
    history = journey().before(CUT)
    return Signals(history, Blend().fit(history))


def test_the_plan_is_read_only_where_it_is_asked_for(signals: Signals) -> None:
    history = journey().before(CUT)
    reading = Signals(history, signals.blend, plan_days=28.0)
    assert [name for name in reading.names if name not in signals.names] == ["price.promoted"]
    plan = history.promotions
    assert plan is not None
    runs = plan[(plan["starts_at"] < CUT + pd.Timedelta(days=28)) & (plan["ends_at"] >= CUT)]
    told = history.items["item_id"].isin(runs["item_id"]).to_numpy()[signals.items]
    assert 0 < told.sum() < len(told)
    found = reading.tastes(np.zeros(len(told), dtype=np.int64), signals.items)
    np.testing.assert_array_equal(found[:, reading.taste_names.index("price.promoted")], told)
    assert found.shape[1] == signals.tastes(np.zeros(1, dtype=np.int64), signals.items[:1]).shape[1] + 1


@pytest.mark.parametrize("scope", ["all", "new"])
def test_candidates_are_the_best_of_each_source(signals: Signals, scope: str) -> None:
    users = np.flatnonzero(signals.blend.known())[:6]
    chunk = signals.chunk(users, scope, 20, 15)  # type: ignore[arg-type]
    owned = signals.blend.owned(users)
    for row in range(len(users)):
        allowed = np.ones(len(signals.items), bool) if scope == "all" else ~owned[row]
        wanted: set[int] = set()
        for name, n in (("blend", 20), ("neighbours", 15)):
            scores = np.where(allowed, chunk.scores[name][row], -np.inf)
            least = np.sort(scores)[::-1][n - 1]
            wanted |= set(np.flatnonzero(scores > least))
            assert chunk.mask[row][scores > least].all()
        assert wanted <= set(np.flatnonzero(chunk.mask[row])) <= set(np.flatnonzero(allowed))
        assert chunk.mask[row].sum() <= 35


def test_figures_stand_under_their_names(signals: Signals) -> None:
    users = np.flatnonzero(signals.blend.known())[:4]
    chunk = signals.chunk(users, "all", 20, 10)
    rows, columns, figures = signals.figures(chunk)
    assert figures.shape == (chunk.mask.sum(), len(signals.names)) and len(set(signals.names)) == len(signals.names)

    def column(name: str) -> np.ndarray:
        return figures[:, signals.names.index(name)]

    np.testing.assert_array_equal(column("together.blend"), chunk.scores["blend"][rows, columns])
    owned = signals.blend.owned(users)[rows, columns]
    np.testing.assert_array_equal(column("own.times") > 0, owned)
    for row in range(len(users)):
        mine = rows == row
        order = np.argsort(column("together.rank")[mine])
        assert (np.diff(column("together.blend")[mine][order]) <= 0).all()
    log = journey().before(CUT).positives()
    lines = log.groupby("user").size()
    np.testing.assert_array_equal(column("shopper.lines"), lines.reindex(users).to_numpy()[rows])
    buyers = log.groupby("item")["user"].nunique()
    np.testing.assert_array_equal(column("product.buyers"), buyers.reindex(signals.items[columns]).to_numpy())


def test_usual_prices_are_means_by_kind(signals: Signals) -> None:
    history = journey().before(CUT)
    users = np.flatnonzero(signals.blend.known())[:3]
    chunk = signals.chunk(users, "all", 10, 10)
    rows, columns, figures = signals.figures(chunk)
    against = figures[:, signals.names.index("price.against_usual")]
    log, items = history.positives(), history.items
    for at in range(0, len(rows), 3):
        item = signals.items[columns[at]]
        mine = log["item"][log["user"] == users[rows[at]]].to_numpy()
        same = mine[items["subcategory"].to_numpy()[mine] == items["subcategory"].iloc[item]]
        prices = np.log(items["price"].to_numpy()[same])
        told = np.log(items["price"].iloc[item]) - prices.mean() if len(prices) else np.nan
        np.testing.assert_allclose(against[at], told, atol=1e-3)


def habit_shop() -> Dataset:
    """Item u % 20 is bought every week. Others are bought daily for a fortnight, then never again: one before the
    weeks that the ranker learns from, one just before now. The rest is noise."""
    rng = np.random.default_rng(0)
    lines = []
    for user in range(300):
        lines += [(user, user % 20, float(day)) for day in range(1, 120, 7)]
        lines += [(user, 20 + user % 5, float(day)) for day in range(77, 91)]
        lines += [(user, 25 + user % 5, float(day)) for day in range(105, 119)]
        lines += [(user, 30 + int(rng.integers(20)), float(rng.integers(1, 119))) for _ in range(10)]
    return shop(lines, n_users=300, n_items=50)


def test_the_ranker_learns_what_intervals_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    data, users = habit_shop(), np.arange(300)
    model = Hybrid(HybridConfig(candidates_all=50, seeds=1, tenths=0)).fit(data)
    first, _ = model.recommend(users, 1)
    blended, _ = Blend().fit(data).recommend(users, 1)
    assert (first[:, 0] == users % 20).mean() > 0.95
    assert (blended[:, 0] == users % 20).mean() < 0.05
    assert model.importance["all"].keys() >= {"own", "together"}
    assert sum(model.importance["all"].values()) == pytest.approx(1, abs=1e-2)


def test_what_is_no_candidate_stands_below_in_the_blends_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    data = habit_shop()
    model = Hybrid(HybridConfig(candidates_all=10, neighbours=1, seeds=1, tenths=0)).fit(data)
    scores, blended = model.score(np.array([7])), model._blend.score(np.array([7]))
    candidates = scores[0] > 0
    assert 10 <= candidates.sum() <= 11 and scores[0][candidates].min() == pytest.approx(1)
    others = np.flatnonzero(~candidates)
    order = others[np.argsort(-blended[0][others], kind="stable")]
    assert (np.diff(scores[0][order]) <= 0).all() and scores[0][others].max() <= 0


def test_too_little_to_learn_from_leaves_the_blend() -> None:
    data = shop([(0, 0, 1.0), (0, 1, 2.0), (1, 1, 3.0), (1, 2, 3.0)], n_users=3, n_items=4)
    model = Hybrid().fit(data)
    users = np.array([0, 1])
    np.testing.assert_array_equal(model.score(users), Blend().fit(data).score(users))
    assert model.importance == {}


def test_a_fit_is_the_same_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    config = HybridConfig(candidates_all=30, seeds=2, tenths=0)
    scores = [Hybrid(config).fit(habit_shop()).score(np.arange(40)) for _ in range(2)]
    np.testing.assert_array_equal(*scores)


def test_a_ranked_model_is_stored_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    data, users = habit_shop(), np.arange(300)
    model = Hybrid(HybridConfig(candidates_all=30, seeds=1, tenths=0)).fit(data)
    model.save(tmp_path)
    again = Hybrid.load(tmp_path, data)
    assert set(again._ranked) == set(model._ranked) != set()
    for scope in ("all", "new"):
        np.testing.assert_array_equal(again.score(users, scope), model.score(users, scope))


def test_habit_is_added_to_the_log_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    data, users = habit_shop(), np.arange(30)
    plain, steady = (
        Hybrid(HybridConfig(candidates_all=20, seeds=1, tenths=0, habit=habit, lately=lately)).fit(data)
        for habit, lately in ((0.0, 0.0), (2.0, 0.5))
    )
    added = 2 * plain._blend.habit(users, "regular") + 0.5 * plain._blend.habit(users, "recent")
    ranked, more = (model._ranked["all"][users].toarray() for model in (plain, steady))
    assert ((ranked > 0) == (more > 0)).all()
    gap = np.where(ranked > 0, more - ranked - added, np.nan)
    np.testing.assert_allclose(gap - np.nanmean(gap, axis=1, keepdims=True), np.where(ranked > 0, 0, np.nan), atol=1e-4)


def test_why_is_the_log_odds_taken_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trees, "LEAST_BOUGHT", 50)
    data, users = habit_shop(), np.array([3, 8])
    model = Hybrid(HybridConfig(candidates_all=20, neighbours=1, seeds=2, tenths=0)).fit(data)
    chunk = model._candidates(model._present, users, "all")  # type: ignore[arg-type]
    rows, columns, figures = model._present.figures(chunk)  # type: ignore[union-attr]
    odds = np.full(chunk.mask.shape, np.nan)
    habit = model._blend.habit(users, "regular")[rows, columns]
    odds[rows, columns] = trees.log_odds(model._boosters["all"], figures) + habit
    odds -= np.nanmean(odds, axis=1, keepdims=True)
    items = np.tile(model.items, (2, 1))
    why = model.explain(users, items)
    assert set(why) == {*GROUPS, TASTE} and isinstance(model, Explains)
    np.testing.assert_allclose(sum(why.values()), odds, atol=1e-3)  # NaN where it is no candidate
    habit = why["own"][[0, 1], users % 20]
    assert (habit > 0).all() and (habit > np.nanmean(np.abs(why["product"]), axis=1)).all()
    assert np.isnan(model.explain(users, np.full((2, 1), -1))["own"]).all()
    model.save(tmp_path)
    for name, values in Hybrid.load(tmp_path, data).explain(users, items).items():
        np.testing.assert_allclose(values, why[name], atol=1e-5)
    with pytest.raises(ValueError, match="without its shop"):
        Hybrid.load(tmp_path, None).explain(users, items)


def test_where_the_blends_order_stands_its_terms_say_why() -> None:
    data = shop([(0, 0, 1.0), (0, 1, 2.0), (1, 1, 3.0), (1, 2, 3.0)], n_users=3, n_items=4)
    users, items = np.array([0]), np.array([[0, 1]])
    why, blended = Hybrid().fit(data).explain(users, items), Blend().fit(data).explain(users, items)
    assert why.keys() == blended.keys() != set()
    np.testing.assert_array_equal(np.stack(list(why.values())), np.stack(list(blended.values())))
