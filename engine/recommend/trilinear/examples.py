"""Training examples without leakage: features of a snapshot, labels of the weeks after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from engine.data import Dataset, Progress, silent
from engine.recommend.counts import Floats, Ints
from engine.recommend.trilinear.config import TrilinearConfig
from engine.recommend.trilinear.snapshot import Snapshot

LOWEST, HIGHEST = 1.0, 5.0  # ratings; 0 counts as 1
LIKED = 1.75  # label of a rating of 4, which counts as relevant
PARTS = 4  # a log shorter than that many label windows has shorter ones


@dataclass
class TrainingWindow:
    """A snapshot and what followed.

    snapshot: what was known. labels float32 [n_users, n]: 1 what each shopper bought in the weeks after it, or
    1 + their rating as a share of the scale (so that the lowest one is not lost). users: with a history and a label.
    """

    since: pd.Timestamp
    snapshot: Snapshot
    labels: sp.csr_array
    users: Ints
    ratings: bool = False

    def asked(self, users: Ints, columns: Ints) -> Floats:
        """Labels float32 [U, C]."""
        labels: Floats = self.labels[users][:, columns].toarray()
        return labels


def windows(
    data: Dataset, items: Ints, config: TrilinearConfig, ratings: bool, report: Progress = silent
) -> tuple[list[TrainingWindow], TrainingWindow | None]:
    """Training windows, the latest first, and the validation window, which begins where the last of them ends.

    None of either where the log is too short to hold them.
    """
    moments = reference_times(data, config)
    examples: list[TrainingWindow] = []
    for done, (since, until) in enumerate(moments):
        report("train.windows", done, len(moments))
        examples.append(_window(data, items, since, until, config, ratings))
    report("train.windows", len(moments), len(moments))
    if not examples or len(examples[0].users) == 0:
        return [], None
    return [window for window in examples[1:] if len(window.users)], examples[0]


def reference_times(data: Dataset, config: TrilinearConfig) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """(start, end) of the label windows: the validation window, then the training windows, backwards."""
    start, end = data.start, data.cutoff if data.cutoff is not None else data.end
    if start is None or end is None or end <= start:
        return []
    length = min(pd.Timedelta(weeks=config.weeks), (end - start) / PARTS)
    step = min(pd.Timedelta(days=config.stride), length)
    last = end - length
    times = [last, *(last - length - step * number for number in range(config.windows))]
    after = pd.Timedelta(seconds=1 if data.cutoff is None else 0)  # the last second of an uncut log belongs to it
    return [(since.ceil("s"), (since + length).ceil("s") + after) for since in times if since - length >= start]


def _window(
    data: Dataset, items: Ints, since: pd.Timestamp, until: pd.Timestamp, config: TrilinearConfig, ratings: bool
) -> TrainingWindow:
    plan_days = (until - since).total_seconds() / 86_400 if config.promotions else None
    past = data.before(since)
    snapshot = Snapshot.of(past, items, plan_days)
    labels = label_matrix(data.since(since).before(until), items, ratings)
    labels = labels.multiply(snapshot.open[None, :].astype(np.float32)).tocsr()
    labels.eliminate_zeros()
    users = np.flatnonzero((np.diff(snapshot.purchases.start) > 0) & (np.diff(labels.indptr) > 0)).astype(np.int64)
    users = users[:: -(-len(users) // config.shoppers) or 1]
    if len(users):
        snapshot.cache_pairs()
    return TrainingWindow(since, snapshot, labels, users, ratings)


def label_matrix(future: Dataset, items: Ints, ratings: bool) -> sp.csr_array:
    """float32 [n_users, n]: see Window. A product rated twice counts with its last rating."""
    position = np.full(future.n_items, -1, dtype=np.int64)
    position[items] = np.arange(len(items))
    log = future.interactions if ratings else future.positives()
    if ratings:
        log = log[(log["event"] == "rate") & log["rating"].notna() & (log["item"] >= 0)]
    where = pd.DataFrame({"user": log["user"].to_numpy(), "column": position[log["item"].to_numpy()], "value": 1.0})
    if ratings:
        share = (log["rating"].to_numpy(np.float64) - LOWEST) / (HIGHEST - LOWEST)
        where["value"] = 1.0 + np.clip(share, 0.0, 1.0)
    where = where[where["column"] >= 0].drop_duplicates(["user", "column"], keep="last")
    values = (where["value"].to_numpy(np.float32), (where["user"].to_numpy(), where["column"].to_numpy()))
    return sp.coo_array(values, shape=(future.n_users, len(items))).tocsr()


def base_rate(windows: list[TrainingWindow]) -> float:
    """Share of (shopper, product) pairs that were bought, or the mean rating as a share of its scale; kept
    off 0 and 1."""
    if windows and windows[0].ratings:
        value = float(np.mean(np.concatenate([window.labels.data for window in windows]))) - 1.0
    else:
        pairs = sum(len(window.users) * int(window.snapshot.open.sum()) for window in windows)
        value = sum(float(window.labels[window.users].sum()) for window in windows) / max(pairs, 1)
    return min(max(value, 1e-6), 1 - 1e-6)
