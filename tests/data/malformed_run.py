"""Runs one malformed shop through `prepare` and judges the outcome from outside."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.__main__ import main
from tests.data.spoilt import TEXTUAL, Case, read_apart, read_prepared

# problems of a file as a whole: no line and no column could say more
WHOLE = {"empty_file", "spreadsheet_file", "packed_file", "other_form", "broken_parquet", "unfolds", "float_ids"}


@dataclass(frozen=True)
class Outcome:
    """code: the exit code. kinds: of the problems. wrong: what is not as it should be, "" where nothing is."""

    code: int
    kinds: tuple[str, ...]
    wrong: str


def run(case: Case, folder: Path) -> Outcome:
    """Prepare the case's files in an empty folder."""
    paths = {table: folder / f"{table}.dat" for table in case.files}
    for table, path in paths.items():
        path.write_bytes(case.files[table])
    said, told = folder / "problems.json", io.StringIO()
    arguments = ["prepare", "--items", str(paths["items"]), "--interactions", str(paths["log"])]
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
        code = main([*arguments, "--out", str(folder / "shop"), "--json", str(said)])
    if code == 0:
        return Outcome(code, (), _accepted(case, folder))
    problems = json.loads(said.read_text(encoding="utf-8")) if said.exists() else []
    wrong = _refused(case, problems) if code == 2 else f"exit {code}: {told.getvalue()[-500:]}"
    if code == 2 and (folder / "shop").exists():
        wrong = "something was written"
    return Outcome(code, tuple(problem["kind"] for problem in problems), wrong)


def _accepted(case: Case, folder: Path) -> str:
    if case.must == 2:
        return "accepted, and must not be"
    try:
        expected = read_apart(case)
    except Exception as error:
        return f"accepted, but another reader refuses it: {type(error).__name__}: {error}"
    return "" if read_prepared(folder / "shop") == expected else "accepted with other content than another reader finds"


def _refused(case: Case, problems: list[dict[str, Any]]) -> str:
    if case.must == 0:
        return f"refused, and must not be: {problems[:2]}"
    if not problems:
        return "refused without a reason"
    return next((wrong for problem in problems if (wrong := _place(case, problem))), "")


def _place(case: Case, problem: dict[str, Any]) -> str:
    """What is missing of a problem's place and words, or is not true of the file."""
    table = str(problem["file"]).removesuffix(".dat")
    if table not in case.files:
        return f"names no file: {problem}"
    if not problem["problem"] or not problem["fix"]:
        return f"says not what is wrong, or no fix: {problem}"
    if problem["line"] is None and problem["column"] is None:
        return "" if problem["kind"] in WHOLE else f"is not located: {problem}"
    if problem["column"] and problem["value"] and case.forms[table] in TEXTUAL:
        return _cell(case, table, problem)
    return ""


def _cell(case: Case, table: str, problem: dict[str, Any]) -> str:
    """Whether the value stands in the line that is named."""
    raw = case.files[table]
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    old_mac = "\r" in text and "\n" not in text
    lines = (text.replace("\r", "\n") if old_mac else text).split("\n")
    first = str(problem["value"]).split("\n")[0]
    named = lines[problem["line"] - 1 : problem["line"] + 1]  # a cell before it may hold a line end
    found = any(written in line for line in named for written in (first, first.replace('"', '""')))
    return "" if found else f"the value is not in that line: {problem}"
