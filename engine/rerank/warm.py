"""Compile or load the kernels of the processor ahead, so that no first click waits for them."""

from collections.abc import Sequence

import numpy as np

from engine.data import Progress, silent
from engine.rerank.api import rerank
from engine.rerank.methods import METHODS


def warm(report: Progress = silent, methods: Sequence[str] = tuple(METHODS)) -> None:
    """Run each method once on a tiny input: seconds on a new machine, milliseconds from numba's cache.

    report: called with ("rerank.warm", methods done, methods in all); it may raise to cancel.
    """
    scores = np.array([[3.0, 2.0, 1.0]], np.float32)
    candidates = np.array([[0, 1, 2]], np.int64)  # of the last nothing is known
    vectors, codes, shares = np.eye(3, 2, dtype=np.float32), {"facet": np.array([0, 1, -1])}, {"facet": np.eye(2)[:1]}
    for done, method in enumerate(methods):
        report("rerank.warm", done, len(methods))
        rerank(scores, candidates, vectors, k=2, method=method, facets=codes, profiles=shares, device="cpu")
    report("rerank.warm", len(methods), len(methods))
