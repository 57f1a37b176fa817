"""Why a product of one of the lists is relevant, and why it moved since the first list."""

from collections.abc import Sequence

import numpy as np

from engine.bench.bench import Bench
from engine.strategy.strategy import Strategy
from ui.compare.settings import last_letter
from ui.explain import rank_changes, why
from ui.text import products


def reasons(bench: Bench, row: int, strategies: list[Strategy], lists: Sequence[np.ndarray]) -> None:
    """The cards about one product, chosen among all lists of the shopper `row`: int64 [1, k] each."""
    letters = "A" + last_letter(strategies)
    why.card(
        bench, row, _labels(bench, lists), rank_changes.change_card(bench, strategies[-1], row, strategies[0], letters)
    )


def _labels(bench: Bench, lists: Sequence[np.ndarray]) -> dict[int, str]:
    """The products of all lists, those of the last list first: catalogue row -> letter, place and title."""
    labels: dict[int, str] = {}
    for letter, items in reversed(list(zip("ABC", lists, strict=False))):
        for place, item in enumerate(items[0][items[0] >= 0].tolist(), 1):
            labels.setdefault(item, f"{letter} {place}. {products.title(bench, item)}")
    return labels
