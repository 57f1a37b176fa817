"""Variants of a product become one row, in the layouts of shop systems, and their ids stay."""

import csv
import io
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Choices, Verdict, check_shop
from engine.data.intake.catalogue.variants import with_products
from engine.data.reading.findings import Table
from tests.data.catalogue.exports import (
    GOOGLE,
    GOOGLE_MAPPING,
    SHOPIFY,
    SHOPIFY_LOG,
    SHOPIFY_MAPPING,
    WOO,
    WOO_LOG,
    WOO_MAPPING,
)
from tests.data.files import write


def check(folder: Path, items: str, mapping: dict[str, str], log: str | None = None, **choices: object) -> Verdict:
    paths = [write(folder, f"{name}.csv", text) for name, text in (("items", items), ("log", log)) if text]
    return check_shop(*paths, mapping={"items": mapping}, choices=Choices(**choices))  # type: ignore[arg-type]


def bought(verdict: Verdict) -> list[str]:
    """The product of each line of the log, in the order of time."""
    assert verdict.data is not None
    return [str(verdict.data.items["item_id"][row]) for row in verdict.data.interactions["item"]]


def test_shopify_rows_of_a_handle(tmp_path: Path) -> None:
    verdict = check(tmp_path, SHOPIFY, SHOPIFY_MAPPING, SHOPIFY_LOG, repeated_ids="merge")
    assert verdict.data is not None and not verdict.total and not verdict.open
    rows = list(csv.DictReader(io.StringIO(SHOPIFY)))  # read independently
    mug = [row for row in rows if row["Handle"] == "mug" and row["Variant SKU"]]
    items = verdict.data.items.set_index("item_id")
    assert items.index.tolist() == ["mug", "apron"]
    assert items.loc["mug", "price"] == min(float(row["Variant Price"]) for row in mug)
    assert items.loc["mug", "stock"] == sum(max(0, int(row["Variant Inventory Qty"])) for row in mug)
    assert items.loc["mug", "variants"].split(" | ") == [row["Variant SKU"] for row in mug]
    assert items.loc["mug", "image_url"] == rows[0]["Image Src"] and items.loc["mug", "colour"] == "Blue"
    assert items.loc["mug", "description"] == "Holds 30 cl. Dishwasher&oven"
    assert bought(verdict) == ["mug", "mug", "mug", "apron"], "the log names a variant, a handle, and a variant"
    note = next(each for each in verdict.questions if each.kind == "named_variants")
    assert (note.line, note.details["n"], note.details["theirs"], note.details["ours"]) == (2, 2, "mug-g", "mug")


def test_woocommerce_parents_by_id_and_by_sku(tmp_path: Path) -> None:
    asked = check(tmp_path, WOO, WOO_MAPPING, WOO_LOG)
    assert [(each.kind, each.line, each.value) for each in asked.open] == [("parents", 3, "id:10")]
    merged = check(tmp_path, WOO, WOO_MAPPING, WOO_LOG, variants="merge")
    assert merged.data is not None
    items = merged.data.items.set_index("item_id")
    assert items.index.tolist() == ["10", "20", "30"] and items.loc["10", "title"] == "Hoodie"
    assert (items.loc["10", "price"], items.loc["10", "stock"], items.loc["10", "variants"]) == (39.0, 5.0, "11 | 12")
    assert items["subcategory"].fillna("").tolist() == ["Hoodies", "Caps", ""]
    assert bought(merged) == ["10", "10", "20", "10"], "by the variation's id, its SKU, and the parent's SKU"
    assert merged.rows["items"].before == 3 and [each.number for each in merged.left_out] == [2]


def test_variants_can_stay_products(tmp_path: Path) -> None:
    kept = check(tmp_path, WOO, WOO_MAPPING, WOO_LOG, variants="keep")
    assert kept.data is not None and kept.data.n_items == 5
    assert bought(kept) == ["11", "12", "20", "10"], "a SKU names the variation itself"


