"""Who bought what, as the standard library reads the files of a layout."""

import csv
import json
from collections import Counter
from pathlib import Path

from tests.data.layouts.exports import Export
from tests.data.layouts.layouts import Layout

Cells = dict[str, str]


def bought_by_file(layout: Layout, export: Export, files: dict[str, Path]) -> Counter[tuple[str, str]]:
    """How often each shopper bought each product: (user_id, item_id), by the columns of the layout's mapping."""
    table = next(name for name in files if name not in ("items", "users"))
    names = {ours: theirs for theirs, ours in layout.mapping.get(table, {}).items() if ours}
    user, item, event, basket = (names.get(name, name) for name in ("user_id", "item_id", "event", "basket_id"))
    rows = rows_of(files[table], layout.header)
    owners = {row[basket]: row[user] for row in rows if row.get(basket) and row[user]}
    products = product_ids(layout, files)
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        who = row[user] or owners.get(row.get(basket, ""), "")
        word = row.get("star_rating", row.get("overall", row.get(event, ""))).removesuffix(".0")
        if not who or row[item] == "POST" or export.words["buy"] not in ("", word):
            continue
        counts[who, products.get(row[item], row[item])] += -1 if row.get(basket, "").startswith("C") else 1
    return counts


def rows_of(path: Path, header: tuple[str, ...] = ()) -> list[Cells]:
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [{name: str(value) for name, value in line.items()} for line in lines]
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = max(",;\t", key=file.readline().count)
        file.seek(0)
        return list(csv.DictReader(file, header or None, delimiter=delimiter))


def product_ids(layout: Layout, files: dict[str, Path]) -> dict[str, str]:
    """{id of a variant: id of its product} of Shopify, whose log names variants."""
    if layout.folder != "shopify":
        return {}
    return {row["Variant SKU"]: row["Handle"] for row in rows_of(files["items"])}
