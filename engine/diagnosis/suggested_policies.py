"""Policies suggested by a shop's own log: for goods that people buy again, and for goods that they choose anew."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.bench.bench import PRICE, Bench
from engine.data.problems import refuse
from engine.strategy.overrides import Policy
from engine.strategy.similarity_weights import EMBEDDING

Array = np.ndarray
STANDARD, PERSONAL = "standardised goods", "personal goods"
MAKERS = ("brand", "provider", "colour")  # what lists of standardised goods vary
KEPT = 0.4  # weight that the embedding keeps; the rest is shared out evenly
LEAST = 100  # purchases by shoppers who come back to a type, below which it is not judged


@dataclass(frozen=True)
class SuggestedPolicies:
    """Policies for a strategy's overrides, and the figures they rest on.

    facet      what makes the types: the category, or the shop's main facet
    types      its T values; settled float64 [T]: of the purchases by shoppers who come back to the type, the share that
               is a product they had before, in [0, 1]; NaN = not judged. counted int64 [T]: those purchases
    overall    the same share over all types, which divides standardised (above) from personal goods (below)
    """

    policies: tuple[Policy, ...]
    facet: str
    types: list[str]
    settled: Array
    counted: Array
    overall: float


def suggested_policies(bench: Bench) -> SuggestedPolicies:
    """Two policies from what the model saw: standardised goods vary their maker and colour, personal goods their
    category and price; each only where the shop knows such things. They leave λ to the strategy.

    Shoppers who come back for milk take the milk they know; shoppers who come back for make-up take another one. Raises
    InputError in a shop without purchases or without a facet.
    """
    evidence = bench.evidence("all")
    facet = evidence.main_facet
    if not evidence.has_history or facet is None:
        problem, fix = "product types are told apart by purchases", "take a shop with a log and categories"
        raise refuse("strategy", "no_policies", problem, fix, column="policies")
    codes, types = evidence.facets[facet]
    settled, counted = settled_shares(bench.history.positives(), codes, len(types))
    judged = counted >= LEAST
    overall = float((settled * counted)[judged].sum() / counted[judged].sum()) if judged.any() else float("nan")
    settled = np.where(judged, settled, np.nan)
    policies = []
    for name, selected, varied in (
        (STANDARD, settled > overall, MAKERS),
        (PERSONAL, settled <= overall, (facet, PRICE)),
    ):
        known = [source for source in varied if source in bench.sources]
        values = [types[number] for number in np.flatnonzero(selected)]
        if known and values:
            weights = {EMBEDDING: KEPT} | {source: (1 - KEPT) / len(known) for source in known}
            policies.append(Policy.model_validate(
                {"name": name, "facet": facet, "values": values, "facet_weights": weights}
            ))  # fmt: skip
    return SuggestedPolicies(tuple(policies), facet, types, settled, counted, overall)


def settled_shares(lines: pd.DataFrame, codes: Array, n_types: int) -> tuple[Array, Array]:
    """float64 [T] in [0, 1], NaN without purchases, and int64 [T]: `settled` and `counted` of a `SuggestedPolicies`.

    lines: purchases (user, item, timestamp); a product bought twice in one moment counts once, and the first moment of
    a shopper with a type does not count. codes: int64 [n_items], each item's type, -1 = unknown, left out.
    """
    bought = lines[["user", "item", "timestamp"]].drop_duplicates()
    bought = bought.assign(type=codes[bought["item"].to_numpy()])
    bought = bought[bought["type"] >= 0]
    met, had = (bought.groupby(["user", by])["timestamp"].transform("min") for by in ("type", "item"))
    back = bought["timestamp"] > met
    repeated = (bought["timestamp"] > had)[back]
    counted = np.bincount(bought["type"][back], minlength=n_types)
    known = np.bincount(bought["type"][back], repeated, minlength=n_types)
    return np.divide(known, counted, out=np.full(n_types, np.nan), where=counted > 0), counted
