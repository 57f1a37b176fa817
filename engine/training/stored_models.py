"""Models stored with their shop: their folder, their card, and how they are opened."""

from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from engine.data import Dataset, InputError, Problem, shop_folder
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import DamagedError
from engine.recommend import RECOMMENDERS, Known, Model
from engine.recommend.base import FILE as MODEL
from engine.recommend.known import FILE as KNOWN

CARD = "card.json"
DAMAGED = "damaged_model"  # the kind of a refusal
Card = dict[str, Any]
Until = str | datetime | pd.Timestamp | None


def load_model(
    folder: Path, data: Dataset, name: str, until: Until | Literal["latest"] = "latest"
) -> tuple[Model, Card]:
    """The stored model and its card: of that cut-off, or the most recently trained one of that name.

    Raises InputError, naming the command that trains it, if there is none or the shop has changed since.
    """
    if name not in RECOMMENDERS:
        raise unknown_model(name)
    wanted = "*" if until == "latest" else label_of(moment_of(until))
    places = [path.parent for path in (folder / "models").glob(f"{name}@{wanted}/{CARD}")]
    moment = None if until == "latest" else moment_of(until)
    command = _command(folder, name, "all" if moment is None else label_of(moment))
    if not places:
        raise model_refusal(name, "no_model", "this model is not trained yet", f"run: {command}")
    place, trained_at = places[0], {}
    try:
        for place in places:
            trained_at[place] = str(stored(place).notes()["trained_at"])
        place = max(places, key=trained_at.__getitem__)
        return stored(place).read(lambda files, card: _opened(name, files, card, data, command))
    except InputError:
        raise
    except FileNotFoundError:  # deleted meanwhile
        raise model_refusal(name, "no_model", "this model is not trained yet", f"run: {command}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        problem = f"its files cannot be used ({error})"
        again = _command(folder, name, place.name.partition("@")[2])
        raise model_refusal(name, DAMAGED, problem, f"run: {again}", said=str(error)) from None


def place_of(folder: Path, name: str, until: Until) -> Path:
    """The folder in which the model of that name and cut-off is stored."""
    return folder / "models" / f"{name}@{label_of(moment_of(until))}"


def stored_card(folder: Path, name: str, until: Until) -> Card | None:
    """The card of the stored model of that name and cut-off; None without one that can be read."""
    try:
        return stored(place_of(folder, name, until)).notes()
    except (FileNotFoundError, DamagedError):
        return None


def store(model: Model, card: Card, place: Path, known: Known, keep: bool = False) -> None:
    """Write model, card and ids to their place, together or not at all. Raises OSError.

    keep: what they replace is kept for `rollback`.
    """

    def fill(folder: Path) -> None:
        model.save(folder)
        known.write(folder)

    stored(place).write(fill, card, keep)


def stored(place: Path) -> FileSet:
    """The files of a model; the card points to them."""
    return FileSet(place, CARD, lambda card: (MODEL, KNOWN))


def _command(folder: Path, name: str, label: str) -> str:
    """What trains a model of that cut-off."""
    command = f"python -m engine train --data {_data_option(folder)} --model {name}"
    return command if label == "all" else f"{command} --until {label}"


def _opened(name: str, files: Path, card: Card, data: Dataset, command: str) -> tuple[Model, Card]:
    if card["data_hash"] != data.hash:
        raise model_refusal(name, "stale_model", "the shop's data changed since it was trained", f"run: {command}")
    return RECOMMENDERS[name].load(files, data), card


def moment_of(until: Until) -> pd.Timestamp | None:
    return None if until is None else pd.Timestamp(until)


def label_of(moment: pd.Timestamp | None) -> str:
    if moment is None:
        return "all"
    midnight = moment == moment.normalize()
    return moment.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H%M%S")


def _data_option(folder: Path) -> str:
    return "sample" if folder == shop_folder("sample") else str(folder)


def unknown_model(name: str) -> InputError:
    return model_refusal(name, "unknown_model", "no such model", f"take one of {', '.join(RECOMMENDERS)}")


def model_refusal(value: str, kind: str, problem: str, fix: str, **details: str) -> InputError:
    return InputError([Problem("model", None, None, value, problem, fix, kind, details)])
