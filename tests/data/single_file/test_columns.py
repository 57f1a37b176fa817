"""Titles and further columns: the most frequent value counts, and a column describes what it follows."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.problems import InputError
from engine.data.single_file.column_roles import roles
from engine.data.single_file.most_frequent import most_frequent
from engine.data.single_file.products import catalogue, with_groups

Line = tuple[str, str | None, int]
VALUES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["p", "q", "r", None]), st.integers(0, 3)))


def of(lines: list[Line]) -> pd.DataFrame:
    keys, values, times = zip(*lines, strict=True) if lines else ((), (), ())
    return most_frequent(pd.Series(keys, dtype="str"), pd.Series(values, dtype="str"), pd.Series(times, dtype="int64"))


@settings(deadline=None)
@given(VALUES)
def test_the_most_frequent_then_the_latest_then_the_first_in_text_order(
    lines: list[tuple[str, str | None, int]],
) -> None:
    found = of(lines)
    for key in {key for key, value, _ in lines if value}:
        own = [(value, time) for k, value, time in lines if k == key and value]
        best = min(
            {value for value, _ in own},
            key=lambda value: (
                -sum(v == value for v, _ in own), -max(time for v, time in own if v == value), value
            ),
        )  # fmt: skip
        assert found["value"][key] == best and found["total"][key] == len(own)
        assert found["lines"][key] == sum(v == best for v, _ in own)


def lines(n: int = 40) -> pd.DataFrame:
    """Ten products and four shoppers, each with a column that follows it."""
    rows = range(n)
    return pd.DataFrame({
        "item_id": [f"i{row % 10}" for row in rows], "user_id": [f"u{row // 10}" for row in rows],
        "material": [f"m{row % 10 % 3}" for row in rows], "country": [("DE", "FR")[row // 10 % 2] for row in rows],
        "status": ["paid"] * (n - 1) + ["open"], "note": [f"n{row}" for row in rows], "currency": "GBP",
        "phone": [f"+{row // 10}" for row in rows], "timestamp": pd.Timestamp("2024-01-01"),
    })  # fmt: skip


def test_a_column_describes_what_it_follows() -> None:
    found = roles(lines(), ["material", "country", "status", "note", "currency", "phone"])
    assert found.products == ["material"] and found.shoppers == ["country"]
    assert found.neither == ["status", "note", "currency", "phone"], "an address of each shopper is no group"


def test_one_line_a_product_says_nothing() -> None:
    single = lines(10).assign(user_id=[f"u{n}" for n in range(10)])
    assert roles(single, ["material", "country"]).neither == ["material", "country"]


def test_a_title_of_lines_is_refused() -> None:
    own = lines().assign(title=[f"review {n}" for n in range(40)])
    with pytest.raises(InputError) as refused:
        catalogue("reviews", "r.csv", own, own, [])
    assert refused.value.problems[0].kind == "title_varies"


def test_groups_beside_a_users_file() -> None:
    users = pd.DataFrame({"user_id": ["b", "z"], "country": ["IT", "ES"]})
    derived = pd.DataFrame({"user_id": ["a", "b"], "country": ["DE", "FR"], "kind": ["x", "y"]})
    both = with_groups(users, derived)
    assert both is not None and both.fillna("").to_numpy().tolist() == [
        ["b", "IT", "y"], ["z", "ES", ""], ["a", "", "x"],
    ]  # fmt: skip
    assert with_groups(None, derived) is derived and with_groups(users, None) is users
