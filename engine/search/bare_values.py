"""Colours and brands that a query names without a key, checked against what the shop holds."""

from collections.abc import Sequence

import numpy as np

from engine.search.facet_grammar import bare_spans
from engine.search.filters import Filters
from engine.search.index import SearchIndex
from engine.search.lexical import Ints


def bare_filters(index: SearchIndex, stems: Sequence[str], named: Filters) -> Filters:
    """The filters of colours and brands among the words of a query, beside those that it names."""
    filters, taken = Filters(), dict(named.values)
    for span in bare_spans(stems, index.values):
        added = span.of(("colour",)) or _clear_brand(index, span.of(("brand",)), stems[span.start : span.end])
        others = [each for at, each in enumerate(stems) if not span.start <= at < span.end and each in index.lexical]
        if added and added.values[0][0] not in taken and _is_answered(index, filters.and_(added), others):
            filters = filters.and_(added)
            taken |= dict(added.values)
    return filters


def _is_answered(index: SearchIndex, filters: Filters, stems: Sequence[str]) -> bool:
    """Whether a product keeps the filters and holds all of the other words."""
    rows = holding_all(index, stems)
    return rows is not None and bool(filters.holds(index.data, index.rows[rows]).any())


def _clear_brand(index: SearchIndex, brand: Filters, stems: Sequence[str]) -> Filters:
    """The filter for a brand, unless its words also stand in the texts of products of other brands."""
    rows = holding_all(index, stems) if brand else None
    if rows is None or not brand.holds(index.data, index.rows[rows]).all():
        return Filters()
    return brand


def holding_all(index: SearchIndex, stems: Sequence[str]) -> Ints | None:
    """The products that hold all of some stems; None where there are no stems, or no product holds them all."""
    rows: Ints | None = None
    for each in stems:
        holding = index.lexical.holding(each)
        rows = holding if rows is None else np.intersect1d(rows, holding, assume_unique=True)
    return rows if rows is not None and len(rows) else None
