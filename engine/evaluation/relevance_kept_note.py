"""What lists keep of relevance, as it stands in the note of a slates file and in an audit."""

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.bench.measures import table
from engine.evaluation.relevance_kept import Metric, kept_shares
from engine.evaluation.slates_note import KeptNote, KeptNotes
from engine.strategy.strategy import Strategy

Array = np.ndarray


def kept_note(bench: Bench, strategy: Strategy, rows: Array | None = None) -> KeptNotes | None:
    """By metric what the strategy's lists keep; None where nothing can judge it."""
    evidence = bench.evidence(scope_of(strategy.surface))
    if bench.future is None:
        return None
    metrics: tuple[Metric, ...] = ("ndcg", "revenue")
    known = [metric for metric in metrics if metric in table(evidence)]
    shares = {metric: kept_shares(bench, strategy, metric, rows) for metric in known}
    return {
        name: KeptNote(plain=list(kept.plain), ruled=list(kept.ruled), n=kept.n_users) for name, kept in shares.items()
    }
