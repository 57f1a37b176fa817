"""One sheet of an Excel workbook to plain text columns, as a program of its own: what a workbook claims is not trusted.

Columns are numbered; the names that a sheet gives them are looked for by whoever reads the columns. Whole numbers are
written without a point, so that ids stay what they were; times as ISO 8601.

Lines of JSON on stdout: {"rows", "of"} while it reads, then {"rows", "floats", "sheet", "sheets", "done"} or
{"refused": [...]}.
"""

import re
import zipfile
from datetime import datetime, time
from typing import Any

from fence import PIECE, Answer, Refused, answer, check_ratio, tell  # type: ignore[import-not-found]

BATCH = 20_000  # rows
ERROR = re.compile(rb'<c\b[^>]*\bt="e"')  # a cell that holds #N/A, #REF! and the like, which comes out empty
OVERLAP = 200  # bytes, in which such a cell may lie across two pieces
SEPARATOR = "/"  # no sheet has it in its name


def unfold(source: str, target: str, sheet: str, limits: dict[str, int]) -> Answer:
    """Write the cells of a sheet (by name; "" is the only one that is not empty) as text columns to `target`.

    limits: those of `check_ratio`; `rows`, `columns` and characters of a `cell` at most; `first` rows are enough.
    """
    import python_calamine as calamine

    try:
        errors = _measure(source, limits)
        with calamine.load_workbook(source) as book:
            names = [each.name for each in book.sheets_metadata if _is_shown(each)]
            chosen, content, others = _chosen(book, names, sheet)
            return {**_write(content, target, limits), "sheet": chosen, "sheets": others, "errors": errors}
    except calamine.PasswordError:
        raise Refused({"kind": "zip_locked"}) from None
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, zipfile.BadZipFile, NotImplementedError):
        raise Refused({"kind": "broken_workbook"}) from None


def _measure(source: str, limits: dict[str, int]) -> int:
    """Unpack the whole archive once, only to count: what its directory says of sizes may be untrue. The number of cells
    that hold an error, in all sheets."""
    total = errors = 0
    with open(source, "rb") as raw, zipfile.ZipFile(raw) as archive:  # noqa: PTH123  (nothing but what is needed)
        for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
            entry.file_size = limits["bytes"] + PIECE  # or reading ends where the directory says
            is_sheet, last = entry.filename.startswith("xl/worksheets/"), b""
            with archive.open(entry) as content:
                while piece := content.read(PIECE):
                    if is_sheet and b't="e"' in last + piece:
                        errors += len(ERROR.findall(last + piece)) - len(ERROR.findall(last))
                    last = piece[-OVERLAP:]
                    total += len(piece)
                    check_ratio(total, raw.tell(), limits)
    return errors


def _is_shown(sheet: Any) -> bool:
    import python_calamine as calamine

    shown = sheet.visible == calamine.SheetVisibleEnum.Visible
    return bool(shown and sheet.typ == calamine.SheetTypeEnum.WorkSheet)


def _chosen(book: Any, names: list[str], sheet: str) -> tuple[str, Any, list[str]]:
    """The sheet to read, its content, and the names of the others that hold something."""
    if sheet and sheet not in book.sheet_names:
        raise Refused({"kind": "unknown_sheet", "value": sheet, "names": ", ".join(names)})
    if sheet:
        return sheet, book.get_sheet_by_name(sheet), []
    filled = [name for name in names if book.get_sheet_by_name(name).height > 0] if len(names) > 1 else names
    if len(filled) > 1:
        raise Refused({"kind": "several_sheets", "names": ", ".join(filled), "sheets": SEPARATOR.join(filled)})
    if not filled:
        raise Refused({"kind": "empty_file"})
    return filled[0], book.get_sheet_by_name(filled[0]), [name for name in names if name not in filled]


def _write(content: Any, target: str, limits: dict[str, int]) -> Answer:
    import pyarrow as pa

    # rows are counted from the sheet's first one, columns from the first that holds something
    height, width = (content.end[0] + 1, content.end[1] - content.start[1] + 1) if content.end else (0, 0)
    if width > limits["columns"] or height > limits["rows"]:
        raise Refused({"kind": "too_big"})
    schema = pa.schema([(str(at), pa.large_string()) for at in range(width)])
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    rows: list[list[Any]] = []
    done = size = 0
    fractions: set[int] = set()
    with pa.ipc.new_file(target, schema, options=options) as writer:
        for row in content.iter_rows():
            rows.append(row)
            size += sum(len(cell) for cell in row if isinstance(cell, str)) + 8 * width
            if size > limits["bytes"]:
                raise Refused({"kind": "too_big", "line": done + len(rows)})
            if len(rows) == BATCH or done + len(rows) == limits["first"]:
                _write_batch(writer, schema, rows, done, fractions, limits["cell"])
                done += len(rows)
                rows = []
                tell({"rows": done, "of": height})
                if done == limits["first"]:
                    break
        if rows:
            _write_batch(writer, schema, rows, done, fractions, limits["cell"])
    return {"rows": done + len(rows), "floats": sorted(fractions)}


def _write_batch(writer: Any, schema: Any, rows: list[list[Any]], done: int, fractions: set[int], longest: int) -> None:
    """Write rows, of which `done` came before; the columns in which a number has a fraction are added."""
    import pyarrow as pa

    columns = []
    for at, cells in enumerate(zip(*rows, strict=True)):
        if any(isinstance(cell, float) and not cell.is_integer() for cell in cells):
            fractions.add(at)
        texts = [_text(cell) for cell in cells]
        for line, text in enumerate(texts, done + 1):
            if len(text) > longest:
                raise Refused({"kind": "cell_too_long", "line": line, "column": str(at + 1)})
        columns.append(pa.array(texts, pa.large_string()))
    writer.write_batch(pa.record_batch(columns, schema=schema))


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


if __name__ == "__main__":
    answer(unfold)
