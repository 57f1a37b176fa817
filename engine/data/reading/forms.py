"""The form of a file, recognised by its first bytes, never by its name. What cannot be read is named and refused."""

import re
from pathlib import Path
from typing import BinaryIO, Literal

from engine.data.problems import InputError, refuse
from engine.data.reading.encodings import decoded

Form = Literal["csv", "json_lines", "json_array", "parquet", "workbook", "packed"]
HEAD = 1 << 16  # bytes that are looked at

SPREADSHEETS = {b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "Excel (.xls)"}
LOCKED = "EncryptedPackage".encode("utf-16-le")  # how Office names what a password protects
PACKED = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x1f\x9d": "compress (.Z)",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
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


def read_head(path: Path) -> bytes:
    """The first bytes of a file. Raises InputError where it cannot be opened."""
    with open_file(path) as raw:
        return raw.read(HEAD)


def recognise(path: Path, head: bytes) -> Form:
    """The form of a file that can be read; `head` are its first bytes. Raises InputError that names any other form."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"\x1f\x8b", b"PK\x05\x06")):
        return "packed"
    if head.startswith(b"PK\x03\x04"):
        return _zip(path.name, head)
    if LOCKED in head:
        raise refuse(path.name, "zip_locked", "The file is locked with a password", "Save it without a password")
    for kinds, refusal in ((SPREADSHEETS, _spreadsheet), (PACKED, packed_file), (OTHERS, _other)):
        for magic, form in kinds.items():
            if head.startswith(magic):
                raise refusal(path.name, form)
    if head[257:262] == b"ustar":
        raise packed_file(path.name, "tar")
    return _text_form(path.name, decoded(head))


def _text_form(file: str, text: str) -> Form:
    if MARKUP.match(text):
        raise _other(file, "HTML" if re.search(r"<html|<table", text, re.IGNORECASE) else "XML")
    if JSON_ARRAY.match(text):
        return "json_array"
    return "json_lines" if JSON_LINES.match(text) else "csv"


def _zip(file: str, head: bytes) -> Form:
    """Workbooks are zip archives as well; the name of the first file in them, at byte 30, says so."""
    if b"opendocument.spreadsheet" in head[:200]:
        raise _spreadsheet(file, "OpenDocument (.ods)")
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return "workbook" if name.startswith((b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/")) else "packed"


def _spreadsheet(file: str, form: str) -> InputError:
    problem, fix = f"A spreadsheet: {form}", "Save it as .xlsx, or the sheet as CSV with UTF-8 text"
    return refuse(file, "spreadsheet_file", problem, fix, details={"form": form})


def packed_file(file: str, form: str) -> InputError:
    """The refusal of an archive that is not unpacked."""
    problem, fix = f"A packed file: {form}", "Unpack it, and give the file that is in it"
    return refuse(file, "packed_file", problem, fix, details={"form": form})


def _other(file: str, form: str) -> InputError:
    problem, fix = f"A file of another form: {form}", "Export it as CSV, JSON lines or Parquet"
    return refuse(file, "other_form", problem, fix, details={"form": form})
