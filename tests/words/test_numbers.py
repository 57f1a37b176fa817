"""A difference that rounds to zero, or whose interval holds 0, is none; and −0 is never written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.storage.files import for_json
from engine.diagnosis import verdicts
from engine.evaluation import model_scores
from engine.evaluation.hindsight import DIGITS
from engine.words.numbers import MINUS, sign, signed, span
from ui.text import figures


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (-0.0004, 3, "0.000"), (0.0004, 3, "0.000"), (-0.0, 2, "0.00"), (-0.0006, 3, "-0.001"), (1234.5, 1, "+1,234.5"),
        (0.0, 0, "0"), (-0.4, 0, "0"), (float("nan"), 2, "–"), (float("-inf"), 2, "–"), (-20.0, 0, "-20"),
    ],
)  # fmt: skip
def test_signs(value: float, digits: int, said: str) -> None:
    assert signed(value, digits) == said
    assert signed(value, digits, MINUS) == said.replace("-", MINUS)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_a_sign_says_what_the_printed_number_says(value: float, digits: int) -> None:
    said = signed(value, digits).replace(",", "")
    assert float(said) == pytest.approx(value, abs=0.5 * 10**-digits * (1 + 1e-9))
    assert (said[0] in "+-") == (float(said) != 0)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.01, 0.005, 0.02, 3), "more"), ((-0.01, -0.02, -0.005, 3), "less"), ((0.01, -0.001, 0.02, 3), "none"),
        ((-0.0004, -0.0006, -0.0002, 3), "none"), ((-0.0004, -0.0006, -0.0002, 4), "less"),
        ((0.01, math.nan, math.nan, 3), "none"), ((-0.0, 0.0, 0.0, 3), "none"),
    ],
)  # fmt: skip
def test_when_a_difference_is_one(numbers: tuple[float, float, float, int], said: str) -> None:
    assert sign(*numbers) == said


def test_intervals() -> None:
    assert span(-0.0004, 0.02, 3) == "0.000 … +0.020"
    assert span(math.nan, 0.02, 3) == "–"


def test_json_has_no_negative_zero() -> None:
    assert str(for_json({"a": [-0.0]})["a"][0]) == "0.0"


def test_verdicts_round_as_pages_print() -> None:
    for decimals in (DIGITS, verdicts.DIGITS, model_scores.DIGITS):
        for key, digits in decimals.items():
            row = figures.figure(key)
            assert digits == row.digits + round(math.log10(row.scale)), key
    assert set(verdicts.DIGITS) == set(verdicts.ALIKE) and set(model_scores.DIGITS) == set(model_scores.KEYS[1:])


def test_one_list_is_never_said_to_keep_more_than_all() -> None:
    assert figures.with_unit("score_kept", 1.012, one=True) == "100% or more"
    assert figures.with_unit("score_kept", 1.0004, one=True) == "100.0%"
    assert figures.with_unit("score_kept_plain", 0.994, one=True) == "99.4%"


@pytest.mark.parametrize(
    ("key", "numbers", "tone"),
    [
        ("ndcg", (0.01, 0.005, 0.02), "good"), ("ndcg", (-0.01, -0.02, -0.005), "bad"),
        ("ndcg", (-0.0004, -0.0005, -0.0003), None), ("gini", (-0.01, -0.02, -0.005), "good"),
        ("novelty", (0.1, 0.05, 0.2), ""), ("coverage", (0.01, -0.01, 0.03), None),
    ],
)  # fmt: skip
def test_a_difference_is_good_or_bad_only_where_it_is_measurable(
    key: str, numbers: tuple[float, float, float], tone: str | None
) -> None:
    assert figures.sure_tone(key, *numbers) == tone
