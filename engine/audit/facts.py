"""What a report states beside the gaps: the list that is the same for everybody, what the model weighs, which code."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.audit.results import Same
from engine.audit.values import shopper_values
from engine.bench.evidence import Evidence
from engine.fairness import Overall

Array = np.ndarray
ENGINE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Saved:
    """Which saved version a strategy is: name, number, and when (ISO 8601, UTC) and by whom it was saved."""

    name: str
    version: int
    saved_at: str
    author: str


def best_sellers(evidence: Evidence, k: int) -> Array:
    """int64 [U, k]: for everybody the k products that could be shown and most shoppers have; -1 = there are no more."""
    could = evidence.history.eligible()
    best = could[np.lexsort((could, -evidence.popularity[could]))][:k]
    slate = np.pad(best, (0, max(k - len(best), 0)), constant_values=-1)
    return np.tile(slate.astype(np.int64), (len(evidence.users), 1))


def not_personalised(
    evidence: Evidence, k: int, judged: Mapping[str, Array], released: Sequence[Overall], figures: Sequence[str] | None
) -> list[Same]:
    """What best sellers for everybody come to over all shoppers.

    judged: float64 [U] by metric, of the lists in question. Only metrics that are `released` of them, and judged for
    the same shoppers, so that nothing is released of any other set.
    """
    values = shopper_values(best_sellers(evidence, k), evidence, figures)
    same = []
    for row in released:
        own, other = values.get(row.metric), judged[row.metric]
        if own is not None and np.array_equal(np.isnan(own), np.isnan(other)):
            same.append(Same(metric=row.metric, n=row.n, value=float(np.nanmean(own))))
    return same


def terms_of(card: Mapping[str, Any], scope: str) -> dict[str, float] | None:
    """The weight of each term in a model's score, where it is a weighed sum; scope "all" or "new"."""
    weights = card.get("config", {}).get(scope)
    if not isinstance(weights, dict):
        return None
    return {str(name): float(weight) for name, weight in weights.items() if weight}


@cache
def code_hash() -> str:
    """SHA-256 of the engine's source, words and templates: the same code gives the same figures and report."""
    digest = hashlib.sha256()
    for file in sorted(path for path in ENGINE.rglob("*") if path.suffix in (".py", ".toml", ".html", ".css")):
        digest.update(file.relative_to(ENGINE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
