"""The fairest compromise between two gains: where their product is largest."""

import numpy as np

Array = np.ndarray


def most_balanced(first: Array, second: Array, allowed: Array) -> int | None:
    """The position of the best compromise among those `allowed`, bool [n]; None where there is none.

    first, second: float [n], two gains over one starting point, in any units. The one is chosen at which the product of
    both gains is largest; losses count as no gain (Nash, "The bargaining problem", Econometrica 1950: the only choice
    that favours neither side and does not depend on units). Where no position gains on both, the one with the largest
    share of what either can gain. Of equal ones the first. NaN counts as no gain.
    """
    if not allowed.any():
        return None
    shares = [np.where(allowed, np.fmax(np.nan_to_num(gain), 0.0), 0.0) for gain in (first, second)]
    shares = [gain / gain.max() if gain.max() > 0 else gain for gain in shares]
    product, total = shares[0] * shares[1], shares[0] + shares[1]
    value = np.where(allowed, product if product.any() else total, -1.0)
    return int(value.argmax())
