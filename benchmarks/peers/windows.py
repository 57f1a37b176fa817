"""A cut-off with the weeks after it that judge: who gets lists, what was bought, and the figures of a set of lists."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset
from engine.metrics import coverage, hit_rate, ndcg, recall
from engine.recommend import Scope
from engine.recommend.counts import Ints
from engine.retrieval import Candidates, Scorer, retrieve
from engine.statistics.intervals import mean_interval, whole_interval

Convention = Literal["eligible", "everything"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
METRICS = {"ndcg": ndcg, "recall": recall, "hit_rate": hit_rate}
K = 10


@dataclass(frozen=True)
class Window:
    """history: all before the cut-off. users int64 [U]: everybody in it. relevant: CSR [U, n_items] by scope and
    convention: "everything" they bought in the window, or only what was "eligible" at the cut-off; of scope "new"
    without what they had. owned: CSR [n_users, n_items]."""

    cutoff: str
    history: Dataset
    users: Ints
    eligible: Ints
    owned: sp.csr_array
    relevant: dict[tuple[Scope, Convention], sp.csr_array]

    @classmethod
    def of(cls, data: Dataset, cutoff: str, end: str | None) -> "Window":
        history, future = data.before(cutoff), data.since(cutoff)
        bought = (future.before(end) if end else future).relevant()
        users = np.unique(history.interactions["user"].to_numpy()).astype(np.int64)
        owned, eligible = history.relevant(), history.eligible()
        shown = sp.diags_array(np.isin(np.arange(data.n_items), eligible).astype(np.float32))
        fresh = (bought - bought.multiply(owned)).tocsr()
        relevant: dict[tuple[Scope, Convention], sp.csr_array] = {}
        for scope, wanted in zip(SCOPES, (bought, fresh), strict=True):
            relevant[scope, "everything"] = nonzero(wanted[users])
            relevant[scope, "eligible"] = nonzero((wanted[users] @ shown).tocsr())
        return cls(cutoff, history, users, eligible, owned, relevant)

    def candidates(self, model: Scorer, scope: Scope, n: int = K) -> Candidates:
        """Each shopper's n best; of scope "new" without what they had."""
        return retrieve(model, self.users, n, scope, self.owned if scope == "new" else None)

    def judge(self, lists: Ints, scope: Scope, convention: Convention) -> dict[str, np.ndarray]:
        """float64 [U] by metric; NaN where the shopper bought nothing that counts."""
        return {name: metric(lists, self.relevant[scope, convention]) for name, metric in METRICS.items()}

    def ndcg(self, lists: Ints, scope: Scope) -> float:
        """Mean nDCG@10 by the first convention."""
        return float(np.nanmean(ndcg(lists, self.relevant[scope, CONVENTIONS[0]])))

    def coverage(self, lists: Ints) -> dict[str, float]:
        """Share of the eligible items shown, with its interval."""
        n = len(self.eligible)
        low, high = whole_interval(lambda rows: coverage(lists[rows], n), len(lists), draws=100)
        return {"value": coverage(lists, n), "low": low, "high": high, "n": len(lists)}


def nonzero(matrix: sp.csr_array) -> sp.csr_array:
    matrix.eliminate_zeros()
    return matrix


def windows(data: Dataset, cutoffs: list[str], weeks: int = 4) -> list[Window]:
    """Each judged on the weeks after it; the last one to the end of the log."""
    ends = [str((pd.Timestamp(cutoff) + pd.Timedelta(weeks=weeks)).date()) for cutoff in cutoffs[:-1]]
    return [Window.of(data, cutoff, end) for cutoff, end in zip(cutoffs, [*ends, None], strict=True)]


def means(values: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """{name: value, low, high, n} of per-shopper figures [U], NaN left out; 95 % bootstrap over shoppers."""
    table = np.stack(list(values.values()), axis=1)
    lows, highs = mean_interval(table)
    return {
        name: {
            "value": float(np.nanmean(table[:, at])),
            "low": float(lows[at]),
            "high": float(highs[at]),
            "n": int((~np.isnan(table[:, at])).sum()),
        }
        for at, name in enumerate(values)
    }
