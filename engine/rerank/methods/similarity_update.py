"""All similarities of one shopper's pool at once, for the method that needs them all."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.methods.pool import SUM, mix


@njit(nogil=True, error_model="numpy", fastmath=SUM)
def fill_gram(pool, vectors, likeness, count, gram):
    """Fill gram[i, j] with the similarity of candidates i and j, all loaded; gram[j, j] is `own`.

    2 × 4 sums at a time, so that a loaded number is used more than once: as fast as BLAS, and on this thread
    alone, where BLAS would start threads of its own beside ours.
    """
    final = max(count - 1, 0)
    for i in range(0, count, 2):
        below = min(i + 1, final)
        for j in range(0, i + 2, 4):
            j0, j1, j2, j3 = min(j, final), min(j + 1, final), min(j + 2, final), min(j + 3, final)
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = np.float32(0)
            for axis in range(vectors.shape[1]):
                a, b = vectors[i, axis], vectors[below, axis]
                a0 += a * vectors[j0, axis]
                a1 += a * vectors[j1, axis]
                a2 += a * vectors[j2, axis]
                a3 += a * vectors[j3, axis]
                b0 += b * vectors[j0, axis]
                b1 += b * vectors[j1, axis]
                b2 += b * vectors[j2, axis]
                b3 += b * vectors[j3, axis]
            gram[i, j0], gram[i, j1], gram[i, j2], gram[i, j3] = a0, a1, a2, a3
            gram[below, j0], gram[below, j1], gram[below, j2], gram[below, j3] = b0, b1, b2, b3
    mixed = likeness.weights[0] < 1
    for i in range(count):
        for j in range(i):
            alike = mix(likeness, pool[i].face, pool[j].face, gram[i, j]) if mixed else gram[i, j]
            gram[i, j] = alike
            gram[j, i] = alike
        gram[i, i] = pool[i].own
