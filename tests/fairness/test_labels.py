"""A group of the shop that is called as one of ours stays apart from it."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from engine.bench.segments import _answers
from engine.data.labels import OURS, of_shop
from engine.fairness import UNKNOWN, Suppressed, group_by, with_unknown
from engine.reports.names import Names
from engine.words import speaker


def test_a_maker_called_unknown_and_makers_that_are_not_known() -> None:
    found = with_unknown("provider", np.array([0, 1, -1, 2]), ["acme", "unknown", "(others)"])
    assert found.names == ("acme", '"unknown"', '"(others)"', UNKNOWN)
    names = Names(speaker("en"))
    told = [names.group(Suppressed(by="provider", group=name, metric="exposure"), "providers") for name in found.names]
    assert told == ["acme", '"unknown"', '"(others)"', "Not known"]


def test_shoppers_who_answered_unknown_and_those_who_did_not_answer() -> None:
    found = group_by("age", {"age": ["19-24", "unknown", None, ""]})
    assert sorted(found.names) == sorted(["19-24", '"unknown"', UNKNOWN])
    assert found.names[found.codes[1]] == '"unknown"' and found.names[found.codes[2]] == UNKNOWN
    names = Names(speaker("en"))
    answered, silent = (Suppressed(by="age", group=name, metric="ild") for name in ('"unknown"', UNKNOWN))
    assert names.group(answered, "shoppers") != names.group(silent, "shoppers")


def test_segments_keep_a_word_of_the_shop_where_nothing_is_missing() -> None:
    assert list(_answers(pd.Series(["a", "unknown"]))) == ["a", "unknown"], "strategies of such shops name it so"
    assert list(_answers(pd.Series(["a", "unknown", None]))) == ["a", '"unknown"', "unknown"]


@given(st.lists(st.sampled_from([*OURS, *(f'"{name}"' for name in OURS), '""unknown""', "a", ""]), unique=True))
def test_no_two_values_get_one_name_and_none_gets_ours(values: list[str]) -> None:
    names = [of_shop(value) for value in values]
    assert len(set(names)) == len(values) and not set(names) & set(OURS)
