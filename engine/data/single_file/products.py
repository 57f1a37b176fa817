"""The catalogue and the groups of shoppers that the lines of one file describe."""

import pandas as pd

from engine.data.intake.questions import Question
from engine.data.problems import InputError, refuse
from engine.data.reading.columns import SINGLE_FILES, TABLES
from engine.data.single_file.column_roles import Roles, roles
from engine.data.single_file.most_frequent import most_frequent

SHOWN = 3
TITLES_AGREE = 0.5  # share of lines that must have the title of their product,
LEAST_LINES = 20  # where so many lines are of products with several


def further_columns(kind: str, file: str, lines: pd.DataFrame) -> tuple[Roles, list[Question]]:
    """What the columns beyond the schema describe, and a note for each role that has some."""
    names = [str(name) for name in lines if name not in SINGLE_FILES[kind]]
    found = roles(lines, names)
    by_role = {"products": found.products, "shoppers": found.shoppers, "neither": found.neither}
    return found, [
        Question(f"columns_{role}", file, None, {"n": len(columns), "names": ", ".join(columns)})
        for role, columns in by_role.items()
        if columns
    ]


def catalogue(
    kind: str, file: str, sold: pd.DataFrame, prices: pd.DataFrame, further: list[str]
) -> tuple[pd.DataFrame, list[Question]]:
    """One row a product, in the order of ids: what most of its lines say, and the median of its prices.

    sold: the lines that describe products. prices: those whose price counts. further: columns beyond the schema that
    describe products. Raises InputError for a column of titles that differ from line to line.
    """
    items = pd.DataFrame({"item_id": pd.Index(sold["item_id"].unique()).sort_values()})
    notes: list[Question] = []
    names = [name for name in TABLES["items"] if name in sold and name not in ("item_id", "price")]
    for name in [*names, *further]:
        best = most_frequent(sold["item_id"], sold[name], sold["timestamp"])
        items[name] = items["item_id"].map(best["value"])
        varied = best[best["lines"] < best["total"]]
        if name == "title":
            _check_titles(file, best)
        if len(varied):
            notes.append(_varied(file, name, sold, varied))
    if "price" in prices:
        median = prices[prices["price"] >= 0].groupby("item_id")["price"].median()
        items["price"] = items["item_id"].map(median)
    first = [name for name in TABLES["items"] if name in items]
    return items[first + [name for name in items if name not in first]], notes


def _check_titles(file: str, best: pd.DataFrame) -> None:
    """Raise InputError where most lines have another title than their product: it is the title of something else."""
    several = best[best["total"] > 1]
    if several["total"].sum() >= LEAST_LINES and several["lines"].sum() < TITLES_AGREE * several["total"].sum():
        problem = "Most lines of a product have different titles, so the column is no title of products"
        raise refuse(
            file, "title_varies", problem, "Map another column to title, or leave this one out", column="title"
        )


def _varied(file: str, name: str, sold: pd.DataFrame, varied: pd.DataFrame) -> Question:
    """A note on products whose lines do not all say the same; with examples of titles."""
    details: dict[str, str | int] = {"n": len(varied), "count": f"{len(varied):,}"}
    if name != "title":
        return Question("values_vary", file, name, details)
    examples = []
    for item in varied.sort_values("total", ascending=False, kind="stable").index[:SHOWN]:
        titles = sold.loc[(sold["item_id"] == item).to_numpy(), "title"].dropna()
        other = next(title for title in titles.value_counts().index if title != varied["value"][item])
        examples.append(f"“{varied['value'][item]}” ({item}): “{other}”")
    return Question("titles_vary", file, name, details | {"examples": "; ".join(examples)})


def groups(lines: pd.DataFrame, columns: list[str]) -> pd.DataFrame | None:
    """One row a known shopper with what most of their lines say; None without such columns."""
    if not columns:
        return None
    known = lines[lines["user_id"].notna()]
    shoppers = pd.DataFrame({"user_id": pd.Index(known["user_id"].unique()).sort_values()})
    for name in columns:
        best = most_frequent(known["user_id"], known[name], known["timestamp"])["value"]
        shoppers[name] = shoppers["user_id"].map(best)
    return shoppers


def with_groups(users: pd.DataFrame | None, derived: pd.DataFrame | None) -> pd.DataFrame | None:
    """The users file with the groups that the single file tells beside it; the file's own columns come first."""
    if users is None or derived is None:
        return derived if users is None else users
    further = derived[["user_id", *(name for name in derived if name not in users)]]
    merged = users.merge(further, on="user_id", how="left")
    return pd.concat([merged, further[~further["user_id"].isin(users["user_id"])]], ignore_index=True)


def nothing_sold(file: str) -> InputError:
    """The refusal of a file of which no line is left."""
    problem = "No line is left: all are returns, corrections, service lines or have problems"
    return refuse(file, "nothing_sold", problem, "Check that quantity, price and the number of the order are mapped")
