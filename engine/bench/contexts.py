"""Which context a shop's lists have: one row of the table each."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.bench.bench import Bench
from engine.bench.catalogue import CatalogueBench, only_catalogue
from engine.bench.context import PRODUCTS, SHOPPERS, Context
from engine.data import Dataset, Progress


@dataclass(frozen=True)
class Row:
    """A context, the shops that it fits, and the bench of such a shop; None where a trained model makes its lists."""

    context: Context
    fits: Callable[[Dataset], bool]
    bench: Callable[[Dataset, Progress], Bench] | None = None


CONTEXTS = [Row(PRODUCTS, only_catalogue, CatalogueBench), Row(SHOPPERS, lambda data: True)]


def context_of(data: Dataset) -> Context:
    """What the lists of a shop are made for: the first row of the table that fits."""
    return _row(data).context


def untrained_bench(data: Dataset, report: Progress) -> Bench | None:
    """The bench of a shop whose lists need no trained model; None where they do."""
    make = _row(data).bench
    return None if make is None else make(data, report)


def _row(data: Dataset) -> Row:
    return next(row for row in CONTEXTS if row.fits(data))
