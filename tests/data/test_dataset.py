"""The Dataset: cuts that never leak, eligibility, positives, facets."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, default_cutoff
from engine.data.assemble import assemble
from engine.data.dataset import content_hash
from tests.fixtures.shops import journey, synthetic


def shop(rows: list[tuple[str, str, str, str]], n_items: int = 4, **extra: object) -> Dataset:
    """A shop of items i0, i1 ... with (user, item, timestamp, event) rows."""
    items = pd.DataFrame({"item_id": [f"i{i}" for i in range(n_items)], "category": "c"})
    log = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "event"], dtype="str")
    log["timestamp"] = pd.to_datetime(log["timestamp"])
    for name, values in extra.items():
        log[name] = values
    return assemble("test", items, pd.DataFrame({"user_id": pd.Series(dtype="str")}), log)


def tables(data: Dataset) -> dict[str, pd.DataFrame | None]:
    return {name: getattr(data, name) for name in ("items", "users", "interactions", "promotions")}


def test_ids_become_rows_and_late_shoppers_follow_in_text_order() -> None:
    data = shop([("u9", "i2", "2024-01-02", "buy"), ("u10", "i0", "2024-01-01", "buy")])
    assert data.users["user_id"].tolist() == ["u10", "u9"]
    assert data.interactions["item"].tolist() == [0, 2]
    assert data.interactions["user"].tolist() == [0, 1]
    assert data.interactions.dtypes[["user", "item", "timestamp"]].astype(str).tolist() == [
        "int32",
        "int32",
        "datetime64[s]",
    ]


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        synthetic().name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        synthetic().dropped["x"] = 1  # type: ignore[index]


def test_nothing_it_does_changes_its_frames() -> None:
    data = journey()
    before = data.before(default_cutoff(data))
    for part in (data, before, data.since("2017-06-01")):
        part.positives(), part.relevant(), part.eligible()
        [part.codes(facet) for facet in part.facets()]
    assert content_hash(tables(data)) == data.hash


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 80))
def test_before_and_since_share_the_log_and_nothing_leaks(first: int, hours: int) -> None:
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(40) * hours, unit="h")
    data = shop([(f"u{i % 3}", f"i{i % 4}", str(time), "buy") for i, time in enumerate(times)])
    cutoff = times[0] + pd.Timedelta(hours=first * hours)
    before, since = data.before(cutoff), data.since(cutoff)
    assert (before.interactions["timestamp"] < cutoff).all()
    assert (since.interactions["timestamp"] >= cutoff).all()
    assert len(before.interactions) == min(first, 40)
    pd.testing.assert_frame_equal(
        pd.concat([before.interactions, since.interactions], ignore_index=True), data.interactions
    )
    assert before.items is data.items and before.users is data.users and before.cutoff == cutoff


def test_a_cutoff_with_an_offset_is_taken_as_utc() -> None:
    data = shop([("u", "i0", "2024-01-01T10:30:00", "buy"), ("u", "i1", "2024-01-01T11:30:00", "buy")])
    assert data.before("2024-01-01T12:00:00+01:00").interactions["item"].tolist() == [0]


def test_eligibility_counts_only_what_was_before_the_cutoff() -> None:
    rows = [("u", "i0", f"2024-01-0{day}", "buy") for day in (1, 2, 3)] + [("u", "i1", "2024-01-03", "buy")]
    data = dataclasses.replace(shop(rows), min_interactions=2)
    assert data.eligible().tolist() == [0]
    assert data.before("2024-01-02").eligible().tolist() == []
    assert data.since("2024-01-02").eligible().tolist() == [0]


@pytest.mark.parametrize(
    ("events", "positive", "items"),
    [
        (["view", "click", "buy", "rate"], "buy", [2]),
        (["view", "click", "view", "rate"], "click", [1]),
        (["view", "rate", "view", "rate"], "rate", [3]),
        (["view", "view", "view", "cart"], "buy", []),
    ],
)
def test_positives_are_buys_else_clicks_else_high_ratings(events: list[str], positive: str, items: list[int]) -> None:
    rows = [("u", f"i{n}", f"2024-01-0{n + 1}", event) for n, event in enumerate(events)]
    data = shop(rows, rating=[None, 3.9, None, 4.0])
    assert data.positive == positive
    assert data.positives()["item"].tolist() == items


def test_the_positive_event_is_remembered_when_a_cut_has_none_of_it() -> None:
    data = shop([("u", "i0", "2024-01-01", "click"), ("u", "i1", "2024-01-02", "buy")])
    assert data.before("2024-01-02").positives().empty
    assert data.since("2024-01-02").positives()["item"].tolist() == [1]


def test_relevant_is_binary_and_equals_brute_force() -> None:
    data = journey()
    dense = np.zeros((data.n_users, data.n_items), dtype=np.float32)
    for user, item in zip(data.positives()["user"], data.positives()["item"], strict=True):
        dense[user, item] = 1
    matrix = data.relevant()
    assert matrix.dtype == np.float32 and matrix.has_canonical_format
    np.testing.assert_array_equal(matrix.toarray(), dense)


def test_searches_have_no_item_and_are_never_positive() -> None:
    data = synthetic()
    searches = data.interactions[data.interactions["event"] == "search"]
    assert (searches["item"] == -1).all() and searches["query"].notna().all()
    assert (data.positives()["item"] >= 0).all()


def test_facets_are_the_categorical_columns() -> None:
    assert journey().facets() == ["category", "subcategory", "brand", "provider", "department"]
    assert synthetic().facets() == ["category", "subcategory", "brand", "provider", "colour", "material"]
    crowded = shop([])
    crowded.items["serial"] = [f"s{i}" for i in range(4)]
    assert crowded.facets() == ["category"], "a text that is different for most items groups nothing"


def test_codes_number_the_sorted_names_and_mark_the_unknown() -> None:
    codes, names = synthetic().codes("material")
    values = synthetic().items["material"]
    assert names == sorted(values.dropna().unique())
    assert codes.dtype == np.int64 and codes.shape == (80,)
    assert [names[code] if code >= 0 else None for code in codes] == [
        None if pd.isna(value) else value for value in values
    ]
    with pytest.raises(ValueError, match="price"):
        synthetic().codes("price")


def test_default_cutoff_is_midnight_four_weeks_before_the_end() -> None:
    assert default_cutoff(synthetic()) == pd.Timestamp("2024-04-21")
    short = shop([("u", "i0", "2024-01-01", "buy"), ("u", "i0", "2024-01-11", "buy")])
    assert default_cutoff(short) == pd.Timestamp("2024-01-09")
    with pytest.raises(ValueError, match="no interactions"):
        default_cutoff(shop([]))


def test_a_catalogue_without_a_log_has_everything_eligible() -> None:
    data = shop([])
    assert data.eligible().tolist() == [0, 1, 2, 3]
    assert data.start is None and data.end is None
    assert data.relevant().shape == (0, 4)


def test_the_hash_sees_values_and_names_but_not_the_order_of_columns() -> None:
    frame = pd.DataFrame({"a": ["1", "2"], "b": [1.0, None]})
    base = content_hash({"items": frame})
    assert base == content_hash({"items": frame[["b", "a"]]})
    assert base == content_hash({"items": frame.astype({"a": "category"}), "promotions": None})
    assert base == content_hash({"items": frame.set_index(pd.Index([5, 6]))})
    assert base != content_hash({"users": frame})
    assert base != content_hash({"items": frame.rename(columns={"a": "c"})})
    assert base != content_hash({"items": frame.assign(a=["1", "3"])})
    assert base != content_hash({"items": frame.iloc[::-1]})


def test_the_hash_is_the_same_on_every_machine() -> None:
    assert synthetic().hash == "813f49e959f656c26de167978258d85f0dec75d06f234f31436bbb12e33ae791"
