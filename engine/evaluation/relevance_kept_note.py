"""The shares of relevance that lists keep, as written in the note of a slates file and in an audit."""

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import table
from engine.evaluation.relevance_kept import Metric, kept_shares
from engine.evaluation.slates_note import KeptNote, KeptNotes
from engine.strategy.strategy import Strategy

Array = np.ndarray


def kept_note(bench: Bench, strategy: Strategy, rows: Array | None = None) -> KeptNotes | None:
    """By metric the shares of relevance that the strategy's lists keep; None where they are not known."""
    evidence = bench.evidence(scope_of(strategy.surface))
    if bench.future is None:
        return None
    metrics: tuple[Metric, ...] = ("ndcg", "revenue")
    known = [metric for metric in metrics if metric in table(evidence)]
    shares = {metric: kept_shares(bench, strategy, metric, rows) for metric in known}
    return {
        name: KeptNote(plain=list(share.plain), ruled=list(share.ruled), n=share.n_users)
        for name, share in shares.items()
    }
