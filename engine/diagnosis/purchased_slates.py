"""What shoppers bought, written as lists, with which homogenization compares the shop's lists."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.data import default_cutoff

Array = np.ndarray


@dataclass(frozen=True)
class PurchasedSlates:
    """What shoppers bought in a period, as lists.

    items     int64 [U, k], catalogue rows, most bought first, -1 = bought no more
    period    "held_out": from the model's cut-off on; "last_weeks": the end of the history, where nothing is held out
    since, until  the period's ends
    pairs     (shopper, product) pairs bought in the period, those of scope "new" only if the shopper never had the
              product
    left_out  of these pairs, those whose product could not be shown at the cut-off: they are in no list
    """

    items: Array
    period: Literal["held_out", "last_weeks"]
    since: pd.Timestamp
    until: pd.Timestamp
    pairs: int
    left_out: int


def purchased_slates(bench: Bench, rows: Array, k: int, scope: str) -> PurchasedSlates | None:
    """The `k` products that each of the shoppers `rows` bought most often; None where nobody bought anything.

    Scope "new" leaves out what the shopper had before the period. Products that could not be shown are left out and
    counted, because no list could match them. Ties between products bought equally often are drawn, with a fixed seed:
    neither the catalogue's order nor that of the lines in a basket may make shoppers look alike.
    """
    if bench.future is not None:
        past, later, since = bench.history, bench.future, pd.Timestamp(bench.card["until"])
    elif bench.history.start is not None:
        since = default_cutoff(bench.history)
        past, later = bench.history.before(since), bench.history.since(since)
    else:
        return None
    if later.end is None:
        return None
    users, items, times = _pairs(later.positives(), bench.users[rows], bench.data.n_users, bench.data.n_items)
    if scope == "new":
        had = past.relevant()[bench.users[rows]]
        new = np.asarray(had[users, items]).ravel() == 0
        users, items, times = users[new], items[new], times[new]
    if not len(users):
        return None
    could = np.zeros(bench.data.n_items, dtype=bool)
    could[np.asarray(bench.model.items)] = True
    eligible = could[items]
    lists = _filled(users[eligible], items[eligible], times[eligible], len(rows), k)
    period: Literal["held_out", "last_weeks"] = "held_out" if bench.future is not None else "last_weeks"
    return PurchasedSlates(lists, period, since, later.end, len(users), int((~eligible).sum()))


def _pairs(lines: pd.DataFrame, users: Array, n_users: int, n_items: int) -> tuple[Array, Array, Array]:
    """Distinct pairs of the lines: row among `users`, item, and how often."""
    row = np.full(n_users, -1)
    row[users] = np.arange(len(users))
    who, what = row[lines["user"].to_numpy()], lines["item"].to_numpy().astype(np.int64)
    keys, times = np.unique((who * n_items + what)[who >= 0], return_counts=True)
    return keys // n_items, keys % n_items, times


def _filled(users: Array, items: Array, times: Array, n_users: int, k: int) -> Array:
    """Lists int64 [n_users, k] of pairs: more often bought first, ties drawn."""
    tie_breaks = np.random.default_rng(0).random(len(users))
    order = np.lexsort((tie_breaks, -times, users))
    users, items = users[order], items[order]
    place = np.arange(len(users)) - np.searchsorted(users, users)
    lists = np.full((n_users, k), -1, dtype=np.int64)
    lists[users[place < k], place[place < k]] = items[place < k]
    return lists
