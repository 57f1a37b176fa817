"""The figures of every group, put into the rows of an audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from engine.data import Progress, silent
from engine.fairness.bootstrap import Interval, intervals
from engine.fairness.corrections import adjusted, alpha_of, detectable, hedges_g
from engine.fairness.moments import Moments, observed
from engine.fairness.permutation import Tested, permutation_test
from engine.fairness.plan import Plan
from engine.fairness.results import Extremes, ProviderShare, Row, ShopperGap

Array = np.ndarray
AnyRow = TypeVar("AnyRow", ShopperGap, Row)
TESTS = {"p": "q", "gap_change_p": "gap_change_q"}  # every p of a row, and its q


@dataclass(frozen=True)
class Figures:
    """The results for M columns in G groups: scaled moments, the means and spreads that undo the scale, intervals,
    tests and effects in the columns' own units.
    """

    scaled: Moments
    mean: Array
    spread: Array
    own_interval: Interval
    gap_interval: Interval
    tested: Tested
    effect: Array

    def own(self, g: int, m: int) -> dict[str, Any]:
        """A group's figure, its gap to the rest, and the result of the test."""
        scaled, unit = self.scaled, self.spread[m]
        value, rest = (side[g, m] * unit + self.mean[m] for side in (scaled.mean, scaled.mean_rest))
        return {
            "n": int(scaled.n[g, m]), "n_rest": int(scaled.n_rest[g, m]), "value": value,
            "low": self.own_interval.low[g, m], "high": self.own_interval.high[g, m], "rest": rest,
            "difference": value - rest,
            "difference_low": self.gap_interval.low[g, m], "difference_high": self.gap_interval.high[g, m],
            "ratio": value / rest if rest != 0 else np.nan, "p": self.tested.p[g, m], "effect": self.effect[g, m],
            "detectable": self.detectable(g, m),
        }  # fmt: skip

    def detectable(self, g: int, m: int) -> float:
        """Smallest gap that would be found in at least 80 % of cases: what the test has to exceed, and how far below a
        gap its figure falls in 15 % of draws, in standard errors."""
        needed = self.tested.critical[g, m] + self.gap_interval.reach[g, m]
        return float(needed * self.scaled.difference_error[g, m] * self.spread[m])

    def changed(self, g: int, m: int, width: int) -> dict[str, Any]:
        """What the other lists gave (column m + width), the change from them (m + 2·width), and that of the gap."""
        old, change = self.own(g, m + width), self.own(g, m + 2 * width)
        return {
            "before": old["value"], "before_low": old["low"], "before_high": old["high"],
            "change": change["value"], "change_low": change["low"],
            "change_high": change["high"], "difference_before": old["difference"],
            "gap_change": change["difference"], "gap_change_low": change["difference_low"],
            "gap_change_high": change["difference_high"], "gap_change_p": change["p"],
            "gap_change_effect": change["effect"],
        }  # fmt: skip


def figures(
    values: Array,
    codes: Array,
    n_groups: int,
    tested: Sequence[int],
    plan: Plan,
    family: int,
    report: Progress = silent,
) -> Figures:
    """Of values float64 [U, M] (NaN = not judged) in the groups int64 [U, C]; only the `tested` columns get a p, as
    tests of a family of that size."""
    tests = permutation_test(
        values[:, tested], codes, n_groups, plan.deals(family), plan.seed, alpha_of(family), report=report
    )
    p, critical = np.full((2, n_groups, values.shape[1]), np.nan)
    p[:, tested], critical[:, tested] = tests.p, tests.critical
    scaled, mean, spread = observed(values, codes, n_groups)
    return Figures(
        scaled,
        mean,
        spread,
        *intervals(values, codes, n_groups, plan.draws, plan.seed, report),
        Tested(p, critical),
        hedges_g(scaled),
    )


def with_q_values(rows: Sequence[AnyRow]) -> tuple[list[AnyRow], int]:
    """The rows with q beside every p and the smallest detectable difference, and the number of p: the family."""
    places = [(i, test) for i, row in enumerate(rows) for test in TESTS if test in row.model_fields_set]
    p = np.array([getattr(rows[i], test) for i, test in places], dtype=np.float64)
    q, family = adjusted(p), int((~np.isnan(p)).sum())
    added: list[dict[str, float]] = [{} for _ in rows]
    for (i, test), corrected in zip(places, q.tolist(), strict=True):
        added[i][TESTS[test]] = corrected
    for row, more in zip(rows, added, strict=True):
        if isinstance(row, ProviderShare):
            more["detectable"] = float(detectable(row.error, family))
    return [row.model_copy(update=more) for row, more in zip(rows, added, strict=True)], family


def worst(rows: Sequence[Row], better: Mapping[str, int]) -> list[Extremes]:
    """Per `by` and metric with at least two released rows of shoppers: the group worst off and the group best off.

    better: by the metric's name before ":", 1 where more is better, −1 where less is; others have the lowest as `worst`
    and the highest as `best`, and `judged` is false: which end is worse is not for a formula to say.
    """
    extremes = []
    released: dict[tuple[str, str], list[ShopperGap]] = {}
    for row in rows:
        if isinstance(row, ShopperGap):
            released.setdefault((row.by, row.metric), []).append(row)
    for (by, metric), group_rows in released.items():
        if len(group_rows) < 2:
            continue
        sign = better.get(metric.partition(":")[0], 0)
        order = sorted(group_rows, key=lambda row: row.value * (sign or 1))
        low, high = order[0], order[-1]
        extremes.append(Extremes(
            by=by, metric=metric, worst=low.group, best=high.group, value=low.value, best_value=high.value,
            gap=high.value - low.value, ratio=low.value / high.value if high.value else np.nan, judged=bool(sign),
        ))  # fmt: skip
    return extremes
