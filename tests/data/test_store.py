"""A saved shop: the same when loaded, and never half-written."""

import json
from pathlib import Path

import pandas as pd
import pytest

from engine.data import Dataset, InputError, open_shop, shop_folder
from engine.data.storage.files import read_document
from tests.data.test_dataset import shop
from tests.fixtures.shops import journey, synthetic


@pytest.mark.parametrize("make", [journey, synthetic])
def test_round_trip(make: object, tmp_path: Path) -> None:
    data: Dataset = make()  # type: ignore[operator]
    data.save(tmp_path / "shop")
    again = open_shop(tmp_path / "shop")
    for table in ("items", "users", "interactions", "promotions"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(data, table))
    for field in ("name", "hash", "min_interactions", "positive", "cutoff", "dropped"):
        assert getattr(again, field) == getattr(data, field)


def test_a_catalogue_alone_round_trips(tmp_path: Path) -> None:
    data = shop([])
    data.save(tmp_path)
    again = Dataset.load(tmp_path)
    assert again.promotions is None and again.eligible().tolist() == [0, 1, 2, 3]
    pd.testing.assert_frame_equal(again.interactions, data.interactions)


def test_a_cut_shop_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cut"):
        synthetic().before("2024-03-01").save(tmp_path / "shop")
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("step", range(4))
def test_a_crash_at_any_table_leaves_the_old_shop(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journey().save(tmp_path)
    calls = iter(range(9))
    whole = pd.DataFrame.to_parquet

    def crash(table: pd.DataFrame, path: Path, **options: object) -> None:
        if next(calls) == step:
            path.write_bytes(b"half a file")
            raise KeyboardInterrupt
        whole(table, path, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(pd.DataFrame, "to_parquet", crash)
    with pytest.raises(KeyboardInterrupt):
        synthetic().save(tmp_path)
    assert open_shop(tmp_path).hash == journey().hash
    monkeypatch.undo()
    synthetic().save(tmp_path)
    assert open_shop(tmp_path).hash == synthetic().hash
    assert len(list(tmp_path.rglob("*.parquet"))) == 4, "files of the old shop are gone"


def test_a_shop_stored_before_there_were_checksums_opens_and_gets_them(tmp_path: Path) -> None:
    data = journey()
    older(data, tmp_path)
    assert open_shop(tmp_path).hash == data.hash
    pointer = read_document(tmp_path / "shop.json")
    assert pointer["digests"].keys() == set(pointer["files"].values())
    table = tmp_path / pointer["files"]["items"]
    whole = table.read_bytes()
    table.write_bytes(whole[:-20] + bytes(12) + whole[-8:])
    with pytest.raises(InputError, match="damaged"):
        open_shop(tmp_path)
    data.save(tmp_path)
    assert open_shop(tmp_path).hash == data.hash and not list(tmp_path.glob("*.parquet")), "the older files are gone"


def older(data: Dataset, folder: Path) -> None:
    """Store a shop as 0.1 did."""
    notes = {name: getattr(data, name) for name in ("name", "hash", "min_interactions", "positive")}
    files = {name: f"{name}-{data.hash[:16]}.parquet" for name in ("items", "users", "interactions", "promotions")}
    for name, file in files.items():
        getattr(data, name).to_parquet(folder / file, index=False, compression="zstd")
    (folder / "shop.json").write_text(json.dumps({"format": 1, "files": files, **notes, "dropped": {}}))


def test_saving_touches_no_file_of_others(tmp_path: Path) -> None:
    (tmp_path / "items-mine.parquet").write_bytes(b"mine")
    synthetic().save(tmp_path)
    journey().save(tmp_path)
    assert (tmp_path / "items-mine.parquet").read_bytes() == b"mine"


def test_what_is_no_shop_is_refused(tmp_path: Path) -> None:
    def kind() -> str:
        with pytest.raises(InputError) as refused:
            open_shop(tmp_path)
        return refused.value.problems[0].kind

    assert kind() == "no_shop"
    (tmp_path / "shop.json").write_text("{ torn")
    assert kind() == "broken_shop"
    (tmp_path / "shop.json").write_text("[]")
    assert kind() == "broken_shop"
    synthetic().save(tmp_path)
    notes = read_document(tmp_path / "shop.json")
    (tmp_path / notes["folder"] / "items.parquet").write_bytes(b"PAR1 torn")
    assert kind() == "broken_shop"
    (tmp_path / notes["folder"] / "items.parquet").unlink()
    assert kind() == "broken_shop"
    synthetic().save(tmp_path)
    notes = read_document(tmp_path / "shop.json")
    (tmp_path / "shop.json").write_text(json.dumps(notes | {"format": 0}))
    assert kind() == "old_shop"
    (tmp_path / "shop.json").write_text(json.dumps({key: notes[key] for key in notes if key != "hash"}))
    assert kind() == "broken_shop"


def test_shops_live_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    assert shop_folder("sample") == tmp_path / "shops" / "sample"
    assert shop_folder(tmp_path / "mine") == tmp_path / "mine"
