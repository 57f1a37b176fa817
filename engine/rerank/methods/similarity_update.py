"""All similarities of one shopper's pool at once, for the method that needs them all."""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from engine.rerank.compiled import kernel_part
from engine.rerank.methods.pool import SUM, mix_similarity


@kernel_part(fastmath=SUM)
def fill_similarity(pool, vectors, features, similarities):
    """Fill similarities[i, j] for candidates i and j, all of them gathered; similarities[j, j] is `own`.

    2 × 4 sums at a time, so that a number that was read is used more than once: as fast as BLAS, and on this thread
    alone, where BLAS would start threads of its own beside ours.
    """
    count = len(pool)
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
            similarities[i, j0], similarities[i, j1], similarities[i, j2], similarities[i, j3] = a0, a1, a2, a3
            similarities[below, j0], similarities[below, j1], similarities[below, j2], similarities[below, j3] = (
                b0,
                b1,
                b2,
                b3,
            )
    mixed = features.weights[0] < 1
    for i in range(count):
        for j in range(i):
            similar = (
                mix_similarity(features, pool[i].value_row, pool[j].value_row, similarities[i, j])
                if mixed
                else similarities[i, j]
            )
            similarities[i, j] = similar
            similarities[j, i] = similar
        similarities[i, i] = pool[i].own
