"""Attention and merit against loops and closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.fairness import (
    Plan,
    Position,
    Providers,
    audit_providers,
    by_size,
    impact_ratios,
    inequity,
    parity_gap,
    position_weights,
    with_unknown,
)
from engine.metrics import exposure, gini, gini_of

QUICK = Plan(draws=300)


def market(seed: int = 0, n_users: int = 60, k: int = 5) -> tuple[np.ndarray, csr_array, Providers, np.ndarray]:
    """Lists, purchases, 24 items of 4 makers, and sales."""
    rng = np.random.default_rng(seed)
    slates = np.stack([rng.choice(24, k, replace=False) for _ in range(n_users)])
    slates[0, -1] = -1
    bought = csr_array(rng.poisson(0.3, (n_users, 24)).astype(float))
    makers = Providers("provider", ("a", "b", "c", "d"), np.repeat([0, 1, 2, 3], [12, 6, 4, 2]))
    return slates, bought, makers, np.arange(24, 0, -1).astype(float)


def rows_of(slates: np.ndarray, bought: csr_array, makers: Providers, sold: np.ndarray, **more: object) -> dict:
    rows, hidden = audit_providers(slates, bought, [makers], np.arange(24), sold, plan=QUICK, **more)
    assert hidden == []
    return {(row.group, row.metric): row for row in rows}


@pytest.mark.parametrize(("model", "end"), [(Position.LOG, ""), (Position.RBP, "_rbp")])
def test_exposure_merit_and_what_follows_by_a_loop(model: Position, end: str) -> None:
    slates, bought, makers, sold = market()
    weight = [1 / np.log2(j + 2) if model is Position.LOG else 0.8**j for j in range(5)]
    given_, items = np.zeros(4), np.bincount(makers.codes)
    for row in slates:
        for j, item in enumerate(row):
            if item >= 0:
                given_[makers.codes[item]] += weight[j]
    a = given_ / given_.sum()
    m = np.array([bought.toarray()[:, makers.codes == v].sum() for v in range(4)]) / bought.sum()
    found = rows_of(slates, bought, makers, sold)
    for v, name in enumerate("abcd"):
        row = found[name, f"exposure{end}"]
        assert row.value == pytest.approx(a[v])
        assert row.merit == pytest.approx(m[v])
        assert row.difference == pytest.approx(a[v] - m[v])
        assert row.ratio == pytest.approx(a[v] / m[v])
        assert row.parity == pytest.approx(a[v] / (items[v] / 24))
        assert row.impact_ratio == pytest.approx((a[v] / m[v]) / (a / m).max())
        assert row.low < row.value < row.high
    assert found["(all)", f"inequity{end}"].value == pytest.approx(np.abs(a - m).sum())
    assert found["(all)", f"parity_gap{end}"].value == pytest.approx(np.abs(a - items / 24).sum() / 2)
    pairs = sum(abs(x - y) for x in a for y in a) / (2 * 4 * 4 * a.mean())
    assert found["(all)", f"gini{end}"].value == pytest.approx(pairs)
    assert found["(all)", "largest"].value == pytest.approx(a.max() if not end else found["(all)", "largest"].value)


def test_exposure_is_that_of_engine_metrics() -> None:
    slates, bought, makers, sold = market(3)
    found = rows_of(slates, bought, makers, sold)
    theirs = exposure(slates, makers.codes)
    assert [found[name, "exposure"].value for name in "abcd"] == pytest.approx(theirs.tolist())


@given(st.lists(st.integers(1, 50), min_size=2, max_size=12))
def test_gini_is_that_of_engine_metrics(counts: list[int]) -> None:
    slates = np.repeat(np.arange(len(counts)), counts)[:, None]
    assert float(gini_of(np.array(counts, float))) == pytest.approx(gini(slates, len(counts)))


@given(st.lists(st.floats(0.01, 10), min_size=2, max_size=8))
def test_who_gets_what_they_earn_is_treated_alike(given_: list[float]) -> None:
    part = np.array(given_)
    assert float(inequity(part, 3 * part)) == pytest.approx(0, abs=1e-12)
    assert float(parity_gap(part, 7 * part)) == pytest.approx(0, abs=1e-12)
    assert impact_ratios(part, 2 * part) == pytest.approx(np.ones(len(part)))
    assert 0 <= float(inequity(part, part[::-1])) <= 2


def test_the_extremes() -> None:
    assert float(inequity(np.array([1.0, 0]), np.array([0, 1.0]))) == 2
    assert float(parity_gap(np.array([1.0, 0]), np.array([0, 1.0]))) == 1
    assert impact_ratios(np.array([1.0, 0.5]), np.array([0.0, 1.0])) == pytest.approx([np.nan, 1], nan_ok=True)
    assert position_weights(3, Position.RBP) == pytest.approx([1, 0.8, 0.64])


def test_lists_that_sell_what_they_show_have_no_gap_and_others_do() -> None:
    slates, _, makers, sold = market(n_users=400)
    slates[slates < 0] = 0
    shown = csr_array((np.ones(slates.size), (np.repeat(np.arange(400), 5), slates.ravel())), shape=(400, 24))
    fair = rows_of(slates, shown, makers, sold)
    assert all(fair[name, "exposure"].p > 0.001 for name in "abcd")
    unfair = rows_of(slates, csr_array(np.tile(np.eye(24)[23], (400, 1))), makers, sold)
    assert unfair["d", "exposure"].p < 1e-6
    assert unfair["d", "exposure"].difference < -0.5


def test_a_baseline_tells_the_change() -> None:
    slates, bought, makers, sold = market()
    other, _, _, _ = market(9)
    found = rows_of(slates, bought, makers, sold, baseline=other)
    row = found["a", "exposure"]
    assert row.change == pytest.approx(row.value - row.before)
    assert row.change_low <= row.change <= row.change_high
    same = rows_of(slates, bought, makers, sold, baseline=slates)
    assert same["a", "exposure"].change == 0
    assert np.isnan(same["a", "exposure"].gap_change_p)
    assert same["(all)", "gini"].change == 0


def test_makers_with_few_shoppers_are_not_named() -> None:
    slates, bought, makers, sold = market(n_users=200)
    rare = np.where(slates >= 22, 0, slates)
    few = bought.toarray()
    few[:, 22:] = 0
    few[:3, 22] = 1
    rows, hidden = audit_providers(rare, csr_array(few), [makers], np.arange(24), sold, plan=QUICK)
    named = {row.group for row in rows if row.metric == "exposure"}
    assert named == {"a", "b", "(others)"}  # c goes with d, else the others would be d alone
    assert [row.group for row in hidden] == ["c", "d"]
    rows, hidden = audit_providers(rare[:10], csr_array(few[:10]), [makers], np.arange(24), sold, plan=QUICK)
    assert rows == []
    assert len(hidden) == 4


def test_the_others_need_no_more_than_the_smallest_group() -> None:
    """d and e have 6 and 5 buyers, 11 together: c, which has many, keeps its name."""
    slates, bought, _, sold = market(n_users=200)
    makers = Providers("provider", tuple("abcde"), np.repeat(range(5), [12, 6, 4, 1, 1]))
    few = bought.toarray()
    few[:, 22:] = 0
    few[:6, 22], few[6:11, 23] = 1, 1
    rows, _ = audit_providers(
        np.where(slates >= 22, 0, slates), csr_array(few), [makers], np.arange(24), sold, plan=QUICK
    )
    assert {row.group for row in rows if row.metric == "exposure"} == {"a", "b", "c", "(others)"}


def test_size_classes_by_hand() -> None:
    makers = Providers("provider", ("a", "b", "c", "d"), np.array([0, 0, 1, 2, 3]))
    sizes = by_size(makers, np.array([5.0, 1, 3, 1, 0]))
    assert sizes.by == "provider_size"
    assert sizes.codes.tolist() == [0, 0, 0, 1, 1]  # 6 + 3 of 10 cross 80 %
    assert with_unknown("brand", np.array([0, -1]), ["x"]).names == ("x", "unknown")
