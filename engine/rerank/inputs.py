"""What the kernels know of the items and of the shoppers: two bundles of arrays, made from the caller's facets."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from engine.rerank.checks import plain
from engine.rerank.slates import Array, to_numpy

EMBEDDING, PRICE = "embedding", "price"
PRICE_SCALE = 1.0  # h of exp(-|ln p - ln q| / h): at 1 a product at twice the price is half alike
FACET_METHODS = ("xquad", "calibrated", "richness")  # they choose by facet values, so they need coded facets


class ItemFeatures(NamedTuple):
    """The features by which two items are compared: similarity = Σ weight · similarity in one feature; weights sum to
    1.

    There are R rows of values: one for each item, then one for each candidate with imputed values (`imputation`).
    """

    embeddings: np.ndarray  # float32 [n_items, d]: cosine; a zero row is an item without text
    codes: np.ndarray  # int64 [R, F], facets of positive weight: 1 for the same value, -1 unknown
    prices: np.ndarray  # float32 [R], ln of the price, NaN unknown: exp(-|difference| / PRICE_SCALE)
    weights: np.ndarray  # float32 [2 + F]: embedding, price, then the facets
    value_rows: np.ndarray  # int64 [U, N], the row of values of each candidate in the pools at hand
    texts: np.ndarray  # int64 [U, N], and its row of embeddings


class Interests(NamedTuple):
    """The values that xquad, calibrated and richness cover, and how much each shopper wants of each."""

    codes: np.ndarray  # int64 [R, G], rows as in Likeness, -1 unknown
    weights: np.ndarray  # float32 [G], sum 1
    shares: np.ndarray  # float32 [U, V], profiles of all facets side by side, each facet's row sums to 1 or is 0
    starts: np.ndarray  # int64 [G + 1], where each facet's columns begin


def item_features(
    embeddings: np.ndarray, facets: Mapping[str, Array] | None, facet_weights: Mapping[str, float] | None
) -> ItemFeatures:
    """The embeddings float32 [n_items, d], checked before, with the facets of positive weight; by default none.

    Raises ValueError for weights or codes that break the rules of `sweep`.
    """
    weights = _weights({EMBEDDING: 1.0} if facet_weights is None else facet_weights, facets or {})
    items = len(embeddings)
    names = [name for name in weights if name not in (EMBEDDING, PRICE)]
    codes = [facet_codes(name, facets, items) for name in names]
    total = math.fsum(weights.values())
    shares = [weights.get(name, 0.0) / total for name in (EMBEDDING, PRICE, *names)]
    prices = _log_prices(facets, items) if PRICE in weights else np.full(items, np.nan, np.float32)
    return ItemFeatures(
        embeddings,
        _side_by_side(codes, items),
        plain(prices, np.float32),
        plain(np.array(shares), np.float32),
        *(plain(np.zeros((0, 0)), np.int64) for _ in ("value_rows", "texts")),
    )


def has_text(embeddings: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which `rows` have an embedding other than zero, bool like `rows`. Most are decided by its first number."""
    known: np.ndarray = embeddings[rows, 0] != 0
    known[~known] = embeddings[rows[~known]].any(axis=1)
    return known


def some_unknown(features: ItemFeatures, items: np.ndarray) -> bool:
    """Whether anything that counts may be unknown: a text of `items` (-1 = none), or a price or value of any item."""
    return bool(
        (features.codes < 0).any()
        or (features.weights[1] > 0 and np.isnan(features.prices).any())
        or (features.weights[0] > 0 and not (has_text(features.embeddings, items) | (items < 0)).all())
    )


def shopper_interests(
    method: str,
    items: int,
    users: int,
    facets: Mapping[str, Array] | None,
    facet_weights: Mapping[str, float] | None,
    profiles: Mapping[str, Array] | None,
) -> Interests:
    """The facets that a method covers, and the profiles; arrays of size 0 for methods that need none.

    Raises ValueError where the method lacks facets or profiles, or they break the rules of `sweep`.
    """
    if method not in FACET_METHODS:
        return _interests([], [], [], users, items)
    coded = [name for name in facets or {} if name not in (EMBEDDING, PRICE)]
    weights = dict.fromkeys(coded, 1.0) if facet_weights is None else _weights(facet_weights, facets or {})
    weights = {name: weight for name, weight in weights.items() if name not in (EMBEDDING, PRICE)}
    if not weights:
        raise ValueError(f"{method} needs a facet: pass facets={{name: codes}} and give one a positive weight")
    codes, shares = [], []
    for name in weights:
        code = facet_codes(name, facets, items)
        profile = (profiles or {}).get(name)
        if profile is None and method == "calibrated":
            raise ValueError(f"calibrated needs profiles={{{name!r}: [U, n_values]}}, each shopper's history shares")
        if profile is None:
            code = _compact(code)
        values = int(code.max(initial=-1)) + 1
        codes.append(code)
        shares.append(np.zeros((users, values)) if profile is None else _shares(name, profile, users, values))
    total = math.fsum(weights.values())
    return _interests(codes, [weight / total for weight in weights.values()], shares, users, items)


