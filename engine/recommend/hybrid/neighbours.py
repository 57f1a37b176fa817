"""Which shoppers buy alike."""

import numpy as np
import scipy.sparse as sp

NEIGHBOURS = 300
CHUNK = 1_000  # shoppers at a time


def likest(bought: sp.csr_array) -> sp.csr_array:
    """float32 [n_users, n_users]: each shopper's NEIGHBOURS likest others by cosine of `bought`, as shares.

    bought: [n_users, n]. A shopper without a history, or like nobody, has an empty row.
    """
    norms = np.sqrt(bought.multiply(bought).sum(axis=1))
    unit = (sp.diags_array(1.0 / np.where(norms > 0, norms, 1.0)) @ bought).tocsr().astype(np.float32)
    parts = []
    for at in range(0, unit.shape[0], CHUNK):
        like = (unit[at : at + CHUNK] @ unit.T).toarray()
        like[np.arange(len(like)), np.arange(at, at + len(like))] = 0.0  # not herself
        if like.shape[1] > NEIGHBOURS:
            least = -np.partition(-like, NEIGHBOURS - 1, axis=1)[:, NEIGHBOURS - 1]
            like[like < least[:, None]] = 0.0
        total = like.sum(axis=1, keepdims=True)
        parts.append(sp.csr_array(like / np.where(total > 0, total, 1.0)))
    return sp.csr_array(sp.vstack(parts, format="csr"))
