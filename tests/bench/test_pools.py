"""In a big shop, few shoppers' candidates are found without everyone's, and are the same."""

import numpy as np
import pytest

from engine.bench import bench as module
from engine.bench.bench import Bench
from engine.slates.make import make_slates
from engine.strategy.strategy import DEFAULT

ROWS = np.array([3, 0])


@pytest.mark.parametrize("surface", ["for_you", "new"])
def test_few_shoppers_of_a_big_shop_get_the_lists_that_they_get_among_everyone(
    bench: Bench, surface: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = DEFAULT.at(surface=surface)
    everyone = make_slates(Bench(bench.data, bench.model, bench.card), strategy)
    monkeypatch.setattr(module, "BIG", 0)
    monkeypatch.setattr(module, "FEW", 1)
    alone = Bench(bench.data, bench.model, bench.card)
    monkeypatch.setattr(alone, "candidates", None)  # not found for everyone
    np.testing.assert_array_equal(make_slates(alone, strategy, ROWS).items, everyone.items[ROWS])
    assert alone.pool(strategy, ROWS).items.shape == (len(ROWS), strategy.pool)


def test_once_everyones_candidates_are_known_they_are_used(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BIG", 0)
    monkeypatch.setattr(module, "FEW", 1)
    whole = Bench(bench.data, bench.model, bench.card)
    known = whole.candidates("for_you", 500)
    monkeypatch.setattr(whole, "_own_pool", None)
    np.testing.assert_array_equal(whole.pool(DEFAULT, ROWS).items, known.items[ROWS, : DEFAULT.pool])
