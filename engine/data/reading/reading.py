"""A file of any form that can be read, as a table of text cells."""

from pathlib import Path

from engine.data.problems import InputError, ReadProgress, refuse
from engine.data.reading.csv_files import read_csv
from engine.data.reading.findings import Findings, Table
from engine.data.reading.forms import packed_file, read_head, recognise
from engine.data.reading.json_files import read_json
from engine.data.reading.options import FileOptions
from engine.data.reading.packed_files import unpacked
from engine.data.reading.parquet_files import read_parquet
from engine.data.reading.sheet_files import read_sheet


def read_file(path: Path, options: FileOptions, findings: Findings, progress: ReadProgress, first: int = 0) -> Table:
    """The cells of a CSV, JSON, Excel or Parquet file, also in a gzip or zip archive, or of a folder of Parquet parts.
    Rows that cannot be read go to `findings`; `progress` hears the bytes and rows read. first: stop soon after
    so many rows.

    Raises InputError where the file as a whole is unusable.
    """
    if path.is_dir():
        return read_parquet(_parts(path), path.name, options.left_out, progress, first)
    if recognise(path, read_head(path)) != "packed":
        return _read_plain(path, options, findings, progress, first)
    packed = file_size(path)
    with unpacked(path, progress, first > 0) as inner:
        size = max(file_size(inner), 1)
        if recognise(inner, read_head(inner)) == "packed":
            raise packed_file(path.name, "an archive in an archive")
        return _read_plain(inner, options, findings, lambda done, rows: progress(done * packed // size, rows), first)


def _read_plain(path: Path, options: FileOptions, findings: Findings, progress: ReadProgress, first: int) -> Table:
    """The cells of a file that is no archive."""
    head = read_head(path)
    form = recognise(path, head)
    if form == "workbook":
        return read_sheet(path, options, progress, first)
    if options.sheet:
        raise refuse(path.name, "sheet_unused", "The file has no sheets", "Leave out the sheet that was named for it")
    if form != "csv" and options.header is not None:
        problem, fix = "The file names its columns itself", "Leave out the names that were given for it"
        raise refuse(path.name, "header_unused", problem, fix)
    if form == "parquet":
        return read_parquet([path], path.name, options.left_out, progress, first)
    if form == "csv":
        return read_csv(path, head, options, findings, progress, first)
    return read_json(path, head, form == "json_array", options, findings, progress, first)


def peek(path: Path, rows: int = 200, options: FileOptions | None = None) -> Table:
    """The first rows of a file as text, read by the same rules but without reading all of it.

    Rows that cannot be read are left out. Raises InputError.
    """
    findings = Findings()
    try:
        table = read_file(path, options or FileOptions(), findings, lambda done, read: None, rows)
    except InputError as refused:
        raise InputError([*findings.problems, *refused.problems]) from None  # first why no row could be read
    return table


def file_size(path: Path) -> int:
    """Bytes of a file, or of the parts of a folder; 0 for one that is not there."""
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir() if entry.is_file())
    return path.stat().st_size if path.is_file() else 0


def _parts(folder: Path) -> list[Path]:
    """The Parquet files of a folder, by name, as Spark writes them; files that start with _ or . are its notes."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith(("_", ".")))
    except OSError as error:
        fix = "Check the path and its permissions"
        raise refuse(folder.name, "unreadable_file", "The file cannot be opened", fix, value=error.strerror) from None
    problem, fix = (
        "A folder that is no table of Parquet files",
        "Give one file, or a folder that holds nothing but Parquet files of one table",
    )
    if not paths:
        raise refuse(folder.name, "folder_form", problem, fix)
    for path in paths:
        if path.is_dir() or recognise(path, read_head(path)) != "parquet":
            raise refuse(folder.name, "folder_form", problem, fix, value=path.name)
    return paths
