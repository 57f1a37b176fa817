"""The synthetic furniture shop: the same bytes for a seed, plausible, readable, and with something to learn."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import metrics
from engine.__main__ import main
from engine.data import Dataset, default_cutoff, read_mapping, read_shop
from engine.data.reading.columns import EVENTS
from sample_data import furniture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("furniture")
    furniture.write(place)
    return place


@pytest.fixture(scope="module")
def shop(folder: Path) -> Dataset:
    mapping = read_mapping(folder / "mapping.json")
    return read_shop(folder / "items.csv", folder / "interactions.csv.gz", folder / "users.csv", mapping=mapping)


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(furniture, "SHOPPERS", 150)
    for name, seed in {"once": 0, "again": 0, "other": 1}.items():
        furniture.write(tmp_path / name, seed=seed)
    for file in (tmp_path / "once").iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    for name in ("items.csv", "users.csv", "interactions.csv.gz"):
        assert (tmp_path / "once" / name).read_bytes() != (tmp_path / "other" / name).read_bytes()


def test_it_says_that_it_is_invented_and_its_columns_are_its_own(folder: Path) -> None:
    assert (folder / "README.txt").read_text().startswith("Synthetic furniture shop, invented by us")
    ours = {"item_id", "title", "user_id", "timestamp", "event"}
    for name in ("items.csv", "users.csv"):
        assert not ours & set(pd.read_csv(folder / name, nrows=1))
    assert not ours & set(gzip.decompress((folder / "interactions.csv.gz").read_bytes())[:200].decode().split(","))


def test_the_catalogue_is_plausible(shop: Dataset) -> None:
    items = shop.items
    assert shop.n_items == 2_000 and items["title"].is_unique
    assert 12 <= items["category"].nunique() <= 16
    assert 12 <= items["colour"].nunique() <= 16 < 35 <= items["finish"].nunique() <= 45
    assert 25 <= items["brand"].nunique() <= 30
    assert {"style", "material"} <= set(shop.facets())
    assert not items.drop(columns=["stock"]).isna().any().any()
    assert items["price"].between(3, 5_000).all() and (items["stock"] >= 0).all() and (items["stock"] == 0).any()
    price = items.groupby("category")["price"].median()
    assert price["Sofas"] > 3 * price["Lamps"] > 3 * price["Kitchen"]
    within = np.log(items["price"]).groupby(items["subcategory"]).std()
    assert within.between(0.15, 0.8).all(), "prices of a kind differ, but not wildly"
    wooden = items["finish"].isin(["walnut", "mahogany", "birch"])
    assert not items.loc[wooden, "material"].isin(["cotton", "wool", "glass", "velvet"]).any()


def test_the_log_is_plausible(shop: Dataset) -> None:
    log = shop.interactions
    counts = log["event"].value_counts()
    assert 60_000 <= len(log) <= 90_000 and shop.n_users == 1_500
    assert set(counts[counts > 0].index) <= set(EVENTS)
    assert counts["view"] > 2 * counts["cart"] > 2 * counts["buy"] > 4 * counts["rate"] > 0
    assert (log["item"] < 0).equals(log["event"] == "search")
    assert log.loc[log["event"] == "search", "query"].notna().all()
    assert pd.Timestamp("2024-01-08") <= shop.start and shop.end < pd.Timestamp("2024-10-07")  # type: ignore[operator]
    met = log[log["item"] >= 0]
    launched = shop.items["launched_at"].to_numpy()[met["item"]]
    assert (met["timestamp"].to_numpy() >= launched).all(), "nobody meets a product before its launch"
    bought = log[log["event"] == "buy"]
    price = shop.items["price"].to_numpy()[bought["item"]]
    np.testing.assert_allclose(bought["value"], bought["quantity"] * price, atol=0.01)
    assert (shop.users["region"].isna().mean() > 0.03) and shop.users["member_level"].isna().mean() > 0.2


def test_demand_has_a_long_tail_seasons_and_tastes(shop: Dataset) -> None:
    bought = shop.positives()
    owners = np.sort(np.bincount(bought["item"], minlength=shop.n_items))[::-1]
    assert owners[:400].sum() > 0.5 * owners.sum() and (owners == 0).sum() > 200
    category = shop.items["category"].to_numpy()[bought["item"]]
    month = bought["timestamp"].dt.month.to_numpy()
    garden = pd.Series(category == "Garden").groupby(month).mean()
    assert garden[5] > 2 * garden[1]
    codes, _ = shop.codes("style")
    shares = np.zeros((shop.n_users, codes.max() + 1))
    np.add.at(shares, (bought["user"].to_numpy(), codes[bought["item"].to_numpy()]), 1)
    heavy = shares[shares.sum(axis=1) >= 8]
    own = (heavy / heavy.sum(axis=1, keepdims=True)).max(axis=1).mean()
    everyone = (heavy.sum(axis=0) / heavy.sum()).max()
    assert own > everyone + 0.15, "shoppers keep to their styles"


def test_the_blend_learns_more_than_popularity(shop: Dataset, tmp_path: Path) -> None:
    from engine.training.training import fit

    cutoff = default_cutoff(shop)
    history, future = shop.before(cutoff), shop.since(cutoff)
    users = np.unique(history.interactions["user"]).astype(np.int64)
    bought = future.relevant()[users]
    new = bought - bought.multiply(history.relevant()[users]).tocsr()
    found = {}
    for name in ("popularity", "blend"):
        model, _ = fit(name, tmp_path, shop, cutoff)
        for scope, relevant in (("all", bought), ("new", new)):
            found[name, scope] = np.nanmean(metrics.ndcg(model.recommend(users, 10, scope)[0], relevant))
    assert found["blend", "all"] > 1.2 * found["popularity", "all"] > 0
    assert found["blend", "new"] > 1.2 * found["popularity", "new"] > 0


def test_the_command_line_prepares_it(folder: Path, tmp_path: Path) -> None:
    call = ["prepare", "--out", str(tmp_path / "shop"), "--mapping", str(folder / "mapping.json")]
    for name, file in {"items": "items.csv", "interactions": "interactions.csv.gz", "users": "users.csv"}.items():
        call += [f"--{name}", str(folder / file)]
    assert main(call) == 0
    assert Dataset.load(tmp_path / "shop").n_items == 2_000
