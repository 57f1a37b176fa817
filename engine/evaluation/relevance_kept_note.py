"""The shares of relevance that lists keep, as written in the note of a slates file and in an audit."""

from typing import Any

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import table
from engine.evaluation.relevance_kept import Metric, kept_shares
from engine.strategy.strategy import Strategy

Array = np.ndarray
Row = dict[str, Any]


def kept_note(bench: Bench, strategy: Strategy, rows: Array | None = None) -> dict[str, Row] | None:
    """By metric the shares that the strategy's lists keep, {plain, ruled: [share, low, high], n}; None if unknown.

    plain: of relevance alone; ruled: of the ranking with the rules at λ 0 (`relevance_kept`).
    """
    evidence = bench.evidence(scope_of(strategy.surface))
    if bench.future is None or bench.kind != "shoppers":
        return None
    metrics: tuple[Metric, ...] = ("ndcg", "revenue")
    known = [metric for metric in metrics if metric in table(evidence)]
    shares = {metric: kept_shares(bench, strategy, metric, rows) for metric in known}
    return {
        name: {"plain": list(share.plain), "ruled": list(share.ruled), "n": share.n_users}
        for name, share in shares.items()
    }
