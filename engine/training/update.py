"""Retrain the live model on what has happened since, and keep the better of the two. Made to be run by cron.

The live model is the one trained on everything (`train` without --until). The newest interactions are held out; the
retrained model sees what came between, the live one stays as it is, and both are judged on the held-out ones by
nDCG@10, shopper by shopper. Only then is the better one trained on all of it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from engine import metrics
from engine.data import Dataset, Progress, open_shop, shop_folder, silent
from engine.data.problems import refuse
from engine.data.storage.file_sets import FileSet
from engine.data.storage.files import DamagedError
from engine.data.storage.locks import exclusive
from engine.data.storage.private import make_folder
from engine.recommend import RECOMMENDERS, AdaptedModel, Known, Scope
from engine.retrieval import Scorer, retrieve
from engine.statistics.paired import Paired, paired
from engine.training.history import history, now, record
from engine.training.stored_models import CARD, DAMAGED, place_of, stored
from engine.training.training import WarmStart, fit, learned
from engine.words.numbers import sign, signed

K = 10
LONGEST = pd.Timedelta(weeks=4)  # held out at most
DIGITS = 4  # of nDCG as it is told
FEWEST = 100  # shoppers who bought in the held-out time, below which nothing is decided


@dataclass(frozen=True)
class Update:
    """outcome: "promoted", "kept" (the new one was worse), "unchanged" (no newer data), "too_little" (to judge by).
    since: from when on both were judged; scopes: nDCG@10 of each scope's shoppers, new minus live."""

    outcome: str
    since: pd.Timestamp | None = None
    scopes: dict[str, Paired] | None = None


def update(name: str, data: str | Path, report: Progress = silent) -> Update:
    """Retrain the live model `name` of a shop and promote it unless it is surely worse in a scope: the 95 % interval
    of the paired difference lies below 0, and the difference is not written as zero. The model it replaces is kept for
    `rollback`.

    Raises InputError where there is no live model, or another update of the shop is under way.
    """
    folder = shop_folder(data)
    with _alone(folder):
        live, shop = live_model(name, folder, data), open_shop(data, report)
        _recorded(name, folder, live.card)
        if live.card["data_hash"] == shop.hash:
            return Update("unchanged")
        since = held_out_from(shop, pd.Timestamp(live.card["learned_to"]))
        if since is None:
            return Update("unchanged")
        model, _ = learned(name, shop.before(since), report, start=live)
        scopes = {scope: _compared(model, AdaptedModel(live, shop), shop, since, scope) for scope in get_args(Scope)}
        if max(paired.n_users for paired in scopes.values()) < FEWEST:
            return Update("too_little", since, scopes)
        if any(sign(paired.difference, paired.low, paired.high, DIGITS) == "less" for paired in scopes.values()):
            return Update("kept", since, scopes)
        differences = {scope: asdict(paired) for scope, paired in scopes.items()}
        notes = {"since": since.isoformat(), "scopes": differences, "promoted_at": now(), "reason": _reason(scopes)}
        _, card = fit(name, folder, shop, None, report, live, keep=True, notes={"update": notes})
        _recorded(name, folder, card)
        shutil.rmtree(_previous(folder, name), ignore_errors=True)
        return Update("promoted", since, scopes)


def _recorded(name: str, folder: Path, card: dict[str, Any]) -> None:
    """Have the promotion of the live model in the history: an update that was killed may have promoted it only."""
    notes = card.get("update", {})
    at = notes.get("promoted_at")
    if at and ("promoted", name, at) not in [(change.kind, change.model, change.at) for change in history(folder)]:
        record(folder, "promoted", name, name, why=notes["reason"], at=at)


def rollback(name: str, data: str | Path) -> dict[str, Any]:
    """Make the model that the last update replaced live again, and keep the other in its place; returns its card.

    Raises InputError where no update has kept one, or another update of the shop is under way.
    """
    folder = shop_folder(data)
    with _alone(folder):
        model, older = stored(place_of(folder, name, None)), _previous(folder, name)
        try:
            card = model.go_back()
        except FileNotFoundError:
            if not (older / CARD).exists():
                problem = "no update has replaced this model"
                raise refuse("model", "no_previous", problem, "nothing to do", value=name) from None
            card = _taken_over(older, model)
        except DamagedError as damaged:
            problem = f"the model that was replaced cannot be used ({damaged})"
            details = {"said": str(damaged)}
            raise refuse("model", DAMAGED, problem, "train the model anew", value=name, details=details) from None
        shutil.rmtree(older, ignore_errors=True)
        record(folder, "rolled_back", name, name)
        return card


def _reason(scopes: dict[str, Paired]) -> str:
    """Why an update was promoted, for the history of the shop's models."""
    differences = [
        f"{scope} {signed(paired.difference, DIGITS)} [{signed(paired.low, DIGITS)}, {signed(paired.high, DIGITS)}]"
        for scope, paired in scopes.items()
    ]
    return f"nDCG@10, new less live: {', '.join(differences)}"


def _taken_over(older: Path, model: FileSet) -> dict[str, Any]:
    """Let a model that an earlier version kept in a folder of its own live again; its card."""

    def copied(files: Path, card: dict[str, Any]) -> dict[str, Any]:
        model.write(lambda place: shutil.copytree(files, place, dirs_exist_ok=True), card, keep=True)
        return card

    return stored(older).read(copied)


def live_model(name: str, folder: Path, data: str | Path) -> WarmStart:
    """The model trained on everything, as it was then. Raises InputError where there is none."""
    fix = f"run: python -m engine train --data {data} --model {name}"
    try:
        return stored(place_of(folder, name, None)).read(partial(_live, name))
    except FileNotFoundError:
        problem = "there is no live model, trained on everything, to update"
        raise refuse("model", "no_live_model", problem, fix, value=name) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        problem = f"its files cannot be used ({error})"
        raise refuse("model", DAMAGED, problem, fix, value=name, details={"said": str(error)}) from None


def _live(name: str, files: Path, card: dict[str, Any]) -> WarmStart:
    return WarmStart(RECOMMENDERS[name].load(files, None), Known.read(files), card)


def held_out_from(shop: Dataset, learned_to: pd.Timestamp) -> pd.Timestamp | None:
    """From when on interactions are held out: the later half of what is new, four weeks at most. None where nothing
    is newer than what the live model has learned from."""
    if shop.end is None or shop.end <= learned_to:
        return None
    return shop.end - min((shop.end - learned_to) / 2, LONGEST)


def _compared(new: Scorer, live: Scorer, shop: Dataset, since: pd.Timestamp, scope: Scope) -> Paired:
    """nDCG@10 of both on what known shoppers bought from `since` on; products that a model does not know count."""
    had, wanted = shop.before(since).relevant(), shop.since(since).relevant()
    if scope == "new":
        wanted = (wanted - wanted.multiply(had)).tocsr()
        wanted.eliminate_zeros()
    users = np.flatnonzero((np.diff(had.indptr) > 0) & (np.diff(wanted.indptr) > 0)).astype(np.int64)
    barred = had if scope == "new" else None
    after, before = (metrics.ndcg(retrieve(m, users, K, scope, barred).items, wanted[users]) for m in (new, live))
    return paired(after, before)


def _previous(folder: Path, name: str) -> Path:
    place = place_of(folder, name, None)
    return place.with_name(f".previous-{place.name}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One update of a shop at a time; the lock goes with the process, however it ends."""
    make_folder(folder / "models")
    try:
        with exclusive(folder / "models" / ".update.lock", wait=False):
            yield
    except BlockingIOError:
        raise refuse("model", "update_runs", "another update of this shop is under way", "wait for it") from None
