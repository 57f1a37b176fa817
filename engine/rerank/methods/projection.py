"""What dpp and ssd share: z-scored relevance, and the residual of an item after projecting out the chosen ones."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.pool import SUM

EPS = np.float32(np.finfo(np.float32).eps)


@kernel_part(fastmath=SUM)
def zscore(pool):
    """Fill `standard` with (score - mean) / standard deviation over the pool; 0 where all scores are equal."""
    total, square = 0.0, 0.0
    for j in range(len(pool)):
        total += pool[j].score
    mean = total / len(pool)
    for j in range(len(pool)):
        square += (pool[j].score - mean) ** 2
    spread = np.float32(np.sqrt(square / len(pool)))
    flat = pool[0].score == pool[-1].score or spread == 0
    for j in range(len(pool)):
        pool[j].standard = np.float32(0) if flat else (pool[j].score - np.float32(mean)) / spread


@kernel_part(fastmath=SUM)
def project(pool, similarity, factors, chosen, j, step, bias):
    """Project the items chosen before `step`, and not seen yet, out of candidate j.

    One row of an incremental Cholesky factor (Chen, Zhang & Zhou 2018, algorithm 1) of the kernel
    weight_i·(similarity + bias)·weight_j: O(step) for each chosen item, whatever d is.
    """
    for t in range(pool[j].seen, step):
        i = chosen[t]
        product = pool[j].weight * (similarity[j, pool[i].column] + bias) * pool[i].weight
        for s in range(t):
            product -= factors[j, s] * factors[i, s]
        left = pool[i].root * pool[i].root > EPS * pool[i].weight * pool[i].weight  # else i spans nothing new
        factors[j, t] = product / (pool[i].root + EPS) if left else np.float32(0)
        pool[j].residual = max(pool[j].residual - factors[j, t] * factors[j, t], np.float32(0))
