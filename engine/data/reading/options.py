"""What a user states about a file that the file does not state itself."""

from dataclasses import dataclass

from engine.data.problems import refuse
from engine.data.reading.encodings import ENCODINGS


@dataclass(frozen=True)
class FileOptions:
    """encoding: of its text, one of `ENCODINGS`; "" is UTF-8, and a byte order mark comes first. header: the names of
    its columns where no line of it has them; empty numbers them (`column 1`); None where its first line names them.
    left_out: columns that are not read and not judged. sheet: the name of the sheet to read, for a workbook that has
    several; "" is the only one."""

    encoding: str = ""
    header: tuple[str, ...] | None = None
    left_out: frozenset[str] = frozenset()
    sheet: str = ""

    def __post_init__(self) -> None:
        if self.encoding and self.encoding not in ENCODINGS:
            fix = f"Use one of {', '.join(ENCODINGS)}"
            details = {"names": ", ".join(ENCODINGS)}
            raise refuse(
                "encoding", "unknown_encoding", "An unknown encoding", fix, value=self.encoding, details=details
            )
