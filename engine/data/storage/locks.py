"""A lock that is released when its process ends, however that happens."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import lock_descriptor

from engine.data.storage.private import new_file_mode

WINDOWS = os.name == "nt"
POLL = 0.01  # seconds until a lock that is held is tried again


@contextmanager
def exclusive(path: Path, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a file, which is made if need be, in a folder that is there.

    Raises BlockingIOError where another process, or another thread, holds it and `wait` is False.
    """
    descriptor = _locked(path, wait)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file while it is written, so that `remove_abandoned` leaves it alone.

    Windows lets nobody write what is locked, and removes no file that is open: there it is only kept open.
    """
    if not WINDOWS:
        with exclusive(path):
            yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        yield
    finally:
        os.close(descriptor)


def remove_abandoned(path: Path) -> None:
    """Remove a file that no process holds. Raises OSError where one does, or where it cannot be removed."""
    if WINDOWS:
        path.unlink()
        return
    with exclusive(path, wait=False):
        path.unlink()


def _locked(path: Path, wait: bool) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, new_file_mode(path))
        try:
            if not lock_descriptor(descriptor, blocking=wait, poll_interval=POLL):
                raise BlockingIOError(errno.EWOULDBLOCK, os.strerror(errno.EWOULDBLOCK), str(path))
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # its holder has removed or renamed it: the lock is that of the file which is there now


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
