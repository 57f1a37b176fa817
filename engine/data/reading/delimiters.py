"""Which character separates the columns of a text file: where it is sure it is used, else the file is refused."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.data.problems import InputError, refuse

DELIMITERS = ",;\t|"
LONGER = ("::", "||", "\x01", "~", "^")  # written by some programs; nothing here reads them
SAMPLED = 30  # lines


def sample(text: str) -> list[str]:
    """The first lines of a text, without a leading `sep=` line."""
    lines = list(io.StringIO(text, newline=""))
    return lines[1 if named(first_line(text)) else 0 :][:SAMPLED]


def first_line(text: str) -> str:
    """The first line of a text, whatever it ends with."""
    return io.StringIO(text, newline="").readline()


def named(line: str) -> str:
    """The character that Excel's first line `sep=;` names, or ""."""
    match = re.fullmatch(r'"?sep=(.)"?', line.strip("\r\n"), re.IGNORECASE)
    return match[1] if match else ""


class Row(NamedTuple):
    """A row of the sample; `line` counts from 0, at the sample's start."""

    line: int
    cells: list[str]


def rows(lines: list[str], delimiter: str) -> list[Row]:
    """The sample's rows, blank ones left out, as far as they can be split."""
    split: list[Row] = []
    reader, line = csv.reader(lines, delimiter=delimiter), 0
    try:
        for cells in reader:
            if cells:
                split.append(Row(line, cells))
            line = reader.line_num
    except csv.Error:
        pass  # said with its line when the file is read
    return split


def usual_width(lines: Sequence[Row]) -> tuple[int, int]:
    """How many fields most of the rows have, and how many rows those are; of two equally frequent widths the wider."""
    widths = Counter(len(row.cells) for row in lines)
    width = max(widths, key=lambda fields: (widths[fields], fields), default=0)
    return width, widths[width]


def delimiter(file: str, lines: list[str]) -> str:
    """The delimiter by which most of the first lines have one and the same number of fields; a comma where none is.

    Raises InputError for one that is known and cannot be read.
    """
    header = next((line for line in lines if line.strip()), "")
    for other in LONGER:
        widths = {line.count(other) for line in lines if line.strip()}
        if len(widths) == 1 and min(widths) > 0 and not set(DELIMITERS) & set(header):
            raise wrong(file, other, header)

    def fits(candidate: str) -> tuple[int, bool, int, bool]:
        split = rows(lines, candidate)
        wide = [row for row in split if len(row.cells) > 1]
        width, times = usual_width(wide)
        return times, bool(split) and len(split[0].cells) == width, width, candidate == ","

    return max(DELIMITERS, key=fits)


def wrong(file: str, sign: str, header: str) -> InputError:
    """The refusal of a delimiter that cannot be read."""
    problem, fix = f"The columns are separated by {sign!r}", "Save it as CSV with commas"
    details = {"delimiter": repr(sign)}
    return refuse(file, "wrong_delimiter", problem, fix, line=1, value=header.strip()[:80], details=details)
