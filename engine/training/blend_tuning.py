"""Choosing the blend's weights and ridges on a validation period that ends before the cut-off."""

from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset, Progress, default_cutoff, silent
from engine.data.problems import sub_progress
from engine.metrics import ndcg
from engine.recommend import Blend, BlendConfig, Ease, EaseConfig, Scope, Weights, top_k
from engine.recommend.blend import standardised
from engine.retrieval import at_once, retrieve

K = 10
POOL = 400  # candidates a shopper, taken with the default weights, that the search may reorder
LEAST, MOST = 200, 4_000  # validation shoppers: with fewer the defaults stay, more tell little new
RIDGES = (100.0, 1000.0)  # beside the default; one fit learns both, as the ridges of its two scopes
STEPS = (0.5, 0.25, 0.125)  # relative change of a weight, a round each
GAIN = 2e-5  # a smaller change of nDCG is taken for noise
TERMS = tuple(Weights.model_fields)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ValidationPools:
    """Validation shoppers of one scope. users int64 [U]; items int64 [U, C], ascending, -1 = none; columns
    int64 [U, C], their places in the model's items; terms float32 [U, C, T]; relevant CSR [U, n_items]."""

    users: Ints
    items: Ints
    columns: Ints
    terms: Floats
    relevant: sp.csr_array

    def ndcg(self, weights: Floats) -> npt.NDArray[np.float64]:
        """nDCG@10 of each shopper under these weights, [U]."""
        scores = np.where(self.items < 0, np.float32(-np.inf), self.terms @ weights)
        columns, _ = top_k(scores, K)
        slates = np.where(columns < 0, -1, np.take_along_axis(self.items, columns, axis=1))
        return ndcg(slates, self.relevant)

    def with_ease(self, ease: Ease, scope: Scope, report: Progress = silent) -> "ValidationPools":
        """The same pools, EASE's term taken from another fit."""
        terms = self.terms.copy()
        chunk = at_once(len(ease.items))
        for at in range(0, len(self.users), chunk):
            report("", at, len(self.users))
            some = slice(at, at + chunk)
            scores = standardised(ease.score(self.users[some], scope))
            terms[some, :, TERMS.index("ease")] = np.take_along_axis(scores, self.columns[some], axis=1)
        return replace(self, terms=terms)


def choose_blend(
    data: Dataset, report: Progress = silent, start: BlendConfig | None = None
) -> tuple[BlendConfig, dict[str, Any]]:
    """Weights and ridges with the best nDCG@10 on the last four weeks of `data`, and the figures seen.

    Eligibility, trends and every other input know only what came before those four weeks; relevant is
    everything bought in them. A scope with fewer than LEAST shoppers keeps its defaults. start: settings to climb
    from in place of the defaults.
    """
    since = data.cutoff - pd.Timedelta(weeks=4) if data.cutoff is not None else default_cutoff(data)
    past, future = data.before(since), data.since(since)
    config = start or BlendConfig()
    figures: dict[str, Any] = {"since": str(since), "metric": f"ndcg@{K}"}
    relevant = {scope: _relevant(past, future, scope) for scope in get_args(Scope)}
    if len(past.eligible()) == 0 or max(len(users) for users, _ in relevant.values()) < LEAST:
        counts = {scope: {"n": len(users), "weights": "default"} for scope, (users, _) in relevant.items()}
        return config, {**figures, **counts}
    model = Blend(config).fit(past, report)
    lowest, highest = RIDGES
    ease = Ease(EaseConfig(ridge_all=lowest, ridge_new=highest)).fit(
        past, sub_progress(report, "train.ridges", 0.0, 1.0)
    )
    for scope, (users, wanted) in relevant.items():
        if len(users) < LEAST:
            figures[scope] = {"n": len(users), "weights": "default"}
            continue
        owned = past.relevant() if scope == "new" else None
        pools = _pools(model, users, wanted, scope, owned, sub_progress(report, f"train.weights_{scope}", 0.0, 0.4))
        config, figures[scope] = _choose(config, pools, ease, scope, report)
    return config, figures


