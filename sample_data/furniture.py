"""The second shop: a synthetic furniture shop, invented by us.

    python -m sample_data.furniture --out DIR [--seed 0]

writes items.csv, interactions.csv.gz, users.csv (with column names of their own), mapping.json, which translates
them, and README.txt. The same seed gives the same bytes.
"""

import argparse
import gzip
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sample_data.furniture_log import END, START, acts

WORDS = Path(__file__).with_name("furniture.toml")
PRODUCTS, SHOPPERS = 2_000, 1_500
NEW = 0.12  # share of the products that come on sale while the log runs

MAPPING = {
    "items": {
        "sku": "item_id", "name": "title", "details": "description", "kind": "category", "subkind": "subcategory",
        "maker": "brand", "supplier": "provider", "tone": "colour", "price_eur": "price", "on_hand": "stock",
        "on_sale_since": "launched_at",
    },
    "interactions": {
        "customer": "user_id", "sku": "item_id", "when": "timestamp", "what": "event", "search_text": "query",
        "pieces": "quantity", "amount_eur": "value", "order_no": "basket_id", "stars": "rating",
    },
    "users": {"customer": "user_id"},
    "events": {
        "site_search": "search", "product_view": "view", "save_for_later": "favourite", "add_to_cart": "cart",
        "purchase": "buy", "star_rating": "rate",
    },
}  # fmt: skip

README = """Synthetic furniture shop, invented by us.

No product, maker, supplier or shopper in these files exists, and nobody did what the log says.
items.csv               {items:,} products
users.csv               {users:,} shoppers; an empty cell: not said
interactions.csv.gz     {acts:,} lines: searches, views, saved products, carts, purchases, ratings; times in UTC
mapping.json            what the columns and events are called in Evenshelf

python -m engine prepare --items items.csv --interactions interactions.csv.gz --users users.csv \\
    --mapping mapping.json --out shop
"""


def catalogue(rng: np.random.Generator, words: dict[str, Any]) -> pd.DataFrame:
    """The products: lines of a maker and a style, each with some kinds of furniture in some finishes."""
    makers = _makers(rng, words)
    names = [first + last for first in words["lines"]["first"] for last in words["lines"]["last"]]
    rng.shuffle(names)
    weight = 1 / np.arange(1, len(makers) + 1) ** 0.7
    rows: list[dict[str, Any]] = []
    while len(rows) < PRODUCTS:
        maker = makers[int(rng.choice(len(makers), p=weight / weight.sum()))]
        rows += _line(rng, words, maker, names.pop())
    items = pd.DataFrame(rows[:PRODUCTS])
    launched = _launches(rng)
    items.insert(0, "sku", [f"F{number:05d}" for number in range(1, PRODUCTS + 1)])
    stock = np.where(rng.random(PRODUCTS) < 0.06, 0, rng.negative_binomial(2, 2 / 42, PRODUCTS))
    return items.assign(on_hand=stock, on_sale_since=launched.strftime("%Y-%m-%d"))


def _makers(rng: np.random.Generator, words: dict[str, Any]) -> list[dict[str, Any]]:
    """Each maker has one or two styles, one supplier and a price level."""
    styles, suppliers = list(words["styles"]), words["makers"]["suppliers"]
    found = []
    for number, name in enumerate(words["makers"]["names"]):
        own = [styles[number % len(styles)], *rng.choice(styles, int(rng.random() < 0.4))]
        level = float(np.exp(rng.normal(0, 0.25)))
        found.append({"name": name, "styles": own, "supplier": str(rng.choice(suppliers)), "level": level})
    return found


