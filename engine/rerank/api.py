"""The public functions of the re-ranker: any number of shoppers, one λ or many, in one call."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Literal

import numpy as np

from engine.rerank.checks import (
    checked_choice,
    checked_diversities,
    checked_embeddings,
    checked_k,
    checked_pools,
)
from engine.rerank.constraints.repair import broken, repair
from engine.rerank.constraints.rules import (
    ConstraintArrays,
    Limit,
    PinOrLift,
    constraint_arrays,
    lifted,
    split,
    with_pinned,
)
from engine.rerank.dispatch import dispatch
from engine.rerank.inputs import item_features, shopper_interests
from engine.rerank.methods import METHODS
from engine.rerank.normalize import NORMALIZE
from engine.rerank.on_torch.device import DEVICES, card
from engine.rerank.priced_lists import Prices, checked_prices, fill_at_prices
from engine.rerank.slates import EMPTY_SLOT, Array, Slates, at_level, to_slates
from engine.rerank.task import Task, no_bars

Device = Literal["auto", "cpu", "cuda"]
GRID = tuple(step / 20 for step in range(21))  # λ = 0, 0.05, … 1


def rerank(
    scores: Array,
    candidates: Array,
    embeddings: Array,
    k: int = 20,
    method: str = "mmr",
    diversity: float = 0.3,
    *,
    normalize: str = "none",
    facets: Mapping[str, Array] | None = None,
    facet_weights: Mapping[str, float] | None = None,
    profiles: Mapping[str, Array] | None = None,
    constraints: Sequence[Limit] = (),
    rules: Sequence[PinOrLift] = (),
    prices: Prices | None = None,
    device: Device = "auto",
) -> Slates:
    """Choose k of N candidates for each shopper, trading relevance for diversity; see `sweep`.

    Returns Slates of arrays [U, k].

    Items 0 and 1 are alike, item 2 is not, so at λ = 0.5 it takes the second slot (0.5 · 0.8 > 0.5 · 0.9 - 0.5 · 1):

    >>> vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> rerank(np.array([[1.0, 0.9, 0.8]]), np.array([[0, 1, 2]]), vectors, k=2, diversity=0.5).items.tolist()
    [[0, 2]]
    """
    return at_level(
        sweep(
            scores,
            candidates,
            embeddings,
            k,
            method,
            [diversity],
            normalize=normalize,
            facets=facets,
            facet_weights=facet_weights,
            profiles=profiles,
            constraints=constraints,
            rules=rules,
            prices=prices,
            device=device,
        ),
        0,
    )


def sweep(
    scores: Array,
    candidates: Array,
    embeddings: Array,
    k: int = 20,
    method: str = "mmr",
    diversities: Sequence[float] = GRID,
    *,
    normalize: str = "none",
    facets: Mapping[str, Array] | None = None,
    facet_weights: Mapping[str, float] | None = None,
    profiles: Mapping[str, Array] | None = None,
    constraints: Sequence[Limit] = (),
    rules: Sequence[PinOrLift] = (),
    prices: Prices | None = None,
    device: Device = "auto",
) -> Slates:
    """Re-rank for every λ in one pass: similarities are computed once and shared by all λ.

    scores: float [U, N], higher is better.
    candidates: int [U, N], rows of embeddings, distinct within a shopper; -1 = none, its score is ignored.
    embeddings: float [n_items, d]; they need not be of unit length; a zero row is an unknown text.
    diversities: λ in [0, 1]. 0 is the top-k by score, ties in candidate order; 1 ignores relevance after the
    first pick, which is the most relevant item (not in richness, a set, nor in cover for λ in (0, 1)).
    normalize: "none", "minmax" or "rank" of the scores, per shopper over their own pool.
    facets: name -> int codes [n_items], -1 unknown; "price" -> float prices [n_items], NaN or <= 0 unknown.
        For choosing, an unknown value of a candidate is imputed from another candidate (docs/methods.md). The reported
        `nearest` and `similarity` use only what is known of both items; -1 and NaN where nothing is.
    facet_weights: "embedding", "price" or a facet's name -> weight >= 0, divided by their sum; by default the
    embedding alone. Similarity = Σ weight · (cosine; exp(-|difference of ln price|); 1 for the same value).
    xquad, calibrated and richness cover the coded facets of positive weight; without facet_weights all, with equal
    weights.
    profiles: name -> shares of the facet's values in a shopper's history, float [U, n_values]; for calibrated,
    and for xquad if given; a row of zeros is no profile.
    constraints: limits on coded `facets` that every list keeps; rules: pins and lifts. Where no list of a shopper's
    candidates keeps them all, their list breaks them by as little as possible, and `Slates.broken` says which. Limits
    and pins do not work with richness, which chooses a whole set at once; lifts work with every method.
    prices: what each product costs; relevance less price chooses the products of a list, and relevance alone orders
    them (`priced_lists`).
    device: "auto" (the graphics card if there is one), "cpu" or "cuda"; `Slates.device` says which one computed: the
    processor where the card's memory is too small, and always for richness and with constraints or pins. NumPy or torch
    in, the same kind out; computed in float32. Nothing here is random.

    Returns Slates of arrays [L, U, k]. Raises ValueError for input that breaks these rules. An embedding that is not
    finite is refused only when it is read, and not every candidate's embedding is read.

    Relevance alone, and half of it given up for diversity:

    >>> vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> sweep(np.array([[1.0, 0.9, 0.8]]), np.array([[0, 1, 2]]), vectors, k=2, diversities=[0.0, 0.5]).items.tolist()
    [[[0, 1]], [[0, 2]]]
    """
    checked_choice("method", method, tuple(METHODS))
    checked_choice("normalize", normalize, NORMALIZE)
    checked_choice("device", device, DEVICES)
    levels = checked_diversities(diversities)
    vectors = checked_embeddings(embeddings)
    score, item = checked_pools(scores, candidates, len(vectors))
    n_items, size = len(vectors), checked_k(k)
    slots = np.full((len(score), len(levels), size), EMPTY_SLOT)
    features = item_features(vectors, facets, facet_weights)
    interests = shopper_interests(method, n_items, len(score), facets, facet_weights, profiles)
    pins, lifts = split(rules, n_items)
    arrays = constraint_arrays(constraints, pins, facets, n_items, size)
    constrained = len(constraints) + len(pins) > 0
    if constrained and method == "richness":
        raise ValueError("richness chooses a whole set and keeps no limits or pins: take another method")
    charges = None if prices is None else checked_prices(prices, len(score), n_items)
    if rules or charges:
        score, item = lifted(*with_pinned(score, item, pins), normalize, lifts)
        normalize = "none"
    where = "" if constrained else card(device)

    def fill(task: Task) -> str:
        used = dispatch(method, normalize, where, task)
        if constrained:
            allowed = np.where(task.barred, -1, task.candidates) if task.barred.shape[1] else task.candidates
            repair(task.scores, allowed, arrays, task.slots, partial(_again, method, normalize, where, task))
        return used

    whole = Task(score, item, item, features, interests, arrays, levels, slots, no_bars(len(score)))
    used = fill(whole) if charges is None else fill_at_prices(fill, whole, charges)
    if not constrained:
        return to_slates(slots, like=scores, device=used)
    broken_rules = broken(slots["items"].swapaxes(0, 1), item, arrays, np.array([pin.soft for pin in pins], bool))
    return to_slates(slots, like=scores, broken=broken_rules, device=used)


def _again(
    method: str, normalize: str, where: str, whole: Task, rows: np.ndarray | slice, constraints: ConstraintArrays
) -> None:
    """Make the lists of some shoppers of a task again, under other constraints."""
    task = whole.of(rows)._replace(constraints=constraints)
    dispatch(method, normalize, where, task)
    whole.slots[rows] = task.slots
