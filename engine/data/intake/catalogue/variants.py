"""Variants become one product: rows that name a parent, several rows of one item id, and their ids in other files."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from engine.data.intake.catalogue.families import Families, are_variants, variant_ids
from engine.data.intake.catalogue.merging import merged_rows
from engine.data.intake.choices import Choices
from engine.data.intake.questions import Question
from engine.data.reading.findings import Mask, Table

SHOWN = 4  # columns that are named


def with_products(tables: Mapping[str, Table], choices: Choices) -> tuple[dict[str, Table], int, list[Question]]:
    """The tables with one row a product, where that was chosen, and the products' ids where other files name a variant;
    how many rows became part of another; and the questions on them."""
    items = tables["items"]
    families = Families.of(items)
    questions = []
    if families.child.any():
        questions.append(_parents(items, families, choices))
    if families.again.any():
        questions.append(_repeated(items, families.again, choices))
    if choices.variants != "merge":  # each row is a product of its own
        families = replace(families, product=items.cells["item_id"], child=np.zeros(len(items.cells), dtype=bool))
    aliases = _aliases(items, families)
    rows = len(items.cells)
    if families.child.any():
        items = merged_rows(items, families, _with_children(families), as_variants=True)
        families = Families.of(items)
    if choices.repeated_ids == "merge" and families.again.any():
        variants = are_variants(items, families.again)
        items = merged_rows(items, families, _with_others(items, families), variants)
    named, notes = _named_products(tables, items, aliases)
    return {**tables, **named, "items": items}, rows - len(items.cells), questions + notes


def _with_children(families: Families) -> Mask:
    """Rows of products that have a child, itself included."""
    return families.product.isin(families.product[families.child]).to_numpy()


def _with_others(items: Table, families: Families) -> Mask:
    """Rows of ids that stand in several rows."""
    ids = items.cells["item_id"]
    return ids.isin(ids[families.again]).to_numpy()


def _parents(table: Table, families: Families, choices: Choices) -> Question:
    child, row = families.child, int(families.child.argmax())
    products = families.product[_with_children(families)].nunique()
    details: dict[str, str | int] = {
        "n": int(child.sum()), "again": f"{int(child.sum()):,}", "rows": f"{len(child):,}", "ids": f"{products:,}",
        "names": table.cells["parent_id"].iloc[row], "theirs": table.cells["item_id"].iloc[row],
        "ours": families.product.iloc[row],
    }  # fmt: skip
    return Question(
        "parents", table.file, "parent_id", details, "variants", ("merge", "keep"), choices.variants, asked=True,
        line=int(table.lines[row]), value=table.cells["parent_id"].iloc[row],
    )  # fmt: skip


def _repeated(table: Table, again: Mask, choices: Choices) -> Question:
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


def _aliases(table: Table, families: Families) -> dict[str, str]:
    """{another id of a product: the product's id}, without those that several products have."""
    ids = [variant_ids(table, families)]
    if "variants" in table.cells:
        ids.append(table.cells["variants"])
    pairs = pd.DataFrame({"alias": pd.concat(ids), "product": pd.concat([families.product] * len(ids))})
    pairs["alias"] = pairs["alias"].str.split("|")
    pairs = pairs.explode("alias")
    pairs["alias"] = pairs["alias"].str.strip()
    pairs = pairs[pairs["alias"] != ""].drop_duplicates()
    single = pairs[~pairs["alias"].duplicated(keep=False)]
    return dict(zip(single["alias"], single["product"], strict=True))


def _named_products(
    tables: Mapping[str, Table], items: Table, aliases: Mapping[str, str]
) -> tuple[dict[str, Table], list[Question]]:
    """The tables that name variants, with the ids of their products instead, and a note on each."""
    products = set(items.cells["item_id"])
    usable = {alias: product for alias, product in aliases.items() if alias not in products and product in products}
    named, notes = {}, []
    for kind in ("interactions", "promotions"):
        if kind not in tables or "item_id" not in tables[kind].cells:
            continue
        table, ids = tables[kind], tables[kind].cells["item_id"]
        found = ids.isin(usable).to_numpy()
        if not found.any():
            continue
        row = int(found.argmax())
        details: dict[str, str | int] = {
            "n": int(found.sum()), "count": f"{int(found.sum()):,}", "rows": f"{len(found):,}",
            "theirs": ids.iloc[row], "ours": usable[ids.iloc[row]],
        }  # fmt: skip
        notes.append(Question("named_variants", table.file, "item_id", details, line=int(table.lines[row])))
        named[kind] = replace(table, cells=table.cells.assign(item_id=ids.mask(found, ids.map(usable))))
    return named, notes
