"""Evenshelf's home, and what is kept in it, is for its owner alone, whatever the umask is.

Folders have mode 0700, files 0600. Places outside the home keep the modes that their owner gave them.
"""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Entries of a home.
OURS = (
    "shops",
    "cache",
    "uploads",
    "strategies.db",
    "strategies.db-wal",
    "strategies.db-shm",
    "ledgers",
    ".shops.lock",
)
OTHERS = stat.S_IRWXG | stat.S_IRWXO
FOLDER, FILE = stat.S_IRWXU, stat.S_IRUSR | stat.S_IWUSR
log = logging.getLogger(__name__)


def home() -> Path:
    """The folder for everything Evenshelf keeps: $EVENSHELF_HOME, else .evenshelf beside the engine."""
    return Path(os.environ.get("EVENSHELF_HOME") or ROOT / ".evenshelf")


def at_home(path: Path) -> bool:
    """Whether a path lies in the home; one that a symbolic link leads outside does not."""
    here = home().resolve()
    return here in (resolved := path.resolve(), *resolved.parents)


def make_folder(folder: Path) -> None:
    """Make a folder with its parents, private where they lie in the home. One that is there stays as it is.

    Raises OSError where it cannot be made.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for new in missing:
        if at_home(new):
            new.chmod(FOLDER)


def keep(path: Path) -> None:
    """Make a file of ours, or a folder with all that is in it, private if it lies in the home."""
    if at_home(path):
        for entry in (path, *_inside(path)):
            entry.chmod(FOLDER if entry.is_dir() else FILE)


def new_file_mode(file: Path) -> int:
    """The mode to make a file with: private in the home, else what the umask leaves."""
    return FILE if at_home(file) else 0o666


def make_file(file: Path) -> None:
    """Make an empty file for a library that fills it later, private if it lies in the home; one that is there stays."""
    make_folder(file.parent)
    if at_home(file):
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def tighten() -> None:
    """Take a home of an earlier version away from others, once: what is private already is not walked through.

    Only our own entries are touched, and the home itself only where it holds nothing else. What cannot be changed is
    told in the log.
    """
    here = home()
    if not here.is_dir():
        return
    own = [here / name for name in OURS if (here / name).exists() and not (here / name).is_symlink()]
    if {entry.name for entry in here.iterdir()} <= set(OURS):
        own.append(here)
    for entry in own:
        if _reachable(entry):
            _tighten(entry, deep=entry != here)


def _tighten(entry: Path, deep: bool) -> None:
    """The entry itself comes last, so that a stopped walk is begun anew."""
    for inner in (*(_inside(entry) if deep else ()), entry):
        try:
            inner.chmod(stat.S_IMODE(inner.stat().st_mode) & ~OTHERS)
        except FileNotFoundError:
            continue  # another process removed it meanwhile
        except OSError as error:
            log.warning("%s can be read by others: %s", inner, error.strerror)


def _reachable(entry: Path) -> bool:
    """Whether others have any right to it."""
    return bool(entry.stat().st_mode & OTHERS)


def _inside(folder: Path) -> Iterator[Path]:
    """All that lies in a folder, symbolic links and what they lead to left out."""
    for place, folders, files in os.walk(folder):
        for name in (*files, *folders):
            if not (path := Path(place, name)).is_symlink():
                yield path
