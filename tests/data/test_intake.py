"""Good files are read: text stays text, formats agree, columns are mapped."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import Cancelled, InputError, read_mapping, read_shop
from engine.data.problems import ROWS_READ
from tests.data.files import ITEMS, LOG, csv_text, write
from tests.fixtures.shops import synthetic


def test_text_stays_text(tmp_path: Path) -> None:
    data = read_shop(write(tmp_path, "items.csv", ITEMS), write(tmp_path, "log.csv", LOG))
    assert data.items["item_id"].tolist() == ["007", "1e5", "x"]
    assert data.items["brand"].fillna("?").tolist() == ["None", "NA", "?"]
    assert data.items["price"].fillna(-1).tolist() == [12.5, 3.0, -1]
    assert data.users["user_id"].tolist() == ["u1", "u2"]
    assert data.name == tmp_path.name and data.dropped == {}


IDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).filter(
        lambda text: any(letter.isalnum() for letter in text)
    ),
    min_size=1,
    max_size=30,
    unique=True,
)  # many in one shop: reading its Parquet file starts a process


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(IDS)
def test_any_id_survives_csv_gzip_parquet_and_a_save(tmp_path: Path, ids: list[str]) -> None:
    text = csv_text([["item_id", "title"], *([item, "thing"] for item in ids)])
    plain = read_shop(write(tmp_path, "items.csv", text))
    zipped = read_shop(write(tmp_path, "items.csv.gz", gzip.compress(text.encode())))
    pd.DataFrame({"item_id": ids, "title": "thing"}).to_parquet(tmp_path / "items.parquet")
    columnar = read_shop(tmp_path / "items.parquet")
    plain.save(tmp_path / "shop")
    saved = type(plain).load(tmp_path / "shop")
    assert [data.items["item_id"].tolist() for data in (plain, zipped, columnar, saved)] == [ids] * 4
    assert plain.hash == zipped.hash == columnar.hash == saved.hash


def test_parquet_of_the_same_shop_has_the_same_hash(tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "fixtures" / "synthetic"
    names = ["items", "interactions", "users", "promotions"]
    for name in names:
        text = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        text.to_parquet(tmp_path / f"{name}.pq", compression="gzip", row_group_size=17)
    again = read_shop(*(tmp_path / f"{name}.pq" for name in names))
    assert again.hash == synthetic().hash


def test_parquet_types_are_read_by_meaning(tmp_path: Path) -> None:
    items = pd.DataFrame({"item_id": [7, 8], "title": pd.Categorical(["a", "b"]), "price": [1.25, None]})
    items.index = pd.Index([3, 4], name=None)
    items.to_parquet(tmp_path / "items.parquet")
    times = pd.to_datetime(["2024-01-01T12:00:00+02:00", "2024-01-02T00:00:00+02:00"])
    log = pd.DataFrame({"user_id": ["u", "v"], "item_id": [7, 8], "timestamp": times, "rating": [4, 3]})
    log.to_parquet(tmp_path / "log.parquet")
    data = read_shop(tmp_path / "items.parquet", tmp_path / "log.parquet")
    assert list(data.items) == ["item_id", "title", "price"]
    assert data.items["item_id"].tolist() == ["7", "8"]
    assert data.interactions["timestamp"].astype(str).tolist() == [
        "2024-01-01 10:00:00",
        "2024-01-01 22:00:00",
    ]
    assert data.positive == "rate" and data.positives()["item"].tolist() == [0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-03-04", "2024-03-04 00:00:00"),
        ("2024-03-04 05:06", "2024-03-04 05:06:00"),
        ("2024-03-04T05:06:07", "2024-03-04 05:06:07"),
        ("2024-03-04T05:06:07.999Z", "2024-03-04 05:06:07"),
        ("2024-03-04T05:06:07+05:30", "2024-03-03 23:36:07"),
        ("2024-03-04T05:06:07-0100", "2024-03-04 06:06:07"),
        ("1709528767", "2024-03-04 05:06:07"),
    ],
)
def test_times_are_utc_whole_seconds(written: str, read: str, tmp_path: Path) -> None:
    log = f"user_id,item_id,timestamp\nu,007,{written}\n"
    data = read_shop(write(tmp_path, "i.csv", ITEMS), write(tmp_path, "l.csv", log))
    assert str(data.interactions["timestamp"].iloc[0]) == read


def test_a_byte_order_mark_windows_lines_and_blank_lines_are_welcome(tmp_path: Path) -> None:
    plain = read_shop(write(tmp_path, "a.csv", ITEMS))
    text = "\ufeff" + ITEMS.replace("\n", "\r\n") + "\r\n\r\n"
    assert read_shop(write(tmp_path, "b.csv", text)).hash == plain.hash


def test_columns_and_events_are_mapped(tmp_path: Path) -> None:
    items = write(tmp_path, "i.csv", "sku,name,season\n1,Coat,winter\n2,Shirt,summer\n3,Hat,winter\n4,Cap,\n")
    log = write(tmp_path, "l.csv", "who,sku,at,what,device\na,1,2024-01-01,Purchase,ios\n")
    names = write(
        tmp_path,
        "m.json",
        '{"items": {"sku": "item_id", "name": "title"}, "events": {"Purchase": "buy"},'
        ' "interactions": {"who": "user_id", "sku": "item_id", "at": "timestamp", "what": "event"}}',
    )
    data = read_shop(items, log, mapping=read_mapping(names))
    assert data.items["title"].tolist() == ["Coat", "Shirt", "Hat", "Cap"]
    assert data.facets() == ["season"]
    assert data.positive == "buy" and "device" not in data.interactions


def test_users_keep_their_groups_and_late_shoppers_are_unknown(tmp_path: Path) -> None:
    users = write(tmp_path, "u.csv", "user_id,age\nu2,30-49\nghost,\n")
    data = read_shop(write(tmp_path, "i.csv", ITEMS), write(tmp_path, "l.csv", LOG), users)
    assert data.users["user_id"].tolist() == ["u2", "ghost", "u1"]
    assert data.users["age"].fillna("?").tolist() == ["30-49", "?", "?"]


def test_bad_rows_are_dropped_only_when_asked(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", ITEMS + "y,Vase,b,-1\n007,Again,b,1\n,Nobody,b,1\ntoo,few\n")
    log = write(tmp_path, "log.csv", LOG + "u3,y,2024-01-04,buy\nu3,x,soon,buy\n")
    with pytest.raises(InputError) as refused:
        read_shop(items, log)
    assert len(refused.value.problems) == 5
    data = read_shop(items, log, drop_bad=True)
    assert data.items["item_id"].tolist() == ["007", "1e5", "x"]
    assert dict(data.dropped) == {"items.csv": 4, "log.csv": 2}, "what was sold of a dropped item goes too"
    assert data.hash == read_shop(write(tmp_path, "a.csv", ITEMS), write(tmp_path, "b.csv", LOG)).hash


def test_progress_is_told_and_may_cancel(tmp_path: Path) -> None:
    items, log = write(tmp_path, "i.csv", ITEMS), write(tmp_path, "l.csv", LOG)
    told: list[tuple[str, int, int]] = []
    read_shop(items, log, report=lambda *step: told.append(step))
    size = len(ITEMS) + len(LOG)
    assert told == [
        (ROWS_READ, 3, 0),
        ("data.read", len(ITEMS), size),
        (ROWS_READ, 5, 0),
        ("data.read", size, size),
        ("data.check", 0, 2),
        ("data.check", 1, 2),
        ("data.check", 2, 2),
    ]

    def stop(step: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_shop(items, log, report=stop)
