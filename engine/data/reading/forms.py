"""The form of a file, recognised by its first bytes, never by its name. What cannot be read is named and refused."""

import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO, Literal

from engine.data.problems import InputError, refuse
from engine.data.reading.encodings import decoded

Form = Literal["csv", "json_lines", "json_array", "parquet"]
HEAD = 1 << 16  # bytes that are looked at

SPREADSHEETS = {b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "Excel (.xls)"}
PACKED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x1f\x9d": "compress (.Z)",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"PK\x05\x06": "ZIP",
}
OTHERS = {
    b"ARROW1": "Arrow (Feather)",
    b"FEA1": "Feather",
    b"ORC": "ORC",
    b"Obj\x01": "Avro",
    b"\x89HDF": "HDF5",
    b"SQLite format 3\0": "SQLite",
    b"\x93NUMPY": "NumPy",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    **{b"\x80" + bytes([version]): "pickle" for version in (2, 3, 4, 5)},
}
# the first tag of a document; `<TICKER>,<DATE>` is a header of CSV
MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|!--|[a-z][\w:.-]*(?:\s[^<>]*)?/?>\s*(?![\s,;|]))", re.IGNORECASE)
JSON_LINES, JSON_ARRAY = re.compile(r"\s*\{\s*[\"}]"), re.compile(r"\s*\[\s*(?:[\[{\]\"]|$)")


def open_file(path: Path) -> BinaryIO:
    """The file's bytes. Raises InputError where it cannot be opened."""
    try:
        return path.open("rb")
    except OSError as error:
        fix = "Check the path and its permissions"
        raise refuse(path.name, "unreadable_file", "The file cannot be opened", fix, value=error.strerror) from None


def unpacked(raw: BinaryIO) -> BinaryIO:
    """The same bytes, without their gzip packing where they have one."""
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[return-value]


def read_head(path: Path) -> bytes:
    """The first bytes of a file, without gzip. Raises InputError where it cannot be opened or unpacked."""
    with open_file(path) as raw:
        try:
            return unpacked(raw).read(HEAD)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise broken_gzip(path.name, 1) from None


def broken_gzip(file: str, line: int) -> InputError:
    """The refusal of a gzip archive that is damaged; what was read of it ends before `line`."""
    problem, fix = "The gzip archive is damaged or cut short", "Compress the file again"
    return refuse(file, "broken_gzip", problem, fix, line=line)


def recognise(path: Path, head: bytes) -> Form:
    """The form of a file that can be read; `head` are its first bytes. Raises InputError that names any other form."""
    if head.startswith(b"PAR1"):
        with open_file(path) as raw:
            if raw.read(4) != b"PAR1":  # gzip around it; Parquet is packed inside
                raise _packed(path.name, "gzip")
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        raise _zip(path.name, head)
    for kinds, refusal in ((SPREADSHEETS, _spreadsheet), (PACKED, _packed), (OTHERS, _other)):
        for magic, form in kinds.items():
            if head.startswith(magic):
                raise refusal(path.name, form)
    if head[257:262] == b"ustar":
        raise _packed(path.name, "tar")
    return _text_form(path.name, decoded(head))


def _text_form(file: str, text: str) -> Form:
    if MARKUP.match(text):
        raise _other(file, "HTML" if re.search(r"<html|<table", text, re.IGNORECASE) else "XML")
    if JSON_ARRAY.match(text):
        return "json_array"
    return "json_lines" if JSON_LINES.match(text) else "csv"


def _zip(file: str, head: bytes) -> InputError:
    if b"opendocument.spreadsheet" in head[:200]:
        return _spreadsheet(file, "OpenDocument (.ods)")
    return (
        _spreadsheet(file, "Excel (.xlsx)")
        if b"[Content_Types].xml" in head or b"xl/" in head
        else _packed(file, "ZIP")
    )


def _spreadsheet(file: str, form: str) -> InputError:
    problem, fix = f"A spreadsheet: {form}", "Save the sheet as CSV with UTF-8 text"
    return refuse(file, "spreadsheet_file", problem, fix, details={"form": form})


def _packed(file: str, form: str) -> InputError:
    problem, fix = f"A packed file: {form}", "Unpack it, and give the file that is in it"
    return refuse(file, "packed_file", problem, fix, details={"form": form})


def _other(file: str, form: str) -> InputError:
    problem, fix = f"A file of another form: {form}", "Export it as CSV, JSON lines or Parquet"
    return refuse(file, "other_form", problem, fix, details={"form": form})
