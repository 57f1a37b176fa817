"""Who a page is about: groups, shoppers, and ids that look like something else."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.bench.bench import Bench
from engine.bench.memo import Memo
from engine.diagnosis.audience import group_of, group_option, option_of
from ui.state.names_text import names_text, read_names
from ui.text import shoppers
from ui.text.words import APART, plain


def test_every_offer_can_be_chosen_and_is_what_it_says(bench: Bench) -> None:
    people = bench.history.users.iloc[bench.users].reset_index(drop=True)
    for option in shoppers.options(bench):
        who = shoppers.resolve(option, bench)
        assert who is not None and len(who.rows)
        group = group_of(option, people.columns)
        if group is not None:
            column, value = group
            known = people[column].isna() if value is None else people[column] == value
            np.testing.assert_array_equal(who.rows, np.flatnonzero(known.to_numpy()))
            assert who.row is None


def test_those_who_did_not_say_stay_a_group(bench: Bench) -> None:
    assert f"age={shoppers.NO_ANSWER}" in shoppers.groups(bench)


def test_spaces_do_not_matter_and_nobody_is_nobody(bench: Bench) -> None:
    known = shoppers.shoppers(bench)[0]
    who = shoppers.resolve(f" {known} ", bench)
    assert who is not None and who.row == bench.row(known)
    assert shoppers.resolve("nobody", bench) is None
    assert shoppers.resolve("planet=mars", bench) is None


IDS = [
    "all",
    "age=35",
    "age=?",
    "=all",
    "==",
    "=",
    "?",
    "a=b",
    "age",
    " x",
    "007",
    "https://evil.example",
    "age=35,40",
    "plain",
]
GROUPS = {"age": ["35", "?", "??", "35,40", None], "size=age": ["1=2", "=", None, "35", "1"]}


class Shop(Bench):
    """As much of a bench as shoppers are read from: each id once, each group large enough, and odd names for all."""

    def __init__(self) -> None:
        ids = IDS + [f"s{n}" for n in range(60)]
        columns = {name: [values[n % len(values)] for n in range(len(ids))] for name, values in GROUPS.items()}
        people = pd.DataFrame({"user_id": ids, **columns})
        self.users = np.arange(len(ids))
        log = pd.DataFrame({"user": self.users})
        self.history: Any = SimpleNamespace(users=people, interactions=log, n_users=len(ids))
        self._once, self.today = Memo(), date.today()


def test_ids_are_never_taken_for_groups_nor_groups_for_ids() -> None:
    shop: Any = Shop()
    options = shoppers.options(shop)
    assert len(options) == len(set(options)) and options[0] == "all"
    everyone = shoppers.resolve("all", shop)
    assert everyone is not None and everyone.row is None and len(everyone.rows) == len(shop.users)
    for user_id in IDS:
        who = shoppers.resolve(option_of(user_id), shop)
        assert who is not None and who.row == shop.row(user_id) and who.option == option_of(user_id), user_id
        assert user_id in who.label
    found = {
        shoppers.resolve(option, shop).option: shoppers.resolve(option, shop).rows for option in shoppers.groups(shop)
    }
    assert len(found) == sum(len(values) for values in GROUPS.values())
    for column, values in GROUPS.items():
        cells = shop.history.users[column]
        for value in values:
            known = cells.isna() if value is None else cells == value
            np.testing.assert_array_equal(found[group_option(column, value)], np.flatnonzero(known))


def test_links_of_earlier_versions_open_what_they_opened() -> None:
    """Those that could be read in one way only: ids as they are, also with =; groups; those who did not say."""
    shop: Any = Shop()
    for option in ("007", "plain", "a=b", "https://evil.example", "age"):
        who = shoppers.resolve(option, shop)
        assert who is not None and who.row == shop.row(option)
    for option, value in (("age=35", "35"), ("age=35,40", "35,40")):
        who = shoppers.resolve(option, shop)
        assert who is not None and set(shop.history.users["age"].iloc[who.rows]) == {value}
    unsaid = shoppers.resolve("age=?", shop)
    assert unsaid is not None and shop.history.users["age"].iloc[unsaid.rows].isna().all()


def test_names_with_commas_come_back_from_a_link() -> None:
    for names in (["a,b", "c"], ["100%", "%2C"], ["age"], ["%252C,"]):
        assert read_names(names_text(names)) == tuple(names)
    assert read_names("provider+x,age,age") == ("provider+x", "age")


@pytest.mark.parametrize(
    "text", ["[x](http://a.b)", "![i](http://a.b/c.png)", "**b** _i_ `c` $x$ :red[y]", "<b>z</b>", "# h"]
)
def test_data_is_shown_never_acted_on(text: str) -> None:
    shown = plain(text)
    assert shown.replace("\\", "").replace(APART, "") == text
    assert not any(f"{mark}" in shown.replace(APART, "").replace(f"\\{mark}", "") for mark in "[]()*_`$<>#:!")
