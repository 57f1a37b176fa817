"""The lists of one surface under one strategy, made once for everybody, and told product by product."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.bench.scores import scores_of
from engine.evaluation.relevance_floor import capped
from engine.rerank import Slates, slots_of
from engine.serving.in_force import InForce
from engine.serving.models import Item, ModelInfo, Source, StrategyInfo, UserSlate
from engine.serving.reasons import broken, reasons
from engine.slates.crowding import crowding_drift, kept_crowding
from engine.slates.make import make_slates
from engine.slates.slot_drift import SlotDrift, slot_drift
from engine.strategy.strategy import Strategy

Array = np.ndarray


@dataclass(frozen=True)
class PreparedSlates:
    """bench stands on the day for which the lists were made; strategy has the λ that its floor allows.

    slates [U, k] and scores float32 [U, k] are of `bench.users`, the same that `rerank` writes.
    etag  of the whole shelf: it changes when any list may
    drift how the slots differ from those of the lists before; None without spread, or without such lists
    """

    bench: Bench
    of: InForce
    strategy: Strategy
    slates: Slates
    scores: Array
    source: Source
    etag: str
    drift: SlotDrift | None = None

    def slate(self, user_id: str, k: int | None) -> UserSlate | None:
        """The first k products of a shopper's list (None: all of it), or None for who is not known."""
        row = self.bench.row(user_id)
        if row is None:
            return None
        slates, scores, at = self._lists(row)
        pool = self.bench.pool(self.strategy, np.array([row])).items[0]
        titles, ids = titles_of(self.bench), item_ids(self.bench)
        shown = np.flatnonzero(slates.items[at] >= 0)
        items = tuple(
            Item(
                rank=int(slot) + 1,
                item_id=ids[slates.items[at, slot]],
                title=titles[slates.items[at, slot]],
                score=number(scores[at, slot]),
                gain=number(slates.gains[at, slot]),
                relevance=number(slates.relevance[at, slot]),
                diversity=number(slates.diversity[at, slot]),
                reasons=reasons(self.strategy, slates, at, int(slot), pool, ids, titles),
            )
            for slot in shown[:k]
        )
        return UserSlate(user_id=user_id, items=items, broken=broken(self.strategy, slates, at))

    def _lists(self, row: int) -> tuple[Slates, Array, int]:
        """The arrays that hold the list, and its place there. A product of a large catalogue that none was made for
        gets its list now."""
        if row < len(self.slates.items):
            return self.slates, self.scores, row
        slates = make_slates(self.bench, self.strategy, np.array([row]))
        return slates, scores_of(self.bench, self.strategy, slates.items, np.array([row])), 0


def prepare_slates(bench: Bench, of: InForce, before: PreparedSlates | None = None) -> PreparedSlates:
    """The lists of all shoppers. before: those that they replace.

    Raises InputError for a strategy that this shop cannot serve.
    """
    strategy = capped(bench, of.strategy)
    kept_crowding(bench, strategy)
    slates = make_slates(bench, strategy)
    scores = scores_of(bench, strategy, slates.items)
    source = Source(strategy=info(of, strategy), model=model_info(bench), data_hash=bench.data.hash)
    entries = list(strategy.entries(bench.today))  # of the day nothing else makes a difference
    content = json.dumps([source.model_dump(mode="json"), entries])
    etag = hashlib.sha256(content.encode()).hexdigest()
    return PreparedSlates(bench, of, strategy, slates, scores, source, etag, _drift(bench, strategy, slates, before))


def _drift(bench: Bench, strategy: Strategy, slates: Slates, before: PreparedSlates | None) -> SlotDrift | None:
    """From the lists before, else from what was stored last for this strategy."""
    if not strategy.has_prices:
        return None
    if before is None:
        return crowding_drift(bench, strategy)
    ids = item_ids(bench)
    was, now = (pd.Series(slots_of(lists.items, len(ids)), ids) for lists in (before.slates, slates))
    return slot_drift(was, now)


def info(of: InForce, strategy: Strategy) -> StrategyInfo:
    return StrategyInfo(
        name=of.name,
        version=of.version,
        surface=strategy.surface,
        method=strategy.method,
        diversity=strategy.diversity,
        diversity_asked=of.strategy.diversity,
        spread=strategy.spread,
        k=strategy.k,
        sha256=of.sha256,
    )


def model_info(bench: Bench) -> ModelInfo:
    card = bench.card
    return ModelInfo(name=card["name"], until=card["until"], trained_at=card.get("trained_at"))


def item_ids(bench: Bench) -> list[str]:
    """The id of each catalogue row."""
    return bench.cached("serving.ids", lambda: [str(name) for name in bench.data.items["item_id"]])


def titles_of(bench: Bench) -> list[str]:
    """The title of each catalogue row; where it has none its category, or its id."""

    def make() -> list[str]:
        items = bench.data.items
        titles = items["item_id"]
        for column in ("category", "title"):
            if column in items:
                titles = items[column].astype(object).where(items[column].notna(), titles)
        return [str(title) for title in titles]

    return bench.cached("serving.titles", make)


def number(value: Any) -> float | None:
    """A figure for JSON, which knows no NaN."""
    return float(value) if np.isfinite(value) else None
