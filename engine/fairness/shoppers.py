"""The audit of shoppers: every figure of every group against everybody else's, without what must be withheld."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import Progress, silent
from engine.fairness.figures import figures
from engine.fairness.groups import Groups
from engine.fairness.plan import Plan
from engine.fairness.results import Overall, ShopperGap, Suppressed
from engine.fairness.suppression import releasable

Array = np.ndarray
Before = Callable[[str], tuple[Array, int]]


@dataclass(frozen=True)
class ShopperAudit:
    """The result of an audit of shoppers.

    rows          what is released, before the correction (`with_q_values`)
    suppressed    what is withheld, by group and metric
    released      per metric bool [S, U], the released sets of shoppers, everybody first
    overall       each metric over everybody
    permutations  how often labels were permuted
    """

    rows: list[ShopperGap]
    overall: list[Overall]
    suppressed: list[Suppressed]
    released: dict[str, Array]
    permutations: int


def nothing_released(n_users: int) -> Before:
    """The `before` of an audit where no audit was saved yet."""
    return lambda metric: (np.zeros((0, n_users), dtype=bool), 0)


def audit_shoppers(
    values: Mapping[str, Array],
    groupings: Sequence[Groups],
    baseline: Mapping[str, Array] | None = None,
    plan: Plan | None = None,
    before: Before | None = None,
    further: int = 0,
    report: Progress = silent,
) -> ShopperAudit:
    """Compare groups in figures of shoppers, per metric float64 [U], NaN = not judged.

    baseline: the same figures of other lists of the same shoppers; then only shoppers who are judged in both count, and
    each row also has the change and the change of the gap. before(metric): the sets that saved audits released, bool
    [S, U + O], and O, the number of further shoppers in them (`Ledger.before`). further: tests of
    the same family made elsewhere. Raises ValueError without a metric or a way of grouping.
    """
    if not values or not groupings:
        raise ValueError("an audit needs at least one metric and one way of grouping")
    plan = plan or Plan()
    metrics = list(values)
    after = np.stack([np.asarray(values[metric], dtype=np.float64) for metric in metrics], axis=1)
    matrix, width = after, len(metrics)
    if baseline is not None:
        old = np.stack([np.asarray(baseline[metric], dtype=np.float64) for metric in metrics], axis=1)
        both = np.where(np.isnan(after) | np.isnan(old), np.nan, 0.0)
        matrix = np.concatenate([after + both, old + both, after - old], axis=1)
    codes, sizes = _joined(groupings)
    judged, before = ~np.isnan(matrix[:, :width]), before or nothing_released(len(after))
    shown, released = _releasable(judged, codes, sizes, metrics, plan, before, report)
    tested = [*range(width), *range(2 * width, matrix.shape[1])]
    family = int(shown.sum()) * (len(tested) // width) + further
    result = figures(matrix, codes, sum(sizes), tested, plan, family, report)
    names = [(grouping.by, name) for grouping in groupings for name in grouping.names]
    rows, suppressed = [], []
    for g, (by, group) in enumerate(names):
        for m, metric in enumerate(metrics):
            if not shown[g, m]:
                suppressed.append(Suppressed(by=by, group=group, metric=metric))
                continue
            more = result.changed(g, m, width) if baseline is not None else {}
            rows.append(ShopperGap(side="shoppers", by=by, group=group, metric=metric, **result.own(g, m), **more))
    overall = [
        Overall(metric=metric, n=int(released[metric][0].sum()), value=float(np.nanmean(matrix[:, m])))
        for m, metric in enumerate(metrics)
        if len(released[metric])
    ]
    return ShopperAudit(rows, overall, suppressed, released, plan.deals(family))


def _joined(groupings: Sequence[Groups]) -> tuple[Array, list[int]]:
    """int64 [U, C], no group number in two columns, and the number of groups in each."""
    sizes = [len(grouping.names) for grouping in groupings]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    return np.stack([g.codes + start for g, start in zip(groupings, starts, strict=True)], axis=1), sizes


def _releasable(
    judged: Array, codes: Array, sizes: list[int], metrics: list[str], plan: Plan, before: Before, report: Progress
) -> tuple[Array, dict[str, Array]]:
    """bool [G, M]: what may be released; and per metric the released sets, everybody first, bool [S, U]."""
    shown = np.zeros((sum(sizes), len(metrics)), dtype=bool)
    members = np.zeros((sum(sizes), len(codes)), dtype=bool)
    for column in codes.T:
        members[column, np.arange(len(codes))] = True
    released: dict[str, Array] = {}
    decided: dict[bytes, Array] = {}
    for m, metric in enumerate(metrics):
        report("audit.suppression", m, len(metrics))
        earlier, others = before(metric)
        sets = members & judged[:, m]
        known = judged[:, m].tobytes() + earlier.tobytes()
        if known not in decided:
            wide = np.pad(np.concatenate([sets, judged[None, :, m]]), ((0, 0), (0, others)))
            decided[known] = releasable(wide[:-1], wide[-1], earlier, plan.threshold)
        shown[:, m] = decided[known]
        whole = judged[None, :, m] if shown[:, m].any() else np.zeros((0, len(codes)), dtype=bool)
        released[metric] = np.concatenate([whole, sets[shown[:, m]]])
    return shown, released