def _line(rng: np.random.Generator, words: dict[str, Any], maker: dict[str, Any], line: str) -> list[dict[str, Any]]:
    """One product line: a few subkinds for one room, each in a few finishes."""
    style = str(rng.choice(maker["styles"]))
    look = words["styles"][style]
    kinds = words["kinds"]
    room = str(rng.choice([entry["room"] for entry in kinds.values()]))
    offered = [(kind, sub) for kind, entry in kinds.items() if entry["room"] == room for sub in entry["subkinds"]]
    rows = []
    for at in rng.permutation(len(offered))[: int(rng.integers(1, 5))]:
        kind, sub = offered[at]
        material = str(rng.choice(kinds[kind]["materials"]))
        usual, _ = kinds[kind]["subkinds"][sub]
        price = usual * look["level"] * maker["level"] * np.exp(rng.normal(0, 0.25))
        for finish in rng.permutation(_finishes(words, look["finishes"], material))[: int(rng.integers(1, 5))]:
            rows.append(
                {
                    "name": f"{line} {sub.lower()}, {finish}",
                    "details": f"{look['look'].capitalize()}. {style} {sub.lower()} in {material}, {finish}.",
                    "kind": kind,
                    "subkind": sub,
                    "maker": maker["name"],
                    "supplier": maker["supplier"],
                    "style": style,
                    "material": material,
                    "finish": str(finish),
                    "tone": words["colours"][finish],
                    "price_eur": _rounded(price * np.exp(rng.normal(0, 0.04))),
                }
            )
    return rows


def _finishes(words: dict[str, Any], liked: list[str], material: str) -> list[str]:
    """The finishes of a style that a material can have."""
    barred = {f for suit in words["suits"].values() if material not in suit["materials"] for f in suit["finishes"]}
    return [finish for finish in liked if finish not in barred]


def _rounded(price: float) -> float:
    """A price as shops write it: 18.99, 129, 1,490."""
    if price < 50:
        return max(round(price), 4) - 0.01
    return float(round(price, -1) - 1 if price < 1_000 else round(price, -1))


def _launches(rng: np.random.Generator) -> pd.DatetimeIndex:
    """Days on which products came on sale, at midnight."""
    old = rng.integers(30, 1_500, PRODUCTS)
    young = -rng.integers(7, (END - START).days - 40, PRODUCTS)
    days = np.where(rng.random(PRODUCTS) < NEW, young, old)
    return pd.DatetimeIndex(START - pd.to_timedelta(days, unit="D"))


def groups(rng: np.random.Generator, words: dict[str, Any]) -> pd.DataFrame:
    """The shoppers and what they said of themselves."""
    chosen = {
        column: rng.choice(list(shares), SHOPPERS, p=list(shares.values()))
        for column, shares in words["groups"].items()
    }
    return pd.DataFrame({"customer": [f"C{number:05d}" for number in range(1, SHOPPERS + 1)]} | chosen)


def make(seed: int = 0) -> dict[str, pd.DataFrame]:
    """The shop's tables: items, users and interactions, as they stand in the files."""
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    rng = np.random.default_rng(seed)
    items, users = catalogue(rng, words), groups(rng, words)
    return {"items": items, "users": users, "interactions": acts(rng, items, users, words["kinds"])}


def write(folder: Path, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Write the shop's files to `folder` and return its tables."""
    tables = make(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = table.to_csv(index=False, lineterminator="\n").encode()
        if name == "interactions":
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text, mtime=0))
        else:
            (folder / f"{name}.csv").write_bytes(text)
    (folder / "mapping.json").write_text(json.dumps(MAPPING, indent=1) + "\n", encoding="utf-8")
    numbers = {"items": len(tables["items"]), "users": len(tables["users"]), "acts": len(tables["interactions"])}
    (folder / "README.txt").write_text(README.format(**numbers), encoding="utf-8")
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sample_data.furniture", description="Write a synthetic shop.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another shop")
    options = parser.parse_args()
    tables = write(options.out, options.seed)
    told = ", ".join(f"{len(table):,} {name}" for name, table in tables.items())
    sys.stdout.write(f"Synthetic furniture shop, invented by us: {told} in {options.out}\n")


if __name__ == "__main__":
    main()
