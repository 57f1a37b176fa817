"""A list compared with its shopper's purchases: are its products more popular, or more expensive?"""

import numpy as np

from engine.metrics.slates import EMPTY, check_slates, check_users, divide, mean_over

Array = np.ndarray


def mean_shown(slates: Array, table: Array) -> Array:
    """Mean over the filled slots of a number known of each item, float64 [U]; NaN where none is known.

    slates int64 [U, k]; table float64 [n_items], NaN = not known, left out.
    """
    checked = check_slates(slates, len(table))
    numbers = np.asarray(table, dtype=np.float64)[checked]
    known = (checked != EMPTY) & ~np.isnan(numbers)
    return mean_over(np.where(known, numbers, 0.0), known)


def mean_had(users: Array, items: Array, table: Array, n_users: int) -> Array:
    """The same over what shoppers had, one entry a purchase: rows users, items int64 [n]; float64 [n_users]."""
    numbers = np.asarray(table, dtype=np.float64)[items]
    known = ~np.isnan(numbers)
    sums = np.bincount(users[known], numbers[known], minlength=n_users)
    return divide(sums, np.bincount(users[known], minlength=n_users))


def lift(slates: Array, table: Array, usual: Array) -> Array:
    """log2 of the list's mean over the shopper's usual one, float64 [U]: 0 = as usual, 1 = twice, −1 = half; NaN where
    either is 0 or not known.

    With popularity this is popularity lift (Abdollahpouri et al. 2020, eq. 3, shopper by shopper); with prices it is
    the price of what is shown, controlled for what the shopper buys. The logarithm keeps the few with a tiny usual
    figure from deciding a mean of ratios: such means hold no 95 % interval (0.69 for popularity on the sample).
    """
    base = np.asarray(usual, dtype=np.float64)
    check_users(check_slates(slates, len(table)), base[:, None], "usual")
    ratio = divide(mean_shown(slates, table), base)
    logs: Array = np.log2(ratio, out=np.full(len(ratio), np.nan), where=ratio > 0)
    return logs
