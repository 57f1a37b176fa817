"""Products are found by the best match, and told apart where they have one title."""

import numpy as np
import pytest

from engine.bench.bench import Bench
from ui.text import products
from ui.widgets import product_search


@pytest.mark.parametrize(
    ("words", "title", "item_id", "place"),
    [
        ("7", "milk 7 days", "7", 0), ("milk, 1 l", "milk, 1 l", "9", 0), ("milk", "milk, 1 l", "9", 1),
        ("mil", "milk, 1 l", "9", 2), ("1 milk", "milk, 1 l", "9", 3), ("dairy", "milk, 1 l", "9", 4),
    ],
)  # fmt: skip
def test_how_well_a_product_matches(words: str, title: str, item_id: str, place: int) -> None:
    assert product_search.closeness(words, title, item_id) == place


def test_the_best_match_goes_first_then_what_is_bought_most(bench: Bench) -> None:
    counts, seen = bench.evidence("all").counts, 0
    for item in bench.model.items[::40].tolist():
        name = products.title(bench, item).partition(", ")[0]
        rows = product_search.find_products(bench, name)
        told = [products.title(bench, row).casefold() for row in rows]
        places = [
            product_search.closeness(name.casefold(), title, products.item_id(bench, row)) for title, row in
            zip(told, rows, strict=True)
        ]  # fmt: skip
        assert places == sorted(places)
        pairs = list(zip(places, (-counts[row] for row in rows), strict=True))
        assert pairs == sorted(pairs)
        seen += len(rows)
        assert product_search.find_products(bench, products.item_id(bench, item))[0] == item
    assert (
        seen
        and product_search.find_products(bench, "  ") == []
        and product_search.find_products(bench, "no such thing") == []
    )


def test_labels_tell_products_of_one_title_apart(bench: Bench) -> None:
    titles = bench.data.items["title"]
    common = titles.value_counts().index[0]
    rows = np.flatnonzero((titles == common).to_numpy())
    labels = [products.label(bench, int(row)) for row in rows]
    assert len(rows) > 1 and len(set(labels)) == len(rows)
    for row, label in zip(rows, labels, strict=True):
        assert label.startswith(products.title(bench, int(row))) and label.endswith(products.item_id(bench, int(row)))
        assert products.price(bench, int(row)) in label
