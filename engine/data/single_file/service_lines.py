"""Lines of orders that are no products, by name and by the pattern of their prices: suggested, never left out
unasked."""

from collections.abc import Iterable

import pandas as pd

from engine.data.intake.choices import Choices
from engine.data.intake.questions import ProductLines, Question
from engine.data.problems import refuse
from engine.data.single_file.service_words import names_a_service

WITHOUT_DIGITS = 0.1  # where at most this share of the ids has no digit, such an id is unusual
MANY_PRICES = 10  # different unit prices of one id, and
PRICES_A_LINE = 0.4  # so many of them for each of its lines; or
WIDE = 20.0  # the 95th of 100 prices over the 5th, for an id that has at least
FEWEST = 5  # lines with a price
SHOWN = 5  # ids that are named


def service_lines(lines: pd.DataFrame, titles: pd.Series) -> tuple[ProductLines, ...]:
    """The ids that are perhaps no products, those with most lines first.

    lines: item_id and price, that of one piece (NaN unknown). titles: by item_id. An id is one whose price is negative
    in some line; whose title names a service; or that has no digit, where nearly all ids have some, and many prices.
    """
    if "price" not in lines:
        prices = pd.DataFrame(columns=["n", "low", "high", "several", "least", "most"], dtype="float64")
    else:
        prices = _prices(lines[lines["price"].notna() & (lines["price"] != 0)])
    counts = {str(item): int(n) for item, n in lines["item_id"].value_counts(sort=False).items()}
    ids = pd.Series(list(counts), dtype="str")
    digitless = ~ids.str.contains(r"\d", regex=True)
    odd = set(ids[digitless]) if digitless.mean() <= WITHOUT_DIGITS else set()
    wide = set(prices.index[_many_prices(prices)].astype("str"))
    below = set(prices.index[prices["low"] < 0].astype("str"))
    named = {str(item) for item, title in titles.items() if names_a_service(str(title))}
    named |= {item for item in odd if names_a_service(item)}
    # without a price a line is no purchase anyway
    priced = set(prices.index.astype("str")) if "price" in lines else set(ids)
    chosen = (below | named | (odd & wide)) & priced
    return tuple(
        ProductLines(
            item_id=item, title=str(titles.get(item, "")), lines=counts[item],
            low=float(prices["low"].get(item, float("nan"))), high=float(prices["high"].get(item, float("nan"))),
        )
        for item in sorted(chosen, key=lambda item: (-counts[item], item))
    )  # fmt: skip


def _prices(lines: pd.DataFrame) -> pd.DataFrame:
    """By id: lines with a price, the lowest and highest, how many different ones, and the 5th and 95th of 100."""
    by_id = lines.groupby("item_id")["price"]
    return pd.DataFrame({
        "n": by_id.size(), "low": by_id.min(), "high": by_id.max(), "several": by_id.nunique(),
        "least": by_id.quantile(0.05), "most": by_id.quantile(0.95),
    })  # fmt: skip


def _many_prices(prices: pd.DataFrame) -> pd.Series:
    many = (prices["several"] >= MANY_PRICES) & (prices["several"] >= PRICES_A_LINE * prices["n"])
    wide = (prices["n"] >= FEWEST) & (prices["most"] >= WIDE * prices["least"].clip(lower=0.01))
    return many | wide


def left_out_ids(candidates: Iterable[ProductLines], choices: Choices) -> set[str]:
    """The ids whose lines are left out: those that were named, else the suggested ones unless they are kept."""
    if choices.leave_out is not None:
        return set(choices.leave_out)
    return set() if choices.service_lines == "keep" else {each.item_id for each in candidates}


def question(file: str, lines: pd.DataFrame, candidates: tuple[ProductLines, ...], choices: Choices) -> list[Question]:
    """Whether these ids are no products; none where nothing is suggested or named.

    Raises InputError for an id that was named to be left out and stands in no line.
    """
    named = choices.leave_out or ()
    missing = [item for item in named if not (lines["item_id"] == item).any()]
    if missing:
        fix = "Write --leave-out with ids of the file, separated by commas"
        raise refuse(file, "id_not_there", "An id to be left out is in no line", fix, value=missing[0])
    if not candidates:
        return []
    number = sum(each.lines for each in candidates)
    shown = ", ".join(_named(each) for each in candidates[:SHOWN]) + (" …" if len(candidates) > SHOWN else "")
    details: dict[str, str | int] = {
        "n": len(candidates), "ids": f"{len(candidates):,}", "lines": f"{number:,}", "rows": f"{len(lines):,}",
        "names": shown,
    }  # fmt: skip
    answer = choices.service_lines or ("drop" if choices.leave_out is not None else None)
    return [
        Question(
            "service_lines", file, "item_id", details, "service_lines", ("drop", "keep"), answer, asked=True,
            products=candidates,
        )
    ]  # fmt: skip


def _named(product: ProductLines) -> str:
    title = f" {product.title}" if product.title and product.title != product.item_id else ""
    return f"{product.item_id}{title} ({product.lines:,})"
