"""What an audit compares: figures of each shopper's list, and products told apart by who makes them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from engine.bench.arrival import arrived
from engine.bench.evidence import Evidence
from engine.bench.measures import key_of, measure
from engine.bench.segments import HISTORY, thirds
from engine.data import Dataset
from engine.data.problems import refuse
from engine.fairness import CROSS, Groups, Providers, by_size, group_by, lift, mean_had, mean_shown, with_unknown
from engine.metrics import head_items

Array = np.ndarray
PLAIN = ("ndcg", "recall", "ild", "facet_entropy", "novelty", "calibration_kl")
FIGURES = (*PLAIN, "popularity_lift", "price", "price_lift")
BETTER = {"ndcg": 1, "recall": 1, "ild": 1, "facet_entropy": 1, "novelty": 1, "calibration_kl": -1}
TAIL, NEW, SIZE = "tail", "new", "_size"


def check_figures(names: Sequence[str] | None) -> None:
    """Raises InputError for a figure of shoppers that does not exist, or for none."""
    for name in names if names is not None else FIGURES:
        if name not in FIGURES:
            raise refuse("command line", "figures", "no such figure", f"take some of {', '.join(FIGURES)}", value=name)
    if names is not None and not names:
        raise refuse("command line", "figures", "no figure is named", f"take some of {', '.join(FIGURES)}")


def shopper_values(slates: Array, evidence: Evidence, names: Sequence[str] | None = None) -> dict[str, Array]:
    """Per metric float64 [U] of lists int64 [U, k], NaN = not judged; those of `names` that this shop's data allow."""
    wanted = FIGURES if names is None else names
    keys = [key for name in PLAIN if name in wanted and (key := key_of(name, evidence)) is not None]
    values = {key: measure(slates, evidence, [key]).per_user[key] for key in keys}
    bought = evidence.history.positives()
    row = np.full(evidence.history.n_users, -1)
    row[evidence.users] = np.arange(len(evidence.users))
    mine = row[bought["user"].to_numpy()]
    users, items = mine[mine >= 0], bought["item"].to_numpy()[mine >= 0]
    tables = {"popularity": evidence.popularity} if evidence.has_history else {}
    if "price" in evidence.history.items:
        tables["price"] = evidence.history.items["price"].to_numpy(np.float64)
        values["price"] = mean_shown(slates, tables["price"])
    for name, table in tables.items():
        had = mean_had(users, items, table, len(evidence.users))
        key = "popularity_lift" if name == "popularity" else "price_lift"
        values[key] = lift(slates, table, had)
    chosen = {key: figures for key, figures in values.items() if key.partition(":")[0] in wanted}
    return {key: figures for key, figures in chosen.items() if not np.isnan(figures).all()}


def lines(bought: Dataset, users: Array) -> csr_array:
    """Sparse [U, n_items]: how often each of the shoppers bought each item."""
    log = bought.positives()
    where = (log["user"].to_numpy(), log["item"].to_numpy())
    return coo_array((np.ones(len(log)), where), shape=(bought.n_users, bought.n_items)).tocsr()[users]


@dataclass(frozen=True)
class Groupings:
    """What `--by` names: groups of shoppers and ways of telling products apart."""

    shoppers: list[Groups]
    providers: list[Providers]


def shopper_columns(history: Dataset) -> list[str]:
    """What shoppers can be told apart by: the shop's columns, and how much they bought before the cut-off."""
    columns = [str(name) for name in history.users.columns if name != "user_id"]
    return [*columns, *([] if HISTORY in columns else [HISTORY])]


def product_ways(history: Dataset) -> list[str]:
    """What products can be told apart by: facets, their values by size, tail, new."""
    facets = history.facets()
    return [*facets, *(f"{facet}{SIZE}" for facet in facets), TAIL, NEW]


def groupings(names: Sequence[str], history: Dataset, users: Array) -> Groupings:
    """Shopper columns (or several, `age+income`), item facets, a facet's size classes (`provider_size`), tail and new.

    "history" makes thirds by the number of purchases, unless the shop has such a column itself.

    A shopper column comes before an item facet of the same name. Raises InputError for any other name, or one twice.
    """
    people = history.users.iloc[users]
    columns = {
        name: people[name].to_numpy(object) if name in people else thirds(history, users).astype(object)
        for name in shopper_columns(history)
    }
    known = [*columns, *product_ways(history)]
    result = Groupings([], [])
    for name in names:
        if names.count(name) > 1:
            raise refuse("command line", "twice", "named twice in --by", "name it once", value=name)
        if all(column in columns for column in name.split(CROSS)):
            result.shoppers.append(group_by(name, columns))
        elif name in known:
            result.providers.append(_providers(name, history))
        else:
            fix = f"take some of {', '.join(known)}; columns of shoppers can be crossed by {CROSS}"
            raise refuse("command line", "unknown_column", "neither shoppers nor items have it", fix, value=name)
    return result


def _providers(name: str, history: Dataset) -> Providers:
    sold = history.sold().astype(np.float64)
    if name == TAIL:
        return Providers(name, ("head", "tail"), (~head_items(sold)).astype(np.int64))
    if name == NEW:
        return Providers(name, ("older", "new"), arrived(history).astype(np.int64))
    if name in history.facets():
        return with_unknown(name, *history.codes(name))
    facet = name.removesuffix(SIZE)
    return by_size(with_unknown(facet, *history.codes(facet)), sold)
