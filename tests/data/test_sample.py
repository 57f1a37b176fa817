"""The bundled shop: the counts of DESIGN-time trials, the mapping, and titles a merchandiser would write."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Dataset, default_cutoff, open_shop, sample
from engine.data.sample import FOLDER, sample_chinese
from engine.data.wording import Wording


@pytest.fixture(scope="module")
def shop() -> Dataset:
    return open_shop("sample")  # prepared on first use, then read in well under a second


def test_counts(shop: Dataset) -> None:
    assert (shop.n_items, shop.n_users, len(shop.interactions)) == (67_739, 2_467, 1_438_407)
    eligible = shop.eligible()
    lines = shop.interactions[shop.interactions["item"].isin(eligible)]
    assert (len(eligible), lines["user"].nunique(), len(lines)) == (13_250, 2_459, 1_227_723)
    counts = shop.items.iloc[eligible][["department", "category", "subcategory", "provider", "brand"]].nunique()
    assert counts.tolist() == [17, 244, 1_148, 1_278, 2]


def test_eligibility_is_counted_before_the_cutoff(shop: Dataset) -> None:
    assert default_cutoff(shop) == pd.Timestamp("2017-12-04")
    before = shop.before("2017-12-04").eligible()
    assert len(before) == 12_523
    assert np.isin(before, shop.eligible()).all()


def test_mapping(shop: Dataset) -> None:
    assert list(shop.items) == [
        "item_id", "title", "category", "subcategory", "department", "brand", "provider", "price",
    ]  # fmt: skip
    assert shop.facets() == ["category", "subcategory", "brand", "provider", "department"]
    assert set(shop.items["brand"]) == {"National", "Private"}
    assert shop.items["provider"].str.fullmatch(r"Manufacturer \d+").all()
    assert shop.items["title"].notna().all() and (shop.items["price"] > 0).mean() > 0.999
    assert shop.positive == "buy" and set(shop.interactions["event"]) == {"buy"}
    assert shop.users["age"].notna().sum() == 801
    assert shop.promotions is not None and shop.promotions["item_id"].isin(shop.items["item_id"]).all()


def test_price_is_the_median_of_value_over_quantity(shop: Dataset) -> None:
    log = shop.interactions[shop.interactions["item"] == shop.eligible()[100]]
    expected = np.median(log["value"] / log["quantity"])
    assert shop.items["price"].iloc[shop.eligible()[100]] == pytest.approx(expected, abs=0.005)


def test_the_most_sold_titles(shop: Dataset) -> None:
    sold = np.bincount(shop.interactions["item"], minlength=shop.n_items).argsort()[::-1]
    top = shop.items["title"].iloc[sold[:40]].tolist()
    assert top[:2] == ["Bananas", "White milk, 1 gal"]
    for title in ("Extra-large eggs, 1 doz", "Soft drink cans, 12 oz", "Baby carrots, 1 lb", "Lean beef"):
        assert title in top


def test_preparing_again_is_skipped_until_the_recipe_changes(
    shop: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []

    def build(report: object) -> Dataset:
        built.append(1)
        return shop

    monkeypatch.setattr(sample, "build", build)
    sample.prepare(tmp_path)
    sample.prepare(tmp_path)
    assert len(built) == 1 and Dataset.load(tmp_path).hash == shop.hash
    monkeypatch.setattr(sample, "recipe", lambda: "another")
    sample.prepare(tmp_path)
    assert len(built) == 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12 OZ", "12 oz"),
        ("1 GA", "1 gal"),
        ("GAL", "1 gal"),
        ("L     8 OZ", "8 oz"),
        ("(600) 4 LB", "4 lb"),
        ("974246  PK", "pack"),
        ("A D   1 DZ", "1 doz"),
        ("2 L", "2 L"),
        (".5 L", "0.5 L"),
        ("5.0 OZ", "5 oz"),
        ("16 OZS.", "16 oz"),
        ("32 LD", "32 loads"),
        ("2 L BTL", "2 L bottle"),
        ("12/12 OZ", "12 × 12 oz"),
        ("6-3.5 OZ", "6 × 3.5 oz"),
        ("3/4 OZ", "3/4 oz"),
        ("1/2 GAL", "1/2 gal"),
        ("8 1/2 OZ", "8 1/2 oz"),
        ("83.5 SQ FT", "83.5 sq ft"),
    ],
)
def test_sizes(written: str, read: str) -> None:
    assert Wording.read(FOLDER / "abbreviations.csv").size(written) == read


def test_words() -> None:
    wording = Wording(
        {
            ("word", "", "FRZN"): "frozen",
            ("category", "", "BEEF"): "Beef",
            ("type", "", "LEAN"): "Lean",
            ("type", "BEEF", "LEAN"): "Lean beef",
            ("type", "*", "MISC"): "{category}: {type}",
        }
    )
    assert wording.phrase("type", "FRZN PIE:FRUIT") == "Frozen pie: fruit"
    assert wording.phrase("type", "LEAN") == "Lean"
    assert wording.title("BEEF", "LEAN") == "Lean beef"
    assert wording.title("LAMB", "LEAN") == "Lean"
    assert wording.title("BEEF", "MISC") == "Beef: misc"


def test_different_texts_stay_different(shop: Dataset) -> None:
    for column, count in (("department", 23), ("category", 298), ("subcategory", 2_218)):
        assert shop.items[column].str.lower().nunique() == count


def test_no_till_abbreviation_is_left_in_what_is_sold_often(shop: Dataset) -> None:
    words = set(" ".join(shop.items["title"].iloc[shop.eligible()].unique()).lower().split())
    assert not words & {
        "frzn",
        "misc",
        "misc.",
        "pkg",
        "chix",
        "w/gra",
        "refrig",
        "sft",
        "drnk",
        "btl",
        "carb",
    }


def test_chinese_names_exist_for_real_names_only(shop: Dataset) -> None:
    words = sample_chinese()
    heads = set(shop.items["title"].str.partition(", ")[0])
    real = heads.union(*(shop.items[name].dropna() for name in ("department", "category", "subcategory", "brand")))
    assert set(words) <= real and all(words.values())
    assert set(shop.items["department"]) | set(shop.items["category"]) <= set(words)
    lines = np.bincount(shop.interactions["item"], minlength=shop.n_items)
    told = shop.items["title"].str.partition(", ")[0].isin(set(words)).to_numpy()
    assert lines[told].sum() >= 0.95 * lines.sum()
