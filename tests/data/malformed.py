# ruff: noqa: E501  (a table reads best with one case a line)
"""Malformed files and what is wrong with each: one table for the engine, the command line and the page."""

import bz2
import gzip
import io
import lzma
import pickle  # only to write what must be refused
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.data.files import ITEMS, LOG
from tests.data.workbooks import workbook

GOOD_FILES = {"items": ITEMS, "log": LOG, "users": "user_id\nu1\n", "promotions": "promotion_id,item_id\np,x\n"}


def parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


GOOD = parquet(pd.DataFrame({"item_id": ["a"], "title": ["b"]}))
NESTED = parquet(pd.DataFrame({"item_id": ["a"], "title": [["b", "c"]]}))
STRUCT = parquet(pd.DataFrame({"item_id": ["a"], "title": ["b"], "brand": [{"w": 1}]}))
FLOAT = parquet(pd.DataFrame({"item_id": [1.0, None], "title": ["b", "c"]}))
EMPTY = parquet(pd.DataFrame({"item_id": pd.Series(dtype=str), "title": pd.Series(dtype=str)}))
NEGATIVE = parquet(pd.DataFrame({"item_id": ["a", "b"], "title": "t", "price": [1.0, -2.0]}))
INFINITE = parquet(pd.DataFrame({"item_id": ["a", "b"], "title": "t", "price": [1.0, float("inf")]}))
LONG = "x" * 150_000


def bomb(rows: int = 600_000) -> bytes:
    """4 kB of Parquet that unfold to 54 GB: one long cell, pointed at by every row."""
    cells = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array(["a" * 90_000]))
    out = io.BytesIO()
    pq.write_table(pa.table({"item_id": cells, "title": cells}), out, compression="zstd")
    return out.getvalue()


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


BOMB = bomb()
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe"

