"""Data quality at a glance: closed cases, properties, and the same by brute force or by SciPy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from engine.data import default_cutoff
from engine.data.missing_data import missing_data
from engine.data.quality import FAR, FEWEST, collisions, missing, prices, quality, span
from engine.data.reading.columns import TEXTS
from engine.encoders.text import PARTS
from tests.data.test_dataset import shop
from tests.fixtures.shops import journey, synthetic


def catalogue(price: list[float | None], category: list[str | None]) -> pd.DataFrame:
    ids = [str(n) for n in range(len(price))]
    return pd.DataFrame({"item_id": ids, "category": pd.Series(category, dtype="str"), "price": price})


def test_a_price_is_judged_within_its_category() -> None:
    sofas, cups = [900.0 + n for n in range(FEWEST)], [4.0 + n / 10 for n in range(FEWEST)]
    frame = catalogue([*sofas, *cups, 5.0, 950.0], ["sofa"] * FEWEST + ["cup"] * FEWEST + ["sofa", "cup"])
    found = prices(frame)
    assert sorted(found.outliers.tolist()) == [2 * FEWEST, 2 * FEWEST + 1], "5 for a sofa, 950 for a cup"
    assert found.usual[found.outliers.tolist().index(2 * FEWEST)] == pytest.approx(909.0)
    assert found.judged == 2 * FEWEST + 2


def test_a_small_category_is_held_against_all_and_unknown_prices_against_nothing() -> None:
    many = [10.0 + n / 4 for n in range(FEWEST)]
    frame = catalogue([*many, 10_000.0, 0.0, None], ["a"] * FEWEST + ["b", "a", None])
    found = prices(frame)
    assert found.outliers.tolist() == [FEWEST] and (found.zero, found.missing) == (1, 1)


def test_where_most_prices_are_the_same_nothing_is_judged() -> None:
    found = prices(catalogue([5.0] * 30 + [6.0], ["a"] * 31))
    assert not len(found.outliers) and found.judged == 0


PRICED = st.lists(
    st.tuples(st.floats(0.01, 1e6), st.sampled_from(["a", "b", None])), min_size=1, max_size=90
)  # fmt: skip


@settings(deadline=None)
@given(PRICED)
def test_prices_equal_scipy_group_by_group(rows: list[tuple[float, str | None]]) -> None:
    values = np.log([price for price, _ in rows])
    names = np.array([name or "" for _, name in rows])
    expected = set()
    for row, value in enumerate(values):
        same = (names == names[row]) & (names[row] != "")
        group = values[same] if same.sum() >= FEWEST else values
        spread = median_abs_deviation(group, scale="normal")
        far = abs(value - np.median(group))
        if abs(far - FAR * spread) < 1e-3 * far:
            return  # too near the edge for 1.4826 and SciPy's exact constant to agree
        if spread > 0 and far > FAR * spread:
            expected.add(row)
    frame = catalogue([price for price, _ in rows], [name for _, name in rows])
    assert set(prices(frame).outliers.tolist()) == expected


@settings(deadline=None)
@given(PRICED, st.floats(0.01, 100))
def test_the_currency_does_not_matter(rows: list[tuple[float, str | None]], rate: float) -> None:
    names = [name for _, name in rows]
    here = prices(catalogue([round(price, 2) or 0.01 for price, _ in rows], names))
    there = prices(catalogue([(round(price, 2) or 0.01) * rate for price, _ in rows], names))
    assert here.judged == there.judged
    np.testing.assert_allclose(here.usual[: len(there.usual)] * rate, there.usual[: len(here.usual)], rtol=1e-6)


def test_texts_that_differ_in_case_and_spaces_alone_collide() -> None:
    frame = pd.DataFrame({"title": ["Oak  chair", "oak chair ", "Lamp", None, None], "category": ["c"] * 5})
    found = collisions(frame)
    assert (found.items, found.groups) == (4, 2)
    assert ("Oak  chair. c", 2) in found.largest
    assert collisions(frame[["category"]].iloc[:1]).items == 0
    assert list(PARTS) == TEXTS, "what the encoder reads"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab "), st.sampled_from("xy")), max_size=20))
def test_collisions_equal_brute_force(rows: list[tuple[str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["title", "category"], dtype="str")
    pairs = [(title.strip(), category) for title, category in rows]
    found = collisions(frame)
    assert found.items == sum(pairs.count(pair) > 1 for pair in pairs)
    assert found.groups == sum(pairs.count(pair) > 1 for pair in set(pairs))


def test_missing_values_by_column_the_emptiest_first() -> None:
    frame = pd.DataFrame({"a": [1, None, None, None], "b": [1, 2, 3, 4], "c": [None, 1, 2, 3]})
    assert missing(frame) == {"a": 0.75, "c": 0.25}
    assert list(missing(frame)) == ["a", "c"]
    assert missing(frame.iloc[:0]) == {}


def test_days_without_an_event() -> None:
    times = pd.Series(pd.to_datetime(["2024-02-28 23:00", "2024-02-28 23:59", "2024-03-01 00:00", "2024-03-05 00:00"]))
    found = span(times)
    assert (found.days, found.silent, found.longest) == (7, 4, 3)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_span_equals_brute_force(days: list[int]) -> None:
    times = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(sorted(days), unit="D"))
    found = span(times)
    gone = [day not in days for day in range(min(days), max(days) + 1)]
    longest = max(map(len, "".join("x" if no else " " for no in gone).split()), default=0)
    assert (found.days, found.silent, found.longest) == (len(gone), sum(gone), longest)


def test_a_shop_as_a_whole() -> None:
    rows = [("u", "i0", "2024-01-01", "buy"), ("u", "i0", "2024-01-01", "buy"), ("v", "i1", "2024-01-03", "view")]
    found = quality(shop(rows))
    assert (found.never_wanted, found.once_only, found.duplicate_lines, found.uncategorised) == (3, 1, 1, 0)
    assert found.prices is None and found.span is not None and found.span.silent == 1
    assert found.collisions.items == 4, "items of one category without a title"
    empty = quality(shop([]))
    assert empty.span is None and empty.never_wanted == 4 and empty.once_only == 0


def test_looking_changes_nothing() -> None:
    data = journey()
    before = data.items.copy(), data.interactions.copy()
    quality(data)
    pd.testing.assert_frame_equal(data.items, before[0])
    pd.testing.assert_frame_equal(data.interactions, before[1])


def test_what_a_shop_lacks() -> None:
    assert missing_data(synthetic()) == []
    assert missing_data(shop([])) == ["interactions", "text", "price", "brand", "provider", "colour"]
    viewed = shop([("u", "i0", "2024-01-01", "view")])
    assert missing_data(viewed)[:2] == ["wanted", "text"] and "groups" in missing_data(viewed)
    for day, short in (("29", True), ("30", False)):
        bought = shop([("u", "i0", "2024-01-01T08:00", "buy"), ("u", "i0", f"2024-01-{day}T09:00", "buy")])
        assert ("short" in missing_data(bought)) == short
        assert (default_cutoff(bought) == pd.Timestamp(f"2024-01-{day}") - pd.Timedelta(weeks=4)) != short
    chinese = shop([])
    chinese.items["title"] = ["木椅", "Lamp", "Rug", "Cup"]
    assert "chinese" in missing_data(chinese)
