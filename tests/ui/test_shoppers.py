"""Who a page is about: groups, shoppers, and ids that look like something else."""

import numpy as np
import pytest

from engine.experiments.bench import Bench
from ui import shoppers
from ui.words import plain


def test_every_offer_can_be_chosen_and_is_what_it_says(bench: Bench) -> None:
    people = bench.history.users.iloc[bench.users].reset_index(drop=True)
    for option in shoppers.options(bench):
        who = shoppers.resolve(option, bench)
        assert who is not None and len(who.rows)
        column, equals, value = option.partition("=")
        if equals:
            known = people[column].isna() if value == shoppers.UNKNOWN else people[column] == value
            np.testing.assert_array_equal(who.rows, np.flatnonzero(known.to_numpy()))
            assert who.row is None


def test_those_who_did_not_say_stay_a_group(bench: Bench) -> None:
    assert f"age={shoppers.UNKNOWN}" in shoppers.groups(bench)


def test_an_id_goes_before_a_group_and_spaces_do_not_matter(bench: Bench) -> None:
    known = shoppers.shoppers(bench)[0]
    who = shoppers.resolve(f" {known} ", bench)
    assert who is not None and who.row == bench.row(known)
    assert shoppers.resolve("nobody", bench) is None
    assert shoppers.resolve("planet=mars", bench) is None


@pytest.mark.parametrize(
    "text", ["[x](http://a.b)", "![i](http://a.b/c.png)", "**b** _i_ `c` $x$ :red[y]", "<b>z</b>", "# h"]
)
def test_data_is_shown_never_acted_on(text: str) -> None:
    shown = plain(text)
    assert shown.replace("\\", "") == text
    assert not any(f"{mark}" in shown.replace(f"\\{mark}", "") for mark in "[]()*_`$<>#:!")
