"""Failures of a disk or a folder, as refusals that name the place and what can be done."""

import errno
import logging
import os
import re
from functools import cache
from pathlib import Path

from engine.data.problems import InputError, refuse
from engine.data.storage.files import HEX

ELSEWHERE = "name another place, or let this user write there"
REASONS = {
    errno.ENOSPC: ("disk_full", "the disk is full", "make room on it, or name another place"),
    errno.EDQUOT: ("disk_full", "the disk is full", "make room on it, or name another place"),
    errno.EFBIG: (
        "too_large",
        "the file is larger than this system allows",
        "allow larger ones, or name another place",
    ),
    errno.EROFS: ("read_only", "the place is read-only", ELSEWHERE),
    errno.EACCES: ("not_allowed", "this user may not read or write there", "name another place, or change who may"),
    errno.EPERM: ("not_allowed", "this user may not read or write there", "name another place, or change who may"),
    errno.EISDIR: ("is_folder", "it is a folder", "name a file"),
    errno.ENOTDIR: ("not_folder", "a file stands where a folder is needed", "name another place"),
    errno.EEXIST: ("not_folder", "a file stands where a folder is needed", "name another place"),
    errno.ENOENT: ("no_such_file", "there is no such file or folder", "check the path"),
    errno.ENAMETOOLONG: ("long_name", "the name is too long", "take a shorter one"),
    errno.EIO: ("disk_error", "the disk reports an error", "check the disk"),
    errno.EMFILE: ("open_files", "too many files are open", "allow more (ulimit -n)"),
}
log = logging.getLogger(__name__)
TEMPORARY = re.compile(rf"\.(.+)\.{HEX}")


def refusal(error: OSError) -> InputError | None:
    """The refusal for an OSError; None where the error is about neither a file nor a disk."""
    reason = REASONS.get(error.errno or 0)
    if reason is None:
        return None
    kind, problem, fix = reason
    return refuse(_place(error), kind, problem, fix)


@cache
def warn_not_kept(folder: str, why: str) -> None:
    """Log, once for each folder and reason, that what was computed cannot be written there; the work goes on."""
    log.warning("Nothing can be kept in %s (%s), so next time it is computed again.", folder, why)


def check_file(path: Path) -> None:
    """Raises InputError, before any work, where a file cannot be written."""
    if path.is_dir():
        raise refuse(str(path), *REASONS[errno.EISDIR])
    if path.exists() and not path.is_file():  # /dev/null would be replaced by a file
        raise refuse(str(path), "no_ordinary_file", "it is no ordinary file", "name another place")
    _check(path.parent, str(path))


def check_folder(path: Path) -> None:
    """Raises InputError, before any work, where a folder is not one, cannot be made, or may not be written to."""
    _check(path, str(path))


def _check(path: Path, name: str) -> None:
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise refuse(name, *REASONS[errno.ENOTDIR])
    if not os.access(there, os.W_OK):
        raise refuse(name, *REASONS[errno.EACCES])


def _place(error: OSError) -> str:
    if error.filename is None:
        return "disk"
    path = Path(os.fsdecode(error.filename))
    name = TEMPORARY.fullmatch(path.name)
    return str(path.with_name(name[1]) if name else path)
