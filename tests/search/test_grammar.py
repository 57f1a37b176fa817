"""Filters that a query names: prices and facet values; and how its words are resolved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError
from engine.search import SearchRequest
from engine.search.filters import Filters, PriceRange, facet_filter
from engine.search.price_grammar import read_prices
from engine.search.tokens import folded
from engine.search.understanding import Understood, understand
from tests.search.shops import furniture, index_of, titled

FINITE = st.floats(0, 100)
RANGES = st.builds(
    PriceRange, st.none() | FINITE, st.none() | FINITE, low_included=st.booleans(), high_included=st.booleans()
)


@pytest.mark.parametrize(
    ("text", "low", "high", "rest"),
    [
        ("juice under 3 dollars", "", "<3", "juice"),
        ("红色沙发 2000元以下", "", "<=2000", "红色沙发"),
        ("between 10 and 20", ">=10", "<=20", ""),
        ("between 20 and 10", ">=10", "<=20", ""),
        ("lamp over $40", ">40", "", "lamp"),
        ("sofa at most 1,490 €", "", "<=1490", "sofa"),
        ("milk under 50 cents", "", "<0.5", "milk"),
        ("沙发 1000到2000元", ">=1000", "<=2000", "沙发"),
        ("不超过300元的椅子", "", "<=300", "的椅子"),
        ("高于300元 椅子", ">300", "", "椅子"),
        ("$5 - $10 wine", ">=5", "<=10", "wine"),
        ("desk 120 cm over 2,5 eur", ">2.5", "", "desk 120 cm"),
        ("wine 20 dollars or less", "", "<=20", "wine"),
        ("tea (under 6)", "", "<6", "tea"),
        ("over 20 under 10 tea", ">20", "<10", "tea"),
        ("over 1 over 2 tea", ">2", "", "tea"),
    ],
)
def test_prices_in_closed_form(text: str, low: str, high: str, rest: str) -> None:
    price, left = read_prices(folded(text))
    assert price is not None and left == rest
    ends = (
        "" if price.low is None else f"{'>=' if price.low_included else '>'}{price.low:g}",
        "" if price.high is None else f"{'<=' if price.high_included else '<'}{price.high:g}",
    )
    assert ends == (low, high)


@pytest.mark.parametrize(
    "text", ["under 12 oz coffee", "over 40 cm", "7up", "2 seat sofa", "size 10", "100% juice", "under the table", ""]
)
def test_what_is_no_price_stays(text: str) -> None:
    assert read_prices(text) == (None, text)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    price, rest = read_prices(folded(text))
    assert price is not None or rest == folded(text)


@given(RANGES, RANGES, st.lists(FINITE | st.just(float("nan")), min_size=1, max_size=20))
def test_two_ranges_together_hold_what_both_hold(one: PriceRange, other: PriceRange, prices: list[float]) -> None:
    values = np.array([*prices, *(end for each in (one, other) for end in (each.low, each.high) if end is not None)])
    assert (one.and_(other).holds(values) == (one.holds(values) & other.holds(values))).all()


def asked(query: str, **settings: object) -> Understood:
    return understand(furniture(), SearchRequest(query, **settings))  # type: ignore[arg-type]


def test_a_misspelled_word_is_corrected_and_that_can_be_switched_off() -> None:
    found = asked("Blue dinning tabel")
    assert found.corrected == "blue dining table" and found.text == "blue dining table"
    assert [(word.typed, word.used, word.how) for word in found.words] == [
        ("blue", ("blue",), "known"), ("dinning", ("dining",), "corrected"), ("tabel", ("table",), "corrected"),
    ]  # fmt: skip
    left = asked("Blue dinning tabel", correction=False)
    assert left.corrected is None and [word.how for word in left.words] == ["known", "unknown", "unknown"]


def test_digits_are_left_alone_and_a_cut_word_is_completed() -> None:
    found = asked("x100 armch")
    assert [(word.typed, word.how) for word in found.words] == [("x100", "unknown"), ("armch", "completed")]
    assert found.words[1].used[0].startswith("armchair") and found.corrected is None


def test_a_common_word_is_no_misspelling() -> None:
    index = index_of(titled(["Layer cake", "Red apple"]), words=["lager"])
    assert understand(index, SearchRequest("lager")).corrected is None
    assert understand(index_of(titled(["Layer cake"])), SearchRequest("lager")).corrected == "layer"


@given(st.lists(st.sampled_from(sorted(furniture().vocabulary.written)), min_size=1, max_size=4))
def test_words_of_the_shop_are_never_changed(words: list[str]) -> None:
    found = asked(" ".join(words))
    assert found.corrected is None and all(word.how == "known" for word in found.words)


def test_values_by_key_by_maker_and_bare() -> None:
    assert asked("colour: blue lamp").filters.values == (("colour", ("blue",)),)
    assert asked("color=blue lamp").text == "lamp"
    assert asked("lamp by nordvik").filters.values == (("brand", ("Nordvik",)),)
    assert asked("blue lamp under 100").filters == Filters((("colour", ("blue",)),), PriceRange(None, 100, True, False))
    assert asked("blue lamp", grammar=False).filters == Filters()
    assert not asked("blue").filters and not asked("blue unicorn").filters and not asked("nocolour: blue").filters


def test_the_name_of_a_value_is_no_filter() -> None:
    index = index_of(titled(["Muffin", "Bread"], subcategory=["Muffins (under 6)", "Loaves"], price=[2.0, 3.0]))
    assert not understand(index, SearchRequest("muffins (under 6)")).filters
    assert understand(index, SearchRequest("bread (under 6)")).filters.price is not None


def test_a_brand_whose_words_others_use_is_no_filter() -> None:
    shop = titled(["Juice of apple", "Juice", "Phone"], brand=["Farm", "Apple", "Apple"])
    assert not understand(index_of(shop), SearchRequest("apple juice")).filters
    shop = titled(["Juice of pear", "Juice", "Phone"], brand=["Farm", "Apple", "Apple"])
    assert understand(index_of(shop), SearchRequest("apple juice")).filters.values == (("brand", ("Apple",)),)


def test_a_price_in_a_shop_without_prices_is_said() -> None:
    found = understand(index_of(titled(["Apple juice"])), SearchRequest("juice under 3 dollars"))
    assert found.notes == ("no_prices",) and found.text == "juice" and not found.filters


def test_filters_that_do_not_exist_are_refused() -> None:
    for facet, value in (("colour", "no such"), ("no such", "blue")):
        with pytest.raises(InputError):
            facet_filter(furniture().data, facet, value)
    assert facet_filter(furniture().data, "colour", "BLUE").values == (("colour", ("blue",)),)
