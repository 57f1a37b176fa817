"""Products of sparse and dense matrices on all cores; scipy's own run on one."""

import warnings

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

COLUMNS = 1_000  # items at a time, so that [n_users, n_items] is never dense
warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")


def sparse_times_dense(sparse: sp.csr_array, matrix: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """sparse [m, n] times dense [n, k], in the type of `sparse`."""
    import torch  # a second to load, and pages open before it is needed

    rows, columns = (torch.from_numpy(array.astype(np.int64)) for array in (sparse.indptr, sparse.indices))
    data = torch.from_numpy(sparse.data)
    left = torch.sparse_csr_tensor(rows, columns, data, size=sparse.shape, check_invariants=False)
    product: npt.NDArray[np.floating] = (left @ torch.from_numpy(matrix)).numpy()
    return product


def dense_times_sparse(matrix: npt.NDArray[np.floating], sparse: sp.csr_array) -> npt.NDArray[np.floating]:
    """dense [k, m] times sparse [m, n]."""
    return sparse_times_dense(sparse.T.tocsr(), np.ascontiguousarray(matrix.T)).T
