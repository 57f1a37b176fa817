"""The models of a shop: which are trained, which one the pages use, and how one is deleted."""

import logging
from contextlib import suppress
from functools import cache
from pathlib import Path

import pandas as pd

from engine.data import Dataset, InputError, Progress, silent
from engine.data.problems import refuse
from engine.data.storage.files import DamagedError, read_document
from engine.recommend import RECOMMENDERS, Blend, Model
from engine.training import history
from engine.training.history import ACTIVE, Change
from engine.training.stored_models import CARD, DAMAGED, Card, place_of, stored
from engine.training.training import load_or_train

NEEDED = {"name", "until", "data_hash", "trained_at"}  # fields without which a card says nothing
log = logging.getLogger(__name__)


def trained(folder: Path) -> list[Card]:
    """The cards of all stored models of a shop, the most recent first; a card that cannot be read is left out."""
    cards = []
    for path in (folder / "models").glob(f"[!.]*/{CARD}"):
        with suppress(OSError, DamagedError):
            card = stored(path.parent).notes()
            if card.get("name") in RECOMMENDERS and card.keys() >= NEEDED:
                cards.append(card)
    return sorted(cards, key=lambda card: str(card["trained_at"]), reverse=True)


def at(folder: Path, until: pd.Timestamp) -> dict[str, Card]:
    """The cards of the models of one cut-off, by name."""
    return {card["name"]: card for card in trained(folder) if card["until"] == until.isoformat()}


def active(folder: Path) -> str:
    """The name of the model that makes this shop's lists: the blend until another one is chosen.

    The blend as well where the choice cannot be read, which is logged once.
    """
    name = _chosen(folder)
    if name is None:
        _say_lost(folder / "models" / ACTIVE)
    return name or Blend.name


def choice_is_lost(folder: Path) -> bool:
    """Whether a model was chosen for the lists, and the file that names it cannot be read."""
    return _chosen(folder) is None


def _chosen(folder: Path) -> str | None:
    try:
        name = history.chosen(folder) or Blend.name
    except (OSError, DamagedError):
        return None
    return name if name in RECOMMENDERS else None


@cache
def _say_lost(file: Path) -> None:
    log.warning("%s cannot be read, so the blend makes the lists. Choose a model again on the Models page.", file)


def activate(folder: Path, name: str, by: str = "", why: str = "") -> Change:
    """Make this model the one that makes the shop's lists, and record who chose it and why (`history.record`).

    Raises InputError for an unknown name.
    """
    if name not in RECOMMENDERS:
        raise refuse("model", "unknown_model", "no such model", f"take one of {', '.join(RECOMMENDERS)}", value=name)
    return history.record(folder, "use", name, active(folder), by, why)


def last_switch(folder: Path) -> Change | None:
    """The last choice of a model, which `undo` takes back; None if it is no longer in use or no other one was before
    it.
    """
    switches = [change for change in history.history(folder) if change.kind in ("use", "undo")]
    last = switches[-1] if switches else None
    fits = last is not None and last.kind == "use" and last.model == active(folder) != last.before in RECOMMENDERS
    return last if fits else None


def undo(folder: Path, by: str = "", why: str = "") -> Change:
    """Make the model before the last choice the one in use again. Raises InputError where there is nothing to undo."""
    last = last_switch(folder)
    if last is None:
        raise refuse("model", "nothing_to_undo", "no choice of a model can be undone", "choose a model")
    return history.record(folder, "undo", last.before, last.model, by, why)


def in_use(folder: Path, data: Dataset, until: pd.Timestamp, report: Progress = silent) -> tuple[Model, Card]:
    """The active model of that cut-off, trained now if there is none for this data.

    Where its files cannot be read, the blend takes its place: see the card's name. A blend that cannot be read is
    trained anew.
    """
    name = active(folder)
    if name != Blend.name:
        try:
            return load_or_train(name, folder, data, until, report, repair=False)
        except InputError as refused:
            if refused.problems[0].kind != DAMAGED:
                raise
            log.warning("the model %s cannot be used: %s", name, refused)
        except (OSError, ValueError, KeyError, RuntimeError):
            log.warning("the model %s cannot be used", name, exc_info=True)
    return load_or_train(Blend.name, folder, data, until, report)


def epochs(folder: Path, name: str, until: pd.Timestamp) -> list[dict[str, float]]:
    """Validation figures of the epochs of a training that runs, or that was stopped and will go on from there."""
    from engine.recommend.trilinear.checkpoints import COUNTERS  # torch comes with it

    place = place_of(folder, name, until)
    try:
        notes = read_document(place.with_name(f".{place.name}.work") / COUNTERS)
        return [dict(row) for row in notes["curve"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def delete(folder: Path, card: Card) -> None:
    """Delete one stored model with its card. Raises InputError for the active one at that cut-off."""
    if card["name"] == active(folder):
        fix = "choose another model for the lists first"
        raise refuse("model", "model_in_use", "this model makes the shop's lists", fix, value=str(card["name"]))
    stored(place_of(folder, card["name"], card["until"])).remove()
