"""Drift of slots: closed forms, what must always hold, and the same computed product by product."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.slates.slot_drift import MOST, MovedProduct, slot_drift

COUNTS = st.dictionaries(st.sampled_from("abcdefghijklmno"), st.integers(0, 1000), max_size=15)


def series(counts: dict[str, int]) -> pd.Series:
    return pd.Series(counts, dtype="int64")


def test_closed_forms() -> None:
    same = slot_drift(series({"a": 3, "b": 1}), series({"b": 1, "a": 3}))
    assert same.moved == 0 and same.products == ()
    doubled = slot_drift(series({"a": 3, "b": 1}), series({"a": 6, "b": 2}))
    assert doubled.moved == 0, "twice as many shoppers with the same lists"
    swapped = slot_drift(series({"a": 4}), series({"b": 4}), "yesterday", ("data",))
    assert swapped.moved == 1 and swapped.products == (MovedProduct("a", 4, 0), MovedProduct("b", 0, 4))
    assert (swapped.since, swapped.causes) == ("yesterday", ("data",))
    assert slot_drift(series({"a": 2, "b": 2}), series({"a": 3, "b": 1})).moved == pytest.approx(0.25)


@given(COUNTS, COUNTS)
def test_it_is_a_distance_between_shares(before: dict[str, int], now: dict[str, int]) -> None:
    drift, back = slot_drift(series(before), series(now)), slot_drift(series(now), series(before))
    assert 0 <= drift.moved <= 1 + 1e-12 and drift.moved == pytest.approx(back.moved)
    totals = sum(before.values()), sum(now.values())
    if all(totals):
        gains = [now.get(name, 0) / totals[1] - before.get(name, 0) / totals[0] for name in {*before, *now}]
        assert drift.moved == pytest.approx(sum(max(gain, 0) for gain in gains))
    assert len(drift.products) <= MOST
    assert all((moved.before, moved.now) == (before.get(moved.item_id, 0), now.get(moved.item_id, 0))
               for moved in drift.products)  # fmt: skip
