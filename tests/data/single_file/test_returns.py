"""Which purchase a return cancels, against a reading of the rule that shares nothing with it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.single_file.returns import match_returns

Line = tuple[str, str, int, int]  # shopper, product, day, quantity
LINES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(1, 6), st.integers(1, 5)), max_size=12
)


def frame(lines: list[Line]) -> pd.DataFrame:
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta([day for _, _, day, _ in lines], unit="D")
    return pd.DataFrame({
        "user_id": pd.Series([line[0] for line in lines], dtype="str"),
        "item_id": pd.Series([line[1] for line in lines], dtype="str"),
        "timestamp": pd.Series(days).astype("datetime64[s]"),
        "quantity": pd.Series([float(line[3]) for line in lines], dtype="float64"),
    })  # fmt: skip


def by_hand(bought: list[Line], returned: list[Line]) -> tuple[list[int], list[int]]:
    """Piece by piece: what is left of each purchase, and how much of each return was found."""
    left, found = [line[3] for line in bought], [0] * len(returned)
    for number, (user, item, day, quantity) in sorted(enumerate(returned), key=lambda entry: entry[1][2]):
        mine = [n for n, line in enumerate(bought) if line[:2] == (user, item) and line[2] <= day]
        mine.sort(key=lambda n: (bought[n][2], n), reverse=True)
        whole = [n for n in mine if left[n] >= quantity]
        for n in whole[:1] or mine:
            while left[n] and found[number] < quantity:
                left[n] -= 1
                found[number] += 1
    return left, found


@settings(deadline=None)
@given(LINES, LINES)
def test_it_is_the_rule(bought: list[Line], returned: list[Line]) -> None:
    left, found = match_returns(frame(bought), frame(returned))
    assert (left.tolist(), found.tolist()) == by_hand(bought, returned)


@settings(deadline=None)
@given(LINES, LINES)
def test_nothing_is_cancelled_twice(bought: list[Line], returned: list[Line]) -> None:
    left, found = match_returns(frame(bought), frame(returned))
    assert (left >= 0).all() and (found >= 0).all()
    assert (found <= [line[3] for line in returned]).all() if returned else True
    assert left.sum() == sum(line[3] for line in bought) - found.sum()


@pytest.mark.parametrize(("returned", "left", "found"), [
    (("a", "x", 9, 2), [5, 1], [2]),  # a part of the latest purchase
    (("a", "x", 9, 4), [1, 3], [4]),  # the latest of which enough is left
    (("a", "x", 9, 7), [1, 0], [7]),  # over two, the latest first
    (("a", "x", 9, 9), [0, 0], [8]),  # more than was bought
    (("a", "x", 2, 3), [2, 3], [3]),  # before the second purchase
    (("a", "x", 0, 1), [5, 3], [0]),  # before any
    (("b", "x", 9, 1), [5, 3], [0]),  # somebody else
    (("a", "y", 9, 1), [5, 3], [0]),  # something else
])  # fmt: skip
def test_closed_cases(returned: Line, left: list[int], found: list[int]) -> None:
    got = match_returns(frame([("a", "x", 1, 5), ("a", "x", 3, 3)]), frame([returned]))
    assert (got[0].tolist(), got[1].tolist()) == (left, found)


def test_fractions_of_a_kilo_leave_nothing_over() -> None:
    bought, returned = frame([("a", "x", 1, 1)]), frame([("a", "x", 2, 1)] * 3)
    returned["quantity"] = [0.1, 0.2, 0.7]
    left, found = match_returns(bought, returned)
    assert left.tolist() == [0.0] and np.allclose(found, [0.1, 0.2, 0.7])


def test_an_unknown_shopper_returns_nothing() -> None:
    bought = frame([("a", "x", 1, 1)]).assign(user_id=np.nan)
    assert match_returns(bought, bought)[1].tolist() == [0.0]