def _interests(
    codes: Sequence[np.ndarray], weights: Sequence[float], shares: Sequence[np.ndarray], users: int, items: int
) -> Interests:
    return Interests(
        _side_by_side(codes, items),
        plain(np.array(weights, float), np.float32),
        plain(np.hstack(shares) if shares else np.zeros((users, 0)), np.float32),
        plain(np.cumsum([0, *(share.shape[1] for share in shares)]), np.int64),
    )


def _side_by_side(codes: Sequence[np.ndarray], items: int) -> np.ndarray:
    return plain(np.stack(codes, axis=1) if codes else np.zeros((items, 0), np.int64), np.int64)


def _weights(facet_weights: Mapping[str, float], facets: Mapping[str, Array]) -> dict[str, float]:
    """The positive weights by name; ValueError unless all are sound and have something to weigh."""
    try:
        weights = {name: float(weight) for name, weight in facet_weights.items()}
    except (TypeError, ValueError):
        raise ValueError(f"facet_weights must be numbers, got {facet_weights!r}") from None
    for name, weight in weights.items():
        if not 0 <= weight < math.inf:
            raise ValueError(f"facet_weights must be numbers of at least 0, {name!r} has {weight}")
        if weight > 0 and name != EMBEDDING and name not in facets:
            raise ValueError(f"facet {name!r} has a weight but no values: pass facets={{{name!r}: ...}} or drop it")
    if not 0 < math.fsum(weights.values()) < math.inf:
        raise ValueError("facet_weights must have a positive, finite sum: give 'embedding' or a facet a weight")
    return {name: weight for name, weight in weights.items() if weight > 0}


def facet_codes(name: str, facets: Mapping[str, Array] | None, items: int) -> np.ndarray:
    """A facet's codes int64 [n_items]; ValueError unless they are sound."""
    codes = to_numpy((facets or {})[name])
    if codes.shape != (items,) or not np.issubdtype(codes.dtype, np.integer):
        raise ValueError(
            f"facet {name!r} must be integer codes [n_items = {items}], -1 = unknown; got {codes.dtype} {codes.shape}"
        )
    if codes.min(initial=0) < -1:
        raise ValueError(f"facet {name!r} must hold codes of at least 0, or -1 = unknown; got {codes.min()}")
    return codes.astype(np.int64)


def _compact(codes: np.ndarray) -> np.ndarray:
    """Codes counted from 0 where they run far beyond the number of items, so that tables by code stay small."""
    if codes.max(initial=-1) < len(codes):
        return codes
    values, place = np.unique(codes, return_inverse=True)
    return place.reshape(codes.shape) - int(values[0] < 0)


def _log_prices(facets: Mapping[str, Array] | None, items: int) -> np.ndarray:
    prices = to_numpy((facets or {})[PRICE])
    if prices.shape != (items,) or prices.dtype.kind not in "iuf":
        raise ValueError(
            f"facet 'price' must be prices [n_items = {items}], NaN = unknown; got {prices.dtype} {prices.shape}"
        )
    prices = prices.astype(np.float64)
    known = np.isfinite(prices) & (prices > 0)
    logs = np.full(items, np.nan)
    np.log(prices, out=logs, where=known)
    return logs


def _shares(name: str, profile: Array, users: int, values: int) -> np.ndarray:
    shares = to_numpy(profile)
    if shares.ndim != 2 or len(shares) != users or shares.shape[1] < values or shares.dtype.kind not in "biuf":
        need = f"[U = {users}, n_values >= {values}]"
        raise ValueError(f"profiles of {name!r} must be numbers {need}, got {shares.dtype} {shares.shape}")
    shares = shares.astype(np.float64)
    if not ((shares >= 0) & np.isfinite(shares)).all():
        raise ValueError(f"profiles of {name!r} must be finite and at least 0")
    total = shares.sum(axis=1, keepdims=True)
    np.divide(shares, total, out=shares, where=total > 0)
    return shares
