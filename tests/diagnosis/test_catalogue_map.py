"""What the map joins: attention per product, clusters that nobody sees, outlines and spreads of lists."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import Delaunay

from engine.bench.bench import Bench
from engine.diagnosis.catalogue_map import MapExposure, inside, map_exposure, mapped_items, outline, regions, spread
from engine.encoders.clusters import Clusters, cluster_items
from engine.slates.make import make_slates
from engine.strategy.strategy import Strategy

STRATEGY = Strategy(method="mmr", diversity=0.5, k=6, pool=50)


def test_attention_is_counted_slot_by_slot(bench: Bench) -> None:
    rows = np.arange(0, len(bench.users), 7)
    found = map_exposure(bench, STRATEGY, rows)
    for level, attention, counts in ((0.0, found.before, found.lists_before), (0.5, found.now, found.lists_now)):
        given_, seen = np.zeros(bench.data.n_items), np.zeros(bench.data.n_items, int)
        for items in make_slates(bench, STRATEGY.at(diversity=level), rows).items:
            for rank, item in enumerate(items, 1):
                if item >= 0:
                    given_[item] += 1 / np.log2(1 + rank)
                    seen[item] += 1
        np.testing.assert_allclose(attention, given_ / given_.sum(), atol=1e-12)
        np.testing.assert_array_equal(counts, seen)
    assert found.lists == len(rows)
    assert found.before.sum() == pytest.approx(1) and found.now.sum() == pytest.approx(1)
    np.testing.assert_allclose(found.change, found.now - found.before)


@pytest.mark.parametrize("rows", [None, np.arange(0, 100, 3)])
def test_what_spread_brings_in_and_takes_out_is_found_with_sets(bench: Bench, rows: np.ndarray | None) -> None:
    """Oracle: sets of what the lists hold, at σ and at σ 0 of the same λ."""
    found = map_exposure(bench, STRATEGY.at(spread=0.6), rows)
    some = slice(None) if rows is None else rows
    with_, without = (
        set(make_slates(bench, STRATEGY.at(spread=spread)).items[some].ravel().tolist()) - {-1} for spread in (0.6, 0.0)
    )
    assert set(np.flatnonzero(found.newly_shown).tolist()) == with_ - without
    assert set(np.flatnonzero(found.no_longer_shown).tolist()) == without - with_
    assert with_ - without, "a trial in which nothing comes in proves nothing"
    assert (found.lists_now > 0).sum() == (found.lists_unspread > 0).sum() + len(with_ - without) - len(without - with_)


def test_fewer_products_are_shown_to_nobody_as_spread_rises(bench: Bench) -> None:
    eligible = np.asarray(bench.model.items)
    unseen = [
        int((map_exposure(bench, STRATEGY.at(spread=spread)).lists_now[eligible] == 0).sum())
        for spread in (0.0, 0.3, 0.6, 1.0)
    ]
    assert unseen == sorted(unseen, reverse=True) and unseen[-1] < unseen[0]


def test_without_spread_nothing_comes_in_or_goes_out(bench: Bench) -> None:
    found = map_exposure(bench, STRATEGY)
    assert not found.newly_shown.any() and not found.no_longer_shown.any()


def test_every_product_that_a_list_may_show_is_drawn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = mapped_items(bench, "text")
    assert (np.diff(rows) > 0).all() and set(rows) == set(np.asarray(bench.model.items).tolist())
    items = map_exposure(bench, STRATEGY, np.arange(30))
    assert set(np.flatnonzero(items.lists_now)) <= set(rows)
    counts = bench.evidence("all").counts
    monkeypatch.setattr("engine.diagnosis.catalogue_map.MOST", 20)
    few = mapped_items(bench, "text")
    assert len(few) == 20 and (np.diff(few) > 0).all()
    assert counts[few].min() >= np.sort(counts[rows])[-20]


@dataclass
class Blind:
    """A bench whose third product has no vector."""

    class model:  # noqa: N801
        items = np.array([0, 2, 3])

    def vectors(self, _kind: str) -> np.ndarray:
        return np.array([[1.0, 0], [1, 0], [0, 0], [0, 1]], np.float32)


def test_a_product_without_a_vector_is_not_drawn() -> None:
    assert mapped_items(Blind(), "behaviour").tolist() == [0, 3]  # type: ignore[arg-type]


def test_regions_of_a_catalogue_of_six() -> None:
    found = Clusters(np.array([0, 0, 0, 1, 1, -1]), [("a",), ("b",)])
    views = MapExposure(
        before=np.array([0.5, 0.5, 0, 0, 0, 0]), now=np.array([0.5, 0, 0.25, 0.25, 0, 0]),
        lists_before=np.array([2, 2, 0, 0, 0, 0]), lists_now=np.array([2, 0, 1, 1, 0, 0]), lists=2,
        lists_unspread=np.array([2, 0, 1, 1, 0, 0]),
    )  # fmt: skip
    first, second = regions(found, np.arange(5), views, np.array([4, 0, 0, 1, 1, 2]))
    assert (first.products, first.unseen, first.unseen_before) == (3, 1, 1)
    assert (second.products, second.unseen, second.unseen_before) == (2, 1, 2)
    assert (first.before, first.now, first.bought) == (1.0, 0.75, 0.5)
    assert (second.before, second.now, second.bought) == (0.0, 0.25, 0.25)
    assert all(np.isnan(part.bought) for part in regions(found, np.arange(5), views, None))


def test_regions_share_out_everything_that_is_drawn(bench: Bench) -> None:
    rows, found = (
        mapped_items(bench, "text"),
        cluster_items(bench.data.items, mapped_items(bench, "text"), bench.vectors("text")),
    )
    views = map_exposure(bench, STRATEGY)
    parts = regions(found, rows, views, bench.evidence("all").counts)
    assert sum(part.products for part in parts) == len(rows)
    assert sum(part.now for part in parts) == pytest.approx(1) == pytest.approx(sum(part.before for part in parts))
    assert sum(part.unseen for part in parts) == int((views.lists_now[rows] == 0).sum())
    assert 0 < sum(part.bought for part in parts) <= 1 + 1e-12


points_ = arrays(np.float64, st.tuples(st.integers(1, 12), st.just(2)), elements=st.floats(-1, 1, width=16))


@settings(max_examples=60, deadline=None)
@given(points_)
def test_spread_is_the_mean_over_pairs(points: np.ndarray) -> None:
    pairs = [
        float(np.hypot(*(a - b))) for i, a in enumerate(points) for b in points[i + 1 :]
    ]  # fmt: skip
    if pairs:
        assert spread(points) == pytest.approx(np.mean(pairs))
        assert spread(2 * points + 1) == pytest.approx(2 * np.mean(pairs), abs=1e-9)
    else:
        assert np.isnan(spread(points))


def test_the_outline_of_a_square_and_of_a_line() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]])
    corners = outline(square)
    assert corners.shape == (5, 2) and corners[0].tolist() == corners[-1].tolist()
    assert {tuple(corner) for corner in corners} == {(0, 0), (1, 0), (1, 1), (0, 1)}
    line = outline(np.array([[2.0, 2], [0, 0], [1, 1], [0, 0]]))
    assert line.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert outline(np.array([[0.3, 0.4]])).tolist() == [[0.3, 0.4]]
    assert outline(np.zeros((0, 2))).shape == (0, 2)


@settings(max_examples=60, deadline=None)
@given(points_)
def test_an_outline_holds_every_point_and_is_convex(points: np.ndarray) -> None:
    corners = outline(points)
    assume(len(corners) > 3)
    known = {tuple(point) for point in points}
    assert {tuple(corner) for corner in corners} <= known
    start, end = corners[:-1], corners[1:]
    edge = end - start
    side = edge[:, None, 0] * (points[None, :, 1] - start[:, None, 1]) - edge[:, None, 1] * (
        points[None, :, 0] - start[:, None, 0]
    )
    assert side.min() >= -1e-9  # all to the left of every edge


def test_inside_a_concave_loop() -> None:
    """A "C" open to the right: its mouth is outside."""
    loop = np.array([[0, 0], [3, 0], [3, 1], [1, 1], [1, 2], [3, 2], [3, 3], [0, 3]], float)
    asked = np.array([[0.5, 1.5], [2, 0.5], [2, 2.5], [2, 1.5], [4, 1.5], [-1, 1.5]])
    assert inside(asked, loop).tolist() == [True, True, True, False, False, False]
    assert inside(asked, loop[::-1]).tolist() == inside(asked, loop).tolist()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(3, 10))
def test_inside_agrees_with_a_triangulation(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    corners = outline(rng.standard_normal((n, 2)))[:-1]
    asked = rng.uniform(-2, 2, (200, 2))
    np.testing.assert_array_equal(inside(asked, corners), Delaunay(corners).find_simplex(asked) >= 0)
