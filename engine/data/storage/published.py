"""Files of one run in a folder of the user's, under names that stay; a manifest says which of them belong together."""

import hashlib
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from engine.data.storage.files import flush_folder, staged, write_document

MANIFEST = "manifest.json"


def publish(folder: Path, files: Mapping[str, bytes], by: str, outdated: Collection[str] = ()) -> None:
    """Write files into a folder, and then the manifest: the command that wrote them, and each file's SHA-256.

    Each file is whole at any moment, and none is replaced before all are on disk. The old manifest is removed first and
    the new one is written last: where a manifest is there and its checksums hold, the files are of one run.
    outdated: files of an earlier run that would stand beside these as if they belonged to them; they are removed.
    Raises OSError.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    with ExitStack() as stack:
        for name, content in files.items():
            stack.enter_context(staged(folder / name, partial(Path.write_bytes, data=content)))
        for name in (MANIFEST, *outdated):
            (folder / name).unlink(missing_ok=True)
        flush_folder(folder)
    write_document(folder / MANIFEST, {"format": 1, "command": by, "files": sums})
