"""Train a model, store it with its shop, and find it again."""

import logging
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.data import Dataset, InputError, Problem, Report, open_shop, shop_folder, silent
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import DamagedError
from engine.data.storage.memory import enough_for
from engine.recommend import RECOMMENDERS, Blend, BlendConfig, Config, Known, Model, Start
from engine.recommend.base import FILE as MODEL
from engine.recommend.forecast import Size, forecast
from engine.recommend.known import FILE as KNOWN
from engine.training.blend_tuning import choose_blend

CARD = "card.json"
DAMAGED = "damaged_model"  # the kind of a refusal
LIBRARIES = ("numpy", "pandas", "scipy", "torch")
log = logging.getLogger(__name__)
Card = dict[str, Any]
Wishes = Mapping[str, Any]  # settings by name
Until = str | datetime | pd.Timestamp | None


@dataclass(frozen=True)
class Live(Start):
    """A stored model with its card, taken as it was when it was trained."""

    card: Card


def train(
    name: str, data: str | Path, until: Until = None, report: Report = silent, wishes: Wishes | None = None
) -> Card:
    """Fit the model `name` on the shop's interactions before `until` (None: all), store it, return its card.

    The blend's weights are chosen on the four weeks before `until`; `wishes` are settings other than the model's own.
    Raises InputError for an unknown name, a wish that the model has no use for, a history with nothing to learn from or
    too little memory, and whatever `report` raises to cancel; then nothing is stored.
    """
    _, card = fit(name, shop_folder(data), open_shop(data, report), until, report, wishes=wishes)
    return card


def load_or_train(
    name: str, folder: Path, data: Dataset, until: Until = None, report: Report = silent, repair: bool = True
) -> tuple[Model, Card]:
    """The stored model of that name and cut-off, trained now if there is none for this data, and if `repair`, also
    where it is damaged. A model that cannot be stored is used all the same, which is said."""
    try:
        return load_model(folder, data, name, until)
    except InputError as refused:
        if refused.problems[0].kind == DAMAGED and not repair:
            raise
        return fit(name, folder, data, until, report, must_store=False)


def fit(
    name: str,
    folder: Path,
    data: Dataset,
    until: Until = None,
    report: Report = silent,
    start: Live | None = None,
    keep: bool = False,
    notes: Card | None = None,
    wishes: Wishes | None = None,
    must_store: bool = True,
) -> tuple[Model, Card]:
    """As `train`, for a shop that is open already.

    start: a live model to go on from; keep: the model that is replaced is kept for `rollback`; notes: what else the
    card says; must_store: raise OSError where the model cannot be stored, else say so and use it all the same.
    """
    began = time.monotonic()
    if name not in RECOMMENDERS:
        raise _unknown(name)
    with_purchases(data)
    moment = _moment(until)
    history = data if moment is None else data.before(moment)
    if len(history.eligible()) == 0:
        raise _refusal(str(until), "empty_history", "no item has enough interactions yet", "take a later date")
    place = place_of(folder, name, moment)
    model, validation = learned(name, history, report, place.with_name(f".{place.name}.work"), start, wishes)
    card = {
        "name": name,
        "until": None if moment is None else moment.isoformat(),
        "shop": data.name,
        "data_hash": data.hash,
        "learned_to": None if history.end is None else history.end.isoformat(),
        "n_eligible": len(model.items),
        "config": model.config.model_dump(mode="json"),
        "validation": validation,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "trained_at": datetime.now(UTC).isoformat(),
        "seconds": round(time.monotonic() - began, 2),
    }
    card |= ({} if start is None else {"started_from": start.card["trained_at"]}) | (notes or {})
    try:
        store(model, card, place, Known.of(model.items, data), keep)
    except OSError as error:
        if must_store:
            raise
        log.warning("The model %s cannot be stored in %s (%s), so next time it is trained again.",
                    name, place, error.strerror)  # fmt: skip
    return model, card


def learned(
    name: str,
    history: Dataset,
    report: Report = silent,
    work: Path | None = None,
    start: Live | None = None,
    wishes: Wishes | None = None,
) -> tuple[Model, dict[str, Any] | None]:
    """The model `name` fitted to all of `history`, and what its settings were chosen on, if anything. From a live
    model it takes the settings (the blend climbs on from them), and starts from its parameters."""
    config = _wished(name, None if start is None else start.model.config, wishes or {})
    enough_for(name, forecast(name, Size.of(history)))
    validation = None
    if name == Blend.name:
        assert config is None or isinstance(config, BlendConfig)
        config, validation = choose_blend(history, report, config)
    return RECOMMENDERS[name](config).fit(history, report, work, start), validation


