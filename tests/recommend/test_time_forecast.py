"""The forecast of time: closed forms under a given speed, and that more of anything never takes less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.recommend import RECOMMENDERS
from engine.recommend.forecast import Size, lists_memory
from engine.recommend.time_forecast import (
    PER_SCORE,
    STARTED,
    USUAL,
    Speed,
    Work,
    candidate_seconds,
    lists_seconds,
    training_seconds,
)

GIVEN = Speed(sparse=1e-9, dense=USUAL)
SMALL = Size(users=1_000, items=2_000, lines=30_000, pairs=20_000)


def test_a_speed_counts_both_kinds_of_products() -> None:
    assert Speed(2.0, 3.0).seconds(Work(5.0, 7.0).times(2) + Work(1.0, 1.0)) == 2 * 11 + 3 * 15


def test_ease_of_a_small_shop_is_one_gram_matrix_and_its_inverse_for_two_ridges() -> None:
    expected = STARTED + 3e-6 * 30_000 + 1e-9 * 2 * 20_000 * 1_000 + USUAL * 2 * 1_000**3
    assert training_seconds("ease", SMALL, GIVEN) == pytest.approx(expected)


def test_candidates_of_a_small_shop_are_one_product_with_the_log_and_a_pass_over_all_scores() -> None:
    expected = 10 * 20_000 * 1e-9 + PER_SCORE * 10 * 2_000
    assert candidate_seconds(SMALL, 10, GIVEN) == pytest.approx(expected)


def test_a_machine_that_is_twice_as_slow_takes_nearly_twice_as_long() -> None:
    big = Size(users=200_000, items=50_000, lines=4_000_000, pairs=2_700_000)
    slow = Speed(2 * GIVEN.sparse, 2 * GIVEN.dense)
    once, twice = (training_seconds("blend", big, speed) for speed in (GIVEN, slow))
    assert 1.9 * once < twice <= 2 * once


counts = st.integers(1, 10**6)


@given(users=counts, items=counts, pairs=counts, more=st.integers(0, 10**6), field=st.sampled_from(list(vars(SMALL))))
def test_more_of_anything_never_has_a_shorter_forecast(
    users: int, items: int, pairs: int, more: int, field: str
) -> None:
    size = Size(users, items, 2 * pairs, pairs)
    larger = Size(**{**vars(size), field: getattr(size, field) + more})
    for name in RECOMMENDERS:
        assert training_seconds(name, larger, GIVEN) >= training_seconds(name, size, GIVEN)
        assert lists_seconds(name, larger, larger.users, GIVEN) >= lists_seconds(name, size, size.users, GIVEN)
    assert lists_memory(larger, 100) >= 0


def test_a_measured_speed_is_positive() -> None:
    speed = Speed.measured()
    assert speed.sparse > 0 and speed.dense > 0
