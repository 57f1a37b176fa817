"""The rows of one product as one row, which keeps the ids of its variants."""

from dataclasses import replace

import numpy as np
import pandas as pd

from engine.data.intake.catalogue.families import BETWEEN, Families, variant_ids
from engine.data.reading.cells import plain_texts
from engine.data.reading.findings import Mask, Table
from engine.data.reading.number_forms import NumberForm, plain_number


def merged_rows(table: Table, families: Families, chosen: Mask, as_variants: bool) -> Table:
    """One row for each product of the rows `chosen` [n_rows]; the others stay as they are.

    The parent's row counts, else the first one, and its gaps are filled from the others in the order of the file. Of
    variants, the price is the lowest and the stock the sum; a cell of them that cannot be read stays, so that the check
    reports it in the line of the product.
    """
    rows = table.cells[chosen]
    product, child = families.product[chosen], families.child[chosen]
    order = np.argsort(child, kind="stable")  # parents first
    filled = rows.mask(rows.apply(lambda column: column.str.strip() == "")).iloc[order]
    filled["item_id"] = product.iloc[order]
    merged = filled.groupby("item_id", sort=False, as_index=False).first().fillna("")
    first = ~product.iloc[order].duplicated().to_numpy()
    merged.index = rows.index[order[first]]
    if as_variants:
        once = ~rows.duplicated().to_numpy()  # a row that is repeated as a whole adds nothing
        ids = _counted(variant_ids(table, families)[chosen], product, child, once)
        merged["variants"] = _of_products(_joined(ids, product), merged)
        for name, combine in (("price", _lowest), ("stock", _sum)):
            if name in rows:
                cells = _counted(rows[name], product, child, once)
                values = combine(cells, product, table.numbers.get(name, NumberForm()))
                merged[name] = _of_products(values, merged)
    if "parent_id" in merged:
        merged["parent_id"] = ""
    whole: pd.DataFrame = pd.concat([table.cells[~chosen], merged]).fillna("").sort_index()
    return replace(table, cells=whole.reset_index(drop=True), lines=table.lines[whole.index.to_numpy()])


def _of_products(values: pd.Series, merged: pd.DataFrame) -> pd.Series:
    """Values by product id, in the order of the merged rows; "" for a product without one."""
    return merged["item_id"].map(values).fillna("")


def _joined(ids: pd.Series, product: pd.Series) -> pd.Series:
    """The different ids of each product's variants, in the order of the file."""
    several = ids[ids != ""].str.split("|").explode().str.strip()
    pairs = pd.DataFrame({"product": product[several.index], "id": several}).drop_duplicates()
    return pairs.groupby("product")["id"].agg(BETWEEN.join)


def _counted(cells: pd.Series, product: pd.Series, child: Mask, once: Mask) -> pd.Series:
    """The cells of a column that speak of a product's variants, "" in all others: those of its children where they have
    some, else those of all its rows."""
    cells = cells.where(once, "").str.strip()
    by_child = (cells != "") & child
    told = by_child.groupby(product.to_numpy()).transform("any")
    return cells.where(by_child | ~told, "")


def _numbers(cells: pd.Series, form: NumberForm) -> pd.Series:
    """Cells as numbers; NaN where they are none."""
    plain = {text: plain_number(text, form) for text in plain_texts(cells).unique()}
    texts = plain_texts(cells).map({text: "" if other else number for text, (number, other) in plain.items()})
    return pd.to_numeric(texts, errors="coerce")


def _unreadable(cells: pd.Series, numbers: pd.Series, product: pd.Series) -> pd.Series:
    """The first cell of each product that is no number."""
    wrong = cells[(cells != "") & numbers.isna()]
    return wrong.groupby(product[wrong.index]).first()


def _lowest(cells: pd.Series, product: pd.Series, form: NumberForm) -> pd.Series:
    numbers = _numbers(cells, form)
    known = numbers.dropna()
    lowest = cells[known.groupby(product[known.index]).idxmin()]
    lowest.index = product[lowest.index]
    return _unreadable(cells, numbers, product).combine_first(lowest)


def _sum(cells: pd.Series, product: pd.Series, form: NumberForm) -> pd.Series:
    numbers = _numbers(cells, form)
    known = numbers.dropna()
    mark = "," if form.decimal == "comma" else "."
    sums = known.groupby(product[known.index]).sum().map(lambda total: f"{total:.15g}".replace(".", mark))
    return _unreadable(cells, numbers, product).combine_first(sums)
