"""Scores of a trained model: accuracy, variety and reach of its lists at λ = 0, stored beside the model.

They are of a model's own lists at its cut-off, so that models of one shop and cut-off can be compared without loading
them. A model that is trained again has no scores yet.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import table, within
from engine.data import Progress, silent
from engine.data.storage.files import read_document, write_document
from engine.evaluation.curve import trade_off
from engine.evaluation.rows import ModelScore
from engine.statistics.intervals import mean_interval, whole_interval
from engine.strategy.strategy import DEFAULT
from engine.training.stored_models import Card, place_of

FILE = "standing.json"
KEYS = ("ndcg", "ild", "coverage")
MOST = {"ndcg": 1.0, "ild": 2.0, "coverage": 1.0}  # none of them is below 0
DIGITS = {"ild": 3, "coverage": 3}  # decimals of each as it is printed, coverage as per cent with one


@dataclass(frozen=True)
class ModelScores:
    """The scores of one model.

    rows   the figures of KEYS on both surfaces
    ndcg   scope -> nDCG of each shopper, None where they bought nothing
    curve  validation figures of each epoch, for a model that has epochs
    """

    rows: list[ModelScore]
    ndcg: dict[str, list[float | None]]
    curve: list[dict[str, float]]

    def row(self, metric: str, scope: str) -> ModelScore | None:
        """One figure with its interval; None where the shop's data do not allow it."""
        rows = (row for row in self.rows if row.metric == metric and row.scope == scope)
        return next((row for row in rows if row.value is not None), None)


def score_model(bench: Bench, report: Progress = silent) -> ModelScores:
    """Measure the lists that the bench's model makes without diversity, on both surfaces."""
    rows: list[ModelScore] = []
    ndcg: dict[str, list[float | None]] = {}
    for done, surface in enumerate(bench.surfaces):
        report("judge", done, len(bench.surfaces))
        scope = scope_of(surface)
        evidence = bench.evidence(scope)
        keys = [key for key in KEYS if key in table(evidence)]
        curve = trade_off(bench, DEFAULT.at(diversity=0.0, surface=surface), (0.0,), keys=keys)
        measured, slates = curve.measured[0], curve.items[0]
        for key in measured.keys:
            if key in measured.per_user:
                low, high = (float(end[0]) for end in mean_interval(measured.per_user[key][:, None]))
            else:
                compute = table(evidence)[key].compute
                low, high = whole_interval(
                    lambda drawn, of=compute, e=evidence, s=slates: float(of(s[drawn], e)),  # type: ignore[misc]
                    len(slates), draws=100, within=within(key, evidence, slates.shape[1]),
                )  # fmt: skip
            value, counted = measured.value(key)
            rows.append(ModelScore(scope, key, _known(value), _known(low), _known(high), counted))
        ndcg[scope] = [_known(round(float(value), 6)) for value in measured.per_user.get("ndcg", ())]
    report("judge", len(bench.surfaces), len(bench.surfaces))
    return ModelScores(rows, ndcg, list(getattr(bench.model, "curve", ())))


def ndcg_difference(model: ModelScores, other: ModelScores, scope: str) -> tuple[float, float, float]:
    """How much higher nDCG the first model has for the same shoppers, with its 95 % interval; NaN where unknown."""
    pair = [np.array(standing.ndcg.get(scope, ()), dtype=np.float64) for standing in (model, other)]
    if len(pair[0]) == 0 or len(pair[0]) != len(pair[1]):
        return (np.nan,) * 3
    difference = pair[0] - pair[1]
    if np.isnan(difference).all():
        return (np.nan,) * 3
    low, high = mean_interval(difference[:, None])
    return float(np.nanmean(difference)), float(low[0]), float(high[0])


@dataclass(frozen=True)
class MetricChange:
    """The value of a figure with one model and with another; `share`: the change as a share of `before`."""

    metric: str
    before: float
    after: float

    @property
    def share(self) -> float:
        return self.after / self.before - 1 if self.before else np.nan


def metric_changes(model: ModelScores, other: ModelScores, scope: str) -> list[MetricChange]:
    """The figures besides accuracy that surely differ if `model` makes the lists instead of `other`.

    These are the figures whose 95 % intervals do not overlap, which is stricter than a paired test, and whose printed
    values differ.
    """
    changes = []
    for metric in KEYS[1:]:
        after, before = model.row(metric, scope), other.row(metric, scope)
        if after is None or before is None:
            continue
        new, old = after.known, before.known
        if new is None or old is None or round(new.value, DIGITS[metric]) == round(old.value, DIGITS[metric]):
            continue
        if new.high < old.low or new.low > old.high:
            changes.append(MetricChange(metric, old.value, new.value))
    return changes


def store_scores(folder: Path, card: Card, scores: ModelScores) -> None:
    """Store the scores of a model beside it."""
    write_document(place_of(folder, card["name"], card["until"]) / FILE, _of(card) | asdict(scores))


def stored_scores(folder: Path, card: Card) -> ModelScores | None:
    """The scores of this very model on this very data; None where there are none yet."""
    try:
        notes = read_document(place_of(folder, card["name"], card["until"]) / FILE)
        if {name: notes.pop(name) for name in _of(card)} != _of(card):
            return None
        rows = [ModelScore(**row) for row in notes.pop("rows")]
        return _within_bounds(ModelScores(rows, **notes))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _within_bounds(scores: ModelScores) -> ModelScores:
    """The same, with no end of an interval beyond what its figure can be: earlier versions stored such ends."""
    rows = []
    for row in scores.rows:
        highest = MOST.get(row.metric, np.inf)
        low, high = (None if end is None else min(max(end, 0.0), highest) for end in (row.low, row.high))
        rows.append(replace(row, low=low, high=high))
    return replace(scores, rows=rows)


def _of(card: Card) -> dict[str, Any]:
    return {name: card[name] for name in ("data_hash", "trained_at")}


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
