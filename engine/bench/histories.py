"""Every shopper's part of a log, found once, so that nobody reads the whole log for one shopper."""

from dataclasses import replace

import numpy as np

from engine.data import Dataset

Array = np.ndarray


class Histories:
    """The lines of a log, by user row. One index of all lines is made when it is built: int64 [n_lines] and
    [n_users + 1]."""

    def __init__(self, log: Dataset) -> None:
        users = log.interactions["user"].to_numpy()
        self._log = log
        self._order = np.argsort(users, kind="stable")  # a shopper's lines stay in the order of time
        self._starts = np.searchsorted(users[self._order], np.arange(log.n_users + 1))

    def of(self, user: int) -> Dataset:
        """The shop with the positive interactions of one user row alone, in the order of time; ages are counted back
        from the log's cut-off, or from its end where there is none."""
        log = self._log
        lines = log.interactions.iloc[self._order[self._starts[user] : self._starts[user + 1]]]
        positives = replace(log, interactions=lines).positives()
        return replace(log, interactions=positives, cutoff=log.cutoff if log.cutoff is not None else log.end)