def test_a_group_without_a_row_of_its_own(tmp_path: Path) -> None:
    merged = check(tmp_path, GOOGLE, GOOGLE_MAPPING, variants="merge")
    assert merged.data is not None and merged.data.currency == "EUR"
    items = merged.data.items
    assert items["item_id"].tolist() == ["S", "B1"] and items["price"].tolist() == [18.0, 25.0]
    assert items["category"].tolist() == ["Clothing", "Clothing Accessories"], "their common root is left out"


def test_a_row_that_is_its_own_parent_has_none(tmp_path: Path) -> None:
    items = "item_id,title,parent_id\na,Chair,a\nb,Chair blue,a\nc,Lamp,c\n"
    merged = check(tmp_path, items, {}, variants="merge")
    assert merged.data is not None and merged.data.items["item_id"].tolist() == ["a", "c"]


def test_a_cell_that_cannot_be_read_is_reported_all_the_same(tmp_path: Path) -> None:
    items = "item_id,title,variants,price\na,Chair,1,12\na,,2,soon\na,,3,9\n"
    verdict = check(tmp_path, items, {}, repeated_ids="merge")
    assert [(each.kind, each.line, each.value) for each in verdict.problems][:1] == [("not_a_number", 2, "soon")]


@pytest.mark.parametrize(("column", "value"), [("price", "1.299,50 €"), ("stock", "1.299,5")])
def test_the_form_of_numbers_is_kept(tmp_path: Path, column: str, value: str) -> None:
    items = f'item_id,title,variants,{column}\na,Chair,1,"{value}"\na,,2,"{value}"\nb,Lamp,3,"{value}"\n'
    verdict = check(tmp_path, items, {}, repeated_ids="merge")
    assert verdict.data is not None and not verdict.total
    expected = [1299.5, 1299.5] if column == "price" else [2599.0, 1299.5]
    assert verdict.data.items[column].tolist() == expected


def test_an_id_of_two_products_names_neither(tmp_path: Path) -> None:
    items = "item_id,title,variants\na,Chair,x\nb,Lamp,x\n"
    verdict = check(tmp_path, items, {}, "user_id,item_id,timestamp\nann,x,2024-01-01\nann,a,2024-01-01\n")
    assert [each.kind for each in verdict.problems] == ["unknown_item"]


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 30).map(lambda n: f"v{n}"), st.integers(0, 9), st.integers(1, 9)),
    min_size=1, max_size=12, unique_by=lambda row: row[1],
)  # fmt: skip


@given(ROWS, st.booleans())
def test_no_variant_stock_or_lowest_price_is_lost(rows: list[tuple[str, str, int, int]], by_parent: bool) -> None:
    """Whether rows share an id or name a parent, the variants of all products are those of the rows."""
    frame = pd.DataFrame(rows, columns=["group", "variant", "stock", "price"]).astype("str")
    if by_parent:
        cells = frame.rename(columns={"group": "parent_id", "variant": "item_id"}).assign(variants="")
    else:
        cells = frame.rename(columns={"group": "item_id", "variant": "variants"})
    cells = cells.assign(title="t").astype("str")
    table = Table("items.csv", cells, pd.Series(range(2, len(cells) + 2)).to_numpy())
    tables, gone, _ = with_products({"items": table}, Choices(repeated_ids="merge", variants="merge"))
    merged = tables["items"].cells
    alone = Counter(row[0] for row in rows)
    if not by_parent and max(alone.values()) == 1:
        assert gone == 0
        return
    if not by_parent and sum(alone.values()) - len(alone) < 2:
        return  # one repeated row is no pattern: the first row counts
    assert merged["item_id"].tolist() == list(dict.fromkeys(row[0] for row in rows))
    assert gone == len(rows) - len(merged)
    for _, product in merged.iterrows():
        own = [row for row in rows if row[0] == product["item_id"]]
        assert Counter(product["variants"].split(" | ")) == Counter(row[1] for row in own)
        assert float(product["stock"]) == sum(row[2] for row in own)
        assert float(product["price"]) == min(row[3] for row in own)
    assert all(tables["items"].lines[at] == 2 + [row[0] for row in rows].index(name)
               for at, name in enumerate(merged["item_id"])), "each product has the line of its first row"  # fmt: skip
