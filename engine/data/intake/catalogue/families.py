"""Which rows of a catalogue are variants of one product."""

import re
from dataclasses import dataclass

import pandas as pd

from engine.data.reading.findings import Mask, Table

BETWEEN = " | "  # the ids of several variants in one cell
MOSTLY = 0.9  # share of repeated rows whose title is blank or the first row's, from which they are variants
FEWEST = 2  # repeated rows: a single one may be a slip


@dataclass(frozen=True)
class Families:
    """product [n_rows]: the id of the product that each row belongs to. child [n_rows]: rows that name another row, or
    a product without a row, as their parent. again [n_rows]: rows whose own id stands in an earlier row."""

    product: pd.Series
    child: Mask
    again: Mask

    @classmethod
    def of(cls, table: Table) -> "Families":
        ids = table.cells["item_id"]
        again = (ids.duplicated() & (ids.str.strip() != "")).to_numpy()
        if "parent_id" not in table.cells:
            return cls(ids, pd.Series(False, index=ids.index).to_numpy(), again)
        parents = table.cells["parent_id"].str.strip()
        child = ((parents != "") & (parents != ids)).to_numpy()
        return cls(ids.mask(child, _products(table, parents, child)), child, again)


def _products(table: Table, parents: pd.Series, child: Mask) -> pd.Series:
    """The id of the product that each parent's name means: the id or another id of a row that has no parent, with or
    without `id:` in front as WooCommerce writes it; else the name itself."""
    heads = table.cells[~child]
    known = dict(zip(heads["item_id"], heads["item_id"], strict=True))
    if "variants" in heads:
        known = dict(zip(heads["variants"].str.strip(), heads["item_id"], strict=True)) | known
    bare = parents.str.replace(r"^id:\s*", "", regex=True, flags=re.IGNORECASE)
    return parents.map(known).fillna(bare.map(known)).fillna(bare)


def are_variants(table: Table, again: Mask) -> bool:
    """Whether the repeated rows `again` [n_rows] are variants or pictures: each row names one, or they hold the same
    title as the product's first row, or none."""
    if "variants" in table.cells and (table.cells["variants"].str.strip() != "").to_numpy()[again].mean() >= MOSTLY:
        return True
    if "title" not in table.cells or again.sum() < FEWEST:
        return False
    titles = table.cells["title"].str.strip()
    first = titles.groupby(table.cells["item_id"]).transform("first")
    plain = ((titles == "") | (titles == first)).to_numpy()[again]
    return bool(plain.mean() >= MOSTLY)


def variant_ids(table: Table, families: Families) -> pd.Series:
    """The ids of each row's variant: those in its column of variants, else its own id where it has a parent."""
    own = table.cells["item_id"].where(families.child, "")
    named = table.cells["variants"].str.strip() if "variants" in table.cells else own
    return own.where(families.child & (own != ""), named)
