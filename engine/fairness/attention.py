"""Shares of attention and of merit by provider: who is shown how much, and who sells how much.

Attention is position-weighted (`POSITIONS`), summed over all lists: equity is asked of the sum, not of one list
(Biega, Gummadi & Weikum 2018). Merit is what shoppers bought.
"""

from enum import StrEnum

import numpy as np
from scipy.sparse import coo_array, csr_array

from engine.metrics.slates import EMPTY, check_slates, discount, divide

Array = np.ndarray
PATIENCE = 0.8  # RBP: the chance to look at the next rank


class Position(StrEnum):
    """How attention falls with rank."""

    LOG = "log"  # 1 / log2(1 + rank), as in nDCG (Järvelin & Kekäläinen 2002)
    RBP = "rbp"  # 0.8^(rank − 1) (Moffat & Zobel 2008)


def position_weights(k: int, model: Position) -> Array:
    """Attention that ranks 1 … k get, float64 [k]; the first gets 1."""
    weights: dict[Position, Array] = {Position.LOG: discount(k), Position.RBP: PATIENCE ** np.arange(k)}
    return weights[model]


def attention(slates: Array, codes: Array, n_values: int, weights: Array) -> csr_array:
    """What each shopper's list gives to each value, sparse float64 [U, V].

    slates int64 [U, k] (-1 = empty); codes int64 [n_items], every item with a value in 0 … V − 1; weights [k].
    """
    checked = check_slates(slates, len(codes))
    user, slot = np.nonzero(checked != EMPTY)
    where = (user, codes[checked[user, slot]])
    return coo_array((weights[slot], where), shape=(len(checked), n_values)).tocsr()


def merit(bought: csr_array, codes: Array, n_values: int) -> csr_array:
    """What each shopper bought of each value, sparse [U, V], from sparse [U, n_items]."""
    purchases = coo_array(bought)
    user, item = purchases.coords
    return coo_array((purchases.data, (user, codes[item])), shape=(bought.shape[0], n_values)).tocsr()


def shares(sums: Array) -> Array:
    """Along the last axis; NaN where there is nothing to share."""
    return divide(sums, sums.sum(axis=-1, keepdims=True))


def inequity(given: Array, deserved: Array) -> Array:
    """Σ |share of attention − share of merit| over the last axis, in [0, 2]; 0 = attention in proportion to merit.

    The L1 norm of Biega et al. 2018, eq. 4, on shares.
    """
    return np.asarray(np.abs(shares(given) - shares(deserved)).sum(axis=-1))


def parity_gap(given: Array, items: Array) -> Array:
    """½ Σ |share of attention − share of the items that may be shown|, in [0, 1].

    It is the attention that would have to move so that each value gets as much as it has products (demographic parity
    of exposure, Singh & Joachims 2018).
    """
    return np.asarray(np.abs(shares(given) - shares(items)).sum(axis=-1) / 2)


def impact_ratios(given: Array, deserved: Array) -> Array:
    """Attention per merit as a share of the highest among the values, over the last axis, in [0, 1]; NaN without merit.

    The form of the selection-rate ratio of the US Uniform Guidelines (29 CFR 1607.4 D), with attention per merit as
    the rate. Evenshelf shows the figure and judges nothing by it.
    """
    rate = divide(given, deserved)
    with np.errstate(invalid="ignore"):
        return divide(rate, np.nanmax(np.where(np.isnan(rate), -1.0, rate), axis=-1, keepdims=True))
