# ruff: noqa: E501  (tables read best with one case a line)
"""Hundreds of malformed files, made from a few good ones by a seed, and an independent reading of each.

A case spoils one file of a small shop in one form (CSV of several kinds, JSON, Parquet): a cell, the order of rows or
columns, the header, or bare bytes. What `prepare` may do with it is checked from outside: exit 0 only with the content
that another reader (pandas' C parser, `json`, pyarrow) finds in the same bytes, exit 2 only with every problem located.
"""

import bz2
import csv
import gzip
import io
import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

Rows = list[dict[str, str]]
SEED = 20
WORDS = ["Oak chair", "Blue lamp", "Rug, wool", 'Desk "A"', "椅子", "Théière", "Vase\nof glass", "Shelf; tall", "12"]
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
EVENTS = ("view", "click", "buy")


def good(draw: random.Random) -> dict[str, Rows]:
    """A small shop: 12 items, 30 lines of log."""
    items = [
        {"item_id": f"{at:03}", "title": draw.choice(WORDS), "brand": draw.choice(["A", "B", ""]), "price": f"{draw.randint(1, 9999) / 100}"}
        for at in range(12)
    ]  # fmt: skip
    log = [
        {"user_id": f"u{draw.randint(0, 6)}", "item_id": draw.choice(items)["item_id"], "timestamp": f"2024-0{draw.randint(1, 6)}-1{draw.randint(0, 9)}T0{draw.randint(0, 9)}:30:00Z", "event": draw.choice(EVENTS)}
        for _ in range(30)
    ]  # fmt: skip
    return {"items": items, "log": log}


@dataclass(frozen=True)
class Form:
    """How a table is written, and how another program than ours reads it: rows of text cells."""

    name: str
    write: Callable[[Rows], bytes]
    read: Callable[[bytes], Rows]


