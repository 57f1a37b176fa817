"""What `file_kills` and `file_damage` work on: the invented shop of the tests, and the commands that run on it."""

import json
import os
import shutil
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks.killing import quiet
from engine.__main__ import main as engine
from engine.data import Dataset, read_shop
from engine.data.storage import cache
from engine.data.storage.file_sets import FileSet
from engine.data.storage.published import publish
from engine.rerank.warm import warm
from engine.training import update as updating
from engine.training.training import fit

FILES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "synthetic"
CUT, EARLIER = "2024-05-01", "2024-04-01"
NAMES = ("items", "interactions", "users", "promotions")
MODULES = "modules.txt"
STRATEGY = {"method": "mmr", "k": 5, "pool": 30, "similarity": "behaviour"}
HALF_LIVES = (10.0, 20.0)


def fill_small(folder: Path) -> int:
    """What our own writers start from: a cache, a set of files, files under names that stay."""
    return max(keep(folder, 0), pair(folder, 0), put(folder, 0))


def fill(folder: Path, audited: bool = True) -> int:
    """What the commands start from; `audited`: and audits, which need vectors of the products' texts."""
    fill_small(folder)
    for name, diversity in (("mild", 0.1), ("strong", 0.5)):
        (folder / f"{name}.json").write_text(json.dumps(STRATEGY | {"diversity": diversity}))
    now = shop_of(FILES / "interactions.csv")
    lines = (FILES / "interactions.csv").read_text().splitlines(keepends=True)
    (folder / "earlier.csv").write_text(
        "".join(line for line in lines if line.split(",")[2] < EARLIER or line is lines[0])
    )
    before = shop_of(folder / "earlier.csv")
    before.save(folder / "old")
    now.save(folder / "shop")
    fit("frequency", folder / "shop", before)
    fit("frequency", folder / "shop", now, CUT, wishes={"half_life": HALF_LIVES[0]})
    shutil.copytree(folder / "shop", folder / "back")
    (folder / "hashes.json").write_text(json.dumps([before.hash, now.hash]))
    commands = (
        ("train", "--data", "back", "--model", "frequency", "--update"),
        ("rerank", *model(), "--strategy", "mild.json", "--out", "slates.parquet"),
        export("mild.json"),
        save("mild.json"),
        *([audit("region")] if audited else []),
    )
    code = next((code for command in commands if (code := run(folder, *command))), 0)
    (folder / MODULES).write_text("\n".join(sys.modules))
    return code


def load(modules: Path) -> None:
    """Import what the commands have imported, and compile what they need, so that each fork starts with it."""
    for name in modules.read_text().split():
        with suppress(Exception):
            import_module(name)
    warm(methods=["mmr"])


def shop_of(interactions: Path) -> Dataset:
    return read_shop(FILES / "items.csv", interactions, FILES / "users.csv", FILES / "promotions.csv", name="shop")


def run(folder: Path, *arguments: str) -> int:
    """A command in the folder."""
    os.chdir(folder)
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    updating.FEWEST = 5
    with quiet(folder / "log.txt"):
        return engine(arguments)


def model() -> tuple[str, ...]:
    return "--data", "shop", "--model", "frequency"


def prepare() -> tuple[str, ...]:
    return "prepare", *(part for name in NAMES for part in (f"--{name}", str(FILES / f"{name}.csv"))), "--out", "old"


def audit(by: str) -> tuple[str, ...]:
    asked = ("--by", by, "--figures", "ild", "--sign", "Ann", "--out", "audit")
    return "audit", "--data", "shop", "--slates", "slates.parquet", *asked


def export(strategy: str) -> tuple[str, ...]:
    return "export", *model(), "--strategy", strategy, "--to", "csv,parquet,qdrant", "--out", "export"


def save(strategy: str) -> tuple[str, ...]:
    return "strategies", "save", "--data", "shop", "--name", "Mix", "--strategy", strategy, "--author", "Ann"


def train() -> tuple[str, ...]:
    return "train", *model(), "--until", CUT, "--set", f"half_life={HALF_LIVES[1]}"


def keep(folder: Path, number: int = 1) -> int:
    """Write a cache."""
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    cache.write(cache.cache_file("some"), {"numbers": np.full(3, number)})
    return 0


def pair(folder: Path, number: int = 1) -> int:
    """Write a set of two files."""

    def written(place: Path) -> None:
        for name in ("a", "b"):
            (place / name).write_text(str(number))

    two(folder).write(written, {"number": number})
    return 0


def two(folder: Path) -> FileSet:
    return FileSet(folder / "pair", "pair.json", lambda notes: ())


def put(folder: Path, number: int = 1) -> int:
    """Write two files under names that stay."""
    publish(folder / "put", {name: str(number).encode() for name in ("a", "b")}, "put")
    return 0
