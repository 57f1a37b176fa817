"""The cards that show how far the first and the last list of one shopper agree."""

import numpy as np

from engine.metrics import jaccard, rbo
from ui.component import cards
from ui.text.words import t
from ui.widgets import measure_cards


def agreement(first: np.ndarray, last: np.ndarray, k: int) -> None:
    """first, last: int64 [1, k], -1 where a list is short."""
    a, b = (set(items[items >= 0].tolist()) for items in (first, last))
    values = {
        "both": f"{len(a & b)}",
        "newcomers": f"{len(b - a)}",
        "dropouts": f"{len(a - b)}",
        "jaccard": f"{jaccard(first, last)[0]:.2f}",
        "rbo": f"{rbo(first, last)[0]:.2f}",
    }
    units = {"both": t("figure.of", n=k)}
    entries = [
        measure_cards.entry(name, [{"value": value, "unit": units.get(name, "")}], words="compare")
        for name, value in values.items()
    ]
    cards("agreement", entries, least=170)