def _separated(rows: Rows, separator: str, end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerows([list(rows[0]), *([row[name] for name in rows[0]] for row in rows)])
    return out.getvalue()


def _table(text: str, separator: str) -> Rows:
    """By pandas' C parser."""
    frame = pd.read_csv(io.StringIO(text, newline=""), sep=separator, dtype=str, keep_default_na=False, index_col=False)
    return frame.rename(columns=str.strip).to_dict("records")  # type: ignore[return-value]


TITLE = "Export of our shop\n"  # above the names of the columns


def _text(separator: str, encoding: str, start: str = "", end: str = "\n") -> Callable[[str], Form]:
    def write(rows: Rows) -> bytes:
        text = start + _separated(rows, separator, "\n" if end == "\r" else end)
        return (text.replace("\n", "\r") if end == "\r" else text).encode(encoding)

    def read(raw: bytes) -> Rows:
        text = raw.decode(encoding)
        text = text.removeprefix(start).removeprefix(TITLE)
        return _table(text.replace("\r", "\n") if end == "\r" else text, separator)

    return lambda name: Form(name, write, read)


def _json_cell(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _objects(text: str, lines: bool) -> Rows:
    kinds: dict[str, Any] = {"parse_int": str, "parse_float": str, "parse_constant": str}
    found = (
        [json.loads(line, **kinds) for line in text.splitlines() if line.strip()]
        if lines
        else json.loads(text, **kinds)
    )
    names = list(dict.fromkeys(name for row in found for name in row))
    return [{name: _json_cell(row.get(name)) for name in names} for row in found]


def _read_parquet(raw: bytes) -> Rows:
    table = pq.read_table(io.BytesIO(raw))
    return [{name: _json_cell(value) for name, value in row.items()} for row in table.to_pylist()]


def _write_parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    pd.DataFrame(rows, dtype="str").to_parquet(out)
    return out.getvalue()


FORMS = [
    _text(",", "utf-8")("commas"),
    _text(";", "utf-8")("semicolons"),
    _text("\t", "utf-8-sig")("tabs and a byte order mark"),
    _text("|", "utf-8", end="\r\n")("bars and Windows line ends"),
    _text(",", "utf-16")("UTF-16"),
    _text(";", "utf-8", start="sep=;\n")("sep="),
    _text(",", "utf-8", end="\r")("line ends of an old Mac"),
    Form("gzip", lambda rows: gzip.compress(_separated(rows, ",").encode(), mtime=0), lambda raw: _table(gzip.decompress(raw).decode(), ",")),
    Form("JSON array", lambda rows: json.dumps(rows, indent=1).encode(), lambda raw: _objects(raw.decode(), False)),
    Form("JSON lines", lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(), lambda raw: _objects(raw.decode(), True)),
    Form("Parquet", _write_parquet, _read_parquet),
]  # fmt: skip
TEXTUAL = [form for form in FORMS if form.name not in ("gzip", "JSON array", "JSON lines", "Parquet")]


@dataclass(frozen=True)
class Case:
    """One shop with one spoilt file. `must`: the exit code that alone is right, None where the bytes decide."""

    name: str
    files: dict[str, bytes]
    forms: dict[str, Form]
    spoilt: str
    must: int | None


def _set(rows: Rows, draw: random.Random, name: str, value: str) -> None:
    draw.choice(rows)[name] = value


CellSpoiler = tuple[str, str, Callable[[Rows, random.Random], object], int]
CELLS: list[CellSpoiler] = [  # name, table, what is done to its rows, the only right exit code
    ("nothing", "items", lambda rows, draw: None, 0),
    ("rows in another order", "log", lambda rows, draw: draw.shuffle(rows), 0),
    ("full-width prices", "items", lambda rows, draw: [row.update(price=row["price"].translate(FULL_WIDTH)) for row in rows], 0),
    ("no price", "items", lambda rows, draw: _set(rows, draw, "price", ""), 0),
    ("milliseconds", "log", lambda rows, draw: [row.update(timestamp=str(1_704_000_000_123 + 1_000 * at)) for at, row in enumerate(rows)], 0),
    ("UTC behind times", "log", lambda rows, draw: [row.update(timestamp="2024-03-04 05:06:07 UTC") for row in rows], 0),
    ("a line twice", "log", lambda rows, draw: rows.append(dict(draw.choice(rows))), 0),
    ("a further column", "items", lambda rows, draw: [row.update(season=draw.choice("ab")) for row in rows], 0),
    ("a price in words", "items", lambda rows, draw: _set(rows, draw, "price", "cheap"), 2),
    ("a negative price", "items", lambda rows, draw: _set(rows, draw, "price", "-1"), 2),
    ("a price without end", "items", lambda rows, draw: _set(rows, draw, "price", "1e999"), 2),
    ("a price in Chinese words", "items", lambda rows, draw: _set(rows, draw, "price", "一百"), 2),
    ("an id twice", "items", lambda rows, draw: rows.append(dict(rows[0])), 2),
    ("no id", "items", lambda rows, draw: _set(rows, draw, "item_id", ""), 2),
    ("no title column", "items", lambda rows, draw: [(row.pop("title"), row.pop("brand")) for row in rows], 2),
    ("no id column", "items", lambda rows, draw: [row.update(sku=row.pop("item_id")) for row in rows], 2),
    ("an unknown item", "log", lambda rows, draw: _set(rows, draw, "item_id", "zzz"), 2),
    ("no shopper", "log", lambda rows, draw: _set(rows, draw, "user_id", ""), 2),
    ("an ambiguous date", "log", lambda rows, draw: _set(rows, draw, "timestamp", "03/04/2024"), 2),
    ("no such day", "log", lambda rows, draw: _set(rows, draw, "timestamp", "2024-02-30"), 2),
    ("an unknown event", "log", lambda rows, draw: _set(rows, draw, "event", "steal"), 2),
]  # fmt: skip


def _cut(raw: bytes, draw: random.Random) -> bytes:
    return raw[: draw.randrange(1, len(raw))]


def _flip(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << draw.randrange(8))]) + raw[at + 1 :]


def _insert(what: bytes) -> Callable[[bytes, random.Random], bytes]:
    def spoil(raw: bytes, draw: random.Random) -> bytes:
        at = draw.randrange(len(raw) + 1)
        return raw[:at] + what + raw[at:]

    return spoil


def _lose(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    return raw[:at] + raw[at + draw.randint(1, 40) :]


def _double(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw))
    return raw[:at] + raw[max(at - 60, 0) :]


