"""Whole searches: what must hold for any query, in any order of the catalogue, at any λ."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, InputError
from engine.rerank import METHODS
from engine.search import LONGEST_QUERY, SearchRequest, SearchResult, search
from engine.search.filters import Filters, PriceRange, facet_filter
from tests.fixtures.shops import catalogue
from tests.search.shops import furniture, index_of, titled

WORDS = ["blue", "oak", "table", "lamp", "sofa", "dinning", "chai", "rugs", "under 100", "x9", "over 50 euro", "the"]
QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
HOSTILE = [
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](http://x)", "javascript:alert(1)", "{{7*7}}"),
    *("'; DROP TABLE items; --", '" OR 1=1 --', "${jndi:ldap://x}", "../../etc/passwd", "=1+1", "%s%s%n", "\\"),
    *(
        "(((((",
        "a*" * 40,
        "🍕🛋️",
        "👩👩👧",
        "红色沙发",
        "ソファ",
        "диван",
        "كنبة",
        "שולחן",
        "ก ข",
        "½ price",
        "İstanbul",
        "ﬀ",
    ),
    *("\u202eevil", "\ufeffblue", "\ud800 blue", "a\x00b", "blue\nlamp", "colour:", "colour: :", "by", "by by by"),
    *("under", "under under 5", "between 5", "-", "0", "1e309", "9" * 200, "under " + "9" * 250, "lamp" * 30),
    *("NULL", "None", "nan", "true", "BLUE LaMp", "lamps"),
]


def found(query: str, **settings: object) -> SearchResult:
    return search(furniture(), SearchRequest(query, **settings))  # type: ignore[arg-type]


def ids(result: SearchResult) -> list[str]:
    return [row.item_id for row in result.rows]


@settings(max_examples=60)
@given(QUERIES, st.sampled_from(sorted(METHODS)), st.sampled_from([0.0, 0.3, 0.8]), st.integers(1, 15))
def test_rows_are_distinct_bounded_numbered_and_keep_the_filters(query: str, method: str, level: float, k: int) -> None:
    result = found(query, method=method, diversity=level, k=k)
    rows, data = result.rows, furniture().data
    assert (result.empty is None) == bool(rows) and len(rows) == min(k, result.found)
    assert len(set(ids(result))) == len(rows) and [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert all(0 <= row.score <= 1 + 1e-6 for row in rows)
    places = np.array([data.items["item_id"].tolist().index(item) for item in ids(result)], dtype=np.int64)
    assert result.understood.filters.holds(data, places).all()
    for row in rows:
        assert (row.why.plain_rank == row.rank) == (row.why.move == "same")
        assert len(row.why.words) + len(row.why.missing) == len(result.understood.words)


@settings(max_examples=25)
@given(QUERIES, st.integers(0, 1000), st.sampled_from([0.0, 0.4]))
def test_the_order_of_the_catalogue_changes_nothing(query: str, seed: int, level: float) -> None:
    data = catalogue()
    order = np.random.default_rng(seed).permutation(data.n_items)
    turned = replace(data, items=data.items.iloc[order].reset_index(drop=True))
    request = SearchRequest(query, diversity=level)
    one, other = search(furniture(), request), search(index_of(turned), request)
    assert ids(one) == ids(other) and one.understood == other.understood and one.intents == other.intents


def test_relevance_alone_stands_as_plain_and_pages_continue() -> None:
    result = found("blue lamp", diversity=0)
    assert list(result.plain) == ids(result) and all(row.why.move == "same" for row in result.rows)
    pages = [ids(found("lamp", k=5, offset=offset)) for offset in (0, 5)]
    assert pages[0] + pages[1] == ids(found("lamp", k=10))
    assert found("lamp", offset=500).empty == "no_more"


def test_why_is_told() -> None:
    row = found("blue lamp").rows[0]
    assert "Blue" in row.title and "lamp" in row.title
    assert row.why.words == ("blue", "lamp") and row.why.missing == () and row.why.category == "Lamps"
    assert row.why.lexical > 0 and 0 < row.why.meaning <= 1 and row.why.nearest is None
    assert found("blue lamp").rows[1].why.nearest is not None


def test_filters_beside_and_in_the_query_hold_together() -> None:
    chosen = facet_filter(furniture().data, "colour", "blue").and_(Filters(price=PriceRange(high=200)))
    result = found("table over 100", filters=chosen, diversity=0)
    prices = furniture().data.items.set_index("item_id")["price"]
    assert ids(result) and all(100 < prices[item] <= 200 for item in ids(result))
    assert result.understood.read.price == PriceRange(100, None, False, True)
    assert result.understood.filters.price == PriceRange(100, 200, False, True)
    assert found("table under 1").empty == "filters"
    assert [row.score for row in found("under 60").rows] == [1.0] * len(found("under 60").rows)


def test_lambda_follows_the_intents_only_where_asked() -> None:
    assert found("lamp", diversity=0.4).diversity == 0.4
    followed = found("oak", diversity=0.4, by_intent=True)
    assert followed.diversity == pytest.approx(0.4 * followed.intents.ambiguity) and 0 < followed.diversity < 0.4


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_are_only_read(query: str) -> None:
    result = found(query)
    assert result.rows or result.empty in ("no_words", "filters", "nothing_similar")


@given(st.text(max_size=LONGEST_QUERY))
def test_any_text_is_a_query_or_empty(text: str) -> None:
    try:
        request = SearchRequest(text)
    except InputError as refused:
        assert refused.problems[0].kind == "query_empty"
        return
    search(furniture(), request)


@pytest.mark.parametrize(
    ("query", "kind"), [("", "query_empty"), (" \t\n", "query_empty"), ("a" * 10_000, "query_too_long")]
)
def test_no_query_and_too_long_a_query_are_refused(query: str, kind: str) -> None:
    with pytest.raises(InputError) as refused:
        SearchRequest(query)
    assert refused.value.problems[0].kind == kind


@pytest.mark.parametrize(
    "wrong",
    [{"diversity": 1.1}, {"diversity": float("nan")}, {"k": 0}, {"k": 20, "pool": 10}, {"method": "none"},
     {"offset": 3}, {"personal": -1}, {"offset": -10}],
)  # fmt: skip
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        SearchRequest("lamp", **wrong)  # type: ignore[arg-type]


def test_shops_with_little_to_search() -> None:
    only: Dataset = titled(["Blue lamp"])
    result = search(index_of(only), SearchRequest("lamp", k=10))
    assert ids(result) == ["000"] and result.intents.certainty == "unknown"
    with pytest.raises(InputError):
        search(index_of(only), SearchRequest("lamp", method="xquad"))
    with pytest.raises(InputError):
        search(index_of(only), SearchRequest("lamp", user=0))
    nothing = replace(index_of(only), rows=np.empty(0, np.int64), vectors=np.empty((0, 64), np.float32))
    nothing = replace(nothing, vocabulary=replace(nothing.vocabulary, documents=(), counts={}, written=()))
    assert search(nothing, SearchRequest("lamp")).empty == "no_products"
    assert search(index_of(titled(["红色沙发", "蓝色椅子"])), SearchRequest("沙发")).rows[0].title == "红色沙发"


def test_the_shoppers_own_scores_reorder_the_candidates() -> None:
    index = furniture()
    liked = ids(search(index, SearchRequest("lamp", diversity=0)))[7]
    place = [str(index.data.items["item_id"].iloc[row]) for row in index.rows].index(liked)
    scores = np.full(len(index.rows), -np.inf, np.float32)
    scores[:] = 0
    scores[place] = 5
    personal = replace(index, personal=lambda user: scores)
    asked = SearchRequest("lamp", diversity=0, user=0, personal=1.0)
    assert ids(search(personal, asked))[0] == liked
    assert ids(search(personal, replace(asked, personal=0.0))) == ids(search(index, SearchRequest("lamp", diversity=0)))
