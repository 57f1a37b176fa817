"""Pages of one re-ranked list: which slots of the pool stand on a page.

Most methods are greedy: the first k slots do not depend on how many follow, so page two continues page one as if both
had been asked for at once. Richness chooses a whole set; its pages are made one after the other, each of what the
earlier ones left. They hold no product twice and lose none, but two pages of 10 are not the page of 20.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.rerank import Slates, rerank

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
CONTINUED = (
    "mmr",
    "msd",
    "dpp",
    "ssd",
    "cover",
    "xquad",
    "calibrated",
)  # k 10 + 10 is k 20; tests/search/test_pages.py


@dataclass(frozen=True, eq=False)
class Pool:
    """The candidates of one query, best first.

    items    int64 [n], rows of `vectors`; scores: float32 [n], falling
    vectors  float32 [n_items, d]; codes: int64 [n_items], the main facet's values, -1 = unknown
    profile  shares [n_values] of the main facet's values that the query may mean; None in a shop without facets
    """

    items: Ints
    scores: Floats
    vectors: Floats
    facet: str
    codes: Ints
    profile: npt.NDArray[np.float64] | None


def page(pool: Pool, method: str, diversity: float, k: int, offset: int) -> Slates:
    """The slots offset to offset + k of the list, [1, k]; empty where the pool ends. `offset` is a multiple of k."""
    if method in CONTINUED:
        return _slots(_reranked(pool, pool.items, pool.scores, method, diversity, offset + k), offset)
    items, scores = pool.items, pool.scores
    for _ in range(offset // k):
        shown = _reranked(pool, items, scores, method, diversity, k).items[0]
        left = ~np.isin(items, shown)
        items, scores = items[left], scores[left]
    return _reranked(pool, items, scores, method, diversity, k)


def _reranked(pool: Pool, items: Ints, scores: Floats, method: str, diversity: float, k: int) -> Slates:
    known = pool.profile is not None
    return rerank(
        scores[None],
        items[None],
        pool.vectors,
        k,
        method,
        diversity,
        normalize="minmax",
        facets={pool.facet: pool.codes} if known else None,
        profiles={pool.facet: pool.profile[None]} if pool.profile is not None else None,
        device="cpu",
    )


def _slots(slates: Slates, offset: int) -> Slates:
    """The slots from `offset` on."""
    names = ("items", "relevance", "diversity", "gains", "nearest", "similarity", "instead", "rule")
    cut = {name: getattr(slates, name)[:, offset:] for name in names}
    return Slates(**cut, broken=slates.broken, device=slates.device)
