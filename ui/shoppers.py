"""Who a page is about: everyone, a group, or one shopper."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from engine.experiments.bench import Bench
from ui.words import t, table

EVERYONE = "all"
UNKNOWN = "?"  # the value of those who did not say
SMALLEST = 11  # shoppers in a group
LISTED = 60  # shoppers offered by name; any other id can be typed


@dataclass(frozen=True)
class Who:
    """`rows` number `bench.users`; `row` is set for one shopper only."""

    option: str
    label: str
    rows: np.ndarray
    row: int | None = None


def options(bench: Bench) -> list[str]:
    """Everyone, every group, then some shoppers, the typical one first."""
    return [EVERYONE, *groups(bench), *shoppers(bench)]


@lru_cache(maxsize=4)  # asked for on every run of a page
def groups(bench: Bench) -> tuple[str, ...]:
    """`column=value` of every group that holds at least `SMALLEST` of the shoppers."""
    people = bench.history.users.iloc[bench.users]
    found = []
    for column in people.columns.drop("user_id"):
        sizes = people[column].value_counts().sort_index()
        found += [f"{column}={value}" for value, size in sizes.items() if size >= SMALLEST]
        if sizes.size and people[column].isna().sum() >= SMALLEST:
            found.append(f"{column}={UNKNOWN}")  # those who did not say stay a group
    return tuple(found)


@lru_cache(maxsize=4)
def shoppers(bench: Bench) -> tuple[str, ...]:
    """Ids of some shoppers, from the one with the most typical number of purchases outwards."""
    lines = np.bincount(bench.history.interactions["user"].to_numpy(), minlength=bench.history.n_users)[bench.users]
    order = np.argsort(np.abs(lines - np.percentile(lines, 75)), kind="stable")[:LISTED]
    return tuple(bench.history.users["user_id"].to_numpy()[bench.users[order]].tolist())


def labels(offered: Sequence[str], bench: Bench) -> dict[str, str]:
    """What a user reads for each option, in the language in use now."""
    return {option: label(option, bench) for option in offered}


def label(option: str, bench: Bench) -> str:
    """What a user reads for an option."""
    row = bench.row(option)
    if row is not None:
        return t("who.shopper", id=option) + _age(bench, row)
    if option == EVERYONE:
        return t("who.everyone", n=f"{len(bench.users):,}")
    column, equals, value = option.partition("=")
    if not equals:
        return option
    return f"{column_name(column)}: {t('who.unsaid') if value == UNKNOWN else value}"


def _age(bench: Bench, row: int) -> str:
    people = bench.history.users
    age = people["age"].iat[bench.users[row]] if "age" in people else None
    return "" if age is None or pd.isna(age) else f" · {t('who.age', age=age)}"


def column_name(column: str) -> str:
    """The words for a column of the shop's data; columns we do not know keep their name."""
    return t(f"column.{column}") if f"column.{column}" in table() else column.replace("_", " ").capitalize()


def resolve(option: str, bench: Bench) -> Who | None:
    """Who an option stands for, or None if there is nobody like that in the shop. A shopper's id goes first."""
    option = option.strip()
    row = bench.row(option)
    if row is not None:
        return Who(option, label(option, bench), np.array([row]), row)
    if option == EVERYONE:
        return Who(option, label(option, bench), np.arange(len(bench.users)))
    column, equals, value = option.partition("=")
    people = bench.history.users.iloc[bench.users]
    if not equals or column not in people.columns:
        return None
    known = people[column].isna() if value == UNKNOWN else people[column] == value
    rows = np.flatnonzero(known.to_numpy())
    return Who(option, label(option, bench), rows) if len(rows) else None
