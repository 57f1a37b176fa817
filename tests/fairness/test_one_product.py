"""Exposure that rests on one product: closed form, an oracle by loops, and what may not be told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.fairness import RESTS_ON_ONE, TIMES, Plan, Position, Providers, audit_providers, position_weights
from engine.fairness.one_product import OneProduct

CODES = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1])  # six products of the large makers, three of the small ones


def pinned(n: int = 40) -> tuple[np.ndarray, csr_array]:
    """Everybody gets product 6, of a small maker, first, then three of the large makers; sales spread evenly."""
    slates = np.stack([np.array([6, *np.roll(np.arange(6), u)[:3]]) for u in range(n)])
    return slates, csr_array(np.ones((n, 9)))


def row_of(slates: np.ndarray, bought: csr_array, codes: np.ndarray = CODES, threshold: int = 11) -> dict:
    makers = Providers("provider", ("large", "small"), codes)
    sold = np.asarray(bought.sum(axis=0)).ravel()
    found, _ = audit_providers(slates, bought, [makers], np.arange(9), sold, plan=Plan(draws=100, threshold=threshold))
    return {row.group: row for row in found if row.metric == "exposure"}


def test_one_pin_is_flagged_and_what_is_left_without_it_is_told() -> None:
    slates, bought = pinned()
    # a second product of a small maker reaches the last place of half the lists
    slates[::2, 3] = 7
    small = row_of(slates, bought)["small"]
    first, last = 1.0, 1 / np.log2(5)
    whole = 40 * (1 + 1 / np.log2(3) + 0.5 + last)
    own = 40 * first + 20 * last
    assert small.value == pytest.approx(own / whole) and small.value > small.merit
    assert small.top_item == 6 and small.top_share == pytest.approx(40 * first / own)
    assert small.without_top == pytest.approx(20 * last / (whole - 40 * first))
    assert small.top_sales_share == pytest.approx(1 / 3)
    assert small.merit_without_top == pytest.approx(2 / 8)
    assert small.rests_on_one and small.without_top < small.merit_without_top


def test_a_product_that_sells_as_it_is_shown_is_no_flag() -> None:
    slates, bought = pinned()
    sells = bought.toarray()
    sells[:, 6] = 20  # 20 of 22 of what the small makers sell
    small = row_of(slates, csr_array(sells))["small"]
    assert small.top_share == 1.0 and not small.rests_on_one


def test_the_only_product_of_a_maker_is_no_flag() -> None:
    slates, bought = pinned()
    small = row_of(slates, bought, np.array([0, 0, 0, 0, 0, 0, 1, 0, 0]))["small"]
    assert small.top_share == 1.0 and not small.rests_on_one


def test_a_product_of_fewer_shoppers_than_may_be_told_stays_untold() -> None:
    slates, bought = pinned()
    slates[:3, 3] = 8  # three shoppers see another product of a small maker: telling the pin would tell theirs
    small = row_of(slates, bought)["small"]
    assert small.top_item == -1 and np.isnan(small.top_share) and not small.rests_on_one


@given(st.integers(0, 500))
def test_by_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    slates = np.stack([rng.choice(9, 4, replace=False) for _ in range(12)])
    slates[rng.random(slates.shape) < 0.2] = -1
    bought = csr_array(rng.poisson(1.0, (12, 9)).astype(float))
    weights = position_weights(4, Position.LOG)
    found = OneProduct(slates, bought, CODES, weights, np.bincount(CODES), threshold=1)
    seen = [sum(weights[j] for u in range(12) for j in range(4) if slates[u, j] == i) for i in range(9)]
    for v in (0, 1):
        row, mine = found.of(v), [i for i in range(9) if CODES[i] == v]
        total = sum(seen[i] for i in mine)
        if total == 0:
            assert row.top_item == -1
            continue
        top = row.top_item
        assert top in mine and seen[top] == pytest.approx(max(seen[i] for i in mine))
        assert row.top_share == pytest.approx(seen[top] / total)
        rest = sum(seen) - seen[top]
        if rest:
            assert row.without_top == pytest.approx((total - seen[top]) / rest)
        sales = bought.toarray().sum(axis=0)
        own = sales[mine].sum()
        share = sales[top] / own if own else np.nan
        assert row.rests_on_one == (row.top_share >= RESTS_ON_ONE and not row.top_share < TIMES * share)
