"""One shopper's candidates inside the kernels: gathered lazily, cosines computed once and shared by every λ.

Across a whole sweep only a part of the candidates is ever looked at, and fewer still are chosen. So a vector
is gathered when it is first needed, and a cosine is computed when it is first asked for.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np
from numba import njit

from engine.rerank.prefetch import prefetch

SUM = {"reassoc", "contract", "nsz"}  # lets a sum run in SIMD lanes; NaN keeps its meaning
LINE = 16  # float32 in a cache line
UNREAD = np.float32(-1)  # length of an embedding not gathered yet

CANDIDATE = np.dtype(
    [
        ("item", np.int64),  # row of embeddings
        ("slot", np.int64),  # place in the caller's pool: decides ties
        ("score", np.float32),
        ("standard", np.float32),  # z-scored score (dpp, ssd)
        ("length", np.float32),  # of its embedding
        ("column", np.int64),  # column of `cosines` it fills once a λ has chosen it, -1 before
        # what one greedy pass (one λ) knows
        ("taken", np.bool_),
        ("seen", np.int64),  # number of chosen items that `gain` takes into account
        ("quality", np.float32),  # relevance term
        ("variety", np.float32),  # diversity term
        ("gain", np.float64),  # wide enough for the logarithm of any float32
        ("weight", np.float32),  # of its vector (dpp)
        ("closest", np.float32),  # highest cosine to a chosen item …
        ("near", np.int64),  # … and which candidate that is
        ("residual", np.float32),  # squared norm left after projecting the chosen items out (dpp, ssd)
        ("root", np.float32),  # of the residual at which it was chosen
    ],
    align=True,
)


@njit(nogil=True, error_model="numpy")
def open_pool(pool, scores, candidates, order):
    """Put a shopper's candidates into the pool by falling score; return their number."""
    count = 0
    for slot in order:
        if candidates[slot] >= 0:
            pool[count].item = candidates[slot]
            pool[count].slot = slot
            pool[count].score = scores[slot]
            pool[count].length = UNREAD
            pool[count].column = -1
            count += 1
    return count


@njit(nogil=True, error_model="numpy", fastmath=SUM)
def load(pool, vectors, cosines, embeddings, first, last):
    """Gather candidates first … last - 1 at unit length, where that is still to do.

    A zero row stays zero: its cosines are 0. A broken one (not finite) counts as zero and is reported.
    """
    for j in range(first, last):
        if pool[j].length != UNREAD:
            continue
        if j + 1 < len(pool):  # likely the next to be looked at
            for axis in range(0, embeddings.shape[1], LINE):
                prefetch(embeddings, pool[j + 1].item, axis)  # type: ignore[call-arg]
        item = pool[j].item
        square = np.float32(0)
        for axis in range(embeddings.shape[1]):
            square += embeddings[item, axis] * embeddings[item, axis]
        length = np.sqrt(square)
        sound = 0 < length < np.inf
        scale = np.float32(1) / length if sound else np.float32(0)
        for axis in range(embeddings.shape[1]):
            vectors[j, axis] = embeddings[item, axis] * scale if sound else np.float32(0)
        for column in range(cosines.shape[1]):
            cosines[j, column] = np.nan
        pool[j].length = length


@njit(nogil=True, error_model="numpy", fastmath=SUM)
def meet(pool, vectors, cosines, chosen, first, last, step):
    """Cosines of candidates first … last - 1, who have all seen as much, to the items chosen before `step`.

    Remembers the closest item. The only place where a similarity is computed.
    """
    for t in range(pool[first].seen, step):
        i = chosen[t]
        column = pool[i].column
        for j in range(first, last):
            cosine = cosines[j, column]
            if np.isnan(cosine):
                cosine = np.float32(0)
                for axis in range(vectors.shape[1]):
                    cosine += vectors[i, axis] * vectors[j, axis]
                cosines[j, column] = cosine
            if cosine > pool[j].closest:
                pool[j].closest = cosine
                pool[j].near = i


@njit(nogil=True, error_model="numpy")
def broken_item(pool, count):
    """The first embedding row read whose length is not finite, -1 = none."""
    for j in range(count):
        if not np.isfinite(pool[j].length):
            return pool[j].item
    return -1
