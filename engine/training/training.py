"""Train a model, store it with its shop, and find it again."""

import logging
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.data import Dataset, InputError, Problem, Progress, open_shop, shop_folder, silent
from engine.data.problems import path_of, reason_of
from engine.data.storage.memory import enough_for
from engine.recommend import RECOMMENDERS, Blend, BlendConfig, Config, Known, Model, Start
from engine.recommend.forecast import Size, forecast
from engine.training.blend_tuning import choose_blend
from engine.training.stored_models import (
    DAMAGED,
    Card,
    Until,
    load_model,
    model_refusal,
    moment_of,
    place_of,
    store,
    unknown_model,
)

LIBRARIES = ("numpy", "pandas", "scipy", "torch")
log = logging.getLogger(__name__)
Wishes = Mapping[str, Any]  # settings by name


@dataclass(frozen=True)
class WarmStart(Start):
    """A stored model with its card, as it was when it was trained, from which another training starts."""

    card: Card


def train(
    name: str, data: str | Path, until: Until = None, report: Progress = silent, wishes: Wishes | None = None
) -> Card:
    """Fit the model `name` on the shop's interactions before `until` (None: all), store it, return its card.

    The blend's weights are chosen on the four weeks before `until`; `wishes` are settings other than the model's own.
    Raises InputError for an unknown name, a wish that the model has no use for, a history with nothing to learn from or
    too little memory, and whatever `report` raises to cancel; then nothing is stored.
    """
    _, card = fit(name, shop_folder(data), open_shop(data, report), until, report, wishes=wishes)
    return card


def load_or_train(
    name: str, folder: Path, data: Dataset, until: Until = None, report: Progress = silent, repair: bool = True
) -> tuple[Model, Card]:
    """The stored model of that name and cut-off, trained now if there is none for this data.

    repair: train it again where it is damaged, too. A model that cannot be stored is used all the same, with a warning.
    """
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
    report: Progress = silent,
    start: WarmStart | None = None,
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
        raise unknown_model(name)
    with_purchases(data)
    moment = moment_of(until)
    history = data if moment is None else data.before(moment)
    if len(history.eligible()) == 0:
        raise model_refusal(str(until), "empty_history", "no item has enough interactions yet", "take a later date")
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
    report: Progress = silent,
    work: Path | None = None,
    start: WarmStart | None = None,
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
            raise model_refusal(
                name, "no_setting", f"this model has no setting {wish!r}", f"leave it out; known are {known}"
            )
    given = {} if config is None else config.model_dump()
    try:
        return kind.model_validate(given | dict(wishes)) if wishes else config
    except ValidationError as error:
        raise InputError([_out_of_range(name, detail) for detail in error.errors(include_url=False)]) from None


def _out_of_range(name: str, detail: ErrorDetails) -> Problem:
    loc, value = detail["loc"], str(detail["input"])
    return Problem(
        f"model {name}", None, path_of(loc), value, reason_of(detail), "take an allowed value", "setting", loc=loc
    )


def with_purchases(data: Dataset) -> None:
    """Raises InputError for a shop that has nothing to learn relevance from, saying what works without."""
    if data.positives().empty:
        problem = "It has products but no purchases, clicks or good ratings, so there are no lists for shoppers"
        fix = "Prepare it again with --interactions; the dashboard shows lists of similar products without"
        raise InputError([Problem(data.name, None, None, None, problem, fix, "no_purchases")])
