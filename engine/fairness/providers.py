"""The audit of providers: the attention they get, compared with what they sell and what they offer.

Shoppers are drawn anew, with both their lists and their purchases. Shares of attention take the percentile bootstrap,
and the test divides share less merit by its bootstrap error. In figures of all providers together a list drawn twice
counts twice, so they take half-samples without replacement, centred on the figure (Shao & Wu 1989).
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy import stats
from scipy.sparse import csr_array

from engine.data import Progress, silent
from engine.data.labels import EVERYTHING
from engine.fairness.attention import (
    Position,
    attention,
    impact_ratios,
    inequity,
    merit,
    parity_gap,
    position_weights,
    shares,
)
from engine.fairness.bootstrap import LEVEL, weights
from engine.fairness.corrections import cohens_h
from engine.fairness.lumping import MOST, Providers, lumped
from engine.fairness.one_product import OneProduct
from engine.fairness.plan import Plan
from engine.fairness.results import ProviderShare, ProvidersTogether, Suppressed
from engine.metrics.concentration import gini_of
from engine.metrics.slates import EMPTY, divide

Array = np.ndarray
HALVES = 200
NAMES = {Position.LOG: "", Position.RBP: "_rbp"}


def audit_providers(
    slates: Array,
    bought: csr_array,
    cases: Sequence[Providers],
    eligible: Array,
    sold: Array,
    baseline: Array | None = None,
    plan: Plan | None = None,
    report: Progress = silent,
) -> tuple[list[ProviderShare | ProvidersTogether], list[Suppressed]]:
    """Rows of the figures that are released and of those that are suppressed.

    slates, baseline int64 [U, k]; bought sparse [U, n_items], each shopper's purchases that count as merit; eligible
    int64, the rows that could be shown; sold float64 [n_items], sales before the cut-off: they decide which providers
    are named, whatever the lists do.
    """
    plan = plan or Plan()
    rows: list[ProviderShare | ProvidersTogether] = []
    suppressed: list[Suppressed] = []
    offered = np.zeros(len(sold))
    offered[np.union1d(eligible, slates[slates != EMPTY])] = 1.0
    for number, case in enumerate(cases):
        report("audit.providers", number, len(cases))
        lists = [slates] if baseline is None else [slates, baseline]
        if len(slates) < plan.threshold:
            suppressed += _suppressed(case, case.names)
            continue
        table = _Table(lists, bought, case, offered)
        rows += table.whole(plan)
        sales = np.bincount(case.codes, sold, minlength=len(case.names))
        released = lumped(case, sales, table.seen, table.bought, plan.threshold)
        if released is not None:
            table = _Table(lists, bought, released, offered)
            ranks = position_weights(slates.shape[1], Position.LOG)
            rests = OneProduct(slates, bought, released.codes, ranks, table.items, plan.threshold)
            for v, row in table.rows(plan):
                rows.append(row.model_copy(update=asdict(rests.of(v))) if row.metric == "exposure" else row)
        named = [case.names[v] for v in np.argsort(-sales, kind="stable")[:MOST]]
        hidden = [name for name in named if released is None or name not in released.names]
        suppressed += _suppressed(case, hidden)
    return rows, suppressed


def _suppressed(case: Providers, names: Sequence[str]) -> list[Suppressed]:
    return [Suppressed(by=case.by, group=name, metric="exposure") for name in names]


class _Table:
    """Attention and merit by shopper and value, of the lists and, if given, of the other lists."""

    def __init__(self, lists: list[Array], bought: csr_array, case: Providers, offered: Array) -> None:
        self.case, self.n = case, len(case.names)
        self.given = {
            model: [attention(items, case.codes, self.n, position_weights(items.shape[1], model)) for items in lists]
            for model in Position
        }
        self.bought = merit(bought, case.codes, self.n)
        self.items = np.bincount(case.codes, offered, minlength=self.n)
        shown = np.unique(lists[0][lists[0] != EMPTY])
        self.shown = np.bincount(case.codes[shown], minlength=self.n)
        self.slots = np.bincount(case.codes[lists[0][lists[0] != EMPTY]], minlength=self.n)
        self.seen = sum((matrix for matrix in self.given[Position.LOG][1:]), self.given[Position.LOG][0])

    def rows(self, plan: Plan) -> list[tuple[int, ProviderShare]]:
        """One row for each value and position model, with the value's number."""
        drawn = weights(self.bought.shape[0], plan.draws, [plan.seed, 1])
        earned, earned_again = _share(self.bought), _redrawn(self.bought, drawn)
        rows: list[tuple[int, ProviderShare]] = []
        for model, given in self.given.items():
            attention_shares = [_share(matrix) for matrix in given]
            resampled = [_redrawn(matrix, drawn) for matrix in given]
            impact = impact_ratios(attention_shares[0], earned)
            gap = _Sampled(attention_shares[0] - earned, resampled[0] - earned_again)
            own = _Sampled(attention_shares[0], resampled[0])
            ratio = _Sampled(divide(attention_shares[0], earned), divide(resampled[0], earned_again))
            for v, name in enumerate(self.case.names):
                row = self._head(name, f"exposure{NAMES[model]}") | own.told(v, "value", "low", "high")
                row |= {"merit": earned[v], **gap.told(v, "difference", "difference_low", "difference_high")}
                row |= ratio.told(v, "ratio", "ratio_low", "ratio_high") | gap.test(v)
                row |= {"p": row.pop("chance"), "effect": float(cohens_h(attention_shares[0][v], earned[v]))}
                row |= {"impact_ratio": impact[v], **self._offer(v, attention_shares[0][v])}
                if len(given) > 1:
                    change = _Sampled(attention_shares[0] - attention_shares[1], resampled[0] - resampled[1])
                    row |= {"before": attention_shares[1][v], **change.told(v, "change", "change_low", "change_high")}
                    row |= {"gap_change": row["change"], "gap_change_p": change.test(v)["chance"]}
                    row |= {"gap_change_effect": float(cohens_h(attention_shares[0][v], attention_shares[1][v]))}
                rows.append((v, ProviderShare(**row)))
        return rows

    def whole(self, plan: Plan) -> list[ProvidersTogether]:
        """One row for each figure of all values together."""
        n = self.bought.shape[0]
        rng = np.random.default_rng([plan.seed, 2])
        halves = np.zeros((HALVES, n))
        for half in halves:
            half[rng.permutation(n)[: n // 2]] = 1.0
        rows = []
        for model, given in self.given.items():
            figures = [self._figures(matrix, model, np.ones((1, n))) for matrix in given]
            samples = [self._figures(matrix, model, halves) for matrix in given]
            for key in figures[0]:
                highest = self._most(key)
                own = _Sampled(figures[0][key], _around(figures[0][key], samples[0][key][:, None], (0.0, highest)))
                row = self._head(EVERYTHING, key) | own.told(0, "value", "low", "high")
                row |= dict.fromkeys(("difference", "ratio", "p"), np.nan)  # nothing to compare with
                if len(given) > 1:
                    change = figures[0][key] - figures[1][key]
                    moved = _around(change, (samples[0][key] - samples[1][key])[:, None], (-highest, highest))
                    row |= {"before": float(figures[1][key][0])}
                    row |= _Sampled(change, moved).told(0, "change", "change_low", "change_high")
                rows.append(ProvidersTogether(**row))
        return rows

    def _figures(self, given: csr_array, model: Position, drawn: Array) -> dict[str, Array]:
        """Figures [D] of the lists and purchases drawn, [D, U]."""
        attention_sums, earned, end = _sums(given, drawn), _sums(self.bought, drawn), NAMES[model]
        has_items = self.items > 0
        figures = {
            f"inequity{end}": inequity(attention_sums, earned),
            f"parity_gap{end}": parity_gap(attention_sums, self.items),
            f"gini{end}": gini_of(attention_sums[:, has_items]),
        }
        if end:
            return figures
        figures["largest"] = shares(attention_sums).max(axis=1)
        return figures | {"coverage": (attention_sums[:, has_items] > 0).mean(axis=1)}

    def _most(self, key: str) -> float:
        """What a figure of all values together can be at most; none is below 0."""
        limits = {"inequity": 2.0, "gini": 1 - 1 / max(int((self.items > 0).sum()), 1)}
        return limits.get(key.removesuffix("_rbp"), 1.0)

    def _head(self, group: str, metric: str) -> dict[str, Any]:
        head = {"side": "providers", "by": self.case.by, "group": group, "metric": metric}
        return head | {"n": int(self.bought.shape[0])}

    def _offer(self, v: int, share_seen: float) -> dict[str, Any]:
        share = float(divide(self.items[v], self.items.sum()))
        return {
            "items": int(self.items[v]), "item_share": share, "parity": float(divide(share_seen, share)),
            "slots": int(self.slots[v]), "item_coverage": float(divide(self.shown[v], self.items[v])),
        }  # fmt: skip


class _Sampled:
    """Figures [V] and the same redrawn [D, V]."""

    def __init__(self, figure: Array, resampled: Array) -> None:
        tail = 50 * (1 - LEVEL)
        self.figure, self.low, self.high = figure, *np.full((2, len(figure)), np.nan)
        usable = np.isfinite(resampled).any(axis=0)
        if usable.any():
            self.low[usable], self.high[usable] = np.nanpercentile(resampled[:, usable], [tail, 100 - tail], axis=0)
        self.error = np.full(len(figure), np.nan)
        self.error[usable] = np.nanstd(resampled[:, usable], axis=0)

    def told(self, v: int, value: str, low: str, high: str) -> dict[str, Any]:
        return {value: float(self.figure[v]), low: float(self.low[v]), high: float(self.high[v])}

    def test(self, v: int) -> dict[str, Any]:
        """Two-sided p of "it is 0" with the redrawn error; NaN where nothing moves."""
        error = self.error[v] if self.error[v] > 1e-15 else np.nan
        return {"chance": float(2 * stats.norm.sf(abs(self.figure[v]) / error)), "error": error}


def _sums(matrix: csr_array, drawn: Array) -> Array:
    return np.asarray((matrix.T @ drawn.T).T)


def _share(matrix: csr_array) -> Array:
    return shares(np.asarray(matrix.sum(axis=0)).ravel())


def _redrawn(matrix: csr_array, drawn: Array) -> Array:
    return shares(_sums(matrix, drawn))


def _around(figure: Array, samples: Array, within: tuple[float, float]) -> Array:
    """Samples centred on the figure; beyond what it can be they count as its limit."""
    centred: Array = np.clip(figure + samples - np.nanmean(samples, axis=0), *within)
    return centred
