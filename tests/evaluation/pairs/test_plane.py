"""The plane of λ × σ: its points are those of single strategies, coarse first; the best pair keeps the floor."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench, scope_of
from engine.bench.catalogue import CatalogueBench
from engine.bench.measures import measure
from engine.evaluation.pairs import pair_figures
from engine.evaluation.pairs.plane import Plane, coarse_first, plane, stored_plane
from engine.slates.make import make_slates
from engine.strategy.strategy import Floor, Strategy
from tests.fixtures.shops import catalogue

BASE = Strategy(method="mmr", diversity=0.5, pool=60, surface="new")
LEVELS = (0.0, 0.5, 1.0)


@given(st.integers(2, 14), st.integers(2, 14))
def test_every_pair_comes_once_and_the_corners_first(rows: int, columns: int) -> None:
    order = coarse_first(rows, columns)
    assert sorted(order) == [(row, column) for row in range(rows) for column in range(columns)]
    corners = {(row, column) for row in (0, rows - 1) for column in (0, columns - 1)}
    assert set(order[: len(corners)]) == corners


def test_the_order_of_a_line_of_five_is_by_halves() -> None:
    assert [column for _, column in coarse_first(1, 5)] == [0, 4, 2, 1, 3]


def test_points_are_those_of_the_strategies_alone(bench: Bench) -> None:
    steps = list(plane(bench, BASE, diversities=LEVELS, spreads=LEVELS))
    assert [step.done for step in steps] == list(range(1, 10))
    whole, evidence = steps[-1], bench.evidence(scope_of("new"))
    plain = measure(make_slates(bench, BASE.at(diversity=0.0)).items, evidence, ["ndcg"]).value("ndcg")[0]
    for row, spread in enumerate(LEVELS):
        for column, diversity in enumerate(LEVELS):
            items = make_slates(bench, BASE.at(diversity=diversity, spread=spread)).items
            alone = measure(items, evidence, ["ndcg", "coverage", "shared_products"])
            for name in ("coverage", "shared_products"):
                assert whole.figures[name][row, column] == alone.value(name)[0]
            assert whole.kept[row, column] == pytest.approx(alone.value("ndcg")[0] / plain)
    assert (whole.figures["coverage"][2, :2] > whole.figures["coverage"][0, :2]).all()


def test_a_shop_without_later_purchases_has_a_plane_without_relevance() -> None:
    bench = CatalogueBench(catalogue())
    strategy = Strategy(method="mmr", diversity=0.3, k=5, pool=30, surface="similar")
    whole = list(plane(bench, strategy, diversities=(0.0, 0.5), spreads=(0.0, 0.5)))[-1]
    assert np.isnan(whole.kept).all() and not np.isnan(whole.figures["coverage"]).any()
    assert whole.best(0.99) is None


def test_the_best_pair_is_the_best_compromise_among_those_that_keep_enough() -> None:
    kept = np.array([[1.0, 0.995, 0.9], [0.995, 0.99, 0.7]])
    variety, reach = np.array([[0.5, 0.6, 0.7], [0.5, 0.6, 0.8]]), np.array([[0.1, 0.1, 0.1], [0.3, 0.3, 0.9]])
    some = Plane((0.0, 0.5, 1.0), (0.0, 0.4), {"ild": variety, "coverage": reach}, kept)
    assert some.best(0.99) == (0.5, 0.4)  # the only one that gains on both
    assert some.best(0.992) == (0.5, 0.0)  # one gain alone: the first of equal shares
    assert some.best(0.6) == (1.0, 0.4)
    assert some.best(1.01) is None


def test_a_stopped_plane_goes_on_where_it_was_and_a_finer_one_begins_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = BASE.at(k=7)
    made: list[tuple[float, float]] = []

    def lists_of(bench: Bench, strategy: Strategy) -> np.ndarray:
        made.append((strategy.diversity, strategy.spread))
        return make_slates(bench, strategy).items

    monkeypatch.setattr(pair_figures, "lists_of", lists_of)
    grid = {"diversities": (0.0, 0.4), "spreads": (0.0, 0.4)}
    steps = plane(bench, base, **grid)
    half = [next(steps), next(steps)][-1]
    assert half.done == 2 and stored_plane(bench, base, **grid) is None
    whole = list(plane(bench, base, **grid))[-1]
    assert len(made) == 4
    stored = stored_plane(bench, base, **grid)
    assert stored is not None and len(made) == 4
    assert stored_plane(bench, base, **grid) is stored, "read once"
    for name, values in whole.figures.items():
        np.testing.assert_array_equal(stored.figures[name], values)
    np.testing.assert_array_equal(stored.kept, whole.kept)
    list(plane(bench, base, diversities=(0.0, 0.2, 0.4), spreads=(0.0, 0.4)))
    assert made[4:] == [(0.2, 0.0), (0.2, 0.4)]
    assert stored_plane(bench, base.at(k=8), **grid) is None, "another strategy has its own"


def test_a_plane_is_kept_of_the_metric_and_the_reference_of_the_floor(bench: Bench) -> None:
    pinned = BASE.at(rules=[{"kind": "hide", "facet": "department", "value": "Grocery"}])
    evidence = bench.evidence(scope_of("new"))
    for metric in ("ndcg", "revenue"):
        for against, reference in (("plain", BASE), ("ruled", pinned)):
            floor = Floor(keep=0.9, metric=metric, against=against)
            whole = list(plane(bench, pinned, floor, (0.0, 0.5), (0.0,)))[-1]
            values = [
                measure(make_slates(bench, strategy).items, evidence, [metric]).value(metric)[0]
                for strategy in (reference.at(diversity=0.0), pinned.at(diversity=0.0), pinned.at(diversity=0.5))
            ]
            np.testing.assert_allclose(whole.kept[0], np.array(values[1:]) / values[0])
