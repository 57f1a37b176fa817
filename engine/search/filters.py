"""Filters of search: values of facets, and a range of prices."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from engine.data import Dataset
from engine.data.problems import refuse

Bools: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int64]
PRICE = "price"


@dataclass(frozen=True)
class PriceRange:
    """Prices from `low` to `high`, None where there is no limit; an end belongs to the range if it is included."""

    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True

    def holds(self, prices: npt.NDArray[np.float64]) -> Bools:
        """Which prices lie in the range; one that is not known does not."""
        inside: Bools = ~np.isnan(prices)
        if self.low is not None:
            inside &= prices >= self.low if self.low_included else prices > self.low
        if self.high is not None:
            inside &= prices <= self.high if self.high_included else prices < self.high
        return inside

    def and_(self, other: "PriceRange") -> "PriceRange":
        """The prices that lie in both ranges."""
        low = max((end for end in (self.low_end, other.low_end) if end), default=None)
        high = min((end for end in (self.high_end, other.high_end) if end), default=None)
        return PriceRange(
            None if low is None else low[0],
            None if high is None else high[0],
            low is None or not low[1],
            high is None or bool(high[1]),
        )

    @property
    def low_end(self) -> tuple[float, bool] | None:
        """The lower end, and whether it is excluded: the larger pair is the narrower."""
        return None if self.low is None else (self.low, not self.low_included)

    @property
    def high_end(self) -> tuple[float, bool] | None:
        """The upper end, and whether it is included: the smaller pair is the narrower."""
        return None if self.high is None else (self.high, self.high_included)

    def as_json(self) -> dict[str, Any]:
        return {
            "low": self.low,
            "high": self.high,
            "low_included": self.low_included,
            "high_included": self.high_included,
        }


@dataclass(frozen=True)
class Filters:
    """values: (facet, its allowed values), each facet once; a product must have one of them for every facet named."""

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    price: PriceRange | None = None

    def __bool__(self) -> bool:
        return bool(self.values) or self.price is not None

    def and_(self, other: "Filters") -> "Filters":
        """Both sets of filters; of a facet that both name only the values that both allow."""
        mine = dict(self.values)
        for facet, allowed in other.values:
            mine[facet] = tuple(value for value in mine.get(facet, allowed) if value in allowed)
        price = (
            other.price if self.price is None else self.price if other.price is None else self.price.and_(other.price)
        )
        return Filters(tuple(mine.items()), price)

    def holds(self, data: Dataset, rows: Ints) -> Bools:
        """Which of the catalogue `rows` keep every filter. Raises InputError for a facet or price that is not there."""
        kept: Bools = np.ones(len(rows), dtype=bool)
        for facet, allowed in self.values:
            if facet not in data.facets():
                fix = f"take one of {', '.join(data.facets())}"
                raise refuse("search", "no_facet", "the shop has no such facet", fix, column="filters", value=facet)
            kept &= data.items[facet].iloc[rows].isin(allowed).to_numpy()
        if self.price is not None:
            if not has_prices(data):
                raise refuse("search", "no_prices", "the shop has no prices", "leave the price out", column="filters")
            kept &= self.price.holds(data.items[PRICE].to_numpy(np.float64)[rows])
        return kept

    def as_json(self) -> dict[str, Any]:
        """{facet: values, "price": range}, as the JSON of a search has it."""
        content: dict[str, Any] = {facet: list(allowed) for facet, allowed in self.values}
        return content if self.price is None else content | {PRICE: self.price.as_json()}


def has_prices(data: Dataset) -> bool:
    return PRICE in data.items and bool(data.items[PRICE].notna().any())


def facet_filter(data: Dataset, facet: str, value: str) -> Filters:
    """The filter for one value, in whatever case it is written. Raises InputError where the shop does not have it."""
    if facet not in data.facets():
        fix = f"take one of {', '.join(data.facets())}"
        raise refuse("search", "no_facet", "the shop has no such facet", fix, column="filters", value=facet)
    known = [str(each) for each in data.items[facet].dropna().unique()]
    same = tuple(each for each in known if each.casefold() == value.casefold())
    if not same:
        fix = f"take one of {', '.join(sorted(known)[:8])}" + (" …" if len(known) > 8 else "")
        problem = f"no product has this {facet}"
        raise refuse("search", "no_value", problem, fix, column="filters", value=value)
    return Filters(((facet, same),))