def _relevant(past: Dataset, future: Dataset, scope: Scope) -> tuple[Ints, sp.csr_array]:
    """At most MOST shoppers with a history and something relevant to find, and what that is [U, n_items]."""
    had, wanted = past.relevant(), future.relevant()
    if scope == "new":
        wanted = (wanted - wanted.multiply(had)).tocsr()
        wanted.eliminate_zeros()
    users = np.flatnonzero((np.diff(had.indptr) > 0) & (np.diff(wanted.indptr) > 0)).astype(np.int64)
    users = users[:: -(-len(users) // MOST) or 1]
    return users, wanted[users]


def _pools(
    model: Blend, users: Ints, relevant: sp.csr_array, scope: Scope, owned: sp.csr_array | None, report: Progress
) -> ValidationPools:
    terms = np.zeros((len(users), POOL, len(TERMS)), dtype=np.float32)
    retrieving = sub_progress(report, "", 0.0, 0.5)
    items = np.sort(retrieve(model, users, POOL, scope, owned, retrieving).items, axis=1)
    columns = np.searchsorted(model.items, np.maximum(items, model.items[0]))
    chunk = at_once(len(model.items))
    for at in range(0, len(users), chunk):
        report("", len(users) + at, 2 * len(users))
        some = slice(at, at + chunk)
        for number, (_, term) in enumerate(model.terms(users[some], scope)):
            rows = np.broadcast_to(term, (len(users[some]), term.shape[1]))
            terms[some, :, number] = np.take_along_axis(rows, columns[some], axis=1)
    return ValidationPools(users, items, columns, terms, relevant)


def _choose(
    config: BlendConfig, pools: ValidationPools, ease: Ease, scope: Scope, report: Progress
) -> tuple[BlendConfig, dict[str, Any]]:
    """The config with this scope's weights and ridge chosen, and the figures before and after."""
    default: Weights = getattr(config, scope)
    start = np.array([getattr(default, term) for term in TERMS], dtype=np.float32)
    step = f"train.weights_{scope}"
    weights = climb(pools, start, scope, sub_progress(report, step, 0.4, 0.6))
    tried = {}
    for number, (ridge, learned) in enumerate(zip(RIDGES, get_args(Scope), strict=True)):
        low = 0.6 + 0.2 * number / len(RIDGES)
        tried[ridge] = pools.with_ease(ease, learned, sub_progress(report, step, low, low + 0.2 / len(RIDGES)))
    tried[getattr(config, f"ridge_{scope}")] = pools
    means = {ridge: float(variant.ndcg(weights).mean()) for ridge, variant in tried.items()}
    ridge = max(means, key=lambda value: means[value])
    weights = climb(tried[ridge], weights, scope, sub_progress(report, step, 0.8, 1.0))
    scores = tried[ridge].ndcg(weights)
    chosen = Weights(**dict(zip(TERMS, (round(float(weight), 6) for weight in weights), strict=True)))
    figures = {
        "n": len(scores),
        "weights": "chosen",
        "value": float(scores.mean()),
        "se": float(scores.std(ddof=1) / np.sqrt(len(scores))),
        "default": float(pools.ndcg(start).mean()),
    }
    return config.model_copy(update={scope: chosen, f"ridge_{scope}": ridge}), figures


def climb(pools: ValidationPools, start: Floats, scope: Scope, report: Progress = silent) -> Floats:
    """Coordinate ascent on mean nDCG@10: each weight in turn goes up or down as long as that gains."""
    weights, best = start.copy(), float(pools.ndcg(start).mean())
    movable = [at for at in range(len(TERMS)) if pools.terms[..., at].any()]
    for round_, step in enumerate(STEPS):
        for place, at in enumerate(movable):
            report(f"train.weights_{scope}", round_ * len(movable) + place, len(STEPS) * len(movable))
            unit = step * max(abs(float(weights[at])), 0.05 * float(np.abs(weights).max()))
            for move in (unit, -unit):
                while True:
                    trial = weights.copy()
                    trial[at] += move
                    value = float(pools.ndcg(trial).mean())
                    if value <= best + GAIN:
                        break
                    weights, best = trial, value
    return weights
