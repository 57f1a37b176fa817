"""Saved strategies belong to a shop: to the id in its folder, not to what the folder is called."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.data import Dataset, InputError, shop_folder
from engine.data.storage import identity as identities
from engine.data.storage.identity import FILE, data_hash, identify, set_id
from engine.strategies import Basis, Store, shop_of, unadopted
from engine.strategy.strategy import DEFAULT
from tests.fixtures.shops import journey

AUDIT = "a" * 64


@pytest.fixture(scope="module")
def data() -> Dataset:
    return journey()


def save(store: Store, shop: str, name: str, content: str, live: bool = False) -> None:
    number = store.save(shop, name, DEFAULT, Basis(content), author="Ann").number
    if live:
        store.approve(shop, name, number, author="Ann")
        store.go_live(shop, name, number, author="Ann")


def test_two_folders_of_one_name_are_two_shops(store: Store, data: Dataset, tmp_path: Path) -> None:
    folders = [tmp_path / side / "shop" for side in "ab"]
    for folder in folders:
        data.save(folder)
    keys = [shop_of(store, folder) for folder in folders]
    save(store, keys[0], "Mix", data.hash)
    assert len(set(keys)) == 2 and [store.names(key) for key in keys] == [["Mix"], []]
    assert [shop_of(store, folder) for folder in folders] == keys


def test_a_folder_that_is_renamed_or_moved_stays_the_shop(store: Store, data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path / "shop")
    key = shop_of(store, tmp_path / "shop")
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "shop").rename(tmp_path / "elsewhere" / "winter")
    (tmp_path / "link").symlink_to(moved)
    assert shop_of(store, moved) == shop_of(store, tmp_path / "link") == key


def test_a_copy_is_the_same_shop_until_it_gets_an_id_of_its_own(store: Store, data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path / "shop")
    key = shop_of(store, tmp_path / "shop")
    shutil.copytree(tmp_path / "shop", tmp_path / "copy")
    assert shop_of(store, tmp_path / "copy") == key
    set_id(tmp_path / "copy", "branch-2")
    assert shop_of(store, tmp_path / "copy") == "id/branch-2" != key == shop_of(store, tmp_path / "shop")


def test_a_shop_that_is_prepared_with_other_data_stays_the_shop(store: Store, data: Dataset, tmp_path: Path) -> None:
    prepared = prepare(tmp_path, tmp_path / "shop", "a")
    key = shop_of(store, tmp_path / "shop")
    assert prepare(tmp_path, tmp_path / "shop", "b") != prepared
    assert shop_of(store, tmp_path / "shop") == key


def prepare(tmp_path: Path, out: Path, item: str, *words: str, code: int = 0) -> str | None:
    items = tmp_path / "items.csv"
    items.write_text(f"item_id,title\n{item},One\nz,Two\n")
    assert main(["prepare", "--items", str(items), "--out", str(out), *words]) == code
    return data_hash(out)


def test_prepare_sets_one_id_for_several_machines(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for machine in ("one", "two"):
        prepare(tmp_path, tmp_path / machine, "a", "--shop-id", "corner-shop")
    assert {shop_of(store, tmp_path / machine) for machine in ("one", "two")} == {"id/corner-shop"}
    prepare(tmp_path, tmp_path / "one", "b", "--shop-id", "corner-shop")
    assert "was" not in capsys.readouterr().err
    prepare(tmp_path, tmp_path / "one", "b", "--shop-id", "other")
    assert "The shop's id was corner-shop; strategies saved for that id stay with it." in capsys.readouterr().err
    for bad in ("", "../x", "a b", "x" * 65, "店"):
        prepare(tmp_path, tmp_path / "bad", "a", "--shop-id", bad, code=2)
    assert not (tmp_path / "bad").exists()
    assert main(["prepare", "--data", "sample", "--shop-id", "x"]) == 2


def test_what_was_saved_on_the_same_data_is_adopted(store: Store, data: Dataset, tmp_path: Path) -> None:
    save(store, "shop", "Mix", data.hash, live=True)
    store.sign("shop", AUDIT, "signed", author="Ann")
    before = store.get("shop", "Mix")
    data.save(tmp_path / "shop")
    key = shop_of(store, tmp_path / "shop")
    assert store.names(key) == ["Mix"] and len(store.signatures(key, AUDIT)) == 1
    after = store.get(key, "Mix")
    assert (after.content, after.created_at, after.status) == (before.content, before.created_at, "live")
    assert unadopted(store, tmp_path / "shop") is None
    assert store.live(key, "for_you") == after and store.history(key) == store.history("shop")
    save(store, key, "Mix", data.hash, live=True)  # goes on where the old rows end
    save(store, key, "New", data.hash)
    assert [version.number for version in store.versions(key, "Mix")] == [1, 2]
    assert [version.status for version in store.versions(key, "Mix")] == ["retired", "live"]
    assert store.names(key) == ["Mix", "New"] and store.names("shop") == ["Mix"]
    (found,) = (each for each in store.shops() if each.shop == "shop")
    assert found.adopted_by == key and found.signatures == 1


def test_a_second_folder_of_that_name_and_data_adopts_nothing(store: Store, data: Dataset, tmp_path: Path) -> None:
    save(store, "shop", "Mix", data.hash)
    for side in "ab":
        data.save(tmp_path / side / "shop")
    first, second = (shop_of(store, tmp_path / side / "shop") for side in "ab")
    assert store.names(first) == ["Mix"] and store.names(second) == []
    with pytest.raises(InputError, match="goes on with it"):
        store.adopt(second, "shop", author="Bo")


def test_other_data_waits_until_somebody_says_so(store: Store, data: Dataset, tmp_path: Path) -> None:
    save(store, "shop", "Mix", "of last week", live=True)
    data.save(tmp_path / "shop")
    key = shop_of(store, tmp_path / "shop")
    waiting = unadopted(store, tmp_path / "shop")
    assert store.names(key) == [] and waiting is not None and waiting.names == ("Mix",)
    save(store, key, "Own", data.hash)
    store.adopt(key, "shop", author="Bo")
    assert store.names(key) == ["Mix", "Own"] and unadopted(store, tmp_path / "shop") is None


def test_data_that_is_replaced_before_the_first_look_still_tells(store: Store, tmp_path: Path) -> None:
    content = prepare(tmp_path, tmp_path / "shop", "a")
    (tmp_path / "shop" / FILE).unlink()  # prepared before shops had ids
    save(store, "shop", "Mix", str(content))
    prepare(tmp_path, tmp_path / "shop", "b")
    assert store.names(shop_of(store, tmp_path / "shop")) == ["Mix"]


def test_what_cannot_be_put_together_is_refused(store: Store) -> None:
    save(store, "shop", "Mix", "x", live=True)
    save(store, "id/1", "Mix", "x")
    save(store, "id/2", "Other", "x", live=True)
    for shop, other, words in (
        ("id/1", "shop", "both shops have strategies called Mix"),
        ("id/2", "shop", "Other, version 1 and Mix, version 1 are both live on for_you"),
        ("id/3", "nothing", "nothing was saved for this shop"),
        ("shop", "shop", "nothing was saved for this shop"),
    ):
        with pytest.raises(InputError, match=words):
            store.adopt(shop, other, author="Bo")
    store.retire("id/2", "Other", 1, author="Bo")
    store.adopt("id/2", "shop", author="Bo")
    store.adopt("id/3", "id/2", author="Bo")  # a shop whose folder is gone; what it had adopted comes along
    assert store.names("id/3") == ["Mix", "Other"]


def test_the_sample_stays_the_sample(store: Store, data: Dataset, tmp_path: Path) -> None:
    assert shop_of(store, "sample") == shop_of(store, shop_folder("sample")) == "sample"
    save(store, "sample", "Mix", data.hash)
    data.save(tmp_path / "sample")
    key = shop_of(store, tmp_path / "sample")
    assert key.startswith("id/") and store.names(key) == [] and unadopted(store, tmp_path / "sample") is None


def test_a_read_only_folder_keeps_working_by_its_name(
    store: Store, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    for side in "ab":
        data.save(tmp_path / side / "shop")
    with monkeypatch.context() as patch:
        patch.setattr(identities, "_write", refused)
        assert shop_of(store, tmp_path / "a" / "shop") == "shop" == shop_of(store, tmp_path / "nowhere" / "shop")
        save(store, "shop", "Mix", data.hash)
        with pytest.raises(InputError, match="Read-only"):
            set_id(tmp_path / "a" / "shop", "x")
    key = shop_of(store, tmp_path / "a" / "shop")
    monkeypatch.setattr(identities, "_write", refused)
    assert store.names(key) == ["Mix"]
    assert shop_of(store, tmp_path / "b" / "shop") == key  # the same data: the same shop
    with pytest.raises(InputError, match="another shop goes on with those of this name"):
        shop_of(store, tmp_path / "nowhere" / "shop")


def test_a_damaged_id_is_told_and_a_lost_race_is_none(data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path)
    left = tmp_path / f".{FILE}.{'0' * 32}"
    left.write_text("{")  # of a run that was killed
    made = identify(tmp_path)
    assert not left.exists()
    assert made is not None and identify(tmp_path) == made and made.hash == data.hash
    identities._write(tmp_path, identities.Identity("late", "x", None), replace=False)  # another process was first
    assert identify(tmp_path) == made and sorted(file.name for file in tmp_path.glob(".*")) == [
        ".lock",
        ".shop_id.lock",
    ]
    for text in ("", "{}", "[]", '{"id": "../x", "name": "n", "hash": null}', '{"id": 7, "name": "n", "hash": null}'):
        (tmp_path / FILE).write_text(text)
        with pytest.raises(InputError, match="the id of the shop cannot be read"):
            identify(tmp_path)


def test_the_commands_adopt_and_list(
    url: str, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    shop, out = tmp_path / "shop", tmp_path / "out.json"
    data.save(shop)
    store = Store.open()
    save(store, "shop", "Mix", "of last week")

    def call(*words: str, code: int = 0) -> object:
        assert main(["strategies", words[0], "--data", str(shop), *words[1:], "--json", str(out)]) == code
        return json.loads(out.read_text())

    assert call("list") == []
    assert "1 strategy was saved under the name 'shop' on other data" in capsys.readouterr().err
    assert main(["serve", "--data", str(shop)]) == 2  # nothing is live, and something waits
    assert "strategies adopt --data" in capsys.readouterr().err
    call("adopt", "--author", "Bo")
    assert [version["name"] for version in call("list")] == ["Mix"]  # type: ignore[index, union-attr, attr-defined]
    assert call("adopt", code=2)[0]["kind"] == "nothing_waits"  # type: ignore[index]
    capsys.readouterr()
    listed = call("shops")
    assert [(each["shop"], each["names"]) for each in listed] == [("shop", ["Mix"])]  # type: ignore[attr-defined]
    assert listed[0]["adopted_by"] == shop_of(store, shop)  # type: ignore[index]
    assert not capsys.readouterr().err
    store.close()
