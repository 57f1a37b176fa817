"""Several rows of one item id: an export that writes a line for each variant or picture of a product."""

from dataclasses import replace

from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.reading.findings import Mask, Table

MOSTLY = 0.9  # share of repeated rows whose title is blank or the first row's, from which they are variants
FEWEST = 2  # repeated rows: a single one may be a slip
SHOWN = 4  # columns that are named


def with_one_row_each(table: Table, choices: Choices) -> tuple[Table, int, list[Question]]:
    """The items table, merged to one row an id if that was chosen; how many rows were merged into others; and the
    question, where ids are repeated."""
    ids = table.cells["item_id"]
    again = (ids.duplicated() & (ids.str.strip() != "")).to_numpy()
    if not again.any():
        return table, 0, []
    question = _question(table, again, choices)
    if choices.repeated_ids != "merge":
        return table, 0, [question]
    return _merged(table, again), int(again.sum()), [question]


def are_variants(table: Table, again: Mask) -> bool:
    """Whether the repeated rows `again` [n_rows] hold the same values of a product as its first row, or none."""
    if "title" not in table.cells or again.sum() < FEWEST:
        return False
    titles = table.cells["title"].str.strip()
    first = titles.groupby(table.cells["item_id"]).transform("first")
    plain = ((titles == "") | (titles == first)).to_numpy()[again]
    return bool(plain.mean() >= MOSTLY)


def _question(table: Table, again: Mask, choices: Choices) -> Question:
    row = int(again.argmax())
    differ = _differing(table, again)
    details: dict[str, str | int] = {
        "n": int(again.sum()), "again": f"{int(again.sum()):,}", "rows": f"{len(again):,}",
        "ids": f"{table.cells['item_id'].nunique():,}",
        "names": ", ".join(differ[:SHOWN]) + (" …" if len(differ) > SHOWN else "") or "–",
    }  # fmt: skip
    variants = are_variants(table, again)
    return Question(
        "variants" if variants else "repeated_ids", table.file, "item_id", details, "repeated_ids", ("merge",),
        choices.repeated_ids, asked=variants and not choices.drop_bad, line=int(table.lines[row]),
        value=table.cells["item_id"].iloc[row],
    )  # fmt: skip


def _differing(table: Table, again: Mask) -> list[str]:
    """The columns in which rows of one id hold different values."""
    ids = table.cells["item_id"]
    rows = table.cells[ids.isin(ids[again]).to_numpy()]
    filled = rows.mask(rows == "")
    counts = filled.groupby(rows["item_id"]).nunique()
    return [str(name) for name in counts if (counts[name] > 1).any()]


def _merged(table: Table, again: Mask) -> Table:
    """One row an id: its first one, with blanks filled from its further rows in their order."""
    cells = table.cells
    named = (cells["item_id"].str.strip() != "").to_numpy()
    several = cells["item_id"].isin(cells["item_id"][again]).to_numpy() & named
    rows = cells[several]
    blank = rows.apply(lambda column: column.str.strip() == "")
    filled = rows.mask(blank).groupby(rows["item_id"]).bfill().fillna("")
    merged = cells.copy()
    merged.loc[several, filled.columns] = filled
    first = ~again
    return replace(table, cells=merged[first].reset_index(drop=True), lines=table.lines[first])
