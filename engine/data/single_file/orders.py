"""From lines of orders to purchases: service lines, corrections and returns are taken out, each with its count."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.data.intake.choices import Choices
from engine.data.intake.questions import HARMLESS, Question
from engine.data.reading.findings import LeftOut, Mask
from engine.data.single_file.most_frequent import most_frequent
from engine.data.single_file.returns import Floats, match_returns
from engine.data.single_file.service_lines import left_out_ids, question, service_lines

CANCELLED, PLAIN = r"[Cc]-?\d+", r"\d+"  # numbers of orders: a letter in front cancels, where
MOSTLY = 0.5  # more than this share of all numbers are digits alone


@dataclass(frozen=True)
class Purchases:
    """sold: lines that were sold, also those that came back later: they say what a product is called and costs.
    lines: what remains of them, with the event `buy`. All lines of the file are in `lines` or counted in `left_out`."""

    sold: pd.DataFrame
    lines: pd.DataFrame
    left_out: list[LeftOut]
    questions: list[Question]


def purchases(file: str, lines: pd.DataFrame, choices: Choices) -> Purchases:
    """The purchases among the lines of an order file.

    lines: item_id, timestamp, user_id (NaN for nobody), and where the file has them event, basket_id, title, quantity,
    price (of one piece) and value (of the line). Raises InputError where ids are to be left out that no line has.
    """
    lines = _priced(lines)
    candidates = service_lines(lines, _titles(lines))
    questions = question(file, lines, candidates, choices)
    kinds = _kinds(lines, left_out_ids(candidates, choices))
    questions += _free_lines(file, kinds, choices)
    if choices.free_lines == "keep":
        kinds = kinds.mask(kinds == "free", "sold")
    left_out = [
        LeftOut(file, column, kind, int((kinds == kind).sum()))
        for kind, column in COLUMNS.items()
        if (kinds == kind).any()
    ]
    sold = lines[(kinds == "sold").to_numpy()].reset_index(drop=True)
    returned = lines[(kinds == "returned").to_numpy()].reset_index(drop=True)
    left, found = match_returns(_counted(sold), _counted(returned))
    left_out += _returns(file, sold, left, _counted(returned)["quantity"].to_numpy(), found)
    questions += _reduced(file, _counted(sold)["quantity"].to_numpy(), left)
    return Purchases(sold, _remaining(sold, left), left_out, questions)


# The kinds of lines that are left out before returns are matched, and the column that tells.
COLUMNS = {
    "service": "item_id", "not_bought": "event", "no_quantity": "quantity", "write_off": "quantity", "free": "price",
    "negative_price": "price",
}  # fmt: skip


def _priced(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with the price of one piece and the amount of the line, each from the other where it is missing."""
    pieces = lines["quantity"].fillna(1.0) if "quantity" in lines else 1.0
    if "price" in lines:
        amount = lines["price"] * pieces
        return lines.assign(value=lines["value"].fillna(amount) if "value" in lines else amount)
    if "value" in lines:
        return lines.assign(price=(lines["value"] / pieces).where(np.isfinite(lines["value"] / pieces)))
    return lines


def _titles(lines: pd.DataFrame) -> pd.Series:
    """The most frequent title by product, among lines that were sold; else among all of its lines."""
    if "title" not in lines:
        return pd.Series(dtype="str")
    every = most_frequent(lines["item_id"], lines["title"], lines["timestamp"])["value"]
    sold = lines[(lines["quantity"] > 0).to_numpy()] if "quantity" in lines else lines
    best = most_frequent(sold["item_id"], sold["title"], sold["timestamp"])["value"]
    return best.reindex(every.index).fillna(every)


def _kinds(lines: pd.DataFrame, services: set[str]) -> pd.Series:
    """What each line is: sold, returned, or a key of `COLUMNS`."""
    n = len(lines)
    quantity = lines["quantity"].fillna(1.0) if "quantity" in lines else pd.Series(1.0, lines.index)
    price = lines["price"] if "price" in lines else pd.Series(np.nan, lines.index)
    cancelled = _cancellations(lines)
    back = (quantity < 0) | cancelled
    if "quantity" not in lines:  # a line that gives money back and does not say how many pieces
        back |= price < 0
    nobody = lines["user_id"].isna()
    kinds = pd.Series(np.full(n, "sold", dtype=object), lines.index)
    kinds[price == 0] = "free"
    kinds[price < 0] = "negative_price"
    kinds[back] = "returned"
    kinds[back & ((price == 0) | (nobody & ~cancelled))] = "write_off"
    kinds[quantity == 0] = "no_quantity"
    if "event" in lines:
        kinds[lines["event"] != "buy"] = "not_bought"
    kinds[lines["item_id"].isin(services)] = "service"
    return kinds


def _cancellations(lines: pd.DataFrame) -> Mask:
    """Lines whose order has a letter in front of its number, as C536379, in a file of plain numbers."""
    if "basket_id" not in lines:
        return np.zeros(len(lines), dtype=bool)
    baskets = lines["basket_id"].fillna("").str.strip()
    lettered = baskets.str.fullmatch(CANCELLED)
    usual = baskets.str.fullmatch(PLAIN).mean() > MOSTLY
    return np.asarray(lettered & usual, dtype=bool)


def _free_lines(file: str, kinds: pd.Series, choices: Choices) -> list[Question]:
    """Lines with the price 0: gifts, samples and corrections of stock."""
    number = int((kinds == "free").sum())
    if not number:
        return []
    share = number / len(kinds)
    details: dict[str, str | int] = {
        "n": number,
        "count": f"{number:,}",
        "rows": f"{len(kinds):,}",
        "share": f"{100 * share:.1f}",
    }
    return [
        Question(
            "free_lines", file, "price", details, "free_lines", ("drop", "keep"), choices.free_lines,
            asked=share >= HARMLESS,
        )
    ]  # fmt: skip


def _counted(lines: pd.DataFrame) -> pd.DataFrame:
    """Shopper, product, time and a positive number of pieces; a line without a number is one piece."""
    pieces = lines["quantity"].fillna(1.0).abs() if "quantity" in lines else 1.0
    return lines[["user_id", "item_id", "timestamp"]].assign(quantity=pieces)


def _returns(file: str, sold: pd.DataFrame, left: Floats, quantity: Floats, found: Floats) -> list[LeftOut]:
    """The lines that go because of returns: the returns themselves, and purchases of which nothing is left."""

    def entries() -> Iterator[tuple[str, int]]:
        yield "return_matched", int(((found > 0) & (found >= quantity)).sum())
        yield "return_part", int(((found > 0) & (found < quantity)).sum())
        yield "return_unmatched", int((found == 0).sum())
        yield "cancelled", int((left == 0).sum())

    return [LeftOut(file, "quantity", kind, number) for kind, number in entries() if number]


def _reduced(file: str, bought: Floats, left: Floats) -> list[Question]:
    """A note on the purchases of which a part came back."""
    number = int(((left > 0) & (left < bought)).sum())
    return [Question("reduced", file, "quantity", {"n": number, "count": f"{number:,}"})] if number else []


def _remaining(sold: pd.DataFrame, left: Floats) -> pd.DataFrame:
    """The purchases with the quantities and amounts that were not returned."""
    pieces = _counted(sold)["quantity"].to_numpy()
    changed = left < pieces
    remaining = sold.assign(event="buy")
    if "quantity" in sold:
        remaining["quantity"] = np.where(changed, left, sold["quantity"])
    if "value" in sold:
        remaining["value"] = np.where(changed, sold["value"] * left / pieces, sold["value"])
    return remaining[left > 0].reset_index(drop=True)
