"""The list of prepared shops: safe folders for any name, all or nothing, and no way out of the folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import InputError, delete_shop, list_shops, open_shop, save_shop
from engine.data.shops import RESERVED, SLUG, describe, find_shop, slug
from tests.data.test_store import older
from tests.fixtures.shops import synthetic


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "shops"


def test_a_shop_is_stored_listed_opened_and_deleted(mine: Path) -> None:
    name = save_shop(synthetic(), "  Möbel &  Co ")
    assert name == "mobel-co" and find_shop(name) == mine / name
    listed = list_shops()
    assert [shop.slug for shop in listed] == ["sample", "mobel-co"]
    assert listed[1].name == "Möbel & Co" and listed[0].counts is None
    data = open_shop(mine / name)
    assert data.hash == synthetic().hash and data.name == "Möbel & Co"
    counts = {"items": 80, "users": len(data.users), "interactions": len(data.interactions)}
    assert listed[1].counts == counts | {"promotions": len(data.promotions)}  # type: ignore[arg-type]
    delete_shop(name)
    assert [shop.slug for shop in list_shops()] == ["sample"] and list(mine.iterdir()) == []


def test_shops_stored_before_counts_are_still_listed(mine: Path) -> None:
    data = synthetic()
    (mine / "old").mkdir(parents=True)
    older(data, mine / "old")
    assert describe(mine / "old").counts == {
        "items": data.n_items, "users": data.n_users, "interactions": len(data.interactions),
        "promotions": len(data.promotions),
    }  # fmt: skip
    (mine / "old" / "shop.json").write_text("{ torn")
    assert list_shops()[1].counts is None and list_shops()[1].slug == "old"


def test_names_in_any_language_get_folders_of_their_own(mine: Path) -> None:
    names = ["家具店", "服装店", "Sample", "con", "a/b", "../up", "a b"]
    slugs = [save_shop(synthetic(), name) for name in names]
    assert len(set(slugs)) == len(names)
    assert {shop.name for shop in list_shops()[1:]} == set(names)
    assert slugs[-1] == "a-b-2", "a/b and a b would share a folder"


@given(st.text(max_size=90))
def test_a_slug_is_always_a_safe_folder_name(name: str) -> None:
    found = slug(name)
    assert SLUG.fullmatch(found) and not RESERVED.fullmatch(found) and len(found) <= 48
    assert slug(name) == found


@pytest.mark.parametrize("name", ["", "   ", "a\nb" + "\0", "x" * 81])
def test_a_name_that_says_nothing_is_refused(name: str, mine: Path) -> None:
    with pytest.raises(InputError) as refused:
        save_shop(synthetic(), name)
    assert refused.value.problems[0].kind == "bad_name" and not mine.exists()


def test_a_name_is_taken_once(mine: Path) -> None:
    save_shop(synthetic(), "Chairs")
    with pytest.raises(InputError) as refused:
        save_shop(synthetic(), "CHAIRS")
    assert refused.value.problems[0].kind == "name_taken" and len(list_shops()) == 2


@pytest.mark.parametrize("wanted", ["sample", "..", ".", "", "../outside", "nothing", "a/../b", "UP", "link"])
def test_nothing_but_a_shop_of_the_list_can_be_deleted_or_found(wanted: str, mine: Path, tmp_path: Path) -> None:
    save_shop(synthetic(), "Keep")
    synthetic().save(tmp_path / "outside")
    synthetic().save(mine / "sample")
    (mine / "link").symlink_to(tmp_path / "outside")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as refused:
        delete_shop(wanted)
    assert refused.value.problems[0].kind == "not_deletable"
    assert sorted(tmp_path.rglob("*")) == before
    assert wanted in ("sample", "link") or find_shop(wanted) is None


def test_a_crash_while_storing_leaves_nothing(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        (mine / "half").mkdir(exist_ok=True)
        (mine / "half").rmdir()
        raise KeyboardInterrupt

    monkeypatch.setattr("pandas.DataFrame.to_parquet", crash)
    with pytest.raises(KeyboardInterrupt):
        save_shop(synthetic(), "Half")
    assert list(mine.iterdir()) == [] and [shop.slug for shop in list_shops()] == ["sample"]
