"""The flat objects of a JSON file, one after the other, read piece by piece: one a line, or those of one array."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from engine.data.problems import InputError, refuse
from engine.data.reading.columns import MAX_BYTES, MAX_LINE, roomy
from engine.data.reading.json_text import parse_json
from engine.data.reading.text_lines import Lines, too_big

SPACES = re.compile(r"[ \t\r\n]*")
FLAT = "Write one object for each row, without lists or objects inside"
Row = dict[str, Any]


class Float(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


class _DuplicateNameError(ValueError):
    """A name that stands twice in one object."""


def _pairs(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _DuplicateNameError("one name stands twice in it")
    return row


KINDS: dict[str, Any] = {
    "parse_int": str, "parse_float": Float, "parse_constant": str, "object_pairs_hook": _pairs,
}  # fmt: skip


def _check_row(row: Any) -> None:
    """Raise ValueError unless it is an object of texts that UTF-8 can hold."""
    if not isinstance(row, dict):
        raise ValueError("no object")
    for text in (value for pair in row.items() for value in pair if isinstance(value, str)):
        if "\0" in text:
            raise ValueError("a text holds the character 0")
        if not text.isascii():
            text.encode("utf-8")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, character {error.colno}"
    if isinstance(error, UnicodeError):
        return "half a character"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def line_rows(lines: Lines) -> Iterator[tuple[int, Row]]:
    """The objects of JSON lines, by their lines. One that is none goes to the findings.

    Raises InputError where the file is one object over several lines.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            row = parse_json(line, **KINDS)
            _check_row(row)
        except ValueError as error:
            if lines.number == 1 and line.strip() == "{":
                problem = "One JSON object over several lines"
                raise refuse(lines.file, "json_shape", problem, FLAT, line=1) from None
            problem, details = f"Not a JSON object: {_why(error)}", {"why": _why(error)}
            lines.findings.row(lines.file, lines.number, "bad_json", problem, FLAT, line[:80].strip(), details)
            continue
        yield lines.number, row


def array_rows(lines: Lines) -> Iterator[tuple[int, Row]]:
    """The objects of an array, by their numbers from 1. Raises InputError at what is none."""
    text, number = _Text(lines), 0
    try:
        text.next_char()
        text.at += 1  # the bracket by which the array was recognised
        while text.next_char() != "]":
            if number and text.next_char() != ",":
                raise ValueError("no comma after the object before" if text.next_char() else "the array is cut short")
            text.at += bool(number)
            row = text.value()
            _check_row(row)
            number += 1
            yield number, row
        text.at += 1
        if text.next_char():
            raise ValueError("more text after the array")
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        problem, details = f"Not a JSON object: {_why(error)}", {"why": _why(error)}
        value = text.text[text.at : text.at + 80]
        raise refuse(lines.file, "bad_json", problem, FLAT, line=number + 1, value=value, details=details) from None


class _Text:
    """The text of a file from `at` on, of which a further piece is read only when it is needed."""

    def __init__(self, lines: Lines) -> None:
        self.text, self.at = "", 0
        self._lines, self._most = lines, roomy(MAX_BYTES)
        self._bytes = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder(**KINDS)

    def next_char(self) -> str:
        """The next character that is no space, which `at` then points at; "" at the end."""
        while True:
            space = SPACES.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """The next JSON value. Raises ValueError where there is none, or it is longer than 1 MiB."""
        while True:
            self.next_char()
            try:
                value, self.at = self._json.raw_decode(self.text, self.at)
                return value
            except (ValueError, RecursionError) as error:
                if isinstance(error, _DuplicateNameError) or len(self.text) - self.at > MAX_LINE or not self._more():
                    raise ValueError(_why(error)) from None

    def _more(self) -> bool:
        piece = self._lines.stream.read(MAX_LINE)
        self._lines.size += len(piece)
        if self._lines.size > self._most:
            raise too_big(self._lines.file, None)
        try:
            more = self._bytes.decode(piece, not piece)
        except UnicodeDecodeError as error:
            self._lines.number += 1 + piece[: error.start].count(b"\n")
            raise self._lines.unreadable(piece[max(error.start - 20, 0) :]) from None
        self._lines.number += piece.count(b"\n")
        self.text, self.at = self.text[self.at :] + more, 0
        return bool(piece)
