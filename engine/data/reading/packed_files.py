"""The one file in a gzip or zip archive, unpacked under limits into a folder that lasts as long as it is read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.data.problems import ReadProgress
from engine.data.reading.limited_process import UNFOLDS, Answer, refusal, run_limited, unfolding_limits

MEMORY = 400 << 20  # bytes of address space; the program holds one piece at a time
FIRST = 1 << 22  # bytes of a text that are enough for a look at its first rows
WORDS = {
    "unfolds": UNFOLDS,
    "broken_gzip": ("The gzip archive is damaged or cut short", "Compress the file again"),
    "broken_zip": ("The zip archive is damaged, or packed in an unusual way", "Compress the file again"),
    "zip_files": ("The zip archive does not hold exactly one file", "Pack one file, or unpack it and give the file"),
    "zip_locked": ("The file is locked with a password", "Save it without a password"),
    "no_room": ("The file cannot be unpacked here", "Make room on the disk for temporary files"),
}


@contextmanager
def unpacked(path: Path, progress: ReadProgress, look: bool) -> Iterator[Path]:
    """The file in an archive, under the archive's own name, by which problems are reported.

    progress: may raise to stop the unpacking. look: the first bytes are enough where it is a text with lines. Raises
    InputError where the archive is damaged, locked, holds not exactly one file, or unfolds to too much.
    """
    with tempfile.TemporaryDirectory(prefix="evenshelf-") as folder:
        target = Path(folder) / path.name
        limits = unfolding_limits(MEMORY) | {"first": FIRST if look else 0}
        question = {"source": str(path), "target": str(target), "limits": limits}

        def hear(words: Answer) -> None:
            progress(0, 0)

        answer = run_limited("unpack", question, hear, "broken_zip")
        if "refused" in answer:
            raise refusal(path.name, answer["refused"], WORDS)
        yield target
