"""Stored crowding prices: exact, keyed by what they depend on, never trusted when damaged, and limited in number."""

import os
import shutil
from collections.abc import Callable
from copy import copy
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bench.bench import Bench
from engine.bench.memo import Memo
from engine.slates import crowding as lookup
from engine.slates import crowding_files
from engine.slates.crowding import crowding, crowding_drift, kept_crowding, price_columns
from engine.slates.crowding_files import FOLDER, StoredPrices, earlier_prices, read_prices, write_prices
from engine.slates.crowding_key import CrowdingKey, crowding_key
from engine.slates.make import make_slates
from engine.strategy.strategy import Exposure, Strategy

SPREAD = Strategy(method="mmr", diversity=0.3, pool=60, spread=0.6)
RULED = SPREAD.at(constraints=[{"facet": "category", "max": 2, "window": 5}])
OVERRIDDEN = SPREAD.at(overrides={"personal": {"strength": 0.8}})
KEY = CrowdingKey({"method": "mmr"}, {"data": "f00d", "rules": []}, True)


@pytest.fixture
def anew(bench: Bench, tmp_path: Path) -> Callable[[], Bench]:
    """Makes a bench that remembers nothing but what it was given, with a shop's folder of its own."""
    bench.vectors("text"), bench.evidence("all"), bench.candidates("for_you", 500)

    def make() -> Bench:
        other = copy(bench)
        other.folder, other._once = tmp_path, Memo()
        for key in (("vectors", "text"), ("evidence", "all"), ("candidates", "for_you", 500)):
            other.cached(key, lambda key=key: bench.cached(key, lambda: None))
        return other

    return make


def forbidden(*_: Any) -> Any:
    raise AssertionError("prices are computed although they are stored")


def files(place: Path) -> list[Path]:
    return sorted((place / FOLDER).glob("*")) if (place / FOLDER).exists() else []


@pytest.mark.parametrize("strategy", [SPREAD, RULED, OVERRIDDEN], ids=["plain", "rules", "exceptions"])
def test_prices_from_memory_file_and_computation_are_the_same_to_the_bit(
    anew: Callable[[], Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strategy: Strategy
) -> None:
    first = anew()
    computed = kept_crowding(first, strategy)
    assert computed is not None and crowding(first, strategy) is computed and len(files(tmp_path)) == 1
    lists = make_slates(first, strategy)
    monkeypatch.setattr(lookup, "_find", forbidden)
    second = anew()
    read = crowding(second, strategy)
    assert read is not None and read is not computed
    assert read.lists.prices.tobytes() == computed.lists.prices.tobytes()
    assert read.lists.slots.tobytes() == computed.lists.slots.tobytes()
    assert (read.scale, read.gap, read.proven, read.made_at) == (
        computed.scale, computed.gap, computed.proven, computed.made_at
    )  # fmt: skip
    assert (read.lists.passes, read.lists.error) == (computed.lists.passes, computed.lists.error)
    again = make_slates(second, strategy)
    for name in ("items", "gains", "relevance", "diversity"):
        assert getattr(again, name).tobytes() == getattr(lists, name).tobytes()


def test_only_prices_in_use_are_stored_and_all_are_read(anew: Callable[[], Bench], tmp_path: Path) -> None:
    bench = anew()
    for spread in (0.1, 0.2, 0.3):
        make_slates(bench, SPREAD.at(spread=spread))
    assert not files(tmp_path)
    kept_crowding(bench, SPREAD.at(spread=0.2))
    assert len(files(tmp_path)) == 1
    assert kept_crowding(bench, SPREAD.at(spread=0)) is None and kept_crowding(bench, SPREAD.at(diversity=1.0)) is None
    assert len(files(tmp_path)) == 1


def test_the_file_has_products_prices_and_slots(anew: Callable[[], Bench], tmp_path: Path) -> None:
    bench = anew()
    outcome = kept_crowding(bench, SPREAD)
    assert outcome is not None
    table = pd.read_parquet(files(tmp_path)[0])
    assert list(table) == ["item_id", "price", "slots"] and table["price"].dtype == np.float64
    pd.testing.assert_frame_equal(table, price_columns(bench, SPREAD).table.to_pandas())
    assert table["slots"].sum() == outcome.lists.slots.sum() and table["price"].max() == outcome.lists.prices.max()


def test_the_key_counts_what_prices_depend_on_and_nothing_else(anew: Callable[[], Bench]) -> None:
    bench = anew()

    def name(strategy: Strategy, on: Bench = bench) -> str:
        return crowding_key(on, strategy).name

    limit = RULED.model_dump()["constraints"][0]
    same = [
        SPREAD.at(exposure=Exposure(facet="provider", floor=0.5)),
        SPREAD.at(floor={"metric": "ndcg", "keep": 0.9}),
        SPREAD.at(constraints=[limit | {"surfaces": ("new",)}]),
        SPREAD.at(constraints=[limit | {"ends": date(2020, 1, 1)}]),
    ]
    assert {name(strategy) for strategy in same} == {name(SPREAD)}
    assert name(RULED.at(constraints=[limit | {"name": "No two alike", "starts": date(2020, 1, 1)}])) == name(RULED)
    differ = [SPREAD, RULED, OVERRIDDEN, SPREAD.at(spread=0.5), SPREAD.at(diversity=0.2), SPREAD.at(surface="new")]
    differ += [SPREAD.at(k=9), SPREAD.at(pool=70), SPREAD.at(method="msd"), SPREAD.at(normalize="rank")]
    assert len({name(strategy) for strategy in differ}) == len(differ)
    trained_again = anew()
    trained_again.card = bench.card | {"trained_at": "later"}
    assert name(SPREAD, trained_again) != name(SPREAD)
    scheduled = SPREAD.at(constraints=[limit | {"starts": date(2030, 1, 1)}])
    assert name(scheduled, bench.on_day(date(2030, 1, 2))) == name(RULED) != name(scheduled)
    assert crowding_key(bench, RULED).series == crowding_key(trained_again, SPREAD).series


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-40]),
    "no parquet": lambda file: file.write_text("item_id,price,slots"),
    "another price": lambda file: rewritten(file, lambda table: table.assign(price=table["price"] * 0.5)),
    "another number": lambda file: rewritten(file, lambda table: table.assign(slots=table["slots"] + 1)),
    "another product": lambda file: rewritten(file, lambda table: table.assign(item_id=table["item_id"][::-1].values)),
    "a table of others": lambda file: pd.DataFrame({"item_id": ["a"]}).to_parquet(file),
}


