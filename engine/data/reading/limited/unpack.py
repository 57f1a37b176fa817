"""The one file in a gzip or zip archive, written out, as a program of its own: what an archive claims is not trusted.

Lines of JSON on stdout: {"bytes"} as it unpacks, then {"bytes", "done"} or {"refused": [...]}.
"""

import gzip
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, Any

from fence import PIECE, Answer, Refused, answer, check_ratio, tell  # type: ignore[import-not-found]

TOLD = 16  # pieces between two reports
WHOLE = (b"PAR1", b"PK", b"[")  # what a file starts with of which a part says nothing


def unpack(source: str, target: str, limits: dict[str, int]) -> Answer:
    """Write what is in the archive `source` to the file `target`.

    limits: those of `check_ratio`; `first`, the bytes that are enough of a text with lines (0: all). Raises Refused
    where the archive is damaged, locked, holds not exactly one file, or unfolds to too much.
    """
    with open(source, "rb") as raw:  # noqa: PTH123  (nothing but what is needed)
        gzipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        with open(target, "wb") as out:  # noqa: PTH123
            if gzipped:
                return _copy(gzip.GzipFile(fileobj=raw), raw, out, limits, "broken_gzip")
            try:
                with zipfile.ZipFile(raw) as archive, archive.open(_only_file(archive)) as inner:
                    return _copy(inner, raw, out, limits, "broken_zip")
            except (zipfile.BadZipFile, NotImplementedError):
                raise Refused({"kind": "broken_zip"}) from None


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The file that a zip archive holds; what macOS adds is none."""
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not _of_macos(entry.filename)]
    if len(files) != 1:
        names = ", ".join(PurePosixPath(entry.filename).name for entry in files[:5])
        raise Refused({"kind": "zip_files", "n": len(files), "value": names[:200] or None})
    if files[0].flag_bits & 1:
        raise Refused({"kind": "zip_locked", "value": files[0].filename[:200]})
    return files[0]


def _of_macos(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name == ".DS_Store"


def _copy(
    inner: IO[bytes] | gzip.GzipFile, raw: IO[bytes], out: IO[bytes], limits: dict[str, int], broken: str
) -> Answer:
    """Write what is packed in `raw` and unpacked by `inner`, as far as the limits go."""
    total = pieces = lines = 0
    enough = limits["first"]
    try:
        while piece := inner.read(PIECE):
            enough = 0 if not total and piece.lstrip().startswith(WHOLE) else enough
            total += len(piece)
            lines += piece.count(b"\n")
            check_ratio(total, raw.tell(), limits)
            out.write(piece)
            pieces += 1
            if pieces % TOLD == 0:
                tell({"bytes": total})
            if 0 < enough <= total:
                break
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error):
        raise Refused({"kind": broken, "line": lines + 1}) from None
    return {"bytes": total}


def _main(source: str, target: str, limits: dict[str, Any]) -> Answer:
    try:
        return unpack(source, target, limits)
    except OSError as error:
        raise Refused({"kind": "no_room", "value": error.strerror}) from None


if __name__ == "__main__":
    answer(_main)
