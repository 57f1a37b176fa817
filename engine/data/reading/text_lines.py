"""The lines of a text file, counted and limited."""

from collections.abc import Iterator
from functools import cached_property
from typing import BinaryIO

from engine.data.problems import InputError, refuse
from engine.data.reading.columns import MAX_BYTES, MAX_LINE, roomy
from engine.data.reading.encodings import as_utf8, guess
from engine.data.reading.findings import Findings


class Lines:
    """The lines of a file as text. One that is no text of the file's encoding is noted and left out; before `named`
    is set, which says that the header was read, it refuses the file.

    number: of the last line, from 1. first: of the first line since it was set to 0. size: bytes so far, as UTF-8.
    """

    def __init__(self, stream: BinaryIO, head: bytes, file: str, encoding: str, findings: Findings) -> None:
        self.stream, self.encoding = as_utf8(stream, head, encoding)
        self._head = head
        self.file, self.findings = file, findings
        self.number = self.first = self.size = 0
        self.named = False
        self._most = roomy(MAX_BYTES)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while line := self.stream.readline(MAX_LINE):
            self.number += 1
            self.first = self.first or self.number
            self.size += len(line)
            if len(line) == MAX_LINE and not line.endswith(b"\n"):
                fix = "Check the quotes and line ends; a line may have 1 MiB"
                raise refuse(self.file, "line_too_long", "The line is too long", fix, line=self.number)
            if self.size > self._most:
                raise too_big(self.file, self.number)
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                text = "\0"
            if "\0" not in text:
                return text
            self._note(line)
        raise StopIteration

    @cached_property
    def _guessed(self) -> str:
        """What the file's first bytes may be written in."""
        return guess(self._head)

    def _note(self, line: bytes) -> None:
        error = self.unreadable(line)
        if not self.named:
            raise error
        problem = error.problems[0]
        self.findings.row(
            self.file, self.number, problem.kind, problem.problem, problem.fix, problem.value, problem.details
        )

    def unreadable(self, line: bytes) -> InputError:
        """The refusal of the last line, which is no text of the file's encoding."""
        value = line[:80].decode("utf-8", "replace").strip()
        if self.encoding != "utf-8":
            problem, fix = f"Not {self.encoding} text", "Name the encoding that it was written in"
            details = {"encoding": self.encoding}
            return refuse(self.file, "not_encoded", problem, fix, line=self.number, value=value, details=details)
        if perhaps := self._guessed if line in self._head else guess(line):
            sample = _sample(self._head if perhaps.startswith("utf-16") else line, perhaps)
            problem, fix = (
                f"Not UTF-8 text; perhaps {perhaps}, in which it is “{sample}”",
                f"Save it as UTF-8, or name its encoding (--encoding {perhaps})",
            )
            details = {"encoding": perhaps, "sample": sample}
            return refuse(self.file, "other_encoding", problem, fix, line=self.number, value=value, details=details)
        return refuse(self.file, "not_utf8", "Not UTF-8 text", "Save it as UTF-8", line=self.number, value=value)


def _sample(text: bytes, encoding: str) -> str:
    """The first line of a text in an encoding, to be looked at."""
    lines = text.decode(encoding, "replace").strip().splitlines()
    return lines[0][:80].strip() if lines else ""


def too_big(file: str, line: int | None) -> InputError:
    """The refusal of a file that holds, or unfolds to, more than fits."""
    problem, fix = "The file holds more rows or text than fits", "Split it, or keep fewer columns"
    return refuse(file, "too_big", problem, fix, line=line)


def empty(file: str) -> InputError:
    """The refusal of a file in which there is nothing to read."""
    return refuse(file, "empty_file", "The file has no readable row", "Export it again")
