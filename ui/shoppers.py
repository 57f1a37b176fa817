"""Who a page is about: everyone, a group, or one shopper."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.experiments.bench import Bench
from ui.words import t, table

EVERYONE = "all"
LISTED = 60  # shoppers offered by name; any other id can be typed


@dataclass(frozen=True)
class Who:
    """`rows` number `bench.users`; `row` is set for one shopper only."""

    option: str
    label: str
    rows: np.ndarray
    row: int | None = None


def options(bench: Bench) -> list[str]:
    """Everyone, every group of at least 11 shoppers, then some shoppers, the typical one first."""
    return [EVERYONE, *groups(bench), *shoppers(bench)]


def groups(bench: Bench) -> list[str]:
    """`column=value` of every group that holds at least 11 of the shoppers."""
    people = bench.history.users.iloc[bench.users]
    return [
        f"{column}={value}"
        for column in people.columns.drop("user_id")
        for value, size in people[column].value_counts().sort_index().items()
        if size >= 11
    ]


def shoppers(bench: Bench) -> list[str]:
    """Ids of some shoppers, from the one with the most typical number of purchases outwards."""
    lines = np.bincount(bench.history.interactions["user"].to_numpy(), minlength=bench.history.n_users)[bench.users]
    order = np.argsort(np.abs(lines - np.percentile(lines, 75)), kind="stable")[:LISTED]
    return bench.history.users["user_id"].to_numpy()[bench.users[order]].tolist()


def labels(offered: list[str], bench: Bench) -> dict[str, str]:
    """What a user reads for each option, in the language in use now."""
    return {option: label(option, bench) for option in offered}


def label(option: str, bench: Bench) -> str:
    """What a user reads for an option."""
    if option == EVERYONE:
        return t("who.everyone", n=f"{len(bench.users):,}")
    if "=" in option:
        column, _, value = option.partition("=")
        return f"{column_name(column)}: {value}"
    person = bench.history.users.loc[bench.history.users["user_id"] == option]
    age = person["age"].iloc[0] if len(person) and "age" in person and pd.notna(person["age"].iloc[0]) else None
    return t("who.shopper", id=option) + (f" · {t('who.age', age=age)}" if age else "")


def column_name(column: str) -> str:
    """The words for a column of the shop's data; columns we do not know keep their name."""
    return t(f"column.{column}") if f"column.{column}" in table() else column.replace("_", " ").capitalize()


def resolve(option: str, bench: Bench) -> Who | None:
    """Who an option stands for, or None if there is nobody like that in the shop."""
    if option == EVERYONE:
        return Who(option, label(option, bench), np.arange(len(bench.users)))
    column, equals, value = option.partition("=")
    if equals:
        people = bench.history.users.iloc[bench.users]
        if column not in people.columns:
            return None
        rows = np.flatnonzero((people[column] == value).to_numpy())
        return Who(option, label(option, bench), rows) if len(rows) else None
    row = bench.row(option)
    return None if row is None else Who(option, label(option, bench), np.array([row]), row)
