"""Means over shoppers say how many they count, where some have no list or nothing to judge."""

import numpy as np
import pytest

from engine.bench.measures import Measured
from engine.diagnosis.history_comparison import Personalization
from ui.text import figures
from ui.text.words import t
from ui.widgets import history_cards

SOME = Measured({"ild": np.array([0.5, np.nan, 0.7]), "ndcg": np.array([1.0, 0.0, 0.5])}, {"coverage": 0.3}, 3)


def test_a_mean_that_leaves_shoppers_out_says_so() -> None:
    assert figures.counted(SOME, "ild") == "2 of 3 shoppers can be judged."
    assert figures.counted(SOME, "ndcg") == "" and figures.counted(SOME, "ndcg_kept") == ""
    assert figures.counted(SOME, "coverage") == "", "a figure of all lists together counts every list"
    assert figures.counted(SOME, "novelty") == "", "not measured"


def test_cards_against_history_say_it_once() -> None:
    ratios = {"narrowing": np.array([0.5, np.nan, 1.0])}
    part = Personalization(Measured(ratios, {}, 3), Measured(ratios, {}, 3))
    (card,) = history_cards.entries({"a": part, "b": part}, ("narrowing",), 10)
    assert card["note"].count("2 of 3 shoppers") == 1
    (one,) = history_cards.entries({"": part}, ("narrowing",), 10, one=True)
    assert "shoppers can be judged" not in one["note"]


@pytest.mark.parametrize("n", [1, "1"])
def test_one_is_said_in_the_singular_also_where_it_is_text(n: object) -> None:
    assert t("overview.scored", n=n) == "1 shopper" and t("overview.scored", n="2,462") == "2,462 shoppers"