def _wished(name: str, config: Config | None, wishes: Wishes) -> Config | None:
    kind = RECOMMENDERS[name].config_type()
    for wish in wishes:
        if wish not in kind.model_fields:
            known = ", ".join(kind.model_fields)
            raise _refusal(
                name, "no_setting", f"this model has no setting {wish!r}", f"leave it out; known are {known}"
            )
    given = {} if config is None else config.model_dump()
    try:
        return kind.model_validate(given | dict(wishes)) if wishes else config
    except ValidationError as error:
        raise InputError([_out_of_range(name, detail) for detail in error.errors(include_url=False)]) from None


def _out_of_range(name: str, detail: ErrorDetails) -> Problem:
    setting = ".".join(str(part) for part in detail["loc"])
    problem = detail["msg"].removeprefix("Value error, ")
    return Problem(f"model {name}", None, setting, str(detail["input"]), problem, "take an allowed value", "setting")


def with_purchases(data: Dataset) -> None:
    """Raises InputError for a shop that has nothing to learn relevance from, saying what works without."""
    if data.positives().empty:
        problem = "It has products but no purchases, clicks or good ratings, so there are no lists for shoppers"
        fix = "Prepare it again with --interactions; the dashboard shows lists of similar products without"
        raise InputError([Problem(data.name, None, None, None, problem, fix, "no_purchases")])


def load_model(
    folder: Path, data: Dataset, name: str, until: Until | Literal["latest"] = "latest"
) -> tuple[Model, Card]:
    """The stored model and its card: of that cut-off, or the most recently trained one of that name.

    Raises InputError, naming the command that trains it, if there is none or the shop has changed since.
    """
    if name not in RECOMMENDERS:
        raise _unknown(name)
    wanted = "*" if until == "latest" else _label(_moment(until))
    places = [path.parent for path in (folder / "models").glob(f"{name}@{wanted}/{CARD}")]
    asked = None if until == "latest" else _moment(until)
    command = _command(folder, name, "all" if asked is None else _label(asked))
    if not places:
        raise _refusal(name, "no_model", "this model is not trained yet", f"run: {command}")
    place, trained_at = places[0], {}
    try:
        for place in places:
            trained_at[place] = str(stored(place).notes()["trained_at"])
        place = max(places, key=trained_at.__getitem__)
        return stored(place).read(lambda files, card: _opened(name, files, card, data, command))
    except InputError:
        raise
    except FileNotFoundError:  # deleted meanwhile
        raise _refusal(name, "no_model", "this model is not trained yet", f"run: {command}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        problem = f"its files cannot be used ({error})"
        again = _command(folder, name, place.name.partition("@")[2])
        raise _refusal(name, DAMAGED, problem, f"run: {again}", said=str(error)) from None


def _command(folder: Path, name: str, label: str) -> str:
    """What trains a model of that cut-off."""
    command = f"python -m engine train --data {_data_option(folder)} --model {name}"
    return command if label == "all" else f"{command} --until {label}"


def _opened(name: str, files: Path, card: Card, data: Dataset, command: str) -> tuple[Model, Card]:
    if card["data_hash"] != data.hash:
        raise _refusal(name, "stale_model", "the shop's data changed since it was trained", f"run: {command}")
    return RECOMMENDERS[name].load(files, data), card


def place_of(folder: Path, name: str, until: Until) -> Path:
    """The folder in which the model of that name and cut-off is stored."""
    return folder / "models" / f"{name}@{_label(_moment(until))}"


def stored_card(folder: Path, name: str, until: Until) -> Card | None:
    """The card of the stored model of that name and cut-off; None without one that can be read."""
    try:
        return stored(place_of(folder, name, until)).notes()
    except (FileNotFoundError, DamagedError):
        return None


def store(model: Model, card: Card, place: Path, known: Known, keep: bool = False) -> None:
    """Model, card and ids appear together in their place, or not at all. keep: what they replace is kept for
    `rollback`. Raises OSError."""

    def fill(folder: Path) -> None:
        model.save(folder)
        known.write(folder)

    stored(place).write(fill, card, keep)


def stored(place: Path) -> FileSet:
    """The files of a model; the card points to them."""
    return FileSet(place, CARD, lambda card: (MODEL, KNOWN))


def _moment(until: Until) -> pd.Timestamp | None:
    return None if until is None else pd.Timestamp(until)


def _label(moment: pd.Timestamp | None) -> str:
    if moment is None:
        return "all"
    midnight = moment == moment.normalize()
    return moment.strftime("%Y-%m-%d" if midnight else "%Y-%m-%dT%H%M%S")


def _data_option(folder: Path) -> str:
    return "sample" if folder == shop_folder("sample") else str(folder)


def _unknown(name: str) -> InputError:
    return _refusal(name, "unknown_model", "no such model", f"take one of {', '.join(RECOMMENDERS)}")


def _refusal(value: str, kind: str, problem: str, fix: str, **details: str) -> InputError:
    return InputError([Problem("model", None, None, value, problem, fix, kind, details)])