BYTES: list[tuple[str, Callable[[bytes, random.Random], bytes], int | None]] = [
    ("cut", _cut, None),
    ("a bit flipped", _flip, None),
    ("another bit flipped", _flip, None),
    ("a zero byte", _insert(b"\0"), None),
    ("a byte of no text", _insert(b"\xff"), None),
    ("a quote", _insert(b'"'), None),
    ("a line end", _insert(b"\n"), None),
    ("a carriage return", _insert(b"\r"), None),
    ("a separator", _insert(b","), None),
    ("a piece lost", _lose, None),
    ("a piece twice", _double, None),
    ("nothing in it", lambda raw, draw: b"", 2),
    ("spaces", lambda raw, draw: b" \n \n", 2),
    ("noise", lambda raw, draw: draw.randbytes(300), 2),
    ("bzip2", lambda raw, draw: bz2.compress(raw), 2),
    ("nested without end", lambda raw, draw: b"[" * draw.randint(2_000, 200_000), 2),
    ("a web page", lambda raw, draw: b"<html><body>" + raw + b"</body></html>", 2),
]

HEADERS: list[tuple[str, Callable[[str], str], int]] = [  # of text, by its lines
    ("no header", lambda text: text.split("\n", 1)[1], 2),
    ("a title above", lambda text: TITLE + text, 0),
    ("a blank line above", lambda text: "\n" + text, 0),
    ("the header twice", lambda text: text.split("\n", 1)[0] + "\n" + text, 2),
]


def cases() -> Iterator[Case]:
    """The same cases every time."""
    draw = random.Random(SEED)
    plain = FORMS[0]
    for form in FORMS:
        for name, table, spoil, must in CELLS:
            shop = good(draw)
            spoil(shop[table], draw)
            forms = {"items": plain, "log": plain, table: form}
            yield Case(f"{form.name}: {name}", _written(shop, forms), forms, table, must)
        for name, spoil_bytes, must in BYTES:
            table = draw.choice(["items", "log"])
            forms = {"items": plain, "log": plain, table: form}
            files = _written(good(draw), forms)
            files[table] = spoil_bytes(files[table], draw)
            yield Case(f"{form.name}: {name}", files, forms, table, must)
    for form in (FORMS[0], FORMS[1]):
        for name, above, must in HEADERS:
            for table in ("items", "log"):
                forms = {"items": plain, "log": plain, table: form}
                files = _written(good(draw), forms)
                files[table] = above(files[table].decode()).encode()
                yield Case(f"{form.name}: {name} ({table})", files, forms, table, must)


def _written(shop: dict[str, Rows], forms: dict[str, Form]) -> dict[str, bytes]:
    return {table: forms[table].write(rows) for table, rows in shop.items()}


def read_apart(case: Case) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Items (id, title, brand, price) and log lines (user, item, seconds, event; sorted) of a case, by other readers."""
    items = case.forms["items"].read(case.files["items"])
    log = case.forms["log"].read(case.files["log"])
    return (
        [(row["item_id"], *(row.get(name) or None for name in ("title", "brand")), _number(row.get("price", ""))) for row in items],
        sorted((row["user_id"], row["item_id"], _seconds(row["timestamp"]), row["event"].strip().lower()) for row in log),
    )  # fmt: skip


def _number(text: str) -> float | None:
    return float(unicodedata.normalize("NFKC", text)) if text.strip() else None


def _seconds(text: str) -> int:
    text = text.strip()
    if text.isdigit():
        return int(text) // {10: 1, 13: 1_000, 16: 1_000_000}[len(text)]
    moment = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 1)


def read_prepared(folder: Path) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The same of a prepared shop, by its own files."""
    from engine.data import open_shop

    shop = open_shop(folder)
    items = shop.items.reindex(columns=["item_id", "title", "brand", "price"])
    ids, users = shop.items["item_id"].tolist(), shop.users["user_id"].tolist()
    log = shop.interactions
    seconds = log["timestamp"].astype("int64").tolist()
    return (
        [tuple(None if pd.isna(value) else value for value in row) for row in items.itertuples(index=False)],
        sorted(
            (users[user], ids[item], second, event)
            for user, item, second, event in zip(log["user"], log["item"], seconds, log["event"], strict=True)
        ),
    )
