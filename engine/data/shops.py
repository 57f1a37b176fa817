"""Where prepared shops live, and the door that opens one by name."""

import os
from pathlib import Path

from engine.data import sample
from engine.data.dataset import Dataset
from engine.data.problems import Report, silent

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = "sample"


def home() -> Path:
    """The folder for everything Evenshelf keeps: $EVENSHELF_HOME, else .evenshelf beside the engine."""
    return Path(os.environ.get("EVENSHELF_HOME") or ROOT / ".evenshelf")


def shop_folder(data: str | Path) -> Path:
    """The prepared folder of a shop: `sample` is the bundled one, anything else is a path."""
    return home() / "shops" / SAMPLE if str(data) == SAMPLE else Path(data)


def open_shop(data: str | Path, report: Report = silent) -> Dataset:
    """The shop in a prepared folder, or the bundled `sample`, which is prepared on first use.

    Raises InputError where the folder holds no readable shop.
    """
    folder = shop_folder(data)
    if str(data) == SAMPLE:
        sample.prepare(folder, report)
    return Dataset.load(folder)
