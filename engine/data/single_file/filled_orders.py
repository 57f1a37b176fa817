"""Exports that write the customer, the time and the status of an order in its first line only."""

from dataclasses import replace

import pandas as pd

from engine.data.intake.questions import Question
from engine.data.reading.findings import Table

ONCE = ("user_id", "timestamp", "event")  # one for a whole order


def filled_by_order(table: Table) -> tuple[Table, list[Question]]:
    """The orders with blank cells of customer, time and status filled from another line of the same order, where its
    filled lines all say the same; and a note for each column in which that was done."""
    if "basket_id" not in table.cells:
        return table, []
    basket = table.cells["basket_id"].str.strip()
    basket = basket.mask(basket == "")
    cells, notes = table.cells, []
    for name in ONCE:
        if name not in cells:
            continue
        given = cells[name].mask(cells[name].str.strip() == "")
        fill = given.isna() & basket.notna()
        if not fill.any():
            continue
        known = pd.DataFrame({"basket": basket, "value": given}).dropna().drop_duplicates()
        known = known[~known["basket"].duplicated(keep=False)]
        filled = basket[fill].map(dict(zip(known["basket"], known["value"], strict=True))).dropna()
        if len(filled):
            column = cells[name].copy()
            column[filled.index] = filled
            cells = cells.assign(**{name: column})
            details: dict[str, str | int] = {"n": len(filled), "count": f"{len(filled):,}"}
            notes.append(Question("filled_from_order", table.file, name, details))
    return replace(table, cells=cells), notes
