"""The prepared shops: opening one by name, listing them, saving a new one, deleting one."""

import hashlib
import re
import shutil
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from engine.data import sample
from engine.data.dataset import Dataset
from engine.data.problems import InputError, Progress, refuse, silent
from engine.data.reading.json_text import parse_json
from engine.data.storage.files import HEX
from engine.data.storage.locks import exclusive
from engine.data.storage.private import home, make_folder
from engine.data.storage.store import NOTES

SAMPLE = "sample"
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,47}[a-z0-9])?")
RESERVED = re.compile(r"sample|con|prn|aux|nul|(?:com|lpt)\d")  # ours, and names that Windows keeps for itself
COUNTED = ("items", "users", "interactions", "promotions")


@dataclass(frozen=True)
class Listed:
    """A prepared shop as the list shows it. counts: {table: rows}; None where its notes cannot be read."""

    slug: str
    folder: Path
    name: str
    counts: dict[str, int] | None


def shop_folder(data: str | Path) -> Path:
    """The prepared folder of a shop: `sample` is the bundled one, anything else is a path."""
    return home() / "shops" / SAMPLE if str(data) == SAMPLE else Path(data)


def open_shop(data: str | Path, report: Progress = silent) -> Dataset:
    """The shop in a prepared folder, or the bundled `sample`, which is prepared on first use.

    Raises InputError where the folder holds no readable shop.
    """
    folder = shop_folder(data)
    if str(data) == SAMPLE:
        sample.prepare(folder, report)
    try:
        return Dataset.load(folder)
    except InputError as refused:
        if str(data) != SAMPLE or refused.problems[0].kind != "broken_shop":
            raise
    sample.prepare(folder, report, anew=True)  # nothing of it is the user's
    return Dataset.load(folder)


def list_shops() -> list[Listed]:
    """The prepared shops of this home, by name; `sample` first, whether it is prepared or not."""
    shops = home() / "shops"
    folders = sorted(path.parent for path in shops.glob(f"*/{NOTES}")) if shops.is_dir() else []
    listed = [_listed(folder) for folder in folders if SLUG.fullmatch(folder.name) and folder.name != SAMPLE]
    bundled = shops / SAMPLE
    first = _listed(bundled) if (bundled / NOTES).exists() else Listed(SAMPLE, bundled, sample.NAME, None)
    return [first, *sorted(listed, key=lambda shop: shop.name.casefold())]


def describe(folder: Path) -> Listed:
    """The list's entry for a shop in any folder."""
    return _listed(folder)


def find_shop(slug: str) -> Path | None:
    """The folder of a prepared shop of this home; None for anything that is no slug of one."""
    folder = home() / "shops" / slug
    return folder if SLUG.fullmatch(slug) and (slug == SAMPLE or (folder / NOTES).is_file()) else None


def save_shop(data: Dataset, name: str) -> str:
    """Store a shop in this home under a name that a user gave, and return the slug that opens it.

    It is written aside and moved in one step, so it is there as a whole or not at all. Raises InputError for a name
    that has no letters or digits, or is taken.
    """
    name = " ".join(name.split())
    _check_name(name)
    shops = home() / "shops"
    make_folder(shops)
    aside = shops / f".new-{uuid4().hex}"
    with exclusive(shops.with_name(".shops.lock")):  # so whatever lies aside is left over from killed runs
        _remove_aside(shops)
        try:
            replace(data, name=name).save(aside)
            return _move_in(aside, shops, slug(name))
        finally:
            _remove_aside(shops)


def delete_shop(slug: str) -> None:
    """Remove a shop of this home with its models, in one step.

    Raises InputError for the sample, and for a folder that is no shop.
    """
    folder = home() / "shops" / slug
    if slug == SAMPLE or not SLUG.fullmatch(slug) or folder.is_symlink() or not (folder / NOTES).is_file():
        fix = "Choose one from the list"
        raise refuse(slug, "not_deletable", "Not a shop that can be deleted", fix)
    with exclusive(folder.parent.with_name(".shops.lock")):
        folder.rename(folder.with_name(f".gone-{uuid4().hex}"))
        _remove_aside(folder.parent)


def _remove_aside(shops: Path) -> None:
    """Remove what was not yet, or is no longer, a shop."""
    for folder in (*shops.glob(f".new-{HEX}"), *shops.glob(f".gone-{HEX}")):
        shutil.rmtree(folder, ignore_errors=True)


def slug(name: str) -> str:
    """A folder name for a shop's name: small ASCII letters, digits and hyphens. A name without any, as 家具店, gets a
    number that is its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if not short or RESERVED.fullmatch(short):
        short = f"shop-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return short


def _check_name(name: str) -> None:
    if not name or len(name) > 80 or not name.isprintable():
        raise refuse("name", "bad_name", "The name is empty or too long", "Write up to 80 letters", value=name[:80])
    if any(shop.name.casefold() == name.casefold() for shop in list_shops()):
        raise refuse("name", "name_taken", "Another shop has this name", "Choose another", value=name)


def _move_in(aside: Path, shops: Path, wanted: str) -> str:
    """Give the folder its name; another one where that is taken, also by a save at the same moment."""
    for number in range(1, 1_000):
        final = wanted if number == 1 else f"{wanted}-{number}"
        if (shops / final).exists():
            continue
        try:
            aside.rename(shops / final)
            return final
        except OSError:
            if not (shops / final).exists():
                raise
    raise refuse("name", "name_taken", "Another shop has this name", "Choose another", value=wanted)


def _listed(folder: Path) -> Listed:
    try:
        notes = parse_json((folder / NOTES).read_text(encoding="utf-8"))
        name = str(notes["name"])
        counts = notes.get("counts") or {table: _rows(folder / file) for table, file in notes["files"].items()}
        return Listed(folder.name, folder, name, {table: int(counts[table]) for table in COUNTED if table in counts})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        return Listed(folder.name, folder, folder.name, None)


def _rows(file: Path) -> int:
    """Rows by the footer alone, for shops stored before counts stood in their notes."""
    return int(pq.read_metadata(file).num_rows)