def rewritten(file: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """The file with another content, and the note of the old one."""
    old = pq.read_table(file)
    table = old.from_pandas(change(old.to_pandas()), preserve_index=False)
    pq.write_table(table.replace_schema_metadata(old.schema.metadata), file)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_computed_again_and_replaced(anew: Callable[[], Bench], tmp_path: Path, damage: str) -> None:
    whole = kept_crowding(anew(), SPREAD)
    (file,) = files(tmp_path)
    before = file.read_bytes()
    DAMAGE[damage](file)
    assert file.read_bytes() != before
    again = kept_crowding(anew(), SPREAD)
    assert whole is not None and again is not None
    assert again.lists.prices.tobytes() == whole.lists.prices.tobytes()
    key = crowding_key(anew(), SPREAD)
    stored = read_prices(tmp_path, key)
    assert stored is not None and stored.prices.max() == whole.lists.prices.max()


def test_a_file_of_other_inputs_under_this_name_is_not_taken(anew: Callable[[], Bench], tmp_path: Path) -> None:
    bench = anew()
    kept_crowding(bench, SPREAD)
    kept_crowding(bench, RULED)
    plain, ruled = (tmp_path / FOLDER / f"{crowding_key(bench, each).name}.parquet" for each in (SPREAD, RULED))
    shutil.copy(ruled, plain)
    assert read_prices(tmp_path, crowding_key(bench, SPREAD)) is None
    assert read_prices(tmp_path, crowding_key(bench, RULED)) is not None


@pytest.mark.parametrize("facts", [{}, {"scale": {"spread": 2.0, "lists": 1.0, "per_product": 1.0}}, {"scale": 3}])
def test_a_file_that_cannot_be_right_is_not_taken(
    anew: Callable[[], Bench], tmp_path: Path, facts: dict[str, Any]
) -> None:
    """Its checksum holds, its content does not: a price above σ, a product that the shop does not have."""
    bench = anew()
    right = price_columns(bench, SPREAD)
    key = crowding_key(bench, SPREAD)
    wrong = [
        StoredPrices(right.ids, right.prices * 50, right.slots, right.note),
        StoredPrices(right.ids, right.prices, -right.slots, right.note),
        StoredPrices(right.ids, np.full_like(right.prices, np.nan), right.slots, right.note),
        StoredPrices(np.array([f"x{name}" for name in right.ids], object), right.prices, right.slots, right.note),
        StoredPrices(np.repeat(right.ids[:1], len(right.ids)), right.prices, right.slots, right.note),
        StoredPrices(right.ids, right.prices, right.slots, facts | {"made_at": "now"}),
    ]
    for content in wrong:
        assert write_prices(tmp_path, key, content)
        assert lookup._read(anew(), SPREAD) is None
    assert write_prices(tmp_path, key, right) and lookup._read(anew(), SPREAD) is not None


def test_a_folder_that_cannot_be_written_stops_no_list(
    anew: Callable[[], Bench], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, os.strerror(28), str(tmp_path))

    monkeypatch.setattr(crowding_files, "write_atomically", full)
    bench = anew()
    outcome = kept_crowding(bench, SPREAD)
    assert outcome is not None and not files(tmp_path)
    assert (make_slates(bench, SPREAD).items >= 0).any()


def test_the_folder_may_be_a_file(anew: Callable[[], Bench], tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("no folder")
    assert kept_crowding(anew(), SPREAD) is not None
    assert earlier_prices(tmp_path, KEY) is None and crowding_drift(anew(), SPREAD) is None


def test_files_used_longest_ago_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowding_files, "MOST_FILES", 3)
    keys = [CrowdingKey({"method": "mmr"}, {"data": str(number)}, True) for number in range(5)]
    for number, key in enumerate(keys[:3]):
        write_prices(tmp_path, key, columns([("a", 0.5, 1)]))
        os.utime(tmp_path / FOLDER / f"{key.name}.parquet", ns=(number, number))
    assert read_prices(tmp_path, keys[0]) is not None  # in use now, so the second is the oldest
    for key in keys[3:]:
        write_prices(tmp_path, key, columns([("a", 0.5, 1)]))
    assert [read_prices(tmp_path, key) is not None for key in keys] == [True, False, False, True, True]
    monkeypatch.setattr(crowding_files, "MOST_BYTES", 1)
    write_prices(tmp_path, keys[1], columns([("a", 0.5, 1)]))
    assert len(files(tmp_path)) == 1, "the last one stays, whatever its size"


def columns(rows: list[tuple[str, float, int]], made_at: str = "2026-12-01") -> StoredPrices:
    ids, prices, slots = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return StoredPrices(
        np.array(ids, object), np.array(prices, np.float64), np.array(slots, np.int64), {"made_at": made_at}
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.text(), st.floats(0, 1, allow_subnormal=True), st.integers(0, 2**62)), unique_by=lambda row: row[0]
    )
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float, int]]) -> None:
    place = tmp_path_factory.mktemp("shop")
    given_ = columns(rows)
    assert write_prices(place, KEY, given_)
    stored = read_prices(place, KEY)
    assert stored is not None and [str(name) for name in stored.ids] == list(given_.ids)
    assert stored.prices.tobytes() == given_.prices.tobytes() and stored.slots.tobytes() == given_.slots.tobytes()


