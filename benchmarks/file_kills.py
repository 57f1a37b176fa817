"""Whether anything is lost where commands are killed, before every call that changes the disk for good.

    python -m benchmarks.file_kills [COMMAND ...] [--every N] [--json FILE]

On the invented shop of the tests. After each kill the old state or the new one must be there, whole; then the command
runs again, must succeed, and must leave nothing over. Writes benchmarks/results/file_kills.json where every command is
killed everywhere. It needs Linux and a C compiler (`killing`).
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.killing import FAULTS, Case, forked, kill_everywhere, quiet, rerun_preloaded
from engine.__main__ import main as engine
from engine.data import Dataset, open_shop, read_shop
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import digest, read_document
from engine.data.storage.published import publish
from engine.encoders import cache
from engine.fairness import read_key, read_ledger
from engine.rerank.warm import warm
from engine.strategies import Store
from engine.training import update as updating
from engine.training.stored_models import load_model
from engine.training.training import fit
from engine.training.update import live_model, rollback

RESULT = Path(__file__).resolve().parent / "results" / "file_kills.json"
FILES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "synthetic"
CUT, EARLIER = "2024-05-01", "2024-04-01"
NAMES = ("items", "interactions", "users", "promotions")
MODULES = "modules.txt"
STRATEGY = {"method": "mmr", "k": 5, "pool": 30, "similarity": "behaviour"}
SMALL = {"cache", "set", "published"}  # our own writers alone
HALF_LIVES = (10.0, 20.0)
TEMPORARY = re.compile(r"\..*\.[0-9a-f]{32}")


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


# What is found after a kill, and after the run that follows it.


def old_shop(folder: Path, again: bool) -> Sequence[str]:
    hashes = json.loads((folder / "hashes.json").read_text())
    return [] if open_shop(folder / "old").hash in hashes[again:] else ["lost"]


def trained(folder: Path, again: bool) -> Sequence[str]:
    found, card = load_model(folder / "shop", open_shop(folder / "shop"), "frequency", CUT)
    half_life: Any = card["config"]["half_life"]
    if half_life != found.config.half_life:  # type: ignore[attr-defined]
        return ["mixed"]
    return [] if half_life in HALF_LIVES[again:] else ["lost"]


def updated(folder: Path, again: bool) -> Sequence[str]:
    """The older model or the new one lives; afterwards the new one, and the older one can be brought back."""
    live = live_model("frequency", folder / "shop", "shop")
    new = "update" in live.card
    if len(live.known.items) != len(live.model.items):
        return ["mixed"]
    if again and (not new or "update" in rollback("frequency", folder / "shop")):
        return ["lost"]
    return []


def rolled_back(folder: Path, again: bool) -> Sequence[str]:
    """Both models are there, whichever lives."""
    first = "update" in live_model("frequency", folder / "back", "back").card
    second = "update" in rollback("frequency", folder / "back")
    live_model("frequency", folder / "back", "back")
    return [] if first != second else ["lost"]


def whole(name: str, files: Sequence[str], folder: Path, again: bool) -> Sequence[str]:
    """Every file is there, and where there is a manifest, they are of one run."""
    place = folder / name
    if not all((place / file).is_file() for file in files):
        return ["lost"]
    if not (place / "manifest.json").exists():
        return ["mixed"] if again else []
    sums = read_document(place / "manifest.json")["files"]
    if set(sums) != set(files) or any(digest(place / file) != expected for file, expected in sums.items()):
        return ["mixed"]
    return []


def audited(folder: Path, again: bool) -> Sequence[str]:
    told = folder / "shop" / "audits" / "told.json"
    if not read_ledger(told, read_key(told.with_name("key"))).people:
        return ["lost"]
    by = json.loads((folder / "audit" / "audit.json").read_text())["setting"]["by"]
    if again and by != ["age"]:
        return ["lost"]
    return whole("audit", ("audit.json", "report.html", "results.csv"), folder, again)


def saved(folder: Path, again: bool) -> Sequence[str]:
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    store = Store.open()
    found = store.versions("shop")
    store.close()
    numbers = [version.number for version in found]
    levels = [version.strategy.diversity for version in found]
    if numbers != list(range(1, len(numbers) + 1)) or levels != [0.1, *[0.5] * (len(levels) - 1)]:
        return ["lost"]
    return ["lost"] if again and len(found) < 2 else []


def cached(folder: Path, again: bool) -> Sequence[str]:
    os.environ["EVENSHELF_HOME"] = str(folder / "home")
    found = cache.read(cache.cache_file("some"))
    return [] if found is not None and found["numbers"][0] in (0, 1)[again:] else ["lost"]


def paired(folder: Path, again: bool) -> Sequence[str]:
    found = two(folder).read(
        lambda place, notes: {notes["number"], *(int((place / name).read_text()) for name in "ab")}
    )
    return ["mixed"] if len(found) > 1 else [] if found <= set((0, 1)[again:]) else ["lost"]


def left_over(folder: Path) -> Sequence[str]:
    """Temporary files, and folders of files that nothing points to."""
    files = [path for path in folder.rglob("*") if TEMPORARY.fullmatch(path.name) or path.name.startswith(".tmp")]
    for pointer in (path for name in ("shop", "card", "pair") for path in folder.rglob(f"{name}.json")):
        named = read_document(pointer)
        kept = {named["folder"], named.get("previous", named)["folder"]}
        files += [path for path in pointer.parent.glob("files-*") if path.name not in kept]
    return ["left_over"] if files else []


def cases() -> list[Case]:
    exported = partial(whole, "export", ("slates.csv", "slates.parquet", "qdrant.json"))
    looks: dict[str, tuple[Any, Any]] = {
        "prepare": (prepare(), old_shop),
        "train": (train(), trained),
        "update": (("train", *model(), "--update"), updated),
        "rollback": (("train", "--data", "back", "--model", "frequency", "--rollback"), rolled_back),
        "audit": (audit("age"), audited),
        "export": (export("strong.json"), exported),
        "save": (save("strong.json"), saved),
        "cache": (keep, cached),
        "set": (pair, paired),
        "published": (put, partial(whole, "put", ("a", "b"))),
    }
    return [_case(name, command, look) for name, (command, look) in looks.items()]


def _case(name: str, command: Any, look: Any) -> Case:
    def after(folder: Path) -> Sequence[str]:
        return [*left_over(folder), *look(folder, True)]

    work = command if name in SMALL else lambda folder: run(folder, *command)
    return Case(name, work, lambda folder: look(folder, False), after)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rerun_preloaded()
    chosen = [case for case in cases() if not options.commands or case.name in options.commands]
    results: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        template, work = Path(name).resolve() / "template", Path(name).resolve() / "work"
        template.mkdir()
        names = {case.name for case in chosen}
        small = names <= SMALL
        if forked(lambda: fill_small(template) if small else fill(template, "audit" in names)) != 0:
            sys.exit((template / "log.txt").read_text())
        if not small:
            load(template / MODULES)
        for case in chosen:
            results[case.name] = kill_everywhere(case, template, work, options.every)
    total = sum(results.values(), Counter())
    finding = (
        f"{total['kills']} kills, one before every fsync, rename, unlink and rmdir of {', '.join(results)}: "
        f"{total['lost']} lost, {total['failed']} following runs that fail, {total['mixed']} mixed sets, "
        f"{total['left_over']} with something left over."
    )
    content = {"finding": finding, **{key: {k: found[k] for k in ("kills", *FAULTS)} for key, found in results.items()}}
    text = json.dumps(content, indent=1) + "\n"
    if options.json:
        options.json.write_text(text)
    elif not options.commands and options.every == 1:
        RESULT.write_text(text)
    print(finding)


if __name__ == "__main__":
    main()
