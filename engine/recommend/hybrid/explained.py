"""Explanation of a candidate's score: the ranker's log-odds, split by groups of figures."""

from typing import Any

import numpy as np

from engine.recommend.counts import Floats, Ints
from engine.recommend.hybrid import trees
from engine.recommend.hybrid.signals import Chunk, Signals

OWN = "own"  # the shopper's history with the item itself
GROUPS = (OWN, "product", "shopper", "price", "together")
TASTE = "taste"  # the shopper's history with the item's category, type, maker ...


def terms(
    signals: Signals, chunk: Chunk, boosters: list[Any], habit: Floats, known: Ints, items: Ints
) -> dict[str, Floats]:
    """What each group of figures adds to the log-odds of catalogue rows `items` [U, k], float32 [U, k] by group.

    known [u]: which of the U shoppers the chunk holds; habit [u, n_eligible]: what is added to the log-odds, counted to
    the group OWN. Each is above or below the mean over a shopper's candidates, so that the groups sum to the score less
    the candidates' mean score.
    """
    rows, columns, figures = signals.figures(chunk)
    added = trees.contributions(boosters, figures)  # [P, F]
    groups = np.array([_group(name) for name in signals.names])
    by_group = {}
    for group in (*GROUPS, TASTE):
        mine = added[:, groups == group].sum(axis=1)
        if group == OWN:
            mine = mine + habit[rows, columns]
        dense = np.full(chunk.mask.shape, np.nan, dtype=np.float32)
        dense[rows, columns] = mine
        dense -= np.nanmean(dense, axis=1, keepdims=True)
        by_group[group] = _picked(dense, signals.items, known, items)
    return by_group


def _picked(values: Floats, scored: Ints, known: Ints, items: Ints) -> Floats:
    """values [u, n] at catalogue rows [U, k]; NaN where there are none."""
    at = np.minimum(np.searchsorted(scored, items), len(scored) - 1)
    picked = np.full(items.shape, np.nan, dtype=np.float32)
    picked[known] = np.take_along_axis(values, at[known], axis=1)
    return np.where(scored[at] == items, picked, np.float32(np.nan))


def _group(name: str) -> str:
    group = name.partition(".")[0]
    return group if group in GROUPS else TASTE
