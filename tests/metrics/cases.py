"""Random slates for properties: some items missing, some slates empty, gaps anywhere in the row."""

import numpy as np
from hypothesis import strategies as st
from scipy import sparse

N_ITEMS = 9


K = st.integers(1, 6)


def slates(min_users=1, max_users=6, k=K):
    return st.tuples(st.integers(min_users, max_users), k).flatmap(lambda shape: _slates(*shape))


def _slates(n_users, k):
    slot = st.integers(-1, N_ITEMS - 1)
    slate = st.lists(slot, min_size=k, max_size=k, unique_by=lambda item: item if item >= 0 else object())
    return st.lists(slate, min_size=n_users, max_size=n_users).map(lambda rows: np.array(rows, dtype=np.int64))


def per_item(element):
    return st.lists(element, min_size=N_ITEMS, max_size=N_ITEMS)


codes = per_item(st.integers(-1, 3)).map(np.array)


def wanted(random, n_users):
    """A sparse [n_users, N_ITEMS] with stored zeros, and the same as one set of items a shopper."""
    dense = np.array([[random.choice([0, 0, 1, 2]) for _ in range(N_ITEMS)] for _ in range(n_users)])
    stored = sparse.csr_array(np.ones_like(dense))
    stored.data[:] = dense.ravel()
    return stored, [set(np.flatnonzero(row).tolist()) for row in dense]
