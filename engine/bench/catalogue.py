"""The bench of a shop that has only a catalogue: similar products instead of personal lists."""

from dataclasses import replace
from threading import Lock
from typing import ClassVar

import numpy as np
import pandas as pd

from engine.bench.bench import Bench
from engine.bench.context import PRODUCTS, Context
from engine.bench.evidence import Evidence
from engine.data import Dataset, Progress, silent
from engine.data.labels import main_facet
from engine.data.problems import refuse
from engine.encoders import Encoder, Kind, default_encoder, item_vectors
from engine.encoders.occlusion import READING, occlusion
from engine.encoders.text import item_texts
from engine.retrieval import Candidates
from engine.strategy.strategy import Strategy
from engine.surfaces import SimilarityScorer, nearest

Array = np.ndarray
MOST = 20_000  # lists; a larger catalogue is judged on that many of its products, drawn once
LONGEST = 300  # characters of a query
EXAMPLES = 300  # products offered by name; any other title, id or search can be typed
SEED = 0


def only_catalogue(data: Dataset) -> bool:
    """Whether a shop has nothing to learn relevance from: no log, or one without purchases, clicks or good ratings."""
    return data.positives().empty


class CatalogueBench(Bench):
    """A `Bench` without shoppers: each list is for a product, and shows the products most similar to it by text.

    users    int64 [U], catalogue rows: every product that has a text, or `MOST` of them
    history  the shop with its products in place of its shoppers, so that a list belongs to a product's id; no log
    model    the cosine of two texts' vectors; `future` is None: there are no purchases that could judge relevance

    A row from U on is a further product or a text that somebody asked for (`ask`, `row`).
    """

    context: ClassVar[Context] = PRODUCTS
    surfaces: ClassVar[tuple[str, ...]] = ("similar",)
    similarities: ClassVar[tuple[Kind, ...]] = ("text",)
    model: SimilarityScorer

    def __init__(self, data: Dataset, report: Progress = silent, encoder: Encoder | None = None) -> None:
        described = np.flatnonzero([bool(text) for text in item_texts(data.items)]).astype(np.int64)
        if not len(described):
            fix = "fill in a title, a description or a category"
            raise refuse(data.name, "no_texts", "no product has a text, so none is similar to another", fix)
        card = {"name": SimilarityScorer.name, "until": None, "data_hash": data.hash, "n_eligible": len(described)}
        super().__init__(
            _without_shoppers(data), SimilarityScorer(described, lambda: self.vectors("text")), card, report
        )
        self.data, self._encoder = data, encoder or default_encoder()
        few = np.random.default_rng(SEED).permutation(described)[:MOST]
        self.users = np.sort(few)
        self._asked: list[tuple[str, str]] = []  # (item id, "") or ("", text); row U + n stands for entry n
        self._rows: dict[tuple[str, str], int] = {}
        self._asking = Lock()

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that need no history of a shopper."""
        return tuple(name for name in super().methods if name != "calibrated")

    @property
    def encoder(self) -> str:
        """The fingerprint of the encoder that reads texts."""
        return self._encoder.fingerprint

    def vectors(self, similarity: Kind) -> Array:
        """float32 [n_items, d], unit rows; only "text" is known."""
        if similarity not in self.similarities:
            raise ValueError(f"A shop without a log knows products by text alone, not by {similarity}.")

        def make() -> Array:
            vectors = item_vectors(self.data, "text", self._encoder, self.report, self.model.items)
            vectors.setflags(write=False)
            self._encoder.encode(["chair"])  # loads it now, where all texts were cached: no search waits for it
            return vectors

        return self._once.get("vectors", make)

    def evidence(self, scope: str) -> Evidence:
        """What lists are judged against: texts and facets; the scope makes no difference."""

        def make() -> Evidence:
            return _Evidence(self.history, self.users, self.vectors("text"), None, "all", len(self.model.items))

        return self._once.get("evidence", make)

    def row(self, user_id: str) -> int | None:
        """The row of the list for a product's id; None if there is no such product, or it has no text."""
        known = super().row(user_id)
        if known is not None:
            return known
        place = self._item(user_id)
        return self._row((user_id, "")) if place >= 0 and place in self.model.items else None

    def ask(self, text: str) -> int | None:
        """The row of the list for a text that somebody searches for; None for an empty one."""
        query = " ".join(text[:LONGEST].split())
        return self._row(("", query)) if query else None

    def pool(self, strategy: Strategy, rows: Array | None = None) -> Candidates:
        """The candidates of all products, or of `rows`."""
        if rows is None or not (rows >= len(self.users)).any():
            return super().pool(strategy, rows)
        parts = [self._one_pool(strategy, int(row)) for row in rows]
        return Candidates(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("users", "items", "scores")))

    def names(self, rows: Array | None = None) -> Array:
        """The id of the product that each list is for, or the text searched for."""
        if rows is None or not (rows >= len(self.users)).any():
            return super().names(rows)
        return np.array([self._name(int(row)) for row in rows], dtype=object)

    def history_of(self, row: int) -> Dataset:
        """The shop without a log: products buy nothing."""
        return self.history

    def subjects(self, rows: Array) -> Array:
        """int64 [len(rows)]: the product that each list is about; -1 = a search."""
        return np.array([self._subject(int(row)) for row in rows], dtype=np.int64)

    def examples(self) -> Array:
        """Rows of products from all over the catalogue."""
        return np.linspace(0, len(self.users) - 1, min(EXAMPLES, len(self.users))).astype(int)

    def words(self, row: int, item: int) -> list[tuple[str, float]]:
        """What each word of a product's text adds to its cosine with what the list in `row` is for, in [-2, 2]."""
        query = self._query(row)[0]
        return occlusion(item_texts(self.data.items.iloc[[item]])[0], lambda texts: self._encoder.encode(texts) @ query)

    def _query(self, row: int) -> Array:
        """float32 [1, d]: the vector of the product or the text that the list in `row` is for."""
        item_id, query = self._asked[row - len(self.users)] if row >= len(self.users) else (self._name(row), "")
        if query:
            with READING:
                return self._encoder.encode([query])
        vector: Array = self.vectors("text")[self.data.items["item_id"].to_numpy() == item_id]
        return vector

    def _subject(self, row: int) -> int:
        if row < len(self.users):
            return int(self.users[row])
        item_id = self._asked[row - len(self.users)][0]
        return self._item(item_id) if item_id else -1

    def _item(self, item_id: str) -> int:
        """The catalogue row of a product's id."""
        return int(self._once.get("places", lambda: pd.Index(self.data.items["item_id"])).get_indexer([item_id])[0])

    def _name(self, row: int) -> str:
        if row < len(self.users):
            return str(super().names(np.array([row]))[0])
        return "".join(self._asked[row - len(self.users)])

    def _row(self, entry: tuple[str, str]) -> int:
        with self._asking:
            if entry not in self._rows:
                self._rows[entry] = len(self.users) + len(self._asked)
                self._asked.append(entry)
            return self._rows[entry]

    def _one_pool(self, strategy: Strategy, row: int) -> Candidates:
        if row < len(self.users):
            return super().pool(strategy, np.array([row]))
        item_id, query = self._asked[row - len(self.users)]
        pool = self._once.get(("nearest", item_id, query), lambda: self._nearest(row, item_id))
        return Candidates(pool.users, pool.items[:, : strategy.pool], pool.scores[:, : strategy.pool])

    def _nearest(self, row: int, item_id: str) -> Candidates:
        candidates = nearest(self.model, self._query(row), 2_000 + 1)  # the largest pool, and the product itself
        if not item_id:
            return candidates
        item = self._item(item_id)
        others = candidates.items[0] != item
        return Candidates(np.array([item]), candidates.items[:, others], candidates.scores[:, others])


class _Evidence(Evidence):
    """Rows from U on have no place among the products judged; nothing that is measured here asks for it."""

    def of(self, rows: Array) -> Evidence:
        users = np.append(self.users, -1)[np.minimum(rows, len(self.users))]
        subset = _Evidence(self.history, users, self.vectors, None, self.scope, self.n_eligible)
        subset.__dict__["facets"] = self.facets
        return subset


def _without_shoppers(data: Dataset) -> Dataset:
    """The shop with its products as "users"; their main facet makes their groups."""
    people = pd.DataFrame({"user_id": data.items["item_id"]})
    main = main_facet(data.facets())
    if main is not None:
        people[main] = data.items[main]
    return replace(data, users=people, interactions=data.interactions.iloc[:0], anonymous=None)
