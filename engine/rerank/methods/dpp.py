"""Determinantal point process, greedy MAP: each item multiplies the determinant of the slate's kernel most.

Chen, Zhang & Zhou, "Fast greedy MAP inference for determinantal point process to improve recommendation
diversity", NeurIPS 2018. Kernel w_i·similarity(i, j)·w_j with w = exp((1-λ)·z) and z the z-scored relevance, so
an item's log marginal determinant splits into its quality 2·(1-λ)·z and the log of its squared residual norm.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.by_similarity import compare, new_similarities, open_nothing, take_nothing
from engine.rerank.methods.greedy import LAZY, greedy
from engine.rerank.methods.projection import EPS, project, zscore

TINY = np.float32(np.finfo(np.float32).tiny)
MAX_LOG_WEIGHT = np.float32(40)  # its square still fits float32
LOW, SLACK = np.float32(-8), np.float32(4e-4)  # log(w² + EPS) <= max(log w², LOW) + SLACK


@kernel_part
def _begin(work, pool, level, keep, give):
    if level == 0:
        zscore(pool)
    # one factor for all weights changes no choice
    shift = max(keep * pool[0].standard - MAX_LOG_WEIGHT, np.float32(0))
    for j in range(len(pool)):
        pool[j].quality = np.float32(2) * (keep * pool[j].standard - shift)
        pool[j].gain = max(pool[j].quality, LOW) + SLACK  # a bound, without exp or log


@kernel_part(forceinline=True)
def _update(work, pool, features, chosen, first, last, step, keep, give):
    compare(work, pool, features, chosen, first, last, step)
    for j in range(first, last):
        if pool[j].seen == 0:
            pool[j].weight = np.exp(pool[j].quality / np.float32(2))
            pool[j].residual = pool[j].weight * pool[j].weight + EPS
        project(pool, work.similarity, work.factors, chosen, j, step, np.float32(0))
        least = EPS * pool[j].weight * pool[j].weight  # below it a residual is rounding, not variety
        pool[j].gain = np.log(np.float64(max(pool[j].residual, least, TINY)))
        pool[j].variety = pool[j].gain - pool[j].quality
        pool[j].seen = step


@njit(nogil=True, error_model="numpy", cache=True)
def dpp(task):
    """Fill the slots of a Task. The diversity term lies in [log EPS = -15.94, 0], but for weights near 0."""
    return greedy(new_similarities(task), LAZY, open_nothing, _begin, _update, take_nothing, task)
