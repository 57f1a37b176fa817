"""The audit of shoppers: groups, rows, what is suppressed, and the same means as fairlearn's MetricFrame."""

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from engine.data import InputError
from engine.fairness import Groups, Plan, audit_shoppers, group_by, lift, mean_had, mean_shown, with_q_values, worst

QUICK = Plan(draws=100, permutations=200)


def figures(n: int = 300, seed: int = 0) -> tuple[dict[str, np.ndarray], Groups]:
    rng = np.random.default_rng(seed)
    values = {"ndcg": rng.random(n), "ild": rng.beta(2, 3, n)}
    values["ndcg"][rng.random(n) < 0.2] = np.nan
    return values, group_by("age", {"age": rng.choice(["old", "young", None], n, p=[0.3, 0.5, 0.2])})


def test_unknown_is_a_group_and_stands_last() -> None:
    groups = group_by("age", {"age": ["b", None, "a", float("nan"), ""]})
    assert groups.names == ("a", "b", "unknown")
    assert groups.codes.tolist() == [1, 2, 0, 2, 2]


def test_crossed_columns_name_every_pair() -> None:
    groups = group_by("age+sex", {"age": ["a", "b", "a"], "sex": ["m", "m", None]})
    assert groups.names == ("a + m", "a + unknown", "b + m", "b + unknown")
    assert groups.codes.tolist() == [0, 2, 1]


@pytest.mark.parametrize("by", ["shoe", "age+shoe", "age+age", ""])
def test_other_groups_are_refused(by: str) -> None:
    with pytest.raises(InputError):
        group_by(by, {"age": ["a"], "sex": ["m"]})


@given(st.integers(0, 10_000))
def test_group_means_are_fairlearns(seed: int) -> None:
    values, groups = figures(80, seed)
    rows = audit_shoppers(values, [groups], plan=Plan(draws=1, permutations=1, threshold=2)).rows
    for metric in values:
        known = ~np.isnan(values[metric])
        theirs = MetricFrame(
            metrics=lambda y, _: float(np.mean(y)), y_true=values[metric][known], y_pred=values[metric][known],
            sensitive_features=pd.Series(np.array(groups.names)[groups.codes[known]]),
        )  # fmt: skip
        mine = {row.group: row for row in rows if row.metric == metric}
        assert set(mine) == set(theirs.by_group.index)
        for group, row in mine.items():
            assert row.value == pytest.approx(theirs.by_group[group], abs=1e-9)
        table = [row.value for row in mine.values()]
        assert max(table) - min(table) == pytest.approx(theirs.difference(method="between_groups"), abs=1e-9)
        assert min(table) / max(table) == pytest.approx(theirs.ratio(method="between_groups"), abs=1e-9)


def test_rows_say_gap_interval_and_test() -> None:
    values, groups = figures()
    found = audit_shoppers(values, [groups], plan=Plan(draws=2_000, permutations=2_000))
    rows, family = with_q_values(found.rows)
    assert family == 6
    row = next(r for r in rows if (r.group, r.metric) == ("old", "ild"))
    mine, rest = (values["ild"][groups.codes == 0], values["ild"][groups.codes != 0])
    theirs = stats.ttest_ind(mine, rest, equal_var=False)
    assert row.n == len(mine)
    assert row.n_rest == len(rest)
    assert row.difference == pytest.approx(mine.mean() - rest.mean(), abs=1e-12)
    assert row.ratio == pytest.approx(mine.mean() / rest.mean())
    assert row.p == pytest.approx(theirs.pvalue, abs=0.03)
    ends = theirs.confidence_interval()
    assert (row.difference_low, row.difference_high) == pytest.approx((ends.low, ends.high), abs=0.01)
    assert row.q >= row.p
    error = np.sqrt(mine.var(ddof=1) / len(mine) + rest.var(ddof=1) / len(rest))
    assert row.detectable == pytest.approx((stats.norm.isf(0.05 / 12) + 1.036) * error, rel=0.1)
    assert {r.metric: r.n for r in found.overall} == {"ndcg": int((~np.isnan(values["ndcg"])).sum()), "ild": 300}


def test_a_real_gap_is_found_and_the_worst_group_named() -> None:
    values, groups = figures()
    values["ild"] = values["ild"] + 0.3 * groups.members(0)
    rows, _ = with_q_values(audit_shoppers(values, [groups], plan=Plan(permutations=2_000)).rows)
    row = next(r for r in rows if (r.group, r.metric) == ("old", "ild"))
    assert row.q <= 0.01
    assert row.effect > 1
    told = next(r for r in worst(rows, {"ild": 1}) if r.metric == "ild")
    assert told.best == "old"
    assert told.judged
    assert next(r for r in worst(rows, {"ild": -1}) if r.metric == "ild").worst == "old"
    assert not next(r for r in worst(rows, {"ild": 1}) if r.metric == "ndcg").judged


def test_a_baseline_pairs_shoppers() -> None:
    values, groups = figures()
    old = {"ndcg": values["ndcg"] - 0.1 * groups.members(1), "ild": values["ild"].copy()}
    old["ild"][:40] = np.nan
    rows, family = with_q_values(audit_shoppers(values, [groups], old, QUICK).rows)
    row = next(r for r in rows if (r.group, r.metric) == ("young", "ndcg"))
    assert row.change == pytest.approx(0.1)
    assert (row.change_low, row.change_high) == pytest.approx((0.1, 0.1))
    assert row.gap_change == pytest.approx(row.difference - row.difference_before)
    assert row.gap_change_p == pytest.approx(1 / 241, abs=0.003)
    assert family == 12
    assert sum(r.n for r in rows if r.metric == "ild") == 260


def test_a_small_group_is_suppressed_with_another() -> None:
    values = {"ild": np.random.default_rng(0).random(100)}
    groups = Groups("age", ("a", "b", "c"), np.repeat([0, 1, 2], [5, 30, 65]))
    found = audit_shoppers(values, [groups], plan=QUICK)
    assert [row.group for row in found.rows] == ["c"]
    assert [row.group for row in found.suppressed] == ["a", "b"]
    assert found.released["ild"].sum(axis=1).tolist() == [100, 65]
    assert with_q_values(found.rows)[1] == 1


def test_further_tests_make_gaps_harder_to_detect() -> None:
    values, groups = figures()
    plan = Plan(draws=500, permutations=5_000)
    few, many = (audit_shoppers(values, [groups], plan=plan, further=more).rows[0] for more in (0, 60))
    assert many.detectable > few.detectable


@pytest.mark.parametrize("wrong", [{"draws": 0}, {"permutations": 0}, {"threshold": 1}, {"seed": -1}])
def test_a_plan_out_of_range_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="threshold ≥ 2"):
        Plan(**wrong)


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        audit_shoppers({}, [Groups("age", ("a",), np.zeros(3, dtype=np.int64))])


def test_enough_permutations_for_the_family() -> None:
    assert Plan().deals(10) == 10_000
    assert 2 / (Plan().deals(1_000) + 1) <= 0.05 / 1_000


def test_lift_by_hand() -> None:
    slates = np.array([[0, 1], [2, -1], [3, -1]])
    price = np.array([2.0, 6, 4, np.nan])
    had = mean_had(np.array([0, 0, 1, 2]), np.array([0, 3, 0, 3]), price, 3)
    assert mean_shown(slates, price) == pytest.approx([4, 4, np.nan], nan_ok=True)
    assert had == pytest.approx([2, 2, np.nan], nan_ok=True)
    assert lift(slates, price, had) == pytest.approx([1, 1, np.nan], nan_ok=True)
