"""Sets of files that belong together: a reader finds the old set or the new one, never a mix.

Files are written into a folder with a new name. Then one file, the pointer, is replaced in one step: a JSON object with
what is noted of the set, the name of its folder, and the checksum of each file. Folders that no pointer names are left
over from a killed writer, or from a set that was replaced, and are removed; writers take turns, so no other writer's
folder is among them. A reader whose set was removed while it read starts again with the one that is there now.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from engine.data.storage.files import (
    HEX,
    DamagedError,
    digest,
    flush,
    flush_folder,
    named,
    read_document,
    write_document,
)
from engine.data.storage.locks import exclusive
from engine.data.storage.private import keep as keep_private
from engine.data.storage.private import make_folder

T = TypeVar("T")
Notes = dict[str, Any]
FOLDER, DIGESTS, PREVIOUS = "folder", "digests", "previous"
OURS = (FOLDER, DIGESTS, PREVIOUS)  # fields of a pointer; all others are notes
LOCK = ".lock"


@dataclass(frozen=True)
class FileSet:
    """A set of files in `place`, with its pointer.

    older: the names of the files of a set that was written before sets had checksums, by its notes. They lie in `place`
    itself. Such a set is taken as it is, and gets its checksums when it is first read.
    """

    place: Path
    pointer: str
    older: Callable[[Notes], Iterable[str]]

    def write(self, fill: Callable[[Path], object], notes: Mapping[str, Any], keep: bool = False) -> None:
        """Let `fill` write the files of a new set into an empty folder, and point to it. keep: the set that is replaced
        stays, for `go_back`; else the one that is kept already stays. Raises OSError; then the old set is as it was."""
        with named(self.place), self._alone():
            old = self._found()
            self._remove_unused({})
            folder = self.place / f"files-{uuid4().hex}"
            try:
                make_folder(folder)
                fill(folder)
                keep_private(folder)
                digests = self._flushed(folder)
                previous = (old or None) if keep else (old or {}).get(PREVIOUS)
                self._point({**notes, FOLDER: folder.name, DIGESTS: digests}, previous)
            finally:
                self._remove_unused(old or {})

    def read(self, use: Callable[[Path, Notes], T]) -> T:
        """What `use` makes of the folder of the files and of the notes.

        Raises FileNotFoundError where there is no set, DamagedError where it is not as it was written, and whatever
        `use` raises.
        """
        while True:
            whole = read_document(self.place / self.pointer)
            try:
                return self._read(whole, use)
            except (DamagedError, FileNotFoundError) as error:
                if read_document(self.place / self.pointer) == whole:
                    raise error if isinstance(error, DamagedError) else DamagedError(Path(error.filename)) from None

    def notes(self) -> Notes:
        """What is noted of the set, whose files are not looked at. Raises FileNotFoundError and DamagedError."""
        return _noted(read_document(self.place / self.pointer))

    def go_back(self) -> Notes:
        """Point to the set that is kept, and keep the one in use instead; the notes of the set that is in use now.
        Raises FileNotFoundError where none is kept, and DamagedError."""
        with named(self.place), self._alone():
            whole = read_document(self.place / self.pointer)
            previous = whole.get(PREVIOUS)
            if previous is None:
                raise FileNotFoundError(self.place / self.pointer)
            self._check(previous)
            self._point(previous, whole)
        return _noted(previous)

    def remove(self) -> None:
        """Remove the set: at once for whoever looks for it, then its files."""
        with named(self.place), self._alone():
            (self.place / self.pointer).unlink(missing_ok=True)
            shutil.rmtree(self.place, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self.place)
        with exclusive(self.place / LOCK):
            yield

    def _read(self, whole: Notes, use: Callable[[Path, Notes], T]) -> T:
        older = DIGESTS not in whole
        if older:
            whole = self._with_digests(whole)
        self._check(whole)
        content = use(self.place / whole[FOLDER], _noted(whole))
        if older:
            # Where the folder may only be read, it stays without.
            with suppress(OSError, DamagedError), exclusive(self.place / LOCK):
                if DIGESTS not in read_document(self.place / self.pointer):
                    write_document(self.place / self.pointer, whole)
        return content

    def _with_digests(self, whole: Notes) -> Notes:
        try:
            names = sorted(self.older(whole))
            return {**whole, FOLDER: "", DIGESTS: {name: digest(self.place / name) for name in names}}
        except (TypeError, AttributeError, KeyError):
            raise DamagedError(self.place / self.pointer) from None

    def _check(self, whole: Notes) -> None:
        for name, expected in whole[DIGESTS].items():
            file = self.place / name
            if not file.is_file() or digest(file) != expected:
                raise DamagedError(file)

    def _found(self) -> Notes | None:
        """The set that is there, for the names of its files: nothing without one, None where nobody can tell."""
        try:
            whole = read_document(self.place / self.pointer)
            return whole if DIGESTS in whole else self._with_digests(whole)
        except FileNotFoundError:
            return {}
        except DamagedError:
            return None

    def _flushed(self, folder: Path) -> dict[str, str]:
        """The checksums of a folder's files, which are on disk now."""
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        for file in files:
            flush(file)
        flush_folder(folder)
        flush_folder(self.place)
        return {file.relative_to(self.place).as_posix(): digest(file) for file in files}

    def _point(self, whole: Notes, previous: Notes | None) -> None:
        whole = {key: value for key, value in whole.items() if key != PREVIOUS}
        if previous is not None:
            whole[PREVIOUS] = {key: value for key, value in previous.items() if key != PREVIOUS}
        write_document(self.place / self.pointer, whole)

    def _remove_unused(self, old: Notes) -> None:
        """Remove the files of an old set, and every folder, that the set in use and the one kept do not name."""
        present = self._found()
        if present is None:
            return
        used = {name for notes in _parts(present) for name in notes[DIGESTS]}
        for name in {name for notes in _parts(old) for name in notes[DIGESTS]} - used:
            if Path(name).name == name:  # others lie in folders, and go with them
                with suppress(OSError):
                    (self.place / name).unlink()
        folders = {notes[FOLDER] for notes in _parts(present)}
        for folder in self.place.glob(f"files-{HEX}"):
            if folder.name not in folders:
                shutil.rmtree(folder, ignore_errors=True)


def _parts(whole: Notes) -> list[Notes]:
    """A set and the one that is kept for `go_back`."""
    return [whole, whole[PREVIOUS]] if PREVIOUS in whole else [whole] if whole else []


def _noted(whole: Notes) -> Notes:
    return {key: value for key, value in whole.items() if key not in OURS}
