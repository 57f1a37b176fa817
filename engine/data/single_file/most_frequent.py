"""The most frequent value of each product or shopper."""

import pandas as pd


def most_frequent(keys: pd.Series, values: pd.Series, times: pd.Series) -> pd.DataFrame:
    """By key (the index, sorted) the `value` that stands in most of its lines; of equally frequent ones the one that
    was seen last, then the first in text order. `lines`: how many have it, `total`: how many have any.

    keys, values, times [n_lines]; lines without a key or a value do not count.
    """
    lines = pd.DataFrame({"key": keys, "value": values, "time": times}).dropna(subset=["key", "value"])
    counts = lines.groupby(["key", "value"], as_index=False).agg(lines=("time", "size"), last=("time", "max"))
    order = ["key", "lines", "last", "value"]
    counts = counts.sort_values(order, ascending=[True, False, False, True], na_position="last")
    first = counts.drop_duplicates("key").set_index("key")
    total = counts.groupby("key")["lines"].sum()
    return first[["value", "lines"]].assign(total=total)
