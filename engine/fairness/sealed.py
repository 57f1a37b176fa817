"""JSON files of audits for their owner alone, each bound to the key by which it was written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from engine.data.problems import refuse
from engine.data.storage.files import document, read_document, staged
from engine.fairness import traces
from engine.fairness.pseudonyms import mark

T = TypeVar("T")


def read_sealed(path: Path, key: bytes, kind: str, read: Callable[[dict[str, Any]], T]) -> T:
    """The content of a file, as `read` converts it. Raises InputError of this kind where that fails, or for another
    key.
    """
    try:
        content = read_document(path)
        value, other = read(content), content["key"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise refuse(path.name, kind, "cannot be read", "bring back the file as it was") from None
    if other != mark(key):
        raise refuse(path.name, kind, "was written with another key", "use the key it was written with")
    return value


def write_sealed(path: Path, key: bytes, content: dict[str, Any]) -> None:
    """Write content, its checksum and the key's mark, whole or not at all, readable by the owner alone.

    It is noted elsewhere that the file is there, and its digest (`traces`): before it is written, both the old and the
    new digest, so that a crash in between is no trace of a deletion.
    """
    before = traces.sum_of(path)
    with staged(path, document({"key": mark(key), **content}), private=True) as temporary:
        after = traces.sum_of(temporary)
        traces.note(path, [before, after])
    traces.note(path, [after])
