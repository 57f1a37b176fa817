"""What is looked at after a kill, and after the next run: the old state or the new one, whole, or which fault."""

import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.invented_shop import CUT, HALF_LIVES, two
from engine.data import open_shop
from engine.data.storage import cache
from engine.data.storage.files import digest, read_document
from engine.fairness import read_key, read_ledger
from engine.strategies import Store, shop_of
from engine.training.stored_models import load_model
from engine.training.update import live_model, rollback

TEMPORARY = re.compile(r"\..*\.[0-9a-f]{32}")


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
    found = store.versions(shop_of(store, folder / "shop"))
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
    for path in files:
        print(f"left over: {path.relative_to(folder)}", file=sys.stderr)
    return ["left_over"] if files else []
