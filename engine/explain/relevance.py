"""Why a product is relevant to one shopper: the terms of its score, similar purchases, its words."""

import logging
from dataclasses import dataclass

import numpy as np

from engine.bench.bench import Bench, scope_of
from engine.data import Dataset
from engine.recommend import Explains
from engine.recommend.counts import ages

NEAREST = 3  # products of a history
Pairs = tuple[tuple[str, float], ...]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PastItem:
    """What a shopper did with a product: times they bought it (lines of the log), and whole days since the last time,
    counted back from the cut-off (the end of the log where there is none); None = never."""

    item: int
    times: int
    days: int | None


@dataclass(frozen=True)
class NearestItem:
    """A product of the shopper's history, and the cosine of its text with the text of the product, in [-1, 1]."""

    past: PastItem
    similarity: float


@dataclass(frozen=True)
class RelevanceReasons:
    """Why one product is relevant to one shopper.

    past      what the shopper did with the product itself
    terms     what each term of the model's score adds, above or below the shopper's average product, the largest first;
              in the model's own points. None: the model does not give terms
    nearest   products of the history that make it relevant, the strongest first; never the product itself. They come
              from the model where it can name them, else they are those with the most similar texts
    words     what each word of the product's text adds to the score, in the order of the text. None: the model reads
              no text, or not any more (another encoder is set)
    """

    past: PastItem
    terms: Pairs | None
    nearest: tuple[NearestItem, ...]
    words: Pairs | None


def relevance_reasons(bench: Bench, surface: str, row: int, item: int) -> RelevanceReasons:
    """Why catalogue row `item` is relevant to the shopper in `row` of `bench.users` on a surface.

    In a shop without shoppers `row` belongs to a product or a search; then only the words of `item` are known, by what
    they add to the cosine.
    """
    history = bench.history_of(row)
    return RelevanceReasons(
        past=_past(history, item),
        terms=_terms(bench, surface, row, item),
        nearest=_nearest(bench, history, row, item),
        words=_words(bench, row, item),
    )


def _terms(bench: Bench, surface: str, row: int, item: int) -> Pairs | None:
    model = bench.model
    if not isinstance(model, Explains):
        return None
    scope = scope_of(surface)
    try:
        terms = model.explain(bench.users[[row]], np.array([[item]]), scope)  # type: ignore[arg-type]
    except ValueError:  # a model that was stored without what it would need
        log.warning("no terms of a product", exc_info=True)
        return None
    pairs = [(name, float(values[0, 0])) for name, values in terms.items() if np.isfinite(values[0, 0])]
    return tuple(sorted(pairs, key=lambda pair: -pair[1]))


def _nearest(bench: Bench, history: Dataset, row: int, item: int) -> tuple[NearestItem, ...]:
    bought = np.unique(history.interactions["item"].to_numpy().astype(np.int64))
    bought = bought[bought != item]
    vectors = bench.vectors("text")
    if hasattr(bench.model, "nearest") and len(bought) and item in bench.model.items:
        items = bench.model.nearest(bench.users[[row]], np.array([[item]]), NEAREST).items[0, 0]
        items = items[items >= 0]
    else:
        cosines = vectors[bought] @ vectors[item]
        order = np.argsort(-cosines, kind="stable")[:NEAREST]
        items = bought[order[cosines[order] > 0]]
    return tuple(NearestItem(_past(history, int(row)), float(vectors[row] @ vectors[item])) for row in items)


def _words(bench: Bench, row: int, item: int) -> Pairs | None:
    try:
        words = bench.words(row, item)
    except ValueError:  # the shopper has no history, or another encoder is set than the model was made with
        log.warning("no words of a product", exc_info=True)
        return None
    return None if words is None else tuple(words)


def _past(history: Dataset, item: int) -> PastItem:
    lines = history.interactions[history.interactions["item"].to_numpy() == item]
    days = int(ages(history, lines.iloc[-1:])[0]) if len(lines) else None
    return PastItem(item, len(lines), days)
