"""One file becomes a catalogue, a log, the lines of unknown shoppers and groups of shoppers."""

from dataclasses import dataclass, field

import pandas as pd

from engine.data.frames import basket_numbers
from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.problems import Progress
from engine.data.reading.columns import TABLES
from engine.data.reading.findings import LeftOut
from engine.data.single_file.orders import purchases
from engine.data.single_file.products import catalogue, further_columns, groups, nothing_sold

STEP = "data.derive"


@dataclass(frozen=True)
class Derived:
    """tables: "items", "interactions", and where there are any "anonymous" (lines of unknown shoppers, without
    user_id) and "groups" (user_id and what is known of shoppers). questions, left_out: what is to decide and to know,
    and the lines of the file that are not in the log, by reason."""

    tables: dict[str, pd.DataFrame]
    questions: list[Question] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def derive(kind: str, file: str, lines: pd.DataFrame, choices: Choices, report: Progress) -> Derived:
    """What the good lines of one file say.

    kind: "orders", "reviews" or "activity". lines: its columns as `check` gives them. Raises InputError where no line
    is left, where titles are none of products, or where ids are to be left out that no line has.
    """
    report(STEP, 0, 3)
    lines = lines.assign(user_id=lines["user_id"].mask(lines["user_id"].str.strip() == ""))
    if "title" in lines:  # spaces around it make no other title
        titles = lines["title"].str.strip()
        lines = lines.assign(title=titles.mask(titles == ""))
    questions: list[Question] = []
    left_out: list[LeftOut] = []
    sold = log = lines
    if kind == "orders":
        bought = purchases(file, lines, choices)
        sold, log, questions, left_out = bought.sold, bought.lines, bought.questions, bought.left_out
    elif kind == "reviews":
        log = lines.assign(event="rate")
    sold = sold[sold["item_id"].notna()]
    if log.empty or sold.empty:
        raise nothing_sold(file)
    report(STEP, 1, 3)
    columns, notes = further_columns(kind, file, sold)
    items, varied = catalogue(kind, file, sold, _priced(kind, log, sold), columns.products)
    report(STEP, 2, 3)
    tables = {"items": items} | _logs(kind, log)
    shoppers = groups(log, columns.shoppers)
    if shoppers is not None:
        tables["groups"] = shoppers
    questions += varied + notes + _anonymous(file, tables.get("anonymous"), len(log))
    report(STEP, 3, 3)
    return Derived(tables, questions, left_out)


def _priced(kind: str, log: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """The lines whose price counts: purchases that were not returned; of a product that always came back, all."""
    if kind != "orders":
        return sold
    return pd.concat([log, sold[~sold["item_id"].isin(log["item_id"])]])


def _logs(kind: str, log: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The lines of known shoppers and, where there are some, those of unknown ones, with the columns of a log."""
    if kind == "activity" and "value" not in log and "price" in log:
        pieces = log["quantity"].fillna(1.0) if "quantity" in log else 1.0
        log = log.assign(value=(log["price"] * pieces).where(log["event"] == "buy"))
    log = log[[name for name in TABLES["interactions"] if name in log]]
    known = log["user_id"].notna().to_numpy()
    logs = {"interactions": log[known].reset_index(drop=True)}
    if not known.all():
        logs["anonymous"] = log[~known].drop(columns="user_id").reset_index(drop=True)
    return logs


def _anonymous(file: str, lines: pd.DataFrame | None, total: int) -> list[Question]:
    """A note on lines without a shopper: what they count for, and what not."""
    if lines is None:
        return []
    baskets = int(basket_numbers(lines).max()) + 1 if "basket_id" in lines else 0
    details: dict[str, str | int] = {
        "n": len(lines), "count": f"{len(lines):,}", "total": f"{total:,}", "share": f"{100 * len(lines) / total:.1f}",
        "baskets": f"{baskets:,}",
    }  # fmt: skip
    return [Question("anonymous_baskets" if baskets else "anonymous_lines", file, "user_id", details)]