@settings(max_examples=300)
@given(st.integers(0, 10**9), st.integers(0, 7), st.booleans())
def test_one_wrong_bit_is_never_taken_for_another_price(place: int, bit: int, cut: bool) -> None:
    """With one bit turned, or cut there, a file is refused or says the same: some bytes of Parquet mean nothing."""
    with TemporaryDirectory() as shop:
        whole = columns([(f"p{n}", n / 7, n) for n in range(7)])
        assert write_prices(Path(shop), KEY, whole)
        file = Path(shop) / FOLDER / f"{KEY.name}.parquet"
        content = bytearray(file.read_bytes())
        place %= len(content)
        content[place] ^= 1 << bit
        file.write_bytes(content[:place] if cut else content)
        stored = read_prices(Path(shop), KEY)
        assert stored is None or (
            stored.prices.tobytes() == whole.prices.tobytes() and stored.slots.tobytes() == whole.slots.tobytes()
        )


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f".other.parquet.{'0' * 32}").write_text("half")
    assert write_prices(tmp_path, KEY, columns([("a", 0.5, 1)]))
    assert [file.name for file in files(tmp_path)] == [f"{KEY.name}.parquet"]


def test_the_earlier_prices_are_the_last_of_the_same_strategy(tmp_path: Path) -> None:
    now = CrowdingKey({"method": "mmr"}, {"data": "new"}, True)
    assert earlier_prices(tmp_path, now) is None
    for data, made_at in (("oldest", "2026-01-01"), ("old", "2026-03-01"), ("new", "2026-04-01")):
        write_prices(tmp_path, CrowdingKey({"method": "mmr"}, {"data": data}, True), columns([("a", 0.1, 1)], made_at))
    write_prices(tmp_path, CrowdingKey({"method": "dpp"}, {"data": "x"}, True), columns([("a", 0.1, 1)], "2027"))
    write_prices(tmp_path, CrowdingKey({"method": "mmr"}, {"data": "x"}, False), columns([("a", 0.1, 1)], "2027"))
    earlier = earlier_prices(tmp_path, now)
    assert earlier is not None and earlier.note["inputs"] == {"data": "old"}


def test_drift_is_that_of_the_lists_themselves(anew: Callable[[], Bench]) -> None:
    bench = anew()
    kept_crowding(bench, SPREAD)
    assert crowding_drift(bench, SPREAD) is None
    drift = crowding_drift(bench, RULED)
    assert drift is not None and drift.causes == ("rules",)
    before, now = (np.bincount(make_slates(bench, each).items.ravel(), minlength=10) for each in (SPREAD, RULED))
    size = max(len(before), len(now))
    counts = [np.pad(each, (0, size - len(each))) for each in (before, now)]
    assert drift.moved == pytest.approx(np.maximum(counts[1] - counts[0], 0).sum() / counts[1].sum())
    assert 0 < drift.moved < 1 and len(drift.products) == 10


def test_a_refresh_finds_the_same_prices_and_writes_them_anew(anew: Callable[[], Bench], tmp_path: Path) -> None:
    bench = anew()
    first = kept_crowding(bench, SPREAD)
    (file,) = files(tmp_path)
    file.unlink()
    assert kept_crowding(bench, SPREAD) is first and not files(tmp_path), "asked for again, it is not looked at again"
    second = kept_crowding(bench, SPREAD, refresh=True)
    assert first is not None and second is not None and second is not first and len(files(tmp_path)) == 1
    assert second.lists.prices.tobytes() == first.lists.prices.tobytes()
