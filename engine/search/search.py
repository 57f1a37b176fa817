"""Search: retrieve by words and by meaning, order by relevance and variety, and say why."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.data.problems import refuse
from engine.recommend import top_k
from engine.search.fusion import fused
from engine.search.index import SearchIndex
from engine.search.intents import Intents, vote
from engine.search.pages import Pool, page
from engine.search.personal import personal_scores
from engine.search.reasons import Evidence, rows
from engine.search.request import SearchRequest
from engine.search.results import Empty, SearchResult
from engine.search.understanding import Understood, understand

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]
BY_FACET = ("xquad", "calibrated", "richness")
LEAST_COSINE = 0.35  # where no word matches and nothing is more alike than this, nothing is found


def search(index: SearchIndex, request: SearchRequest) -> SearchResult:
    """A page of results. Raises InputError for a filter, a method or a shopper that this shop does not have."""
    _check(index, request)
    understood = understand(index, request)
    if not len(index.rows):
        return _empty(understood, request, "no_products")
    if not understood.words and not understood.filters:
        return _empty(understood, request, "no_words")
    evidence = retrieve(index, understood)
    kept = understood.filters.holds(index.data, index.rows)
    if not kept.any():
        return _empty(understood, request, "filters")
    if not evidence.lexical[kept].any() and (evidence.meaning[kept] < LEAST_COSINE).all():
        return _empty(understood, request, "nothing_similar")
    items, scores = _best(evidence.relevance, kept, request.pool)
    codes, names = index.codes
    intents = vote(scores, codes[items], names, evidence.strength)
    items, scores = personal_scores(index, request, items, scores)
    diversity = request.diversity * (intents.ambiguity if request.by_intent else 1.0)
    pool = Pool(items, scores, index.vectors, index.main_facet or "", codes, _profile(intents, names))
    slates = page(pool, request.method, diversity, request.k, request.offset)
    found = rows(index, understood, evidence, pool, slates, request.offset)
    plain = tuple(index.ids[item] for item in items[request.offset : request.offset + request.k])
    empty: Empty | None = None if found else "no_more"
    return SearchResult(understood, intents, diversity, found, plain, len(items), empty)


def retrieve(index: SearchIndex, understood: Understood) -> Evidence:
    """What words and meaning say of every product; a query of filters alone makes them all equal."""
    n = len(index.rows)
    if not understood.words:
        nothing = np.zeros(n, dtype=np.float32)
        return Evidence(nothing, np.full(n, np.nan, dtype=np.float32), np.ones(n, dtype=np.float32), 1.0)
    groups = [word.stems for word in understood.words]
    lexical, most = index.lexical.scores(groups), index.lexical.most(groups)
    shares = np.minimum(lexical / np.float32(most), 1) if most > 0 else lexical
    meaning = index.likeness(understood.text)
    return Evidence(lexical, meaning, fused(shares, meaning), float(shares.max(initial=0)))


def _check(index: SearchIndex, request: SearchRequest) -> None:
    if request.method in BY_FACET and index.main_facet is None:
        problem, fix = "the shop has no categories to spread results over", "take mmr, msd, dpp, ssd or cover"
        raise refuse("search", "no_facet", problem, fix, column="method", value=request.method)
    if request.user is not None and index.personal is None:
        fix = "search without a shopper"
        raise refuse("search", "not_personal", "no model knows shoppers here", fix, column="user")


def _best(relevance: Floats, kept: npt.NDArray[np.bool_], pool: int) -> tuple[Ints, Floats]:
    """The best products that keep the filters, int64 [n], and their scores; equal scores in the order of the index."""
    columns, scores = top_k(np.where(kept, relevance, -np.inf).astype(np.float32)[None], pool)
    listed = columns[0] >= 0
    return columns[0][listed], scores[0][listed]


def _profile(intents: Intents, names: list[str]) -> npt.NDArray[np.float64] | None:
    if not names:
        return None
    shares = {intent.category: intent.p for intent in intents.categories}
    return np.array([shares.get(name, 0.0) for name in names])


def _empty(understood: Understood, request: SearchRequest, why: Empty) -> SearchResult:
    return SearchResult(understood, Intents(), request.diversity, (), (), 0, why)
