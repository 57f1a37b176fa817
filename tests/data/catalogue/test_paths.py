"""Category paths: their marks, several in a cell, and what all of them share."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.intake.catalogue.paths import SURE, columns_of, find_form

NAME = st.text("abcdefgh &", min_size=1, max_size=6).filter(lambda name: name == name.strip())


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (["Garden > Seats > Benches", "Home"], [("Garden", "Seats"), ("Home", "")]),
        (["Garden|Seats", "Home|Lamps"], [("Garden", "Seats"), ("Home", "Lamps")]),
        (["Root/Gear/Bags,Root/Sale", "Root/Gear"], [("Gear", "Bags"), ("Gear", "")]),
        (["a.b.c", "d.e"], [("a", "b"), ("d", "e")]),
        (["['Garden', 'Seats']", '["Home"]'], [("Garden", "Seats"), ("Home", "")]),
        (["[['Sale'], ['Garden', \"Kids' seats\"]]", '["Home"]'], [("Garden", "Kids' seats"), ("Home", "")]),
        (["Clothing > Hats, Clothing", "Sale, Clothing > Caps"], [("Clothing", "Hats"), ("Clothing", "Caps")]),
        (
            ["Food, Drinks & Tobacco > Snacks", "Home > Lamps"],
            [("Food, Drinks & Tobacco", "Snacks"), ("Home", "Lamps")],
        ),
        (["Food\\, Drinks > Snacks, Sale", "Sale > Lamps"], [("Food, Drinks", "Snacks"), ("Sale", "Lamps")]),
    ],
)
def test_closed_cases(cells: list[str], levels: list[tuple[str, str]]) -> None:
    form = find_form(cells)
    assert form is not None
    found = columns_of(pd.Series(cells, dtype="str"), form)
    assert list(zip(found["category"], found["subcategory"], strict=True)) == levels


@pytest.mark.parametrize("cells", [["Garden", "Home"], ["Dr. Oak", "No. 7"], ["1.5 l bottles", "Home"], [""], []])
def test_plain_categories_are_no_paths(cells: list[str]) -> None:
    assert find_form(cells) is None


def test_what_all_paths_begin_with_is_no_category() -> None:
    form = find_form(["Shop > Wear > Hats", "Shop > Wear > Caps", "Shop > Wear"])
    assert form is not None and form.root == ("Shop", "Wear")
    assert form.levels("Shop > Wear > Hats") == ("Hats",)
    assert form.levels("Shop > Wear") == (), "what is known of all products says nothing of this one"


@given(st.lists(st.lists(NAME, min_size=1, max_size=4), min_size=1, max_size=6), st.sampled_from(SURE[1:]))
def test_levels_are_those_that_were_joined(paths: list[list[str]], mark: str) -> None:
    form = find_form([f" {mark} ".join(path) for path in paths])
    if form is None:
        assert sum(len(path) > 1 for path in paths) <= 0.2 * len(paths)
        return
    for path in paths:
        assert (*form.root, *form.levels(f" {mark} ".join(path))) == tuple(path)
