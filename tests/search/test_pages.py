"""Page two continues page one where the method is said to have that property; the others lose and repeat nothing."""

import numpy as np
import pytest

from engine.rerank import METHODS
from engine.search.pages import CONTINUED, Pool, page

LEVELS = (0.0, 0.1, 0.3, 0.5, 0.9, 1.0)


def pool(seed: int, n: int = 60) -> Pool:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((80, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = rng.integers(-1, 6, 80)
    scores = np.sort(rng.random(n).astype(np.float32).round(2))[::-1]  # with ties
    items = rng.permutation(80)[:n].astype(np.int64)
    return Pool(items, scores.copy(), vectors.astype(np.float32), "category", codes, rng.dirichlet(np.ones(6)))


def shown(found: Pool, method: str, level: float, k: int, offset: int = 0) -> list[int]:
    return [int(item) for item in page(found, method, level, k, offset).items[0] if item >= 0]


@pytest.mark.parametrize("method", CONTINUED)
@pytest.mark.parametrize("level", LEVELS)
def test_ten_and_ten_are_twenty(method: str, level: float) -> None:
    for seed in range(8):
        whole = pool(seed)
        assert shown(whole, method, level, 10) + shown(whole, method, level, 10, 10) == shown(whole, method, level, 20)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("level", LEVELS)
def test_pages_hold_every_candidate_once(method: str, level: float) -> None:
    whole = pool(3, n=24)
    pages = [shown(whole, method, level, 10, offset) for offset in (0, 10, 20, 30)]
    assert [len(each) for each in pages] == [10, 10, 4, 0]
    assert sorted(item for each in pages for item in each) == sorted(whole.items.tolist())


def test_a_method_without_the_property_is_not_said_to_have_it() -> None:
    for method in set(METHODS) - set(CONTINUED):
        pairs = [(pool(seed), level) for seed in range(8) for level in LEVELS]
        assert any(
            shown(whole, method, level, 10) + shown(whole, method, level, 10, 10) != shown(whole, method, level, 20)
            for whole, level in pairs
        )


@pytest.mark.parametrize("method", METHODS)
def test_relevance_alone_is_the_order_of_the_pool(method: str) -> None:
    whole = pool(5)
    whole = Pool(
        whole.items, np.linspace(1, 0, 60, dtype=np.float32), whole.vectors, "category", whole.codes, whole.profile
    )
    if method != "dpp":  # its limit at 0 is not the top-k
        assert shown(whole, method, 0.0, 10) == whole.items[:10].tolist()
