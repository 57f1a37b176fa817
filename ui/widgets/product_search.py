"""Search for products by words. The best matches come first, and among them those bought most."""

import numpy as np

from engine.bench.bench import Bench
from ui.widgets import product_texts

FOUND = 40  # products offered


def find_products(bench: Bench, query: str, limit: int = FOUND) -> list[int]:
    """Catalogue rows of the products that can be shown and whose texts hold every word of `query`, at most `limit`."""
    rows, words = bench.model.items, " ".join(query.casefold().split())
    if not words:
        return []
    texts = product_texts.product_texts(bench, rows)
    hits = np.flatnonzero(product_texts.search(words, texts))
    counts = bench.evidence("all").counts
    sold = counts[rows[hits]] if len(counts) else np.zeros(len(hits))
    ids = bench.data.items["item_id"].astype(str).str.casefold().to_numpy()[rows[hits]]
    match = [closeness(words, texts.titles[hit].casefold(), name) for hit, name in zip(hits, ids, strict=True)]
    order = np.lexsort((-sold, np.array(match)))
    return [int(row) for row in rows[hits[order[:limit]]]]


def closeness(words: str, title: str, item_id: str) -> int:
    """How well a product matches, 0 best: by id or whole title, by name, by the start, by the words, elsewhere."""
    if words in (item_id, title):
        return 0
    if words == title.partition(",")[0]:
        return 1
    if title.startswith(words):
        return 2
    return 3 if all(word in title for word in words.split()) else 4
