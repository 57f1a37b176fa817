"""Which further columns of a file describe its products, which its shoppers, and which only single lines."""

from dataclasses import dataclass

import pandas as pd

from engine.data.reading.columns import MAX_FACET_VALUES

NEARLY = 0.95  # share of lines that must agree with the others of their product or shopper,
DOUBT_LEFT = 0.25  # and the share of all disagreement that may be left once the product or shopper is known


@dataclass(frozen=True)
class Roles:
    """The names of the columns by what they describe."""

    products: list[str]
    shoppers: list[str]
    neither: list[str]


def roles(lines: pd.DataFrame, names: list[str]) -> Roles:
    """The roles of the columns `names` of lines with item_id and user_id (NaN for nobody).

    A column of shoppers must also group them: one with another value for every second shopper, as a name or an
    address, is of neither.
    """
    found = Roles([], [], [])
    people = lines["user_id"].nunique()
    for name in names:
        groups = lines[name].nunique() <= max(2, min(MAX_FACET_VALUES, people / 2))
        by_item = agreement(lines["item_id"], lines[name])
        by_user = agreement(lines["user_id"], lines[name]) if groups else 0.0
        if max(by_item, by_user) == 0.0:
            found.neither.append(name)
        else:
            (found.products if by_item >= by_user else found.shoppers).append(name)
    return found


def agreement(keys: pd.Series, values: pd.Series) -> float:
    """Share of lines that have the most frequent value of their key; 0 where that is too small, or says nothing.

    Only keys with several lines can agree; a value that nearly all lines have agrees with every key by itself.
    """
    lines = pd.DataFrame({"key": keys, "value": values}).dropna()
    lines = lines[lines["key"].duplicated(keep=False)]
    overall = lines["value"].value_counts()
    if len(overall) < 2:
        return 0.0
    counts = lines.groupby(["key", "value"]).size()
    share = float(counts.groupby("key").max().sum() / len(lines))
    doubt = 1 - float(overall.iloc[0]) / len(lines)
    return share if share >= NEARLY and 1 - share <= DOUBT_LEFT * doubt else 0.0
