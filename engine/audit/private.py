"""An audit told with noise: counts and means of groups under differential privacy, paid for out of a shop's budget.

Known to everybody: the products, the model and the lists' length, the columns of shoppers and the names of groups.
Protected: what group a shopper is in, and their figures. A shopper's figure may depend only on their own list
and purchases, so what counts other shoppers (novelty, popularity lift, providers) is left out.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.audit.audit import AuditQuestion, ComparedLists
from engine.audit.ledger_file import alone, writable
from engine.audit.results import Cost, LeftOut, NoisyMean, PrivateAudit, PrivateSetting, rounded
from engine.audit.values import FIGURES, check_figures, groupings, shopper_values
from engine.bench.evidence import Evidence
from engine.bench.measures import key_of
from engine.bench.segments import HISTORY
from engine.data import Dataset, Progress, silent
from engine.data.problems import refuse
from engine.fairness import CROSS, Groups, Suppressed, breaks, read_key, read_ledger
from engine.fairness.budget import read_budget, write_budget
from engine.fairness.private import MISS, UNITS, Means, Range, noisy_means, opendp

Array = np.ndarray
OTHERS = ("novelty", "popularity_lift")  # hang on what other shoppers bought
HELD_OUT = ("ndcg", "recall")
BITS = 3.0  # price_lift is clipped to ±3: an eighth to eight times the usual
SEALED = "private.json"


@dataclass(frozen=True)
class PrivacyCost:
    """epsilon: what this audit may cost; budget: what all audits of this shop may, None = as settled before, or 1."""

    epsilon: float
    budget: float | None = None


def private_audit(
    data: Dataset,
    compared: ComparedLists,
    question: AuditQuestion,
    price: PrivacyCost,
    ledger_file: Path,
    report: Progress = silent,
) -> PrivateAudit:
    """Counts and means by group of shoppers, with noise. The same question gives the same answer, and costs once.

    Raises InputError for unknown groups and figures, ways of telling products apart, an ε or budget out of range, a
    budget used up, and where OpenDP is missing.
    """
    opendp()
    check_figures(question.figures)
    groups = groupings(list(question.by), compared.evidence.history, compared.evidence.users)
    if groups.providers:
        fix = "leave it out, or --epsilon"
        raise refuse("command line", "epsilon", "only shoppers are told of with noise", fix,
                     value=groups.providers[0].by)  # fmt: skip
    _check_columns(groups.shoppers, compared.evidence.history)
    limits, left_out = _ranges(compared, question)
    writable(ledger_file)
    key, sealed = read_key(ledger_file.with_name("key")), ledger_file.with_name(SEALED)
    with alone(ledger_file):
        touched = [*breaks(ledger_file), *breaks(sealed)]
        budget = read_budget(sealed, key).with_total(price.budget)
        name = _name(data, compared, question, price.epsilon, key)
        if name in budget.answers:
            return PrivateAudit.model_validate(budget.answers[name])
        budget.check(price.epsilon)
        rows, hidden, costs = _noisy_rows(compared, question, groups.shoppers, limits, price.epsilon, report)
        report("audit.done", 1, 1)  # the last moment to stop: nothing was told yet
        setting = PrivateSetting(
            **_known(data, compared, question), question=name, epsilon=price.epsilon, budget=budget.total,
            spent_on=costs, ledger_breaks=touched, left=budget.spending(price.epsilon, name, {}).left,
            exact_before=bool(read_ledger(ledger_file, key).people),
            ranges={metric: [limit.low, limit.high] for metric, limit in limits.items()},
            mechanism=f"discrete Laplace, OpenDP {version('opendp')}",
        )  # fmt: skip
        audit = PrivateAudit(results=rows, suppressed=hidden, left_out=left_out, setting=setting)
        content = rounded(audit.plain())
        write_budget(sealed, budget.spending(price.epsilon, name, content), key)
    return PrivateAudit.model_validate(content)


def _check_columns(groups: Sequence[Groups], history: Dataset) -> None:
    """Raises InputError for thirds by history: which one a shopper is in hangs on what others bought."""
    if HISTORY not in history.users and any(HISTORY in case.by.split(CROSS) for case in groups):
        fix = "leave it out, or --epsilon"
        raise refuse("command line", "epsilon", "these groups hang on what other shoppers bought", fix, value=HISTORY)


def _ranges(compared: ComparedLists, question: AuditQuestion) -> tuple[dict[str, Range], list[LeftOut]]:
    """What each figure is clipped to, by what everybody knows; and the figures that are left out, with why."""
    evidence, k = compared.evidence, int(compared.lists[0].shape[1])
    ranges, left_out = {}, []
    for name in FIGURES if question.figures is None else question.figures:
        if name in OTHERS:
            left_out.append(LeftOut(metric=name, reason="depends on what other shoppers bought"))
            continue
        if name in HELD_OUT and evidence.future is None:
            left_out.append(LeftOut(metric=name, reason="needs --since"))
            continue
        key = name if name.startswith("price") else key_of(name, evidence)
        limits = _range(name, str(key), evidence, k)
        if key is None or limits is None:
            left_out.append(LeftOut(metric=name, reason="this shop has no such data"))
        else:
            ranges[str(key)] = limits
    if not ranges:
        raise refuse("command line", "figures", "none of these can be told with noise", "name others with --figures")
    return ranges, left_out


def _range(name: str, key: str, evidence: Evidence, k: int) -> Range | None:
    if name == "price":
        items = evidence.history.items
        prices = items["price"].to_numpy(np.float64) if "price" in items else np.empty(0)
        known = prices[np.isfinite(prices)]
        return Range(0.0, float(np.quantile(known, 0.99))) if len(known) and np.quantile(known, 0.99) > 0 else None
    if name == "price_lift":
        return Range(-BITS, BITS) if "price" in evidence.history.items else None
    if name == "facet_entropy":
        _, values = evidence.facets.get(key.partition(":")[2], (None, []))
        kinds = min(k, len(values) + 1)  # unknown may count as one
        return Range(0.0, float(np.log2(kinds))) if kinds > 1 else None
    return Range(0.0, float(np.log2(100))) if name == "calibration_kl" else Range(0.0, 1.0)


def _noisy_rows(
    compared: ComparedLists, question: AuditQuestion, groupings: Sequence[Groups], limits: dict[str, Range],
    epsilon: float,
    report: Progress,
) -> tuple[list[NoisyMean], list[Suppressed], list[Cost]]:  # fmt: skip
    """Rows told, rows hidden, and what ε was spent on: every grouping and figure costs the same."""
    names = [key.partition(":")[0] for key in limits]
    values = []
    for number, slates in enumerate(compared.lists):
        report("audit.figures", number, len(compared.lists))
        values.append(shopper_values(slates, compared.evidence, names))
    nobody = np.full(len(compared.evidence.users), np.nan)
    share = epsilon / (len(groupings) * len(limits))
    rows: list[NoisyMean] = []
    hidden: list[Suppressed] = []
    costs: list[Cost] = []
    for grouping in groupings:
        for metric, limit in limits.items():
            both = np.stack([measured.get(metric, nobody) for measured in values])
            means = noisy_means(both, grouping.codes, len(grouping.names), limit, share)
            more, less = _rows(grouping, metric, means, question.plan.threshold)
            rows, hidden = rows + more, hidden + less
            costs += _costs(grouping.by, metric, means, limit)
    return rows, hidden, costs


def _costs(by: str, metric: str, means: Sequence[Means], limit: Range) -> list[Cost]:
    """What one count, and the sum of each kind of lists, cost."""
    count, unit = means[0].count, limit.half / UNITS
    costs = [Cost(by=by, metric=metric, told="count", sensitivity=1, scale=count.scale, epsilon=count.epsilon)]
    for what, mean in zip(("sum", "sum before"), means, strict=False):
        scale, epsilon = mean.total.scale * unit, mean.total.epsilon
        costs.append(Cost(by=by, metric=metric, told=what, sensitivity=limit.half, scale=scale, epsilon=epsilon))
    return costs


def _rows(
    grouping: Groups, metric: str, means: Sequence[Means], threshold: int
) -> tuple[list[NoisyMean], list[Suppressed]]:
    """Groups with a noisy count of the threshold or more, and the others: nothing but noisy figures decides."""
    rows: list[NoisyMean] = []
    hidden: list[Suppressed] = []
    now = means[0]
    for g, group in enumerate(grouping.names):
        count = int(now.count.released[g])
        if count < threshold:
            hidden.append(Suppressed(by=grouping.by, group=group, metric=metric))
            continue
        mine = np.arange(len(grouping.names)) == g
        low, high = now.interval(mine)
        row: dict[str, Any] = {"value": now.mean(mine), "low": low, "high": high}
        if (~mine).any() and now.count.released[~mine].sum() >= threshold:
            row |= _gap(now, mine)
        if len(means) > 1:
            row |= {"before": means[1].mean(mine)}
            row |= dict(zip(("before_low", "before_high"), means[1].interval(mine), strict=True))
            row |= {"change": row["value"] - row["before"]}
        rows.append(NoisyMean(side="shoppers", by=grouping.by, group=group, metric=metric, n=count, **row))
    return rows, hidden


def _gap(means: Means, mine: Array) -> dict[str, float]:
    """Group less the rest of its column, with an interval that holds both at once."""
    own, rest = means.interval(mine, MISS / 2), means.interval(~mine, MISS / 2)
    return {
        "rest": means.mean(~mine), "difference": means.mean(mine) - means.mean(~mine),
        "difference_low": own[0] - rest[1], "difference_high": own[1] - rest[0],
    }  # fmt: skip


def _name(data: Dataset, compared: ComparedLists, question: AuditQuestion, epsilon: float, key: bytes) -> str:
    """The question under the shop's key: a plain hash of the data would confirm a guess about one shopper."""
    asked_for = [
        data.hash, list(compared.marks), list(question.by), str(question.since), question.scope,
        None if question.figures is None else list(question.figures), question.plan.threshold, epsilon,
    ]  # fmt: skip
    return hmac.new(key, b"question:" + json.dumps(asked_for).encode(), hashlib.sha256).hexdigest()


def _known(data: Dataset, compared: ComparedLists, question: AuditQuestion) -> dict[str, Any]:
    """What everybody knows: no number of shoppers, no hash of the data."""
    notes = compared.notes
    until = notes[0].until or question.since
    return {
        "shop": data.name, "by": list(question.by), "threshold": question.plan.threshold,
        "model": notes[0].model, "strategy": notes[0].strategy,
        "baseline_strategy": notes[1].strategy if len(notes) > 1 else None,
        "until": None if until is None else str(pd.Timestamp(until)),
        "since": None if question.since is None else str(question.since), "scope": question.scope,
        "interval": "of the noise alone, 95 %: holds the clipped mean of these very shoppers",
        "neighbours": "one shopper more or less; products, model and group names are taken as known",
    }  # fmt: skip
