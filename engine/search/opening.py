"""The index of a shop without a model, and that of a bench."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from engine.bench.bench import Bench
from engine.data import Dataset, Progress, silent
from engine.encoders import Encoder, default_encoder, item_vectors
from engine.encoders.text import item_texts
from engine.search.index import SearchIndex
from engine.search.vocabulary import read_vocabulary

Floats: TypeAlias = npt.NDArray[np.float32]
Ints: TypeAlias = npt.NDArray[np.int64]


def open_index(data: Dataset, report: Progress = silent, encoder: Encoder | None = None) -> SearchIndex:
    """The index of a shop's products, without any model.

    Every product that has a text can be found; where the shop sets a least number of purchases above one, only those
    that reach it, as for all other lists.
    """
    reader = encoder or default_encoder()
    rows = in_order(data, described_rows(data))
    vectors = item_vectors(data, "text", reader, report, np.sort(rows))[rows]
    return SearchIndex(data, rows, vectors, reader, read_vocabulary(data, rows))


def bench_index(bench: Bench) -> SearchIndex:
    """The index of a bench's shop at its cut-off, made once: of the products that its model may show."""

    def make() -> SearchIndex:
        data, model = bench.history, bench.model
        rows = in_order(data, np.asarray(model.items, dtype=np.int64))

        def personal(user: int) -> Floats:
            scores = np.full(data.n_items, -np.inf, dtype=np.float32)
            scores[model.items] = model.score(np.array([user], dtype=np.int64))[0]
            return scores[rows]

        scorer = personal if bench.context.trained else None
        return SearchIndex(
            data, rows, bench.vectors("text")[rows], default_encoder(), read_vocabulary(data, rows), scorer
        )

    return bench.cached("search_index", make)


def described_rows(data: Dataset) -> Ints:
    """The catalogue rows of the products that can be found."""
    described = np.array([bool(text) for text in item_texts(data.items)], dtype=bool)
    if data.min_interactions > 1:
        described &= data.sold() >= data.min_interactions
    return np.flatnonzero(described).astype(np.int64)


def in_order(data: Dataset, rows: Ints) -> Ints:
    """Catalogue rows by falling sales, then by id."""
    ids = data.items["item_id"].astype(str).to_numpy()[rows]
    order: Ints = np.lexsort((ids.astype(str), -data.sold()[rows]))
    return rows[order]
