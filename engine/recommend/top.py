"""The k best columns of a score matrix, exactly and repeatably."""

import numpy as np
import numpy.typing as npt


def top_k(scores: npt.NDArray[np.float32], k: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Columns int64 [U, k] and scores float32 [U, k] of the k largest entries of each row, descending.

    Ties go to the lower column. -inf is no entry: it leaves column -1 and score -inf. `torch.topk` alone is
    quick but breaks ties arbitrarily, so rows whose k-th value is tied are sorted out here.
    """
    import torch  # a second to load, and pages open before it is needed

    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}.")
    n_users, n = scores.shape
    columns = np.full((n_users, k), -1, dtype=np.int64)
    values = np.full((n_users, k), -np.inf, dtype=np.float32)
    width = min(k, n)
    if n_users and width:
        best = torch.topk(torch.from_numpy(scores), min(width + 1, n), dim=1)
        top_scores, rows = best.values.numpy(), best.indices.numpy()
        for row in np.flatnonzero(top_scores[:, width - 1] == top_scores[:, -1]) if n > width else ():
            rows[row, :width] = _settled(scores[row], top_scores[row, width - 1], width)
        rows = np.sort(rows[:, :width], axis=1)
        top_scores = np.take_along_axis(scores, rows, axis=1)
        order = np.argsort(-top_scores, axis=1, kind="stable")
        columns[:, :width] = np.take_along_axis(rows, order, axis=1)
        values[:, :width] = np.take_along_axis(top_scores, order, axis=1)
        columns[np.isneginf(values)] = -1
    return columns, values


def _settled(scores: npt.NDArray[np.float32], least: np.float32, k: int) -> npt.NDArray[np.int64]:
    """The k columns that hold more than `least`, filled up with the first that hold exactly it."""
    above = np.flatnonzero(scores > least)
    tied = np.flatnonzero(scores == least)
    return np.concatenate([above, tied[: k - len(above)]])
