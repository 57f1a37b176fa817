"""What the benchmark of relevance counts, and how it searches."""

import numpy as np

from benchmarks.peers import PEERS, Row
from benchmarks.peers.choosing import build, search, start
from benchmarks.peers.windows import Window, means, windows
from engine.recommend import Ease, Frequency
from tests.recommend.shops import START, shop

DAY = [str((START + np.timedelta64(day, "D")).date()) for day in range(12)]


def test_a_window_counts_new_and_eligible_purchases_until_its_end() -> None:
    """Shopper 0 had item 0; in the window they buy 0 and 1 again or anew, and 2, which nobody had before."""
    data = shop([(0, 0, 1), (1, 1, 2), (0, 0, 5), (0, 1, 6), (0, 2, 7), (0, 3, 9), (2, 1, 6)], 3, 4)
    window = Window.of(data, DAY[4], DAY[8])
    assert window.users.tolist() == [0, 1]  # shopper 2 came later
    found = {key: matrix.toarray()[0].nonzero()[0].tolist() for key, matrix in window.relevant.items()}
    assert found == {
        ("all", "everything"): [0, 1, 2],
        ("all", "eligible"): [0, 1],
        ("new", "everything"): [1, 2],
        ("new", "eligible"): [1],
    }
    new = window.candidates(Frequency().fit(window.history), "new", 2)
    assert new.items.tolist() == [[1, -1], [0, -1]]  # what they had is not there to recommend
    figures = means(window.judge(new.items, "new", "everything"))
    assert figures["recall"]["value"] == 0.5
    assert figures["recall"]["n"] == 1  # shopper 1 bought nothing


def test_the_last_window_runs_to_the_end_of_the_log() -> None:
    data = shop([(0, 0, 1), (0, 1, 40), (0, 2, 100)], 1, 3)
    first, last = windows(data, ["2024-02-01", "2024-03-01"], weeks=2)
    assert first.relevant["all", "everything"].indices.tolist() == [1]
    assert last.relevant["all", "everything"].indices.tolist() == [2]


def test_the_search_takes_the_best_value_of_each_setting_and_the_earlier_of_equals() -> None:
    row = Row(
        Ease, {"half_life": (30.0, 60.0, 120.0), "ridge": (10.0, 30.0, 100.0)}, together=("ridge_all", "ridge_new")
    )
    assert start(row) == {"half_life": 60.0, "ridge": 30.0}
    found = search(row, "all", lambda point, scope: -abs(point["half_life"] - 100) - abs(point["ridge"] - 65))
    assert found == {"half_life": 120.0, "ridge": 30.0}
    config = build(row, found).config.model_dump()
    assert config == {"half_life": 120.0, "ridge_all": 30.0, "ridge_new": 30.0}


def test_every_point_of_every_grid_makes_a_model() -> None:
    for row in PEERS.values():
        for setting, values in row.grid.items():
            for value in values:
                build(row, {**start(row), setting: value})