# name of the case: (table, content, kind, line, column, value)
CASES: dict[str, tuple[str, str | bytes, str, int | None, str | None, str | None]] = {
    "empty file": ("items", "", "empty_file", None, None, None),
    "header only": ("items", "item_id,title\n", "empty_file", None, None, None),
    "no id column": ("items", "sku,title\n1,a\n", "missing_column", 1, "item_id", None),
    "nothing describes": ("items", "item_id,price\n1,2\n", "undescribed", 1, None, None),
    "two colons": ("items", "1::Oak chair::Oak\n2::Rug::Wool\n", "wrong_delimiter", 1, None, "1::Oak chair::Oak"),
    "a strange sep line": ("items", "sep=x\nitem_idxtitle\n1xa\n", "wrong_delimiter", 1, None, "sep=x"),
    "no header": ("log", "u,007,buy,2024-01-01\nu,x,buy,2024-01-02\n", "headerless", 1, None, "u,007,buy,2024-01-01"),
    "a row of texts for a header": ("log", "u9,007,bought\nu9,x,bought\n", "headerless", 1, None, "u9,007,bought"),
    "a title line": ("items", "Export of 3 March\nsku,title\n1,a\n", "missing_column", 2, "item_id", None),
    "a title above rows of data": ("items", "Our shop;\n\n1;rot\n2;rot\n", "title_line", 1, None, "Our shop,"),
    "a column without a name that does not count": ("items", ",item_id,title\n0,1,a\n3,2,b\n", "unnamed_column", 1, None, None),
    "JSON with lists": ("items", '{"item_id": "1", "title": ["a"]}\n', "nested_column", 1, "title", "list"),
    "JSON with objects": ("items", '[{"item_id": "1"}, {"item_id": "2", "title": {"a": 1}}]', "nested_column", 2, "title", "object"),
    "JSON of texts": ("items", '{"item_id": "1", "title": "a"}\n["2"]\n', "bad_json", 2, None, '["2"]'),
    "JSON with a name twice": ("items", '{"item_id": "1", "item_id": "2", "title": "a"}\n', "bad_json", 1, None, None),
    "JSON cut short": ("items", '[{"item_id": "1", "title": "a"}, {"item_id"', "bad_json", 2, None, '{"item_id"'),
    "JSON in another encoding": ("items", '[\n{"item_id": "1", "title": "caf\u00e9"}]'.encode("latin-1"), "other_encoding", 2, None, None),
    "JSON lines in another encoding": ("items", '{"item_id": "1", "title": "a"}\n{"item_id": "2", "title": "caf\u00e9"}'.encode("latin-1"), "other_encoding", 2, None, None),
    "JSON nested deeply": ("items", '[{"item_id": "1", "title": ' + "[" * 100_000, "bad_json", 1, None, None),
    "JSON in one object": ("items", '{\n"items": []\n}\n', "json_shape", 1, None, None),
    "JSON with half a character": ("items", '{"item_id": "1", "title": "\\ud83d"}\n', "bad_json", 1, None, None),
    "JSON with float ids": ("items", '{"item_id": 1.0, "title": "a"}\n', "float_ids", None, "item_id", None),
    "JSON with a negative price": ("items", '[{"item_id": 1, "title": "a", "price": -2.50}]', "negative", 1, "price", "-2.50"),
    "no timestamp column": ("log", "user_id,item_id\nu,007\n", "missing_column", 1, "timestamp", None),
    "two columns of one name": ("items", "item_id,title,title\n1,a,b\n", "duplicate_column", 1, "title", None),
    "a column without a name": ("items", "item_id,title,\n1,a,b\n", "unnamed_column", 1, None, None),
    "an open quote in the header": ("items", 'item_id,"title"x\n1,a\n', "bad_header", 1, None, None),
    "too many columns": ("items", ",".join(f"c{i}" for i in range(500)) + "\n", "too_many_columns", 1, None, None),
    "duplicate item": ("items", ITEMS + "007,b,c,1\n", "duplicate_id", 5, "item_id", "007"),
    "empty item id": ("items", ITEMS + ",b,c,1\n", "missing_value", 5, "item_id", ""),
    "blank item id": ("items", ITEMS + "  ,b,c,1\n", "missing_value", 5, "item_id", "  "),
    "price in words": ("items", ITEMS + "y,b,c,cheap\n", "not_a_number", 5, "price", "cheap"),
    "price with currency": ("items", ITEMS + "y,b,c,$3\n", "mixed_currency", 5, "price", "$3"),
    "decimal comma": ("items", ITEMS + 'y,b,c,"3,5"\n', "not_a_number", 5, "price", "3,5"),
    "negative price": ("items", ITEMS + "y,b,c,-1\n", "negative", 5, "price", "-1"),
    "price nan": ("items", ITEMS + "y,b,c,nan\n", "not_finite", 5, "price", "nan"),
    "price infinite": ("items", ITEMS + "y,b,c,1e999\n", "not_finite", 5, "price", "1e999"),
    "too few fields": ("items", ITEMS + "y,b\n", "field_count", 5, None, "y,b"),
    "too many fields": ("items", ITEMS + "y,b,c,1,2\n", "field_count", 5, None, "y,b,c,1,2"),
    "a stray quote": ("items", ITEMS + 'y,"b"b,c,1\n', "bad_quotes", 5, None, None),
    "an unclosed quote": ("items", ITEMS + 'y,"b,c,1\nz,b,c,1\n', "bad_quotes", 5, None, None),
    "a wild cell": ("items", ITEMS + f"y,{LONG},c,1\n", "cell_too_long", 5, None, None),
    "a wild line": ("items", ITEMS + "y," + "b" * (1 << 21), "line_too_long", 5, None, None),
    "latin 1": ("items", ITEMS.encode() + b"y,caf\xe9,c,1\n", "other_encoding", 5, None, "y,caf\ufffd,c,1"),
    "GB 18030": ("items", "item_id,title\n1,\u6905\u5b50\n".encode("gb18030"), "other_encoding", 2, None, None),
    "utf 16 without a mark": ("items", ITEMS.encode("utf-16-le"), "other_encoding", 1, None, None),
    "utf 16 cut in a character": ("items", ITEMS.encode("utf-16")[:-1], "not_encoded", 4, None, None),
    "zero bytes": ("items", ITEMS + "y,a\0b,c,1\n", "not_utf8", 5, None, "y,a\0b,c,1"),
    "after a cell of two lines": ("items", ITEMS + 'y,"a\nb",c,1\nz,b,c,-1\n', "negative", 7, "price", "-1"),
    "broken gzip": ("items", gzip.compress(ITEMS.encode())[:-9], "broken_gzip", None, None, None),
    "garbage gzip": ("items", b"\x1f\x8b" + b"\0" * 60, "broken_gzip", None, None, None),
    "an Excel file": ("items", zipped({"[Content_Types].xml": ""}), "broken_workbook", None, None, None),
    "an old Excel file": ("items", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 90, "spreadsheet_file", None, None, None),
    "a workbook with a password": ("items", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le"), "zip_locked", None, None, None),
    "an OpenDocument sheet": ("items", b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "spreadsheet_file", None, None, None),
    "a workbook with two sheets": ("items", workbook({"A": [["item_id"], ["1"]], "B": [["x"]]}), "several_sheets", None, None, None),
    "a workbook without rows": ("items", workbook({"A": []}), "empty_file", None, None, None),
    "a workbook with a bad price": ("items", workbook({"A": [[], ["item_id", "title", "price"], ["1", "a", "dear"]]}), "not_a_number", 3, "price", "dear"),
    "a workbook with ids that are no whole numbers": ("items", workbook({"A": [["item_id", "title"], [1.5, "a"]]}), "float_ids", None, "item_id", None),
    "a torn workbook": ("items", workbook({"A": [["item_id"], ["1"]]})[:-30], "broken_workbook", None, None, None),
    "a torn zip": ("items", b"PK\x03\x04 items.csv", "broken_zip", None, None, None),
    "a zip of two files": ("items", zipped({"a.csv": ITEMS, "b.csv": ITEMS}), "zip_files", None, None, "a.csv, b.csv"),
    "an empty zip": ("items", zipped({}), "zip_files", None, None, None),
    "a zip in a gzip": ("items", gzip.compress(zipped({"a.csv": ITEMS})), "packed_file", None, None, None),
    "bzip2": ("items", bz2.compress(ITEMS.encode()), "packed_file", None, None, None),
    "xz": ("items", lzma.compress(ITEMS.encode()), "packed_file", None, None, None),
    "gzip around torn Parquet": ("items", gzip.compress(GOOD[:-20]), "broken_parquet", None, None, None),
    "XML": ("items", '<?xml version="1.0"?>\n<rss><item/></rss>\n', "other_form", None, None, None),
    "a pickle": ("items", pickle.dumps({"item_id": "1"}), "other_form", None, None, None),
    "torn Parquet": ("items", GOOD[:-20], "broken_parquet", None, None, None),
    "garbage Parquet": ("items", b"PAR1" + b"\0" * 90 + b"PAR1", "broken_parquet", None, None, None),
    "nested Parquet list": ("items", NESTED, "nested_column", None, "title", None),
    "nested Parquet struct": ("items", STRUCT, "nested_column", None, "brand", None),
    "a Parquet bomb": ("items", BOMB, "too_big", None, None, None),
    "a bomb as a log": ("log", BOMB, "too_big", None, None, None),
    "a picture": ("items", PICTURE, "other_form", None, None, None),
    "a web page": ("items", "<!doctype html>\n<html><body></body></html>\n", "other_form", None, None, None),
    "JSON without ids": ("items", '[\n{"sku": "1", "title": "a"}\n]\n', "missing_column", 1, "item_id", None),
    "a broken row between tabs": ("log", "user_id\titem_id\ttimestamp\nu\t007\n", "field_count", 2, None, "u\t007"),
    "Parquet without rows": ("items", EMPTY, "empty_file", None, None, None),
    "Parquet with float ids": ("items", FLOAT, "float_ids", None, "item_id", None),
    "Parquet with a negative price": ("items", NEGATIVE, "negative", 2, "price", "-2"),
    "Parquet with an infinite price": ("items", INFINITE, "not_finite", 2, "price", "inf"),
    "unknown item": ("log", LOG + "u,zzz,2024-01-01,buy\n", "unknown_item", 4, "item_id", "zzz"),
    "item 7 is not item 007": ("log", LOG + "u,7,2024-01-01,buy\n", "unknown_item", 4, "item_id", "7"),
    "no item": ("log", LOG + "u,,2024-01-01,buy\n", "missing_value", 4, "item_id", ""),
    "no user": ("log", LOG + ",x,2024-01-01,buy\n", "missing_value", 4, "user_id", ""),
    "no time": ("log", LOG + "u,x,,buy\n", "missing_value", 4, "timestamp", ""),
    "dates in two orders": ("log", LOG + "u,x,13/04/2024,buy\nu,x,04/14/2024,buy\n", "ambiguous_date", 4, "timestamp", "13/04/2024"),
    "a day that no order has": ("log", LOG + "u,x,45/14/2024,buy\n", "ambiguous_date", 4, "timestamp", "45/14/2024"),
    "a date of two orders that the others decide": ("log", LOG + "u,x,13/04/2024,buy\nu,x,31/02/2024,buy\n", "unreadable_date", 5, "timestamp", "31/02/2024"),
    "date in words": ("log", LOG + "u,x,yesterday,buy\n", "unreadable_date", 4, "timestamp", "yesterday"),
    "no such day": ("log", LOG + "u,x,2024-02-30,buy\n", "unreadable_date", 4, "timestamp", "2024-02-30"),
    "nanoseconds": ("log", LOG + "u,x,1709528767000000000,buy\n", "unreadable_date", 4, "timestamp", "1709528767000000000"),
    "a date of the far future": ("log", LOG + "u,x,9999-12-31,buy\n", "implausible_date", 4, "timestamp", "9999-12-31"),
    "unknown event": ("log", LOG + "u,x,2024-01-01,steal\n", "unknown_event", 4, "event", "steal"),
    "no event": ("log", LOG + "u,x,2024-01-01,\n", "unknown_event", 4, "event", ""),
    "search without a query": ("log", LOG + "u,,2024-01-01,search\n", "missing_query", 4, "query", None),
    "rate without a rating": ("log", LOG + "u,x,2024-01-01,rate\n", "missing_rating", 4, "rating", None),
    "rating of ten": ("log", "user_id,item_id,timestamp,rating\nu,x,2024-01-01,10\n", "rating_range", 2, "rating", "10"),
    "negative quantity": ("log", "user_id,item_id,timestamp,quantity\nu,x,2024-01-01,-2\n", "returned", 2, "quantity", "-2"),
    "negative amount": ("log", "user_id,item_id,timestamp,value\nu,x,2024-01-01,-9.5\n", "returned", 2, "value", "-9.5"),
    "duplicate user": ("users", "user_id\nu1\nu1\n", "duplicate_id", 3, "user_id", "u1"),
    "no user id column": ("users", "id\nu1\n", "missing_column", 1, "user_id", None),
    "promotion of an unknown item": ("promotions", "promotion_id,item_id\np,zzz\n", "unknown_item", 2, "item_id", "zzz"),
    "promotion that ends first": ("promotions", "promotion_id,item_id,starts_at,ends_at\np,x,2024-02-01,2024-01-01\n", "ends_before_start", 2, "ends_at", "2024-01-01"),
}  # fmt: skip
