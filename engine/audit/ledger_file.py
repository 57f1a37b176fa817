"""The file of a shop's audit ledger: one audit at a time, and what became of it that no audit did."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.data.problems import refuse
from engine.data.storage.locks import exclusive
from engine.data.storage.private import make_folder
from engine.fairness import Break, breaks, noted


def ledger_of(folder: Path) -> Path:
    """Where a shop's folder remembers what its audits told."""
    return folder / "audits" / "told.json"


@contextmanager
def alone(ledger_file: Path) -> Iterator[None]:
    """One audit of a shop at a time: each has to know what the other released."""
    with exclusive(ledger_file.with_name(".lock")):
        yield


def touched(ledger_file: Path) -> list[Break]:
    """What became of the ledger that no audit did. While an audit holds it, only what was noticed before: the audit
    looks itself."""
    try:
        if not ledger_file.parent.is_dir():
            return breaks(ledger_file)
        with exclusive(ledger_file.with_name(".lock"), wait=False):
            return breaks(ledger_file)
    except OSError:  # held, or in a folder that cannot be written
        return noted(ledger_file)


def writable(ledger_file: Path) -> None:
    """Raises InputError where what is told cannot be remembered: then nothing may be told."""
    with suppress(OSError):
        make_folder(ledger_file.parent)
    if not (ledger_file.parent.is_dir() and os.access(ledger_file.parent, os.W_OK)):
        raise refuse(ledger_file.name, "ledger", "cannot be written", "name another place with --ledger")
