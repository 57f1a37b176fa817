"""The curve over σ: each point is what its lists are worth, and the strategy in use is measured as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import measure
from engine.evaluation.pairs.spread_curve import SpreadCurve, SpreadPoint, spread_curve
from engine.metrics import Estimate
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.3, k=6, pool=50, surface="new", spread=0.3)
SPREADS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def curve(bench: Bench) -> SpreadCurve:
    return spread_curve(bench, STRATEGY, SPREADS)


def values(bench: Bench, strategy: Strategy) -> tuple[float, float, float]:
    """nDCG, share of the products reached by sets, products shared by counting pairs."""
    items = make_slates(bench, strategy).items
    ndcg = measure(items, bench.evidence(scope_of("new")), ["ndcg"]).value("ndcg")[0]
    lists = [set(row.tolist()) - {-1} for row in items]
    pairs = [len(a & b) for n, a in enumerate(lists) for b in lists[:n]]
    return float(ndcg), len(set().union(*lists)) / len(bench.model.items), float(np.mean(pairs))


def test_each_point_is_what_its_lists_are_worth(bench: Bench, curve: SpreadCurve) -> None:
    base = values(bench, STRATEGY.at(diversity=0.0, spread=0.0))[0]
    assert [point.spread for point in curve.points] == list(SPREADS)
    for point in (*curve.points, curve.now):
        ndcg, reach, shared = values(bench, STRATEGY.at(spread=point.spread))
        assert point.ndcg_kept.value == pytest.approx(ndcg / base)
        assert point.ndcg_kept.low <= point.ndcg_kept.value <= point.ndcg_kept.high
        assert point.coverage == pytest.approx(reach) and point.shared_products == pytest.approx(shared)
    assert curve.now.spread == 0.3


def test_the_strategy_in_use_is_measured_with_its_exposure_floor(bench: Bench) -> None:
    floored = STRATEGY.at(exposure={"facet": "provider", "floor": 0.2})
    found = spread_curve(bench, floored, (0.0, 0.3))
    _, reach, shared = values(bench, floored)
    assert (found.now.coverage, found.now.shared_products) == (pytest.approx(reach), pytest.approx(shared))
    assert found.points[1] == spread_curve(bench, STRATEGY, (0.3,)).points[0], "the line is without the floor"


def test_without_later_purchases_only_lists_are_compared(bench: Bench) -> None:
    blind = Bench(bench.data, bench.model, bench.card | {"until": None})
    found = spread_curve(blind, STRATEGY, (0.0, 0.3))
    assert np.isnan(found.now.ndcg_kept.value) and found.now.coverage > 0
    assert found.widest(0.5) is None


def test_the_work_says_how_far_it_is(bench: Bench) -> None:
    told: list[tuple[str, int, int]] = []
    spread_curve(bench, STRATEGY, (0.0, 0.5), report=lambda *progress: told.append(progress))
    assert [progress for progress in told if progress[0] == "spread"] == [("spread", n, 3) for n in range(3)]


@given(st.lists(st.floats(0, 1.2), min_size=1, max_size=8), st.floats(0.1, 1.0))
def test_the_widest_point_is_the_last_that_keeps_enough(kept: list[float], keep: float) -> None:
    points = tuple(SpreadPoint(n / 10, Estimate(value, value, value), 0.0, 0.0) for n, value in enumerate(kept))
    found = SpreadCurve(points, points[0]).widest(keep)
    expected = max((n / 10 for n, value in enumerate(kept) if value >= keep), default=None)
    assert (None if found is None else found.spread) == expected
