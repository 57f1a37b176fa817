"""One shopper's list explained slot by slot, from what the re-ranker recorded; and a group's most shown products."""

from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench
from engine.bench.scores import scores_of, shares_of
from engine.slates.effective_lambdas import without_overrides
from engine.slates.shopper_sweep import shopper_slate
from engine.slates.similarity import similarity
from engine.strategy.strategy import Strategy

Array = np.ndarray
TIE = 1e-5  # similarities closer than this are a tie


@dataclass(frozen=True)
class Slot:
    """One slot of a list.

    item        catalogue row
    rank        1 … k; `base_rank` is its rank in the pool at λ = 0, one past its end for an item from beyond it
    score       the model's own; `share` is the same, min–max over the shopper's pool, in [0, 1]
    relevance, diversity, gain   the terms that the re-ranker recorded when it chose the item
    nearest     catalogue row of the most similar item above it, or -1: none above, or none similar (similarity ≤ 0)
    similarity  that to `nearest`, as the strategy mixes it; `ties` more items above are equally similar
    bought      how often the shopper had the item (bought it, or clicked where the log has no purchases)
    rule        number of the strategy's entry (the constraints first) that kept a better item out of this slot, or put
                this one there; -1: none did. `instead` is that better item's catalogue row
    """

    item: int
    rank: int
    base_rank: int
    score: float
    share: float
    relevance: float
    diversity: float
    gain: float
    nearest: int
    similarity: float
    ties: int
    bought: int
    rule: int
    instead: int


def explain_slots(bench: Bench, strategy: Strategy, row: int) -> list[Slot]:
    """The list of the shopper in `row` of `bench.users`, slot by slot; empty slots are left out."""
    slates = shopper_slate(bench, strategy, row)
    strategy, rows = without_overrides(bench, strategy, row), np.array([row])  # likeness is told as this list mixes it
    candidates = bench.pool(strategy, rows).items[0]
    scores = scores_of(bench, strategy, slates.items, rows)[0]
    shares = shares_of(bench, strategy, slates.items, rows)[0]
    items = slates.items[0][slates.items[0] >= 0]
    similarities = similarity(bench, strategy, items)
    history = bench.purchased_items(row)
    slots = []
    for slot, item in enumerate(items):
        place = next(iter(np.flatnonzero(candidates == item)), len(candidates))
        above = similarities[slot, :slot]
        closest = float(above.max()) if slot else 0.0
        slots.append(
            Slot(
                item=int(item),
                rank=slot + 1,
                base_rank=int(place) + 1,
                score=float(scores[slates.items[0] == item][0]),
                share=float(shares[slates.items[0] == item][0]),
                relevance=float(slates.relevance[0, slot]),
                diversity=float(slates.diversity[0, slot]),
                gain=float(slates.gains[0, slot]),
                nearest=int(slates.nearest[0, slot]) if closest > TIE else -1,
                similarity=closest,
                ties=int((above > closest - TIE).sum()) - 1 if slot else 0,
                bought=int((history == item).sum()),
                rule=int(slates.rule[0, slot]),
                instead=int(slates.instead[0, slot]),
            )
        )
    return slots


@dataclass(frozen=True)
class Replaced:
    """An item that left a list, and the item of the new list that it resembles most, with their similarity."""

    item: int
    nearest: int
    similarity: float


def replaced(bench: Bench, before: Strategy, after: Strategy, row: int) -> list[Replaced]:
    """The items that left one shopper's list, each with the item of the list `after` that it resembles most."""
    old, new = (shopper_slate(bench, strategy, row).items[0] for strategy in (before, after))
    old, new = old[old >= 0], new[new >= 0]
    dropouts = old[~np.isin(old, new)]
    if not len(new):
        return []
    similarities = similarity(bench, without_overrides(bench, after, row), np.concatenate([dropouts, new]))[
        : len(dropouts), len(dropouts) :
    ]
    closest = similarities.argmax(axis=1)
    return [
        Replaced(int(i), int(new[c]), float(row_[c]))
        for i, c, row_ in zip(dropouts, closest, similarities, strict=True)
    ]


@dataclass(frozen=True)
class ItemExposure:
    """How often a group's lists show one item: share of lists now and before, in [0, 1], and its rank by each (1 =
    most).
    """

    item: int
    rank: int
    base_rank: int
    share: float
    base_share: float


def most_shown(now: Array, before: Array, top: int) -> list[ItemExposure]:
    """The items that most of the lists `now` int64 [U, k] show, compared with the lists `before`."""
    size = int(max(now.max(), before.max())) + 1
    counts = [np.bincount(lists[lists >= 0], minlength=size) for lists in (now, before)]
    places = [np.argsort(np.argsort(-count, kind="stable")) + 1 for count in counts]
    order = np.argsort(-counts[0], kind="stable")[:top]
    return [
        ItemExposure(int(i), int(places[0][i]), int(places[1][i]), counts[0][i] / len(now), counts[1][i] / len(before))
        for i in order
        if counts[0][i]
    ]
