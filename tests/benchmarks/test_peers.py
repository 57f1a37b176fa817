"""TIFU-KNN and UP-CF of the benchmark: one case each worked out by hand, and a slow reference on random baskets."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from benchmarks.peers.base import Baskets
from benchmarks.peers.tifu_knn import TifuKnn, TifuKnnConfig
from benchmarks.peers.up_cf import UpCf, UpCfConfig
from engine.data import Dataset
from tests.recommend.shops import shop

History = list[list[set[int]]]  # shopper -> baskets, oldest first -> items
HAND: History = [[{0}, {0, 1}, {1}], [{0, 2}], [{3}]]


def as_shop(history: History, n_items: int) -> Dataset:
    """Basket number b of a shopper on day b; a line twice in a basket must count once."""
    lines = [(u, i, float(b)) for u, bs in enumerate(history) for b, basket in enumerate(bs) for i in basket]
    return shop([*lines, lines[0]], len(history), n_items)


def random_history(seed: int) -> History:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 12, size=14)
    return [[set(rng.choice(9, rng.integers(1, 4), replace=False).tolist()) for _ in range(n)] for n in sizes]


def slow_tifu(history: History, n_items: int, config: TifuKnnConfig) -> np.ndarray:
    vectors = []
    for baskets in history:
        n, m = len(baskets), min(config.groups, len(baskets))
        sizes = [n // m] * (m - n % m) + [n // m + 1] * (n % m)
        total, done = np.zeros(n_items), 0
        for group, size in enumerate(sizes):
            vector = np.zeros(n_items)
            for j in range(size):
                power = size - 1 - j if config.decay == "group" else n - 1 - (done + j)
                for item in baskets[done + j]:
                    vector[item] += config.within**power
            done += size
            total += config.between ** (m - 1 - group) * vector / size
        vectors.append(total / m)
    scores = []
    for u, own in enumerate(vectors):
        order = sorted((float(np.linalg.norm(own - v)), w) for w, v in enumerate(vectors) if w != u)
        gap = [b[0] - a[0] for a, b in pairwise(order)]
        assert gap[config.neighbours - 1] > 1e-5, "take another seed: neighbours tie"
        around = np.mean([vectors[w] for _, w in order[: config.neighbours]], axis=0)
        scores.append(config.alpha * own + (1 - config.alpha) * around)
    return np.array(scores)


def slow_upcf(history: History, n_items: int, config: UpCfConfig) -> np.ndarray:
    def popularity(v: int, item: int) -> float:
        last = history[v][-config.recency :] if config.recency else history[v]
        return sum(item in basket for basket in last) / len(last)

    have = [set().union(*baskets) for baskets in history]
    scores = np.zeros((len(history), n_items))
    for u, mine in enumerate(have):
        for v, theirs in enumerate(have):
            size = len(mine) ** config.asymmetry * len(theirs) ** (1 - config.asymmetry)
            for item in range(n_items):
                scores[u, item] += (len(mine & theirs) / size) ** config.locality * popularity(v, item)
    return scores


def everyone(model: TifuKnn | UpCf) -> np.ndarray:
    return model.score(np.arange(model.n_users))


def test_baskets_come_oldest_first_and_hold_an_item_once() -> None:
    data = as_shop(HAND, 4)
    baskets = Baskets.of(data, data.eligible())
    lines = sorted(zip(baskets.user.tolist(), baskets.basket.tolist(), baskets.column.tolist(), strict=True))
    assert lines == [(0, 0, 0), (0, 1, 0), (0, 1, 1), (0, 2, 1), (1, 0, 0), (1, 0, 2), (2, 0, 3)]
    assert baskets.count.tolist() == [3, 1, 1]


def test_baskets_of_one_day_are_told_apart_by_their_id_and_ordered_by_time() -> None:
    data = shop([(0, 0, 0.9), (0, 1, 0.1), (0, 2, 0.15)], 1, 3)
    data.interactions["basket_id"] = pd.Categorical(["late", "late", "early"])  # of 0.1, 0.15 and 0.9
    baskets = Baskets.of(data, data.eligible())
    assert dict(zip(baskets.column.tolist(), baskets.basket.tolist(), strict=True)) == {1: 0, 2: 0, 0: 1}


def test_tifu_knn_by_hand() -> None:
    """Two groups of shopper 0: {basket 0}, {baskets 1, 2}. r_b = r_g = 1/2, α = 3/4, one neighbour.

    v_g1 = (1, 0), v_g2 = ½(½·(1, 1) + (0, 1)) = (¼, ¾); u_0 = ½(½·(1, 0) + (¼, ¾)) = (3/8, 3/8).
    u_1 = items 0 and 2, u_2 = item 3: neighbour of 0: shopper 2 at √(9/32 + 1), not 1 at √(25/64 + 9/64 + 1).
    """
    config = TifuKnnConfig(groups=2, within=0.5, between=0.5, alpha=0.75, neighbours=1)
    scores = everyone(TifuKnn(config).fit(as_shop(HAND, 4)))
    assert np.allclose(scores[0], [9 / 32, 9 / 32, 0, 1 / 4], atol=1e-6)
    # by the authors' program r_b counts from the end: v_g1 = (1/4, 0), so u_0 = (1/16 + 1/8, 3/8)
    vector = everyone(TifuKnn(config.model_copy(update={"decay": "history", "alpha": 1.0})).fit(as_shop(HAND, 4)))
    assert np.allclose(vector[0], [3 / 16, 3 / 8, 0, 0], atol=1e-6)


def test_up_cf_by_hand() -> None:
    """r = 2, q = 2, α = 1/2. π_0 = (½, 1); |I_0 ∩ I_1| = 1, sizes 2 and 2: w = ½, w² = ¼; π_1 = items 0 and 2."""
    scores = everyone(UpCf(UpCfConfig(recency=2, locality=2.0, asymmetry=0.5)).fit(as_shop(HAND, 4)))
    assert np.allclose(scores[0], [0.5 + 0.25, 1.0, 0.25, 0.0], atol=1e-6)
    assert np.allclose(scores[2], [0, 0, 0, 1.0], atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("groups", "decay"), [(1, "group"), (3, "group"), (3, "history"), (7, "group")])
def test_tifu_knn_equals_the_slow_reference(seed: int, groups: int, decay: str) -> None:
    history = random_history(seed)
    config = TifuKnnConfig.model_validate(
        {"groups": groups, "within": 0.83, "between": 0.61, "alpha": 0.4, "neighbours": 4, "decay": decay}
    )
    scores = everyone(TifuKnn(config).fit(as_shop(history, 9)))
    assert np.allclose(scores, slow_tifu(history, 9, config), atol=1e-5)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("recency", "asymmetry"), [(0, 0.25), (1, 0.0), (3, 0.8), (50, 1.0)])
def test_up_cf_equals_the_slow_reference(seed: int, recency: int, asymmetry: float) -> None:
    history = random_history(seed)
    config = UpCfConfig(recency=recency, locality=3.0, asymmetry=asymmetry)
    scores = everyone(UpCf(config).fit(as_shop(history, 9)))
    assert np.allclose(scores, slow_upcf(history, 9, config), atol=1e-5)
