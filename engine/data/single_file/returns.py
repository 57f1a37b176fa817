"""Which purchase each return cancels."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
NOTHING = 1e-9  # a quantity below it is a rounding error


def match_returns(bought: pd.DataFrame, returned: pd.DataFrame) -> tuple[Floats, Floats]:
    """What is left of each purchase, float64 [n_bought], and how much of each return was found, float64 [n_returned].

    Both have user_id, item_id, timestamp and quantity (> 0). Returns are taken in the order of time. Each cancels the
    latest purchase of the same shopper and product, not later than itself, of which at least its quantity is left;
    where no single one suffices, the latest ones one after the other, as far as they reach.
    """
    left = bought["quantity"].to_numpy(np.float64).copy()
    found = np.zeros(len(returned))
    purchases = _by_pair(bought, returned)
    times, moments = _seconds(bought), _seconds(returned)
    quantities = returned["quantity"].to_numpy(np.float64)
    pairs = list(zip(returned["user_id"], returned["item_id"], strict=True))
    for number in np.argsort(moments, kind="stable"):
        earlier = [row for row in purchases.get(pairs[number], []) if times[row] <= moments[number]]
        for row in _cancelled(earlier, left, quantities[number]):
            taken = min(left[row], quantities[number] - found[number])
            left[row] -= taken
            found[number] += taken
    left[left < NOTHING] = 0.0
    return left, found


def _cancelled(earlier: list[int], left: Floats, quantity: float) -> list[int]:
    """The purchases that a return takes from, the first one first. earlier: rows in the order of time."""
    latest = [row for row in reversed(earlier) if left[row] > NOTHING]
    enough = next((row for row in latest if left[row] >= quantity - NOTHING), None)
    return latest if enough is None else [enough]


def _by_pair(bought: pd.DataFrame, returned: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """Rows of `bought`, in the order of time, by shopper and product, where something came back."""
    pairs = pd.MultiIndex.from_frame(bought[["user_id", "item_id"]])
    rows = np.flatnonzero(pairs.isin(pd.MultiIndex.from_frame(returned[["user_id", "item_id"]])))
    rows = rows[np.argsort(_seconds(bought)[rows], kind="stable")]
    purchases: dict[tuple[str, str], list[int]] = {}
    for row, pair in zip(rows.tolist(), pairs[rows], strict=True):
        purchases.setdefault(pair, []).append(row)
    return purchases


def _seconds(lines: pd.DataFrame) -> npt.NDArray[np.int64]:
    return lines["timestamp"].to_numpy("datetime64[s]").astype(np.int64)
