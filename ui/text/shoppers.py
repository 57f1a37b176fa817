"""The choice of shoppers for a page: everyone, a group, or one shopper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.data.labels import SMALLEST_GROUP
from engine.diagnosis.audience import EVERYONE, NO_ANSWER, group_of, group_option, id_of, option_of
from ui.text import products
from ui.text.words import labelled, language, t, table

__all__ = ["EVERYONE", "NO_ANSWER", "Who", "column_name", "groups", "label", "labels", "options", "resolve", "shoppers"]

KEPT = 8  # sets of labels in memory


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


def groups(bench: Bench) -> tuple[str, ...]:
    """The option of every group that holds at least `SMALLEST_GROUP` of the shoppers."""
    return bench.cached("groups offered", lambda: _groups(bench))


def _groups(bench: Bench) -> tuple[str, ...]:
    people = bench.history.users.iloc[bench.users]
    names = []
    for column in people.columns.drop("user_id"):
        sizes = people[column].value_counts().sort_index()
        names += [group_option(column, str(value)) for value, size in sizes.items() if size >= SMALLEST_GROUP]
        if sizes.size and people[column].isna().sum() >= SMALLEST_GROUP:
            names.append(group_option(column, None))  # shoppers without a value are a group as well
    return tuple(names)


def shoppers(bench: Bench) -> tuple[str, ...]:
    """The options of those whose lists are offered by name, the most typical first (`Bench.examples`)."""
    return bench.cached("shoppers offered", lambda: tuple(map(option_of, bench.names(bench.examples()).tolist())))


def labels(offered: Sequence[str], bench: Bench) -> dict[str, str]:
    """The label of each option in the language in use."""
    memo = bench.memo("shopper labels", KEPT)
    return memo.get((language(), tuple(offered)), lambda: {option: label(option, bench) for option in offered})


def label(option: str, bench: Bench) -> str:
    """The label of an option."""
    if option == EVERYONE:
        return t("who.everyone", n=f"{len(bench.users):,}")
    group = group_of(option, _columns(bench))
    if group is not None:
        column, value = group
        return labelled(column_name(column), t("who.unsaid") if value is None else value)
    shopper = _find(option, bench)
    if shopper is None:
        return t("who.search", text=option) if bench.context.askable else option
    name, row = shopper
    if bench.subjects(np.array([row]))[0] >= 0:
        return _product(bench, name)
    return t("who.shopper", id=name) + _age(bench, row) if bench.context.has_history else name


def _columns(bench: Bench) -> list[str]:
    """The columns that tell groups of shoppers, or of products, apart."""
    return [str(name) for name in bench.history.users.columns.drop("user_id")]


def _find(option: str, bench: Bench) -> tuple[str, int] | None:
    """Id and row of the one shopper, or product, that an option stands for."""
    marked = id_of(option)
    for name in (marked, option):  # an id may begin with the sign itself
        row = None if name is None else bench.row(name)
        if name is not None and row is not None:
            return name, row
    return None


def _product(bench: Bench, item_id: str) -> str:
    """A product's title, with a distinguishing addition if another product has the same title."""
    item, again = bench.cached("titles", lambda: _titles(bench))[item_id]
    return products.label(bench, item) if again else products.title(bench, item)


def _titles(bench: Bench) -> dict[str, tuple[int, bool]]:
    """Per product id: its catalogue row, and whether its title is not its alone."""
    items = bench.data.items
    again = items["title"].duplicated(keep=False) if "title" in items else pd.Series(True, index=items.index)
    return {name: (row, twice) for row, (name, twice) in enumerate(zip(items["item_id"], again, strict=True))}


def _by_title(bench: Bench) -> dict[str, str]:
    """The id of the first product of each title, by the title in small letters."""
    items = bench.data.items
    if "title" not in items:
        return {}
    pairs = zip(items["title"].fillna("").str.casefold(), items["item_id"], strict=True)
    return dict(reversed([(title, item_id) for title, item_id in pairs if title]))


def _age(bench: Bench, row: int) -> str:
    people = bench.history.users
    age: Any = people["age"].iat[bench.users[row]] if "age" in people else None
    return "" if age is None or pd.isna(age) else f" · {t('who.age', age=age)}"


def column_name(column: str) -> str:
    """The words for a column of the shop's data; columns we do not know keep their name."""
    return t(f"column.{column}") if f"column.{column}" in table() else column.replace("_", " ").capitalize()


def resolve(option: str, bench: Bench) -> Who | None:
    """The shoppers that an option means, or None if the shop has none of them.

    Everyone and the groups take precedence: an id that is written like one of them needs the sign for ids.
    """
    option = option if id_of(option) is not None else option.strip()
    if option == EVERYONE:
        return Who(option, label(option, bench), np.arange(len(bench.users)))
    group = group_of(option, _columns(bench))
    rows = _group_rows(group, bench) if group is not None else np.empty(0, dtype=np.int64)
    if len(rows):
        return Who(option, label(option, bench), rows)
    shopper = _find(option, bench) or _find(option.strip(), bench)
    if shopper is not None:
        name, row = shopper
        return Who(option_of(name), label(option_of(name), bench), np.array([row]), row)
    return _search(option, bench) if bench.context.askable else None


def _group_rows(group: tuple[str, str | None], bench: Bench) -> np.ndarray:
    column, value = group
    cells = bench.history.users[column].iloc[bench.users]
    return np.flatnonzero((cells.isna() if value is None else cells == value).to_numpy())


def _search(text: str, bench: Bench) -> Who | None:
    """The product with this title, or else a search for the text; None where there is no text."""
    named = bench.cached("rows by title", lambda: _by_title(bench)).get(text.casefold())
    option = text if named is None else option_of(named)
    row = bench.ask(text) if named is None else bench.row(named)
    return None if row is None else Who(option, label(option, bench), np.array([row]), row)
