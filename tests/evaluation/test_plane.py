"""The plane of λ × σ: its points are those of single strategies, coarse first; the best pair keeps the floor."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench, scope_of
from engine.bench.catalogue import CatalogueBench
from engine.bench.measures import measure
from engine.evaluation.plane import Plane, coarse_first, plane
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy
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
    steps = list(plane(bench, BASE, LEVELS, LEVELS))
    assert [step.done for step in steps] == list(range(1, 10))
    whole, evidence = steps[-1], bench.evidence(scope_of("new"))
    plain = measure(make_slates(bench, BASE.at(diversity=0.0)).items, evidence, ["ndcg"]).value("ndcg")[0]
    for row, spread in enumerate(LEVELS):
        for column, diversity in enumerate(LEVELS):
            items = make_slates(bench, BASE.at(diversity=diversity, spread=spread)).items
            alone = measure(items, evidence, ["ndcg", "coverage", "shared_products"])
            for name in ("coverage", "shared_products"):
                assert whole.figures[name][row, column] == alone.value(name)[0]
            assert whole.figures["ndcg_kept"][row, column] == pytest.approx(alone.value("ndcg")[0] / plain)
    assert (whole.figures["coverage"][2, :2] > whole.figures["coverage"][0, :2]).all()


def test_a_shop_without_later_purchases_has_a_plane_without_relevance() -> None:
    bench = CatalogueBench(catalogue())
    strategy = Strategy(method="mmr", diversity=0.3, k=5, pool=30, surface="similar")
    whole = list(plane(bench, strategy, (0.0, 0.5), (0.0, 0.5)))[-1]
    assert np.isnan(whole.figures["ndcg_kept"]).all() and not np.isnan(whole.figures["coverage"]).any()
    assert whole.best(0.99) is None


def test_the_best_pair_keeps_enough_and_reaches_most() -> None:
    kept, reach = np.array([[1.0, 0.9], [0.995, 0.7]]), np.array([[0.1, 0.2], [0.3, 0.9]])
    figures = {"ndcg_kept": kept, "coverage": reach}
    some = Plane((0.0, 1.0), (0.0, 0.4), figures, "plain")
    assert some.best(0.99) == (0.0, 0.4)
    assert some.best(0.6) == (1.0, 0.4)
    assert some.best(1.01) is None
    assert Plane((0.0, 1.0), (0.0, 0.4), {**figures, "coverage": np.ones((2, 2))}, "plain").best(0.9) == (0.0, 0.0)
