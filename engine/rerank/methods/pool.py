"""One shopper's candidates inside the kernels: gathered when needed, similarities computed once for every λ.

Across a whole sweep only some of the candidates are ever compared, and fewer still are chosen. So a vector is gathered
when it is first needed, and a similarity is computed when it is first asked for.
"""

# Kernels are typed by numba when it compiles them.
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from engine.rerank.compiled import kernel_part
from engine.rerank.inputs import PRICE_SCALE
from engine.rerank.methods.prefetch import prefetch

SUM = {"reassoc", "contract", "nsz"}  # lets a sum run in SIMD lanes; NaN keeps its meaning
# load and meet are called for every look at a candidate, mostly to find nothing to do: handing over their arrays
# would take longer than that, so they are inlined
LINE = 16  # float32 in a cache line
UNREAD = np.float32(-1)  # length of an embedding not gathered yet
FALL = np.float32(1 / PRICE_SCALE)

CANDIDATE = np.dtype(
    [
        ("item", np.int64),  # row of the catalogue
        ("value_row", np.int64),  # row of values and of embeddings: the item's, or with what it borrows (imputation)
        ("text", np.int64),
        ("barred", np.bool_),  # part of the pool, but never chosen
        ("slot", np.int64),  # place in the caller's pool: decides ties
        ("score", np.float32),
        ("standard", np.float32),  # z-scored score (dpp, ssd)
        ("length", np.float32),  # of its embedding
        ("own", np.float32),  # squared norm of its features: 1, less the embedding's weight for a zero row
        ("column", np.int64),  # column of `similarity` it fills once a λ has chosen it, -1 before
        # what one greedy pass (one λ) knows
        ("taken", np.bool_),
        ("blocked", np.int64),  # the slot that a rule kept it out of last (cover)
        ("seen", np.int64),  # number of chosen items that `gain` takes into account
        ("quality", np.float32),  # relevance term
        ("variety", np.float32),  # diversity term
        ("gain", np.float64),  # wide enough for the logarithm of any float32
        ("weight", np.float32),  # of its vector (dpp)
        ("closest", np.float32),  # highest similarity to a chosen item …
        ("near", np.int64),  # … and which candidate that is
        ("residual", np.float32),  # squared norm left after projecting the chosen items out (dpp, ssd)
        ("root", np.float32),  # of the residual at which it was chosen
    ],
    align=True,
)


@kernel_part
def open_pool(pool, scores, candidates, order, barred, features, user):
    """Put a shopper's candidates into the pool by falling score; return their number."""
    count = 0
    for slot in order:
        if candidates[slot] >= 0:
            pool[count].item = candidates[slot]
            pool[count].value_row = features.value_rows[user, slot]
            pool[count].text = features.texts[user, slot]
            pool[count].barred = len(barred) > 0 and barred[slot]
            pool[count].slot = slot
            pool[count].score = scores[slot]
            pool[count].length = UNREAD
            pool[count].column = -1
            count += 1
    return count


@kernel_part(fastmath=SUM, forceinline=True)
def gather(pool, vectors, similarity, features, first, last):
    """Gather candidates first … last - 1 at unit length, where that has not been done.

    A zero row stays zero: its cosines are 0. A row that is not finite counts as zero and is reported.
    """
    embeddings = features.embeddings
    for j in range(first, last):
        if pool[j].length != UNREAD:
            continue
        if j + 1 < len(pool):  # likely the next to be looked at
            for axis in range(0, embeddings.shape[1], LINE):
                prefetch(embeddings, pool[j + 1].text, axis)  # type: ignore[call-arg]
        item = pool[j].text
        square = np.float32(0)
        for axis in range(embeddings.shape[1]):
            square += embeddings[item, axis] * embeddings[item, axis]
        length = np.sqrt(square)
        sound = 0 < length < np.inf
        scale = np.float32(1) / length if sound else np.float32(0)
        for axis in range(embeddings.shape[1]):
            vectors[j, axis] = embeddings[item, axis] * scale if sound else np.float32(0)
        for column in range(similarity.shape[1]):
            similarity[j, column] = np.nan
        pool[j].length = length
        bare = np.float32(1) - features.weights[0]
        pool[j].own = features.weights[0] + bare if sound else bare


@kernel_part(fastmath=SUM, forceinline=True)
def update_similarity(pool, vectors, similarity, features, chosen, first, last, step):
    """Similarities of candidates first … last - 1 to the items chosen before `step`; the closest item is remembered.

    All of these candidates have been compared with the same number of items before.
    """
    mixed = features.weights[0] < 1
    for t in range(pool[first].seen, step):
        i = chosen[t]
        column = pool[i].column
        for j in range(first, last):
            similar = similarity[j, column]
            if np.isnan(similar):
                similar = np.float32(0)
                for axis in range(vectors.shape[1]):
                    similar += vectors[i, axis] * vectors[j, axis]
                if mixed:
                    similar = mix_similarity(features, pool[i].value_row, pool[j].value_row, similar)
                similarity[j, column] = similar
            if similar > pool[j].closest:
                pool[j].closest = similar
                pool[j].near = i


@kernel_part
def mix_similarity(features, i, j, cosine):
    """Similarity in [-1, 1] of two different candidates (rows of values) whose cosine is known.

    Where no candidate of the pool knows a value, all candidates count as different in it.
    """
    total = features.weights[0] * cosine
    gap = abs(features.prices[i] - features.prices[j])
    if not np.isnan(gap):
        total += features.weights[1] * np.exp(-gap * FALL)
    for facet in range(features.codes.shape[1]):
        code = features.codes[i, facet]
        if code >= 0 and code == features.codes[j, facet]:
            total += features.weights[2 + facet]
    return total


@kernel_part
def broken_item(pool):
    """The first row of embeddings read whose length is not finite, -1 = none."""
    for j in range(len(pool)):
        if not np.isfinite(pool[j].length):
            return pool[j].text
    return -1
